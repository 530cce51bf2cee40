"""A table of a roster workbook on its sheet."""

from __future__ import annotations

from xlkit.cells import Box, address, parse_address, quoted_sheet
from xlkit.form.fields import AmountField
from xlkit.roster import row_checks
from xlkit.roster.book_tables import (
    CHECK,
    FIRST,
    HEAD,
    LAST_FILLED,
    OWNER,
    TIDIED,
    Column,
    RosterTable,
    lists,
    word,
)
from xlkit.roster.row_checks import Row, counts_of
from xlkit.roster.table_guards import counter, paints, validations
from xlkit.rules.live import Mark
from xlkit.template import formulas, styles
from xlkit.template.book import A4, Book, Page, Style
from xlkit.template.layout import Role
from xlkit.wording import word as workbook_word

_ROW = 20.0
REQUIRED: Style = {
    **styles.PRINTED[Role.HEADER],
    "bg_color": "#2F5C94",
    "font_color": "#FFFFFF",
}
"""The heading of a column that must be filled."""
_LOOKS: dict[str, Style] = {
    "title": {"bold": True, "font_size": 18, "font_color": "#1F4E79", "align": "left"},
    "counter": {"font_size": 11, "bold": True, "font_color": "#5A6675", "align": "left"},
    "header": {**styles.PRINTED[Role.HEADER]},
    "shown": {"font_color": "#6B7785", "bg_color": "#F2F4F7", "align": "left", "indent": 1},
    "check": {**styles.CHECK, "indent": 1},
    "end": {"bg_color": "#DCE6F1"},
}
_CELL = {"border": 1, "border_color": "#C4CDD8"}


def write_table(book: Book, table: RosterTable, language: str, first: RosterTable) -> None:
    """Writes a table; `first` is that of the units."""
    page = book.page(table.sheet)
    _Table(page, table, language, first).write()
    if table is first:
        for name, formula in lists(table):
            book.name(name, formula)


