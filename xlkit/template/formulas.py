"""Formulas that cut and paste cannot bend, in the functions that all programs share.

A typed cell is never looked at by its address: cutting a cell moves references to it along.
Guards look through `INDEX($B:$B,ROW())`, computed cells by `OFFSET` from a locked cell of the
hidden column A. Live checks, which are many, take a cell out of a range that begins in column
A and ends in the empty column behind the filled ones, both locked: nothing is computed anew
but what the edited row or block is about. Locked cells are named by their address.
"""

from __future__ import annotations

from collections.abc import Iterable

from xlkit.cells import column_letter
from xlkit.rules.defined_names import CHAIN, chains_name
from xlkit.template.layout import MARK_COLUMN

_MARKS = column_letter(MARK_COLUMN)


def same_row(column: int) -> str:
    """The cell of that column in the formula's own row."""
    letters = column_letter(column)
    return f"INDEX(${letters}:${letters},ROW())"


def anchored(row: int, column: int, sheet: str = "") -> str:
    """A cell by its distance from the locked cell of its row."""
    return f"OFFSET({sheet}${_MARKS}${row},0,{column - MARK_COLUMN})"


def anchored_column(top: int, bottom: int, column: int, sheet: str = "") -> str:
    """Cells of one column by their distance from the locked cell of the first row."""
    distance = column - MARK_COLUMN
    return f"OFFSET({sheet}${_MARKS}${top},0,{distance},{bottom - top + 1},1)"


def of_row(column: int, edge: int, row: str, sheet: str = "") -> str:
    """The cell of a column in a row; `row` is its number as a formula has it."""
    return f"INDEX({sheet}${_MARKS}{row}:${column_letter(edge)}{row},{column})"


def of_rows(column: int, edge: int, top: int, bottom: str, sheet: str = "") -> str:
    """The cells of a column from a row down to another."""
    return f"INDEX({sheet}${_MARKS}${top}:${column_letter(edge)}{bottom},0,{column})"


def locked(top: int, column: int, bottom: int | None = None, sheet: str = "") -> str:
    """A locked cell, or cells of one column, which nobody can cut."""
    letters = column_letter(column)
    end = "" if bottom is None or bottom == top else f":${letters}${bottom}"
    return f"{sheet}${letters}${top}{end}"


def blank(cell: str) -> str:
    """Whether a cell holds nothing that can be seen."""
    return f"LEN(TRIM({cell}))=0"


def any_filled(cells: Iterable[str]) -> str:
    """Whether any of the cells holds something."""
    return f"LEN({'&'.join(cells)})>0"


def is_in(name: str, cell: str) -> str:
    """Whether a text is in a list to the letter; `*` and `?` mean themselves."""
    return f"SUMPRODUCT(--EXACT({name},{cell}))>0"


def branch(tree: str, above: tuple[str, ...], suffix: str = "") -> str:
    """The list under the names that stand in the cells above, empty where they are no chain.

    Source of the form: positions instead of user text in names, probed to survive .xlsx,
    .xls and .ods.
    """
    depth = len(above)
    chains = chains_name(tree, depth)
    joined = f'&"{CHAIN}"&'.join(above)
    position = f"SUMPRODUCT(EXACT({chains},{joined})*ROW({chains}))"
    return f'INDIRECT("_tree_{tree}_{depth}_"&{position}&"{suffix}")'
