"""Same unit: across years in a row, across tables by the row's key."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.rules.small import found, load, problems

FORM = """
    trees:
      tree:
        - name: 产出
          key: out
          free: 3
          children: [数量]
        - name: 管理
          children: [{name: 执行率, key: execution}]
    sheets:
      - sheet: 长期
        blocks:
          - kind: table
            block: long
            label: 长期
            tree: tree
            fields: &fields
              - {name: level1, type: choice, tree: tree, level: 1, label: 一级}
              - {name: name, type: choice, tree: tree, level: 2, open: true, label: 二级}
              - {name: past, type: indicator, split: false, past: true, label: 去年}
              - {name: value, type: indicator, split: false, label: 指标值}
      - sheet: 年度
        blocks:
          - {kind: table, block: annual, label: 年度, tree: tree, fields: *fields}
    rules:
      - {rule: same_unit, id: units, block: annual, field: value, others: [past, long.value]}
"""


def given(long: dict[str, str], annual: dict[str, tuple[str, str]]) -> dict[str, object]:
    def level1(name: str) -> str:
        return "管理" if name == "执行率" else "产出"

    return {
        "long": [
            {"level1": level1(name), "name": name, "value": value} for name, value in long.items()
        ],
        "annual": [
            {"level1": level1(name), "name": name, "past": past, "value": value}
            for name, (past, value) in annual.items()
        ],
    }


CASES = [
    (given({"企业": "5家"}, {"企业": ("3家", "4家")}), []),
    # Units that convert are the same.
    (given({"投资": "1亿元"}, {"投资": ("8000万元", "9000万元")}), []),
    (
        given({"企业": "5个"}, {"企业": ("3家", "4家")}),
        ["w unit-differs annual[out-1].value long[out-1].value 4家 → 个"],
    ),
    # One finding for a value, at the first place that differs.
    (
        given({"企业": "5个"}, {"企业": ("3项", "4家")}),
        ["w unit-differs annual[out-1].value annual[out-1].past 4家 → 项"],
    ),
    # By the key, wherever the row stands: here 乙 is first in one table, second in the other.
    (
        given({"甲": "5个", "乙": "5%"}, {"乙": ("", "4%"), "甲": ("", "4家")}),
        ["w unit-differs annual[out-2].value long[out-1].value 4家 → 个"],
    ),
    (
        given({"执行率": "95%"}, {"执行率": ("", "9次")}),
        ["w unit-differs annual[execution].value long[execution].value 9次 → %"],
    ),
    # What has no match, a shared key, no unit or no number cannot be decided.
    (given({"甲": "5个"}, {"乙": ("", "4家")}), []),
    (given({"甲": "5"}, {"甲": ("良好", "4家")}), []),
    (given({"甲": "5个"}, {"甲": ("", "")}), []),
    # A value that could not be read silences the rule.
    (
        given({"甲": "5个"}, {"甲": ("", "4 5家")}),
        ["e value-not-a-number annual[out-1].value 4 5家 → —"],
    ),
]


def test_rows(tmp_path: Path) -> None:
    form = load(tmp_path, FORM)
    assert found(form, *(answers for answers, _ in CASES)) == [said for _, said in CASES]


def test_a_name_that_two_rows_bear_matches_nothing(tmp_path: Path) -> None:
    answers = given({"甲": "5个"}, {"甲": ("", "4家")})
    answers["long"] = [*answers["long"], {"level1": "产出", "name": "甲", "value": "6个"}]  # type: ignore[misc]
    assert found(load(tmp_path, FORM), answers) == [[]]


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("field: name, others: [past]", "'annual.name' is no indicator value"),
        ("field: value, others: [name]", "'name' is no indicator value"),
        (
            "field: value, others: ['long[execution].value']",
            "'long[execution].value': the row of the same key is meant; right would be block.field",
        ),
        (
            "field: value, others: [annual.past]",
            "'annual.past' is of the same row; right would be 'past'",
        ),
        ("field: value, others: [lon.value]", "there is no block 'lon'; did you mean 'long'?"),
    ],
)
def test_a_rule_that_means_nothing(tmp_path: Path, rule: str, said: str) -> None:
    head = FORM[: FORM.index("    rules:")]
    text = head + f"    rules: [{{rule: same_unit, block: annual, {rule}}}]\n"
    assert problems(tmp_path, text) == (said,)