class _Table:
    def __init__(self, page: Page, table: RosterTable, language: str, first: RosterTable) -> None:
        self._page, self._table, self._language, self._first = page, table, language, first
        self._visible = [column for column in table.columns if column.label]
        self._counts = counts_of(table.rows)
        self._names = {str(row["unit"]): str(row["name"]) for row in first.rows if row["unit"]}

    def write(self) -> None:
        page, table = self._page, self._table
        page.sheet.hide_gridlines(2)
        page.sheet.set_default_row(_ROW)
        for number, column in enumerate(table.columns, start=1):
            hidden = not column.label
            style = None if column.shown else _plain(column)
            page.column(number, number, column.width, hidden=hidden, style=style)
        self._headings()
        for number in range(FIRST, table.last + 1):
            self._row(number)
        page.height(table.last + 1, 6)
        page.text(Box(table.last + 1, 1, table.last + 1, len(self._visible)), "", _LOOKS["end"])
        for box, options in validations(table, self._language):
            page.validate(box, options)
        for box, formula, look in paints(table, table.place(CHECK)):
            page.paint(box, formula, look)
        self._set_up()

    def _headings(self) -> None:
        page, table = self._page, self._table
        page.height(1, 34)
        page.text(Box(1, 1, 1, len(self._visible)), table.title, _LOOKS["title"])
        page.height(2, 22)
        said = [self._beside(row) for row in table.rows]
        formula, value = counter(table.place(CHECK), said, self._language)
        whole = Box(2, 1, 2, len(self._visible))
        page.formula(whole, formula, _LOOKS["counter"], value)
        for mark in (Mark.SOUND, Mark.WRONG):
            page.paint(whole, f'LEFT($A$2,1)="{mark}"', styles.CHECK_COLOURS[mark])
        page.height(HEAD, 26)
        for number, column in enumerate(self._visible, start=1):
            look = REQUIRED if column.required else _LOOKS["header"]
            page.text(Box(HEAD, number, HEAD, number), column.label, look)
        if table is self._first:
            cells = table.place("unit").all()
            last = max((at for at, row in enumerate(table.rows, 1) if row["unit"]), default=0)
            row, at = parse_address(LAST_FILLED)
            formula = f"=SUMPRODUCT(MAX((LEN({cells})>0)*ROW({cells})))-{HEAD}"
            page.formula(Box(row, at, row, at), formula, {"font_color": "#808080"}, float(last))
            page.column(at, at, 4, hidden=True)

    def _beside(self, row: Row) -> str:
        return row_checks.said(self._table.asks, row, self._counts, self._sound_of(row))

    def _row(self, number: int) -> None:
        rows = self._table.rows
        row: Row = rows[number - FIRST] if number - FIRST < len(rows) else {}
        for at, column in enumerate(self._table.columns, start=1):
            box = Box(number, at, number, at)
            if column.shown:
                formula, value = self._formula(column, row)
                look = _LOOKS["check"] if column.name == CHECK else _LOOKS["shown"]
                self._page.formula(box, formula, {**look, **_CELL}, value)
                continue
            held = row.get(column.name, "")
            if isinstance(held, float):
                self._page.number(box, held, _look(column))
            else:
                self._page.text(box, held, _look(column))

    def _formula(self, column: Column, row: Row) -> tuple[str, str]:
        """A formula of the row, and what it shows."""
        table = self._table
        if column.name == CHECK:
            asks = table.asks
            formula = row_checks.beside(asks, table.typed, self._sound_formula())
            return formula, self._beside(row)
        if column.name == TIDIED:
            emails = table.place("emails")
            shown = row_checks.tidied(str(row.get("emails", "")))
            return f"={row_checks.tidied_formula(emails)}", shown
        assert column.name == OWNER
        unit = table.place("member_unit")
        sheet = f"{quoted_sheet(self._first.sheet)}!"
        codes, names = (self._first.place(name).all(sheet) for name in ("unit", "name"))
        same = f"EXACT({codes},{unit.own})"
        found = f'INDEX({names},SUMPRODUCT(MAX({same}*(ROW({codes})-{HEAD - 1}))))&""'
        there = f"IF(SUMPRODUCT(--{same})=0,FALSE,NOT({formulas.blank(unit.own)}))"
        return f'=IF({there},{found},"")', self._names.get(str(row.get("member_unit", "")), "")

    def _sound_formula(self) -> str:
        sound = f'"{Mark.SOUND}{word("sound", self._language)}"'
        optional = self._table.optional
        if not optional:
            return sound
        blank = [formulas.blank(self._table.place(column.name).own) for column in optional]
        joint = word("joint", self._language)
        listed = "&".join(
            f'IF({empty},"{joint}{column.label}","")'
            for empty, column in zip(blank, optional, strict=True)
        )
        left = (
            f'"{Mark.SOUND}{word("left_open", self._language)}"&MID({listed},{len(joint) + 1},200)'
        )
        return f"IF(OR({','.join(blank)}),{left},{sound})"

    def _sound_of(self, row: Row) -> str:
        lacking = [one.label for one in self._table.optional if not str(row.get(one.name, ""))]
        if not lacking:
            return f"{Mark.SOUND}{word('sound', self._language)}"
        joint = word("joint", self._language)
        return f"{Mark.SOUND}{word('left_open', self._language)}{joint.join(lacking)}"

    def _set_up(self) -> None:
        page, table = self._page, self._table
        last = len(self._visible)
        page.filter(Box(HEAD, 1, table.last, last))
        out = page.sheet
        out.freeze_panes(HEAD, 2)
        out.repeat_rows(HEAD - 1)
        out.set_paper(A4)
        out.set_landscape()
        out.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        out.center_horizontally()
        out.fit_to_pages(1, 0)
        out.print_area(0, 0, table.last - 1, last - 1)
        footer = workbook_word("footer", self._language)
        out.set_footer(f"&L{table.title.replace('&', '&&')}&C{footer}")
        texts = [at for at, column in enumerate(table.columns, 1) if not column.is_number]
        cells = (f"{address(1, at)}:{address(table.last + 1, at)}" for at in texts)
        out.ignore_errors({"number_stored_as_text": " ".join(cells)})


def _plain(column: Column) -> Style:
    """The format of a typed column, in rows below the table too."""
    if isinstance(column.field, AmountField):
        digits = "." + "0" * column.field.decimals if column.field.decimals else ""
        return {"num_format": f"#,##0{digits}", "align": "right", "indent": 1}
    if column.is_number:
        return {"num_format": "0", "align": "right", "indent": 1}
    return {"num_format": "@", "align": "left", "indent": 1}


def _look(column: Column) -> Style:
    return {**_plain(column), **_CELL, "font_color": "#1F2A37"}
