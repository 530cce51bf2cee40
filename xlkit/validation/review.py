"""Files in, judged submissions out: read, cast, validate, one pass per form."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from xlkit.form.model import Form
from xlkit.submission.cache import AnswerCache
from xlkit.submission.intake import take_in
from xlkit.submission.model import Submission
from xlkit.submission.read import Reader
from xlkit.validation.explanations import explained
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
    jobs: int | None = None,
    cache: AnswerCache | None = None,
    digests: Mapping[Path, str] | None = None,
) -> Review:
    """The files as judged submissions; `each` is told of every file once it is read.

    `jobs` files are read at the same time, by default one per CPU. A few small files are
    read in this process, all others in workers, where a file that ends its reader costs
    itself alone: it is unreadable by the finding `reader-died`.

    What the `cache` knows is not read again, and judged like the rest; `digests` are the sha256
    of files as an archive names them. Private fields of such returns are masked.

    Raises:
        UsageError: a path that does not exist or cannot be opened.
        WorkerError: a worker process cannot be started.
    """
    taken = take_in(
        tuple(paths),
        reader or Reader(),
        language,
        jobs=jobs,
        each=each,
        cache=cache,
        digests=digests,
    )
    return judged(taken, language)


def judged(
    submissions: Sequence[Submission], language: str = "zh", *, undecided: bool = True
) -> Review:
    """The submissions with what is wrong in their answers added, form by form.

    Without `undecided` it stays untold which rules could not be decided.
    """
    forms = forms_of(submissions)
    result = list(submissions)
    for form in forms:
        places = [place for place, item in enumerate(submissions) if item.raw.form is form]
        own = [submissions[place] for place in places]
        validated = validate(form, own, language, undecided=undecided)
        for place, submission in zip(places, validated, strict=True):
            result[place] = explained(submission)
    return Review(tuple(result), forms)


def forms_of(submissions: Iterable[Submission]) -> tuple[Form, ...]:
    """The forms that submissions are of, each once, as they come first."""
    forms: list[Form] = []
    for submission in submissions:
        form = submission.raw.form
        if form is not None and all(form is not other for other in forms):
            forms.append(form)
    return tuple(forms)
