"""Odd value: signs before facts, days that became numbers, signs that became digits."""

from __future__ import annotations

from pathlib import Path

from tests.rules.small import found, load, problems

FORM = """
    sheets:
      - sheet: 表
        blocks:
          - kind: table
            block: rows
            label: 指标
            spares: 1
            key: name
            fields:
              - {name: name, type: text, label: 名称}
              - {name: past, type: indicator, split: false, past: true, label: 去年}
              - {name: value, type: indicator, label: 指标值}
    rules:
      - {rule: odd_value, id: odd, block: rows, fields: [past, value]}
      - {rule: unit, id: unit, block: rows, field: value, name: name}
"""

# Field, value → code and what was probably meant
CASES = [
    ("past", "95%", None, None),
    ("past", "≥95%", "past-with-operator", "95%"),
    ("past", "不低于95%", "past-with-operator", "95%"),
    ("value", "≥95%", None, None),
    # The number of a day stands without a unit; the missing unit is not told besides.
    ("value", "45291", "value-date-serial", "2023-12-31"),
    ("value", "45291家", None, None),
    ("value", "4529", "unit-missing", None),
    ("value", "45291.5", "unit-missing", None),
    ("past", "45291", "value-date-serial", "2023-12-31"),
    # ≥95% whose sign became a 2.
    ("value", "295%", "operator-lost", "≥95%"),
    ("value", "298.5%", "operator-lost", "≥98.5%"),
    ("value", "2100%", "operator-lost", "≥100%"),
    ("value", "≥295%", None, None),
    ("value", "200%", None, None),
    ("value", "2101%", None, None),
    ("value", "195%", None, None),
    ("value", "295家", None, None),
    ("value", "良好", None, None),
    ("value", "9 5", "value-not-a-number", None),
]


def test_values(tmp_path: Path) -> None:
    given = [{"rows": [{"name": "甲", field: value}]} for field, value, *_ in CASES]
    shown = found(load(tmp_path, FORM), *given)
    kept = [[line for line in lines if not line.startswith("n ")] for lines in shown]
    expected = []
    for field, value, code, meant in CASES:
        read = value.replace("不低于", "≥")
        weight = "e" if code == "value-not-a-number" else "w"
        line = f"{weight} {code} rows[spare-1].{field} {read} → {meant or '—'}"
        expected.append([line] if code else [])
    assert kept == expected


def test_a_rule_that_means_nothing(tmp_path: Path) -> None:
    text = FORM.replace("fields: [past, value]", "fields: [name]")
    assert problems(tmp_path, text) == ("'rows.name' is no indicator value",)
