"""The status of a round as tables for people, on any console."""

from __future__ import annotations

import io
import shutil
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from xlkit.cli.round.desk import say
from xlkit.cli.round.notes import notes, state_text

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from xlkit.round.desk import Round
    from xlkit.round.reviewing import Reviewing
    from xlkit.round.standing import Standing, Stray
    from xlkit.round.status import Status, Tally

#: Columns of text where the output is no terminal.
_WIDE = 200


def status_texts(status: Status, round_: Round, *, owing: bool) -> Iterator[str]:
    """The tallies of all and by parent, the units, and the files that count for none."""
    from xlkit.form.texts import fill
    from xlkit.form.texts import say as text_of

    language = round_.language
    title = fill(text_of(round_.form.title, language), year=status.year)
    state = say("is_closed" if status.is_closed else "running", language)
    yield say("title", language, title=title, year=status.year, state=state)
    yield _tallies(status, language)
    units = [item for item in status.units if not owing or item.owes]
    if units:
        yield _units(units, language, status.zone)
    if status.strays:
        yield say("strays", language, number=len(status.strays))
        yield from (f"  {line}" for line in _strays(status.strays, language))


def total_text(status: Status, language: str) -> str:
    """How many units stand where, on one line; states that no unit is in are left out."""
    from xlkit.round.status import COUNTED

    total = status.total
    counts = [(say(f"state_{state}", language), total.states[state]) for state in COUNTED]
    counts.append((say("late", language), total.late))
    return "    " + "  ".join(f"{name} {count}" for name, count in counts if count)


def _tallies(status: Status, language: str) -> str:
    from xlkit.round.status import COUNTED

    heads = [say("column_parent", language), say("column_units", language)]
    heads += [say(f"state_{state}", language) for state in COUNTED]
    heads.append(say("late", language))
    groups = status.by_parent
    rows = [
        _tally(parent or say("no_parent", language), tally)
        for parent, tally in groups.items()
        if len(groups) > 1
    ]
    rows.append(_tally(say("total", language), status.total))
    return table(heads, rows, numbers=range(1, len(heads)))


def _tally(name: str, tally: Tally) -> list[str]:
    from xlkit.round.status import COUNTED

    counts = [tally.units, *(tally.states[state] for state in COUNTED), tally.late]
    return [name, *(str(count) if count else "·" for count in counts)]


def _units(units: Sequence[Standing], language: str, zone: ZoneInfo) -> str:
    names = ("parent", "unit", "name", "state", "due", "received", "findings", "note")
    heads = [say(f"column_{name}", language) for name in names]
    return table(heads, [_unit(item, language, zone) for item in units])


def _unit(item: Standing, language: str, zone: ZoneInfo) -> list[str]:
    reviewed = item.last.reviewed if item.last else None
    found = f"{reviewed.errors}/{reviewed.warnings}" if reviewed else ""
    late = f" {say('late', language)}" if item.is_late else ""
    return [
        item.unit.parent,
        item.code,
        item.unit.name,
        state_text(item, language) + late,
        f"{item.due:%m-%d}",
        f"{item.received_on:%m-%d}" if item.received_on else "",
        found if item.is_active else "",
        say("and", language).join(notes(item, language, zone)),
    ]


def _strays(strays: Sequence[Stray], language: str) -> Iterator[str]:
    for item in strays:
        known = item.recognised
        key = f"stray_{known.standing}" if known else "stray_unread"
        unit = f"{known.unit} {known.unit_name}".strip() if known else ""
        year = known.year if known and known.year else "?"
        yield f"{item.received.source}: {say(key, language, unit=unit, year=year)}"


def names_texts(found: Reviewing, language: str) -> Iterator[str]:
    """The findings that ask for something, each with the short name that `waive` knows."""
    from xlkit.catalogue import say as words_of
    from xlkit.reporting.text import ranges

    rows = [
        [
            name,
            say(f"weight_{item.severity}", language),
            ranges(item.cells, language),
            words_of(item, language).title,
        ]
        for item, name in zip(found.submission.findings, found.names, strict=True)
        if name
    ]
    if rows:
        heads = [say(f"column_{name}", language) for name in ("short", "weight", "cells", "what")]
        yield table(heads, rows)


def table(heads: Sequence[str], rows: Sequence[Sequence[str]], numbers: range = range(0)) -> str:
    """A plain table, its columns as wide as what stands in them."""
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    made = Table(box=SIMPLE_HEAD, pad_edge=False, header_style="")
    for number, head in enumerate(heads):
        made.add_column(Text(head), justify="right" if number in numbers else "left")
    for row in rows:
        made.add_row(*map(Text, row))
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else _WIDE
    out = io.StringIO()
    Console(file=out, width=width, color_system=None, legacy_windows=False).print(made)
    return "\n".join(line.rstrip() for line in out.getvalue().strip("\n").splitlines())
