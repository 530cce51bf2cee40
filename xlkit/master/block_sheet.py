"""The sheets of one block: all departments row under row, with totals that follow the filter."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from xlkit.cells import Box
from xlkit.master import looks, pages
from xlkit.master.model import Column, Entry, Kind, Master, Part, Row, Said, State, Table
from xlkit.master.sheets import FIRST, HEAD, Arrangement, Stretch
from xlkit.master.terms import word
from xlkit.master.totals import added
from xlkit.template.book import Book, Page

_GAP = 4.0
"""Points between a table and its totals: a filter must not take the totals for data."""
_SOURCE_WIDTH = 52.0
_FROZEN = 2
"""Columns that stay in sight: unit code and name."""
_MOST_COMMENTS = 10_000
"""Comments of a sheet; programs grow slow with more, and the column has all of them."""
_MOST_SAID = 400
"""Signs of an explanation in a comment; the column has it in full."""
_Shown = Sequence[str | float | None]


def write_block(
    book: Book, master: Master, arrangement: Arrangement, place: tuple[int, int]
) -> None:
    """The sheets of the table at that place."""
    part = master.parts[place[0]]
    table = part.tables[place[1]]
    stretches = arrangement.tables[place]
    for number, stretch in enumerate(stretches, start=1):
        notes = list(_notes(master, arrangement, table))
        if len(stretches) > 1:
            turn = {"number": str(number), "all": str(len(stretches))}
            notes.append(word("part_note", master.language, **turn))
        remark = word("note_joint", master.language).join(notes)
        _BlockSheet(book, master, table, stretch).write(part, remark)


def source_text(entry: Entry, sheet: str, cell: str) -> str:
    """A place in a returned file as people read it: file!sheet!cell."""
    return "!".join(filter(None, (entry.file, sheet, cell)))


def comment_text(said: Sequence[Said], language: str) -> str:
    """What a comment tells of a figure: what was asked of it, and what was answered."""
    return "\n\n".join(
        word(
            "comment_waived" if one.is_waiver else "comment",
            language,
            title=one.title,
            message=one.message,
            text=_shortened(one.text, language),
        )
        for one in said
    )


def _shortened(text: str, language: str) -> str:
    if len(text) <= _MOST_SAID:
        return text
    return text[:_MOST_SAID] + word("comment_more", language, column=word("explanation", language))


def _notes(master: Master, arrangement: Arrangement, table: Table) -> Iterator[str]:
    """What is to be known of a table before it is read."""

    def say(key: str, **values: str) -> str:
        return word(key, master.language, **values)

    units = len({row.origin.entry for row in table.rows})
    key = {0: "block_note_empty", 1: "block_note_one"}.get(units, "block_note")
    yield say(key, units=str(units), rows=str(len(table.rows)))
    if table.items and arrangement.totals is not None:
        by_line = table.items[0].line is not None
        yield say("items_note", sheet=arrangement.totals) if by_line else say("filter_note")
    if table.unread:
        yield say("unread_short", number=str(table.unread))
    for key, is_waiver in (("explained_note", False), ("waived_rows_note", True)):
        rows = sum(_has(row, is_waiver=is_waiver) for row in table.rows)
        if rows:
            yield say(key, rows=str(rows), column=say("explanation"))
    merged = {row.origin.entry for row in table.rows}
    if any(master.entries[number].waived_errors for number in merged):
        yield say("waived_errors_note", column=say("standing"))
    if any(master.entries[row.origin.entry].state is State.INCLUDED for row in table.rows):
        yield say("errors_note", column=say("standing"))


def _has(row: Row, *, is_waiver: bool) -> bool:
    """Whether a figure of the row was explained, or waived."""
    return any(one.is_waiver is is_waiver for of in row.said.values() for one in of)


class _BlockSheet:
    """One sheet of a table."""

    def __init__(self, book: Book, master: Master, table: Table, stretch: Stretch) -> None:
        self._book, self._master, self._stretch, self._table = book, master, stretch, table
        source = Column("_source", word("source", master.language), width=_SOURCE_WIDTH)
        self._columns = (*table.columns, source)
        self._rows = table.rows[stretch.start : stretch.start + stretch.count]
        self._numeric = [
            place for place, column in enumerate(self._columns) if column.kind is not Kind.TEXT
        ]
        self._places = {column.name: place for place, column in enumerate(table.columns)}
        self._formats: dict[tuple[bool, bool], list[Any]] = {}

    def write(self, part: Part, remark: str) -> None:
        language, columns = self._master.language, self._columns
        shown = [self._shown(row) for row in self._rows]
        labels = [column.label for column in columns]
        widths = pages.widths_of(labels, [column.width for column in columns], shown)
        title = word("sheet_title", language, form=part.title, block=self._table.title)
        page = pages.start(
            self._book, self._stretch.sheet, title, remark, tab="data", span=len(columns)
        )
        pages.set_widths(page, widths, [column.tucked for column in columns])
        pages.headings(page, HEAD, 1, labels, widths)
        page.rows(FIRST, 1, self._painted(shown))
        pages.fit_heights(page, FIRST, shown, widths[:-1])
        self._comments(page)
        page.filter(Box(HEAD, 1, self._stretch.last, len(columns)))
        page.sheet.freeze_panes(HEAD, _FROZEN)
        last = self._totals(page) if self._has_totals else self._stretch.last
        # On paper the source would only make the rest smaller.
        pages.printing(page, Box(1, 1, last, len(columns) - 1), language)

    @property
    def _has_totals(self) -> bool:
        """Whether the columns can be added up: the lines of a matrix are added line by line."""
        return any(item.line is None for item in self._table.items) and bool(self._rows)

    def _shown(self, row: Row) -> _Shown:
        language = self._master.language
        entry = self._master.entries[row.origin.entry]
        cells = [
            pages.content(value, column.kind, language)
            for value, column in zip(row.values, self._table.columns, strict=True)
        ]
        return (*cells, source_text(entry, row.origin.sheet, row.origin.cell))

    def _painted(self, shown: Sequence[_Shown]) -> Iterator[list[tuple[str | float | None, Any]]]:
        """The rows with their formats; a new department changes the band."""
        band, before = True, -1
        for row, cells in zip(self._rows, shown, strict=True):
            if row.origin.entry != before:
                band, before = not band, row.origin.entry
            usual = self._usual(band=band, total=row.is_total)
            line = list(zip(cells, usual, strict=True))
            for place in self._numeric:
                if isinstance(cells[place], str):
                    odd = looks.cell(self._columns[place], total=row.is_total, wrong=True)
                    line[place] = (cells[place], self._book.style(odd))
            for name in row.said.keys() & self._places.keys():
                place = self._places[name]
                wrong = place in self._numeric and isinstance(cells[place], str)
                style = looks.cell(self._columns[place], total=row.is_total, wrong=wrong)
                waived = any(one.is_waiver for one in row.said[name])
                if waived and wrong:  # let stand, and still no number
                    continue
                marked = pages.with_look(style, looks.LET_STAND if waived else looks.EXPLAINED)
                line[place] = (cells[place], self._book.style(marked))
            yield line

    def _comments(self, page: Page) -> None:
        """The explanations on their figures, for readers who look at one."""
        language, left = self._master.language, _MOST_COMMENTS
        for number, row in enumerate(self._rows, start=FIRST):
            for column, place in self._places.items():
                if column in row.said and left > 0:
                    text = comment_text(row.said[column], language)
                    page.comment(pages.cell(number, place + 1), text)
                    left -= 1

    def _usual(self, *, band: bool, total: bool) -> list[Any]:
        """The formats of a row whose values are what their columns are for."""
        if (band, total) not in self._formats:
            styles = [looks.cell(column, band=band, total=total) for column in self._columns]
            styles[-1] = pages.with_look(styles[-1], looks.SOURCE)
            self._formats[band, total] = [self._book.style(style) for style in styles]
        return self._formats[band, total]

    def _totals(self, page: Page) -> int:
        """Writes the totals below the table; gives their row."""
        row = self._stretch.last + 2
        page.height(row - 1, _GAP)
        label = word("total", self._master.language)
        for number, column in enumerate(self._columns, start=1):
            style = looks.cell(column, total=True)
            at = Box(row, number, row, number)
            if column.summed:
                total = added([item.values[number - 1] for item in self._rows])
                box = self._stretch.column(number).a1()
                page.formula(at, f"=SUBTOTAL(109,{box})", style, float(total or 0))
            else:
                page.text(at, label if number == _FROZEN else "", style)
        return row
