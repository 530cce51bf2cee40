"""Opens a screened file with the parser of its kind."""

from __future__ import annotations

from xlkit.submission.grid import FileKind, ReturnedWorkbook, Unreadable


def open_workbook(data: bytes, kind: FileKind) -> ReturnedWorkbook:
    """The file's sheets, names and properties; imports only the parser that is needed.

    Only for bytes that `screen` let pass: parsers trust what they are given.

    Raises:
        Unreadable: the parser could not make sense of the file, or its sheets have one name:
            nobody could tell whose cell is meant.
    """
    workbook = _parsed(data, kind)
    names = [grid.name for grid in workbook.sheets]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise Unreadable("file-damaged", f"more than one sheet is named {twice[:40]!r}")
    return workbook


def _parsed(data: bytes, kind: FileKind) -> ReturnedWorkbook:
    match kind:
        case FileKind.XLSX:
            from xlkit.submission.xlsx import read_xlsx

            return read_xlsx(data)
        case FileKind.XLS:
            from xlkit.submission.xls import read_xls

            return read_xls(data)
        case FileKind.ODS:
            from xlkit.submission.ods import read_ods

            return read_ods(data)
