"""The roster as a workbook to fill, with lists and checks of its own."""

from __future__ import annotations

from collections.abc import Sequence

from xlkit.cells import Box, wrapped_lines
from xlkit.form.model import Form
from xlkit.form.texts import fill, say
from xlkit.roster.book_tables import RosterTable, members_table, units_table, word
from xlkit.roster.model import Unit
from xlkit.roster.table_page import REQUIRED, write_table
from xlkit.rules.live import Mark
from xlkit.template import styles
from xlkit.template.book import A4, Book, Page
from xlkit.wording import words

_WIDTHS = (24.0, 88.0)
_LINE = 17.0


def roster_workbook(form: Form, language: str, units: Sequence[Unit] = ()) -> bytes:
    """The workbook's bytes, with the given units filled in; equal input gives equal bytes.

    A sheet of units, one of members where the form has a group with prefilled fields, and
    one that says how they are filled. `read_roster` reads it back.

    Raises:
        RenderError: something cannot be written into a workbook.
    """
    book = Book()
    book.titled(word("units_title", language), say(form.title, language))
    first = units_table(language, units)
    tables = [first]
    members = members_table(form, language, units, first)
    if members is not None:
        tables.append(members)
    for table in tables:
        write_table(book, table, language, first)
    _write_help(book, form, tables, language)
    return book.finish()


def _write_help(book: Book, form: Form, tables: Sequence[RosterTable], language: str) -> None:
    page = book.page(word("help_sheet", language))
    page.sheet.hide_gridlines(2)
    for number, width in enumerate(_WIDTHS, start=1):
        page.column(number, number, width)
    sheet = _HelpSheet(page)
    sheet.wide(word("help_title", language), styles.HELP_TITLE, 36)
    title = fill(say(form.title, language))
    sheet.wide(word("help_form", language, title=title), styles.HELP_TEXT, 20)
    sheet.heading(word("help_how", language))
    for number, text in enumerate(_steps(form, tables, language), start=1):
        sheet.wide(f"{number}. {text}", styles.HELP_TEXT)
    for table in tables:
        sheet.heading(word("help_columns", language, sheet=table.sheet))
        for column in table.columns:
            if column.label:
                look = REQUIRED if column.required else styles.HELP_LABEL
                sheet.pair(column.label, column.hint, look)
    sheet.heading(word("help_marks", language))
    for mark in (Mark.SOUND, Mark.MISSING, Mark.WRONG, Mark.EXPLAIN):
        look = {**styles.HELP_LABEL, **styles.CHECK_COLOURS.get(mark, {})}
        sheet.pair(mark, word(f"mark_{mark.name.lower()}", language), look)
    page.sheet.set_paper(A4)
    page.sheet.fit_to_pages(1, 0)


def _steps(form: Form, tables: Sequence[RosterTable], language: str) -> list[str]:
    texts = list(words("help_lines_units", language, file="roster_book"))
    names = {"units": tables[0].sheet}
    if len(tables) > 1:
        texts += words("help_lines_members", language, file="roster_book")
        group = next(iter(form.groups.values()))
        names |= {"members": tables[1].sheet, "group": say(group.label, language)}
    return [text.format(**names) for text in texts]


class _HelpSheet:
    """Writes the help sheet from the top down."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._row = 0

    def wide(self, text: str, style: styles.Style, height: float | None = None) -> None:
        self._row += 1
        lines = wrapped_lines(text, sum(_WIDTHS) - 4)
        self._page.height(self._row, height or lines * _LINE + 4)
        self._page.text(Box(self._row, 1, self._row, 2), text, style)

    def heading(self, text: str) -> None:
        self._row += 1
        self.wide(text, styles.HELP_HEADING, 24)

    def pair(self, label: str, text: str, look: styles.Style) -> None:
        self._row += 1
        self._page.height(self._row, wrapped_lines(text, _WIDTHS[1] - 3) * _LINE + 5)
        self._page.text(Box(self._row, 1, self._row, 1), label, look)
        style = {**styles.HELP_VALUE, "text_wrap": True}
        self._page.text(Box(self._row, 2, self._row, 2), text, style)
