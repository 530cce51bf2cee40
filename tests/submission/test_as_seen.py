"""Answers that are not what they look like: read as the person saw them, or named by a finding."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont

from xlkit.catalogue import say
from xlkit.findings import Finding
from xlkit.submission.cast import Submission, cast
from xlkit.submission.opening import open_workbook
from xlkit.submission.read import Reader
from xlkit.submission.screen import screen
from xlkit.validation.review import judged

SAMPLE = (
    Path(__file__).resolve().parents[2]
    / "sample_workbooks"
    / "ezhou-economy-informatization-2024.xlsx"
)
BASICS, NARRATIVE, LONG = "基本情况", "职能与目标", "长期绩效指标"
READER = Reader()
Edit = Callable[[Workbook], object]


def submission(edit: Edit, *, result: str | None = None) -> Submission:
    """The sample after an edit; `result` is what the file says that the formula 1+1 gives."""
    book = load_workbook(SAMPLE)
    edit(book)
    target = io.BytesIO()
    book.save(target)
    data = target.getvalue()
    if result is not None:
        data = with_result(data, result)
    return judged([cast(READER.read_bytes(data, "a.xlsx"))]).submissions[0]


def with_result(data: bytes, result: str) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(target, "w") as copy:
        for name in source.namelist():
            part = source.read(name)
            if name.startswith("xl/worksheets/"):
                for blank in (b"<v></v>", b"<v />", b"<v/>"):
                    formula = b"<f>1+1</f>"
                    part = part.replace(formula + blank, formula + f"<v>{result}</v>".encode())
            copy.writestr(name, part)
    return target.getvalue()


@cache
def usual() -> frozenset[str]:
    return frozenset(map(outline, submission(lambda _book: None).findings))


def outline(finding: Finding) -> str:
    return f"{finding.severity.value[0]} {finding.code} {' '.join(finding.cells)}"


def new(found: Submission) -> set[str]:
    """What is found besides what is found in the sample as it is."""
    return set(map(outline, found.findings)) - usual()


def put(sheet: str, cell: str, value: object, code: str | None = None) -> Edit:
    def edit(book: Workbook) -> None:
        book[sheet][cell].value = value
        if code is not None:
            book[sheet][cell].number_format = code

    return edit


def text_at(found: Submission, cell: str, sheet: str = LONG) -> object:
    """The value read from a cell."""
    for row in found.rows:
        for name, cells in row.raw.cells.items():
            if row.raw.sheet == sheet and cell in cells:
                return row.values[name]
    raise LookupError(cell)


def rich(book: Workbook) -> None:
    book[LONG]["F9"].value = CellRichText("基本", TextBlock(InlineFont(b=True), "相符"))


def hidden_row(book: Workbook) -> None:
    book[LONG].row_dimensions[29].hidden = True


def hidden_column(book: Workbook) -> None:
    book[BASICS].column_dimensions["E"].hidden = True


def merged(book: Workbook) -> None:
    book[LONG].merge_cells("F9:F10")


SEEN: tuple[tuple[str, Edit, set[str]], ...] = (
    ("share in a text cell", put(LONG, "F5", 1, "0%"), {f"n unit-in-value {LONG}!G5"}),
    ("rich text", rich, set()),
    ("leading blanks", put(LONG, "F9", "  基本相符 "), set()),
    ("error in a choice", put(LONG, "H5", "#N/A"), {f"e cell-error {LONG}!H5"}),
    ("error in a text", put(NARRATIVE, "C3", "#REF!"), {f"e cell-error {NARRATIVE}!C3"}),
    ("error in a phone", put(BASICS, "E5", "#VALUE!"), {f"e cell-error {BASICS}!E5"}),
    (
        "formula without result",
        put(BASICS, "E5", "=A1&B1"),
        {f"e formula-without-value {BASICS}!E5"},
    ),
    (
        "date in a text",
        put(BASICS, "C5", date(2024, 3, 5), "yyyy-mm-dd"),
        {f"w date-in-text {BASICS}!C5"},
    ),
)


@pytest.mark.parametrize(
    ("edit", "expected"), [case[1:] for case in SEEN], ids=[c[0] for c in SEEN]
)
def test_one_cause_one_finding(edit: Edit, expected: set[str]) -> None:
    assert {line for line in new(submission(edit)) if "repaired" not in line} == expected


def test_an_error_in_an_amount_silences_what_depends_on_it() -> None:
    found = submission(put(BASICS, "F14", "#DIV/0!"))
    told = {line for line in new(found) if line.startswith("e")}
    assert f"e cell-error {BASICS}!F14" in told
    assert not any("amount" in line or "required" in line for line in told)


def test_a_typed_formula_counts_with_its_saved_result() -> None:
    found = submission(put(LONG, "F30", "=1+1"), result="120")
    assert new(found) == {f"n formula-typed {LONG}!F30"}
    assert str(getattr(text_at(found, "F30"), "amount", None)) == "120"


def test_a_typed_formula_without_result_in_an_amount() -> None:
    found = submission(put(BASICS, "F14", "=1+1"))
    finding = next(item for item in found.findings if item.code == "formula-without-value")
    assert finding.cells == (f"{BASICS}!F14",)
    assert finding.value == "=1+1"
    assert not any("required" in line or "amount" in line for line in new(found))


def test_a_date_in_an_amount_is_an_error_that_shows_the_date() -> None:
    found = submission(put(BASICS, "F14", date(2024, 3, 5), "yyyy-mm-dd"))
    finding = next(item for item in found.findings if f"{BASICS}!F14" in item.cells)
    assert (finding.severity.value, finding.value) == ("error", "2024-03-05")


@pytest.mark.parametrize(("edit", "cells"), [(hidden_row, {"D29", "F29"}), (hidden_column, {"E5"})])
def test_hidden_answers_are_read_and_said(edit: Edit, cells: set[str]) -> None:
    found = submission(edit)
    told = [item for item in found.findings if item.code == "hidden-content"]
    assert len(told) == 1
    assert {cell.split("!")[1] for cell in told[0].cells} >= cells
    assert {line.split()[1] for line in new(found)} == {"hidden-content"}


def test_a_hidden_sheet_is_read_and_said() -> None:
    def edit(book: Workbook) -> None:
        book[NARRATIVE].sheet_state = "hidden"

    assert {line.split()[1] for line in new(submission(edit))} == {"hidden-content"}


def test_merged_answers_are_said() -> None:
    told = new(submission(merged))
    assert f"w answers-merged {LONG}!F9 {LONG}!F10" in told


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_words_name_place_and_content(language: str) -> None:
    found = submission(put(LONG, "F30", "=1+1"), result="2")
    told = next(item for item in found.findings if item.code == "formula-typed")
    assert "=1+1" in say(told, language).message
    assert LONG in say(told, language).message


@pytest.mark.parametrize("name", ["as-xls.xls", "as-ods.ods", SAMPLE.name])
def test_every_format_tells_the_hidden_column_of_marks(name: str) -> None:
    data = SAMPLE.with_name(name).read_bytes()
    kind = screen(data).kind
    assert kind is not None
    grids = open_workbook(data, kind).sheets
    marked = [
        grid
        for grid in grids
        if any(cell.text.startswith("xlkit:") for cell in grid.cells.values())
    ]
    assert len(marked) > 1
    for grid in marked:
        _, *helpers = columns = sorted(grid.hidden_columns)
        filled = {column for _, column in grid.cells}
        assert columns[0] == 1, grid.name
        assert helpers == sorted(column for column in filled if column >= helpers[0]), grid.name
    assert not any(grid.hidden_rows for grid in grids)
