"""The sheet of the county's totals: every block that can be added up, by line or as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from xlkit.cells import Box, absolute, address, quoted_sheet
from xlkit.form.fields import Reference
from xlkit.master import looks, pages
from xlkit.master.model import Column, Item, Kind, Master, State, Table
from xlkit.master.sheets import Arrangement, Stretch, summed_tables
from xlkit.master.terms import word
from xlkit.rules.computed import formula
from xlkit.template.book import Book, Page

_WIDTHS = (8.0, 30.0, 30.0)
_AMOUNT_WIDTH = 20.0


def write_totals(book: Book, master: Master, arrangement: Arrangement) -> None:
    """The totals of every table, live, from the sheets of the blocks."""
    if arrangement.totals is None:
        return
    language = master.language
    summed = list(summed_tables(arrangement, master))
    wide = max(_width(table) for _, table in summed)
    merged = str(master.count(State.ACCEPTED, State.INCLUDED))
    page = pages.start(
        book,
        arrangement.totals,
        word("totals_title", language),
        word("totals_subtitle", language, merged=merged),
        tab="overview",
        span=wide,
    )
    amounts = max(len(table.totalled) for _, table in summed)
    labels = wide - amounts
    pages.set_widths(page, [*_WIDTHS[:labels], *[_AMOUNT_WIDTH] * amounts])
    row = 4
    for place, table in summed:
        form = master.parts[place[0]].title
        title = word("sheet_title", language, form=form, block=table.title)
        page.text(Box(row, 1, row, wide), title, looks.HEADING)
        page.height(row, 24)
        block = _TotalsBlock(page, table, arrangement.tables[place], row + 1, labels, language)
        block.write()
        row += len(table.items) + 3
    pages.printing(page, Box(1, 1, row - 2, wide), language, heading=None)


def _width(table: Table) -> int:
    return 1 + max(len(table.item_labels), 1) + len(table.totalled)


@dataclass(frozen=True, slots=True)
class _TotalsBlock:
    """The totals of one table; `labels` columns stand before the amounts."""

    page: Page
    table: Table
    stretches: Sequence[Stretch]
    head: int
    labels: int
    language: str

    def write(self) -> None:
        table = self.table
        headers = self._label_headers()
        widths = [*_WIDTHS[: self.labels], *[_AMOUNT_WIDTH] * len(table.totalled)]
        texts = [*headers, *(column.label for column in table.totalled)]
        pages.headings(self.page, self.head, 1, texts, widths)
        for number, item in enumerate(table.items, start=1):
            self._item(self.head + number, item)

    def _label_headers(self) -> list[str]:
        names = {column.name: column.label for column in self.table.columns}
        given = [names[name] for name in self.table.item_labels] or [word("item", self.language)]
        return [word("line", self.language), *_padded(given, self.labels - 1)]

    def _item(self, row: int, item: Item) -> None:
        strong = looks.STRONG if item.is_total or item.line is None else {}
        line = Box(row, 1, row, 1)
        if item.line is None:
            self.page.text(line, "", pages.with_look(looks.CENTRE, strong))
        else:
            self.page.number(line, item.line, pages.with_look(looks.CENTRE, strong))
        labels = list(item.labels) or [word("total", self.language)]
        for number, text in enumerate(_padded(labels, self.labels - 1), start=2):
            box = Box(row, number, row, number)
            self.page.text(box, text, pages.with_look(looks.TEXT, strong))
        for number, column in enumerate(self.table.totalled, start=self.labels + 1):
            style = pages.with_look(looks.cell(column), strong)
            at = Box(row, number, row, number)
            if column.name in item.values:
                self.page.formula(
                    at, self._formula(row, item, column), style, _cached(item, column)
                )
            else:
                self.page.text(at, "", style)

    def _formula(self, row: int, item: Item, column: Column) -> str:
        computed = item.computed.get(column.name)
        if computed is not None:
            return formula(computed, self, column.decimals)
        if item.line is None:
            ranges = ",".join(self._ranges(column.name))
            return f"=SUM({ranges})"
        lines = self._ranges("_line")
        sums = (
            f"SUMIFS({values},{line},$A{row})"
            for values, line in zip(self._ranges(column.name), lines, strict=True)
        )
        return "=" + "+".join(sums)

    def _ranges(self, name: str) -> list[str]:
        """The data of a column on each of its sheets."""
        names = [column.name for column in self.table.columns]
        number = names.index(name) + 1
        return [
            f"{quoted_sheet(stretch.sheet)}!{absolute(stretch.column(number))}"
            for stretch in self.stretches
        ]

    def cells(self, reference: Reference) -> str:
        """The total that a computed one refers to; a resolver of `xlkit.rules.computed`."""
        keys = [item.key for item in self.table.items]
        names = [column.name for column in self.table.totalled]
        row = self.head + 1 + keys.index(reference.row)
        return address(row, self.labels + 1 + names.index(reference.field))


def _cached(item: Item, column: Column) -> float | str:
    value = item.values[column.name]
    if value is None:
        return "" if column.name in item.computed else 0.0
    return float(value / 100 if column.kind is Kind.PERCENT else value)


def _padded(texts: Sequence[str], number: int) -> list[str]:
    return [*texts, *[""] * (number - len(texts))]
