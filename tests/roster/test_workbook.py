"""The roster workbook: it reads back as the units in it, whoever saved it, and checks itself."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from tests.office import Edit
from xlkit.errors import RosterError
from xlkit.roster import Unit, read_roster, roster_workbook
from xlkit.roster.book_tables import CHECK, members_table, units_table
from xlkit.roster.measures import length_of
from xlkit.rules.registry import load_checked
from xlkit.values.text import squeeze
from xlkit.wording import message_file

PROJECTS = load_checked("project-performance")
PLAIN = load_checked("department-performance")
CODE, OTHER = "13028122P00306010001X", "13028122P003058100014"
UNITS = (
    Unit(
        "001",
        "样例县教育局",
        "样例县人民政府",
        ("a@b.cn", "c.d@e.com.cn"),
        "张三",
        {
            "projects": (
                {"code": CODE, "name": "购置", "budget": "10.96"},
                {"code": OTHER, "name": "维修"},
            )
        },
    ),
    Unit("002", "样例县水利局", "样例县教育局", members={"projects": ()}),
    Unit("130281200306010001", "样例县档案馆", contact="李四", members={"projects": ()}),
)


def written(folder, data, name="roster.xlsx"):
    path = folder / name
    path.write_bytes(data)
    return path


def cells(data, sheet, *addresses):
    page = load_workbook(BytesIO(data), data_only=True)[sheet]
    return [page[one].value for one in addresses]


_PLAIN_TEXT = st.text("甲乙丙丁局县01aA=+@-*?~“”（）&<>'\"", min_size=1, max_size=12)
_CODES = st.text("0123456789ABX-_*?~", min_size=1, max_size=21)
_MAILS = st.from_regex(r"[a-z0-9]{1,6}(\.[a-z]{1,3})?@[a-z]{1,5}\.(cn|com)", fullmatch=True)


@st.composite
def _rosters(draw):
    keys = iter(draw(st.lists(_KEYS, unique=True, min_size=6, max_size=6)))
    units = []
    for code in draw(st.lists(_CODES, unique=True, min_size=1, max_size=4)):
        members = []
        for _ in range(draw(st.integers(0, 1))):
            budget = draw(st.none() | st.decimals(0, 99999, places=2).map(str))
            member = {"code": next(keys), "name": draw(_PLAIN_TEXT)}
            members.append(member if budget is None else {**member, "budget": budget})
        units.append(
            Unit(
                code,
                draw(_PLAIN_TEXT),
                draw(st.just("") | _PLAIN_TEXT),
                tuple(draw(st.lists(_MAILS, max_size=3))),
                draw(st.just("") | _PLAIN_TEXT),
                {"projects": tuple(members)},
            )
        )
    return tuple(units)


_KEYS = st.from_regex(r"1302812[0-9]P[0-9]{11}[0-9A-H]", fullmatch=True)


@settings(max_examples=15)
@given(_rosters(), st.sampled_from(["zh", "en"]))
def test_what_is_written_is_read(tmp_path_factory, units, language):
    path = written(tmp_path_factory.mktemp("rosters"), roster_workbook(PROJECTS, language, units))
    roster = read_roster(path, PROJECTS)
    assert roster.units == units
    assert roster.ignored == ()


def test_a_form_without_members_has_no_sheet_of_them(tmp_path):
    units = tuple(replace(unit, members={}) for unit in UNITS)
    data = roster_workbook(PLAIN, "zh", units)
    assert load_workbook(BytesIO(data)).sheetnames == ["单位", "填写说明"]
    assert read_roster(written(tmp_path, data), PLAIN).units == units


def test_equal_input_gives_equal_bytes():
    assert roster_workbook(PROJECTS, "zh", UNITS) == roster_workbook(PROJECTS, "zh", UNITS)


def test_an_empty_one_has_no_unit(tmp_path):
    path = written(tmp_path, roster_workbook(PROJECTS, "zh"))
    with pytest.raises(RosterError, match="has no unit"):
        read_roster(path, PROJECTS)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_heading_is_one_that_the_reader_knows(language):
    known = message_file("roster")
    for column in units_table(language, ()).columns:
        if column.label:
            key = "check" if column.shown else column.name
            assert squeeze(column.label) in {squeeze(name) for name in known[key]["names"]}
    table = members_table(PROJECTS, language, (), units_table(language, ()))
    assert squeeze(table.sheet) in {squeeze(name) for name in known["member_sheets"]["names"]}
    for key in ("units_sheet", "help_sheet"):
        name = squeeze(message_file("roster_book")[key][language])
        assert (name in set(map(squeeze, known["help_sheets"]["names"]))) == (key == "help_sheet")


@pytest.mark.parametrize(
    ("pattern", "length"),
    [
        (r"\d{6}\d{2}[A-Z]\d{11}[0-9A-HJ-NP-RTUW-Y]", 21),
        (r"[A-Z]-\d{3}", 5),
        (r"\d+", None),
        (r"\d{1,3}", None),
        (r"(ab|c)", None),
        (r"^\d{4}$", None),
    ],
)
def test_lengths_that_patterns_say_plainly(pattern, length):
    code = PROJECTS.block("projects").field("code")
    assert length_of(code.model_copy(update={"pattern": pattern})) == length


@pytest.mark.parametrize("suffix", [".xlsx", ".xls", ".ods"])
def test_filled_in_an_office_program(office, tmp_path, suffix):
    """Codes typed into the cells of an empty one stay as they were typed."""
    source = written(tmp_path, roster_workbook(PROJECTS, "zh"))
    target = tmp_path / f"filled{suffix}"
    typed = {
        "单位": {
            "A4": "001", "B4": "样例县教育局", "D4": "a@b.cn；c@d.cn",
            "A5": "301", "B5": "样例县水利局", "C5": "样例县教育局", "E5": "张三",
        },
        "项目": {
            "A4": "301", "C4": CODE, "D4": "购置", "E4": "1234.5",
            "A5": "001", "C5": "13028122P003060100010",
        },
    }  # fmt: skip
    edits = [Edit.typed(*key) for key in _typed(typed)]
    # Someone pastes a number into a cell for texts.
    edits.append(Edit.number("单位", "A6", 303, "General"))
    edits.append(Edit.text("单位", "B6", "样例县档案馆"))
    office.save(source, target, edits)
    roster = read_roster(target, PROJECTS)
    assert roster.ignored == ()
    assert [(unit.code, unit.name, unit.parent) for unit in roster.units] == [
        ("001", "样例县教育局", ""),
        ("301", "样例县水利局", "样例县教育局"),
        ("303", "样例县档案馆", ""),
    ]
    assert roster.unit("001").emails == ("a@b.cn", "c@d.cn")
    assert roster.unit("301").members["projects"] == (
        {"code": CODE, "name": "购置", "budget": "1234.5"},
    )


def _typed(sheets):
    return [(sheet, cell, text) for sheet, of in sheets.items() for cell, text in of.items()]


WRONG = (
    Unit("1", "甲", emails=("a@b.cn",)),
    Unit("1", "乙"),
    Unit("", "丙"),
    Unit("4", ""),
    Unit("5", "丁", emails=("a@b",)),
    Unit("6", "丁"),
    Unit("7 8", "戊"),
    Unit("8", "己", emails=("a@b.cn", "c.d@e.f", "@g.h")),
    Unit("9", "庚", emails=("a@b@c.d", "e.f")),
    Unit("10", "辛", emails=(".a@b.c",)),
    Unit("11", "壬", emails=("a@b.c.",)),
    Unit("12", "癸", members={"projects": ({"code": CODE, "name": "一", "budget": "1"},)}),
    Unit("13", "子", members={"projects": ({"code": CODE, "name": "二", "budget": "2"},)}),
    Unit("14", "丑", members={"projects": ({"code": "12", "name": "三", "budget": "3"},)}),
    Unit("15", "寅", members={"projects": ({"code": OTHER, "budget": "3万"},)}),
    Unit("16", "卯", members={"projects": ({"code": "X" + OTHER[1:], "budget": "-3"},)}),
    Unit("17", "辰", members={"projects": ({"code": "Y" + OTHER[1:]},)}),
    Unit("*", "巳"),
)
SAID = [
    "✗单位代码重复", "✗单位代码重复", "○缺单位代码", "○缺单位名称", "✗邮箱有误",
    "△单位名称重复，请核对",
    "✗单位代码中有空格", "✗邮箱有误", "✗邮箱有误", "✗邮箱有误", "✗邮箱有误", "✓完整",
]  # fmt: skip
SAID_OF_MEMBERS = [
    "✗项目编码重复", "✗项目编码重复", "✗项目编码应为21位",
    "△预算数不是数字，请核对", "✗预算数小于0",
    "✓可用；由部门填写：项目名称、预算数",
]  # fmt: skip


def test_the_check_column_says_what_is_wrong(office, tmp_path):
    """What it goes out with is what LibreOffice computes."""
    data = roster_workbook(PROJECTS, "zh", WRONG)
    places = {f"单位!F{row}": None for row in range(4, 30)} | {"单位!A2": None, "单位!H1": None}
    places |= {f"项目!{column}{row}": None for row in range(4, 14) for column in "BF"}
    places |= {"项目!A2": None}
    computed = office.recalculated(written(tmp_path, data), list(places))
    for place in places:
        sheet, cell = place.split("!")
        assert (computed[place] or "") == (cells(data, sheet, cell)[0] or ""), place
    assert [computed[f"单位!F{row}"] for row in range(4, 16)] == SAID
    assert [computed[f"项目!F{row}"] for row in range(4, 10)] == SAID_OF_MEMBERS
    assert computed["单位!A2"] == "✗已填 18 行，其中需改正 10；请核对 1"
    assert computed["单位!H1"] == len(WRONG)
    assert computed["项目!B6"] == "丑"


def test_the_check_agrees_with_the_reader(tmp_path):
    """Where nothing is said to be wrong, the roster is taken in."""
    table = units_table("zh", UNITS)
    data = roster_workbook(PROJECTS, "zh", UNITS)
    column = table.place(CHECK).number
    page = load_workbook(BytesIO(data), data_only=True)["单位"]
    assert [page.cell(row, column).value for row in (4, 5, 6, 7)] == ["✓完整"] * 3 + [None]
    assert len(read_roster(written(tmp_path, data), PROJECTS).units) == len(UNITS)


@pytest.mark.parametrize("suffix", [".xlsx", ".xls", ".ods"])
def test_lists_offer_what_is_filled(office, tmp_path, suffix):
    data = roster_workbook(PROJECTS, "zh", UNITS)
    saved = tmp_path / f"saved{suffix}"
    office.save(written(tmp_path, data), saved)
    rules = office.validations(saved, ["项目!A4", "单位!C4", "单位!A4", "项目!E5"])
    assert rules["项目!A4"]["type"] == "list"
    assert rules["项目!A4"]["shows_error"]
    assert rules["单位!C4"]["type"] == "list"
    assert not rules["单位!C4"]["shows_error"]
    assert rules["单位!A4"]["type"] == "custom"
    assert rules["项目!E5"]["type"] == "decimal"
    assert Decimal(rules["项目!E5"]["formula1"]) == 0
    assert office.recalculated(saved, ["单位!H1"]) == {"单位!H1": 3.0}
