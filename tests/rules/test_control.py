"""Control: the figure of each unit, as the bureau has it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.rules.small import lines, load, problems
from tests.validation.returns import judge, returned, written

FORM = """
    sheets:
      - sheet: 表
        blocks:
          - kind: matrix
            block: money
            label: 资金
            headers: [{name: item, label: 项目}]
            rows: [{key: one, labels: {item: 一}}, {key: two, labels: {item: 二}}]
            fields: [{name: now, type: amount, label: 金额}]
      - sheet: "项目{n}"
        repeat: {group: projects, label: 项目, key: code, spares: 2}
        blocks:
          - kind: record
            label: 项目
            fields:
              - {name: code, type: code, label: 编码}
              - {name: budget, type: amount, label: 预算}
    rules:
      - {rule: control, id: whole, parts: [money.now], units: {"01": 30, "02": 12.34}}
      - {rule: control, id: projects, parts: [projects.budget], units: {"03": 5}}
"""
MONEY = "money[one].now money[two].now"
PROJECTS = "projects#1.budget projects#2.budget"

# Unit, one, two, budgets → what is found
CASES = [
    ("01", "10", "20", ("1", "2"), []),
    ("01", "10", "21", ("1", "2"), [f"e control-differs {MONEY} 31 → 30"]),
    ("02", "12.34", "", ("1", "2"), []),
    ("02", "12.35", "", ("1", "2"), [f"e control-differs {MONEY} 12.35 → 12.34"]),
    # The members of a group are added up.
    ("03", "10", "20", ("2", "3"), []),
    ("03", "10", "20", ("2", "2"), [f"e control-differs {PROJECTS} 4 → 5"]),
    # A unit without a figure, no unit, nothing filled, or a cell that could not be read.
    ("04", "10", "20", ("2", "2"), []),
    ("", "10", "20", ("2", "2"), []),
    ("01", "", "", ("1", "2"), []),
    ("01", "若干", "20", ("1", "2"), ["e amount-not-a-number money[one].now 若干 → 万元"]),
]


def test_units(tmp_path: Path) -> None:
    form = load(tmp_path, FORM)
    raws = []
    for unit, one, two, budgets, _ in CASES:
        answers = {
            "money": [{"item": "一", "now": one}, {"item": "二", "now": two}],
            "projects": [
                {"code": f"A{number}", "budget": budget} for number, budget in enumerate(budgets)
            ],
        }
        raws.append(returned(written(form, answers, unit=unit).data, form))
    assert [lines(one) for one in judge(*raws)] == [said for *_, said in CASES]


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("parts: [], units: {'01': 1}", "'parts' names nothing to add up"),
        ("parts: [money.now], units: {}", "'units' names no unit"),
        ("parts: [money.no], units: {'01': 1}", "there is no field 'no'; did you mean 'now'?"),
    ],
)
def test_a_rule_that_means_nothing(tmp_path: Path, rule: str, said: str) -> None:
    text = FORM[: FORM.index("    rules:")] + f"    rules: [{{rule: control, {rule}}}]\n"
    assert problems(tmp_path, text) == (said,)
