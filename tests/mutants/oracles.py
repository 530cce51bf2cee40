"""What must hold of every returned file, however spoilt: each broken promise in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from tests.mutants.checks import is_check
from xlkit.catalogue import say
from xlkit.cells import MAX_COLUMN, MAX_ROW, address, parse_address
from xlkit.findings import Finding
from xlkit.submission.canonical import answers
from xlkit.submission.cast import Submission, written_text
from xlkit.submission.grid import Cell, ReturnedWorkbook
from xlkit.submission.opening import open_workbook
from xlkit.submission.read import Reader
from xlkit.submission.screen import kind_of
from xlkit.validation.review import review
from xlkit.values.text import squeeze

#: Rows and columns beyond what is filled that a finding may still point to.
_MARGIN = 80
_MOST_SHOWN = 5
#: The column of the first sheet's words; formulas stand in it and behind.
_WORDS_OF_HELP = 2


def faults(
    path: Path, frame: frozenset[str], reader: Reader, *, twice: bool = True
) -> tuple[str, list[str]]:
    """The verdict on a file, and what does not hold of it; an exception is the caller's.

    `twice` compares two reviews of it, which are half of its work.
    """
    first, *again = review([path] * (1 + twice), reader).submissions
    found = [*unspeakable(first.findings)]
    if any(seen(first) != seen(second) for second in again):
        found.append("reviewed twice, it gives different findings or answers")
    if first.raw.verdict.is_read:
        found += unsound(first, opened(path.read_bytes()), frame)
    elif not first.findings:
        found.append(f"{first.raw.verdict}, and nobody is told why")
    return first.raw.verdict.value, found


def opened(data: bytes) -> ReturnedWorkbook:
    return open_workbook(data, kind_of(data))


def seen(submission: Submission) -> tuple[Any, ...]:
    """All that a caller can tell of a submission."""
    return (
        submission.raw.verdict,
        submission.raw.cells,
        submission.findings,
        answers(submission),
        answers(submission, raw=True),
    )


def unspeakable(findings: Iterable[Finding]) -> Iterator[str]:
    """Findings that lack words in one of the languages."""
    for finding in findings:
        for language in ("zh", "en"):
            said = say(finding, language)
            if not (said.title and said.message and said.hint):
                yield f"{finding.code} says nothing in {language}"


def unsound(
    submission: Submission, workbook: ReturnedWorkbook, frame: frozenset[str]
) -> Iterator[str]:
    count = sum(len(grid.cells) for grid in workbook.sheets)
    if submission.raw.cells.total != count:
        yield f"{count} cells in the file, accounted for: {submission.raw.cells}"
    yield from nowhere(submission.findings, workbook)
    lost = list(silent(submission, workbook, frame))
    if lost:
        yield f"{len(lost)} cells vanish: {', '.join(lost[:_MOST_SHOWN])}"


def nowhere(findings: Iterable[Finding], workbook: ReturnedWorkbook) -> Iterator[str]:
    """Cells of findings that are no cells of the file."""
    ends = {
        grid.name: (
            max((row for row, _ in grid.cells), default=0) + _MARGIN,
            max((column for _, column in grid.cells), default=0) + _MARGIN,
        )
        for grid in workbook.sheets
    }
    for finding in findings:
        for place in finding.cells:
            sheet, _, cell = place.rpartition("!")
            if sheet not in ends:
                yield f"{finding.code} is about {place}; there is no such sheet"
                continue
            try:
                row, column = parse_address(cell)
            except ValueError:
                yield f"{finding.code} is about {place}, which is no cell"
                continue
            bottom, right = ends[sheet]
            if not (0 < row <= min(bottom, MAX_ROW) and 0 < column <= min(right, MAX_COLUMN)):
                yield f"{finding.code} is about {place}, outside its sheet"


def silent(
    submission: Submission, workbook: ReturnedWorkbook, frame: frozenset[str]
) -> Iterator[str]:
    """Cells whose content is no issued text, in no answer, and named by no finding."""
    named = {cell for finding in submission.findings for cell in finding.cells}
    said = set(_texts(answers(submission, raw=True)))
    explained = set(map(squeeze, submission.raw.explanations.values()))
    held, computed = _answered(submission, said)
    last = _last_columns(submission)
    for grid in workbook.sheets:
        for at, cell in grid.cells.items():
            place = f"{grid.name}!{address(*at)}"
            if place in named or computed.get(place):
                continue
            if is_check(grid, at, cell, last.get(grid.name, _WORDS_OF_HELP)):
                continue
            bare = squeeze(cell.text)
            if not bare and not cell.formula:
                continue
            known = bare in frame or bare in explained or bare in held.get(place, "")
            if bare and (known or _is_same(cell, place, held)):
                continue
            yield f"{place} {(cell.formula or cell.text)[:40]!r}"


def _last_columns(submission: Submission) -> dict[str, int]:
    """The last column of each sheet that holds answers."""
    last: dict[str, int] = {}
    for row in submission.rows:
        for cells in row.raw.cells.values():
            columns = [parse_address(cell)[1] for cell in cells]
            last[row.raw.sheet] = max([last.get(row.raw.sheet, 0), *columns])
    return last


def _answered(submission: Submission, said: set[str]) -> tuple[dict[str, str], dict[str, bool]]:
    """What the answers say at each place; and whether a computed cell may say what it likes."""
    held: dict[str, str] = {}
    computed: dict[str, bool] = {}
    for row in submission.rows:
        for name, cells in row.raw.cells.items():
            written = squeeze(written_text(row.raw, name, row.values.get(name)))
            for cell in cells:
                place = f"{row.raw.sheet}!{cell}"
                if name in row.raw.formulas:
                    # .xls does not tell formulas; there a result that agrees needs no word.
                    computed[place] = row.raw.formulas[name] is not False
                elif written in said:
                    held[place] = written
    return held, computed


def _is_same(cell: Cell, place: str, held: dict[str, str]) -> bool:
    """A locked number that came back as another spelling of itself."""
    try:
        return float(cell.text.rstrip("%")) == float(held.get(place, "").rstrip("%"))
    except ValueError:
        return False


def _texts(content: Any) -> Iterator[str]:
    if isinstance(content, dict):
        content = list(content.values())
    if isinstance(content, list):
        for item in content:
            yield from _texts(item)
    else:
        yield squeeze(str(content))
