"""Explanations: which count, whose they are, and that none is lost."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from tests.correction.trial import corrected
from tests.samples import BASICS, FOLDER
from tests.validation.returns import ECONOMY
from xlkit.correction.correct import Correction
from xlkit.findings import Finding, Lack, Severity
from xlkit.reporting.state import State, state_of
from xlkit.rules.registry import load_checked
from xlkit.submission.model import Submission
from xlkit.template.notes import Column, Weight
from xlkit.validation.explanations import finding_keys, lack_of

LIST = "修改清单"
REASON = "上年一次性项目已完工，本年不再安排"
CHANGE = "change-unexplained"
RETURN = FOLDER / f"{ECONOMY}.xlsx"
BAD = FOLDER / "bad-percent-in-amount.xlsx"


@pytest.mark.parametrize(
    ("text", "lack"),
    [
        (REASON, None),
        ("The project ended in 2023.", None),
        ("项目已结束", Lack.SHORT),
        ("。。。。。。。。。。", Lack.SHORT),
        ("情况属实，已核实，无误。", Lack.NO_REASON),
        ("好好好好好好好好", Lack.NO_REASON),
        ("13800000000", Lack.NO_REASON),
        ("同上。详见附件。按要求填报。", Lack.NO_REASON),
        ("支出构成：现为455，上年为2297.44，相差1842.44。", Lack.COPY),
        ("请核对，支出构成：现为455，上年为2297.44，相差1842.44。", Lack.COPY),
        ("现为455，是因为上年专项已经完工。", None),
    ],
)
def test_what_counts(text: str, lack: Lack | None) -> None:
    form = load_checked("department-performance")
    message = "支出构成：现为455，上年为2297.44，相差1842.44。"
    found = Finding(code=CHANGE, severity=Severity.WARNING, params={"message": message})
    assert lack_of(form, found, text) is lack


def test_the_form_sets_the_bar() -> None:
    form = load_checked("department-performance")
    strict = form.model_copy(
        update={"explanations": form.explanations.model_copy(update={"min_length": 40})}
    )
    found = Finding(code=CHANGE, severity=Severity.WARNING)
    assert lack_of(form, found, REASON) is None
    assert lack_of(strict, found, REASON) is Lack.SHORT


def test_an_explained_warning_is_no_longer_open(tmp_path: Path) -> None:
    _, made = corrected(RETURN)
    assert made is not None
    back = edited(made, tmp_path, lambda book: explain_all(book, REASON))
    assert state_of(back) is State.ACCEPTED
    assert all(found.explanation for found in back.findings if found.severity == "warning")


def test_an_error_is_not_explained_away(tmp_path: Path) -> None:
    _, made = corrected(BAD)
    assert made is not None
    back = edited(made, tmp_path, lambda book: explain_all(book, REASON))
    (error,) = (found for found in back.findings if found.severity is Severity.ERROR)
    assert error.explanation is not None
    assert error.explanation.lack is Lack.ERROR
    assert state_of(back) is State.ERRORS


def test_rows_of_the_list_may_stand_in_any_order(tmp_path: Path) -> None:
    _, made = corrected(RETURN)
    assert made is not None
    texts = {note.key: f"{REASON}，第{number}项" for number, note in enumerate(made.notes.notes)}

    def turned_round(book: Workbook) -> None:
        sheet = book[LIST]
        rows = [row for row in range(1, sheet.max_row + 1) if is_key(sheet, row)]
        held = [[cell.value for cell in sheet[row]] for row in rows]
        for row, values in zip(rows, reversed(held), strict=True):
            for column, value in enumerate(values, start=1):
                sheet.cell(row, column).value = value
            sheet.cell(row, Column.EXPLANATION).value = texts[sheet.cell(row, 1).value]

    back = edited(made, tmp_path, turned_round)
    told = {
        key: found.explanation.text
        for key, found in zip(finding_keys(back), back.findings, strict=True)
        if found.explanation
    }
    assert told == texts


def test_an_explanation_outlives_its_finding(tmp_path: Path) -> None:
    """Kept while the figure is right, shown again when it is wrong again, and not between."""
    _, made = corrected(RETURN)
    assert made is not None
    edited(made, tmp_path, lambda book: (explain_all(book, REASON), put(book, "D16", 2200)))
    right, second = corrected(tmp_path / "back.xlsx")
    assert second is not None
    assert CHANGE not in {found.code for found in right.findings}
    assert any(CHANGE in key for key in right.raw.explanations)
    assert not any(CHANGE in note.key for note in second.notes.notes)
    edited(second, tmp_path, lambda book: put(book, "D16", 455))
    again, third = corrected(tmp_path / "back.xlsx")
    assert third is not None
    (found,) = (found for found in again.findings if found.code == CHANGE)
    assert found.explanation is not None
    assert found.explanation.text == REASON
    assert third.notes.marked()[BASICS, 16, 4] is Weight.EXPLAINED


def test_without_the_list_what_was_said_before_still_counts(tmp_path: Path) -> None:
    second = explained(tmp_path)
    back = edited(second, tmp_path, lambda book: book.remove(book[LIST]))
    assert state_of(back) is State.ACCEPTED


def test_a_list_in_two_copies_says_what_either_says(tmp_path: Path) -> None:
    _, made = corrected(RETURN)
    assert made is not None

    def copied(book: Workbook) -> None:
        copy = book.copy_worksheet(book[LIST])
        first = next(row for row in range(1, 60) if is_key(copy, row))
        copy.cell(first, Column.EXPLANATION).value = REASON
        book[LIST].cell(first + 1, Column.EXPLANATION).value = REASON

    back = edited(made, tmp_path, copied)
    assert [found.explanation is not None for found in back.findings if found.is_open].count(
        True
    ) == 0
    assert sum(found.explanation is not None for found in back.findings) == 2


def test_an_explanation_can_be_taken_back(tmp_path: Path) -> None:
    second = explained(tmp_path)
    back = edited(second, tmp_path, lambda book: explain_all(book, None))
    assert back.raw.explanations == {}
    assert state_of(back) is State.EXPLAIN


def test_what_is_written_elsewhere_on_the_list_is_named(tmp_path: Path) -> None:
    _, made = corrected(RETURN)
    assert made is not None

    def scribbled(book: Workbook) -> None:
        row = next(row for row in range(1, 60) if is_key(book[LIST], row))
        book[LIST].cell(row, Column.TO_DO).value = "这一项不用改"
        book[LIST].cell(row, 30).value = "请电话联系"

    back = edited(made, tmp_path, scribbled)
    (stray,) = back.raw.findings
    assert stray.code == "stray-cells"
    assert {item.text for item in back.raw.outside} >= {"这一项不用改", "请电话联系"}
    assert back.raw.cells.total == sum(
        bool(cell.value is not None)
        for sheet in load_workbook(tmp_path / "back.xlsx")
        for row in sheet.iter_rows()
        for cell in row
    )


def test_a_formula_where_nothing_was_printed_is_named(tmp_path: Path) -> None:
    """Saved without its result it shows nothing, as the cell that was issued did."""
    _, made = corrected(RETURN)
    assert made is not None

    def typed(book: Workbook) -> None:
        row = next(row for row in range(1, 60) if is_key(book[LIST], row))
        book[LIST].cell(1, Column.REJECTED).value = "=NOW()"
        book[LIST].cell(row, Column.WHERE).value = "=1+1"

    back = edited(made, tmp_path, typed)
    assert [item.code for item in back.raw.findings] == ["stray-cells"]
    assert {item.text for item in back.raw.outside} >= {"=NOW()", "=1+1"}


def test_a_project_is_known_by_its_code() -> None:
    _, made = corrected(FOLDER / "zunhua-industry-informatization-2022.xlsx")
    assert made is not None
    codes = {
        row.raw.instance: str(row.values["code"])
        for row in made.submission.rows
        if row.raw.path == "projects" and row.values.get("code")
    }
    of_projects = [
        (found, key)
        for found, key in zip(made.submission.findings, finding_keys(made.submission), strict=True)
        if found.instance is not None
    ]
    assert of_projects
    for found, key in of_projects:
        assert found.instance is not None
        assert codes[found.instance].casefold() in key


def edited(made: Correction, folder: Path, edit: Callable[[Workbook], object]) -> Submission:
    """The correction workbook, edited and returned."""
    book = load_workbook(BytesIO(made.workbook().data))
    edit(book)
    target = folder / "back.xlsx"
    book.save(target)
    came, _ = corrected(target)
    return came


def explained(folder: Path) -> Correction:
    """The correction of a return that came back with everything explained."""
    _, made = corrected(RETURN)
    assert made is not None
    edited(made, folder, lambda book: explain_all(book, REASON))
    _, second = corrected(folder / "back.xlsx")
    assert second is not None
    return second


def explain_all(book: Workbook, text: str | None) -> None:
    sheet = book[LIST]
    for row in range(1, sheet.max_row + 1):
        if is_key(sheet, row):
            sheet.cell(row, Column.EXPLANATION).value = text


def is_key(sheet: Worksheet, row: int) -> bool:
    return str(sheet.cell(row, Column.MARK).value).startswith("[")


def put(book: Workbook, cell: str, number: float) -> None:
    book[BASICS][cell] = number
