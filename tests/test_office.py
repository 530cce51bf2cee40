"""The office that other tests rely on: every request and every edit, seen with LibreOffice."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
import xlrd
import xlsxwriter
from odf import opendocument, table, teletype
from openpyxl import load_workbook

from tests.office import Edit, Office, OfficeError, office_missing

pytest_plugins = ["pytester"]

FORM, LISTS, NOTES = "填报表", "列表", "填写 说明"
UNPROTECT = Edit.unprotect(FORM, "pw")
# A cached result that no calculation gives.
STALE = 99
SUM = f'=IF({LISTS}!A1="",0,SUM(B2,B2))'
DROPDOWN = {
    "validate": "list",
    "source": "=依据",
    "input_title": "依据",
    "input_message": "请从列表中选择",
    "error_title": "不在列表中",
    "error_message": "请选择列表中的一项",
    "error_type": "warning",
}


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A form as departments get it.

    | 填报表!A | B                        |          |
    |----------|--------------------------|----------|
    | 单位     | 财政局                   | unlocked |
    | 占比     | 50.00%                   | unlocked |
    | 编码     | (blank, text format)     | unlocked |
    | 依据     | (blank, dropdown)        | unlocked |
    | 两倍     | =B2*2                    | locked   |
    | 状态     | =IF(B4="","未填","已填") | locked   |
    | 备注     | (blank)                  | unlocked |
    """
    path = tmp_path_factory.mktemp("office") / "模板.xlsx"
    with xlsxwriter.Workbook(path) as book:
        form, lists, notes = (book.add_worksheet(name) for name in (FORM, LISTS, NOTES))
        _fill_form(form, lambda **format_: book.add_format({"locked": False, **format_}))
        lists.write_column("A1", ["计划标准", "历史标准", "行业标准"])
        book.define_name("依据", f"={LISTS}!$A$1:$A$3")
        notes.write_string("A1", "请如实填写")
    return path


def _fill_form(
    form: xlsxwriter.worksheet.Worksheet, unlocked: Callable[..., xlsxwriter.format.Format]
) -> None:
    form.write_column("A1", ["单位", "占比", "编码", "依据", "两倍", "状态", "备注"])
    form.write_string("B1", "财政局", unlocked())
    form.write_number("B2", 0.5, unlocked(num_format="0.00%"))
    form.write_blank("B3", None, unlocked(num_format="@"))
    form.write_blank("B4", None, unlocked())
    form.write_formula("B5", "=B2*2", None, STALE)
    form.write_formula("B6", '=IF(B4="","未填","已填")', None, STALE)
    form.write_blank("B7", None, unlocked())
    form.data_validation("B4", DROPDOWN)
    form.freeze_panes(0, 1)
    form.protect("pw")


# Edits that leave one cell to look at: value and number format, in the saved .xlsx.
CELL_EDITS = {
    "text": (Edit.text(FORM, "B7", "≥98%"), "B7", "≥98%", "General"),
    "text like a number": (Edit.text(FORM, "B7", "95%"), "B7", "95%", "@"),
    "text into a locked cell": (Edit.text(FORM, "A1", "篡改"), "A1", "篡改", "General"),
    "number": (Edit.number(FORM, "B2", 0.25), "B2", 0.25, "0.00%"),
    "number with format": (Edit.number(FORM, "B7", 0.95, "0.0%"), "B7", 0.95, "0.0%"),
    "number into a locked cell": (Edit.number(FORM, "B5", 7), "B5", 7, "General"),
    "formula": (Edit.formula(FORM, "B7", SUM), "B7", SUM, "0.00%"),
    "formula into a locked cell": (Edit.formula(FORM, "B5", "=1+1"), "B5", "=1+1", "General"),
    "typed percent": (Edit.typed(FORM, "B7", "95%"), "B7", 0.95, "0.00%"),
    "typed number": (Edit.typed(FORM, "B7", "12.5"), "B7", 12.5, "General"),
    "typed zeros": (Edit.typed(FORM, "B7", "007"), "B7", 7, "General"),
    "typed words": (Edit.typed(FORM, "B7", "≥98%"), "B7", "≥98%", "General"),
    "typed formula": (Edit.typed(FORM, "B7", "=B2*3"), "B7", "=B2*3", "General"),
    "typed into a percent cell": (Edit.typed(FORM, "B2", "80"), "B2", 0.8, "0.00%"),
    "typed into a text cell": (Edit.typed(FORM, "B3", "95%"), "B3", "95%", "@"),
    "clear": (Edit.clear(FORM, "B1:B4"), "B2", None, "0.00%"),
    "copy": (Edit.copy_range(FORM, "B2", FORM, "B7"), "B7", 0.5, "0.00%"),
    "cut": (Edit.move_range(FORM, "B2", FORM, "B7"), "B7", 0.5, "0.00%"),
    "formula that follows a cut": (
        Edit.move_range(FORM, "B2", FORM, "B7"),
        "B5",
        "=B7*2",
        "General",
    ),
}


