"""Wanted: a field that must be filled where something else is so."""

from __future__ import annotations

from pathlib import Path

from tests.rules.small import found, load

FORM = """
    lists: {answers: [能, 不能]}
    sheets:
      - sheet: 表
        blocks:
          - kind: record
            block: one
            label: 一
            fields: [{name: limit, type: integer, label: 上限}]
          - kind: table
            block: rows
            label: 行
            spares: 2
            fields:
              - {name: answer, type: choice, list: answers, label: 能否}
              - {name: score, type: integer, label: 得分}
              - {name: reason, type: text, label: 原因}
    rules:
      - {rule: wanted, id: said, block: rows, field: reason, when: {answer: [不能]}}
      - rule: wanted
        id: low
        block: rows
        field: reason
        left: [score]
        sign: "<"
        right: [one.limit]
        severity: warning
"""

# Limit | answer | score | reason → findings
CASES = [
    ("", "能", "", "", []),
    ("", "不能", "", "", ["e wanted-missing rows[spare-1].reason"]),
    ("", "不能", "", "缺钱", []),
    ("", "不行", "", "", ["e choice-not-in-list rows[spare-1].answer 不行 → 能、不能"]),
    ("10", "能", "10", "", []),
    ("10", "能", "9", "", ["w wanted-missing rows[spare-1].reason one.limit"]),
    ("10", "能", "九", "", ["e integer-not-a-number rows[spare-1].score 九 → —"]),
    ("十", "能", "9", "", ["e integer-not-a-number one.limit 十 → —"]),
]


def test_reasons(tmp_path: Path) -> None:
    given = [
        {"one": {"limit": limit}, "rows": [{"answer": answer, "score": score, "reason": reason}]}
        for limit, answer, score, reason, _ in CASES
    ]
    assert found(load(tmp_path, FORM), *given) == [findings for *_, findings in CASES]
