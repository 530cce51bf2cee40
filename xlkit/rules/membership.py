"""Membership: a name must be on its list, and stand under the name above it in its tree."""

from __future__ import annotations

from collections.abc import Iterator

from xlkit.findings import Severity
from xlkit.form.fields import ChoiceField
from xlkit.form.model import Form, PlacedBlock
from xlkit.form.rows import Row
from xlkit.rules import defined_names as names
from xlkit.rules.check import Check
from xlkit.rules.formula import Cell, Chosen, Literal, Name, Node
from xlkit.rules.live import later, odd, says_nothing, wrong
from xlkit.rules.terms import call, compared, either, joined, listed, similar, when

FACE = (
    "A dropdown; a name off its list, or under another parent, is shown beside the row. "
    "Names with padding or wide signs are left to the return."
)
"""What the workbook shows of it, for the handbook."""

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


def shown(form: Form, placed: PlacedBlock, row: Row, field: ChoiceField) -> Node:
    """The words of the workbook for a name that is not on its list."""
    cell = Cell(field.name)
    unsure = later(placed, field.name)
    if field.open:
        return when(says_nothing(cell), unsure, "")
    if field.list is not None:
        return _judged(placed, field, Name(names.list_name(field.list) + names.ALL))
    tree, level = field.tree or "", field.level or 1
    every = Name(names.level_name(tree, level) + names.ALL)
    fields = form.tree_fields(placed)
    if level == 1 or not all(number in fields for number in range(1, level)):
        return _judged(placed, field, every)
    above = [fields[number].name for number in range(1, level)]
    if all(name in row.fixed for name in above):
        chain = tuple(row.fixed[name] for name in above)
        branches = form.trees[tree].branches(level - 1)
        if chain not in branches:
            return _judged(placed, field, every)
        number_ = branches.index(chain) + 1
        below = Name(names.branch_name(tree, level - 1, number_) + names.ALL)
        return _under(placed, field, below, every)
    parents: list[Node] = []
    for name in above:
        text: Node = Literal(row.fixed[name]) if name in row.fixed else Cell(name)
        parents += [Literal(names.CHAIN), text] if parents else [text]
    chains = Name(names.chains_name(tree, level - 1))
    place = call(
        "SUMPRODUCT",
        compared(call("EXACT", chains, joined(parents)), "*", call("ROW", chains)),
    )
    chosen = Chosen(f"_tree_{tree}_{level - 1}_", place, names.ALL)
    orphan = when(listed(cell, every), unsure, _judged(placed, field, every))
    return when(compared(place, "=", 0), orphan, _under(placed, field, chosen, every))


def _under(placed: PlacedBlock, field: ChoiceField, below: Node, every: Node) -> Node:
    """The words for a name under names that stand above it."""
    astray = when(
        listed(Cell(field.name), every),
        wrong(placed, field.name, "child-not-under-parent"),
        wrong(placed, field.name, "choice-not-in-list"),
    )
    return _judged(placed, field, below, astray)


def _judged(
    placed: PlacedBlock, field: ChoiceField, known: Node, refused: Node | None = None
) -> Node:
    cell = Cell(field.name)
    doubtful = when(
        either(odd(cell), similar(cell, known)),
        later(placed, field.name),
        refused or wrong(placed, field.name, "choice-not-in-list"),
    )
    return when(listed(cell, known), "", doubtful)
