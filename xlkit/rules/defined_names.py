"""The defined names of a workbook's lists: what formulas call them by."""

from __future__ import annotations

#: Stands between the names of a chain where one text means them all.
CHAIN = "|"
ALL = "_all"
"""Behind a name: what is accepted besides what is offered, too."""

OPERATORS = "_operators"
UNITS = "_units"
UNFINISHED = "_units_unfinished"
"""Units that should have been another, by all their names."""
DATED = "_units_dated"
"""Units that make a date of a number."""
ABSENT = "_absent"
"""Words for not applicable."""
ODD = "_odd"
"""Signs that reading takes for others, or for none."""
BLANKS = "_blanks"
"""One text of all signs that say nothing."""
DIGITS = "_digits"
UNFILLED = "_unfilled"
"""Texts that nobody wrote."""
PLACEHOLDERS = "_placeholders"
"""Signs of such a text, anywhere in it."""
APART = "_placeholders_apart"
"""Those that no letter may stand beside."""


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


def levels_name(scale: str | None) -> str:
    """The defined name of the words of a scale, or of all scales."""
    return f"_levels_{scale}" if scale else "_levels"


def fits_name(number: int) -> str:
    """The defined name of the units that one expectation allows."""
    return f"_fits_{number}"


def bars_name(number: int) -> str:
    """The defined name of the units that one expectation rules out."""
    return f"_bars_{number}"


def endings_name(number: int) -> str:
    """The defined name of the endings of names that one expectation is for."""
    return f"_endings_{number}"
