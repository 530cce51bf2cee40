"""The list of a correction workbook as it came back: explanations, and what of it is as printed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from xlkit.submission.grid import Cell as Content
from xlkit.submission.grid import Grid
from xlkit.submission.live_cells import is_check
from xlkit.template.notes import (
    KEPT_SHEET,
    NOTES_MARK,
    Column,
    Line,
    is_key,
    is_row,
    say,
    seal,
    sealed_columns,
)
from xlkit.values.text import squeeze
from xlkit.wording import LANGUAGES

Cell = tuple[int, int]

_HEADINGS = frozenset(squeeze(say("column_explanation", language)) for language in LANGUAGES)


@dataclass
class ReadNotes:
    """What one sheet of explanations says: texts by key, and its cells by what they are."""

    texts: dict[str, str] = field(default_factory=dict)
    frame: set[Cell] = field(default_factory=set)
    answers: set[Cell] = field(default_factory=set)
    is_kept: bool = False
    """Whether it is the hidden sheet of all that was ever written."""


def is_notes(grid: Grid) -> bool:
    """Whether a sheet is the list, or the hidden one of explanations."""
    return _says(grid, (1, 1)) == KEPT_SHEET or _home(grid) is not None


def explanations(sheets: Iterable[ReadNotes]) -> dict[str, str]:
    """What was written of each finding, by key; the list says it later than the hidden sheet.

    A text that was taken out of the list is gone; different ones of one key are joined.
    """
    kept: dict[str, str] = {}
    listed: dict[str, str] = {}
    for sheet in sheets:
        said = kept if sheet.is_kept else listed
        for key, text in sheet.texts.items():
            said[key] = _joined(said.get(key, ""), text)
    return {key: text for key, text in {**kept, **listed}.items() if text.strip()}


def read_notes(grid: Grid, prints: str) -> ReadNotes:
    """The explanations of a sheet, and which of its cells are as they were issued.

    `prints` are those of what the formulas of the issued workbook said.
    """
    return _kept(grid) if _says(grid, (1, 1)) == KEPT_SHEET else _listed(grid, prints)


def _kept(grid: Grid) -> ReadNotes:
    found = ReadNotes(frame={(1, 1)}, is_kept=True)
    for row in sorted({row for row, _ in grid.cells} - {1}):
        key, text, sealed = (_says(grid, (row, column)) for column in (1, 2, 3))
        if key and sealed == seal(key, [text]):
            found.texts[key] = text
            found.frame |= _printed(grid, [(row, column) for column in (1, 2, 3)])
    return found


def _listed(grid: Grid, prints: str) -> ReadNotes:
    found, home = ReadNotes(), _home(grid)
    assert home is not None, "only such sheets are read"
    place = _Place(home[1] - Column.MARK, _explained(grid, home))
    for row in sorted({row for row, _ in grid.cells}):
        mark = _says(grid, (row, place.at(Column.MARK)))
        if not is_row(mark):
            continue
        own = [(row, place.at(column)) for column in sealed_columns(mark)]
        sealed = (row, place.at(Column.SEAL))
        if _says(grid, sealed) == seal(mark, [_says(grid, cell) for cell in own]):
            found.frame |= _printed(grid, [(row, place.at(Column.MARK)), sealed, *own])
        found.frame |= set(_live(grid, row, mark, place, prints))
        if is_key(mark):
            cell = (row, place.at(Column.EXPLANATION))
            content = grid.cells.get(cell, Content(""))
            found.answers |= {cell} & set(grid.cells)
            found.texts[mark] = _joined(
                found.texts.get(mark, ""), content.text or content.formula or ""
            )
    return found


def _printed(grid: Grid, cells: Iterable[Cell]) -> set[Cell]:
    """Those of the cells that hold something, but no formula: none was printed there."""
    return {cell for cell in cells if cell in grid.cells and not grid.cells[cell].formula}


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the columns of the list came back."""

    shift: int
    explanation: int

    def at(self, column: int) -> int:
        if column == Column.EXPLANATION:
            return self.explanation
        return column + self.shift


def _home(grid: Grid) -> Cell | None:
    """The cell of the list's mark, if the sheet has it."""
    return next((cell for cell, content in grid.cells.items() if content.text == NOTES_MARK), None)


def _explained(grid: Grid, home: Cell) -> int:
    """The column of explanations: that of its heading, else where it was."""
    for (row, column), content in sorted(grid.cells.items()):
        if squeeze(content.text) in _HEADINGS and _says(grid, (row, home[1])) == Line.HEADER.mark:
            return column
    return home[1] - Column.MARK + Column.EXPLANATION


def _live(grid: Grid, row: int, mark: str, place: _Place, prints: str) -> Iterator[Cell]:
    """The cells of a row that tell how far the department is."""
    column = Column.NUMBER if mark == Line.STATE.mark else Column.STATUS
    cell = (row, place.at(column))
    content = grid.cells.get(cell)
    if content is not None and is_check(grid, content, prints):
        yield cell


def _joined(before: str, text: str) -> str:
    """Both texts, or the one that says something, or that says what the other says and more."""
    if not before.strip() or before in text:
        return text
    return before if not text.strip() or text in before else f"{before}\n{text}"


def _says(grid: Grid, cell: Cell) -> str:
    return grid.cells.get(cell, Content("")).text
