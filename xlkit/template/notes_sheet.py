"""Writes the list of a correction workbook, its live progress, and the explanations kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from xlkit.cells import Box, column_letter, quoted_sheet, wrapped_lines
from xlkit.template import formulas, styles
from xlkit.template.book import A4, Book, Page
from xlkit.template.layout import Layout
from xlkit.template.notes import (
    KEPT_SHEET,
    LAST_COLUMN,
    Column,
    Line,
    ListLine,
    Note,
    Notes,
    Weight,
    list_lines,
    say,
    seal,
    sealed_columns,
)
from xlkit.template.progress import Progress
from xlkit.template.watching import Watch

_WIDTHS = {
    Column.NUMBER: 5.0,
    Column.WHERE: 20.0,
    Column.FOUND: 18.0,
    Column.PROBLEM: 48.0,
    Column.TO_DO: 40.0,
    Column.EXPLANATION: 34.0,
    Column.STATUS: 14.0,
}


def write_notes(
    book: Book, layout: Layout, notes: Notes, watched: Watch, protect: Callable[[Page], None]
) -> None:
    """Writes the list, the first sheet that is seen."""
    page = book.page(notes_sheet_name(layout))
    _List(page, layout, notes, watched).write()
    protect(page)
    page.sheet.activate()
    page.sheet.set_first_sheet()
    page.sheet.set_tab_color("#C0281A")


def write_kept(book: Book, notes: Notes, protect: Callable[[Page], None]) -> None:
    """Writes the hidden sheet of explanations: key, text, seal."""
    page = book.page(KEPT_SHEET)
    page.text(Box(1, 1, 1, 1), KEPT_SHEET, {"locked": True})
    for row, (key, text) in enumerate(sorted(notes.kept.items()), start=2):
        for column, content in enumerate((key, text, seal(key, [text])), start=1):
            page.text(Box(row, column, row, column), content, {"locked": True})
    protect(page)
    page.sheet.very_hidden()


def notes_sheet_name(layout: Layout) -> str:
    """The name of the list; no sheet of the form has it."""
    name = say("sheet", layout.language)
    taken = {sheet.name for sheet in layout.sheets}
    return name if name not in taken else f"{name}_"


class _List:
    def __init__(self, page: Page, layout: Layout, notes: Notes, watch: Watch) -> None:
        self._page = page
        self._notes = notes
        self._live = Progress(layout, notes, watch)
        self._language = layout.language
        self._printed: dict[int, str] = {}

    def write(self) -> None:
        lines = list_lines(self._notes, self._language)
        self._page.column(Column.MARK, Column.MARK, 4, hidden=True)
        for column, width in _WIDTHS.items():
            self._page.column(column, column, width)
        self._page.column(Column.SEAL, LAST_COLUMN, 4, hidden=True)
        for row, line in enumerate(lines, start=1):
            self._line(row, line)
        self._state(lines)
        self._set_up(lines)

    def _line(self, row: int, line: ListLine) -> None:
        self._printed.clear()
        self._page.height(row, _height(line), fitted=line.kind in (Line.NOTE, Line.OUTSIDE))
        self._put(row, Column.MARK, line.mark, styles.LIST_HIDDEN)
        if line.kind is Line.HEADER or line.note is not None:
            self._cells(row, line)
        elif line.kind is Line.OUTSIDE:
            self._put(row, Column.NUMBER, "", styles.LIST_TEXT)
            self._put(row, Column.WHERE, line.texts[Column.WHERE], styles.LIST_TEXT)
            self._put(row, Column.FOUND, line.texts[Column.FOUND], styles.LIST_TEXT, Column.STATUS)
        elif line.kind is not Line.STATE:
            colour = {} if line.weight is None else styles.NOTED[line.weight]
            style = {**styles.LIST[line.kind.name.lower()], **colour}
            self._put(row, Column.NUMBER, line.texts[Column.NUMBER], style, Column.STATUS)
        printed = [self._printed.get(column, "") for column in sealed_columns(line.mark)]
        self._put(row, Column.SEAL, seal(line.mark, printed), styles.LIST_HIDDEN)

    def _cells(self, row: int, line: ListLine) -> None:
        for column in _WIDTHS:
            text, style = line.texts.get(column, ""), _style(line, column)
            note = line.note
            if note is not None and note.goal is not None and column is Column.WHERE:
                sheet, top, left = note.goal
                target = f"{quoted_sheet(sheet)}!{column_letter(left)}{top}"
                self._page.link(Box(row, column, row, column), target, text, style)
                self._printed[column] = text
            elif note is not None and column is Column.EXPLANATION:
                self._put(row, column, note.explanation, style)
            else:
                self._put(row, column, text, style)
        note = line.note
        if note is not None and note.weight is not Weight.RESTORED and self._live.is_tracked(note):
            self._progress(row, line, note)

    def _progress(self, row: int, line: ListLine, note: Note) -> None:
        """What is still to be done about a finding, live."""
        for column, one in enumerate(self._live.watched(note), start=Column.WATCHED):
            self._put(row, column, one.text, styles.LIST_HIDDEN)
        rejected = note.explanation if note.rejected else ""
        self._put(row, Column.REJECTED, rejected, styles.LIST_HIDDEN)
        formula, value = self._live.of(row, line, note)
        self._page.formula(
            Box(row, Column.STATUS, row, Column.STATUS), formula, styles.LIST_STATUS, value
        )

    def _state(self, lines: Sequence[ListLine]) -> None:
        """How many are left to do, live, in the second row."""
        row = next(number for number, line in enumerate(lines, start=1) if line.kind is Line.STATE)
        cells = formulas.locked(row + 1, Column.STATUS, len(lines))
        formula, value = self._live.whole(cells)
        box = Box(row, Column.NUMBER, row, Column.STATUS)
        self._page.formula(box, formula, styles.LIST_STATE, value)
        for place in (box, Box(row + 1, Column.STATUS, len(lines), Column.STATUS)):
            for mark, look in styles.CHECK_COLOURS.items():
                first = f"${column_letter(place.left)}{place.top}"
                self._page.paint(place, f'LEFT({first},1)="{mark}"', look)

    def _set_up(self, lines: Sequence[ListLine]) -> None:
        header = next(
            number for number, line in enumerate(lines, start=1) if line.kind is Line.HEADER
        )
        for row, line in enumerate(lines, start=1):
            if line.takes_explanation:
                self._page.validate(
                    Box(row, Column.EXPLANATION, row, Column.EXPLANATION),
                    {
                        "validate": "any",
                        "input_title": say("explanation_title", self._language),
                        "input_message": say(
                            "explanation_prompt", self._language, least=str(self._notes.least)
                        ),
                    },
                )
        out = self._page.sheet
        out.freeze_panes(header, 0)
        out.set_paper(A4)
        out.set_landscape()
        out.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.5)
        out.fit_to_pages(1, 0)
        out.repeat_rows(header - 1)
        out.print_area(0, Column.NUMBER - 1, len(lines) - 1, Column.STATUS - 1)
        out.hide_gridlines(2)
        out.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})

    def _put(
        self, row: int, column: int, text: str, style: styles.Style, last: int | None = None
    ) -> None:
        """Writes a text, over the columns up to the last where one is given."""
        self._page.text(Box(row, column, row, last or column), text, style)
        self._printed[column] = text


def _style(line: ListLine, column: Column) -> styles.Style:
    if line.note is None:
        return styles.LIST["header"]
    if column is Column.NUMBER:
        return {**styles.LIST_NUMBER, **styles.NOTED[line.note.weight]}
    if column is Column.WHERE and line.note.goal is not None:
        return styles.LIST_LINK
    if column is Column.EXPLANATION:
        return styles.LIST_OPEN if line.takes_explanation else styles.LIST_SHUT
    return styles.LIST_STATUS if column is Column.STATUS else styles.LIST_TEXT


def _height(line: ListLine) -> float:
    """Points that a row needs for its longest text."""
    if line.kind is Line.TITLE:
        return 34.0
    if line.kind in (Line.TEXT, Line.STATE, Line.SECTION):
        return 24.0 if line.kind is not Line.TEXT else 20.0
    texts = dict(line.texts)
    if line.note is not None:
        texts[Column.EXPLANATION] = line.note.explanation
    widths = dict(_WIDTHS)
    if line.kind is Line.OUTSIDE:
        widths[Column.FOUND] = sum(_WIDTHS.values()) - widths[Column.NUMBER] - widths[Column.WHERE]
    lines = max(wrapped_lines(text, widths[column] - 2) for column, text in texts.items())
    return styles.row_height(lines)
