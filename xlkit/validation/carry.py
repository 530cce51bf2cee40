"""Returns under a changed form: what they said, put where the changed form asks for it.

Nothing is read again: texts go from row to row by their marks and from field to field by their
names, with the cells that they came from. What the old form did not ask is not judged.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from xlkit.form.model import Form, PlacedBlock
from xlkit.form.renames import Renames
from xlkit.form.rows import Row, RowKind, rows_of
from xlkit.rules.computed import computation
from xlkit.submission.raw import RawRow, RawSubmission


class Change(StrEnum):
    """What became of a part of a form."""

    NEW = "new"
    """Returns have no answer for it; it is not judged."""
    GONE = "gone"
    """Answers to it are not carried."""
    TYPE = "type"
    """Another type of field: its text is read anew."""
    COMPUTED = "computed"
    """Typed before, computed now: what was typed is not carried."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A part of the form that returns cannot simply be carried over; `name` is a block's path,
    `block.field`, or `block[row]`.
    """

    name: str
    change: Change


def differences(old: Form, new: Form) -> tuple[Difference, ...]:
    """What differs between two forms in blocks, fields and printed rows."""
    names = Renames(new)
    before = {names.path(placed.path): placed for placed in old.blocks}
    after = {placed.path: placed for placed in new.blocks}
    found = [
        Difference(path, Change.GONE) for path in before if not _same(path, before, after, names)
    ]
    for path, placed in after.items():
        if not _same(path, before, after, names):
            found.append(Difference(path, Change.NEW))
            continue
        found += _fields(before[path], placed, names)
        found += _rows(old, before[path], new, placed, names)
    return tuple(found)


def carry(raw: RawSubmission, new: Form) -> RawSubmission:
    """The return as one of the changed form; findings of reading are left behind."""
    names = Renames(new)
    rows: list[RawRow] = []
    for placed in new.blocks:
        had = [
            _renamed(row, names)
            for row in raw.rows
            if names.path(row.path) == placed.path and _alike(row.placed, placed, names)
        ]
        spares = sum(row.row.kind is RowKind.SPARE for row in had)
        known = {row.mark: row for row in rows_of(new, placed, spares)}
        rows += [
            _carried(row, placed, known.get(row.row.mark, row.row))
            for row in had
            if row.row.mark in known or row.row.kind.is_own
        ]
    return replace(raw, form=new, rows=tuple(rows), findings=())


def _renamed(row: RawRow, names: Renames) -> RawRow:
    """The row with its mark and its fields as they are called now."""
    now = {name: names.field(row.path, name) for name in row.texts}
    mark = names.row(row.path, row.row.mark)
    return replace(
        row,
        row=replace(row.row, mark=mark),
        texts={now[name]: texts for name, texts in row.texts.items()},
        cells={now.get(name, name): cells for name, cells in row.cells.items()},
        formulas={now.get(name, name): state for name, state in row.formulas.items()},
        pending=frozenset(now.get(name, name) for name in row.pending),
    )


def _carried(old: RawRow, placed: PlacedBlock, row: Row) -> RawRow:
    names = [field.name for field in placed.block.fields]
    formulas = {
        name: True
        for name in names
        if name not in row.without and computation(placed, row.key, name) is not None
    }
    typed = [name for name in names if name in old.texts and name not in formulas]
    unasked = [
        name
        for name in names
        if name not in (*formulas, *typed, *row.fixed) and name not in row.without
    ]
    blank = dict.fromkeys(formulas, ("", "", ""))
    return replace(
        old,
        placed=placed,
        row=replace(row, without=(*row.without, *unasked)),
        texts={**{name: old.texts[name] for name in typed}, **blank},
        cells={name: old.cells.get(name, ()) for name in (*typed, *formulas)},
        formulas=formulas,
        pending=old.pending & set(typed),
    )


def _fields(old: PlacedBlock, new: PlacedBlock, names: Renames) -> Iterator[Difference]:
    before = {names.field(old.path, field.name): field for field in old.block.fields}
    after = {field.name: field for field in new.block.fields}
    for name in dict.fromkeys((*before, *after)):
        full = f"{new.path}.{name}"
        if name not in after:
            yield Difference(full, Change.GONE)
        elif name not in before:
            yield Difference(full, Change.NEW)
        elif after[name].computed_by is not None and before[name].computed_by is None:
            yield Difference(full, Change.COMPUTED)
        elif type(before[name]) is not type(after[name]):
            yield Difference(full, Change.TYPE)


def _rows(
    old: Form, before: PlacedBlock, new: Form, after: PlacedBlock, names: Renames
) -> Iterator[Difference]:
    had = [names.row(before.path, row.key) for row in rows_of(old, before) if row.key]
    has = [row.key for row in rows_of(new, after) if row.key]
    for key in had:
        if key not in has:
            yield Difference(f"{after.path}[{key}]", Change.GONE)
    for key in has:
        if key not in had:
            yield Difference(f"{after.path}[{key}]", Change.NEW)


def _same(
    path: str, old: dict[str, PlacedBlock], new: dict[str, PlacedBlock], names: Renames
) -> bool:
    return path in old and path in new and _alike(old[path], new[path], names)


def _alike(old: PlacedBlock, new: PlacedBlock, names: Renames) -> bool:
    group = names.path(old.group) if old.group is not None else None
    return old.block.kind == new.block.kind and group == new.group
