"""What each `Edit` does to an open workbook, by the name of its action."""

# uno brings no types, and the Python that mypy looks at has no uno:
# mypy: ignore-errors

from __future__ import annotations

import re

from com.sun.star.lang import DisposedException, Locale
from com.sun.star.sheet.CellFlags import DATETIME, FORMULA, STRING, VALUE
from com.sun.star.uno import Exception as UnoException
from com.sun.star.util.NumberFormat import PERCENT
from worker_book import RefusedError

EN_US = Locale("en", "US", "")
OWN_LANGUAGE = Locale()
PLAIN_NUMBER = re.compile(r"[-+]?[\d.,]+")


def apply(book, action, values):
    """Do one edit; `RefusedError` names the edit and the reason when LibreOffice does not do it."""
    try:
        ACTIONS[action](book, *values)
    except DisposedException:
        raise
    except RefusedError as error:
        raise RefusedError(f"{action}{tuple(values)}: {error}") from None
    except UnoException as error:
        # Its own words are often only a line of its source, so the usual causes are named.
        reason = "LibreOffice refuses, as on a protected sheet or with a wrong password"
        raise RefusedError(f"{action}{tuple(values)}: {reason} ({error})") from None


def text(book, sheet, cell, value):
    book.area(sheet, cell).setString(value)


def number(book, sheet, cell, value, number_format):
    area = book.area(sheet, cell)
    if number_format is not None:
        require_unlocked(area)
        area.NumberFormat = format_key(book.document.NumberFormats, number_format)
    area.setValue(value)


def format_key(formats, code):
    """The key of an en-US code in the office's own language: else Excel reads "[$-409]0.0%"."""
    key = formats.queryKey(code, EN_US, False)
    if key >= 0:
        return formats.getFormatForLocale(key, OWN_LANGUAGE)
    return formats.addNewConverted(code, EN_US, OWN_LANGUAGE)


def formula(book, sheet, cell, value):
    book.set_formula(book.area(sheet, cell), value)


def typed(book, sheet, cell, value):
    area = book.area(sheet, cell)
    require_unlocked(area)
    format_ = book.document.NumberFormats.getByKey(area.NumberFormat)
    # LibreOffice does so at the first digit typed, outside the call that we use.
    percent = format_.Type & PERCENT and PLAIN_NUMBER.fullmatch(value)
    area.FormulaLocal = value + "%" if percent else value


def clear(book, sheet, cells):
    area = book.area(sheet, cells)
    require_unlocked(area)
    area.clearContents(VALUE | DATETIME | STRING | FORMULA)


def require_unlocked(area):
    """Refuse what LibreOffice would leave undone without a word."""
    if area.Spreadsheet.isProtected() and any(
        part.CellProtection.IsLocked for part in parts(area.getCellFormatRanges())
    ):
        raise RefusedError(f"{area.AbsoluteName} has locked cells and its sheet is protected")


def parts(container):
    return (container.getByIndex(index) for index in range(container.Count))


def unprotect(book, sheet, password):
    book.sheet(sheet).unprotect(password)


def unprotect_book(book, password):
    book.document.unprotect(password)


def insert_rows(book, sheet, row, count):
    book.sheet(sheet).Rows.insertByIndex(row - 1, count)


def delete_rows(book, sheet, row, count):
    book.sheet(sheet).Rows.removeByIndex(row - 1, count)


def insert_columns(book, sheet, column, count):
    book.sheet(sheet).Columns.insertByIndex(column_index(book, sheet, column), count)


def delete_columns(book, sheet, column, count):
    book.sheet(sheet).Columns.removeByIndex(column_index(book, sheet, column), count)


def column_index(book, sheet, column):
    return book.area(sheet, f"{column}1").CellAddress.Column


def copy_range(book, sheet, source_range, target_sheet, target_cell):
    source = book.area(sheet, source_range)
    corner = book.area(target_sheet, target_cell).CellAddress
    require_unlocked(landing(book.sheet(target_sheet), corner, source.RangeAddress))
    book.sheet(sheet).copyRange(corner, source.RangeAddress)


def move_range(book, sheet, source_range, target_sheet, target_cell):
    source = book.area(sheet, source_range)
    corner = book.area(target_sheet, target_cell).CellAddress
    require_unlocked(source)
    require_unlocked(landing(book.sheet(target_sheet), corner, source.RangeAddress))
    book.sheet(sheet).moveRange(corner, source.RangeAddress)


def landing(sheet, corner, source):
    """The range that the source's cells will fill."""
    return sheet.getCellRangeByPosition(
        corner.Column,
        corner.Row,
        corner.Column + source.EndColumn - source.StartColumn,
        corner.Row + source.EndRow - source.StartRow,
    )


def add_sheet(book, name, position):
    book.document.Sheets.insertNewByName(name, position)


def delete_sheet(book, name):
    book.document.Sheets.removeByName(book.sheet(name).Name)


def rename_sheet(book, old, new):
    sheet = book.sheet(old)
    sheet.Name = new
    if sheet.Name != new:
        raise RefusedError("LibreOffice keeps the old name; is the workbook protected?")


def move_sheet(book, sheet, position):
    # LibreOffice counts the place before the sheet is taken out.
    behind = position > book.sheet(sheet).RangeAddress.Sheet
    book.document.Sheets.moveByName(sheet, position + behind)


def copy_sheet_to_new_workbook(book, *names):
    for name in names:
        book.sheet(name)
    source = book.replace_by_new()
    sheets = book.document.Sheets
    blank = sheets.getByIndex(0)
    # Longer than every name that comes in, and so never one of them.
    blank.Name = f"_{max(names, key=len)}"
    for name in names:
        sheets.importSheet(source, name, sheets.Count)
    sheets.removeByName(blank.Name)


ACTIONS = {
    action.__name__: action
    for action in (
        text,
        number,
        formula,
        typed,
        clear,
        unprotect,
        unprotect_book,
        insert_rows,
        delete_rows,
        insert_columns,
        delete_columns,
        copy_range,
        move_range,
        add_sheet,
        delete_sheet,
        rename_sheet,
        move_sheet,
        copy_sheet_to_new_workbook,
    )
}
