"""What a ledger remembers: a frozen record for each thing that can happen in a round.

Each class says in `SUBJECT` which of its fields name what it tells of. Where `ONCE` is set, a
round has one record of a subject, and a second is kept out; elsewhere the last one counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar

from xlkit.ledger.mails import MailCame, MailDone, Posted, Posting
from xlkit.ledger.record import Record, Rows


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
class Keyed(Record):
    """The key that signs the round's workbooks from now on, by its id; '' for none."""

    key: str
    why: str = ""


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
    Keyed,
)
