"""The findings of a run counted by their code, and the overview's small table of them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from xlkit.cells import Box
from xlkit.findings import Severity
from xlkit.master import looks, pages
from xlkit.master.model import Master
from xlkit.master.terms import word
from xlkit.master.unit_chart import CHART_ROWS
from xlkit.master.unit_list import COUNTS, MONEY
from xlkit.template.book import Page

_ROOM = CHART_ROWS - 2
"""Kinds that fit beside the chart."""
_LEFT, _NUMBER, _OPEN, _FILES = COUNTS, MONEY - 1, MONEY, MONEY + 1


@dataclass(frozen=True, slots=True)
class CodeCount:
    """How often a code was found, how often it is open, and in how many files it is."""

    code: str
    title: str
    severity: Severity
    number: int
    open: int
    files: int


def by_code(master: Master) -> tuple[CodeCount, ...]:
    """The codes found, the worst first, then the most frequent; one line per severity."""
    entries: dict[tuple[Severity, str, str], list[int]] = {}
    open_: Counter[tuple[Severity, str, str]] = Counter()
    for one in master.findings:
        key = (one.finding.severity, one.finding.code, one.title)
        entries.setdefault(key, []).append(one.entry)
        open_[key] += one.finding.is_open
    counted = [
        CodeCount(key[1], key[2], key[0], len(found), open_[key], len(set(found)))
        for key, found in entries.items()
    ]
    return tuple(sorted(counted, key=lambda one: (one.severity.rank, -one.number, one.code)))


def write_codes(page: Page, master: Master, row: int, sheet: str) -> None:
    """The table of kinds below that row's headings; what does not fit is told by number.

    `sheet` is the one that lists all findings.
    """
    language, found = master.language, by_code(master)
    page.text(Box(row, _LEFT, row, _NUMBER - 1), word("by_code", language), looks.HEADER)
    page.text(pages.cell(row, _NUMBER), word("occurrences", language), looks.HEADER)
    page.text(pages.cell(row, _OPEN), word("open_number", language), looks.HEADER)
    page.text(pages.cell(row, _FILES), word("files_number", language), looks.HEADER)
    room = _ROOM if len(found) <= _ROOM else _ROOM - 1
    for at, one in enumerate(found[:room], start=row + 1):
        style = pages.with_look(looks.TEXT, looks.SEVERITIES[one.severity], {"text_wrap": False})
        page.text(Box(at, _LEFT, at, _NUMBER - 1), one.title, style)
        page.number(pages.cell(at, _NUMBER), one.number, looks.COUNT)
        page.number(pages.cell(at, _OPEN), one.open, looks.COUNT)
        page.number(pages.cell(at, _FILES), one.files, looks.COUNT)
    rest = Box(row + 1 + min(len(found), room), _LEFT, row + 1 + min(len(found), room), _FILES)
    if not found:
        page.text(rest, word("by_code_none", language), looks.TEXT)
    elif len(found) > room:
        more = word("by_code_more", language, number=str(len(found) - room), sheet=sheet)
        page.text(rest, more, looks.TEXT)
