"""The overview's list of a form's departments, with their counts, their money and the totals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from xlkit.cells import Box, address
from xlkit.findings import Severity
from xlkit.master import looks, pages
from xlkit.master.model import Column, Entry, Kind, Master, Measure, Part, State
from xlkit.master.terms import word
from xlkit.master.totals import added
from xlkit.template.book import Page

FIXED = (
    ("number", 6), ("unit_code", 13), ("unit_name", 28), ("state", 20), ("verdict", 16),
    ("rows", 9), ("errors", 9), ("open_warnings", 11), ("explained_warnings", 11), ("notices", 9),
)  # fmt: skip
"""Columns before the money, and their widths."""
_WAIVED = ("waived", 9)
NAME, STATE, VERDICT, COUNTS, MONEY = 3, 4, 5, 6, len(FIXED) + 1
"""Numbers of columns; the counts and the money are several."""


def columns(master: Master) -> tuple[tuple[str, int], ...]:
    """The columns before the money: one for waivers where there are any."""
    return (*FIXED, _WAIVED) if master.waived else FIXED


@dataclass(frozen=True)
class UnitList:
    """A form's list on the overview: headings in row `head`, as wide as the sheet's `wide`."""

    page: Page
    master: Master
    part: Part
    head: int
    widths: tuple[float, ...]
    links: Mapping[int, str]
    """Where the worst finding of an entry is listed."""

    @property
    def wide(self) -> int:
        return len(self.widths)

    @property
    def money(self) -> int:
        """The column of the first measure."""
        return len(columns(self.master)) + 1

    @property
    def first(self) -> int:
        return self.head + 1

    @property
    def last(self) -> int:
        return self.head + len(self.part.entries)

    @property
    def last_merged(self) -> int:
        """Merged returns stand before the others."""
        return self.head + sum(entry.state.is_merged for entry in self.entries)

    @property
    def entries(self) -> tuple[Entry, ...]:
        return tuple(self.master.entries[number] for number in self.part.entries)

    def has_money(self, place: int) -> bool:
        """Whether any department has that measure."""
        return any(entry.money[place] is not None for entry in self.entries if entry.money)

    def total_of(self, place: int) -> tuple[str, float]:
        """The cell of a measure's total, and its value."""
        money = [entry.money[place] for entry in self.entries if entry.state.is_merged]
        return address(self.last + 1, self.money + place), float(added(money) or 0)

    def write(self) -> None:
        labels = [self._say(name) for name, _ in columns(self.master)]
        labels += [self._say("with_unit", label=m.label, unit=m.unit) for m in self.part.measures]
        pages.headings(self.page, self.head, 1, labels, self.widths[: len(labels)])
        self.page.text(self._file_box(self.head), self._say("file"), looks.HEADER)
        for turn, number in enumerate(self.part.entries, start=1):
            self._unit(self.head + turn, turn, number)
        self._totals()

    def _say(self, key: str, **values: str) -> str:
        return word(key, self.master.language, **values)

    def _file_box(self, row: int) -> Box:
        """The file has the room that other forms' money takes."""
        return Box(row, self.money + len(self.part.measures), row, self.wide)

    def _unit(self, row: int, turn: int, number: int) -> None:
        entry, page = self.master.entries[number], self.page
        faint = {} if entry.state.is_merged else looks.FAINT
        text = pages.with_look(looks.TEXT, faint)
        name = entry.unit_name or self._say("none_named")
        file = pages.fitting(entry.file, self.master.language)
        page.number(pages.cell(row, 1), turn, pages.with_look(looks.CENTRE, faint))
        page.text(pages.cell(row, 2), entry.unit, text)
        if number in self.links:
            link = pages.with_look(looks.TEXT, looks.LINK)
            page.link(pages.cell(row, NAME), self.links[number], name, link)
        else:
            page.text(pages.cell(row, NAME), name, text)
        words = write_state(page, self.master.language, row, entry)
        self._counts(row, entry, faint)
        self._money(row, entry, faint)
        page.text(self._file_box(row), file, text)
        room = sum(self.widths[self._file_box(row).left - 1 :])
        page.height(row, _ROW)
        pages.fit_heights(page, row, [(name, *words, file)], (*self.widths[NAME - 1 : 5], room))

    def _counts(self, row: int, entry: Entry, faint: Mapping[str, str]) -> None:
        plain = pages.with_look(looks.COUNT, faint)
        self.page.number(pages.cell(row, COUNTS), entry.rows, plain)
        told = zip(self._counted(entry), _COUNT_LOOKS, strict=False)
        for column, (number, look) in enumerate(told, start=COUNTS + 1):
            style = pages.with_look(looks.COUNT, look, {"bold": True}) if number and look else plain
            self.page.number(pages.cell(row, column), number, style)

    def _money(self, row: int, entry: Entry, faint: Mapping[str, str]) -> None:
        for place, measure in enumerate(self.part.measures):
            style = pages.with_look(looks.cell(_column(measure)), faint)
            value = entry.money[place] if entry.state.is_merged else None
            at = pages.cell(row, self.money + place)
            if value is None:
                self.page.text(at, "", style)
            else:
                self.page.number(at, float(value), style)

    def _totals(self) -> None:
        row = self.last + 1
        blank = pages.with_look(looks.TEXT, looks.STRONG)
        file = self._file_box(row)
        self.page.text(file, "", blank)
        for column in range(1, file.left):
            text = self._say("total") if column == NAME else ""
            self.page.text(pages.cell(row, column), text, blank)
        strong = pages.with_look(looks.COUNT, looks.STRONG)
        self._sum(COUNTS, strong, sum(entry.rows for entry in self.entries))
        counted = zip(*map(self._counted, self.entries), strict=True)
        for column, numbers in enumerate(counted, start=COUNTS + 1):
            self._sum(column, strong, sum(numbers))
        for place, measure in enumerate(self.part.measures):
            style = looks.cell(_column(measure), total=True)
            self._sum(self.money + place, style, self.total_of(place)[1])

    def _counted(self, entry: Entry) -> tuple[int, ...]:
        """Errors, warnings open and explained, notices; what was waived where anything was."""
        notices = entry.counts[Severity.NOTICE]
        counted = (entry.open_errors, entry.open_warnings, entry.explained_warnings, notices)
        return (*counted, entry.all_waived) if self.master.waived else counted

    def _sum(self, column: int, style: looks.Style, value: float) -> None:
        box = Box(self.first, column, self.last, column)
        at = pages.cell(self.last + 1, column)
        self.page.formula(at, f"=SUBTOTAL(109,{box.a1()})", style, float(value))


_COUNT_LOOKS: tuple[looks.Style, ...] = (
    looks.SEVERITIES[Severity.ERROR],
    looks.WAITS,
    looks.ANSWERED,
    {},
    looks.WAIVED,
)
_ROW = 22.0
"""Points of a department's row."""


def write_state(page: Page, language: str, row: int, entry: Entry) -> tuple[str, str]:
    """Writes what became of a return and how its file came back; gives both in words."""
    key, look = f"state_{entry.state.value}", looks.STATES[entry.state]
    if entry.waits:
        key, look = "state_open", looks.WAITS
    elif entry.state is State.ACCEPTED and entry.all_waived:
        key, look = "state_waived", looks.WAIVED
    number = entry.open_warnings if entry.waits else entry.all_waived
    state = word(key, language, number=str(number))
    verdict = word(f"verdict_{entry.verdict.value}", language)
    style = pages.with_look(looks.CENTRE, look)
    page.text(pages.cell(row, STATE), state, style)
    page.text(pages.cell(row, VERDICT), verdict, looks.CENTRE)
    return state, verdict


def _column(measure: Measure) -> Column:
    return Column(measure.field, measure.label, Kind.AMOUNT, measure.decimals)
