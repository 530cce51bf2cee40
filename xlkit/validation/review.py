"""Files in, judged submissions out: read, cast, validate, one pass per form."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from xlkit.form.model import Form
from xlkit.submission.cast import Submission, cast
from xlkit.submission.read import Reader
from xlkit.validation.validate import validate


@dataclass(frozen=True)
class Review:
    """The submissions of a run in the order they were given, and the forms they are of."""

    submissions: tuple[Submission, ...] = field(repr=False)
    forms: tuple[Form, ...] = field(repr=False)

    def of(self, form: Form) -> tuple[Submission, ...]:
        """The submissions of one form."""
        return tuple(item for item in self.submissions if item.raw.form is form)


def review(
    paths: Iterable[Path],
    reader: Reader | None = None,
    language: str = "zh",
    *,
    each: Callable[[Path], None] | None = None,
) -> Review:
    """The files as judged submissions; `each` is told of every file before it is read.

    Raises:
        UsageError: a path that does not exist or cannot be opened.
    """
    reader = reader or Reader()
    cast_ones = []
    for path in paths:
        if each is not None:
            each(path)
        cast_ones.append(cast(reader.read(path), language))
    return judged(cast_ones, language)


def judged(submissions: Sequence[Submission], language: str = "zh") -> Review:
    """The submissions with what is wrong in their answers added, form by form."""
    forms: list[Form] = []
    for submission in submissions:
        form = submission.raw.form
        if form is not None and all(form is not other for other in forms):
            forms.append(form)
    result = list(submissions)
    for form in forms:
        places = [place for place, item in enumerate(submissions) if item.raw.form is form]
        validated = validate(form, [submissions[place] for place in places], language)
        for place, submission in zip(places, validated, strict=True):
            result[place] = submission
    return Review(tuple(result), tuple(forms))
