"""What counts of each return, and what each answer to it said when it went out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from xlkit.ledger.records import Dispatched, Rejected, Reviewed
from xlkit.ledger.store import Entry
from xlkit.master.roll import Progress


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is said of a return: what the checks found, and a rejection by the bureau, if it stands.

    `by` and `at` are of the bureau's last word, also of one that took a rejection back.
    """

    reviewed: Reviewed | None = None
    rejected: Rejected | None = None
    by: str = ""
    at: datetime | None = None

    @property
    def state(self) -> Progress:
        if self.rejected is not None:
            return Progress.REJECTED
        return Progress(self.reviewed.state) if self.reviewed is not None else Progress.RETURNED

    def says_the_same(self, other: Verdict) -> bool:
        """Whether a letter about the one says what a letter about the other says."""
        return self._told() == other._told()

    def _told(self) -> tuple[Any, ...]:
        reviewed, rejected = self.reviewed, self.rejected
        found = (reviewed.state, reviewed.findings, reviewed.waived) if reviewed else ()
        return self.state, found, (rejected.why, rejected.remarks) if rejected else ()


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer to a return: when it went out, as what, and what it said.

    `number` is the ledger's number of it.
    """

    at: datetime
    number: int
    sent: Dispatched
    verdict: Verdict


def former(answered: Sequence[Answered], verdict: Verdict) -> Answered | None:
    """The last answer that says something else than the verdict: it no longer holds."""
    others = [item for item in answered if not item.verdict.says_the_same(verdict)]
    return others[-1] if others else None


class VerdictBook:
    """Gathers the rows about verdicts and answers, by the sha256 of the return."""

    def __init__(self) -> None:
        self._verdicts: dict[str, Verdict] = {}
        self._answered: dict[str, list[Answered]] = {}

    def take(self, entry: Entry[Any]) -> None:
        record = entry.record
        match record:
            case Reviewed():
                known = self.verdict(record.sha256)
                now = Verdict(record, known.rejected, known.by, known.at)
                self._verdicts[record.sha256] = now
            case Rejected():
                reviewed = self.verdict(record.sha256).reviewed
                stands = record if record.why else None  # else taken back
                self._verdicts[record.sha256] = Verdict(reviewed, stands, entry.by, entry.at)
            case Dispatched() if record.answers:
                said = Answered(entry.at, entry.id, record, self.verdict(record.answers))
                self._answered.setdefault(record.answers, []).append(said)

    def verdict(self, sha256: str) -> Verdict:
        """What is said of a return now."""
        return self._verdicts.get(sha256, Verdict())

    def answered(self, sha256: str) -> tuple[Answered, ...]:
        """The answers to a return, the oldest first."""
        return tuple(self._answered.get(sha256, ()))
