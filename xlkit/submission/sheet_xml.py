"""A sheet of an .xlsx as a grid, in one pass over its part."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import IO

from xlkit.cells import MAX_ROW, Box, address, column_number, parse_address
from xlkit.submission.book_xml import Book, RunText, is_true, unescaped
from xlkit.submission.grid import (
    Cell,
    CellKind,
    Grid,
    boolean_cell,
    hidden_among,
    moment_cell,
    number_cell,
)
from xlkit.submission.markup import Names, parse

_COLUMN = re.compile("[A-Za-z]{1,3}")
_TEXTS = frozenset({"m:v", "m:f", "m:t"})


@dataclass(slots=True)
class SheetReader:
    """The handlers that make a grid of a sheet's XML."""

    book: Book
    cells: dict[tuple[int, int], Cell] = field(default_factory=dict)
    merged: list[Box] = field(default_factory=list)
    protected: bool = False
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    _names: Names = field(default_factory=Names)
    _shared: dict[str, tuple[str, str]] = field(default_factory=dict)
    _columns: dict[str, int] = field(default_factory=dict)
    _text: RunText = field(default_factory=RunText)
    _row: int = 0
    _row_text: str = ""
    _last: str | int = 0
    """The last cell of the row: its reference, or its column where it states none."""
    _cell: dict[str, str] | None = None
    """The attributes of the open cell."""
    _formula: dict[str, str] | None = None
    _formula_text: str = ""
    _value: str | None = None
    _inline: str | None = None

    def grid(self, source: IO[bytes], name: str, *, hidden: bool) -> Grid:
        """The sheet; cells that have only a format are none."""
        parse(source, start=self._start, end=self._end, text=self._text.add)
        hidden_rows, hidden_columns = hidden_among(
            self.cells, self.hidden_rows, self.hidden_columns
        )
        return Grid(
            name=name,
            cells=self.cells,
            merged=tuple(sorted(self.merged)),
            hidden=hidden,
            protected=self.protected,
            tells_formulas=True,
            hidden_rows=hidden_rows,
            hidden_columns=hidden_columns,
        )

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        tag = self._names[name]
        if self._cell is not None:
            self._start_inside(tag, attributes)
        elif tag == "m:c":
            self._cell = attributes
        elif tag == "m:row":
            self._start_row(attributes)
        elif tag == "m:mergeCell":
            self.merged.append(_box(attributes.get("ref", "")))
        elif tag == "m:col":
            if is_true(attributes.get("hidden")) or attributes.get("width") == "0":
                self.hidden_columns.append((int(attributes["min"]), int(attributes["max"])))
        elif tag == "m:sheetProtection":
            self.protected = is_true(attributes.get("sheet"))

    def _start_row(self, attributes: dict[str, str]) -> None:
        self._row = int(attributes.get("r") or self._row + 1)
        if not 1 <= self._row <= MAX_ROW:
            raise ValueError(f"row {self._row} is outside every sheet")
        self._row_text = str(self._row)
        self._last = 0
        if is_true(attributes.get("hidden")) or attributes.get("ht") == "0":
            self.hidden_rows.add(self._row)

    def _start_inside(self, tag: str, attributes: dict[str, str]) -> None:
        text = self._text
        if tag in _TEXTS:
            if tag == "m:f":
                self._formula = attributes
            text.open = not text.aside
            if tag != "m:t":
                text.text = ""
        elif tag == "m:is":
            text.text = ""
        elif tag == "m:rPh":
            text.aside = True

    def _end(self, name: str) -> None:
        if self._cell is None:
            return
        tag, text = self._names[name], self._text
        text.open = False
        if tag == "m:v":
            if self._value is None:
                self._value = text.text
        elif tag == "m:f":
            self._formula_text = text.text
        elif tag == "m:is":
            self._inline = text.text
        elif tag == "m:rPh":
            text.aside = False
        elif tag == "m:c":
            self._end_cell(self._cell)

    def _end_cell(self, attributes: dict[str, str]) -> None:
        self._cell = None
        reference = attributes.get("r")
        filled = self._formula is not None or self._value is not None or self._inline is not None
        if filled or not reference:
            place = self._place(reference)
            self._last = place[1]
            if filled:
                self._keep(place, attributes)
        else:
            self._last = reference

    def _keep(self, place: tuple[int, int], attributes: dict[str, str]) -> None:
        cell = self._read(attributes)
        if self._formula is not None:
            blank_result = cell.text or attributes.get("t", "n") != "n"
            formula = self._written(self._formula, place)
            cell = Cell(cell.text, cell.number, cell.kind, formula, calculated=bool(blank_result))
        if cell.text or cell.formula is not None:
            if place in self.cells:
                raise ValueError(f"{address(*place)} is there twice")
            self.cells[place] = cell
        self._formula = self._value = self._inline = None
        self._formula_text = ""

    def _place(self, reference: str | None) -> tuple[int, int]:
        """Row and column of a reference; without one, the cell after the last."""
        if not reference:
            last = self._last
            return self._row, 1 + (last if isinstance(last, int) else parse_address(last)[1])
        letters = reference.removesuffix(self._row_text)
        column = self._columns.get(letters)
        if column is None:
            if letters == reference or not _COLUMN.fullmatch(letters):
                return parse_address(reference)
            column = self._columns[letters] = column_number(letters)
        return self._row, column

    def _written(self, attributes: dict[str, str], place: tuple[int, int]) -> str:
        """The formula with `=`; that of a shared one as it reads at this place."""
        text = "=" + unescaped(self._formula_text)
        index = attributes.get("si")
        if attributes.get("t") == "shared" and index is not None:
            if text != "=":
                self._shared[index] = (text, address(*place))
            elif index in self._shared:
                return _translated(*self._shared[index], address(*place))
        return text

    def _read(self, attributes: dict[str, str]) -> Cell:
        """The cell's value; an empty text where there is none."""
        kind = attributes.get("t", "n")
        if kind == "inlineStr":
            return Cell(unescaped(self._inline or ""))
        if not self._value or (kind != "str" and self._value.isspace()):
            return Cell("")
        if kind == "s":
            return self.book.strings[int(self._value)]
        if kind == "n":
            formats, style = self.book.formats, int(attributes.get("s", "0"))
            code = formats[style] if style < len(formats) else "General"
            return number_cell(self._value, code, from_1904=self.book.from_1904)
        return _READERS[kind](self._value)


def _translated(formula: str, origin: str, place: str) -> str:
    from openpyxl.formula.translate import Translator

    return str(Translator(formula, origin).translate_formula(place))


def _box(reference: str) -> Box:
    first, _, last = reference.partition(":")
    top, left = parse_address(first)
    return Box(top, left, *parse_address(last or first))


def _moment(stored: str) -> Cell:
    try:
        return moment_cell(stored)
    except ValueError:
        return Cell(stored)


_READERS: Mapping[str, Callable[[str], Cell]] = {
    "str": lambda stored: Cell(unescaped(stored)),
    "b": lambda stored: boolean_cell(is_true(stored.strip())),
    "e": lambda stored: Cell(stored.strip(), kind=CellKind.ERROR),
    "d": lambda stored: _moment(stored.strip()),
}
