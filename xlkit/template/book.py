"""The only door to XlsxWriter: what it refuses or warns of becomes an error."""

from __future__ import annotations

import re
import warnings
import zipfile
from collections.abc import Callable, Mapping
from datetime import datetime
from io import BytesIO
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from xlkit.cells import Box, absolute, quoted_sheet
from xlkit.errors import RenderError

Style = Mapping[str, Any]

#: Set where no date is given, so that equal input gives equal bytes.
EPOCH = datetime(2000, 1, 1)  # noqa: DTZ001  (documents know no zone)
#: Source: the zip format's first date.
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)
_WORKBOOK_PART = "xl/workbook.xml"
_PAGE_PART = "xl/worksheets/sheet{}.xml"
_CUSTOM_HEIGHT = re.compile(rb'(<row r="(\d+)"[^>]*?) customHeight="1"')
_LOCK = b'<workbookProtection lockStructure="1"/>'


class Book:
    """A workbook in the making. Rows and columns are 1-based; texts are always texts."""

    def __init__(self, created: datetime | None = None, *, font: str = "宋体") -> None:
        self._buffer = BytesIO()
        options = {
            "in_memory": True,
            "strings_to_numbers": False,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "nan_inf_to_errors": False,
        }
        self._book = xlsxwriter.Workbook(self._buffer, options)
        self._book.set_properties({"created": created or EPOCH})
        self._book.set_calc_mode("auto")
        self._font = font
        self._formats: dict[tuple[tuple[str, Any], ...], Format] = {}
        self._pages: list[Page] = []

    def page(self, name: str) -> Page:
        """A new sheet of that name."""
        try:
            page = Page(self, self._book.add_worksheet(name), name)
        except xlsxwriter.exceptions.XlsxWriterException as error:
            raise RenderError(f"no sheet can be named {name!r}: {error}") from error
        self._pages.append(page)
        return page

    def name(self, name: str, formula: str) -> None:
        """Defines a name of the whole workbook."""
        _refused(self._book.define_name(name, f"={formula}"), f"defined name {name}")

    def name_range(self, name: str, sheet: str, box: Box) -> None:
        self.name(name, f"{quoted_sheet(sheet)}!{absolute(box)}")

    def property(self, name: str, text: str) -> None:
        """Sets a custom document property of at most 255 characters."""
        _refused(self._book.set_custom_property(name, text, "text"), f"property {name}")

    def titled(self, title: str, subject: str = "") -> None:
        """Sets what file managers show of the document."""
        self._book.set_properties({"title": title, "subject": subject, "created": EPOCH})

    def chart(self, options: Mapping[str, Any]) -> Any:
        """A new chart, to be filled and inserted by its caller."""
        return self._book.add_chart(dict(options))

    def style(self, style: Style) -> Format:
        """The cell format of those properties; equal ones are one format."""
        wanted = {"font_name": self._font, "font_size": 11, "valign": "vcenter", **style}
        key = tuple(sorted(wanted.items()))
        if key not in self._formats:
            self._formats[key] = self._book.add_format(wanted)
        return self._formats[key]

    def paint(self, style: Style) -> Format:
        """A format for conditional formatting: only what it changes."""
        return self._book.add_format(dict(style))

    def finish(self, *, lock_structure: bool = False) -> bytes:
        """The workbook's bytes, complete; `lock_structure` forbids adding or moving sheets.

        Raises:
            RenderError: XlsxWriter warned; what it warned of would be missing.
        """
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            try:
                self._book.close()
            except (UserWarning, xlsxwriter.exceptions.XlsxWriterException) as error:
                raise RenderError(f"the workbook cannot be written: {error}") from error
        edits = {
            _PAGE_PART.format(number): page.finished for number, page in enumerate(self._pages, 1)
        }
        if lock_structure:
            edits[_WORKBOOK_PART] = _locked
        return _edited(self._buffer.getvalue(), edits)


