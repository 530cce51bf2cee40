"""What a ledger remembers: a frozen record for each thing that can happen in a round.

Each class says in `SUBJECT` which of its fields name what it tells of. Where `ONCE` is set, a
round has one record of a subject, and a second is kept out; elsewhere the last one counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, ClassVar

#: Rows of texts, as a list of findings or of a unit's projects is kept.
Rows = tuple[Mapping[str, str], ...]


class UnitState(StrEnum):
    """Whether a unit still owes a return."""

    ACTIVE = "active"
    REMOVED = "removed"
    MERGED = "merged"
    """Into another one, its `successor`."""


class DispatchKind(StrEnum):
    """What went out to a unit."""

    ISSUE = "issue"
    CORRECTION = "correction"
    LETTER = "letter"


class Purpose(StrEnum):
    """What a mail was written for."""

    ISSUE = "issue"
    RETURN = "return"
    REMIND = "remind"


class Record:
    """Something that happened in a round; each kind has a table of its own."""

    __slots__ = ()
    SUBJECT: ClassVar[tuple[str, ...]] = ()
    ONCE: ClassVar[bool] = False

    @property
    def subject(self) -> Any:
        """What the record tells of: the one field of `SUBJECT`, or a tuple of them (or of none)."""
        parts = tuple(getattr(self, name) for name in self.SUBJECT)
        return parts[0] if len(parts) == 1 else parts


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundOpened(Record):
    """The round, and the form it was opened with."""

    ONCE: ClassVar[bool] = True
    form: str
    version: int
    form_digest: str
    year: int
    due: date
    timezone: str
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FormRaised(Record):
    """Another version of the form, from now on."""

    SUBJECT: ClassVar[tuple[str, ...]] = ("version",)
    ONCE: ClassVar[bool] = True
    form: str
    version: int
    form_digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitListed(Record):
    """A unit as the roster has it from now on; `due` only where it differs from the round's."""

    SUBJECT: ClassVar[tuple[str, ...]] = ("unit",)
    unit: str
    name: str
    parent: str = ""
    emails: tuple[str, ...] = ()
    contact: str = ""
    members: Mapping[str, Rows] = field(default_factory=dict)
    state: UnitState = UnitState.ACTIVE
    successor: str = ""
    due: date | None = None
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispatched(Record):
    """A file that went out to a unit; `answers` is the sha256 of the return it replies to."""

    SUBJECT: ClassVar[tuple[str, ...]] = ("unit", "kind", "serial", "correction", "answers")
    ONCE: ClassVar[bool] = True
    unit: str
    kind: DispatchKind
    serial: int
    correction: int
    version: int
    file: str
    sha256: str
    layout: str = ""
    answers: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Received(Record):
    """A file that came in, as it was met first; `size` in bytes."""

    SUBJECT: ClassVar[tuple[str, ...]] = ("sha256",)
    ONCE: ClassVar[bool] = True
    sha256: str
    name: str
    suffix: str
    size: int
    received_at: datetime
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen(Record):
    """The same bytes, met again elsewhere or later."""

    SUBJECT: ClassVar[tuple[str, ...]] = ("sha256", "source", "stamp")
    ONCE: ClassVar[bool] = True
    sha256: str
    name: str
    source: str
    stamp: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PassedOver(Record):
    """Something that came and was not taken in; `why` is a code of `messages/sources.toml`."""

    SUBJECT: ClassVar[tuple[str, ...]] = ("source", "stamp")
    ONCE: ClassVar[bool] = True
    source: str
    stamp: str
    why: str
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognised(Record):
    """What a received file turned out to be, by its identity."""

    SUBJECT: ClassVar[tuple[str, ...]] = ("sha256",)
    sha256: str
    standing: str
    unit: str = ""
    unit_name: str = ""
    serial: int = 0
    correction: int = 0
    form: str = ""
    version: int = 0
    year: int | None = None
    of_round: str = ""
    verdict: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewed(Record):
    """What a check said of a return; `basis` names what it was checked with."""

    SUBJECT: ClassVar[tuple[str, ...]] = ("sha256",)
    sha256: str
    unit: str
    state: str
    errors: int
    warnings: int
    waived: int
    findings: Rows = ()
    basis: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected(Record):
    """A return that the bureau sends back, with its own remarks."""

    SUBJECT: ClassVar[tuple[str, ...]] = ("sha256",)
    sha256: str
    unit: str
    why: str
    remarks: Rows = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Waived(Record):
    """A finding that the bureau lets pass, until a day or for good; or no longer."""

    SUBJECT: ClassVar[tuple[str, ...]] = ("unit", "key")
    unit: str
    key: str
    code: str
    title: str
    why: str
    until: date | None = None
    withdrawn: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged(Record):
    """A master workbook that was written."""

    SUBJECT: ClassVar[tuple[str, ...]] = ("file",)
    sha256: str
    file: str
    units: int
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed(Record):
    """The round takes nothing more."""

    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reopened(Record):
    """The round takes returns again."""

    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting(Record):
    """A mail that is about to be sent; `about` is what it carries, or the day of a reminder."""

    SUBJECT: ClassVar[tuple[str, ...]] = ("message_id",)
    ONCE: ClassVar[bool] = True
    message_id: str
    unit: str
    purpose: Purpose
    about: str
    addresses: tuple[str, ...]
    title: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted(Record):
    """What became of a mail; `refused` are the addresses that did not get it, and why."""

    SUBJECT: ClassVar[tuple[str, ...]] = ("message_id",)
    message_id: str
    unit: str
    outcome: str
    detail: str = ""
    refused: Rows = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MailCame(Record):
    """A mail that was fetched into the inbox; of a bounce, whom what mail did not reach."""

    SUBJECT: ClassVar[tuple[str, ...]] = ("place",)
    ONCE: ClassVar[bool] = True
    place: str
    file: str
    kind: str
    message_id: str
    sender: str
    title: str
    sent_at: datetime | None = None
    about: str = ""
    failed: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailDone(Record):
    """A mail that the server was told is dealt with, after what it brought was taken in."""

    SUBJECT: ClassVar[tuple[str, ...]] = ("place",)
    ONCE: ClassVar[bool] = True
    place: str
    how: str


KINDS: tuple[type[Record], ...] = (
    RoundOpened,
    FormRaised,
    UnitListed,
    Dispatched,
    Received,
    Seen,
    Recognised,
    Reviewed,
    Rejected,
    Waived,
    Merged,
    Closed,
    Reopened,
    PassedOver,
    Posting,
    Posted,
    MailCame,
    MailDone,
)
