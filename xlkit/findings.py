"""What is wrong in a return: one cause, one finding, however many cells."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from enum import StrEnum


class Severity(StrEnum):
    """How much a finding weighs."""

    ERROR = "error"
    """Blocks the return."""
    WARNING = "warning"
    """Must be fixed or explained."""
    NOTICE = "notice"
    """Says what was done or noticed; asks for nothing."""

    @property
    def rank(self) -> int:
        """0 for the worst."""
        return list(Severity).index(self)


class Lack(StrEnum):
    """Why an explanation does not count."""

    SHORT = "short"
    """Fewer signs than the form asks for."""
    NO_REASON = "no-reason"
    """Phrases that give no reason: "checked", "as above"."""
    COPY = "copy"
    """The message itself, said again."""
    ERROR = "error"
    """An error is corrected, not explained."""


@dataclasses.dataclass(frozen=True, slots=True)
class Explanation:
    """What a department wrote of a warning; `lack` says why it does not count, if it does not."""

    text: str
    lack: Lack | None = None

    @property
    def counts(self) -> bool:
        return self.lack is None


@dataclasses.dataclass(frozen=True, slots=True)
class Waiver:
    """The bureau's word that a finding may stand: whose, why, and since when.

    `until` is the last day on which it counts; None for no end.
    """

    by: str
    why: str
    until: date | None
    at: datetime | date

    def counts(self, today: date) -> bool:
        """Whether it holds on that day."""
        return self.until is None or today <= self.until


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One cause of trouble in one return.

    `cells` are `sheet!B7` in the returned file; `block`, `field` and `row` are names of the
    form (a block in a group is `group.block`, `instance` counts from 1). `where`, `value`,
    `expected` and `params` fill the sentences of the catalogue; the words come last, in the
    reader's language.
    """

    code: str
    severity: Severity
    cells: tuple[str, ...] = ()
    block: str | None = None
    field: str | None = None
    row: str | None = None
    instance: int | None = None
    value: str | None = None
    expected: str | None = None
    where: str = ""
    rule: str | None = None
    beta: bool = False
    """Whether the rule is on trial: then it is a notice, whatever is wrong."""
    params: Mapping[str, str] = dataclasses.field(default_factory=dict)
    explanation: Explanation | None = None
    """What the department wrote of it; beside the verdict, never a part of it."""
    waiver: Waiver | None = None
    """The bureau's word that it may stand; only one that counts is kept here."""

    @property
    def is_open(self) -> bool:
        """Whether somebody has to act: an error, or a warning without an explanation."""
        if self.waiver is not None:
            return False
        if self.severity is Severity.WARNING:
            return self.explanation is None or not self.explanation.counts
        return self.severity is Severity.ERROR

    @property
    def blocks_return(self) -> bool:
        """Whether it keeps the return out: an error that nobody waived."""
        return self.severity is Severity.ERROR and self.waiver is None


class Why(StrEnum):
    """Why a rule could not be decided."""

    UNREADABLE = "unreadable"
    """Something stands in a cell that it needs and could not be read."""
    WRONG = "wrong"
    """A cell that it needs is wrong by itself."""
    EMPTY = "empty"
    """A cell that it needs is empty."""
    UNMATCHED = "unmatched"
    """There is nothing to compare with: no row of that name, or no number."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Undecided:
    """A declared rule that had no answer for some rows of a return: neither pass nor finding.

    `cells` are those that the answer waits for, `sheet!B7` in the returned file.
    """

    rule: str
    block: str
    why: Why
    rows: int
    cells: tuple[str, ...] = ()


def worst_first(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings by severity, else in the order they came."""
    return tuple(sorted(findings, key=lambda found: found.severity.rank))


def has_errors(findings: Iterable[Finding]) -> bool:
    """Whether any keeps its return out; waived ones do not."""
    return any(found.blocks_return for found in findings)


def count(findings: Iterable[Finding]) -> dict[Severity, int]:
    """How many of each severity, the worst first, zeros too."""
    tally = dict.fromkeys(Severity, 0)
    for found in findings:
        tally[found.severity] += 1
    return tally
