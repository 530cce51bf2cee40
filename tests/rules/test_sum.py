"""Sum: a typed total and its parts."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.rules.small import found, load, problems
from xlkit.form.model import Form

FORM = """
    sheets:
      - sheet: 表
        blocks:
          - kind: record
            block: money
            label: 金额
            fields:
              - {name: total, type: amount, label: 总数}
              - {name: one, type: amount, label: 其一, min: 0}
              - {name: two, type: amount, label: 其二, decimals: 1}
              - {name: of_table, type: amount, label: 各行之和}
              - {name: of_matrix, type: amount, label: 两格之和}
          - kind: table
            block: rows
            label: 明细
            spares: 3
            fields:
              - {name: name, type: text, label: 名称}
              - {name: all, type: integer, label: 全部}
              - {name: men, type: integer, label: 男}
              - {name: women, type: integer, label: 女}
              - {name: sum, type: amount, label: 金额}
          - kind: matrix
            block: funds
            label: 资金
            headers: [{name: item, label: 项目}]
            rows:
              - {key: a, labels: {item: 甲}, total: all}
              - {key: b, labels: {item: 乙}, total: all}
              - {key: all, labels: {item: 合计}}
            fields:
              - {name: now, type: amount, label: 今年}
    rules:
      - {rule: sum, id: record, total: money.total, parts: [money.one, money.two]}
      - {rule: sum, id: row, block: rows, total: all, parts: [men, women]}
      - {rule: sum, id: column, total: money.of_table, parts: [rows.sum]}
      - {rule: sum, id: cells, total: money.of_matrix, parts: ["funds[all].now", money.one]}
