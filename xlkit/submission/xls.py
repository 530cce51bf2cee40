"""The fence around xlrd: .xls files as grids."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from io import BytesIO, StringIO
from typing import Any

import xlrd
from msoffcrypto import OfficeFile
from msoffcrypto.exceptions import (
    DecryptionError,
    InvalidKeyError,
)

from xlkit.cells import Box
from xlkit.submission.grid import (
    CJK_FORMATS,
    Cell,
    CellKind,
    FileKind,
    Grid,
    ReturnedWorkbook,
    Unreadable,
    boolean_cell,
    constant_text,
    fenced,
    hidden_among,
    number_cell,
    plain_text,
)

#: With this password Excel encrypts a file whose structure is locked, and opens it unasked.
#: Source: [MS-OFFCRYPTO] 2.3 and [MS-XLS] 2.2.10.
_UNASKED_PASSWORD = "VelvetSweatshop"  # noqa: S105  (everybody knows it)
_GLOBAL_SCOPE = -1


def read_xls(data: bytes) -> ReturnedWorkbook:
    """The file's sheets with results; .xls tells neither formulas, locks nor properties here.

    Raises:
        Unreadable: xlrd fails; with code `file-encrypted`, a password is needed.
    """
    with fenced():
        book = _book(data)
        return ReturnedWorkbook(
            kind=FileKind.XLS,
            sheets=tuple(_sheet(book, sheet) for sheet in book.sheets()),
            properties={},
            names=_names(book),
        )


def _book(data: bytes) -> Any:
    try:
        return _parsed(data)
    except xlrd.XLRDError as failure:
        if "encrypted" not in str(failure):
            raise
        return _parsed(_decrypted(data))


def _parsed(data: bytes) -> Any:
    """Xlrd's book; rows are ragged, so that a stray cell does not fill the rows above it."""
    return xlrd.open_workbook(
        file_contents=data, formatting_info=True, ragged_rows=True, logfile=StringIO()
    )


def _decrypted(data: bytes) -> bytes:
    target = BytesIO()
    try:
        locked = OfficeFile(BytesIO(data))
        locked.load_key(password=_UNASKED_PASSWORD)
        locked.decrypt(target)
    except (InvalidKeyError, DecryptionError) as failure:
        raise Unreadable("file-encrypted", str(failure)) from failure
    return target.getvalue()


def _names(book: Any) -> Mapping[str, str]:
    """The workbook's names that xlrd could put into words."""
    return {
        name.name: constant_text(name.result.text)
        for name in book.name_obj_list
        if name.scope == _GLOBAL_SCOPE and not name.builtin and name.result and name.result.text
    }


def _sheet(book: Any, sheet: Any) -> Grid:
    cells = dict(_cells(book, sheet))
    hidden_rows, hidden_columns = hidden_among(
        cells,
        {row + 1 for row, look in sheet.rowinfo_map.items() if look.hidden},
        [(at + 1, at + 1) for at, look in sheet.colinfo_map.items() if look.hidden],
    )
    return Grid(
        name=sheet.name,
        cells=cells,
        merged=tuple(
            sorted(
                Box(top + 1, left + 1, bottom, right)
                for top, bottom, left, right in sheet.merged_cells
            )
        ),
        hidden=sheet.visibility != 0,
        protected=None,
        tells_formulas=False,
        hidden_rows=hidden_rows,
        hidden_columns=hidden_columns,
        remarks={
            (row + 1, column + 1): plain_text(note.text)
            for (row, column), note in sheet.cell_note_map.items()
            if note.text
        },
    )


def _cells(book: Any, sheet: Any) -> Iterator[tuple[tuple[int, int], Cell]]:
    for row in range(sheet.nrows):
        for column, found in enumerate(sheet.row(row)):
            cell = _cell(book, found)
            if cell.text:
                yield (row + 1, column + 1), cell


def _cell(book: Any, found: Any) -> Cell:
    """The cell's value; an empty text where there is none."""
    match found.ctype:
        case xlrd.XL_CELL_TEXT:
            return Cell(plain_text(found.value))
        case xlrd.XL_CELL_NUMBER | xlrd.XL_CELL_DATE:
            code = _format(book, found.xf_index)
            return number_cell(repr(found.value), code, from_1904=book.datemode == 1)
        case xlrd.XL_CELL_BOOLEAN:
            return boolean_cell(bool(found.value))
        case xlrd.XL_CELL_ERROR:
            text = xlrd.error_text_from_code.get(found.value, f"#ERR{found.value}")
            return Cell(text, kind=CellKind.ERROR)
        case _:
            return Cell("")


def _format(book: Any, style: int) -> str:
    """The number format of a cell style."""
    key = book.xf_list[style].format_key
    known = book.format_map.get(key)
    return (known and known.format_str) or CJK_FORMATS.get(key, "General")
