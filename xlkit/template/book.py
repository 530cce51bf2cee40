"""The only door to XlsxWriter: what it refuses or warns of becomes an error."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from io import BytesIO
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from xlkit.cells import Box, absolute, quoted_sheet, wrapped_lines
from xlkit.errors import RenderError
from xlkit.sentences import English
from xlkit.template.finishing import (
    WORKBOOK_PART,
    edited,
    page_part,
    with_fitted_rows,
    with_locked_structure,
)
from xlkit.template.signs import escaped, without_controls, writable

Style = Mapping[str, Any]
Datum = tuple[str | float | None, Format]
"""The content of a cell and its format: a text is always a text, None leaves it blank."""

#: Set where no date is given, so that equal input gives equal bytes.
EPOCH = datetime(2000, 1, 1)  # noqa: DTZ001  (documents know no zone)
#: Source: OOXML's number for the paper size A4.
A4 = 9
#: Points of a row at the most. Source: Excel specifications and limits.
HIGHEST = 409.0
#: Source: Excel repairs away data validations with longer formulas.
_MAX_VALIDATION = 255
_COMMENT_WIDTH, _COMMENT_SIGNS = 320, 44
"""Pixels of a comment's width, and the signs that one line of it takes."""


class _Sheet(Worksheet):  # type: ignore[misc]
    """A sheet that takes formulas as they are: newer functions than all programs share have
    no place in them, so nobody needs to look for fifty of their names.
    """

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:
        return formula.removeprefix("=")


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
        self._created = created or EPOCH
        self._book.set_properties({"created": self._created})
        self._book.set_calc_mode("auto")
        self._font = font
        self._formats: dict[tuple[tuple[str, Any], ...], Format] = {}
        self._pages: list[Page] = []
        self.formulas: set[str] = set()
        """Every formula that was written into a cell."""

    def page(self, name: str) -> Page:
        """A new sheet of that name."""
        try:
            page = Page(self, self._book.add_worksheet(name, _Sheet), name)
        except xlsxwriter.exceptions.XlsxWriterException as error:
            raise RenderError(English(f"no sheet can be named {name!r}: {error}")) from error
        self._pages.append(page)
        return page

    def name(self, name: str, formula: str) -> None:
        """Defines a name of the whole workbook."""
        _called(self._book.define_name, name, f"={formula}", what=f"defined name {name}")

    def name_range(self, name: str, sheet: str, box: Box) -> None:
        self.name(name, f"{quoted_sheet(sheet)}!{absolute(box)}")

    def property(self, name: str, text: str) -> None:
        """Sets a custom document property of at most 255 characters."""
        _called(
            self._book.set_custom_property, name, writable(text), "text", what=f"property {name}"
        )

    def titled(self, title: str, subject: str = "") -> None:
        """Sets what file managers show of the document."""
        self._book.set_properties({"title": title, "subject": subject, "created": self._created})

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
                raise RenderError(English(f"the workbook cannot be written: {error}")) from error
        edits = {page_part(number): page.finished for number, page in enumerate(self._pages, 1)}
        if lock_structure:
            edits[WORKBOOK_PART] = with_locked_structure
        return edited(self._buffer.getvalue(), edits)


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
        self._called(self._put, top, left, text or None, form, where=box)

    def rows(self, top: int, left: int, rows: Iterable[Sequence[Datum]]) -> None:
        """Writes many cells, row under row; much faster than one by one."""
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            for row, cells in enumerate(rows, start=top):
                for column, (content, form) in enumerate(cells, start=left):
                    if self._put(row - 1, column - 1, content, form) < 0:
                        box = Box(row, column, row, column)
                        raise RenderError(English(f"{self.name}!{box.a1()}: the writer refused it"))

    def number(self, box: Box, number: float, style: Style) -> None:
        self._spread(box, style)
        form = self._book.style(style)
        self._called(self.sheet.write_number, box.top - 1, box.left - 1, number, form, where=box)

    def formula(self, box: Box, formula: str, style: Style, value: float | str) -> None:
        """Writes a formula with its true value, which viewers show without computing."""
        self._spread(box, style)
        form = self._book.style(style)
        place = (box.top - 1, box.left - 1)
        held = escaped(value) if isinstance(value, str) else value
        self._book.formulas.add(formula)
        self._called(self.sheet.write_formula, *place, formula, form, held, where=box)

    def link(self, box: Box, target: str, text: str, style: Style) -> None:
        """Writes a link to a cell of this workbook: `'Sheet'!B7`."""
        form = self._book.style(style)
        place = (box.top - 1, box.left - 1)
        self._called(self.sheet.write_url, *place, f"internal:{target}", form, text, where=box)

    def validate(self, box: Box, options: Mapping[str, Any]) -> None:
        source = options.get("source", "")
        if isinstance(source, str) and len(source) > _MAX_VALIDATION:
            place = f"{self.name}!{box.a1()}"
            raise RenderError(
                English(f"{place}: the list's formula is longer than {_MAX_VALIDATION} signs")
            )
        top, left, bottom, right = (number - 1 for number in box)
        self._called(self.sheet.data_validation, top, left, bottom, right, dict(options), where=box)

    def comment(self, box: Box, text: str, *, author: str = "") -> None:
        """Puts a comment on a cell, shown when somebody points at it."""
        lines = wrapped_lines(text, _COMMENT_SIGNS)
        options = {"author": author, "width": _COMMENT_WIDTH, "height": 18 * lines + 14}
        place = (box.top - 1, box.left - 1)
        shown = without_controls(text)
        self._called(self.sheet.write_comment, *place, shown, options, where=box)

    def paint(self, box: Box, formula: str, style: Style) -> None:
        """Adds a conditional format by formula."""
        top, left, bottom, right = (number - 1 for number in box)
        options = {"type": "formula", "criteria": f"={formula}", "format": self._book.paint(style)}
        self._called(self.sheet.conditional_format, top, left, bottom, right, options, where=box)

    def filter(self, box: Box) -> None:
        """Puts filter buttons into the first row of the box."""
        top, left, bottom, right = (number - 1 for number in box)
        self._called(self.sheet.autofilter, top, left, bottom, right, where=box)

    def chart(self, box: Box, chart: Any, options: Mapping[str, Any]) -> None:
        """Puts a chart at the upper left cell of the box."""
        place = (box.top - 1, box.left - 1)
        self._called(self.sheet.insert_chart, *place, chart, dict(options), where=box)

    def column(
        self,
        first: int,
        last: int,
        width: float,
        *,
        hidden: bool = False,
        tucked: bool = False,
        style: Style | None = None,
    ) -> None:
        """Sets the width of columns; tucked ones are folded away and can be unfolded.

        `style` is that of the cells that nothing was written into.
        """
        options: dict[str, Any] = {"hidden": True} if hidden or tucked else {}
        if tucked:
            options["level"] = 1
        form = None if style is None else self._book.style(style)
        self._called(self.sheet.set_column, first - 1, last - 1, width, form, options, where=None)

    def height(self, row: int, points: float, *, fitted: bool = False) -> None:
        """Sets a row's height; a `fitted` one is fitted anew by programs when it is edited."""
        self._called(self.sheet.set_row, row - 1, points, where=None)
        if fitted:
            self._fitted.add(row)

    def finished(self, part: bytes) -> bytes:
        """The sheet's part with fitted rows no longer said to be set by hand."""
        return with_fitted_rows(part, self._fitted)

    def _put(self, row: int, column: int, content: str | float | None, form: Format) -> int:
        """Writes one cell, 0-based; what XlsxWriter answers."""
        if isinstance(content, str):
            content = writable(content)
        if content is None or content == "":
            answer = self.sheet.write_blank(row, column, None, form)
        elif not isinstance(content, str):
            answer = self.sheet.write_number(row, column, content, form)
        elif content.startswith("<r>") and content.endswith("</r>"):
            # XlsxWriter takes such a text for XML of its own and would break the workbook.
            parts = (content[:1], content[1:3], content[3:])
            answer = self.sheet.write_rich_string(row, column, *parts, form)
        else:
            answer = self.sheet.write_string(row, column, content, form)
        return int(answer)

    def _spread(self, box: Box, style: Style) -> None:
        if not box.is_cell:
            self.text(box, "", style)

    def _called(self, method: Any, *arguments: Any, where: Box | None) -> None:
        place = f"{self.name}!{where.a1()}" if where else self.name
        _called(method, *arguments, what=place)


def _called(method: Any, *arguments: Any, what: str) -> None:
    """Calls XlsxWriter; raises RenderError where it warns or refuses."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            _refused(method(*arguments), what)
        except UserWarning as warning:
            raise RenderError(English(f"{what}: {warning}")) from warning


def _refused(result: Any, what: str) -> None:
    """Raises RenderError for any sign of XlsxWriter's that something was not written."""
    if isinstance(result, int) and result < 0:
        raise RenderError(English(f"{what}: the writer refused it (code {result})"))