class Page:
    """A sheet in the making."""

    def __init__(self, book: Book, sheet: Worksheet, name: str) -> None:
        self._book = book
        self.sheet = sheet
        self.name = name
        self._fitted: set[int] = set()

    def text(self, box: Box, text: str, style: Style) -> None:
        """Writes a text, over the whole box; an empty one gives styled blank cells."""
        top, left, bottom, right = (number - 1 for number in box)
        form = self._book.style(style)
        if not box.is_cell:
            self._called(self.sheet.merge_range, top, left, bottom, right, "", form, where=box)
        if text == "":
            self._called(self.sheet.write_blank, top, left, None, form, where=box)
        else:
            self._called(self.sheet.write_string, top, left, text, form, where=box)

    def number(self, box: Box, number: float, style: Style) -> None:
        self._spread(box, style)
        form = self._book.style(style)
        self._called(self.sheet.write_number, box.top - 1, box.left - 1, number, form, where=box)

    def formula(self, box: Box, formula: str, style: Style, value: float | str) -> None:
        """Writes a formula with its true value, which viewers show without computing."""
        self._spread(box, style)
        form = self._book.style(style)
        place = (box.top - 1, box.left - 1)
        self._called(self.sheet.write_formula, *place, formula, form, value, where=box)

    def link(self, box: Box, target: str, text: str, style: Style) -> None:
        """Writes a link to a cell of this workbook: `'Sheet'!B7`."""
        form = self._book.style(style)
        place = (box.top - 1, box.left - 1)
        self._called(self.sheet.write_url, *place, f"internal:{target}", form, text, where=box)

    def validate(self, box: Box, options: Mapping[str, Any]) -> None:
        top, left, bottom, right = (number - 1 for number in box)
        self._called(self.sheet.data_validation, top, left, bottom, right, dict(options), where=box)

    def paint(self, box: Box, formula: str, style: Style) -> None:
        """Adds a conditional format by formula."""
        top, left, bottom, right = (number - 1 for number in box)
        options = {"type": "formula", "criteria": f"={formula}", "format": self._book.paint(style)}
        self._called(self.sheet.conditional_format, top, left, bottom, right, options, where=box)

    def column(self, first: int, last: int, width: float, *, hidden: bool = False) -> None:
        options = {"hidden": True} if hidden else {}
        self._called(self.sheet.set_column, first - 1, last - 1, width, None, options, where=None)

    def height(self, row: int, points: float, *, fitted: bool = False) -> None:
        """Sets a row's height; a `fitted` one is fitted anew by programs when it is edited."""
        self._called(self.sheet.set_row, row - 1, points, where=None)
        if fitted:
            self._fitted.add(row)

    def finished(self, part: bytes) -> bytes:
        """The sheet's part with fitted rows no longer said to be set by hand."""

        def row(match: re.Match[bytes]) -> bytes:
            return match[1] if int(match[2]) in self._fitted else match[0]

        return _CUSTOM_HEIGHT.sub(row, part) if self._fitted else part

    def _spread(self, box: Box, style: Style) -> None:
        if not box.is_cell:
            self.text(box, "", style)

    def _called(self, method: Any, *arguments: Any, where: Box | None) -> None:
        place = f"{self.name}!{where.a1()}" if where else self.name
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            try:
                _refused(method(*arguments), place)
            except UserWarning as warning:
                raise RenderError(f"{place}: {warning}") from warning


def _refused(result: Any, what: str) -> None:
    """Raises RenderError for any sign of XlsxWriter's that something was not written."""
    if isinstance(result, int) and result < 0:
        raise RenderError(f"{what}: the writer refused it (code {result})")


def _locked(part: bytes) -> bytes:
    return part.replace(b"<bookViews>", _LOCK + b"<bookViews>", 1)


def _edited(data: bytes, edits: Mapping[str, Callable[[bytes], bytes]]) -> bytes:
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
