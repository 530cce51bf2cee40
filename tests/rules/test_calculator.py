"""Computed cells: sums, shares, ratios, cycles, parts that nobody can read."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from tests.rules.small import load
from xlkit.errors import FormError
from xlkit.form.load import parse_form
from xlkit.form.model import Form
from xlkit.rules.calculator import Calculator
from xlkit.rules.computed import BLANK, UNKNOWN, Outcome, computation, evaluate
from xlkit.rules.types import Types
from xlkit.template.answers import place_answers
from xlkit.template.content import Content, content_rows, shown_texts

FORM = """
    sheets:
      - sheet: 表
        blocks:
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
              - {name: share, type: percent, label: 占比, computed: {share: now}}
          - kind: record
            block: one
            label: 一
            columns: 2
            fields:
              - {name: x, type: amount, label: x}
              - {name: y, type: amount, label: y, decimals: 0}
              - name: sum
                type: amount
                label: 和
                computed: {sum: [x, y, "funds[all].now", rows.n]}
              - {name: twice, type: amount, label: 再和, computed: {sum: [sum, sum]}}
              - {name: rate, type: percent, label: 率, decimals: 1, computed: {ratio: [x, y]}}
              - {name: high, type: percent, label: 比, computed: {ratio: [x, sum]}}
          - kind: table
            block: rows
            label: 行
            spares: 2
            fields:
              - {name: n, type: integer, label: 数}
              - {name: value, type: indicator, label: 值}
              - {name: plus, type: integer, label: 和, computed: {sum: [n, value]}}
"""


@pytest.fixture(scope="module")
def form(tmp_path_factory: pytest.TempPathFactory) -> Form:
    return load(tmp_path_factory.mktemp("form"), FORM)


def computed(form: Form, answers: dict[str, object]) -> dict[str, str]:
    """What every computed cell shows: a number, '' for nothing, '?' where it cannot be known."""
    content = place_answers(form, answers, Content())
    calculator = Calculator(
        form, Types(form), content_rows(form, content), shown_texts(form, content)
    )
    shown = {}
    for placed, _, row, field, outcome in calculator.computed_cells():
        value = "" if outcome.value is None else f"{outcome.value}"
        mark = "" if row.mark == "record" else f"[{row.mark}]"
        shown[f"{placed.path}{mark}.{field.name}"] = value if outcome.known else "?"
    return shown


# a | b → total, shares of a, b and the total
FUNDS = [
    ("1", "2", "3", "33.33", "66.67", "100.00"),
    ("1", "", "1", "100.00", "", "100.00"),
    ("", "", "", "", "", ""),
    ("0", "0", "0", "", "", ""),
    ("-1", "2", "1", "-100.00", "200.00", "100.00"),
    ("1", "两", "?", "?", "?", "?"),
    ("1", "2%", "?", "?", "?", "?"),
    ("20000元", "1", "3", "66.67", "33.33", "100.00"),
    ("0.00000001", "999999999999999", "999999999999999.00000001", "0.00", "100.00", "100.00"),
]


def test_totals_and_shares(form: Form) -> None:
    shown = []
    for a, b, *_ in FUNDS:
        rows = [{"item": "甲", "now": a}, {"item": "乙", "now": b}]
        cells = computed(form, {"funds": rows})
        names = ["all].now", "a].share", "b].share", "all].share"]
        shown.append((a, b, *(cells[f"funds[{name}"] for name in names)))
    assert shown == FUNDS


# x | y | n of two rows → sum, twice, rate, high
ONE = [
    ("1", "2", "3", "4", "10", "20", "50.0", "10.00"),
    ("1", "3", "", "", "4", "8", "33.3", "25.00"),
    ("1", "8", "", "", "9", "18", "12.5", "11.11"),
    ("", "", "", "", "", "", "", ""),
    ("1", "0", "", "", "1", "2", "", "100.00"),
    ("一", "2", "", "", "?", "?", "?", "?"),
    ("1", "2", "一", "", "?", "?", "50.0", "?"),
    ("9" * 15, "1e-20", "", "", "999999999999999.00000000000000000001", None, None, "100.00"),
]


def test_sums_and_ratios(form: Form) -> None:
    for x, y, n, m, *expected in ONE:
        cells = computed(form, {"one": {"x": x, "y": y}, "rows": [{"n": n}, {"n": m}]})
        shown = [cells[f"one.{name}"] for name in ("sum", "twice", "rate", "high")]
        wanted = [one if want is None else want for want, one in zip(expected, shown, strict=True)]
        assert shown == wanted, (x, y, n, m)


def test_each_row_adds_its_own_cells(form: Form) -> None:
    cells = computed(form, {"rows": [{"n": "1", "value": "≥2家"}, {"n": "3", "value": "良好"}]})
    assert (cells["rows[spare-1].plus"], cells["rows[spare-2].plus"]) == ("3", "3")


def test_cells_that_need_themselves_are_unknown(tmp_path: Path) -> None:
    text = """
    sheets:
      - sheet: 表
        blocks:
          - kind: record
            block: one
            label: 一
            fields:
              - {name: a, type: amount, label: a}
              - {name: b, type: amount, label: b, computed: {sum: [a, c]}}
              - {name: c, type: amount, label: c, computed: {sum: [b]}}
              - {name: d, type: amount, label: d, computed: {sum: [a]}}
    """
    with pytest.raises(FormError) as refused:
        load(tmp_path, text)
    assert [problem.rpartition(": ")[2] for problem in refused.value.problems] == [
        "'b' is computed from itself",
        "'c' is computed from itself",
    ]
    unchecked, _ = parse_form(tmp_path / "form.yaml")
    found = computed(unchecked, {"one": {"a": "1"}})
    assert found == {"one.b": "?", "one.c": "?", "one.d": "1"}


def test_which_cells_are_computed(form: Form) -> None:
    funds, one = form.block("funds"), form.block("one")
    assert computation(funds, "a", "now") is None
    total = computation(funds, "all", "now")
    assert total is not None
    assert total.sum == ("funds[a].now", "funds[b].now")
    share = computation(funds, "b", "share")
    assert share is not None
    assert share.ratio == ("funds[b].now", "funds[all].now")
    assert computation(one, None, "x") is None


def test_halves_are_rounded_up(form: Form) -> None:
    ratio = computation(form.block("one"), None, "rate")
    assert ratio is not None
    cells = {"x": Outcome(Decimal("0.125")), "y": Outcome(Decimal(100))}
    assert evaluate(ratio, lambda item: [cells[item.field]], 2).value == Decimal("0.13")
    assert evaluate(ratio, lambda _: [UNKNOWN], 2) == UNKNOWN
    assert evaluate(ratio, lambda _: [BLANK], 2) == BLANK