@pytest.mark.parametrize("row", CELL_EDITS.values(), ids=CELL_EDITS)
def test_edits_of_cells(
    office: Office, template: Path, tmp_path: Path, row: tuple[Edit, str, object, str]
) -> None:
    edit, cell, value, number_format = row
    office.save(template, saved := tmp_path / "saved.xlsx", [edit])
    found = load_workbook(saved)[FORM][cell]
    assert (found.value, found.number_format) == (value, number_format)


# Edits that move cells about: every formula of the form, by address, in the saved .xlsx.
GRID_EDITS = {
    "insert_rows": (
        Edit.insert_rows(FORM, 2, 3),
        {"B8": "=B5*2", "B9": '=IF(B7="","未填","已填")'},
    ),
    "delete_rows": (Edit.delete_rows(FORM, 3), {"B4": "=B2*2", "B5": '=IF(B3="","未填","已填")'}),
    "insert_columns": (
        Edit.insert_columns(FORM, "A", 2),
        {"D5": "=D2*2", "D6": '=IF(D4="","未填","已填")'},
    ),
    "delete_columns": (
        Edit.delete_columns(FORM, "A"),
        {"A5": "=A2*2", "A6": '=IF(A4="","未填","已填")'},
    ),
    "copy_range": (
        Edit.copy_range(FORM, "B5:B6", FORM, "C5"),
        {
            "B5": "=B2*2",
            "B6": '=IF(B4="","未填","已填")',
            "C5": "=C2*2",
            "C6": '=IF(C4="","未填","已填")',
        },
    ),
}


@pytest.mark.parametrize(("edit", "formulas"), GRID_EDITS.values(), ids=GRID_EDITS)
def test_edits_of_the_grid(
    office: Office, template: Path, tmp_path: Path, edit: Edit, formulas: dict[str, str]
) -> None:
    office.save(template, saved := tmp_path / "saved.xlsx", [UNPROTECT, edit])
    found = {
        cell.coordinate: cell.value
        for row in load_workbook(saved)[FORM].iter_rows()
        for cell in row
        if cell.data_type == "f"
    }
    assert found == formulas


# Edits of sheets: the names of the sheets in their order, in the saved .xlsx.
SHEET_EDITS = {
    "add_sheet": (Edit.add_sheet("附件", 1), [FORM, "附件", LISTS, NOTES]),
    "delete_sheet": (Edit.delete_sheet(NOTES), [FORM, LISTS]),
    "rename_sheet": (Edit.rename_sheet(FORM, "表 1"), ["表 1", LISTS, NOTES]),
    "move_sheet to the front": (Edit.move_sheet(NOTES, 0), [NOTES, FORM, LISTS]),
    "move_sheet back": (Edit.move_sheet(FORM, 1), [LISTS, FORM, NOTES]),
    "move_sheet to the end": (Edit.move_sheet(FORM, 2), [LISTS, NOTES, FORM]),
    "copy_sheet": (Edit.copy_sheet_to_new_workbook(FORM), [FORM]),
    "copy_sheets": (Edit.copy_sheet_to_new_workbook(NOTES, FORM), [NOTES, FORM]),
}


