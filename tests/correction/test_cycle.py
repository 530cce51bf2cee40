"""A return with many defects, mended by a real LibreOffice in two rounds until it is accepted."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.correction.trial import corrected
from tests.office import Edit, Office
from tests.samples import ANNUAL, BASICS, FOLDER, LONG
from tests.validation.returns import ECONOMY
from xlkit.correction.correct import Correction
from xlkit.findings import Finding, Lack, Severity
from xlkit.reporting.state import State, state_of
from xlkit.submission.model import Submission
from xlkit.template.notes import Column, Weight, list_lines

LIST, TASKS = "修改清单", "职能与目标"
REASON = "上年一次性的技改项目已经完工，本年不再安排"


def test_from_many_defects_to_accepted(office: Office, tmp_path: Path) -> None:
    came, first = corrected(FOLDER / "bad-many-defects.xlsx")
    assert first is not None
    assert state_of(came) is State.ERRORS
    problems = {found.code for found in came.findings if found.severity is not Severity.NOTICE}
    assert len(problems) >= 10

    one = sent_back(
        office,
        first,
        tmp_path / "one.xlsx",
        [
            Edit.number(BASICS, "D14", 1028),
            *(Edit.text(LONG, f"H{row}", "计划标准") for row in range(6, 11)),
            explain(first, "change-unexplained", REASON),
            explain(first, "required-missing", "情况属实，已核实。", TASKS),
        ],
    )
    came_again, second = corrected(one)
    assert second is not None
    fixed = {"amount-not-a-number", "choice-not-in-list"}
    assert fixed <= codes(first.submission)
    assert not fixed & codes(came_again)
    assert came_again.raw.findings == ()
    assert state_of(came_again) is State.ERRORS
    answered = found_of(came_again, "change-unexplained")
    assert answered.explanation is not None
    assert (answered.explanation.text, answered.explanation.counts) == (REASON, True)
    refused = found_of(came_again, "required-missing", TASKS)
    assert refused.explanation is not None
    assert refused.explanation.lack is Lack.NO_REASON
    painted = second.notes.marked()
    assert (BASICS, 14, 4) in first.notes.marked()
    assert (BASICS, 14, 4) not in painted
    assert painted[BASICS, 16, 4] is Weight.EXPLAINED

    two = sent_back(
        office,
        second,
        tmp_path / "two.ods",
        [
            Edit.text(LONG, "F13", "规范"),
            Edit.text(LONG, "H13", "计划标准"),
            Edit.text(LONG, "I13", "绩效基本型"),
            *mended_value(second),
            *moved_back(second),
            *(
                explain_note(second, note.key, f"{REASON}（{number}）")
                for number, note in enumerate(second.notes.notes)
                if note.weight is Weight.WARNING
            ),
        ],
    )
    last, third = corrected(two)
    assert third is not None
    assert [found.code for found in last.findings if found.is_open] == []
    assert state_of(last) is State.ACCEPTED
    assert not third.is_needed
    assert found_of(last, "change-unexplained").explanation == answered.explanation


@pytest.mark.parametrize("suffix", [".xls", ".ods"])
def test_explanations_come_back_in_other_formats(
    office: Office, tmp_path: Path, suffix: str
) -> None:
    _, made = corrected(FOLDER / f"{ECONOMY}.xlsx")
    assert made is not None
    edits = [explain_note(made, note.key, REASON) for note in made.notes.notes]
    back, again = corrected(sent_back(office, made, tmp_path / f"back{suffix}", edits))
    assert state_of(back) is State.ACCEPTED
    assert again is not None
    kept, _ = corrected(sent_back(office, again, tmp_path / f"again{suffix}", []))
    assert kept.raw.explanations == back.raw.explanations
    assert kept.raw.findings == ()


def codes(submission: Submission) -> set[str]:
    return {found.code for found in submission.findings}


def found_of(submission: Submission, code: str, sheet: str = "") -> Finding:
    return next(
        found
        for found in submission.findings
        if found.code == code and any(cell.startswith(sheet) for cell in found.cells)
    )


def sent_back(office: Office, made: Correction, target: Path, edits: list[Edit]) -> Path:
    """The correction workbook as a department returns it."""
    source = target.with_name(f"{target.stem}-issued.xlsx")
    source.write_bytes(made.workbook().data)
    office.save(source, target, edits)
    return target


def explain(made: Correction, code: str, text: str, sheet: str = "") -> Edit:
    note = next(
        note
        for note in made.notes.notes
        if f'"{code}"' in note.key and any(cell[0].startswith(sheet) for cell in note.cells)
    )
    return explain_note(made, note.key, text)


def explain_note(made: Correction, key: str, text: str) -> Edit:
    """Typing into the list's cell for the explanation of a finding."""
    return Edit.text(LIST, f"{'ABCDEFGH'[Column.EXPLANATION - 1]}{row_of(made, key)}", text)


def row_of(made: Correction, key: str) -> int:
    """The row of a finding in the list."""
    marks = [line.mark for line in list_lines(made.notes, "zh")]
    return marks.index(key) + 1


def mended_value(made: Correction) -> list[Edit]:
    """The row that was put in says a number instead of words."""
    cell = found_of(made.submission, "unit-beside-words").cells[1]
    return [Edit.text(*cell.split("!"), "20")]


def moved_back(made: Correction) -> list[Edit]:
    """The column that was pasted over its neighbour goes where it belongs."""
    rows = [
        int(cell.rpartition("J")[2]) for cell in found_of(made.submission, "column-shifted").cells
    ]
    texts = {
        row.raw.top: row.raw.texts["basis"][1]
        for row in made.submission.rows
        if row.raw.sheet == ANNUAL and "basis" in row.raw.texts
    }
    return [
        edit
        for row in rows
        for edit in (
            Edit.text(ANNUAL, f"K{row}", texts[row]),
            Edit.text(ANNUAL, f"J{row}", "计划标准"),
        )
    ]
