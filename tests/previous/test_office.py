"""Workbooks with last year's answers in LibreOffice: filled, checked, sent back."""

from __future__ import annotations

import pytest
from openpyxl import load_workbook

from tests.office import Edit
from tests.parity.trial import cached, judged
from tests.previous.years import DEPARTMENT, KEY, LOCKED, PROJECTS, filled, of_projects, went_out
from tests.validation.returns import reader_of
from xlkit.submission.canonical import answers
from xlkit.submission.cast import cast
from xlkit.submission.raw import Verdict
from xlkit.template.live import LiveChecks
from xlkit.template.stored import Stored

CONTENTS = {
    "open": (DEPARTMENT, filled()),
    "locked": (LOCKED, filled(LOCKED)),
    "projects": (PROJECTS, of_projects()),
}


def made_of(name):
    form, content = CONTENTS[name]
    return went_out(form, content), content


def cell_of(made, path, mark, name):
    sheet, block = made.layout.find(path)
    return sheet.name, block.row(mark).addresses(name)[0]


def read(path, form=None):
    return cast(reader_of(form, KEY).read_bytes(path.read_bytes(), path.name))


@pytest.mark.parametrize("name", CONTENTS)
def test_checks_agree_with_what_is_found(name, office, tmp_path):
    made, content = made_of(name)
    source, target = tmp_path / "out.xlsx", tmp_path / "back.xlsx"
    source.write_bytes(made.data)
    office.save(source, target)
    shown = cached(made.layout, target.read_bytes())
    assert judged(made.layout, shown, target.read_bytes()).faults == ()
    live = LiveChecks(made.layout, Stored(made.layout.form, content), 2025)
    said = {
        (sheet.name, row): text
        for sheet in made.layout.sheets
        for row, text in live.said(sheet).items()
    }
    assert {row: shown[row] for row in said} == said


@pytest.mark.parametrize("suffix", [".xlsx", ".xls", ".ods"])
def test_filled_corrected_and_cleared(suffix, office, tmp_path):
    made, content = made_of("open")
    source, target = tmp_path / "out.xlsx", tmp_path / f"back{suffix}"
    source.write_bytes(made.data)
    edits = [
        Edit.number(*cell_of(made, "funding", "spending_staff", "prior_1"), 1234.5),
        Edit.typed(*cell_of(made, "annual_indicators", "budget_execution", "prior_1"), "97%"),
        *[
            Edit.clear(*cell_of(made, "annual_indicators", "duty-1", name))
            for name in ("level2", "level3", "prior_1", "prior_2")
        ],
    ]
    office.save(source, target, edits)
    back = read(target)
    assert back.raw.verdict is Verdict.INTACT
    given = answers(back, parts=False)
    staff = next(row for row in given["funding"] if row["item"] == "人员类项目支出")
    assert staff["prior_1"] == "1234.50"
    assert staff["prior_2"] == content.texts["funding", 0, "spending_staff", "prior_2"][1]
    execution = [row for row in given["annual_indicators"] if row["level3"] == "预算执行率"]
    assert [row["prior_1"] for row in execution] == ["97%"]
    duty = [row["level3"] for row in given["annual_indicators"] if row["level1"] == "履职效能"]
    assert duty == [
        content.texts["annual_indicators", 0, mark, "level3"][1] for mark in ("duty-2", "duty-3")
    ]


def test_a_locked_value_that_was_changed_is_an_error_and_the_issued_one_counts(office, tmp_path):
    made, _ = made_of("locked")
    source, target = tmp_path / "out.xlsx", tmp_path / "back.xlsx"
    source.write_bytes(made.data)
    sheet, cell = cell_of(made, "annual_indicators", "budget_execution", "prior_1")
    office.save(source, target, [Edit.text(sheet, cell, "12%")])
    back = read(target, LOCKED)
    (found,) = [one for one in back.findings if one.code == "prefilled-changed"]
    assert (found.cells, found.value, found.expected) == ((f"{sheet}!{cell}",), "12%", "100%")
    row = next(
        row
        for row in back.rows
        if row.raw.row.mark == "budget_execution" and row.raw.path == "annual_indicators"
    )
    assert row.values["prior_1"].text == "100%"


def test_comments_tell_where_values_came_from(tmp_path):
    for name, locked in (("open", False), ("locked", True)):
        made, _ = made_of(name)
        path = tmp_path / f"{name}.xlsx"
        path.write_bytes(made.data)
        sheet, cell = cell_of(made, "annual_indicators", "budget_execution", "prior_1")
        at = load_workbook(path)[sheet][cell]
        assert at.protection.locked is locked
        assert "2024年报送的数据" in at.comment.text
        assert ("2024年目标值，不是实际完成值" in at.comment.text) is not locked
        assert ("不能修改" in at.comment.text) is locked