@pytest.mark.parametrize(("edit", "names"), SHEET_EDITS.values(), ids=SHEET_EDITS)
def test_edits_of_sheets(
    office: Office, template: Path, tmp_path: Path, edit: Edit, names: list[str]
) -> None:
    office.save(template, saved := tmp_path / "saved.xlsx", [edit])
    assert load_workbook(saved).sheetnames == names


def test_edits_after_a_copy_go_to_the_new_workbook(
    office: Office, template: Path, tmp_path: Path
) -> None:
    edits = [Edit.copy_sheet_to_new_workbook(FORM), Edit.text(FORM, "B1", "教育局")]
    office.save(template, saved := tmp_path / "saved.xlsx", edits)
    form = load_workbook(saved)[FORM]
    assert (form["B1"].value, form["B5"].value, form.protection.sheet) == ("教育局", "=B2*2", True)


def test_copy_between_sheets(office: Office, template: Path, tmp_path: Path) -> None:
    edits = [
        Edit.copy_range(FORM, "A1:B2", NOTES, "C3"),
        Edit.move_range(LISTS, "A1:A3", NOTES, "A5"),
    ]
    office.save(template, saved := tmp_path / "saved.xlsx", edits)
    book = load_workbook(saved)
    assert [[cell.value for cell in row] for row in book[NOTES]["C3:D4"]] == [
        ["单位", "财政局"],
        ["占比", 0.5],
    ]
    assert book.defined_names["依据"].attr_text == f"'{NOTES}'!$A$5:$A$7"


def test_unprotect(office: Office, template: Path, tmp_path: Path) -> None:
    office.save(template, kept := tmp_path / "kept.xlsx")
    office.save(template, opened := tmp_path / "opened.xlsx", [UNPROTECT])
    assert load_workbook(kept)[FORM].protection.sheet
    assert not load_workbook(opened)[FORM].protection.sheet


def test_unprotect_book(office: Office, template: Path, tmp_path: Path) -> None:
    # LibreOffice drops the lock of an .xlsx when it reads it, and keeps that of an .ods.
    office.save(template, plain := tmp_path / "plain.ods")
    book = opendocument.load(plain)
    book.spreadsheet.setAttribute("structureprotected", "true")
    book.save(locked := tmp_path / "locked.ods")
    rename = Edit.rename_sheet(FORM, "表 1")
    with pytest.raises(OfficeError, match=r"rename_sheet.*keeps the old name"):
        office.save(locked, tmp_path / "kept.xlsx", [rename])
    office.save(locked, opened := tmp_path / "opened.xlsx", [Edit.unprotect_book(), rename])
    assert load_workbook(opened).sheetnames[0] == "表 1"


REFUSED = {
    "unknown sheet": Edit.text("没有", "B1", "x"),
    "no cell": Edit.text(FORM, "B", "x"),
    "wrong password": Edit.unprotect(FORM, "wrong"),
    "insert_rows": Edit.insert_rows(FORM, 2),
    "delete_rows": Edit.delete_rows(FORM, 2),
    "insert_columns": Edit.insert_columns(FORM, "B"),
    "delete_columns": Edit.delete_columns(FORM, "B"),
    "typed": Edit.typed(FORM, "A1", "x"),
    "format": Edit.number(FORM, "B5", 1, "0.00%"),
    "no format": Edit.number(FORM, "B7", 1, "[["),
    "clear": Edit.clear(FORM, "A1:B4"),
    "copy onto locked cells": Edit.copy_range(NOTES, "A1", FORM, "A1"),
    "cut from locked cells": Edit.move_range(FORM, "A1", NOTES, "B1"),
    "cut onto locked cells": Edit.move_range(NOTES, "A1", FORM, "A1"),
    "error sign": Edit.formula(FORM, "B7", "=#REF!+1"),
    "unknown sheet to copy": Edit.copy_sheet_to_new_workbook("没有"),
}


