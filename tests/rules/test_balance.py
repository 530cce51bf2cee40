"""Balance: two sums that must be equal."""

from __future__ import annotations

import pytest

from tests.rules.small import found, load
from xlkit.form.model import Form

FORM = """
    sheets:
      - sheet: 表
        blocks:
          - kind: matrix
            block: funds
            label: 资金
            headers: [{name: item, label: 项目}]
            rows:
              - {key: in_1, labels: {item: 收入一}, total: income}
              - {key: in_2, labels: {item: 收入二}, total: income}
              - {key: income, labels: {item: 收入合计}}
              - {key: out_1, labels: {item: 支出一}, total: spending}
              - {key: out_2, labels: {item: 支出二}, total: spending}
              - {key: spending, labels: {item: 支出合计}}
            fields:
              - {name: now, type: amount, label: 今年, min: 0}
          - kind: table
            block: posts
            label: 科目
            spares: 2
            fields:
              - {name: name, type: text, label: 名称}
              - {name: debit, type: amount, label: 借, decimals: 0}
              - {name: credit, type: amount, label: 贷, decimals: 0}
    rules:
      - {rule: balance, id: totals, left: ["funds[income].now"], right: ["funds[spending].now"]}
      - {rule: balance, id: row, block: posts, left: [debit], right: [credit]}
"""

TOTALS = "funds[income].now funds[spending].now"

# Two incomes | two spendings → findings. The computed totals are named, the typed parts decide.
FUNDS = [
    ("1", "2", "3", "", []),
    ("1", "2", "2.50", "0.50", []),
    ("1", "2", "4", "", [f"e balance-broken {TOTALS} 3 → 4"]),
    ("1", "2", "3", "0.01", [f"e balance-broken {TOTALS} 3 → 3.01"]),
    ("1", "2", "3", "0.005", ["w too-many-decimals funds[out_2].now 0.005 → 2"]),
    ("1", "2", "", "", []),
    ("", "", "", "", []),
    ("0", "", "", "1", [f"e balance-broken {TOTALS} 0 → 1"]),
    ("1", "2%", "4", "", ["e amount-is-percent funds[in_2].now 2% → 万元"]),
    ("1", "-2", "4", "", ["e out-of-range funds[in_2].now -2 → ≥0"]),
]


@pytest.fixture(scope="module")
def form(tmp_path_factory: pytest.TempPathFactory) -> Form:
    return load(tmp_path_factory.mktemp("form"), FORM)


def test_computed_totals(form: Form) -> None:
    items = ("收入一", "收入二", "支出一", "支出二")
    given = [
        {"funds": [{"item": item, "now": now} for item, now in zip(items, case, strict=False)]}
        for case in FUNDS
    ]
    assert found(form, *given) == [case[-1] for case in FUNDS]


ROW = "posts[spare-1].debit posts[spare-1].credit"

# Without decimals, half a unit apart is equal.
ROWS = [
    ("7", "7", []),
    ("7", "8", [f"e balance-broken {ROW} 7 → 8"]),
    ("7.5", "8", ["w too-many-decimals posts[spare-1].debit 7.5 → 0"]),
    (
        "7.4",
        "8",
        [
            "w too-many-decimals posts[spare-1].debit 7.4 → 0",
            f"e balance-broken {ROW} 7.4 → 8",
        ],
    ),
    ("7", "", []),
]


def test_each_row_of_a_table(form: Form) -> None:
    given = [
        {"posts": [{"name": "甲", "debit": debit, "credit": credit}]} for debit, credit, _ in ROWS
    ]
    assert found(form, *given) == [findings for *_, findings in ROWS]
