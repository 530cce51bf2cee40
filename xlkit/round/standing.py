"""Where a unit stands, its returns, and the files that count for nobody, as values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from xlkit.ledger.mails import MailCame, Purpose
from xlkit.ledger.records import (
    Dispatched,
    DispatchKind,
    Received,
    Recognised,
    Rejected,
    Reviewed,
    UnitListed,
    UnitState,
    Waived,
)
from xlkit.ledger.store import Entry
from xlkit.master.roll import Progress
from xlkit.round.letters import Letter
from xlkit.round.posts import Fate, Post
from xlkit.round.signing import Signing
from xlkit.round.verdicts import Answered, Verdict

#: What a recognition says in its detail where a clerk named the unit.
NAMED = "named"


class Recognition(StrEnum):
    """What a file turned out to be."""

    RETURN = "return"
    """A return of a unit of this round."""
    OLDER_SERIAL = "older-serial"
    """A return in a workbook that was issued again since."""
    UNKNOWN_UNIT = "unknown-unit"
    """A workbook of this round, and its unit is not on the roster (any more)."""
    NO_UNIT = "no-unit"
    """A workbook of the form that does not say whose it is, or says so falsely."""
    OTHER_ROUND = "other-round"
    OTHER_YEAR = "other-year"
    FOREIGN = "foreign"
    UNREADABLE = "unreadable"

    @property
    def counts(self) -> bool:
        return self in (Recognition.RETURN, Recognition.OLDER_SERIAL)


@dataclass(frozen=True, slots=True)
class Return:
    """A return of a unit; `number` counts them from 1 in the order in which they came."""

    number: int
    received: Received
    recognised: Recognised
    verdict: Verdict
    answered: tuple[Answered, ...] = ()
    """The answers to it, the oldest first."""
    mail: MailCame | None = None
    """The last mail that brought it; None where none did."""

    @property
    def sha256(self) -> str:
        return self.received.sha256

    @property
    def reviewed(self) -> Reviewed | None:
        return self.verdict.reviewed

    @property
    def rejected(self) -> Rejected | None:
        return self.verdict.rejected

    @property
    def state(self) -> Progress:
        return self.verdict.state

    @property
    def is_answered(self) -> bool:
        """Whether the last answer to it says what is said of it now."""
        return bool(self.answered) and self.answered[-1].verdict.says_the_same(self.verdict)


@dataclass(frozen=True, slots=True)
class Stray:
    """A file that counts for no unit."""

    received: Received
    recognised: Recognised | None

    @property
    def recognition(self) -> Recognition | None:
        return Recognition(self.recognised.standing) if self.recognised is not None else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A unit with everything that happened to it; what counts is its last return."""

    unit: UnitListed
    due: date
    dispatches: tuple[Entry[Dispatched], ...] = field(default=(), repr=False)
    returns: tuple[Return, ...] = field(default=(), repr=False)
    waivers: Mapping[str, Entry[Waived]] = field(default_factory=dict, repr=False)
    """The waivers that stand, by the key of their finding; some may have run out."""
    again: int = 0
    """How often bytes came again that had come before."""
    days: tuple[date, ...] = ()
    """The days, in the round's time zone, on which the returns came."""
    today: date
    posts: tuple[Post, ...] = field(default=(), repr=False)
    """The mails to it, the oldest first."""
    signing: Signing = field(default_factory=Signing, repr=False)
    is_by_mail: bool = False
    """Whether the round goes by mail: a workbook that was written is not sent yet."""
    letter: Letter | None = field(default=None, repr=False)
    """Its mail that brought nothing and that nothing has followed since, either way."""

    @property
    def code(self) -> str:
        return self.unit.unit

    @property
    def is_active(self) -> bool:
        """Whether the unit is on the roster still."""
        return self.unit.state is UnitState.ACTIVE

    @property
    def owes(self) -> bool:
        """Whether the unit has still to answer, or to correct its answer."""
        return self.state.owes and self.state is not Progress.ACCEPTED

    @property
    def last(self) -> Return | None:
        return self.returns[-1] if self.returns else None

    @property
    def accepted(self) -> Return | None:
        """The last return that was accepted: the one that is merged."""
        found = [item for item in self.returns if item.state is Progress.ACCEPTED]
        return found[-1] if found else None

    @property
    def counts_earlier(self) -> bool:
        """Whether an accepted return is merged that is not the one that the unit owes."""
        return self.accepted is not None and (self.accepted is not self.last or self.is_asked_anew)

    @property
    def stranger(self) -> str:
        """Who sent the last return by mail, where it is nobody of the unit's; '' else."""
        mail = self.last.mail if self.last is not None else None
        known = {address.casefold() for address in self.unit.emails}
        return mail.sender if mail is not None and mail.sender.casefold() not in known else ""

    @property
    def issues(self) -> tuple[Dispatched, ...]:
        return tuple(item.record for item in self._issues)

    @property
    def _issues(self) -> tuple[Entry[Dispatched], ...]:
        return tuple(it for it in self.dispatches if it.record.kind is DispatchKind.ISSUE)

    @property
    def serial(self) -> int:
        """Which issue of its workbook is the present one; 0 before the first."""
        return max((item.serial for item in self.issues), default=0)

    @property
    def is_asked_anew(self) -> bool:
        """Whether the unit was sent a new workbook since its last return: another is wanted."""
        known = self.last.recognised if self.last is not None else None
        if known is None or known.standing != Recognition.RETURN or known.detail == NAMED:
            return False
        return known.serial < self.serial

    @property
    def state(self) -> Progress:
        if not self.is_active:
            return Progress.REMOVED if self.unit.state is UnitState.REMOVED else Progress.MERGED
        if self.last is not None and not self.is_asked_anew:
            return self.last.state
        if not self.issues:
            return Progress.NOT_SENT
        is_out = not self.is_by_mail or self.issue_fate is Fate.TAKEN
        return Progress.SENT if is_out else Progress.WRITTEN

    @property
    def issue_fate(self) -> Fate | None:
        """What became of the mails with its present workbook; None where there was none.

        A reminder brings the workbook too. One that arrived counts before those that did not.
        """
        since = max((item.id for item in self._issues), default=0)
        fates = [
            post.fate
            for post in self.posts
            if post.number > since and post.posting.purpose is not Purpose.RETURN
        ]
        done = [fate for fate in (Fate.TAKEN, Fate.DRAFT) if fate in fates]
        return next(iter(done), fates[-1] if fates else None)

    @property
    def received_on(self) -> date | None:
        """The day on which the last return came."""
        return self.days[-1] if self.days else None

    @property
    def is_twice_on_one_day(self) -> bool:
        """Whether the last two returns differ and came on one day: somebody may have mixed them.

        A correction workbook that came back is meant to follow the return that it corrects.
        """
        if len(self.days) < 2 or self.days[-1] != self.days[-2]:  # noqa: PLR2004  (two)
            return False
        before, last = self.returns[-2:]
        return last.recognised.correction <= before.recognised.correction

    @property
    def is_late(self) -> bool:
        """Whether its return came after the day that it was due, or is due and did not come."""
        if not self.is_active:
            return False
        came = None if self.is_asked_anew else self.received_on
        return (came or self.today) > self.due

    @property
    def answer(self) -> Answered | None:
        """What last went out in answer to the last return."""
        answered = self.last.answered if self.last is not None else ()
        return answered[-1] if answered else None

    @property
    def is_answered(self) -> bool:
        """Whether the last return has had an answer that says what is said of it now."""
        return self.last is None or self.is_asked_anew or self.last.is_answered


def counts_of(found: Sequence[Standing]) -> dict[Progress, int]:
    """How many units stand where; zeros too."""
    tally = dict.fromkeys(Progress, 0)
    for item in found:
        tally[item.state] += 1
    return tally
