"""Mails of departments: whose each is, and those that wait for somebody to read them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from xlkit.ledger.mails import MailCame, Posting
from xlkit.ledger.record import Record
from xlkit.ledger.records import PassedOver, Seen, UnitListed
from xlkit.ledger.store import Entry
from xlkit.round.posts import Post
from xlkit.sources.automatic import MailKind
from xlkit.sources.model import outermost

#: How a walk calls a mail without any file: somebody asks something, or says something.
NO_FILE = "mail-without-attachment"


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail that brought nothing to be taken in; `why` is a code of `messages/sources.toml`.

    `at` is when it was written, else when it was fetched; `number` is the ledger's number of it.
    """

    mail: MailCame
    at: datetime
    number: int
    why: str = NO_FILE

    @property
    def is_question(self) -> bool:
        """Whether it has no file and no link to one: it is to be answered by a person."""
        return self.why == NO_FILE


class Writers:
    """Whose a mail is: that of the unit whose mail it follows, else of those at its address."""

    def __init__(self, entries: Iterable[Entry[Any]]) -> None:
        self._asked: dict[str, str] = {}
        self._addresses: dict[str, dict[str, None]] = {}
        for entry in entries:
            record: Record = entry.record
            match record:
                case Posting():
                    self._asked[record.message_id] = record.unit
                case UnitListed():
                    for address in record.emails:
                        self._addresses.setdefault(address.casefold(), {})[record.unit] = None

    def of(self, mail: MailCame) -> tuple[str, ...]:
        """The codes of the units; none where nothing tells, several that share an address."""
        asked = self._asked.get(mail.about)
        return (asked,) if asked is not None else self.at(mail.sender)

    def at(self, address: str) -> tuple[str, ...]:
        """The codes of the units that have, or had, that address."""
        return tuple(self._addresses.get(address.casefold(), ()))


class LetterBook:
    """Gathers the mails that came, and tells which of them wait for an answer."""

    def __init__(self, entries: Sequence[Entry[Any]]) -> None:
        self._writers = Writers(entries)
        self._mails: dict[str, Entry[MailCame]] = {}
        self._why: dict[str, str] = {}
        self._taken: set[str] = set()
        self._came: dict[str, int] = {}
        for entry in entries:
            self._take(entry)
        self._waiting: dict[str, list[Letter]] = {}
        for file, entry in self._mails.items():
            if file not in self._taken and entry.record.kind == MailKind.LETTER:
                self._enter(file, entry)

    def _take(self, entry: Entry[Any]) -> None:
        record: Record = entry.record
        match record:
            case MailCame() if record.file:
                self._mails[record.file] = entry
            case PassedOver():
                self._why.setdefault(file_of(record.source), record.why)
            case Seen():
                file = file_of(record.source)
                mail = self._mails.get(file)
                number = entry.id if mail is None else mail.id
                self._taken.add(file)
                self._came[record.sha256] = max(self._came.get(record.sha256, 0), number)

    def _enter(self, file: str, entry: Entry[MailCame]) -> None:
        mail = entry.record
        letter = Letter(mail, mail.sent_at or entry.at, entry.id, self._why.get(file, NO_FILE))
        for unit in self._writers.of(mail):
            self._waiting.setdefault(unit, []).append(letter)

    def waiting(self, unit: str, returns: Iterable[str], posts: Iterable[Post]) -> Letter | None:
        """A unit's last mail that brought nothing; None where something came or went since.

        `returns` are the sha256 of what the unit sent. Mails count in the order in which they
        were fetched: clocks of senders differ.
        """
        letters = self._waiting.get(unit)
        if not letters:
            return None
        gone = (post.number for post in posts if post.fate.is_done)
        came = (self._came.get(sha256, 0) for sha256 in returns)
        last = letters[-1]
        return last if last.number > max((*gone, *came), default=0) else None


def file_of(source: str) -> str:
    """The name of the file that something lay in, or was."""
    return outermost(source).replace("\\", "/").rpartition("/")[2]
