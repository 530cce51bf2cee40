"""The hidden sheet of lists, and the defined names that dropdowns use."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from xlkit.cells import Box
from xlkit.form.lists import Choice, Tree
from xlkit.form.model import Form

LISTS_SHEET = "_lists"
#: Stands between the names of a chain where one text means them all.
CHAIN = "|"


@dataclass(frozen=True, slots=True)
class ListColumn:
    """A column of the lists sheet: the offered names, below them what is accepted besides.

    `name` is the defined name of the offered part, `name_all` that of both.
    """

    name: str
    offered: tuple[str, ...]
    accepted: tuple[str, ...] = ()

    @property
    def cells(self) -> tuple[str, ...]:
        return (*self.offered, *self.accepted) or ("",)


@dataclass(frozen=True, slots=True)
class NamedRange:
    """A defined name and the cells of the lists sheet that it means."""

    name: str
    box: Box


def list_columns(form: Form) -> tuple[ListColumn, ...]:
    """Every list of the form as columns; a tree gives one column a branch."""
    return tuple(_columns(form))


def named_ranges(columns: tuple[ListColumn, ...]) -> Iterator[NamedRange]:
    """The defined names over those columns, which stand side by side from A1 down."""
    for number, column in enumerate(columns, start=1):
        offered = max(1, len(column.offered))
        yield NamedRange(column.name, Box(1, number, offered, number))
        yield NamedRange(f"{column.name}_all", Box(1, number, len(column.cells), number))


def list_name(name: str) -> str:
    """The defined name of a list."""
    return f"_list_{name}"


def branch_name(tree: str, depth: int, number: int) -> str:
    """The defined name of what stands under the number-th chain of that many names.

    Number 0 is the empty list, for a chain that the tree does not have.
    """
    return f"_tree_{tree}_{depth}_{number}"


def chains_name(tree: str, depth: int) -> str:
    """The defined name of all chains of that many names, each joined into one text."""
    return f"_tree_{tree}_{depth}_chains"


def level_name(tree: str, level: int) -> str:
    """The defined name of all names of one level."""
    return f"_tree_{tree}_level_{level}"


OPERATORS = "_operators"
UNITS = "_units"


def _columns(form: Form) -> Iterator[ListColumn]:
    if form.operators:
        signs = tuple(spec.sign for spec in form.operators)
        others = tuple(a for spec in form.operators for a in (*spec.aliases, *spec.after))
        yield ListColumn(OPERATORS, signs, others)
    if form.units:
        names = tuple(unit.name for unit in form.units if unit.instead is None)
        others = tuple(unit.name for unit in form.units if unit.instead is not None)
        aliases = tuple(alias for unit in form.units for alias in unit.aliases)
        yield ListColumn(UNITS, names, (*others, *aliases))
    for name, choices in form.lists.items():
        yield _of_choices(list_name(name), choices)
    for name, tree in form.trees.items():
        yield from _of_tree(name, tree)


def _of_choices(name: str, choices: tuple[Choice, ...]) -> ListColumn:
    aliases = tuple(alias for choice in choices for alias in choice.aliases)
    return ListColumn(name, tuple(choice.name for choice in choices), aliases)


def _of_tree(name: str, tree: Tree) -> Iterator[ListColumn]:
    yield _of_choices(branch_name(name, 0, 1), tree.options(()))
    for level in range(1, tree.depth + 1):
        yield _of_choices(level_name(name, level), tree.level(level))
    for depth in range(1, tree.depth):
        branches = tree.branches(depth)
        yield ListColumn(chains_name(name, depth), tuple(map(CHAIN.join, branches)))
        yield ListColumn(branch_name(name, depth, 0), ())
        for number, chain in enumerate(branches, start=1):
            yield _of_choices(branch_name(name, depth, number), tree.options(chain))
