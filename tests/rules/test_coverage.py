"""Coverage: each of the named levels has at least one row."""

from __future__ import annotations

from pathlib import Path

from tests.rules.small import found, load, problems

FORM = """
    trees:
      tree:
        - name: 产出
          children: [数量, 质量]
        - name: 效益
          children: [{name: 生态效益, key: eco}, {name: 社会效益, key: social, optional: true}]
        - name: 满意度
          children: [{name: 群众, key: people, free: 2}]
    sheets:
      - sheet: 表
        blocks:
          - kind: table
            block: rows
            label: 指标
            tree: tree
            spares: 3
            fields:
              - {name: level1, type: choice, tree: tree, level: 1, label: 一级}
              - {name: level2, type: choice, tree: tree, level: 2, label: 二级}
              - {name: text, type: text, label: 内容}
    rules:
      - {rule: coverage, id: first, block: rows, field: level1, names: [产出, 效益, 满意度]}
      - rule: coverage
        id: second
        block: rows
        field: level2
        names: [数量, 社会效益]
        severity: warning
"""
ECO = ("效益", "生态效益", "x")
SOCIAL = ("效益", "社会效益", "x")
PEOPLE = ("满意度", "群众", "x")
COUNT = ("产出", "数量", "x")
QUALITY = ("产出", "质量", "x")
FREE = "rows[spare-1].level1"
FREE_2 = "rows[spare-1].level2"

# Rows given → findings, which name a cell where the missing row could be written.
CASES = [
    ([COUNT, ECO, SOCIAL, PEOPLE], []),
    ([QUALITY, ECO, SOCIAL, PEOPLE], ["w level-uncovered rows[spare-2].level2 — → 数量"]),
    (
        [ECO, SOCIAL, PEOPLE],
        [f"e level-uncovered {FREE} — → 产出", f"w level-uncovered {FREE_2} — → 数量"],
    ),
    # An optional preset row counts only where it is filled, one that must be filled always.
    ([COUNT, PEOPLE], ["w level-uncovered rows[spare-2].level2 — → 社会效益"]),
    ([COUNT, ECO, SOCIAL], ["e level-uncovered rows[spare-2].level1 — → 满意度"]),
    # Where one name could not be read nobody knows what is missing.
    (
        [("产品", "数量", "x"), ECO, SOCIAL],
        ["e choice-not-in-list rows[spare-1].level1 产品 → 产出、效益、满意度"],
    ),
    (
        [("效益", "数量", "x"), ECO, SOCIAL, PEOPLE],
        ["e child-not-under-parent rows[spare-1].level2 数量 → 生态效益、社会效益"],
    ),
]


def test_levels(tmp_path: Path) -> None:
    names = ("level1", "level2", "text")
    given = [{"rows": [dict(zip(names, row, strict=True)) for row in rows]} for rows, _ in CASES]
    assert found(load(tmp_path, FORM), *given) == [findings for _, findings in CASES]


def test_a_full_table_names_its_last_row(tmp_path: Path) -> None:
    rows = [{"level1": "效益", "level2": "社会效益", "text": text} for text in "甲乙丙丁"]
    people = {"level1": "满意度", "level2": "群众", "text": "戊"}
    lines = found(load(tmp_path, FORM), {"rows": [*rows, people, people]})[0]
    assert [line for line in lines if line.startswith("e")] == [
        "e level-uncovered rows[spare-3].level1 — → 产出"
    ]


def test_a_rule_that_means_nothing(tmp_path: Path) -> None:
    text = FORM[: FORM.index("    rules:")]
    rules = "    rules: [{rule: coverage, block: rows, field: level3, names: [产出]}]\n"
    assert problems(tmp_path, text + rules) == (
        "there is no field 'level3'; did you mean 'level2'?",
    )
