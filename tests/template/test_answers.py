"""Answers find the rows and sheets that they belong to."""

from __future__ import annotations

import pytest

from tests.template.books import REAL, ZUNHUA, answers_of, content_of, form_of
from xlkit.errors import AnswersError
from xlkit.form.rows import rows_of
from xlkit.template.answers import place_answers, place_members
from xlkit.template.content import Content, differences
from xlkit.template.layout import Sizing

DEPARTMENT, PROJECT, SMALL = "department-performance", "project-performance", "small"


def placed(form, answers, content=None):
    return place_answers(form_of(form), answers, content or Content())


def marks(content, path):
    """The rows that were filled, in the order of the answers, with what stands in one field."""
    found: dict[str, dict[str, str]] = {}
    for (block, _, mark, name), texts in content.texts.items():
        if block == path:
            found.setdefault(mark, {})[name] = "|".join(texts)
    return found


# level1, level2, level3 as people write them → the mark of the row
ROWS = [
    (("运行成本", "公用经费控制", "公用经费控制率"), "public_expense_control"),
    (("运行成本", "项目支出成本控制", "“三公”经费变动率"), "three_public_change"),
    (("运行成本", "项目支出成本控制", '"三公"经费变动率'), "three_public_change"),
    (("运行成本", "项目支出成本控制", "三公经费变动率"), "three_public_change"),
    ((" 管理效率", "预算\n执行", "预算　执行率 "), "budget_execution"),
    (("满意度", "联系部门满意度", "联系部门满意度"), "partners"),
    (("履职效能", "核心业务产出1", "甲"), "duty-1"),
    (("履职效能", "核心业务产出7", "甲"), "duty-7"),
    (("履职效能", "数量指标", "甲"), "duty-1"),
    (("社会效应", "社会效益", "甲"), "societal-1"),
    (("社会效应", "没有的", "甲"), "spare-1"),
    (("管理效率", "预算编制", "预算执行率"), "spare-1"),
    (("", "", "预算执行率"), "spare-1"),
]


@pytest.mark.parametrize(("levels", "mark"), ROWS)
def test_a_row_is_found_by_its_names(levels, mark):
    row = dict(zip(("level1", "level2", "level3"), levels, strict=True))
    content = placed(DEPARTMENT, {"long_indicators": [{**row, "value": "1%"}]})
    assert list(marks(content, "long_indicators")) == [mark]


def test_rows_are_taken_once_whatever_their_order():
    under = {"level1": "社会效应", "level2": "经济效益"}
    rows = [{**under, "level3": f"指标{number}"} for number in range(1, 5)]
    found = marks(placed(DEPARTMENT, {"long_indicators": rows}), "long_indicators")
    assert {mark: fields["level3"] for mark, fields in found.items()} == {
        "economic-1": "|指标1|",
        "economic-2": "|指标2|",
        "spare-1": "|指标3|",
        "spare-2": "|指标4|",
    }


def test_the_numbered_name_wins_over_the_order_of_rows():
    rows = [
        {"level1": "履职效能", "level2": "数量指标", "level3": "乙"},
        {"level1": "履职效能", "level2": "核心业务产出1", "level3": "甲"},
    ]
    found = marks(placed(DEPARTMENT, {"long_indicators": rows}), "long_indicators")
    assert (found["duty-1"]["level3"], found["duty-2"]["level3"]) == ("|甲|", "|乙|")


def test_more_rows_than_spares_make_more_spares():
    rows = [{"text": f"目标{number}"} for number in range(20)]
    content = placed(PROJECT, {"safeguards": rows})
    assert content.sizing.spares == {"safeguards": 20}
    assert placed(PROJECT, {"safeguards": rows[:15]}).sizing.spares == {}


def test_the_member_with_most_rows_sizes_the_tables_of_all():
    members = [{"code": "A"}, {"code": "B", "goals": [{"text": str(n)} for n in range(8)]}]
    content = placed(PROJECT, {"projects": members})
    assert content.sizing == Sizing({"projects": 2}, {"projects.goals": 8})


