"""Where everything of a form lies on its sheets: the only module that knows addresses."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from xlkit.cells import Box, address
from xlkit.form.blocks import Matrix, Record
from xlkit.form.fields import IndicatorField
from xlkit.form.model import Form, PlacedBlock
from xlkit.form.rows import CellKey, Row
from xlkit.rules.formula import Look

#: Column A of every sheet is hidden and names the rows, so that moved rows are found again.
MARK_COLUMN = 1
FIRST_COLUMN = 2
OFFERED_ROW = "row"
"""Where the texts come from that name a row of last year; values say which source by number."""


class Part(StrEnum):
    """Which cell of a field: an indicator value may have three."""

    WHOLE = "whole"
    OPERATOR = "operator"
    NUMBER = "number"
    UNIT = "unit"


class Role(StrEnum):
    """What a printed text is; it decides its looks."""

    TITLE = "title"
    LINE_LEFT = "line_left"
    LINE_RIGHT = "line_right"
    CAPTION = "caption"
    HEADER = "header"
    LABEL = "label"
    ROW_LABEL = "row_label"
    TOTAL_LABEL = "total_label"
    ROW_NUMBER = "row_number"
    STROKE = "stroke"
    SIGNATURE = "signature"
    CHECK_HEADER = "check_header"
    MARK = "mark"


@dataclass(frozen=True, slots=True)
class Sizing:
    """How many spare rows and sheets: what a layout depends on beside its form.

    `members` is the number of sheets of each group; `spares` overrides a table's declared
    number of spare rows.
    """

    members: Mapping[str, int] = field(default_factory=dict)
    spares: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, form: Form, numbers: Mapping[str, int]) -> Sizing:
        """The sizing that an identity carries; groups and tables of other names are left out."""
        groups = form.groups
        return cls(
            members={name: number for name, number in numbers.items() if name in groups},
            spares={name: number for name, number in numbers.items() if name not in groups},
        )

    def numbers(self) -> dict[str, int]:
        """The sizing as an identity carries it."""
        return {**self.members, **self.spares}


@dataclass(frozen=True, slots=True)
class Slot:
    """The cell, or merged cells, that hold a field or one part of it."""

    field: str
    part: Part
    box: Box


@dataclass(frozen=True, slots=True)
class Text:
    """A printed text; placeholders are filled when a unit and a year are known."""

    box: Box
    text: str
    role: Role


@dataclass(frozen=True, slots=True)
class RowPlace:
    """A row of a block on its sheet; a long text makes it span several rows of the sheet."""

    row: Row
    top: int
    slots: tuple[Slot, ...]
    labels: tuple[Text, ...] = ()

    def slots_of(self, name: str) -> tuple[Slot, ...]:
        return tuple(slot for slot in self.slots if slot.field == name)

    def addresses(self, name: str) -> tuple[str, ...]:
        """The cells of a field: operator, number, unit where there are three."""
        return tuple(address(*slot.box.first) for slot in self.slots_of(name))

    def slot(self, name: str, part: Part = Part.WHOLE) -> Slot:
        """The cell of a field; its number cell where it has three. KeyError if absent."""
        found = {slot.part: slot for slot in self.slots_of(name)}
        return found.get(part) or found[Part.NUMBER]


@dataclass(frozen=True, slots=True)
class CheckLine:
    """The line under a block that says in words what is wrong in it."""

    box: Box
    mark: Text

    @property
    def row(self) -> int:
        return self.box.top


@dataclass(frozen=True, slots=True)
class BlockPlace:
    """A block on its sheet. `headers` are the column headings of matrices and tables."""

    placed: PlacedBlock
    instance: int
    rows: tuple[RowPlace, ...]
    check: CheckLine
    headers: tuple[Text, ...] = ()
    header_rows: tuple[int, ...] = ()
    hidden: tuple[tuple[Look, str], ...] = ()
    """What rules have hidden cells for beside its rows."""

    @property
    def path(self) -> str:
        return self.placed.path

    @property
    def helpers(self) -> int:
        """How many hidden columns the live checks have besides that of what is filled."""
        return self._own_helpers + len(self.hidden)

    @property
    def _own_helpers(self) -> int:
        places = (self.helper(Look.OWN, field.name) for field in self.placed.block.fields)
        return max(places, default=0)

    def helper(self, look: Look, name: str) -> int:
        """Which of the hidden columns holds that of a field, from 1."""
        if look is Look.HINT:
            return 1
        if (look, name) in self.hidden:
            return self._own_helpers + 1 + self.hidden.index((look, name))
        if look is Look.REST:
            return 2 + self.singles.index(name)
        fields = [field.name for field in self.placed.block.fields]
        if isinstance(self.placed.block, Record):
            slots = self.rows[0].slots
            top = next(slot.box.top for slot in slots if slot.field == name)
            fields = [slot.field for slot in slots if slot.box.top == top]
        return 2 + len(self.singles) + fields.index(name)

    @property
    def singles(self) -> tuple[str, ...]:
        """Indicator values in one cell."""
        return tuple(
            field.name
            for field in self.placed.block.fields
            if isinstance(field, IndicatorField) and not field.split
        )

    @property
    def first_row(self) -> int:
        return min(row.top for row in self.rows)

    @property
    def last_row(self) -> int:
        return max(slot.box.bottom for row in self.rows for slot in row.slots)

    def row(self, mark: str) -> RowPlace:
        return next(place for place in self.rows if place.row.mark == mark)


@dataclass(frozen=True, slots=True)
class SheetPlace:
    """A sheet: `widths` are those of the columns from B on, `heights` points by row.

    Rows of tables have no height of their own: programs fit them to what is typed.
    """

    id: str
    name: str
    number: int
    instance: int
    landscape: bool
    widths: tuple[float, ...]
    heights: Mapping[int, float]
    texts: tuple[Text, ...]
    blocks: tuple[BlockPlace, ...]
    last_row: int

    @property
    def last_column(self) -> int:
        """The last column that is filled and printed."""
        return FIRST_COLUMN + len(self.widths) - 1

    @property
    def edge_column(self) -> int:
        """An empty locked column behind the filled ones: ranges of formulas end in it."""
        return self.last_column + 1

    @property
    def check_column(self) -> int:
        """The column that says beside each row what is wrong in it; never printed."""
        return self.last_column + 2

    @property
    def filled_column(self) -> int:
        """Hidden: whether anything was typed into each row; in row 1, into the sheet."""
        return self.check_column + 1

    @property
    def all_columns(self) -> range:
        """Every column that the sheet has a use for; those behind `check_column` are hidden."""
        helpers = max((block.helpers for block in self.blocks), default=0)
        return range(MARK_COLUMN, self.filled_column + helpers + 1)

    def printed(self) -> Iterator[Text]:
        """Every printed text of the sheet, marks of the hidden column among them."""
        yield from self.texts
        for block in self.blocks:
            yield from block.headers
            yield block.check.mark
            for row in block.rows:
                yield from row.labels


@dataclass(frozen=True)
class Layout:
    """Where a form's blocks, fields and printed texts lie, for one sizing and language."""

    form: Form
    language: str
    sizing: Sizing
    sheets: tuple[SheetPlace, ...]

    @cached_property
    def digest(self) -> str:
        """A fingerprint of every input cell's place; words and looks do not count."""
        places = [
            [sheet.id, block.path, row.row.mark, slot.field, slot.part, *slot.box]
            for sheet in self.sheets
            for block in sheet.blocks
            for row in block.rows
            for slot in row.slots
        ]
        text = json.dumps(places, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode("utf-8")).hexdigest()[:16]

    def blocks(self) -> Iterator[tuple[SheetPlace, BlockPlace]]:
        for sheet in self.sheets:
            for block in sheet.blocks:
                yield sheet, block

    def find(self, path: str, instance: int = 0) -> tuple[SheetPlace, BlockPlace]:
        """The block of that path; `instance` counts a group's members from 1. KeyError."""
        for sheet, block in self.blocks():
            if block.path == path and block.instance == instance:
                return sheet, block
        raise KeyError((path, instance))


def is_total(block: BlockPlace, row: RowPlace) -> bool:
    """Whether a row of a matrix is the sum of others."""
    body = block.placed.block
    return isinstance(body, Matrix) and body.is_total(row.row.key)


def cell_name(path: str, instance: int, mark: str, name: str) -> str:
    """The name of an answer's cell that no moving of rows changes."""
    return f"{path}#{instance}#{mark}#{name}"


def parse_cell_name(name: str) -> CellKey | None:
    """The cell that a name is of; None where it is no such name."""
    parts = name.split("#")
    if len(parts) != 4 or not parts[1].isdecimal():  # noqa: PLR2004  (as `cell_name` has it)
        return None
    return parts[0], int(parts[1]), parts[2], parts[3]
