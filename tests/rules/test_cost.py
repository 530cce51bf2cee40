"""Cost: the money of cost indicators against the budget of their project."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.rules.small import found, load, problems

FORM = """
    lists: {levels: [数量指标, 成本指标]}
    sheets:
      - sheet: "项目{n}"
        repeat: {group: projects, label: 项目, key: code, spares: 2}
        blocks:
          - kind: record
            label: 项目
            fields:
              - {name: code, type: code, label: 编码}
              - {name: budget, type: amount, label: 预算}
              - {name: count, type: amount, unit: "", label: 数}
          - kind: table
            block: rows
            label: 指标
            spares: 3
            key: name
            fields:
              - {name: level, type: choice, list: levels, label: 级}
              - {name: name, type: text, label: 名称}
              - {name: value, type: indicator, label: 值}
    rules:
      - {rule: cost, id: cost, block: rows, field: value, budget: projects.budget,
         when: {level: [成本指标]}, name: name, without: [人均]}
"""

ONE, TWO = "projects.rows#1[spare-1].value", "projects.rows#1[spare-2].value"
BUDGET = "projects#1.budget"
# Budget, then level, name and value of each row → what is found
CASES = [
    ("16", [("成本指标", "经费", "16万元")], []),
    ("16", [("成本指标", "经费", "≤160000元")], []),
    ("16", [("成本指标", "经费", "15万元")], [f"w cost-not-budget {ONE} {BUDGET} 15 → 16"]),
    # Together, or one of them.
    ("16", [("成本指标", "一", "10万元"), ("成本指标", "二", "6万元")], []),
    ("16", [("成本指标", "一", "16万元"), ("成本指标", "二", "6万元")], []),
    (
        "16",
        [("成本指标", "一", "10万元"), ("成本指标", "二", "5万元")],
        [f"w cost-not-budget {ONE} {TWO} {BUDGET} 15 → 16"],
    ),
    # Other levels, rates, parts by their names: not the cost as a whole.
    ("16", [("数量指标", "经费", "15万元")], []),
    ("16", [("成本指标", "节约率", "≥95%")], []),
    ("16", [("成本指标", "人均经费", "500元")], []),
    # Cannot decide: no budget, or a value that could not be read.
    ("", [("成本指标", "经费", "15万元")], []),
    ("若干", [("成本指标", "经费", "15万元")], [f"e amount-not-a-number {BUDGET} 若干 → 万元"]),
    (
        "16",
        [("成本指标", "一", "10万元"), ("成本指标", "二", "1 6万元")],
        [f"e value-not-a-number {TWO} 1 6万元 → —"],
    ),
]


def test_projects(tmp_path: Path) -> None:
    given = [
        {
            "projects": [
                {
                    "code": "A1",
                    "budget": budget,
                    "rows": [
                        {"level": level, "name": name, "value": value}
                        for level, name, value in rows
                    ],
                }
            ]
        }
        for budget, rows, _ in CASES
    ]
    assert found(load(tmp_path, FORM), *given) == [said for *_, said in CASES]


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("field: name, budget: projects.budget", "'rows.name' is no indicator value"),
        ("field: value, budget: projects.count", "'projects.count' has no unit of money"),
        ("field: value, budget: projects.code", "'projects.code' is no amount"),
        ("field: value, budget: name", "'name' is of the same row; right would be block.field"),
        ("field: value, budget: projects.budget, without: [甲]", "'without' needs 'name'"),
    ],
)
def test_a_rule_that_means_nothing(tmp_path: Path, rule: str, said: str) -> None:
    text = FORM[: FORM.index("    rules:")] + f"    rules: [{{rule: cost, block: rows, {rule}}}]\n"
    assert problems(tmp_path, text) == (said,)
