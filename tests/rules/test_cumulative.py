"""Cumulative: figures that never fall, and end at a bound."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.rules.small import found, load, problems

FORM = """
    sheets:
      - sheet: 表
        blocks:
          - kind: record
            block: plan
            label: 计划
            fields:
              - {name: march, type: percent, label: 3月底, min: 0, max: 100}
              - {name: june, type: percent, label: 6月底, min: 0, max: 100}
              - {name: december, type: percent, label: 12月底, min: 0, max: 100}
              - {name: spring, type: amount, label: 春}
              - {name: autumn, type: amount, label: 秋}
          - kind: matrix
            block: quarters
            label: 季度
            headers: [{name: item, label: 项目}]
            rows: [{key: q1, labels: {item: 一季度}}, {key: q2, labels: {item: 二季度}}]
            fields: [{name: spent, type: percent, label: 支出}]
    rules:
      - {rule: cumulative, id: rises, fields: [plan.march, plan.june, plan.december], end: 100}
      - {rule: cumulative, id: money, fields: [plan.spring, plan.autumn]}
"""

# March | June | December → findings
PLANS = [
    ("30%", "60%", "100%", []),
    ("100%", "100%", "100%", []),
    ("0%", "0%", "100%", []),
    ("60%", "30%", "100%", ["e plan-not-rising plan.june 30% → ≥60%"]),
    ("30%", "29.99%", "100%", ["e plan-not-rising plan.june 29.99% → ≥30%"]),
    ("30%", "60%", "90%", ["e plan-not-complete plan.december 90% → 100%"]),
    ("30%", "60%", "50%", ["e plan-not-rising plan.december 50% → ≥60%"]),
    (
        "90%",
        "60%",
        "50%",
        ["e plan-not-rising plan.june 60% → ≥90%", "e plan-not-rising plan.december 50% → ≥60%"],
    ),
    ("30%", "", "100%", []),
    ("30%", "", "90%", ["e plan-not-complete plan.december 90% → 100%"]),
    ("30%", "60%", "", []),
    ("", "", "", []),
    ("30%", "120%", "100%", ["e out-of-range plan.june 120% → 0%–100%"]),
    (
        "30%",
        "大半",
        "90%",
        [
            "e percent-not-a-number plan.june 大半 → —",
            "e plan-not-complete plan.december 90% → 100%",
        ],
    ),
    ("30%", "60%", "101%", ["e out-of-range plan.december 101% → 0%–100%"]),
    ("30%", "60%", "100", ["n percent-sign-missing plan.december 100 → 100%"]),
    ("30%", "60%", "1", ["e percent-ambiguous plan.december 1 → —"]),
]


def test_a_plan(tmp_path: Path) -> None:
    given = [
        {"plan": {"march": march, "june": june, "december": december}}
        for march, june, december, _ in PLANS
    ]
    assert found(load(tmp_path, FORM), *given) == [findings for *_, findings in PLANS]


def test_amounts_without_an_end(tmp_path: Path) -> None:
    given = [{"plan": {"spring": "2", "autumn": autumn}} for autumn in ("2", "1.99")]
    assert found(load(tmp_path, FORM), *given) == [
        [],
        ["e plan-not-rising plan.autumn 1.99 → ≥2"],
    ]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ("plan.march, plan.july", "there is no field 'july'; did you mean 'june'?"),
        ("march, june", "'march' needs its block: block.field"),
        ("plan.march, quarters.spent", "the fields of a cumulative rule stand in one record"),
        (
            "'quarters[q1].spent', 'quarters[q2].spent'",
            "the fields of a cumulative rule stand in a record",
        ),
    ],
)
def test_a_rule_that_means_nothing(tmp_path: Path, fields: str, said: str) -> None:
    text = (
        FORM[: FORM.index("    rules:")]
        + f"    rules: [{{rule: cumulative, fields: [{fields}]}}]\n"
    )
    assert said in problems(tmp_path, text)