@pytest.mark.parametrize("edit", REFUSED.values(), ids=REFUSED)
def test_a_refused_edit_is_named(
    office: Office, template: Path, tmp_path: Path, edit: Edit
) -> None:
    with pytest.raises(OfficeError, match=f"^{edit.action}"):
        office.save(template, target := tmp_path / "saved.xlsx", [edit])
    assert not target.exists()


FILLED = [
    Edit.text(FORM, "B1", "教育局"),
    Edit.typed(FORM, "B2", "95%"),
    Edit.typed(FORM, "B4", "计划标准"),
    Edit.typed(FORM, "B7", "12.5"),
]
FILLED_B = ["教育局", 0.95, "", "计划标准", 1.9, "已填", 12.5]


def test_save_as_xlsx(office: Office, template: Path, tmp_path: Path) -> None:
    office.save(template, saved := tmp_path / "saved.xlsx", FILLED)
    values = load_workbook(saved, data_only=True)[FORM]["B1:B7"]
    assert [cell.value or "" for (cell,) in values] == FILLED_B


def test_save_with_a_window_keeps_the_panes(office: Office, template: Path, tmp_path: Path) -> None:
    office.save(template, saved := tmp_path / "saved.xlsx", window=True)
    assert load_workbook(saved)[FORM].freeze_panes == "B1"


def test_save_as_xls(office: Office, template: Path, tmp_path: Path) -> None:
    office.save(template, saved := tmp_path / "saved.xls", FILLED)
    book = xlrd.open_workbook(saved, formatting_info=True)
    form = book.sheet_by_name(FORM)
    percent = book.format_map[book.xf_list[form.cell_xf_index(1, 1)].format_key]
    assert form.col_values(1) == FILLED_B
    assert percent.format_str == "0.00%"
    office.save(saved, back := tmp_path / "back.xlsx")
    assert load_workbook(back)[FORM].protection.sheet


def test_save_as_ods(office: Office, template: Path, tmp_path: Path) -> None:
    office.save(template, saved := tmp_path / "saved.ods", FILLED)
    form = opendocument.load(saved).spreadsheet.getElementsByType(table.Table)[0]
    cells = [
        row.getElementsByType(table.TableCell)[1]
        for row in form.getElementsByType(table.TableRow)[:7]
    ]
    assert (form.getAttribute("name"), form.getAttribute("protected")) == (FORM, "true")
    assert [teletype.extractText(cell) for cell in cells] == [
        "教育局",
        "95.00%",
        "",
        "计划标准",
        "1.9",
        "已填",
        "12.5",
    ]
    assert cells[1].getAttribute("value") == "0.95"


def test_save_takes_known_suffixes_only(office: Office, template: Path, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"saved\.doc: .*\.xlsx"):
        office.save(template, tmp_path / "saved.doc")


def test_recalculated(office: Office, template: Path, tmp_path: Path) -> None:
    office.save(template, filled := tmp_path / "f.xlsx", [Edit.formula(FORM, "B7", "=1/0")])
    cells = [f"{FORM}!B{row}" for row in range(1, 8)] + [f"'{NOTES}'!A1"]
    assert list(office.recalculated(filled, cells).items()) == list(
        zip(cells, ["财政局", 0.5, "", "", 1, "未填", "#DIV/0!", "请如实填写"], strict=True)
    )
    assert office.recalculated(template, [f"{FORM}!B5"]) == {f"{FORM}!B5": 1}


def test_formulas(office: Office, template: Path) -> None:
    assert office.formulas(template, [f"{FORM}!B1", f"{FORM}!B6"]) == {
        f"{FORM}!B1": "",
        f"{FORM}!B6": '=IF(B4="","未填","已填")',
    }


def test_formulas_keep_error_signs(office: Office, tmp_path: Path) -> None:
    with xlsxwriter.Workbook(path := tmp_path / "book.xlsx") as book:
        book.add_worksheet("S").write_formula("A1", "=IF(#REF!,1,2)")
    assert office.formulas(path, ["S!A1"]) == {"S!A1": "=IF(#REF!;1;2)"}


