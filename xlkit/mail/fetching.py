"""Mails of a mailbox, each fetched once and left as it lies until it was taken in."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from email import message_from_bytes
from functools import partial
from types import TracebackType
from typing import Self, TypeVar

from xlkit.files import safe_name
from xlkit.mail.conversation import Conversation, converse
from xlkit.mail.imap import ImapRefused, ImapServer
from xlkit.mail.lines import Listed
from xlkit.mail.secrets import Password
from xlkit.sources import DEFAULT_ALLOWANCE, Passed
from xlkit.sources.headers import raw_header, sender_of, sent_at, words
from xlkit.sources.model import inside, mib, printable

T = TypeVar("T")

_ATTEMPTS = 3
_PAUSE = 2.0
"""Seconds before a connection that was lost is tried again; twice as long each time."""


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where a mail lies. Its number holds as long as the folder's `uidvalidity` does."""

    folder: str
    uidvalidity: int
    uid: int

    @property
    def stem(self) -> str:
        """A name for the mail's file, without its ending."""
        return safe_name(f"{self.folder}-{self.uidvalidity}-{self.uid}")


@dataclass(frozen=True, slots=True)
class Fetched:
    """A mail as its sender's server handed it in, byte for byte."""

    place: Place
    data: bytes = field(repr=False)
    received_at: datetime | None


@dataclass(frozen=True, slots=True)
class Left:
    """A mail that stays where it lies, and why, as a code of `messages/sources.toml`.

    `head` are its headers, as far as the server gives them.
    """

    place: Place
    why: str
    detail: str
    size: int
    head: bytes = field(repr=False)
    received_at: datetime | None

    @property
    def passed(self) -> Passed:
        """The same as what a walk passes over, in whose words it is said."""
        head = message_from_bytes(self.head)
        subject = words(raw_header(head, "subject")).strip()
        return Passed(
            inside(self.place.folder, printable(subject or str(self.place.uid))),
            self.why, self.detail, self.place.stem,
            sender_of(head), sent_at(head), self.received_at,
        )  # fmt: skip


@dataclass
class Inbox:
    """A mailbox that is looked into while the context is entered.

    Connections that are lost are made again; `sleep` waits before that.

    Raises, from every method:
        OSError: the server cannot be reached, or was lost again and again.
        ImapRefused: it said no; `FolderUnknown` names the folders that there are.
    """

    server: ImapServer
    password: Password
    folders: tuple[str, ...] = ("INBOX",)
    max_bytes: int = DEFAULT_ALLOWANCE.max_bytes
    attempts: int = _ATTEMPTS
    sleep: Callable[[float], None] = time.sleep
    _line: Conversation | None = field(default=None, repr=False)

    def __enter__(self) -> Self:
        self._line = converse(self.server, self.password)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        if self._line is not None:
            self._line.close()
        self._line = None

    def there(self) -> tuple[str, ...]:
        """The folders of the mailbox."""
        return self._tried(lambda line: line.folders())

    def new(self, known: Collection[Place], since: date | None = None) -> Iterator[Fetched | Left]:
        """The mails that are not known, oldest first, those since a day if one is given.

        Nothing is marked. `done` may be called between two of them. A mail that is larger than
        `max_bytes`, or that the server does not give, is `Left` and keeps no other back.
        """
        given: set[Place] = set()  # two names may be one folder's
        for folder in self.folders:
            for place, listed in self._listing(folder, known, since):
                if place in given:
                    continue
                given.add(place)
                got = self._tried(partial(self._got, place, listed))
                if got is not None:
                    yield got

    def _listing(
        self, folder: str, known: Collection[Place], since: date | None
    ) -> list[tuple[Place, Listed]]:
        def step(line: Conversation) -> list[tuple[Place, Listed]]:
            name, validity = line.open(folder)
            found = line.listed(since, lambda uid: Place(name, validity, uid) in known)
            return [(Place(name, validity, item.uid), item) for item in found]

        return self._tried(step)

    def _got(self, place: Place, mail: Listed, line: Conversation) -> Fetched | Left | None:
        """A mail; None where it is gone, or its number is another's now."""
        if line.open(place.folder)[1] != place.uidvalidity:
            return None
        if mail.size > self.max_bytes:
            return self._left(line, place, mail, "mail-too-large", mib(self.max_bytes))
        try:
            data = line.whole(place.uid)
        except ImapRefused as refused:
            if not line.has(place.uid):  # somebody moved or deleted it in the meantime
                return None
            return self._left(line, place, mail, "mail-not-given", refused.said)
        return None if data is None else Fetched(place, data, mail.received_at)

    def _left(self, line: Conversation, place: Place, mail: Listed, why: str, detail: str) -> Left:
        head = line.head(place.uid)
        return Left(place, why, detail, mail.size, head, mail.received_at)

    def done(self, places: Iterable[Place], move_to: str = "") -> tuple[Place, ...]:
        """Marks mails as read, or moves them to a folder, and gives those that could be found.

        To be called when what came is safe. A number that is another mail's now is left alone.
        """
        wanted: dict[str, list[Place]] = {}
        for place in places:
            wanted.setdefault(place.folder, []).append(place)
        found: list[Place] = []
        for folder, those in wanted.items():
            found += self._tried(partial(_end, folder, those, move_to))
        return tuple(found)

    def _tried(self, step: Callable[[Conversation], T]) -> T:
        """What a step gives, made on another connection where one is lost."""
        for attempt in range(1, self.attempts + 1):
            try:
                if self._line is None:
                    self._line = converse(self.server, self.password)
                return step(self._line)
            except OSError:
                if self._line is not None:
                    self._line.close()
                self._line = None
                if attempt == self.attempts:
                    raise
                self.sleep(_PAUSE * 2 ** (attempt - 1))
        raise AssertionError("there is at least one attempt")


def _end(folder: str, places: Sequence[Place], move_to: str, line: Conversation) -> list[Place]:
    _, validity = line.open(folder, write=True)
    ours = [place for place in places if place.uidvalidity == validity]
    uids = [place.uid for place in ours]
    if move_to:
        line.move(uids, move_to)
    else:
        line.mark_seen(uids)
    return ours
