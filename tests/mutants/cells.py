"""Edits of an open workbook, as people make them: each takes openpyxl's workbook and a die."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from random import Random
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import MergedCell
from openpyxl.worksheet.worksheet import Worksheet

from tests.mutants import typing_over

Edit = Callable[[Workbook, Random], object]
Block = tuple[int, int, int, int]
_MOST_AWAY = 4


def some_sheet(book: Workbook, rnd: Random) -> Worksheet:
    """Mostly a sheet that people see."""
    seen = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    return rnd.choice(seen if seen and rnd.random() < 0.9 else book.worksheets)


def some_cell(sheet: Worksheet, rnd: Random) -> Any:
    """Any cell near what is filled; one that is filled in half of all cases."""
    for _ in range(8):
        row = rnd.randint(1, sheet.max_row + 2)
        column = rnd.randint(1, sheet.max_column + 2)
        cell = sheet.cell(row, column)
        if not isinstance(cell, MergedCell) and (cell.value is not None or rnd.random() < 0.2):
            break
    return cell


def some_block(sheet: Worksheet, rnd: Random) -> Block:
    top, left = rnd.randint(1, sheet.max_row), rnd.randint(1, sheet.max_column)
    whole_row = rnd.random() < 0.2
    return (
        top,
        1 if whole_row else left,
        top + rnd.randint(0, 7),
        sheet.max_column if whole_row else left + rnd.randint(0, 4),
    )


def put(sheet: Worksheet, row: int, column: int, value: Any, like: Any = None) -> None:
    """Writes a value, and the number format of another cell, where no merge hides it."""
    if row < 1 or column < 1:
        return
    cell = sheet.cell(row, column)
    if isinstance(cell, MergedCell):
        return
    cell.value = value
    if like is not None:
        cell.number_format = like.number_format


def taken(sheet: Worksheet, block: Block) -> list[tuple[int, int, Any]]:
    """A copy of the block's cells with their place in it."""
    top, left, bottom, right = block
    return [
        (row - top, column - left, copy(sheet.cell(row, column)))
        for row in range(top, bottom + 1)
        for column in range(left, right + 1)
        if not isinstance(sheet.cell(row, column), MergedCell)
    ]


def paste(book: Workbook, rnd: Random, *, cut: bool = False) -> None:
    source, target = some_sheet(book, rnd), some_sheet(book, rnd)
    block = some_block(source, rnd)
    cells = [(down, right, cell, cell.value) for down, right, cell in taken(source, block)]
    if cut:
        for down, right, _, _ in cells:
            put(source, block[0] + down, block[1] + right, None)
    top, left = rnd.randint(1, target.max_row + 3), rnd.randint(1, target.max_column + 2)
    for down, right, cell, value in cells:
        put(target, top + down, left + right, value, cell)


def cut_and_paste(book: Workbook, rnd: Random) -> None:
    paste(book, rnd, cut=True)


def delete_block(book: Workbook, rnd: Random) -> None:
    sheet = some_sheet(book, rnd)
    block = some_block(sheet, rnd)
    for down, right, _ in taken(sheet, block):
        put(sheet, block[0] + down, block[1] + right, None)


def shift_block(book: Workbook, rnd: Random) -> None:
    """A block slides by one or two rows or columns over its neighbours."""
    sheet = some_sheet(book, rnd)
    top, left, bottom, right = some_block(sheet, rnd)
    if rnd.random() < 0.5:
        bottom, right = top + rnd.randint(2, 25), left
    cells = [
        (down, right_, cell, cell.value)
        for down, right_, cell in taken(sheet, (top, left, bottom, right))
    ]
    rows, columns = rnd.choice([(1, 0), (2, 0), (-1, 0), (-2, 0), (0, 1), (0, -1), (0, 2)])
    for down, right_, _, _ in cells:
        put(sheet, top + down, left + right_, None)
    for down, right_, cell, value in cells:
        put(sheet, top + down + rows, left + right_ + columns, value, cell)


def change_format(book: Workbook, rnd: Random) -> None:
    sheet = some_sheet(book, rnd)
    chosen = rnd.choice(typing_over.FORMATS)
    everywhere = rnd.random() < 0.3
    cells = [cell for line in sheet.iter_rows() for cell in line if cell.value is not None]
    for cell in cells if everywhere else rnd.sample(cells, min(len(cells), 6)):
        cell.number_format = chosen


def _type_over(value_of: Callable[[Any, Random], Any], most: int = 4) -> Edit:
    def edit(book: Workbook, rnd: Random) -> None:
        sheet = some_sheet(book, rnd)
        for _ in range(rnd.randint(1, most)):
            cell = some_cell(sheet, rnd)
            if not isinstance(cell, MergedCell):
                cell.value = value_of(cell.value, rnd)

    return edit


