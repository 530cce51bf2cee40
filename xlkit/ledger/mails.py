"""What a ledger remembers of mail: what was posted, what became of it, what came."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from xlkit.ledger.record import Record, Rows


class Purpose(StrEnum):
    """What a mail was written for."""

    ISSUE = "issue"
    RETURN = "return"
    REMIND = "remind"


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
    """A mail that was fetched; `about` is ours that it follows, `reason` what a machine says."""

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
