"""The hidden sheet of lists, and the defined names that dropdowns use."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from xlkit.cells import Box
from xlkit.form.lists import Choice, Tree, UnitSpec
from xlkit.form.model import Form
from xlkit.rules import defined_names as names
from xlkit.rules import placeholder
from xlkit.rules.expected import barred, expectations, fitting
from xlkit.values.text import blank_signs, odd_signs, squeeze

LISTS_SHEET = "_lists"


@dataclass(frozen=True, slots=True)
class ListColumn:
    """A column of the lists sheet: the offered names, below them what is accepted besides.

    `name` is the defined name of the offered part, `name_all` that of both. What is accepted
    holds every spelling that reading takes for one of the names.
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


def _columns(form: Form) -> Iterator[ListColumn]:
    signs = tuple(spec.sign for spec in form.operators)
    words = tuple(word for spec in form.operators for word in (*spec.aliases, *spec.after))
    yield _spelt(names.OPERATORS, signs, words)
    offered = tuple(unit.name for unit in form.units if unit.instead is None)
    others = tuple(unit.name for unit in form.units if unit.instead is not None)
    aliases = tuple(alias for unit in form.units for alias in unit.aliases)
    yield _spelt(names.UNITS, offered, (*others, *aliases))
    yield from _of_values(form)
    for name, choices in form.lists.items():
        yield _of_choices(names.list_name(name), choices)
    for name, tree in form.trees.items():
        yield from _of_tree(name, tree)
    yield ListColumn(names.UNFILLED, placeholder.whole(form))
    yield ListColumn(names.PLACEHOLDERS, placeholder.anywhere(form))
    yield ListColumn(names.APART, placeholder.apart(form))


def _of_choices(name: str, choices: tuple[Choice, ...]) -> ListColumn:
    aliases = tuple(alias for choice in choices for alias in choice.aliases)
    return _spelt(name, tuple(choice.name for choice in choices), aliases)


def _spelt(name: str, offered: tuple[str, ...], others: tuple[str, ...]) -> ListColumn:
    """A column that accepts the other spellings of its names, too."""
    every = dict.fromkeys((*others, *map(squeeze, (*offered, *others))))
    return ListColumn(name, offered, tuple(text for text in every if text not in offered))


def _of_tree(name: str, tree: Tree) -> Iterator[ListColumn]:
    yield _of_choices(names.branch_name(name, 0, 1), tree.options(()))
    for level in range(1, tree.depth + 1):
        yield _of_choices(names.level_name(name, level), tree.level(level))
    for depth in range(1, tree.depth):
        branches = tree.branches(depth)
        yield ListColumn(names.chains_name(name, depth), tuple(map(names.CHAIN.join, branches)))
        yield ListColumn(names.branch_name(name, depth, 0), ())
        for number, chain in enumerate(branches, start=1):
            yield _of_choices(names.branch_name(name, depth, number), tree.options(chain))


def _of_values(form: Form) -> Iterator[ListColumn]:
    """What live checks know of indicator values, and of signs."""
    unfinished = [unit for unit in form.units if unit.instead is not None]
    yield ListColumn(names.UNFINISHED, _names_of(unfinished))
    dated = [
        unit
        for unit in form.units
        if any("#" in word and word.endswith(unit.name) for word in form.words.date)
    ]
    yield ListColumn(names.DATED, _names_of(dated))
    absent = form.words.not_applicable
    yield ListColumn(names.ABSENT, tuple(dict.fromkeys((*absent, *map(squeeze, absent)))))
    every = [choice.name for scale in form.scales.values() for choice in scale]
    yield ListColumn(names.levels_name(None), tuple(dict.fromkeys(every)))
    for name, scale in form.scales.items():
        yield ListColumn(names.levels_name(name), tuple(choice.name for choice in scale))
    for number, expectation in enumerate(expectations(form)):
        if expectation.endings:
            yield ListColumn(names.endings_name(number), expectation.endings)
        yield ListColumn(names.fits_name(number), tuple(fitting(form, expectation)))
        yield ListColumn(names.bars_name(number), tuple(barred(form, expectation)))
    yield ListColumn(names.DIGITS, tuple("0123456789"))
    yield ListColumn(names.BLANKS, ("".join(blank_signs()),))
    yield ListColumn(names.ODD, odd_signs(_accepted(form)))


def _names_of(units: Sequence[UnitSpec]) -> tuple[str, ...]:
    return tuple(name for unit in units for name in (unit.name, *unit.aliases))


def _accepted(form: Form) -> str:
    """Every sign of every name that a list accepts."""
    units = (name for unit in form.units for name in (unit.name, *unit.aliases))
    signs = (name for one in form.operators for name in (one.sign, *one.aliases, *one.after))
    choices = [choice for listed in form.lists.values() for choice in listed]
    for tree in form.trees.values():
        choices += [choice for level in range(1, tree.depth + 1) for choice in tree.level(level)]
    choices += [choice for scale in form.scales.values() for choice in scale]
    entries = (name for choice in choices for name in (choice.name, *choice.aliases))
    return "".join((*units, *signs, *form.words.not_applicable, *entries))
