"""Where everything of a master lies: names of sheets, and the rows of tables on them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from xlkit.cells import MAX_ROW, Box
from xlkit.master.model import Master, Table
from xlkit.master.terms import word

HEAD = 3
"""The row of headings; above it stand a title and a line of remarks."""
FIRST = HEAD + 1
_BELOW = 2
"""Rows below a table: a gap, and its totals."""

#: Source: Excel specifications and limits; a sheet's name has at most 31 UTF-16 units, and
#: Excel keeps one name for itself.
_MOST_SIGNS = 31
_RESERVED = frozenset({"history"})
_FORBIDDEN = re.compile(r"[\[\]:*?/\\\x00-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Stretch:
    """Rows `start` (from 0) and on of a table, as many as `count`, on one sheet."""

    sheet: str
    start: int
    count: int

    @property
    def last(self) -> int:
        """The last row of data on the sheet; that of the headings where there is none."""
        return HEAD + self.count

    def column(self, number: int) -> Box:
        """The data of a column."""
        return Box(FIRST, number, self.last, number)

    def row(self, index: int) -> int:
        """The sheet's row of a row of the table."""
        return FIRST + index - self.start


@dataclass(frozen=True)
class Arrangement:
    """The sheets of a master; tables by number of part and table."""

    overview: str
    totals: str | None
    findings: tuple[Stretch, ...]
    tables: Mapping[tuple[int, int], tuple[Stretch, ...]] = field(repr=False)
    sources: tuple[Stretch, ...]
    language: str
    roll: tuple[Stretch, ...] = ()
    """Where the units of the roll are listed."""

    def place(self, place: tuple[int, int, int]) -> tuple[str, int]:
        """Sheet and row of a row of a table."""
        part, table, index = place
        for stretch in self.tables[part, table]:
            if index < stretch.start + stretch.count:
                return stretch.sheet, stretch.row(index)
        raise IndexError(place)


def arranged(master: Master, most_rows: int = MAX_ROW) -> Arrangement:
    """The arrangement of sheets of at most that many rows."""
    names, language = _Names(), master.language
    overview = names.take(word("overview_sheet", language))
    tables = [
        ((p, t), table)
        for p, part in enumerate(master.parts)
        for t, table in enumerate(part.tables)
    ]
    has_totals = any(table.items for _, table in tables)
    totals = names.take(word("totals_sheet", language)) if has_totals else None
    findings_name = word("findings_sheet", language)
    room = most_rows - HEAD - _BELOW

    def stretches(name: str, count: int) -> tuple[Stretch, ...]:
        return tuple(_stretches(names, name, count, room))

    # Named before the sheets of data, whose names are the form's.
    roll = stretches(word("roll_sheet", language), len(master.roll)) if master.roll else ()
    findings = stretches(findings_name, len(master.findings))
    placed = {place: stretches(table.title, len(table.rows)) for place, table in tables}
    sources = stretches(word("sources_sheet", language), sum(len(t.rows) for _, t in tables))
    return Arrangement(overview, totals, findings, placed, sources, language, roll)


def summed_tables(
    arrangement: Arrangement, master: Master
) -> Iterator[tuple[tuple[int, int], Table]]:
    """The tables that have totals, with their places."""
    for p, t in arrangement.tables:
        table = master.parts[p].tables[t]
        if table.items:
            yield (p, t), table


def _stretches(names: _Names, name: str, count: int, room: int) -> Iterator[Stretch]:
    for start in range(0, max(count, 1), room):
        yield Stretch(names.take(name), start, min(room, count - start))


class _Names:
    """Gives each sheet a name of its own that Excel takes."""

    def __init__(self) -> None:
        self._taken = set(_RESERVED)

    def take(self, wanted: str) -> str:
        plain = " ".join(_FORBIDDEN.sub(" ", wanted).split()).strip("'") or "-"
        number, name = 1, _cut(plain, _MOST_SIGNS)
        while name.casefold() in self._taken:
            number += 1
            suffix = f" ({number})"
            name = _cut(plain, _MOST_SIGNS - len(suffix)) + suffix
        self._taken.add(name.casefold())
        return name


def _cut(text: str, most: int) -> str:
    while len(text.encode("utf-16-le")) // 2 > most:
        text = text[:-1]
    return text.strip(" '")
