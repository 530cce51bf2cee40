"""Neighbour: answers in the wrong column, one by one or the column as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.rules.small import found, judged, load, problems
from xlkit import catalogue

FORM = """
    lists:
      basis: [计划标准, 历史标准]
      kind: [{name: 绩效基本型, aliases: [基本型]}, 绩效创新型]
    sheets:
      - sheet: 表
        blocks:
          - kind: table
            block: rows
            label: 指标
            spares: 6
            key: name
            fields:
              - {name: name, type: text, label: 名称}
              - {name: value, type: indicator, split: false, label: 指标值}
              - {name: basis, type: choice, list: basis, label: 依据}
              - {name: kind, type: choice, list: kind, label: 分类, required: true}
    rules:
      - {rule: neighbour, id: columns, block: rows, fields: [value, basis, kind]}
"""


def rows(*given: Sequence[str]) -> dict[str, object]:
    names = ("value", "basis", "kind")
    return {
        "rows": [
            {"name": f"甲{number}", **dict(zip(names, row, strict=True))}
            for number, row in enumerate(given, start=1)
        ]
    }


SOUND = ("3家", "计划标准", "绩效创新型")


def test_cells(tmp_path: Path) -> None:
    form = load(tmp_path, FORM)
    cases = [
        (rows(SOUND, SOUND), []),
        # One cell, or two: each by itself, and the list's own finding is silent.
        (
            rows(SOUND, SOUND, ("3家", "绩效创新型", "绩效创新型")),
            ["e value-of-other-column rows[spare-3].basis 绩效创新型 → —"],
        ),
        (
            rows(SOUND, ("计划标准", "基本型", "绩效基本型")),
            [
                "e value-of-other-column rows[spare-2].value 计划标准 → —",
                "e value-of-other-column rows[spare-2].basis 基本型 → —",
            ],
        ),
        # A name of no list at all, and cells that are empty, are not this rule's matter.
        (
            rows(("3家", "别的", "绩效创新型")),
            ["e choice-not-in-list rows[spare-1].basis 别的 → 计划标准、历史标准"],
        ),
        (rows(("3家", "", "绩效创新型")), []),
    ]
    assert found(form, *(given for given, _ in cases)) == [said for _, said in cases]


def test_a_column_that_slipped_is_one_finding_beside_those_with_other_causes(
    tmp_path: Path,
) -> None:
    slipped = ("计划标准", "绩效创新型", "")
    given = rows(slipped, slipped, slipped, slipped, ("3家", "别的", "绩效创新型"))
    cells = {
        name: " ".join(f"rows[spare-{number}].{name}" for number in range(1, 5))
        for name in ("value", "basis")
    }
    one = judged(load(tmp_path, FORM), given, rows(SOUND))
    assert found(load(tmp_path, FORM), given, rows(SOUND)) == [
        [
            f"e column-shifted {cells['value']} 计划标准 → —",
            f"e column-shifted {cells['basis']} 绩效创新型 → —",
            "e choice-not-in-list rows[spare-5].basis 别的 → 计划标准、历史标准",
        ],
        [],
    ]
    finding = one[0].findings[0]
    assert finding.where == "指标 › 指标值"
    assert finding.row is None
    assert "4格填的是“依据”一栏的选项" in catalogue.say(finding, "zh").message


def test_a_lighter_weight_hides_no_error(tmp_path: Path) -> None:
    text = FORM.replace("kind]}\n", "kind], severity: notice}\n")
    assert found(load(tmp_path, text), rows(("3家", "绩效创新型", "绩效创新型"))) == [
        ["e choice-not-in-list rows[spare-1].basis 绩效创新型 → 计划标准、历史标准"]
    ]


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("block: rows, fields: [basis]", "'fields' names two columns or more"),
        ("block: rows, fields: [name, value]", "none of the 'fields' has a closed list"),
        ("block: rows, fields: [name, kinds]", "there is no field 'kinds'; did you mean 'kind'?"),
    ],
)
def test_a_rule_that_means_nothing(tmp_path: Path, rule: str, said: str) -> None:
    text = FORM[: FORM.index("    rules:")] + f"    rules: [{{rule: neighbour, {rule}}}]\n"
    assert problems(tmp_path, text) == (said,)