@pytest.mark.parametrize("suffix", [".xlsx", ".xls", ".ods"])
def test_validations(office: Office, template: Path, tmp_path: Path, suffix: str) -> None:
    office.save(template, saved := (tmp_path / "saved").with_suffix(suffix))
    found = office.validations(saved, [f"{FORM}!B4"])[f"{FORM}!B4"]
    assert (found["type"], found["formula1"], found["shows_dropdown"]) == ("list", "依据", True)
    assert found["error_style"] == DROPDOWN["error_type"]
    assert {
        key: found[key] for key in ("input_title", "input_message", "error_title", "error_message")
    }.items() <= DROPDOWN.items()


def test_validations_are_those_of_the_cell(office: Office, tmp_path: Path) -> None:
    with xlsxwriter.Workbook(path := tmp_path / "book.xlsx") as book:
        rule = {"validate": "custom", "value": '=AND(LEN(A1)<5,A1<>"")', "ignore_blank": False}
        book.add_worksheet("S").data_validation("B1:B9", rule)
    found = office.validations(path, ["S!B3", "S!C3"])
    assert found["S!B3"]["formula1"] == 'AND(LEN(A3)<5,A3<>"")'
    assert [rule["type"] for rule in found.values()] == ["custom", "any"]
    assert [rule["ignore_blank"] for rule in found.values()] == [False, True]


def test_pictures(office: Office, template: Path, tmp_path: Path) -> None:
    pages = office.pictures(template, tmp_path / "pages", dpi=40)
    assert [page.name for page in pages] == ["模板-1.png", "模板-2.png", "模板-3.png"]
    assert all(page.read_bytes().startswith(b"\x89PNG") for page in pages)


def test_what_is_no_workbook(office: Office, tmp_path: Path) -> None:
    (junk := tmp_path / "junk.xlsx").write_text("no workbook", encoding="utf-8")
    with pytest.raises(OfficeError, match=r"cannot open .*junk\.xlsx"):
        office.recalculated(junk, ["S!A1"])
    with pytest.raises(FileNotFoundError):
        office.recalculated(tmp_path / "missing.xlsx", ["S!A1"])


def test_a_source_is_left_alone(office: Office, template: Path) -> None:
    before = template.read_bytes()
    office.recalculated(template, [f"{FORM}!B5"])
    assert template.read_bytes() == before
    assert list(template.parent.iterdir()) == [template]


@pytest.mark.usefixtures("office")
def test_a_hung_office_is_replaced(
    template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with Office(timeout=0.001) as mine:
        with pytest.raises(OfficeError, match="did not answer within"):
            mine.recalculated(template, [f"{FORM}!B5"])
        mine.timeout = 120
        assert mine.recalculated(template, [f"{FORM}!B5"]) == {f"{FORM}!B5": 1}
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("office")
def test_the_locale_is_that_of_the_person(template: Path, tmp_path: Path) -> None:
    with Office(locale="zh-CN") as chinese:
        chinese.save(template, saved := tmp_path / "s.xlsx", [Edit.typed(FORM, "B7", "10-15")])
    assert load_workbook(saved)[FORM]["B7"].is_date


@pytest.mark.usefixtures("office")
@pytest.mark.skipif(os.name == "nt", reason="the broken program is a shell script")
def test_an_office_that_does_not_start_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (program := tmp_path / "soffice").write_text("#!/bin/sh\necho no display >&2\nexit 3\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(OfficeError, match=r"(?s)exit code 3.*no display"):
        Office().__enter__()


def test_a_missing_office_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert office_missing() == "LibreOffice is missing: neither soffice nor libreoffice is on PATH"


@pytest.mark.parametrize(
    ("environment", "outcome"), [({}, {"skipped": 1}), ({"CI": "true"}, {"errors": 1})]
)
def test_the_fixture_skips_at_home_and_fails_in_ci(
    pytester: pytest.Pytester,
    monkeypatch: pytest.MonkeyPatch,
    environment: dict[str, str],
    outcome: dict[str, int],
) -> None:
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setenv("PATH", "")
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    pytester.makepyfile("def test(office): ...")
    pytester.runpytest_inprocess("-p", "tests.office.plugin").assert_outcomes(**outcome)
