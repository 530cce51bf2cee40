"""A round at work: its folder, its ledger, its forms, and who is working on it."""

from __future__ import annotations

import getpass
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from xlkit.errors import RoundError
from xlkit.files import shown, sweep, write_whole
from xlkit.form.model import Form
from xlkit.ledger.record import Record
from xlkit.ledger.records import Closed, Reopened, RoundOpened
from xlkit.ledger.store import Entry, Ledger
from xlkit.reporting.stationery import Stationery
from xlkit.round.folder import CACHE, Folder, Settings
from xlkit.round.frozen_form import frozen_forms
from xlkit.round.layouts import Layouts
from xlkit.round.previous import Previous
from xlkit.sentences import Sentence
from xlkit.submission.cache import AnswerCache
from xlkit.submission.limits import DEFAULT_LIMITS, Limits
from xlkit.submission.read import Reader
from xlkit.submission.settings import limits_from
from xlkit.submission.shelf import FormShelf
from xlkit.template.writer import Issue

#: The environment variable that names who is working, where the system's name is not wanted.
USER_VARIABLE = "XLKIT_USER"
#: Accounts as systems and shops call them; they say nothing of who is working.
_ACCOUNTS = frozenset(
    {"admin", "administrator", "default", "guest", "owner", "pc", "root", "user", "users"}
)
#: After which a file that is still half written is nobody's any more: writing takes seconds, and
#: the clocks of this machine and of a file server may differ by hours.
_STALE = timedelta(days=1)


def now() -> datetime:
    """The present moment, to the second."""
    return datetime.now(UTC).replace(microsecond=0)


def is_nobodys_name(name: str) -> bool:
    """Whether a name is that of an account that any computer may have, or none at all."""
    return not name or name.casefold() in _ACCOUNTS


def user() -> str:
    """Who is working: `XLKIT_USER`, else the name that the system knows."""
    named = os.environ.get(USER_VARIABLE, "").strip()
    if named:
        return named
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):  # a system that keeps no names
        return ""


@dataclass(frozen=True, slots=True)
class Hand:
    """How a command works on a round: who, when, with which key, and whether only to see.

    A `dry` one does the same things to a copy of the ledger, and leaves no file behind.
    """

    by: str = ""
    clock: Callable[[], datetime] = now
    key: bytes | None = None
    password: str = ""
    dry: bool = False
    jobs: int | None = None


@dataclass
class Round:
    """A round's folder, opened; everything else about it is asked of its ledger."""

    folder: Folder
    settings: Settings
    ledger: Ledger = field(repr=False)
    hand: Hand = field(default_factory=Hand)

    @property
    def id(self) -> str:
        return self.settings.round

    @property
    def language(self) -> str:
        return self.settings.language

    @cached_property
    def opened(self) -> RoundOpened:
        """How the round was opened.

        Raises:
            RoundError: its ledger does not know it.
        """
        for entry in self.ledger.entries(self.id, RoundOpened):
            return entry.record
        raise RoundError(Sentence("round-unknown", round=self.id))

    @cached_property
    def forms(self) -> tuple[Form, ...]:
        """The versions of the form, the newest first; that one is sent.

        Raises:
            RoundError: none is frozen, as the round was not opened to the end.
        """
        found = frozen_forms(self.folder.forms)
        if not found:
            raise RoundError(
                Sentence("round-formless", path=shown(self.folder.forms.absolute()), round=self.id)
            )
        return found

    @property
    def form(self) -> Form:
        return self.forms[0]

    def take_form(self, form: Form) -> None:
        """Makes a newer version the one that is sent, also where the hand is dry."""
        vars(self)["forms"] = (form, *self.forms)
        for name in ("shelf", "reader"):  # which are made of the versions
            vars(self).pop(name, None)

    @cached_property
    def limits(self) -> Limits:
        own = self.folder.beside(self.settings.limits)
        return limits_from(own) if own else DEFAULT_LIMITS

    @cached_property
    def zone(self) -> ZoneInfo:
        """The time zone that days are counted in."""
        return zone_of(self.opened.timezone)

    @property
    def today(self) -> date:
        return self.hand.clock().astimezone(self.zone).date()

    @property
    def issue(self) -> Issue:
        """How its workbooks go out."""
        return Issue(self.hand.key, self.hand.password)

    @cached_property
    def stationery(self) -> Stationery:
        return Stationery(self.folder.beside(self.settings.letters))

    @cached_property
    def previous(self) -> Previous:
        """Last year's answers; none where the round was opened without them."""
        return Previous(self.folder.previous)

    @cached_property
    def layouts(self) -> Layouts:
        """The layouts that its workbooks were sent with."""
        return Layouts(self.folder.layouts, self.hand.dry)

    @cached_property
    def shelf(self) -> FormShelf:
        """The versions of its form, laid out as they were sent."""
        return FormShelf(self.forms, self.layouts.texts())

    @cached_property
    def reader(self) -> Reader:
        """How its returns are read."""
        return Reader(self.shelf, self.hand.key, self.limits)

    @cached_property
    def cache(self) -> AnswerCache:
        """Answers that were read once; a dry run keeps none."""
        return AnswerCache((self.folder.scratch or self.folder.path) / CACHE)

    @property
    def is_closed(self) -> bool:
        entries = self.ledger.entries(self.id, Closed, Reopened)
        return bool(entries) and isinstance(entries[-1].record, Closed)

    def must_be_open(self) -> None:
        """Raises RoundError where the round is closed: nothing more is sent or taken in."""
        if self.is_closed:
            raise RoundError(Sentence("round-closed", round=self.id))

    def add(self, *records: Record, changes_only: bool = False) -> tuple[Entry[Record], ...]:
        """Adds to the ledger, all or nothing; gives what was new.

        With `changes_only` what another clerk has said in the meantime is not said again.
        """
        if not records:
            return ()
        hand = self.hand
        return self.ledger.add(self.id, hand.by, hand.clock(), *records, changes_only=changes_only)

    def write(self, path: Path, data: bytes) -> None:
        """Writes a whole file; a dry run writes it where nobody sees it.

        Raises:
            OutputError: the folder cannot be written, or the file is open in a program.
        """
        write_whole(self.folder.written_at(path), data)

    def content(self, path: Path) -> bytes | None:
        """What is in a file of the round, those of a dry run among them; None without one."""
        for place in (self.folder.written_at(path), path):
            with suppress(FileNotFoundError, IsADirectoryError, NotADirectoryError):
                return place.read_bytes()
        return None


@contextmanager
def at_work(path: Path, hand: Hand) -> Iterator[Round]:
    """The round of a folder; its ledger is closed at the end.

    What a killed command left half written is swept, unless it may be at work elsewhere.

    Raises:
        RoundError: this is no folder of a round.
        LedgerError: its ledger cannot be used.
    """
    folder = Folder(path)
    settings = folder.settings()
    with Ledger.open(settings.ledger or folder.ledger_file) as ledger:
        if not hand.dry:
            for place in folder.written:
                sweep(place, hand.clock() - _STALE)
            yield Round(folder, settings, ledger, hand)
            return
        with (
            TemporaryDirectory(ignore_cleanup_errors=True) as scratch,
            Ledger.open(Path(scratch, "ledger.sqlite"), create=True) as copy,
        ):
            ledger.copy_to(copy)
            yield Round(Folder(path, Path(scratch)), settings, copy, hand)


def zone_of(name: str) -> ZoneInfo:
    """The time zone of that name.

    Raises:
        RoundError: there is none.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise RoundError(Sentence("time-zone", name=name)) from error
