"""Where something came from, in words: of a mail its sender, day and subject, not its file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import cast
from zoneinfo import ZoneInfo

from xlkit.ledger.mails import MailCame
from xlkit.ledger.record import Record
from xlkit.ledger.records import UnitListed
from xlkit.ledger.store import Entry
from xlkit.round.desk import Round
from xlkit.round.letters import Writers, file_of
from xlkit.sources import Passed
from xlkit.sources.model import outermost
from xlkit.wording import word


@dataclass(frozen=True, slots=True)
class Whence:
    """Says where something lay, as people know it; `writers` tells whose mails are."""

    language: str
    zone: ZoneInfo
    writers: Writers
    mails: Mapping[str, Entry[MailCame]]
    names: Mapping[str, str]

    def of(self, source: str) -> str:
        """A place as the ledger has it, with the mail that it is in, or is, by its sender."""
        entry = self.mails.get(file_of(source))
        if entry is None:
            return source
        return self.mail(entry.record, entry.at) + source[len(outermost(source)) :]

    def mail(self, mail: MailCame, fetched: datetime) -> str:
        """A mail by its unit, where one is known, its sender, the day and the subject."""
        units = self.writers.of(mail)
        return self._said(units, mail.sender, mail.title, mail.sent_at or fetched)

    def passed(self, item: Passed) -> Passed:
        """The same, with its place in words."""
        return replace(item, source=self.of(item.source))

    def left(self, item: Passed, title: str) -> Passed:
        """The same of a mail that stayed on the server, of that subject."""
        at = item.sent_at or item.received_at
        units = self.writers.at(item.sender)
        return replace(item, source=self._said(units, item.sender, title, at))

    def owner(self, source: str) -> tuple[str, ...]:
        """The units whose mail something lay in; none where it was in no mail, or in nobody's."""
        entry = self.mails.get(file_of(source))
        return () if entry is None else self.writers.of(entry.record)

    def unit(self, codes: Sequence[str]) -> str:
        """The unit of a mail by code and name; '' where it is nobody's, or of several."""
        return f"{codes[0]} {self.names[codes[0]]}".strip() if len(codes) == 1 else ""

    def _said(self, units: Sequence[str], sender: str, title: str, at: datetime | None) -> str:
        key = "whence_unit" if len(units) == 1 else "whence"
        return word(
            key,
            self.language,
            file="round",
            unit=self.unit(units),
            sender=sender or "?",
            title=title,
            day=f"{at.astimezone(self.zone):%m-%d}" if at is not None else "",
        )


def whence_of(round_: Round, entries: Sequence[Entry[Record]] | None = None) -> Whence:
    """By what the ledger of the round holds; `entries` are all its rows, where they are at hand."""
    entries = round_.ledger.entries(round_.id) if entries is None else entries
    mails: dict[str, Entry[MailCame]] = {}
    names: dict[str, str] = {}
    for entry in entries:
        match entry.record:
            case MailCame() as mail if mail.file:
                mails[mail.file] = cast("Entry[MailCame]", entry)
            case UnitListed() as listed:
                names[listed.unit] = listed.name
    return Whence(round_.language, round_.zone, Writers(entries), mails, names)
