"""Share: a typed percentage of a part in a whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.rules.small import found, load, problems

FORM = """
    sheets:
      - sheet: 表
        blocks:
          - kind: record
            block: year
            label: 全年
            fields: [{name: all, type: amount, label: 全部}]
          - kind: table
            block: rows
            label: 明细
            spares: 3
            fields:
              - {name: name, type: text, label: 名称}
              - {name: part, type: amount, label: 部分}
              - {name: whole, type: amount, label: 整体}
              - {name: share, type: percent, label: 占比, decimals: 1}
              - {name: of_all, type: percent, label: 占全年}
    rules:
      - {rule: share, id: row, block: rows, share: share, part: part, whole: whole}
      - {rule: share, id: all, block: rows, share: of_all, part: part, whole: year.all}
"""
CELLS = "rows[spare-1].share rows[spare-1].part rows[spare-1].whole"

# share | part | whole → findings; half a unit of the share's own decimals is equal.
ROWS = [
    ("33.3%", "1", "3", []),
    ("33.4%", "1", "3", [f"e share-differs {CELLS} 33.4% → 33.3%"]),
    ("33%", "1", "3", [f"e share-differs {CELLS} 33% → 33.3%"]),
    ("12.5%", "1", "8", []),
    ("12.45%", "1", "8", []),
    ("12.44%", "1", "8", [f"e share-differs {CELLS} 12.44% → 12.5%"]),
    ("12.55%", "1", "8", []),
    ("12.56%", "1", "8", [f"e share-differs {CELLS} 12.56% → 12.5%"]),
    ("150%", "3", "2", []),
    ("", "1", "3", []),
    ("33.3%", "", "3", []),
    ("33.3%", "1", "", []),
    ("33.3%", "1", "0", []),
    ("0%", "0", "3", []),
    ("33.4%", "一", "3", ["e amount-not-a-number rows[spare-1].part 一 → 万元"]),
    ("0.334", "1", "3", ["e percent-ambiguous rows[spare-1].share 0.334 → —"]),
    ("33.3", "1", "3", ["n percent-sign-missing rows[spare-1].share 33.3 → 33.3%"]),
]


def test_each_row_of_a_table(tmp_path: Path) -> None:
    form = load(tmp_path, FORM)
    given = [
        {"rows": [{"name": "甲", "share": share, "part": part, "whole": whole}]}
        for share, part, whole, _ in ROWS
    ]
    assert found(form, *given) == [findings for *_, findings in ROWS]


def test_rounded_shares_need_not_add_up(tmp_path: Path) -> None:
    rows = [{"name": name, "share": "33.3%", "part": "1", "whole": "3"} for name in "甲乙丙"]
    assert found(load(tmp_path, FORM), {"rows": rows}) == [[]]


def test_a_whole_in_another_block(tmp_path: Path) -> None:
    form = load(tmp_path, FORM)
    rows = [
        {"name": "甲", "part": "1", "of_all": "25%"},
        {"name": "乙", "part": "1", "of_all": "30%"},
    ]
    assert found(form, {"year": {"all": "4"}, "rows": rows}, {"rows": rows}) == [
        ["e share-differs rows[spare-2].of_all rows[spare-2].part year.all 30% → 25.0%"],
        [],
    ]


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("share: part, part: part, whole: whole", "'part' is no percent field"),
        (
            "share: shares, part: part, whole: whole",
            "there is no field 'shares'; did you mean 'share'?",
        ),
    ],
)
def test_a_rule_that_means_nothing(tmp_path: Path, rule: str, said: str) -> None:
    text = FORM[: FORM.index("    rules:")] + f"    rules: [{{rule: share, block: rows, {rule}}}]\n"
    assert problems(tmp_path, text) == (said,)
