"""Rows of a roster's file under their headings, whatever kind of file it is."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import zip_longest
from pathlib import Path

from xlkit.catalogue import Message
from xlkit.cells import address
from xlkit.errors import RosterError
from xlkit.findings import Severity
from xlkit.sentences import Sentence, located
from xlkit.submission.grid import CellKind, Grid, Unreadable
from xlkit.submission.opening import open_workbook
from xlkit.submission.screen import screen
from xlkit.values.text import squeeze
from xlkit.wording import message_file

_ENCODINGS = ("utf-8-sig", "gb18030")
_LEAST_LOST = 10**15
"""Source: Excel specifications and limits: a number keeps 15 digits."""

Line = tuple[int, Mapping[str, str]]
"""A row's number in its file, and its texts by heading."""


def csv_lines(path: Path, data: bytes) -> list[Line]:
    for encoding in _ENCODINGS:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        try:
            return list(_lines(enumerate(csv.reader(io.StringIO(text)), start=1)))
        except csv.Error as error:
            raise RosterError([Sentence("roster-csv", file=path.name, said=error)]) from error
    raise RosterError([Sentence("roster-text", file=path.name)])


def workbook_sheets(path: Path, data: bytes) -> Iterator[tuple[str, list[Line]]]:
    screening = screen(data)
    problems = [Message(item) for item in screening.findings if item.severity is Severity.ERROR]
    if screening.kind is None or problems:
        raise RosterError([located(path.name, problem) for problem in problems])
    try:
        workbook = open_workbook(data, screening.kind)
    except Unreadable as error:
        raise RosterError([Sentence("cannot-read", path=path.name, said=error.detail)]) from error
    helps = names_of("help_sheets")
    shown = [one for one in workbook.sheets if not one.hidden and squeeze(one.name) not in helps]
    lost = [
        Sentence(
            "roster-digits",
            place=f"{path.name} {grid.name}!{address(*place)}",
            text=cell.text,
        )
        for grid in shown
        for place, cell in grid.cells.items()
        if cell.kind is CellKind.NUMBER and abs(cell.number or Decimal(0)) >= _LEAST_LOST
    ]
    if lost:
        raise RosterError(lost)
    for grid in shown:
        yield grid.name, list(_lines(_rows(grid)))


def _rows(grid: Grid) -> Iterator[tuple[int, list[str]]]:
    """The rows that have a cell, each as long as its last one."""
    rows: dict[int, dict[int, str]] = {}
    for (row, column), cell in grid.cells.items():
        rows.setdefault(row, {})[column] = cell.text
    for number, texts in sorted(rows.items()):
        yield number, [texts.get(column, "") for column in range(1, max(texts) + 1)]


def _lines(rows: Iterable[tuple[int, Sequence[str]]]) -> Iterator[Line]:
    """The rows under the heading row: the first that names the unit's code, else the first.

    What an empty roster workbook computes by itself says nothing, wherever it stands.
    """
    filled = [(number, row) for number, row in rows if any(cell.strip() for cell in row)]
    codes, computed = names_of("unit") | names_of("member_unit"), names_of("check")
    top = next((at for at, (_, row) in enumerate(filled) if codes & set(map(squeeze, row))), 0)
    headings = [cell.strip() for cell in filled[top][1]] if filled else []
    shown = {at for at, name in enumerate(headings) if squeeze(name) in computed}
    for number, row in filled[top + 1 :]:
        if not any(cell.strip() for at, cell in enumerate(row) if at not in shown):
            continue
        cells = zip_longest(headings, row[: len(headings)], fillvalue="")
        yield (
            number,
            {
                name: cell.strip()
                for at, (name, cell) in enumerate(cells)
                if name and at not in shown
            },
        )


def headings_of(lines: Sequence[Line]) -> list[str]:
    return list(lines[0][1]) if lines else []


def names_of(key: str) -> set[str]:
    return {squeeze(name) for name in message_file("roster")[key]["names"]}


def column_of(headings: Sequence[str], key: str) -> str | None:
    """The heading of a column, as the office wrote it."""
    names = names_of(key)
    return next((item for item in headings if squeeze(item) in names), None)


def text_of(texts: Mapping[str, str], column: str | None) -> str:
    return texts.get(column, "") if column is not None else ""
