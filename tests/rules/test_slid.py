"""Slid: a column moved up or down against the one beside it."""

from __future__ import annotations

from pathlib import Path

from tests.rules.small import found, judged, load, problems
from xlkit import catalogue

FORM = """
    lists: {basis: [计划标准, 历史标准]}
    sheets:
      - sheet: 表
        blocks:
          - kind: record
            block: head
            label: 头
            fields: [{name: name, type: text, label: 名称}]
          - kind: table
            block: rows
            label: 指标
            spares: 9
            key: name
            fields:
              - {name: name, type: text, label: 名称, required: true}
              - {name: basis, type: choice, list: basis, label: 依据, required: true}
    rules:
      - {rule: slid, id: basis_slid, block: rows, field: basis, beside: name}
"""


def given(names: str, basis: str) -> dict[str, object]:
    """The rows whose columns are filled where a text has an x."""
    pairs = zip(names, basis, strict=True)
    return {
        "rows": [
            {
                "name": f"甲{number}" if one == "x" else "",
                "basis": "计划标准" if other == "x" else "",
            }
            for number, (one, other) in enumerate(pairs, start=1)
        ]
    }


CASES = [
    ("xxxxx.", "xxxxx.", []),
    ("xxxxx.", ".xxxxx", ["e rows-slid rows[spare-1].basis rows[spare-6].basis down → —"]),
    (".xxxxx", "xxxxx.", ["e rows-slid rows[spare-1].basis rows[spare-6].basis up → —"]),
    (
        "xxxxx..",
        "..xxxxx",
        [
            (
                "e rows-slid rows[spare-1].basis rows[spare-2].basis "
                "rows[spare-6].basis rows[spare-7].basis down → —"
            )
        ],
    ),
    # Too few rows to tell, or no such move: what is missing is said row by row.
    (
        "xxx.",
        ".xxx",
        [
            "e required-missing rows[spare-1].basis",
            "e required-missing rows[spare-4].name",
        ],
    ),
    ("xxxxx", ".xxxx", ["e required-missing rows[spare-1].basis"]),
]


def test_rows(tmp_path: Path) -> None:
    form = load(tmp_path, FORM)
    shown = found(form, *(given(names, basis) for names, basis, _ in CASES))
    assert shown == [said for *_, said in CASES]


def test_words(tmp_path: Path) -> None:
    finding = judged(load(tmp_path, FORM), given("xxxxx..", "..xxxxx"))[0].findings[0]
    assert "下移了2行" in catalogue.say(finding, "zh").message


def test_a_rule_that_means_nothing(tmp_path: Path) -> None:
    text = FORM.replace(
        "block: rows, field: basis, beside: name", "block: head, field: name, beside: name"
    )
    assert problems(tmp_path, text) == ("'head' is no table",)
