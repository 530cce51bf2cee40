"""How a sheet prints: paper, margins, headings that repeat, and a footer that names the unit."""

from __future__ import annotations

import re

from xlkit.template.book import A4, Page
from xlkit.template.layout import MARK_COLUMN, SheetPlace
from xlkit.wording import word

_PICTURE = re.compile(r"&(?=G|\[Picture\])")


def set_up(page: Page, sheet: SheetPlace, owner: str, language: str) -> None:
    """Sets the page up for printing; `owner` is the unit whose workbook it is."""
    out = page.sheet
    out.set_paper(A4)
    if sheet.landscape:
        out.set_landscape()
    out.set_margins(left=0.45, right=0.45, top=0.55, bottom=0.6)
    out.center_horizontally()
    out.fit_to_pages(1, 0)
    out.print_area(0, MARK_COLUMN, sheet.last_row - 1, sheet.last_column - 1)
    owner, name = footer_text(owner), footer_text(sheet.name)
    out.set_footer(f"&L{owner}&C{word('footer', language)}&R{name}")
    out.hide_gridlines(2)
    tables = [block for block in sheet.blocks if block.header_rows]
    if len(sheet.blocks) == 1 and tables:
        first, last = tables[0].header_rows[0], tables[0].header_rows[-1]
        out.freeze_panes(last, 0)
        out.repeat_rows(first - 1, last - 1)


def footer_text(text: str) -> str:
    """A text as a footer holds it, where `&` begins a code.

    XlsxWriter takes `&&G` and `&&[Picture]` for the codes of a picture that nobody gave it.
    """
    return _PICTURE.sub("＆", text).replace("&", "&&")
