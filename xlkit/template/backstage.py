"""The sheets that nobody fills: help, lists, identity."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from xlkit.cells import Box
from xlkit.form.model import Form
from xlkit.identity import Identity, to_chunks
from xlkit.template import styles
from xlkit.template.book import A4, Book, Page
from xlkit.template.layout import MARK_COLUMN, Layout, Role
from xlkit.template.lists import LISTS_SHEET, list_columns, named_ranges
from xlkit.template.printed import (
    HELP_COLUMNS,
    HELP_MARK,
    IDENTITY_SHEET,
    help_lines,
    help_sheet_name,
)
from xlkit.template.summary import SheetState, hidden_columns, summary_cells

_IDENTITY_CHUNK = 8_000
_HELP_LOOKS = {
    "title": styles.HELP_TITLE,
    "heading": styles.HELP_HEADING,
    "text": styles.HELP_TEXT,
    "label": styles.HELP_LABEL,
    "value": styles.HELP_VALUE,
    "mark": styles.HELP_LABEL,
    **styles.SWATCHES,
    **styles.SWATCHES_OF_OFFERED,
}

Protect = Callable[[Page], None]


def write_help(
    book: Book,
    layout: Layout,
    identity: Identity,
    states: Mapping[str, SheetState],
    protect: Protect,
) -> None:
    """Writes the sheet that says how the others are to be filled and how far they are."""
    page = book.page(help_sheet_name(layout))
    page.column(MARK_COLUMN, MARK_COLUMN, 4, hidden=True)
    for number, width in enumerate(HELP_COLUMNS, start=MARK_COLUMN + 1):
        page.column(number, number, width)
    page.text(Box(1, 1, 1, 1), HELP_MARK, styles.PRINTED[Role.MARK])
    last = 1
    lines = help_lines(layout, identity)
    for line in lines:
        page.height(line.box.top, line.height)
        if line.live:
            pass
        elif line.link is not None:
            page.link(line.box, line.link, line.text, styles.HELP_LINK)
        else:
            page.text(line.box, line.text, _HELP_LOOKS[line.look])
        last = line.box.bottom
    page.column(*hidden_columns(), 4, hidden=True)
    for cell in summary_cells(layout, lines, states):
        page.formula(cell.box, cell.formula, styles.HELP_STATE, cell.value)
        if not cell.hidden:
            for mark, look in styles.CHECK_COLOURS.items():
                page.paint(cell.box, f'LEFT({cell.box.a1()},1)="{mark}"', look)
    page.sheet.set_paper(A4)
    page.sheet.fit_to_pages(1, 0)
    page.sheet.print_area(0, 1, last - 1, 2)
    page.sheet.hide_gridlines(2)
    protect(page)


def write_lists(book: Book, form: Form, protect: Protect) -> None:
    """Writes the hidden sheet of lists, and defines their names."""
    page = book.page(LISTS_SHEET)
    columns = list_columns(form)
    for number, column in enumerate(columns, start=1):
        for row, text in enumerate(column.cells, start=1):
            page.text(Box(row, number, row, number), text, {"locked": True})
    for named in named_ranges(columns):
        book.name_range(named.name, LISTS_SHEET, named.box)
    protect(page)
    page.sheet.very_hidden()


def long_chunks(identity: Identity) -> list[str]:
    """The whole identity, in pieces that fit into cells."""
    return to_chunks(identity.to_json(), _IDENTITY_CHUNK)


def short_chunks(identity: Identity) -> list[str]:
    """The identity without its issued texts, in pieces that fit where only short texts do."""
    return to_chunks(identity.to_json(short=True))


def write_identity(book: Book, identity: Identity, protect: Protect) -> None:
    """Writes the identity where programs keep it: cells, properties, names."""
    page = book.page(IDENTITY_SHEET)
    page.text(Box(1, 1, 1, 1), IDENTITY_SHEET, {"locked": True})
    for row, chunk in enumerate(long_chunks(identity), start=1):
        page.text(Box(row, 2, row, 2), chunk, {"locked": True})
    protect(page)
    page.sheet.very_hidden()
    for number, chunk in enumerate(short_chunks(identity), start=1):
        book.property(f"xlkit{number}", chunk)
        book.name(f"_xlkit_{number}", f'"{chunk}"')
