"""The first sheet: what came in, what was merged, the money by department."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from xlkit.cells import Box, quoted_sheet
from xlkit.master import looks, pages
from xlkit.master.kinds import write_codes
from xlkit.master.model import Kind, Master, Part, State
from xlkit.master.roll_sheet import write_groups
from xlkit.master.sheets import FIRST, Arrangement
from xlkit.master.terms import word
from xlkit.master.unit_chart import CHART_ROWS, insert_chart
from xlkit.master.unit_list import COUNTS, NAME, UnitList, columns, write_state
from xlkit.template.book import Book, Page
from xlkit.values.text import squeeze

_MONEY_WIDTH, _FILE_WIDTH, _LEAST_MONEY = 16.0, 30.0, 2
_TILES = ((1, 2), (3, 3), (4, 4), (5, 5), (6, 7))
_MONEY_TILES = ((8, 10), (11, 12))
"""First and last columns of the tiles."""
_HELD = (State.ERRORS, State.UNIT_TWICE, State.NO_UNIT)
_LOST = (State.FOREIGN, State.UNREADABLE)


def write_overview(book: Book, master: Master, arrangement: Arrangement) -> None:
    """Remarks and tiles, a chart and the list of departments for each form, then strays."""
    _Overview(book, master, arrangement).write()


def title(master: Master) -> str:
    """What the master is called."""
    if len(master.parts) != 1:
        return word("title_several", master.language)
    part = master.parts[0]
    if part.year is None:
        return word("title", master.language, form=part.title)
    return word("title_year", master.language, form=part.title, year=str(part.year))


class _Overview:
    def __init__(self, book: Book, master: Master, arrangement: Arrangement) -> None:
        self._book, self._master, self._arrangement = book, master, arrangement
        most = max((len(part.measures) for part in master.parts), default=0)
        self._widths = (
            *(float(width) for _, width in columns(master)),
            *[_MONEY_WIDTH] * max(most, _LEAST_MONEY),
            _FILE_WIDTH,
        )
        self._links = first_findings(master, arrangement)
        self._lists: list[UnitList] = []

    @property
    def _wide(self) -> int:
        return len(self._widths)

    def write(self) -> None:
        self._page = self._start()
        tiles = self._remarks(3) + 1
        self._tiles(tiles)
        row = tiles + 3
        if self._master.roll:
            row = write_groups(self._page, self._master, self._arrangement, row, self._widths) + 1
        for number, part in enumerate(self._master.parts):
            row = self._part(row, part, first=number == 0) + 3
        if not self._master.parts:
            write_codes(self._page, self._master, row, self._arrangement.findings[0].sheet)
            row += CHART_ROWS + 1
        row = self._strays(row)
        self._money_tiles(tiles)
        self._page.sheet.activate()
        box = Box(1, 1, row, self._wide)
        pages.printing(self._page, box, self._master.language, heading=None)

    def _say(self, key: str, **values: str) -> str:
        return word(key, self._master.language, **values)

    def _start(self) -> Page:
        master = self._master
        subtitle = self._say(
            "subtitle",
            files=str(len(master.entries)),
            merged=str(master.count(State.ACCEPTED, State.INCLUDED)),
        )
        name = self._arrangement.overview
        page = pages.start(
            self._book, name, title(master), subtitle, tab="overview", span=self._wide
        )
        pages.set_widths(page, self._widths)
        return page

    def _remarks(self, row: int) -> int:
        """What must not be overlooked; gives the row after it."""
        for text, style in self._notes():
            self._page.text(Box(row, 1, row, self._wide), text, style)
            self._page.height(row, 24)
            row += 1
        return row

    def _notes(self) -> Iterator[tuple[str, looks.Style]]:
        master = self._master
        if master.includes_errors:
            number = master.count(State.INCLUDED)
            key = "includes_errors" if number else "includes_errors_none"
            yield self._say(key, number=str(number)), looks.ALERT if number else looks.REMARK
        held = master.count(*_HELD, *_LOST)
        if held:
            sheet = self._arrangement.findings[0].sheet
            yield self._say("left_out", number=str(held), sheet=sheet), looks.REMARK
        waiting = [entry for entry in master.entries if entry.open_warnings]
        if waiting:
            warnings = str(sum(entry.open_warnings for entry in waiting))
            sheet = self._arrangement.findings[0].sheet
            text = self._say("open_note", number=warnings, units=str(len(waiting)), sheet=sheet)
            yield text, looks.REMARK
        waived = [entry for entry in master.entries if entry.all_waived]
        if waived:
            numbers = {"number": str(master.waived), "units": str(len(waived))}
            sheet = self._arrangement.findings[0].sheet
            yield self._say("waived_note", sheet=sheet, **numbers), looks.REMARK
        unread = sum(table.unread for part in master.parts for table in part.tables)
        if unread:
            yield self._say("unread_note", number=str(unread)), looks.ALERT
        on_roll = {squeeze(line.unit) for line in master.roll}
        others = [entry for entry in master.entries if squeeze(entry.unit) not in on_roll]
        if master.roll and others:
            named = word("joint", master.language).join(
                dict.fromkeys(entry.unit_name or entry.unit or entry.file for entry in others)
            )
            yield self._say("off_roll", number=str(len(others)), names=named), looks.ALERT
        if master.private:
            yield self._say("private_note"), looks.REMARK

    def _tiles(self, row: int) -> None:
        master = self._master
        merged = master.count(State.ACCEPTED, State.INCLUDED)
        held = master.count(*_HELD)
        tiles = (
            ("tile_received", len(master.entries)),
            ("tile_merged", merged),
            ("tile_held", held),
            ("tile_other", len(master.entries) - merged - held),
            ("tile_open", sum(entry.open_warnings for entry in master.entries)),
        )
        self._page.height(row, 20)
        self._page.height(row + 1, 34)
        for (key, number), (left, right) in zip(tiles, _TILES, strict=True):
            self._page.text(Box(row, left, row, right), self._say(key), looks.TILE_LABEL)
            self._page.number(Box(row + 1, left, row + 1, right), number, looks.TILE_VALUE)

    def _money_tiles(self, row: int) -> None:
        """Beside the tiles, each form's first total of money, from its list."""
        lists = [one for one in self._lists if one.part.measures]
        for one, (left, right) in zip(lists, _MONEY_TILES, strict=False):
            measure = one.part.measures[0]
            label = self._say("with_unit", label=measure.label, unit=measure.unit)
            self._page.text(Box(row, left, row, right), label, looks.TILE_LABEL)
            number = {"num_format": looks.number_format(Kind.AMOUNT, measure.decimals)}
            cell, value = one.total_of(0)
            box = Box(row + 1, left, row + 1, right)
            self._page.formula(box, f"={cell}", pages.with_look(looks.TILE_VALUE, number), value)

    def _part(self, row: int, part: Part, *, first: bool) -> int:
        """A form's chart and list of departments; gives the last row of the list."""
        self._heading(row, self._say("units_of", form=part.title))
        entries = [self._master.entries[number] for number in part.entries]
        has_money = any(value is not None for one in entries for value in one.money)
        below = CHART_ROWS + 1 if first or has_money else 0
        one = UnitList(self._page, self._master, part, row + 1 + below, self._widths, self._links)
        self._lists.append(one)
        if has_money:
            width = _pixels(self._widths[: COUNTS - 1])
            insert_chart(self._book, one, at=pages.cell(row + 2, 1), width=width)
        if first:
            write_codes(self._page, self._master, row + 2, self._arrangement.findings[0].sheet)
        one.write()
        return one.last

    def _heading(self, row: int, text: str) -> None:
        self._page.text(Box(row, 1, row, self._wide), text, looks.HEADING)
        self._page.height(row, 26)

    def _strays(self, row: int) -> int:
        """Files of no form; gives the last row written."""
        strays, page = self._master.strays, self._page
        if not strays:
            return row - 2
        self._heading(row, self._say("strays"))
        for turn, number in enumerate(strays, start=1):
            entry, at = self._master.entries[number], row + turn
            file = pages.fitting(entry.file, self._master.language)
            reasons = self._reasons(number)
            page.number(pages.cell(at, 1), turn, looks.CENTRE)
            page.text(Box(at, 2, at, NAME), file, looks.TEXT)
            words = write_state(page, self._master.language, at, entry)
            page.text(Box(at, COUNTS, at, self._wide), reasons, looks.TEXT)
            rooms = (sum(self._widths[1:NAME]), *self._widths[NAME : COUNTS - 1])
            room = sum(self._widths[COUNTS - 1 :])
            pages.fit_heights(page, at, [(file, *words, reasons)], (*rooms, room))
        return row + len(strays)

    def _reasons(self, number: int) -> str:
        said = (one.message for one in self._master.findings if one.entry == number)
        text = self._say("note_joint").join(dict.fromkeys(said))
        return pages.fitting(text, self._master.language)


def first_findings(master: Master, arrangement: Arrangement) -> dict[int, str]:
    """Where each entry's worst finding is listed."""
    found: dict[int, str] = {}
    for stretch in arrangement.findings:
        chosen = master.findings[stretch.start : stretch.start + stretch.count]
        for row, one in enumerate(chosen, start=FIRST):
            found.setdefault(one.entry, f"{quoted_sheet(stretch.sheet)}!A{row}")
    return found


def _pixels(widths: Sequence[float]) -> int:
    """Source: Excel's column width at the default font: 7 pixels a sign and 5 beside."""
    return sum(int(width * 7 + 5) for width in widths)
