"""Whether names that a definition uses mean anything in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from difflib import get_close_matches

from xlkit.form.blocks import Matrix, Record, Table
from xlkit.form.fields import Reference
from xlkit.form.model import Form
from xlkit.form.source import Problem, Where


def unknown(what: str, name: str, known: Iterable[str]) -> str:
    """A sentence for a name that nothing has, with what was probably meant."""
    offered = sorted(known)
    close = get_close_matches(name, offered, n=1, cutoff=0.5)
    if close:
        return f"there is no {what} '{name}'; did you mean '{close[0]}'?"
    listed = ", ".join(offered) if offered else "none"
    return f"there is no {what} '{name}'; the form has {listed}"


def repeated(where: Where, names: list[str]) -> Iterator[Problem]:
    for name, times in Counter(names).items():
        if times > 1:
            last = max(number for number, one in enumerate(names) if one == name)
            yield Problem(
                (*where, last), f"'{name}' stands here {times} times; right would be once"
            )


def reference_problem(
    form: Form, block: Record | Matrix | Table | None, reference: Reference
) -> str | None:
    """Why a reference means nothing in that block (None: outside any), or None."""
    if reference.block is None:
        if block is None:
            return f"'{reference}' needs its block: block.field"
        fields = {item.name for item in block.fields}
        return None if reference.field in fields else unknown("field", reference.field, fields)
    try:
        placed = form.block(reference.block)
    except KeyError:
        return unknown("block", reference.block, (item.name for item in form.blocks))
    if reference.field not in {item.name for item in placed.block.fields}:
        return unknown("field", reference.field, (item.name for item in placed.block.fields))
    if reference.row is not None:
        return _row_problem(form, placed.block, reference)
    return None


def _row_problem(form: Form, block: Record | Matrix | Table, reference: Reference) -> str | None:
    """Why the row of a reference means nothing, or None."""
    if isinstance(block, Record):
        return f"'{reference}': a record has no rows"
    keys = {row.key for row in block.rows}
    if isinstance(block, Table) and block.tree in form.trees:
        paths = form.trees[block.tree or ""].paths()
        keys |= {path[-1].key for path in paths if path[-1].key}
    if reference.row not in keys:
        return unknown("row", reference.row or "", keys)
    if any(row.key == reference.row and reference.field in row.without for row in block.rows):
        return f"row '{reference.row}' is without '{reference.field}'"
    return None
