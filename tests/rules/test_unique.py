"""Unique: no two rows say the same."""

from __future__ import annotations

from pathlib import Path

from tests.rules.small import found, judged, load
from tests.validation.returns import judge, returned, written
from xlkit.findings import Finding
from xlkit.form.model import Form
from xlkit.submission.raw import RawSubmission

FORM = """
    sheets:
      - sheet: 表
        blocks:
          - kind: table
            block: rows
            label: 明细
            rows: [{key: fixed, values: {one: 甲}}]
            spares: 4
            fields:
              - {name: one, type: text, label: 一}
              - {name: two, type: text, label: 二}
              - {name: amount, type: amount, label: 金额}
              - {name: day, type: date, label: 日期}
      - sheet: "项目{n}"
        repeat: {group: projects, label: 项目, key: code, spares: 3}
        blocks:
          - kind: record
            label: 项目
            fields: [{name: code, type: code, label: 编码}, {name: name, type: text, label: 名称}]
    rules:
      - {rule: unique, id: both, block: rows, fields: [one, two]}
      - {rule: unique, id: amounts, block: rows, fields: [amount], severity: warning}
      - {rule: unique, id: days, block: rows, fields: [day], severity: notice}
      - {rule: unique, id: codes, block: projects, fields: [code]}
"""

# (one, two) of each row → the rows after the first that say the same
CASES = [
    ([("甲", "x"), ("乙", "x"), ("乙", "y")], []),
    ([("乙", "x"), ("乙", "x")], ["e not-unique rows[spare-2].one rows[spare-2].two 乙 x → —"]),
    (
        [("乙", "x"), ("丙", "x"), ("乙", "x"), ("乙", "x")],
        [
            "e not-unique rows[spare-3].one rows[spare-3].two 乙 x → —",
            "e not-unique rows[spare-4].one rows[spare-4].two 乙 x → —",
        ],
    ),
    # A printed name counts as well as a typed one.
    (
        [("甲", "x"), ("甲", "x")],
        ["e not-unique rows[spare-1].one rows[spare-1].two 甲 x → —"],
    ),
    # A blank says nothing; padding is no difference, but case is.
    ([("乙", ""), ("乙", "")], []),
    ([("乙", "A"), ("乙", "a")], []),
    (
        [("乙", "x"), ("乙\u3000", "x")],
        [
            "n repaired-blanks rows[spare-2].one 乙\u3000 → 乙",
            "e not-unique rows[spare-2].one rows[spare-2].two 乙 x → —",
        ],
    ),
]


def test_rows(tmp_path: Path) -> None:
    given = [{"rows": [{"one": one, "two": two} for one, two in rows]} for rows, _ in CASES]
    assert found(load(tmp_path, FORM), *given) == [findings for _, findings in CASES]


def test_numbers_and_days_are_shown_as_people_write_them(tmp_path: Path) -> None:
    rows = [
        {"one": "乙", "amount": "16.50", "day": "2024-12-31"},
        {"one": "丙", "amount": "16.5", "day": "2024年12月31日"},
    ]
    assert found(load(tmp_path, FORM), {"rows": rows}) == [
        [
            "w not-unique rows[spare-2].amount 16.5 → —",
            "n not-unique rows[spare-2].day 2024-12-31 → —",
        ]
    ]


def test_members_of_a_group(tmp_path: Path) -> None:
    members = [
        {"code": "A1", "name": "一"},
        {"code": "A2", "name": "二"},
        {"code": "A1", "name": "三"},
    ]
    one = judged(load(tmp_path, FORM), {"projects": members})[0]
    assert [(item.cells, item.instance, item.params["other"]) for item in one.findings] == [
        (("项目03!C2",), 3, "项目01 › 项目")
    ]


def test_returns_and_unused_members_are_apart(tmp_path: Path) -> None:
    given = {"projects": [{"code": "A1", "name": "一"}], "rows": [{"one": "乙", "two": "x"}]}
    assert found(load(tmp_path, FORM), given, given) == [[], []]


ACROSS = FORM.replace(
    "      - {rule: unique, id: codes, block: projects, fields: [code]}\n",
    "      - {rule: unique, id: codes, block: projects, fields: [code], across: true}\n",
)


def issued_to(form: Form, unit: str, *codes: str) -> RawSubmission:
    """The return of a unit with projects of these codes."""
    answers = {"projects": [{"code": code} for code in codes]}
    return returned(written(form, answers, unit=unit, unit_name=f"{unit}局").data, form)


def told(finding: Finding) -> tuple[str, tuple[str, ...], str, str]:
    params = finding.params
    words = f"{finding.severity.value[0]} {finding.code}"
    return words, finding.cells, params["unit"], params["other"]


def test_units_of_a_run(tmp_path: Path) -> None:
    form = load(tmp_path, ACROSS)
    raws = [
        issued_to(form, "甲", "A1", "A2"),
        issued_to(form, "乙", "A3", "A1"),
        issued_to(form, "丙", "A1"),
        issued_to(form, "丁", "A4"),
        # A unit's second file, and one that names no unit, repeat nobody.
        issued_to(form, "丁", "A4"),
        issued_to(form, "", "A2"),
    ]
    said = [[told(item) for item in one.findings] for one in judge(*raws)]
    assert said == [
        [("w not-unique-across", ("项目01!C2",), "丙局", "项目01 › 项目")],
        [("w not-unique-across", ("项目02!C2",), "甲局", "项目01 › 项目")],
        [("w not-unique-across", ("项目01!C2",), "甲局", "项目01 › 项目")],
        [],
        [],
        [],
    ]


def test_one_return_alone_repeats_nobody(tmp_path: Path) -> None:
    form = load(tmp_path, ACROSS)
    (one,) = judge(issued_to(form, "甲", "A1", "A1"))
    assert [item.code for item in one.findings] == ["not-unique"]
