"""The mails of a round as the ledger has them: what was posted, and what became of it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from xlkit.ledger.mails import MailCame, Posted, Posting, Purpose
from xlkit.ledger.record import Record
from xlkit.ledger.records import Dispatched
from xlkit.ledger.store import Entry
from xlkit.sources.automatic import MailKind
from xlkit.wording import signs

_LABEL = re.compile(rf"(?:{signs('away')})\s*[:：]?", re.IGNORECASE)


class Fate(StrEnum):
    """What became of a mail."""

    TAKEN = "taken"
    DRAFT = "draft"
    REFUSED = "refused"
    LATER = "later"
    """It was put off, and is tried again by the next command."""
    UNSURE = "unsure"
    """The server may have it: whoever sent it was cut off before its answer."""
    BOUNCED = "bounced"
    """It was taken, and came back."""

    @property
    def is_done(self) -> bool:
        """Whether the department has it, as far as can be known."""
        return self in (Fate.TAKEN, Fate.DRAFT)


@dataclass(frozen=True, slots=True)
class Post:
    """A mail that went out, or was about to; `at` is when, `number` the ledger's number of it."""

    posting: Posting
    at: datetime
    number: int = 0
    posted: Posted | None = None
    bounces: tuple[MailCame, ...] = ()
    away: tuple[MailCame, ...] = ()

    @property
    def fate(self) -> Fate:
        if self.posted is None:
            return Fate.UNSURE
        fate = Fate(self.posted.outcome)
        return Fate.BOUNCED if fate.is_done and not self.reached else fate

    @property
    def reached(self) -> tuple[str, ...]:
        """The addresses that nothing is known to have kept the mail from."""
        lost = {address.casefold() for address in self.lost}
        return tuple(item for item in self.posting.addresses if item.casefold() not in lost)

    @property
    def lost(self) -> dict[str, str]:
        """Why the mail did not reach an address, for those that it did not reach."""
        refused = {
            row["address"]: row["detail"] for row in (self.posted.refused if self.posted else ())
        }
        for came in self.bounces:
            failed = came.failed or self.posting.addresses[:1]
            refused |= dict.fromkeys(failed, came.reason)
        known = {item.casefold(): item for item in self.posting.addresses}
        return {known.get(item.casefold(), item): why for item, why in refused.items()}


def away_text(mail: MailCame) -> str:
    """What an automatic reply says; where that is not kept, its subject without the label."""
    return mail.reason or _LABEL.sub("", mail.title, count=1).strip()


class PostBook:
    """Gathers the rows about mails, and gives each mail with what became of it."""

    def __init__(self) -> None:
        self._postings: dict[str, list[Entry[Any]]] = {}
        self._posted: dict[str, Posted] = {}
        self._came: dict[str, list[MailCame]] = {}
        self._letters: dict[str, MailCame] = {}

    def take(self, entry: Entry[Any]) -> None:
        record: Record = entry.record
        match record:
            case Posting():
                self._postings.setdefault(record.unit, []).append(entry)
            case Posted():
                self._posted[record.message_id] = record
            case MailCame():
                self._letters[record.message_id] = record
                if record.about:
                    self._came.setdefault(record.about, []).append(record)

    def of(self, unit: str) -> tuple[Post, ...]:
        """The mails to a unit, the oldest first."""
        return tuple(map(self._post, self._postings.get(unit, ())))

    def letter(self, message_id: str) -> MailCame | None:
        """The mail of that id that came."""
        return self._letters.get(message_id)

    def _post(self, entry: Entry[Any]) -> Post:
        about = self._came.get(entry.record.message_id, [])
        return Post(
            entry.record,
            entry.at,
            entry.id,
            self._posted.get(entry.record.message_id),
            tuple(item for item in about if item.kind == MailKind.BOUNCE),
            tuple(item for item in about if item.kind == MailKind.AWAY),
        )


def about_of(sent: Dispatched) -> str:
    """What a mail that carries this is about."""
    return f"{sent.serial}.{sent.correction}.{sent.sha256}"


def posts_about(posts: Iterable[Post], purpose: Purpose, about: str) -> tuple[Post, ...]:
    """The mails that carried one thing, or reminded on one day."""
    return tuple(
        item for item in posts if (item.posting.purpose, item.posting.about) == (purpose, about)
    )
