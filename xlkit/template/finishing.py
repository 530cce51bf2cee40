"""Finishing touches: what XlsxWriter has no call for, put into the parts of its workbook."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Collection, Mapping
from io import BytesIO

WORKBOOK_PART = "xl/workbook.xml"
#: Source: the zip format's first date.
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)
_CUSTOM_HEIGHT = re.compile(rb'(<row r="(\d+)"[^>]*?) customHeight="1"')
_LOCK = b'<workbookProtection lockStructure="1"/>'


def page_part(number: int) -> str:
    """The name of a sheet's part; sheets count from 1."""
    return f"xl/worksheets/sheet{number}.xml"


def with_locked_structure(part: bytes) -> bytes:
    """The workbook's part, so that no sheet can be added or moved."""
    return part.replace(b"<bookViews>", _LOCK + b"<bookViews>", 1)


def with_fitted_rows(part: bytes, rows: Collection[int]) -> bytes:
    """A sheet's part in which those rows are no longer said to be set by hand."""

    def row(match: re.Match[bytes]) -> bytes:
        return match[1] if int(match[2]) in rows else match[0]

    return _CUSTOM_HEIGHT.sub(row, part) if rows else part


def edited(data: bytes, edits: Mapping[str, Callable[[bytes], bytes]]) -> bytes:
    """The package with what XlsxWriter has no call for put into its parts."""
    target = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as source, zipfile.ZipFile(target, "w") as out:
        for member in source.infolist():
            content = edits.get(member.filename, bytes)(source.read(member))
            info = zipfile.ZipInfo(member.filename, _ZIP_DATE)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = member.external_attr
            out.writestr(info, content)
    return target.getvalue()