def _with_blanks(value: Any, rnd: Random) -> Any:
    """A text with blanks strewn in; nobody strews them into a formula."""
    text = "" if value is None else str(value)
    return value if text.startswith("=") else typing_over.padded(text, rnd)


def duplicate_row(book: Workbook, rnd: Random) -> None:
    """A row again, one to three rows below, with or without its hidden mark."""
    sheet = some_sheet(book, rnd)
    row, first = rnd.randint(1, sheet.max_row), rnd.choice([1, 2])
    below = row + rnd.randint(1, 3)
    if rnd.random() < 0.5:
        _inserted(sheet, "row", below, 1)
    for _, right, cell in taken(sheet, (row, first, row, sheet.max_column)):
        put(sheet, below, first + right, cell.value, cell)


def swap_rows(book: Workbook, rnd: Random) -> None:
    sheet = some_sheet(book, rnd)
    one, other = rnd.randint(1, sheet.max_row), rnd.randint(1, sheet.max_row)
    first, width = rnd.choice([1, 2]), sheet.max_column
    held = {row: taken(sheet, (row, first, row, width)) for row in (one, other)}
    values = {row: [(right, cell, cell.value) for _, right, cell in held[row]] for row in held}
    for source, target in ((one, other), (other, one)):
        for right, cell, value in values[source]:
            put(sheet, target, first + right, value, cell)


def merge(book: Workbook, rnd: Random) -> None:
    """Merges cells; Excel keeps what stands in the first of them only."""
    sheet = some_sheet(book, rnd)
    top, left, bottom, right = some_block(sheet, rnd)
    for ranges in list(sheet.merged_cells.ranges):
        if not (
            ranges.max_row < top or bottom < ranges.min_row
            or ranges.max_col < left or right < ranges.min_col
        ):  # fmt: skip
            taken_apart(sheet, ranges)
    if (top, left) != (bottom, right):
        sheet.merge_cells(start_row=top, start_column=left, end_row=bottom, end_column=right)


def unmerge(book: Workbook, rnd: Random) -> None:
    """Takes merges apart and types below what they covered."""
    sheet = some_sheet(book, rnd)
    for ranges in list(sheet.merged_cells.ranges):
        if rnd.random() < 0.5:
            taken_apart(sheet, ranges)
            if rnd.random() < 0.3:
                put(sheet, ranges.max_row, ranges.max_col, typing_over.text(rnd))


def taken_apart(sheet: Worksheet, ranges: Any) -> None:
    """Unmerges cells, also where some of them are gone, which openpyxl cannot."""
    sheet.merged_cells.remove(ranges)
    for row in range(ranges.min_row, ranges.max_row + 1):
        for column in range(ranges.min_col, ranges.max_col + 1):
            if isinstance(sheet._cells.get((row, column)), MergedCell):
                del sheet._cells[row, column]


def hide(book: Workbook, rnd: Random) -> None:
    sheet = some_sheet(book, rnd)
    for _ in range(rnd.randint(1, 6)):
        sheet.row_dimensions[rnd.randint(1, sheet.max_row)].hidden = True
        sheet.column_dimensions[rnd.choice("ABCDEFG")].hidden = rnd.random() < 0.5
    sheet.sheet_state = rnd.choice(["visible", "visible", "hidden", "veryHidden"])
    if all(each.sheet_state != "visible" for each in book.worksheets):
        sheet.sheet_state = "visible"


def rename_sheet(book: Workbook, rnd: Random) -> None:
    sheet = some_sheet(book, rnd)
    names = [
        "Sheet1",
        "改了",
        "a!b",
        "O'Neil",
        "＿lists",
        " ",
        "_xlkit2",
        sheet.title + "(2)",
        "{x}",
    ]
    if len(book.worksheets) > 1 and rnd.random() < 0.3:
        other = rnd.choice(book.worksheets)
        name, other.title = other.title, "暂名"
        sheet.title, other.title = name, (sheet.title if sheet is not other else "换名")
        return
    sheet.title = rnd.choice(names)


def reorder_sheets(book: Workbook, rnd: Random) -> None:
    rnd.shuffle(book._sheets)


def copy_sheet(book: Workbook, rnd: Random) -> None:
    """A copy beside the original; sometimes the original goes, or the copy is edited too."""
    sheet = some_sheet(book, rnd)
    made = book.copy_worksheet(sheet)
    if rnd.random() < 0.3:
        book.remove(sheet)
    elif rnd.random() < 0.5:
        put(made, *rnd.choice([(5, 5), (6, 3), (12, 4)]), typing_over.text(rnd))