def test_members_take_the_sheet_that_was_issued_to_them():
    form = form_of(PROJECT)
    issued = place_members(form, Content(), {"projects": [{"code": "A"}, {"code": "B"}]}, 1)
    given = {"projects": [{"code": "C", "name": "丙"}, {"code": "B", "name": "乙"}]}
    content = place_answers(form, given, issued)
    names = {key[1]: texts[1] for key, texts in content.texts.items() if key[3] == "name"}
    assert names == {2: "乙", 3: "丙"}
    assert content.sizing.members == {"projects": 3}
    # What was issued is not an answer as well.
    assert ("projects", 2, "record", "code") not in content.texts


# what is given → what is told
UNFIT = [
    ({"nobody": {}}, ["answers.nobody: the form has no such block"]),
    ({"contact": [{}]}, ["answers.contact: one record is wanted"]),
    ({"contact": {"nam": "甲"}}, ["answers.contact: the form has no field 'nam'"]),
    ({"indicators": {}}, ["answers.indicators: a list of rows is wanted"]),
    ({"indicators": ["甲"]}, ["answers.indicators: a list of rows is wanted"]),
    ({"indicators": [{"valu": "1"}]}, ["answers.indicators: the form has no field 'valu'"]),
    ({"money": [{"item": "丙"}]}, ["answers.money[1]: the form has no such row"]),
    ({"projects": {}}, ["answers.projects: a list of members is wanted"]),
    ({"projects": [{"nam": "甲"}]}, ["answers.projects: the form has no field 'nam'"]),
    (
        {"nobody": 1, "contact": {"nam": "", "fon": ""}, "projects": [{"parts": [{"x": "1"}]}]},
        [
            "answers.nobody: the form has no such block",
            "answers.contact: the form has no field 'nam'",
            "answers.contact: the form has no field 'fon'",
            "answers.projects.parts: the form has no field 'x'",
        ],
    ),
]


@pytest.mark.parametrize(("given", "told"), UNFIT)
def test_what_does_not_fit_is_told_all_at_once(given, told):
    with pytest.raises(AnswersError) as raised:
        placed(SMALL, given)
    assert list(raised.value.problems) == told


# a value's text → what stands in the cells for sign, number and unit
VALUES = [
    ("≥98%", "≥|98|%"),
    (">=16%", ">=|16|%"),
    (">100家", ">|100|家"),
    ("90%以上", "以上|90|%"),
    ("10.96万元", "|10.96|万元"),
    ("100", "|100|"),
    ("健全", "|健全|"),
    ("提升生态环境质量", "|提升生态环境质量|"),
    ("12月31日之前", "|12月31日之前|"),
    ("≥≥5%", "|≥≥5%|"),
    ("", "||"),
]


@pytest.mark.parametrize(("text", "cells"), VALUES)
def test_a_value_stands_in_three_cells_or_whole_in_the_middle(text, cells):
    row = {"level1": "产出", "level2": "数量", "level3": "完成率", "value": text}
    content = placed(SMALL, {"indicators": [row]})
    assert marks(content, "indicators").get("completion", {"value": "||"})["value"] == cells


def test_no_text_of_the_real_answers_is_lost():
    """Every answer stands in a cell, is the name of a row, or is stated for a computed cell."""

    def leaves(node):
        if isinstance(node, dict):
            for value in node.values():
                yield from leaves(value)
        elif isinstance(node, list):
            for item in node:
                yield from leaves(item)
        elif node:
            yield node

    for name in REAL:
        form, content = content_of(name)
        fixed = {
            text
            for placed_ in form.blocks
            for row in rows_of(form, placed_)
            for text in row.fixed.values()
        }
        there = {"".join(texts) for texts in content.texts.values()} | set(content.stated.values())
        lost = [text for text in leaves(answers_of(name)["answers"]) if text not in there | fixed]
        assert lost == []


DIFFERENCES = {
    "ezhou-economy-informatization-2024": [
        "funding.spending_staff.share: stated 64%, computed 63.99%",
    ],
    "ezhou-science-technology-2024": [
        "funding.spending_special.share: stated 22.29%, computed 22.30%",
    ],
    ZUNHUA: [],
}


@pytest.mark.parametrize("name", REAL)
def test_stated_totals_and_shares_are_compared(name):
    assert list(map(str, differences(*content_of(name)))) == DIFFERENCES[name]
