"""Total: figures that add up to a number that the form names."""

from __future__ import annotations

from pathlib import Path

from tests.rules.small import found, load

FORM = """
    lists: {levels: [产出, 效益]}
    sheets:
      - sheet: 表
        blocks:
          - kind: table
            block: rows
            label: 指标
            spares: 3
            fields:
              - {name: level, type: choice, list: levels, label: 级}
              - {name: name, type: text, label: 名称}
              - {name: weight, type: amount, unit: "", label: 分值, decimals: 1, min: 0}
    rules:
      - {rule: total, id: all, parts: [rows.weight], value: 100}
      - {rule: total, id: output, parts: [rows.weight], value: 60, only: {level: [产出]}}
"""
CELLS = "rows[spare-1].weight rows[spare-2].weight rows[spare-3].weight"

# (level, weight) of each row → findings
CASES = [
    ([("产出", "60"), ("效益", "40")], []),
    ([("产出", "60.05"), ("效益", "40")], ["w too-many-decimals rows[spare-1].weight 60.05 → 1"]),
    ([("产出", "60"), ("效益", "30")], [f"e total-differs {CELLS} 90 → 100"]),
    ([("产出", "50"), ("效益", "50")], [f"e total-differs {CELLS} 50 → 60"]),
    ([("效益", "100")], []),
    ([("产出", ""), ("效益", "")], []),
    ([("产出", "六十"), ("效益", "40")], ["e amount-not-a-number rows[spare-1].weight 六十 → —"]),
    ([("产出", "-1"), ("效益", "40")], ["e out-of-range rows[spare-1].weight -1 → ≥0"]),
    # A level that is no level leaves open which rows count.
    (
        [("产品", "30"), ("产出", "30"), ("效益", "40")],
        ["e choice-not-in-list rows[spare-1].level 产品 → 产出、效益"],
    ),
]


def test_weights(tmp_path: Path) -> None:
    given = [
        {"rows": [{"level": level, "name": "x", "weight": weight} for level, weight in rows]}
        for rows, _ in CASES
    ]
    assert found(load(tmp_path, FORM), *given) == [findings for _, findings in CASES]
