"""Rosters: what is taken in, and every problem at once."""

from __future__ import annotations

import pytest
import xlsxwriter

from xlkit.errors import RosterError, UsageError
from xlkit.roster import Unit, read_roster
from xlkit.rules.registry import load_checked

FORM = load_checked("project-performance")
CODE, OTHER = "13028122P00306010001X", "13028122P003058100014"


def csv_file(folder, text, encoding="utf-8"):
    path = folder / "roster.csv"
    path.write_bytes(text.encode(encoding))
    return path


def workbook(folder, **sheets):
    path = folder / "roster.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_csv_in_any_usual_encoding(tmp_path, encoding):
    text = "单位代码,单位名称,上级单位,邮箱,联系人\n301,甲局,财政局,a@b.cn；c@d.cn,张三\n"
    assert read_roster(csv_file(tmp_path, text, encoding), FORM).units == (
        Unit("301", "甲局", "财政局", ("a@b.cn", "c@d.cn"), "张三", {"projects": ()}),
    )


def test_a_workbook_with_units_and_projects(tmp_path):
    path = workbook(
        tmp_path,
        单位=[["单位代码", "单位名称", "备注"], [301, "甲局", "x"], ["302", "乙局", ""]],
        项目=[["单位代码", "项目编码", "项目名称", "预算数"], [301, CODE, "购置", 10.96]],
    )
    roster = read_roster(path, FORM)
    assert [unit.code for unit in roster.units] == ["301", "302"]
    member = {"code": CODE, "name": "购置", "budget": "10.96"}
    assert roster.unit("301").members == {"projects": (member,)}
    assert roster.unit("302").members == {"projects": ()}
    assert roster.ignored == ("备注",)


def test_members_in_the_rows_of_a_csv(tmp_path):
    text = f"code,name,项目编码,项目名称\n301,甲局,{CODE},一\n301,甲局,{OTHER},二\n302,乙局,,\n"
    roster = read_roster(csv_file(tmp_path, text), FORM)
    assert [member["name"] for member in roster.unit("301").members["projects"]] == ["一", "二"]


def test_every_problem_is_told_at_once(tmp_path):
    text = (
        "单位代码,单位名称,邮箱,项目编码,项目名称,项目预算数\n"
        "301,,,,,\n"
        f"302,乙局,not-mail,{CODE},一,十万\n"
        f"302,丙局,,{CODE},二,\n"
        "304,丁局,,,三,\n"
    )
    with pytest.raises(RosterError) as caught:
        read_roster(csv_file(tmp_path, text), FORM)
    assert caught.value.problems == (
        "roster.csv:2: the unit name is missing",
        "roster.csv:3: 'not-mail' is no e-mail address",
        "roster.csv:3: 项目预算数: '十万' cannot be read",
        "roster.csv:4: unit 302 is '丙局' here and '乙局' above",
        f"roster.csv:4: {CODE} stands in the roster already",
        "roster.csv:5: the code of a member is missing",
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "has no unit"),
        ("单位代码\n301\n", "there is no column '单位名称'"),
        ("a,b\n1,2\n", "there is no column '单位代码'"),
    ],
)
def test_a_roster_without_what_it_needs(tmp_path, text, said):
    with pytest.raises(RosterError, match=said):
        read_roster(csv_file(tmp_path, text), FORM)


def test_a_project_of_an_unknown_unit(tmp_path):
    path = workbook(
        tmp_path,
        units=[["code", "name"], ["301", "甲局"]],
        projects=[["unit", "code", "name", "budget"], ["999", CODE, "购置", 1]],
    )
    with pytest.raises(RosterError, match="no unit '999'"):
        read_roster(path, FORM)


def test_a_code_that_lost_digits_as_a_number_is_refused(tmp_path):
    path = workbook(tmp_path, 单位=[["单位代码", "单位名称"], [130281200306010001, "甲局"]])
    with pytest.raises(RosterError, match=r"单位!A2: .* last digits were lost"):
        read_roster(path, FORM)


def test_a_roster_with_a_title_above_its_headings(tmp_path):
    rows = [["样例县填报单位"], ["2026年"], ["序号", "单位代码", "单位名称"], [1, "301", "甲局"]]
    assert [unit.code for unit in read_roster(workbook(tmp_path, 单位=rows), FORM).units] == ["301"]


def test_a_file_that_is_no_roster(tmp_path):
    with pytest.raises(UsageError):
        read_roster(tmp_path / "missing.csv", FORM)
    broken = tmp_path / "broken.xlsx"
    broken.write_bytes(b"PK\x03\x04 nothing")
    with pytest.raises(RosterError):
        read_roster(broken, FORM)
