"""What a mail to a department says beside the file that it carries, before it is put into words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from xlkit.ledger.mails import Purpose
from xlkit.reporting.letter import Outcome
from xlkit.reporting.lettering import day_text
from xlkit.wording import one_line


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """Everything that the template of a mail may use; every text is one line, in `language`."""

    language: str
    purpose: Purpose
    unit: str
    """The unit's name, else its code."""
    code: str
    contact: str
    """Who is written to; '' where that is not known."""
    form: str
    """The form's title."""
    year: int | None
    due: date | None
    due_text: str
    """The day as people write it; '' for none."""
    days_left: int | None
    """Days until it is due, below 0 once it is past; None where nothing is due."""
    sender: str
    files: tuple[str, ...]
    """The names of what is attached."""
    owed: tuple[str, ...]
    """What the unit still has to do, a sentence each."""
    again: bool
    """Whether this workbook voids one that was sent before."""
    answers: str
    """The subject of the mail that this one answers; '' for none."""
    outcome: Outcome | None
    """What the letter says first; None where no return is answered."""
    is_rejection: bool
    """Whether the letter says that the bureau sends the return back."""
    is_change: bool
    """Whether the letter says that an earlier one no longer holds."""
    letter: str
    """The letter about the return, in its lines; '' where none is answered."""

    @property
    def is_late(self) -> bool:
        """Whether the day is past."""
        return self.days_left is not None and self.days_left < 0

    @property
    def days_late(self) -> int:
        """Days since the day; 0 before."""
        return max(0, -(self.days_left or 0))


def cover_of(
    purpose: Purpose,
    language: str,
    *,
    unit: tuple[str, str],
    form: str,
    year: int | None,
    due: date | None,
    today: date,
    sender: str,
    contact: str = "",
    files: Sequence[str] = (),
    owed: Sequence[str] = (),
    again: bool = False,
    answers: str = "",
    outcome: Outcome | None = None,
    is_rejection: bool = False,
    is_change: bool = False,
    letter: str = "",
) -> Cover:
    """What is to be said to a unit, given as its code and name, with the mail that it gets."""
    code, name = map(one_line, unit)
    return Cover(
        language=language,
        purpose=purpose,
        unit=name or code,
        code=code,
        contact=one_line(contact),
        form=one_line(form),
        year=year,
        due=due,
        due_text=day_text(due, language) if due else "",
        days_left=(due - today).days if due else None,
        sender=one_line(sender),
        files=tuple(map(one_line, files)),
        owed=tuple(map(one_line, owed)),
        again=again,
        answers=one_line(answers),
        outcome=outcome,
        is_rejection=is_rejection,
        is_change=is_change,
        letter=letter.strip(),
    )
