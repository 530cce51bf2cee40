"""Compare: one sum against another, exactly."""

from __future__ import annotations

import pytest

from tests.rules.small import found, load, problems

FORM = """
    sheets:
      - sheet: 表
        blocks:
          - kind: record
            block: a
            label: 甲
            fields: [{name: one, type: amount, label: 一}, {name: two, type: percent, label: 二}]
          - kind: table
            block: rows
            label: 明细
            spares: 3
            fields:
              - {name: name, type: text, label: 名称}
              - {name: weight, type: integer, label: 分值}
              - {name: score, type: integer, label: 得分}
    rules:
      - {rule: compare, id: exact, left: [a.one], sign: "%s", right: [rows.weight]}
      - {rule: compare, id: row, block: rows, left: [score], sign: "<=", right: [weight]}
"""

# Sign | left | rows of the right → whether it holds; nothing is rounded away.
CASES = [
    ("<=", "3", ["1", "2"], True),
    ("<=", "3.001", ["1", "2"], False),
    ("<", "3", ["1", "2"], False),
    ("<", "2.999", ["1", "2"], True),
    (">=", "3", ["1", "2"], True),
    (">=", "2.999", ["1", "2"], False),
    (">", "3", ["1", "2"], False),
    (">", "3.001", ["3", ""], True),
    (">", "", ["1"], True),
    (">", "3", ["", ""], True),
    (">", "3", ["4", "不详"], True),
    (">", "很多", ["4"], True),
]


@pytest.mark.parametrize("sign", ["<=", "<", ">=", ">"])
def test_signs(tmp_path_factory: pytest.TempPathFactory, sign: str) -> None:
    form = load(tmp_path_factory.mktemp("form"), FORM % sign)
    cases = [case for case in CASES if case[0] == sign]
    given = [
        {"a": {"one": left}, "rows": [{"name": "甲", "weight": weight} for weight in right]}
        for _, left, right, _ in cases
    ]
    broken = [any("compare-broken" in line for line in lines) for lines in found(form, *given)]
    assert broken == [not holds for *_, holds in cases]


def test_a_score_above_its_weight(tmp_path_factory: pytest.TempPathFactory) -> None:
    form = load(tmp_path_factory.mktemp("form"), FORM % ">=")
    rows = [
        {"name": "甲", "weight": "10", "score": "10"},
        {"name": "乙", "weight": "10", "score": "11"},
        {"name": "丙", "weight": "10", "score": "1.5"},
    ]
    assert found(form, {"rows": rows}) == [
        [
            "e compare-broken rows[spare-2].score rows[spare-2].weight 11 → 10",
            "e integer-not-whole rows[spare-3].score 1.5 → —",
        ]
    ]


def test_an_unknown_sign(tmp_path_factory: pytest.TempPathFactory) -> None:
    said = problems(tmp_path_factory.mktemp("form"), FORM % "≤")
    assert said == ("rule 'compare': 'sign': Input should be '<=', '<', '>=' or '>'",)
