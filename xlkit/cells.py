"""Cell addresses and the widths of texts in cells."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable
from typing import NamedTuple

#: Source: ECMA-376 Part 1, 18.3.1.73 and Excel's specifications and limits.
MAX_ROW = 1_048_576
MAX_COLUMN = 16_384

_ADDRESS = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")


def column_letter(column: int) -> str:
    """The letters of a column; 1 is A, 27 is AA."""
    letters = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def column_number(letters: str) -> int:
    """The number of a column; A is 1, AA is 27."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def address(row: int, column: int) -> str:
    """The address of a cell, both 1-based: (7, 2) is B7."""
    return f"{column_letter(column)}{row}"


def parse_address(text: str) -> tuple[int, int]:
    """Row and column, 1-based, of an address such as B7 or $B$7.

    Raises:
        ValueError: the text is no address.
    """
    match = _ADDRESS.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is not a cell address")
    return int(match[2]), column_number(match[1])


class Box(NamedTuple):
    """A rectangle of cells, 1-based, all four bounds inclusive."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def is_cell(self) -> bool:
        return self.top == self.bottom and self.left == self.right

    @property
    def first(self) -> tuple[int, int]:
        """Row and column of the upper left cell, which holds a merged range's value."""
        return self.top, self.left

    def a1(self) -> str:
        """The range as people write it: B7, or B7:D9."""
        start = address(self.top, self.left)
        return start if self.is_cell else f"{start}:{address(self.bottom, self.right)}"


def boxes(places: Iterable[tuple[int, int]]) -> tuple[Box, ...]:
    """The fewest runs that hold cells (row, column): along rows first, then equal ones stacked."""
    runs: list[Box] = []
    for row, column in sorted(set(places)):
        last = runs[-1] if runs else None
        if last is not None and last.top == row and last.right == column - 1:
            runs[-1] = last._replace(right=column)
        else:
            runs.append(Box(row, column, row, column))
    stacked: dict[tuple[int, int, int], Box] = {}
    for run in runs:
        above = stacked.pop((run.left, run.right, run.top - 1), run)
        stacked[run.left, run.right, run.bottom] = above._replace(bottom=run.bottom)
    return tuple(sorted(stacked.values()))


def absolute(box: Box) -> str:
    """The range with every part fixed: $B$7:$D$9."""
    start = f"${column_letter(box.left)}${box.top}"
    return start if box.is_cell else f"{start}:${column_letter(box.right)}${box.bottom}"


def quoted_sheet(name: str) -> str:
    """A sheet's name as formulas and links want it, always quoted."""
    return "'" + name.replace("'", "''") + "'"


def display_width(text: str) -> int:
    """Columns that the longest line of a text takes; East Asian wide signs take two.

    Source: Unicode Standard Annex #11. Ambiguous signs (“ ” ≥ —) count as wide, as the
    fonts of Chinese offices draw them.
    """
    return max((sum(map(_sign_width, line)) for line in text.split("\n")), default=0)


def wrapped_lines(text: str, width: float) -> int:
    """Lines that a text takes in a cell of that many columns; at least 1."""
    room = max(width, 2.0)
    return sum(max(1, math.ceil(display_width(line) / room)) for line in text.split("\n"))


def _sign_width(sign: str) -> int:
    return 2 if unicodedata.east_asian_width(sign) in "WFA" else 1
