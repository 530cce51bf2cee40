"""What the sheets of a master share: headings, widths, heights, print set-up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from xlkit.cells import Box, display_width, wrapped_lines
from xlkit.master import looks
from xlkit.master.model import Kind, Value
from xlkit.master.sheets import HEAD
from xlkit.master.terms import word
from xlkit.template.book import A4, HIGHEST, Book, Page
from xlkit.wording import word as workbook_word

ROW = 18.0
"""Points of a row that holds one line."""
_LINE = 13.5
"""Points of a line."""
#: Source: Excel specifications and limits, contents of a cell.
_MOST_SIGNS = 32_767
#: Day 0 of Excel's calendar, as it counts from March 1900 on.
_DAY_ZERO = date(1899, 12, 30)
_ONE_LINE = 20
"""Longer headings are set in two lines."""
_SAMPLE = 2_000
"""Rows whose texts decide how wide a column is."""


#: Names and labels come again and again.
_width = lru_cache(maxsize=65_536)(display_width)
_lines = lru_cache(maxsize=65_536)(wrapped_lines)


def fitting(text: str, language: str) -> str:
    """The text as far as a cell can hold it, with a word that says where the rest is."""
    if len(text) <= _MOST_SIGNS // 2 or len(text.encode("utf-16-le")) // 2 <= _MOST_SIGNS:
        return text
    ellipsis = word("ellipsis", language)
    # Half as many signs fit whatever they are.
    return text[: _MOST_SIGNS // 2] + ellipsis


def content(value: Value, kind: Kind, language: str) -> str | float | None:
    """A value as a cell holds it: texts as texts, percents as fractions, dates as days."""
    if value is None or value == "":
        return None
    if isinstance(value, str):
        return fitting(value, language)
    if isinstance(value, date):
        return float((value - _DAY_ZERO).days)
    return float(Decimal(value) / 100 if kind is Kind.PERCENT else value)


def start(book: Book, name: str, title: str, remark: str, *, tab: str, span: int) -> Page:
    """A new sheet with its title and the line of remarks below it."""
    page = book.page(name)
    page.sheet.set_tab_color(looks.TABS[tab])
    page.sheet.hide_gridlines(2)
    page.sheet.set_default_row(ROW)
    page.height(1, 30)
    page.height(2, 18)
    page.text(Box(1, 1, 1, max(span, 2)), title, looks.TITLE)
    page.text(Box(2, 1, 2, max(span, 2)), remark, looks.SUBTITLE)
    return page


def headings(
    page: Page, row: int, left: int, labels: Sequence[str], widths: Sequence[float]
) -> None:
    """A row of headings, as high as the labels need."""
    for number, label in enumerate(labels, start=left):
        page.text(Box(row, number, row, number), label, looks.HEADER)
    lines = max(
        (wrapped_lines(label, width - 1) for label, width in zip(labels, widths, strict=True)),
        default=1,
    )
    page.height(row, lines * _LINE + 10)


def printing(page: Page, last: Box, language: str, *, heading: int | None = HEAD) -> None:
    """A4 across, as wide as one page, headings repeated; `last` is the sheet's whole range."""
    out = page.sheet
    out.set_paper(A4)
    out.set_landscape()
    out.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    out.center_horizontally()
    out.fit_to_pages(1, 0)
    out.print_area(last.top - 1, last.left - 1, last.bottom - 1, last.right - 1)
    name = page.name.replace("&", "&&")
    out.set_footer(f"&L{name}&C{workbook_word('footer', language)}")
    if heading is not None:
        out.repeat_rows(heading - 1)


def widths_of(
    labels: Sequence[str], most: Sequence[float], rows: Iterable[Sequence[str | float | None]]
) -> list[float]:
    """Widths that show headings (long ones in two lines) and the first rows' content."""
    found = [_heading_width(label) for label in labels]
    for number, cells in enumerate(rows):
        if number >= _SAMPLE:
            break
        for place, shown in enumerate(cells):
            if shown is not None and found[place] < most[place]:
                text = shown if isinstance(shown, str) else f"{shown:,.2f}"
                found[place] = max(found[place], min(_width(text) + 2.5, most[place]))
    return found


def _heading_width(label: str) -> float:
    width = display_width(label)
    return max(8.0, width + 3.0 if width <= _ONE_LINE else min(width / 2 + 4, 26.0))


def fit_heights(
    page: Page, top: int, rows: Iterable[Sequence[str | float | None]], widths: Sequence[float]
) -> None:
    """Heights of the rows whose texts take more than one line."""
    for row, cells in enumerate(rows, start=top):
        lines = 1
        for shown, width in zip(cells, widths, strict=False):
            if isinstance(shown, str) and (2 * len(shown) > width - 2 or "\n" in shown):
                lines = max(lines, _lines(shown, width - 2))
        if lines > 1:
            page.height(row, min(lines * _LINE + 6, HIGHEST), fitted=True)


def set_widths(page: Page, widths: Sequence[float], tucked: Sequence[bool] = ()) -> None:
    folded = [*tucked, *([False] * (len(widths) - len(tucked)))]
    for number, (width, fold) in enumerate(zip(widths, folded, strict=True), start=1):
        page.column(number, number, width, tucked=fold)


def with_look(style: Mapping[str, Any], *more: Mapping[str, Any]) -> Mapping[str, Any]:
    """The style with others laid over it."""
    found = dict(style)
    for other in more:
        found |= other
    return found


def cell(row: int, column: int) -> Box:
    return Box(row, column, row, column)
