"""Membership: a name must be on its list, and stand under the name above it in its tree."""

from __future__ import annotations

from collections.abc import Iterator

from xlkit.findings import Severity
from xlkit.form.fields import ChoiceField
from xlkit.form.model import Form, PlacedBlock
from xlkit.rules.check import Check

#: Names shown as what was expected.
_MOST_OFFERED = 12
_JOINT = "|"


def checks(form: Form, placed: PlacedBlock, field: ChoiceField) -> Iterator[Check]:
    """The name by itself, then under those of the levels above in the same row."""
    import polars as pl

    if field.open:
        return
    names = [choice.name for choice in form.choices(field)]
    yield Check(
        id=f"{placed.path}.{field.name}.choice-not-in-list",
        code="choice-not-in-list",
        severity=Severity.ERROR,
        block=placed.path,
        passes=pl.col(field.name).is_in(names),
        fields=(field.name,),
        own=True,
        column=field.name,
        value=pl.col(field.name),
        expected=offered(names),
    )
    if field.tree is not None and (field.level or 1) > 1:
        yield from _under_parent(form, placed, field)


def offered(names: list[str]) -> str:
    """The first names of a list, as a message shows them."""
    more = "…" if len(names) > _MOST_OFFERED else ""
    return "、".join(names[:_MOST_OFFERED]) + more


def _under_parent(form: Form, placed: PlacedBlock, field: ChoiceField) -> Iterator[Check]:
    import polars as pl

    level = field.level or 1
    fields = form.tree_fields(placed)
    if not all(number in fields for number in range(1, level)):
        return
    above = [fields[number].name for number in range(1, level)]
    tree = form.trees[field.tree or ""]
    allowed = {chain: tree.options(chain) for chain in tree.branches(level - 1)}
    chains = [
        _JOINT.join((*chain, item.name)) for chain, items in allowed.items() for item in items
    ]
    children = {
        _JOINT.join(chain): offered([item.name for item in items])
        for chain, items in allowed.items()
    }
    belongs: dict[str, list[str]] = {}
    for place, items in allowed.items():
        for item in items:
            belongs.setdefault(item.name, []).append(" › ".join(place))
    homes = {name: offered(list(dict.fromkeys(places))) for name, places in belongs.items()}
    parent = pl.concat_str([pl.col(name) for name in above], separator=_JOINT)
    chain = pl.concat_str([pl.col(name) for name in (*above, field.name)], separator=_JOINT)
    yield Check(
        id=f"{placed.path}.{field.name}.child-not-under-parent",
        code="child-not-under-parent",
        severity=Severity.ERROR,
        block=placed.path,
        passes=chain.is_in(chains),
        fields=(field.name,),
        own=True,
        reads=tuple(above),
        column=field.name,
        value=pl.col(field.name),
        expected=parent.replace_strict(children, default="", return_dtype=pl.String),
        params={
            "parent": pl.col(above[-1]),
            "suggestion": pl.col(field.name).replace_strict(
                homes, default="", return_dtype=pl.String
            ),
        },
    )
