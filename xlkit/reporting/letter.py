"""What a letter to a department says, before it is put into words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Outcome(StrEnum):
    """What a letter has to say first."""

    ERRORS = "errors"
    EXPLAIN = "explain"
    """Without errors, but with warnings to correct or explain."""
    PASSED = "passed"
    FOREIGN = "foreign"
    UNREADABLE = "unreadable"


class Weight(StrEnum):
    """What an entry asks for; the order is that of a letter."""

    ERROR = "error"
    """To be corrected."""
    WARNING = "warning"
    """To be corrected or explained."""
    EXPLAINED = "explained"
    """A warning whose explanation counts: nothing to do."""
    WAIVED = "waived"
    """The bureau lets it stand: nothing to do."""
    NOTICE = "notice"
    TRIAL = "trial"
    """A notice of a rule that is on trial."""

    @property
    def is_open(self) -> bool:
        """Whether the department has something to do."""
        return self in (Weight.ERROR, Weight.WARNING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Findings that are alike. Every text is one line without signs that cannot be seen."""

    number: int | None
    """Its number in the letter, from 1; None where there is nothing to do."""
    weight: Weight
    title: str
    cells: str
    """Its cells as ranges: those of its own sheet without the sheet's name; '' for none."""
    messages: tuple[str, ...]
    """What is wrong, the first few."""
    more: int
    """How many more such sentences there are."""
    expected: str
    """What was wanted, where neither messages nor hint say it; '' for nothing."""
    hint: str
    """What to do."""
    explanation: str
    """What the department wrote of it; '' for nothing."""
    rejected: str
    """Why the explanation does not count; '' where it does, or where there is none."""
    waiver: str
    """Who lets it stand, until when and why; '' where nobody does."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet's entries, worst first; the part of the whole file has the name ''."""

    name: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Rejection:
    """That the bureau sends a return back, whatever the checks say. Every text is one line."""

    why: str
    by: str
    """Who decided so; '' where that is not known."""
    day_text: str


@dataclass(frozen=True, slots=True)
class Former:
    """An earlier letter about the same return, which no longer holds."""

    day_text: str
    """When it went out, as people write it."""
    outcome: Outcome
    was_rejected: bool
    """Whether it said that the bureau sends the return back."""
    is_sure: bool
    """Whether it reached the department, as far as can be known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """Everything that a letter's template may use; texts are in `language`."""

    language: str
    outcome: Outcome
    unit: str
    """The unit's name, else its code, else ''."""
    code: str
    form: str
    """The form's title; '' where the file is of no known form."""
    year: int | None
    file: str
    """The name of the returned file, without folders."""
    due: date | None
    due_text: str
    """The day as people write it; '' for none."""
    sender: str
    general: tuple[Entry, ...]
    """What is wrong with the file as a whole."""
    sheets: tuple[Sheet, ...]
    """The sheets that something is to be said of, in the order of the workbook."""
    notices: tuple[Entry, ...]
    """What asks for nothing."""
    rejection: Rejection | None = None
    """Where the bureau sends the return back; `outcome` is `errors` then."""
    former: Former | None = None
    """The earlier letter that this one takes the place of, where that said something else."""
    workbook: bool | None = None
    """Whether a correction workbook comes with it; None where that is not known."""

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All of general and sheets, in the order of the letter."""
        return (*self.general, *(entry for sheet in self.sheets for entry in sheet.entries))

    @property
    def errors(self) -> int:
        return sum(entry.weight is Weight.ERROR for entry in self.entries)

    @property
    def warnings(self) -> int:
        return sum(entry.weight is Weight.WARNING for entry in self.entries)

    @property
    def explained(self) -> int:
        return sum(entry.weight is Weight.EXPLAINED for entry in self.entries)

    @property
    def waived(self) -> int:
        return sum(entry.weight is Weight.WAIVED for entry in self.entries)