"""


@pytest.fixture(scope="module")
def form(tmp_path_factory: pytest.TempPathFactory) -> Form:
    return load(tmp_path_factory.mktemp("form"), FORM)


# total | one | two → findings. Half a unit of the finest part's last decimal is still equal.
RECORD = [
    ("3", "1", "2", []),
    ("3", "1.5", "1.5", []),
    ("4", "1", "2", ["e sum-differs money.total money.one money.two 4 → 3"]),
    ("3.01", "1", "2", ["e sum-differs money.total money.one money.two 3.01 → 3"]),
    ("0.3", "0.1", "0.2", []),
    ("3", "3", "", []),
    ("3", "", "2", ["e sum-differs money.total money.one money.two 3 → 2"]),
    ("0", "1", "", ["e sum-differs money.total money.one money.two 0 → 1"]),
    ("", "1", "2", []),
    ("3", "", "", []),
    ("3", "若干", "1", ["e amount-not-a-number money.one 若干 → 万元"]),
    ("一些", "1", "1", ["e amount-not-a-number money.total 一些 → 万元"]),
    ("3", "-1", "2", ["e out-of-range money.one -1 → ≥0"]),
    ("3万元", "1", "2", ["n unit-in-value money.total 3万元 → 3万元"]),
    ("30000元", "1", "2", ["w unit-converted money.total 30000元 → 3万元"]),
    ("3.005", "1", "2", ["w too-many-decimals money.total 3.005 → 2"]),
    (
        "3.0051",
        "1",
        "2",
        [
            "w too-many-decimals money.total 3.0051 → 2",
            "e sum-differs money.total money.one money.two 3.0051 → 3",
        ],
    ),
    ("9999999999999.99", "9999999999999.99", "0", []),
]


def test_parts_of_a_record(form: Form) -> None:
    given = [{"money": {"total": total, "one": one, "two": two}} for total, one, two, _ in RECORD]
    assert found(form, *given) == [findings for *_, findings in RECORD]


# all | men | women → findings of the row; whole numbers have a tolerance of one half.
ROWS = [
    ("3", "1", "2", []),
    (
        "4",
        "1",
        "2",
        ["e sum-differs rows[spare-1].all rows[spare-1].men rows[spare-1].women 4 → 3"],
    ),
    ("4", "1", "", ["e sum-differs rows[spare-1].all rows[spare-1].men rows[spare-1].women 4 → 1"]),
    ("", "1", "", []),
    ("4", "", "", []),
    ("4", "1.5", "1", ["e integer-not-whole rows[spare-1].men 1.5 → —"]),
]


def test_each_row_of_a_table(form: Form) -> None:
    given = [
        {"rows": [{"name": "甲", "all": all_, "men": men, "women": women}]}
        for all_, men, women, _ in ROWS
    ]
    assert found(form, *given) == [findings for *_, findings in ROWS]


def test_only_the_row_that_differs_is_named(form: Form) -> None:
    sound, wrong = {"all": "3", "men": "1", "women": "2"}, {"all": "3", "men": "1", "women": "1"}
    assert found(form, {"rows": [sound, wrong, sound]}) == [
        ["e sum-differs rows[spare-2].all rows[spare-2].men rows[spare-2].women 3 → 2"]
    ]


# The record's cell against a whole column, whose blank cells count as nothing.
COLUMN = [
    ("6", ["1", "2", "3"], []),
    ("3", ["1", "2", ""], []),
    (
        "6",
        ["1", "2", ""],
        [
            (
                "e sum-differs money.of_table "
                "rows[spare-1].sum rows[spare-2].sum rows[spare-3].sum 6 → 3"
            ),
        ],
    ),
    ("6", ["", "", ""], []),
    ("6", ["1", "若干", "3"], ["e amount-not-a-number rows[spare-2].sum 若干 → 万元"]),
]


def test_a_whole_column(form: Form) -> None:
    given = [
        {"money": {"of_table": total}, "rows": [{"name": "甲", "sum": one} for one in column]}
        for total, column, _ in COLUMN
    ]
    assert found(form, *given) == [findings for *_, findings in COLUMN]


# A computed cell of a matrix counts with what it computes; its typed cells decide.
COMPUTED = [
    ("6", "1", "2", "3", []),
    ("3", "1", "2", "", []),
    ("7", "1", "2", "3", ["e sum-differs money.of_matrix funds[all].now money.one 7 → 6"]),
    ("7", "1", "两", "3", ["e amount-not-a-number funds[b].now 两 → 万元"]),
    ("7", "", "", "", []),
]


def test_a_computed_cell_of_another_block(form: Form) -> None:
    given = [
        {
            "money": {"of_matrix": total, "one": one},
            "funds": [{"item": "甲", "now": a}, {"item": "乙", "now": b}],
        }
        for total, a, b, one, _ in COMPUTED
    ]
    assert found(form, *given) == [findings for *_, findings in COMPUTED]


PROBLEMS = {
    "{rule: sum, total: money.all, parts: [money.one]}": (
        "there is no field 'all'; did you mean 'total'?"
    ),
    "{rule: sum, total: total, parts: [money.one]}": "'total' needs its block: block.field",
    "{rule: sum, block: rowz, total: all, parts: [men]}": (
        "there is no block 'rowz'; did you mean 'rows'?"
    ),
    "{rule: sum, total: money.total, parts: ['funds[c].now']}": (
        "there is no row 'c'; the form has a, all, b"
    ),
    "{rule: sum, total: money.total, parts: ['money[a].one']}": (
        "'money[a].one': a record has no rows"
    ),
    "{rule: sum, total: money.total}": "rule 'sum': 'parts' is missing",
    "{rule: sum, total: money.total, parts: [money.one], margin: 1}": (
        "rule 'sum': there is no parameter 'margin'; "
        "the form has beta, block, message, parts, severity, total"
    ),
}


@pytest.mark.parametrize("rule", PROBLEMS)
def test_a_rule_that_means_nothing(tmp_path: Path, rule: str) -> None:
    text = FORM[: FORM.index("    rules:")] + f"    rules: [{rule}]\n"
    assert problems(tmp_path, text) == (PROBLEMS[rule],)
