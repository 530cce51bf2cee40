"""Which key each workbook went out with, as the ledger's rows tell it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from xlkit.ledger.records import Dispatched, Keyed
from xlkit.ledger.store import Entry


@dataclass(frozen=True, slots=True)
class Signing:
    """The ids of the keys that a unit's workbooks are signed with; '' where there was none.

    `sent` has those of what went out, `now` is the round's key for whatever else claims to be.
    """

    sent: Mapping[tuple[int, int], str] = field(default_factory=dict)
    now: str = ""

    def wanted(self, serial: int, correction: int) -> str:
        """The id of the key that a workbook has to be signed with; '' where none is asked of it."""
        return self.sent.get(_which(serial, correction), self.now)


class KeyBook:
    """Gathers the rows about keys and about workbooks that went out."""

    def __init__(self) -> None:
        self._now = ""
        self._sent: dict[str, dict[tuple[int, int], str]] = {}

    def take(self, entry: Entry[Any]) -> None:
        record = entry.record
        match record:
            case Keyed():
                self._now = record.key
            case Dispatched():
                sent = self._sent.setdefault(record.unit, {})
                sent.setdefault(_which(record.serial, record.correction), self._now)

    def of(self, unit: str) -> Signing:
        """What a unit's workbooks are signed with."""
        return Signing(self._sent.get(unit, {}), self._now)


def _which(serial: int, correction: int) -> tuple[int, int]:
    """What tells a unit's workbooks apart: corrections are counted through, whatever the serial."""
    return (0, correction) if correction else (serial, 0)
