"""Formulas as trees: written out for spreadsheet programs, worked out here, one meaning.

A live check is such a tree. Written out it stands in a locked cell of the workbook; worked
out it gives the value that the cell goes out with, and lets tests ask thousands of returns
what their workbooks say. Here is what a formula sees, and what stands for itself in it;
what it makes of them is in `operations`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from xlkit.form.texts import Text
from xlkit.rules.arithmetic import FAULT, Scalar, Value, as_number


class Look(StrEnum):
    """Which cell of a field, or which of the hidden cells beside its row."""

    WHOLE = "whole"
    OPERATOR = "operator"
    NUMBER = "number"
    UNIT = "unit"
    OWN = "own"
    """What is wrong in the field by itself."""
    REST = "rest"
    """An indicator value in one cell without its unit."""
    HINT = "hint"
    """Which hint of the form a name is for."""
    BARE = "bare"
    """A text without blanks, to be held against others."""
    CALLED = "called"
    """The same without a note in brackets at its end."""
    SAID = "said"
    """Texts of the row that a rule looks through together."""
    MONEY = "money"
    """What a rule makes of the money of its row."""
    FILLED = "filled"
    """Whether anything was typed into the row."""
    ACTIVE = "active"
    """Whether anything was typed into the sheet."""


class Sight(Protocol):
    """What a formula sees from where it stands."""

    def cell(self, cell: Cell) -> str: ...
    def content(self, cell: Cell) -> Scalar: ...
    def areas(self, area: Area) -> Sequence[str]: ...
    def contents(self, area: Area) -> Sequence[list[Scalar]]: ...
    def entries(self, name: str) -> list[Scalar]: ...
    def said(self, words: Words) -> str: ...
    def shape(self, cell: Cell) -> str: ...


class Node(Protocol):
    """A part of a formula."""

    def excel(self, sight: Sight) -> str: ...
    def value(self, sight: Sight) -> Value: ...


@dataclass(frozen=True, slots=True)
class Literal:
    """A text, a number or a truth that stands for itself."""

    literal: str | float | bool

    def excel(self, sight: Sight) -> str:
        if isinstance(self.literal, bool):
            return "TRUE" if self.literal else "FALSE"
        if isinstance(self.literal, str):
            return _quoted(self.literal)
        return f"{self.literal:.15g}"

    def value(self, sight: Sight) -> Value:
        return self.literal


@dataclass(frozen=True, slots=True)
class Several:
    """A few texts or numbers that stand for themselves, below each other."""

    literals: tuple[str | float, ...]

    def excel(self, sight: Sight) -> str:
        return "{" + ";".join(Literal(item).excel(sight) for item in self.literals) + "}"

    def value(self, sight: Sight) -> Value:
        return list(self.literals)


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of the formula's own row."""

    field: str
    look: Look = Look.WHOLE

    def excel(self, sight: Sight) -> str:
        return sight.cell(self)

    def value(self, sight: Sight) -> Value:
        return sight.content(self)


@dataclass(frozen=True, slots=True)
class Area:
    """Cells that a reference of the form means, seen from the formula.

    `above`: only those down to the formula's own row, its own among them. `rule`: its hidden
    cells in the rows that have the field. So many rows are left out at the `top` and the `bottom`.
    """

    block: str
    row: str | None
    field: str
    look: Look = Look.WHOLE
    above: bool = False
    rule: str = ""
    top: int = 0
    bottom: int = 0


@dataclass(frozen=True, slots=True)
class Span:
    """One stretch of an area, where a formula must name each by itself."""

    area: Area
    number: int

    def excel(self, sight: Sight) -> str:
        return sight.areas(self.area)[self.number]

    def value(self, sight: Sight) -> Value:
        return sight.contents(self.area)[self.number]


@dataclass(frozen=True, slots=True)
class Name:
    """A list of the workbook, by its defined name."""

    name: str

    def excel(self, sight: Sight) -> str:
        return self.name

    def value(self, sight: Sight) -> Value:
        return sight.entries(self.name)


@dataclass(frozen=True, slots=True)
class One:
    """The only text of a list."""

    name: str

    def excel(self, sight: Sight) -> str:
        return self.name

    def value(self, sight: Sight) -> Value:
        return sight.entries(self.name)[0]


@dataclass(frozen=True, slots=True)
class Chosen:
    """A list whose defined name ends in a number that is worked out: `INDIRECT("_a_"&n&"_b")`."""

    before: str
    number: Node
    after: str = ""

    def excel(self, sight: Sight) -> str:
        return f'INDIRECT("{self.before}"&{self.number.excel(sight)}&"{self.after}")'

    def value(self, sight: Sight) -> Value:
        number = self.number.value(sight)
        if number is FAULT:
            return number
        return sight.entries(f"{self.before}{as_number(number):.0f}{self.after}")


@dataclass(frozen=True, slots=True)
class Words:
    """What a check says: a mark, the field's label, and the name of a finding's code.

    The mark of what the return decides needs no code. `message` is the form's own sentence,
    `detail` a name that belongs to it.
    """

    mark: str
    field: str = ""
    code: str = ""
    block: str | None = None
    message: Text | None = None
    detail: str = ""

    def excel(self, sight: Sight) -> str:
        return Literal(sight.said(self)).excel(sight)

    def value(self, sight: Sight) -> Value:
        return sight.said(self)


def _quoted(text: str) -> str:
    """A text as a formula holds it, in pieces where it is longer than one may be."""
    pieces = [text[at : at + _PIECE] for at in range(0, len(text), _PIECE)] or [""]
    quoted = "&".join('"' + piece.replace('"', '""') + '"' for piece in pieces)
    return quoted if len(pieces) == 1 else f"({quoted})"


#: Source: Excel specifications and limits: a text in a formula has at most 255 characters.
_PIECE = 255
