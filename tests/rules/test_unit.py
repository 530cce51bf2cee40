"""Unit: what an indicator's name, or its preset row, leads to expect."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.rules.small import found, load, problems

FORM = """
    scales: {quality: [良好, 一般]}
    trees:
      tree:
        - name: 管理
          children:
            - {name: 预算调整率, key: adjustment, unit: "%"}
            - {name: 项目个数, key: projects, unit: 个}
    sheets:
      - sheet: 表
        blocks:
          - kind: table
            block: rows
            label: 指标
            tree: tree
            spares: 1
            key: name
            fields:
              - {name: level1, type: choice, tree: tree, level: 1, label: 一级}
              - {name: name, type: choice, tree: tree, level: 2, open: true, label: 二级}
              - {name: value, type: indicator, label: 指标值}
              - {name: past, type: indicator, split: false, past: true, label: 去年}
    rules:
      - {rule: unit, id: now, block: rows, field: value, name: name}
"""

# Name | value → code, and what was expected
CASES = [
    ("结转率", "95%", None, None),
    ("结转率", "≥95%", None, None),
    ("结转率", "95‰", None, None),
    ("结转率", "3百分点", None, None),
    ("结转率", "95", "w unit-missing", "%、‰、百分点"),
    ("结转率", "95家", "w unit-unexpected", "%、‰、百分点"),
    ("结转率", "90-95%", None, None),
    ("结转率", "90-95", "w unit-missing", "%、‰、百分点"),
    ("结转率", "良好", "w number-expected", "%、‰、百分点"),
    ("结转率", "好得很", "w number-expected", "%、‰、百分点"),
    ("结转率", "0", None, None),
    ("结转率", "0.00", None, None),
    ("结转率", "不适用", None, None),
    ("结转率", "较上年提高", None, None),
    ("结转率", "12月底", None, None),
    ("结转率（年度）", "95", "w unit-missing", "%、‰、百分点"),
    ("培训人数", "95", "w unit-missing", "—"),
    ("培训人数", "95人", None, None),
    ("培训人数", "95%", "w unit-unexpected", "—"),
    ("培训人数", "很多", None, None),
    ("企业", "95", "w unit-missing", "—"),
    ("企业", "95家", None, None),
    ("成交额", "80亿", "w unit-unfinished", "亿元"),
    ("成交额", "80亿元", None, None),
    ("预算调整率", "2%", None, None),
    ("预算调整率", "20‰", None, None),
    ("预算调整率", "2个", "w unit-unexpected", "%"),
    ("项目个数", "2万人", "w unit-unexpected", "个"),
    ("项目个数", "2个", None, None),
]


def test_values(tmp_path: Path) -> None:
    given = [
        {"rows": [{"level1": "管理", "name": name, "value": value}]} for name, value, *_ in CASES
    ]
    preset = {"预算调整率": "adjustment", "项目个数": "projects"}
    expected = [
        []
        if code is None
        else [f"{code} rows[{preset.get(name, 'spare-1')}].value {value} → {wanted}"]
        for name, value, code, wanted in CASES
    ]
    assert found(load(tmp_path, FORM), *given) == expected


def test_a_value_that_could_not_be_read_is_left_alone(tmp_path: Path) -> None:
    rows = [{"level1": "管理", "name": "结转率", "value": "9 5"}]
    assert found(load(tmp_path, FORM), {"rows": rows}) == [
        ["e value-not-a-number rows[spare-1].value 9 5 → —"]
    ]


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("block: rows, field: name, name: name", "'rows.name' is no indicator value"),
        (
            "block: rows, field: value, name: level3",
            "there is no field 'level3'; did you mean 'level1'?",
        ),
        ("block: row, field: value, name: name", "there is no block 'row'; did you mean 'rows'?"),
    ],
)
def test_a_rule_that_means_nothing(tmp_path: Path, rule: str, said: str) -> None:
    text = FORM[: FORM.index("    rules:")] + f"    rules: [{{rule: unit, {rule}}}]\n"
    assert problems(tmp_path, text) == (said,)
