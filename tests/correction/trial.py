"""What must hold of every correction workbook, whatever the return was that it was made of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from xlkit.cells import parse_address
from xlkit.correction.correct import Correction, corrections
from xlkit.findings import Finding, Severity
from xlkit.form.rows import locked_text
from xlkit.submission.model import Submission
from xlkit.submission.raw import RawSubmission, Verdict
from xlkit.submission.read import Reader
from xlkit.template.layout import cell_name
from xlkit.validation.review import review


def corrected(path: Path, reader: Reader | None = None) -> tuple[Submission, Correction | None]:
    """A file as it came, and its correction."""
    reviewed = review([path], reader)
    (made,) = corrections(reviewed)
    return reviewed.submissions[0], made


def returned(made: Correction, folder: Path, reader: Reader | None = None) -> Submission:
    """The correction workbook, sent back as it is."""
    target = folder / "correction.xlsx"
    target.write_bytes(made.workbook().data)
    return review([target], reader).submissions[0]


def faults(path: Path, folder: Path, reader: Reader | None = None) -> Iterator[str]:
    """What does not hold of a file's correction workbook."""
    came, made = corrected(path, reader)
    if made is None:
        return
    back = returned(made, folder, reader)
    if back.raw.verdict is not Verdict.INTACT or back.raw.findings:
        codes = [found.code for found in back.raw.findings]
        yield f"a fresh workbook reads as {back.raw.verdict}: {codes}"
    if texts(back.raw) != texts(made.submission.raw):
        yield f"it holds other texts: {texts(made.submission.raw) ^ texts(back.raw)}"
    if brief(back) != brief(made.submission):
        yield f"it has other findings: {set(brief(made.submission)) ^ set(brief(back))}"
    lost = typed(came.raw) - typed(back.raw)
    if lost:
        yield f"answers are lost: {dict(lost)}"
    if back.raw.explanations != came.raw.explanations:
        yield "explanations are lost"
    listed = {(item.cell, item.text) for item in came.raw.outside}
    if not listed <= set(made.notes.outside):
        yield f"content outside is not listed: {listed - set(made.notes.outside)}"
    unsaid = wrong(back) - {cell for note in made.notes.notes for cell in note.cells}
    if unsaid:
        yield f"cells are wrong and not marked: {unsaid}"


def texts(raw: RawSubmission) -> set[tuple[object, ...]]:
    """Every typed cell that says something, by its place in the form."""
    return {
        (row.path, row.instance, row.row.mark, name, parts)
        for row in raw.rows
        for name, parts in row.texts.items()
        if name not in row.formulas and any(parts)
    }


def typed(raw: RawSubmission) -> Counter[tuple[str, int, str, object]]:
    """How often each text was typed into a block's field: rows may change their places."""
    issued = raw.identity.issued if raw.identity else {}
    return Counter(
        (row.path, row.instance, name, parts)
        for row in raw.rows
        for name, parts in row.texts.items()
        if name not in row.formulas
        and any(parts)
        and row.filled
        and locked_text(row.placed.field(name), row.row) is None
        and cell_name(row.path, row.instance, row.row.mark, name) not in issued
    )


def brief(submission: Submission) -> list[tuple[object, ...]]:
    return sorted(
        (found.code, found.cells, found.value or "", found.row or "")
        for found in submission.findings
    )


def wrong(submission: Submission) -> set[tuple[str, int, int]]:
    """The cells that errors and warnings are about."""
    return {
        place
        for found in submission.findings
        if found.severity is not Severity.NOTICE
        for place in _places(found)
    }


def _places(found: Finding) -> Iterator[tuple[str, int, int]]:
    for cell in found.cells:
        sheet, _, place = cell.rpartition("!")
        yield (sheet, *parse_address(place))
