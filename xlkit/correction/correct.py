"""Correction workbooks: fresh templates with the answers as written and what is wrong in them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

from xlkit.correction.carried import as_issued, carried_content
from xlkit.correction.noting import notes_of
from xlkit.files import safe_name
from xlkit.identity import Identity
from xlkit.submission.cast import cast
from xlkit.submission.model import Submission, with_private_content
from xlkit.submission.shelf import FormShelf
from xlkit.template.content import Content
from xlkit.template.layout import Layout
from xlkit.template.notes import Notes, say
from xlkit.template.plan import plan
from xlkit.template.writer import Issue, Rendered, render
from xlkit.validation.review import Review, judged

#: Findings that leave it open whose answers these are.
_WHOSE = frozenset({"identity-lost", "identity-conflict", "signature-invalid"})


@dataclass(frozen=True)
class Correction:
    """What goes back to the department that a return came from.

    `submission` is the return as the fresh workbook holds it: what is still wrong in it, at
    the cells of the fresh workbook.
    """

    came: Submission = field(repr=False)
    submission: Submission = field(repr=False)
    content: Content = field(repr=False)
    identity: Identity
    notes: Notes = field(repr=False)
    layout: Layout | None = field(default=None, repr=False)
    """How the fresh workbook is laid out, where that was frozen; else as it is planned today."""

    @property
    def is_needed(self) -> bool:
        """Whether the department has anything to do."""
        return any(found.is_open for found in self.submission.findings)

    @property
    def file_stem(self) -> str:
        """What its file may be called: the unit, and that there is something to correct."""
        identity = self.identity
        unit = "-".join(filter(None, (identity.unit, identity.unit_name)))
        return safe_name(say("file", identity.language, unit=unit or Path(self.came.raw.file).stem))

    def workbook(self, issue: Issue | None = None) -> Rendered:
        """The correction workbook; equal input gives equal bytes."""
        form = self.submission.raw.form
        assert form is not None, "only what was read is corrected"
        return render(form, self.identity, self.content, issue, self.notes, self.layout)


def corrections(
    review: Review,
    language: str = "zh",
    *,
    vouched: bool = False,
    shelf: FormShelf | None = None,
) -> tuple[Correction | None, ...]:
    """The corrections of a run's returns in their order; None where there can be none.

    There is none of a file that could not be read, or of which nobody knows whose it is,
    unless a clerk has `vouched` for that. The returns are judged together, as they came: what
    is wrong between units stays wrong. Each speaks its workbook's language; where these differ
    within the run, places are named in `language`. A workbook of the same size as before is laid
    out as the `shelf` has it frozen.

    Raises:
        LayoutError: a frozen layout cannot be used.
        MaskedError: returns that came from the cache, which does not keep all they say.
    """
    with_private_content(review.submissions, "a correction workbook")
    language = _shared_language(review) or language
    carried = [
        _carried(item, language, shelf) if vouched or not whose_is_open(item) else None
        for item in review.submissions
    ]
    fresh = judged([item.fresh for item in carried if item is not None], language).submissions
    answers = iter(fresh)
    return tuple(
        _correction(item, next(answers), parts) if parts is not None else None
        for item, parts in zip(review.submissions, carried, strict=True)
    )


def _shared_language(review: Review) -> str | None:
    """The language of all workbooks, if they have one."""
    found = {item.raw.identity.language for item in review.submissions if item.raw.identity}
    return found.pop() if len(found) == 1 else None


def whose_is_open(submission: Submission) -> bool:
    """Whether nobody can say whose return it is."""
    return any(found.code in _WHOSE for found in submission.findings)


@dataclass(frozen=True)
class _Carried:
    """What goes into a fresh workbook, how it would be read, and its layout if that is frozen."""

    content: Content
    fresh: Submission
    layout: Layout | None


def _carried(came: Submission, language: str, shelf: FormShelf | None) -> _Carried | None:
    raw = came.raw
    if raw.form is None or raw.identity is None:
        return None
    content = carried_content(raw)
    identity = replace(
        raw.identity, version=raw.form.version, correction=raw.identity.correction + 1
    )
    layout = None
    if shelf is not None:
        spoken = raw.form.language(identity.language)
        layout = shelf.layout(raw.form, content.sizing, spoken, identity.layout)
    fresh = cast(as_issued(raw, content, identity, layout), language)
    return _Carried(content, fresh, layout)


def _correction(came: Submission, fresh: Submission, carried: _Carried) -> Correction:
    form, identity = fresh.raw.form, fresh.raw.identity
    assert form is not None, "what was carried has a form"
    assert identity is not None, "and says whose it is"
    layout = carried.layout or plan(form, carried.content.sizing, identity.language)
    notes = notes_of(came, fresh, layout)
    return Correction(came, fresh, carried.content, identity, notes, carried.layout)
