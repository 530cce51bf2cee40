"""Where planned rows and columns stand in a returned sheet."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from openpyxl import Workbook
from openpyxl.utils import column_index_from_string
from openpyxl.worksheet.worksheet import Worksheet

from tests.validation.returns import COMPACT, compact, edited, unmerged
from xlkit.submission.grid import FileKind
from xlkit.submission.locate import Placement, inserted_rows, is_in_order, locate
from xlkit.submission.opening import open_workbook

BASICS, TABLE = "基本情况", "指标"


def placed(sheet: str, edit: Callable[[Worksheet], object]) -> Placement:
    def change(book: Workbook) -> None:
        edit(unmerged(book, sheet))

    data = edited(compact().data, change)
    found, _ = locate(compact().layout, open_workbook(data, FileKind.XLSX).sheets)
    return next(item for item in found.values() if item.place.name == sheet)


def nothing(sheet: Worksheet) -> None:
    pass


# Edit of the table's sheet → returned rows of planned 1, 2, 3 (heading), 4, 6, 9 (rows of it).
ROWS: list[tuple[str, Callable[[Worksheet], object], list[int | None]]] = [
    ("nothing", nothing, [1, 2, 3, 4, 6, 9]),
    ("above all", lambda sheet: sheet.insert_rows(1, 2), [3, 4, 5, 6, 8, 11]),
    ("above the heading", lambda sheet: sheet.insert_rows(2), [1, 3, 4, 5, 7, 10]),
    ("inside the heading", lambda sheet: sheet.insert_rows(3), [1, 2, 4, 5, 7, 10]),
    ("under the heading", lambda sheet: sheet.insert_rows(4), [1, 2, 3, 5, 7, 10]),
    ("among rows", lambda sheet: sheet.insert_rows(6, 3), [1, 2, 3, 4, 9, 12]),
    ("first row gone", lambda sheet: sheet.delete_rows(4), [1, 2, 3, None, 5, 8]),
    ("last row gone", lambda sheet: sheet.delete_rows(9), [1, 2, 3, 4, 6, None]),
]


@pytest.mark.parametrize(("edit", "rows"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_rows(edit: Callable[[Worksheet], object], rows: list[int | None]) -> None:
    placement = placed(TABLE, edit)
    assert [placement.rows.get(row) for row in (1, 2, 3, 4, 6, 9)] == rows
    assert placement.marked


def exchange(sheet: Worksheet, one: str, other: str) -> None:
    """Puts two columns where the other one was, heading and all."""
    for first, second in zip(sheet[one], sheet[other], strict=True):
        first.value, second.value = second.value, first.value


def lead(sheet: Worksheet, column: str) -> None:
    """Cuts a column and inserts it before all that people see."""
    sheet.insert_cols(2)
    moved = column_index_from_string(column) + 1
    for row in range(1, sheet.max_row + 1):
        sheet.cell(row, 2).value = sheet.cell(row, moved).value
    sheet.delete_cols(moved)


def trail(sheet: Worksheet, column: str, after: str) -> None:
    """Cuts a column and inserts it after another one."""
    target = column_index_from_string(after) + 1
    sheet.insert_cols(target)
    for row in range(1, sheet.max_row + 1):
        sheet.cell(row, target).value = sheet[f"{column}{row}"].value
    sheet.delete_cols(column_index_from_string(column))


# Edit → returned columns of planned B to H; None where it is gone.
COLUMNS: list[tuple[str, Callable[[Worksheet], object], list[int | None]]] = [
    ("nothing", nothing, [2, 3, 4, 5, 6, 7, 8]),
    ("before all", lambda sheet: sheet.insert_cols(1), [3, 4, 5, 6, 7, 8, 9]),
    ("after the marks", lambda sheet: sheet.insert_cols(2), [3, 4, 5, 6, 7, 8, 9]),
    ("in the middle", lambda sheet: sheet.insert_cols(5, 2), [2, 3, 4, 7, 8, 9, 10]),
    ("inside a value", lambda sheet: sheet.insert_cols(6), [2, 3, 4, 5, 7, 8, 9]),
    ("two exchanged", lambda sheet: exchange(sheet, "C", "D"), [2, 4, 3, 5, 6, 7, 8]),
    ("the last one first", lambda sheet: lead(sheet, "H"), [3, 4, 5, 6, 7, 8, 2]),
    ("the first one last", lambda sheet: trail(sheet, "B", "H"), [8, 2, 3, 4, 5, 6, 7]),
    ("one deleted", lambda sheet: sheet.delete_cols(4), [2, 3, None, 4, 5, 6, 7]),
    ("two deleted", lambda sheet: sheet.delete_cols(4, 2), [2, 3, None, None, 4, 5, 6]),
    ("the last one deleted", lambda sheet: sheet.delete_cols(8), [2, 3, 4, 5, 6, 7, None]),
]


@pytest.mark.parametrize(
    ("edit", "columns"), [row[1:] for row in COLUMNS], ids=[row[0] for row in COLUMNS]
)
def test_columns(edit: Callable[[Worksheet], object], columns: list[int | None]) -> None:
    placement = placed(TABLE, edit)
    assert [placement.columns.get(column) for column in range(2, 9)] == columns


def test_a_heading_without_marks_is_found_by_its_words() -> None:
    """The line of the unit and the captions bear no marks: rows inserted around them."""
    placement = placed(BASICS, lambda sheet: (sheet.insert_rows(5, 3), sheet.insert_rows(2)))
    assert [placement.rows.get(row) for row in (1, 2, 4, 5, 8, 9)] == [1, 3, 5, 9, 12, 13]


def test_a_long_text_keeps_its_lines() -> None:
    placement = placed(BASICS, lambda sheet: sheet.insert_rows(2))
    goal = next(block for block in placement.place.blocks if block.path == "goal")
    planned = goal.rows[0].slots[0].box
    assert planned.bottom > planned.top
    lines = range(planned.top, planned.bottom + 1)
    assert [placement.rows[line] for line in lines] == [line + 1 for line in lines]


def test_without_marks_the_printed_texts_tell() -> None:
    def shift(sheet: Worksheet) -> None:
        sheet.delete_cols(1)
        sheet.insert_rows(1, 4)

    placement = placed(TABLE, shift)
    assert (placement.marked, placement.rows[4], placement.columns[2]) == (False, 8, 1)


def test_inserted_rows() -> None:
    def fill(sheet: Worksheet) -> None:
        sheet.insert_rows(5, 2)
        sheet["C5"] = "在表中"
        sheet["C13"] = "在表下"
        sheet["C15"] = "隔了一行"
        sheet["T6"] = "在旁边"

    placement = placed(TABLE, fill)
    assert inserted_rows(placement, placement.place.blocks[0]) == [5, 13]


def test_other_sheets_are_left_over() -> None:
    grids = open_workbook(compact().data, FileKind.XLSX).sheets
    found, others = locate(compact().layout, grids)
    assert list(found) == ["1.0", "2.0", "3.1", "3.2"]
    assert [grid.name for grid in others] == ["填报说明", "_lists", "_xlkit"]
    assert locate(compact().layout, others) == ({}, others)


@pytest.mark.parametrize(
    ("rows", "ordered"), [([], True), ([1, 2, 5], True), ([1, 1], False), ([2, 1], False)]
)
def test_order(rows: list[int], ordered: bool) -> None:
    assert is_in_order(rows) is ordered


def test_the_form_has_what_these_addresses_mean() -> None:
    assert [sheet.last_row for sheet in compact().layout.sheets] == [20, 10, 12, 12]
    assert COMPACT.form == "compact"
