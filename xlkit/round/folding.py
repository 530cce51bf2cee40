"""What the ledger's rows amount to: where each unit stands, and the files that count for nobody."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from xlkit.ledger.mails import Posting
from xlkit.ledger.record import Record
from xlkit.ledger.records import (
    Dispatched,
    Received,
    Recognised,
    RoundOpened,
    Seen,
    UnitListed,
    Waived,
)
from xlkit.ledger.store import Entry
from xlkit.round.letters import LetterBook
from xlkit.round.posts import PostBook
from xlkit.round.signing import KeyBook
from xlkit.round.standing import Recognition, Return, Standing, Stray
from xlkit.round.verdicts import VerdictBook


def standings(
    entries: Sequence[Entry[Record]],
    opened: RoundOpened,
    zone: ZoneInfo,
    today: date,
    *,
    is_by_mail: bool = False,
) -> tuple[tuple[Standing, ...], tuple[Stray, ...]]:
    """Every unit by its parent and code, and the files that count for none of them.

    A round in which mails were posted goes by mail, whatever is said.
    """
    rows = _Rows(entries, is_by_mail=is_by_mail)
    found = [
        rows.standing(unit, unit.due or opened.due, zone, today) for unit in rows.units.values()
    ]
    ordered = sorted(found, key=lambda item: (item.unit.parent, item.code))
    return tuple(ordered), tuple(rows.strays())


class _Rows:
    """The rows sorted by what they are about, the last of each counting."""

    def __init__(self, entries: Sequence[Entry[Record]], *, is_by_mail: bool) -> None:
        self.units: dict[str, UnitListed] = {}
        self._dispatches: dict[str, list[Entry[Dispatched]]] = {}
        self._received: dict[str, Received] = {}
        self._recognised: dict[str, Recognised] = {}
        self._waived: dict[str, dict[str, Entry[Waived]]] = {}
        self._seen: dict[str, int] = {}
        self._stamps: dict[str, str] = {}
        self._mails = PostBook()
        self._keys = KeyBook()
        self._verdicts = VerdictBook()
        self._letters = LetterBook(entries)
        self._is_by_mail = is_by_mail
        for entry in entries:
            self._take(entry)

    def _take(self, entry: Entry[Any]) -> None:
        record: Record = entry.record
        for book in (self._mails, self._keys, self._verdicts):
            book.take(entry)
        match record:
            case UnitListed():
                self.units[record.unit] = record
            case Dispatched():
                self._dispatches.setdefault(record.unit, []).append(entry)
            case Received():
                self._received[record.sha256] = record
            case Seen():
                self._seen[record.sha256] = self._seen.get(record.sha256, 0) + 1
                self._stamps[record.sha256] = record.stamp
            case Recognised():
                self._recognised[record.sha256] = record
            case Waived():
                self._waived.setdefault(record.unit, {})[record.key] = entry
            case Posting():
                self._is_by_mail = True

    def standing(self, unit: UnitListed, due: date, zone: ZoneInfo, today: date) -> Standing:
        returns = tuple(self._returns(unit.unit))
        posts = self._mails.of(unit.unit)
        return Standing(
            unit=unit,
            due=due,
            dispatches=tuple(self._dispatches.get(unit.unit, ())),
            returns=returns,
            waivers={
                key: entry
                for key, entry in self._waived.get(unit.unit, {}).items()
                if not entry.record.withdrawn
            },
            again=sum(max(self._seen.get(item.sha256, 0) - 1, 0) for item in returns),
            days=tuple(item.received.received_at.astimezone(zone).date() for item in returns),
            today=today,
            signing=self._keys.of(unit.unit),
            posts=posts,
            is_by_mail=self._is_by_mail,
            letter=self._letters.waiting(unit.unit, [item.sha256 for item in returns], posts),
        )

    def _returns(self, unit: str) -> Iterator[Return]:
        """The unit's returns as they came; at the same moment, in the order of the ledger."""
        mine = sorted(self._by_unit.get(unit, ()), key=lambda item: item.received_at)
        for number, received in enumerate(mine, start=1):
            yield Return(
                number,
                received,
                self._recognised[received.sha256],
                self._verdicts.verdict(received.sha256),
                self._verdicts.answered(received.sha256),
                self._mails.letter(self._stamps.get(received.sha256, "")),
            )

    @cached_property
    def _by_unit(self) -> Mapping[str, Sequence[Received]]:
        found: dict[str, list[Received]] = {}
        for received in self._received.values():
            unit = self._owner(received)
            if unit is not None:
                found.setdefault(unit, []).append(received)
        return found

    def strays(self) -> Iterator[Stray]:
        for digest, received in self._received.items():
            if self._owner(received) not in self.units:
                yield Stray(received, self._recognised.get(digest))

    def _owner(self, received: Received) -> str | None:
        """The unit that a file counts for, on the roster or not; None where it counts for none."""
        known = self._recognised.get(received.sha256)
        return known.unit if known and Recognition(known.standing).counts else None