def delete_sheet(book: Workbook, rnd: Random) -> None:
    if len(book.worksheets) > 1:
        book.remove(rnd.choice(book.worksheets))


def add_sheet(book: Workbook, rnd: Random) -> None:
    sheet = book.create_sheet(rnd.choice(["Sheet1", "说明", "x"]), rnd.randint(0, 2))
    for _ in range(rnd.randint(0, 5)):
        put(sheet, rnd.randint(1, 9), rnd.randint(1, 9), typing_over.text(rnd))


def _inserted(sheet: Worksheet, what: str, at: int, count: int) -> None:
    """Rows or columns put in, or with a negative count taken out; merges go along."""
    merges = [ranges.bounds for ranges in sheet.merged_cells.ranges]
    for ranges in list(sheet.merged_cells.ranges):
        taken_apart(sheet, ranges)
    if what == "row":
        sheet.insert_rows(at, count) if count > 0 else sheet.delete_rows(at, -count)
    else:
        sheet.insert_cols(at, count) if count > 0 else sheet.delete_cols(at, -count)
    for left, top, right, bottom in merges:
        start = top if what == "row" else left
        by = count if start >= at else 0
        down, aside = (by, 0) if what == "row" else (0, by)
        if count < 0 and at <= start < at - count:
            continue
        sheet.merge_cells(
            start_row=top + down,
            start_column=left + aside,
            end_row=bottom + down,
            end_column=right + aside,
        )


def _insertion(what: str, *, delete: bool) -> Edit:
    def edit(book: Workbook, rnd: Random) -> None:
        sheet = some_sheet(book, rnd)
        last = sheet.max_row if what == "row" else sheet.max_column
        at = 1 if rnd.random() < 0.15 else rnd.randint(1, last + 1)
        count = rnd.randint(1, 3)
        _inserted(sheet, what, at, -count if delete else count)
        if not delete and rnd.random() < 0.6:
            for _ in range(rnd.randint(1, 5)):
                line = at + rnd.randrange(count)
                across = rnd.randint(1, sheet.max_column if what == "row" else sheet.max_row)
                row, column = (line, across) if what == "row" else (across, line)
                put(sheet, row, column, typing_over.text(rnd))

    return edit


def lose_marks(book: Workbook, rnd: Random) -> None:
    """The hidden column is emptied, wholly or here and there."""
    share = rnd.choice([0.1, 0.5, 1.0])
    for sheet in book.worksheets if rnd.random() < 0.3 else [some_sheet(book, rnd)]:
        for row in range(1, sheet.max_row + 1):
            if rnd.random() < share:
                put(sheet, row, 1, None)


def spoil_identity(book: Workbook, rnd: Random) -> None:
    """The identity lost or changed in one to all of its places."""
    if rnd.random() < 0.5:
        for name in list(book.defined_names):
            del book.defined_names[name]
    if rnd.random() < 0.5:
        for name in list(book.custom_doc_props.names):
            del book.custom_doc_props[name]
    if "_xlkit" in book.sheetnames and rnd.random() < 0.6:
        sheet = book["_xlkit"]
        cell = sheet.cell(rnd.randint(1, 6), rnd.randint(1, 3))
        cell.value = rnd.choice([None, "x", f"{cell.value}A", str(cell.value)[::-1]])


EDITS: dict[str, Edit] = {
    "paste": paste,
    "cut and paste": cut_and_paste,
    "delete block": delete_block,
    "shift block": shift_block,
    "number format": change_format,
    "formula": _type_over(lambda _value, rnd: rnd.choice(typing_over.FORMULAS)),
    "retype": _type_over(typing_over.retyped),
    "odd text": _type_over(lambda _value, rnd: typing_over.text(rnd), 8),
    "huge text": _type_over(lambda _value, rnd: typing_over.huge(rnd), 2),
    "blanks": _type_over(_with_blanks, 8),
    "duplicate row": duplicate_row,
    "swap rows": swap_rows,
    "merge": merge,
    "unmerge": unmerge,
    "hide": hide,
    "rename sheet": rename_sheet,
    "reorder sheets": reorder_sheets,
    "copy sheet": copy_sheet,
    "delete sheet": delete_sheet,
    "add sheet": add_sheet,
    "insert rows": _insertion("row", delete=False),
    "delete rows": _insertion("row", delete=True),
    "insert columns": _insertion("column", delete=False),
    "delete columns": _insertion("column", delete=True),
    "lose marks": lose_marks,
    "spoil identity": spoil_identity,
}
