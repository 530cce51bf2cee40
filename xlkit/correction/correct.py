"""Correction workbooks: fresh templates with the answers as written and what is wrong in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from xlkit.correction.carried import as_issued, carried_content, fresh_cell
from xlkit.correction.noting import notes_of
from xlkit.correction.reissue import Moved, Reissue, moved
from xlkit.correction.remarks import Remark, remarked
from xlkit.files import safe_name
from xlkit.form.model import Form
from xlkit.form.renames import Renames
from xlkit.form.rows import CellKey
from xlkit.identity import Identity
from xlkit.submission.cast import cast
from xlkit.submission.model import Submission, with_private_content
from xlkit.submission.shelf import FormShelf
from xlkit.template.content import Content
from xlkit.template.layout import Layout, cell_name
from xlkit.template.notes import Notes, say
from xlkit.template.plan import plan
from xlkit.template.writer import Issue, Rendered, render
from xlkit.validation.review import Review, judged
from xlkit.validation.waivers import same_waivers

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
    layout: Layout = field(repr=False)
    """How the fresh workbook is laid out: as it was frozen, else as it is planned today."""

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
    remarks: Sequence[Sequence[Remark]] | None = None,
    issued: Sequence[Reissue | None] | None = None,
    beside: Sequence[Submission] = (),
    shelf: FormShelf | None = None,
) -> tuple[Correction | None, ...]:
    """The corrections of a run's returns in their order; None where there can be none.

    There is none of a file that could not be read, or of which nobody knows whose it is,
    unless a clerk has `vouched` for that. The returns are judged together, as they came: what
    is wrong between units stays wrong, and what was waived stays waived. Each speaks its
    workbook's language; where these differ within the run, places are named in `language`.

    `remarks` are the bureau's words on each return, at cells of the returned file; `issued` is
    what each unit's present workbook went out with, where that is not the one that came back;
    `beside` are returns of other units, for rules that look across units. A workbook of the same
    size as before is laid out as the `shelf` has it frozen.

    Raises:
        LayoutError: a frozen layout cannot be used.
        MaskedError: returns that came from the cache, which does not keep all they say.
    """
    with_private_content(review.submissions, "a correction workbook")
    language = _shared_language(review) or language
    number = len(review.submissions)
    carried = [
        _carried(item, reissue, language, shelf) if vouched or not whose_is_open(item) else None
        for item, reissue in zip(review.submissions, issued or [None] * number, strict=True)
    ]
    own = [item.fresh for item in carried if item is not None]
    answers = iter(judged([*own, *beside], language).submissions)
    return tuple(
        _correction(parts, next(answers), said, language) if parts is not None else None
        for parts, said in zip(carried, remarks or [()] * number, strict=True)
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
    """A return with the content of its fresh workbook, and what that would be if it came back."""

    came: Submission
    content: Content
    fresh: Submission
    layout: Layout
    moved: Moved | None = None
    """Where its rows went, in a workbook that the bureau made anew."""

    def cell(self, cell: CellKey) -> CellKey:
        """Where the answer of a cell of the returned file stands in the fresh workbook."""
        if self.moved is None:
            return fresh_cell(self.came.raw, cell)
        path, instance, mark, name = cell
        row = self.moved.rows.get((path, instance, mark))
        names = Renames(self.layout.form)
        # One that has no place any more keeps its name and no row.
        new = row or (names.path(path), instance, "")
        return (*new, names.field(path, name))


def _carried(
    came: Submission, reissue: Reissue | None, language: str, shelf: FormShelf | None
) -> _Carried | None:
    raw = came.raw
    if raw.form is None or raw.identity is None:
        return None
    if reissue is not None:
        return _reissued(came, reissue, language, shelf)
    content = carried_content(raw)
    identity = replace(
        raw.identity, version=raw.form.version, correction=raw.identity.correction + 1
    )
    layout = _layout(raw.form, content, identity, shelf)
    fresh = cast(as_issued(raw, content, identity, layout), language)
    return _Carried(came, content, fresh, layout)


def _reissued(
    came: Submission, reissue: Reissue, language: str, shelf: FormShelf | None
) -> _Carried:
    raw = came.raw
    assert raw.form is not None, "only what was read is corrected"
    assert raw.identity is not None, "and says whose it is"
    form = reissue.form or raw.form
    found = moved(raw, reissue)
    identity = replace(
        reissue.identity,
        form=form.form,
        version=form.version,
        correction=max(reissue.identity.correction, raw.identity.correction) + 1,
        issued={cell_name(*cell): text for cell, text in found.content.issued.items()},
    )
    layout = _layout(form, found.content, identity, shelf)
    fresh = cast(as_issued(raw, found.content, identity, layout), language)
    return _Carried(came, found.content, fresh, layout, found)


def _layout(form: Form, content: Content, identity: Identity, shelf: FormShelf | None) -> Layout:
    """The frozen layout of a workbook of that size, else the one planned today."""
    if shelf is None:
        return plan(form, content.sizing, identity.language)
    spoken = form.language(identity.language)
    return shelf.layout(form, content.sizing, spoken, identity.layout)


def _correction(
    parts: _Carried, fresh: Submission, said: Sequence[Remark], language: str
) -> Correction:
    identity = fresh.raw.identity
    assert identity is not None, "what was carried says whose it is"
    remarks = [
        remark if remark.cell is None else replace(remark, cell=parts.cell(remark.cell))
        for remark in said
    ]
    told = remarked(same_waivers(parts.came, fresh), remarks, language)
    notes = notes_of(parts.came, told, parts.layout, parts.moved)
    return Correction(parts.came, told, parts.content, identity, notes, parts.layout)
