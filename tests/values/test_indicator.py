from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlkit.values.cast import Cast, Problem
from xlkit.values.indicator import Indicator, ValueKind, cast_indicator, cast_indicator_text

from .words import LEVELS, WORDS


def _cells(operator: str, number: str, unit: str) -> Cast[Indicator]:
    return cast_indicator(operator, number, unit, WORDS, levels=LEVELS)


def _text(raw: str) -> Cast[Indicator]:
    return cast_indicator_text(raw, WORDS, levels=LEVELS)


def _told(cast: Cast[Indicator]) -> str:
    assert cast.value is not None, cast.problem
    value = cast.value
    return f"{value.kind}: {value.operator}|{value.number}|{value.unit}"


def _codes(cast: Cast[Indicator]) -> str:
    return " ".join(one.code for one in cast.repairs)


@pytest.mark.parametrize(
    ("raw", "told", "repairs"),
    [
        ("100%", "number: |100|%", ""),
        ("0", "number: |0|", ""),
        ("75.240", "number: |75.240|", ""),
        ("-20%", "number: |-20|%", ""),
        ("－20%", "number: |-20|%", "repaired-signs"),
        ("≥98%", "number: ≥|98|%", ""),
        ("≥98百分比", "number: ≥|98|%", "alias-used"),
        ("≥百分之98", "number: ≥|98|%", "alias-used"),
        (">=98％", "number: ≥|98|%", "alias-used repaired-signs"),
        ("≥ 98 %", "number: ≥|98|%", "repaired-blanks"),
        ("≥９８%", "number: ≥|98|%", "repaired-signs"),
        ("不低于90%", "number: ≥|90|%", "alias-used"),
        ("90%以上", "number: ≥|90|%", "alias-used"),
        ("15天以内", "number: ≤|15|天", "alias-used"),
        ("≥90%以上", "number: ≥|90|%", "alias-used operator-in-value"),
        ("约30人左右", "number: ≈|30|人", "alias-used alias-used operator-in-value"),
        ("＝16万元", "number: =|16|万元", "repaired-signs"),
        ("1,200家", "number: |1200|家", "repaired-thousands"),
        ("1.6E+5元", "number: |160000|元", "repaired-exponent"),
        ("80亿", "number: |80|亿", ""),
        ("300元/亩", "number: |300|元/亩", ""),
        ("10-15%", "range: |10-15|%", ""),
        ("2～3次", "range: |2-3|次", "repaired-signs"),
        ("2至3次", "range: |2-3|次", "repaired-signs"),
        ("10%-15%", "range: |10-15|%", "unit-in-value"),
        ("-20--10%", "range: |-20--10|%", ""),
        ("1,000-2,000元", "range: |1000-2000|元", "repaired-thousands"),
        ("12月31日之前", "date: |12月31日之前|", ""),
        ("本年内", "date: |本年内|", ""),
        ("2024-12-31", "date: |2024-12-31|", ""),
        ("2025年", "date: |2025年|", ""),
        ("≤2025年", "date: ≤|2025年|", ""),
        ("3年", "number: |3|年", ""),
        ("每月8日前", "period: |每月8日前|", ""),
        ("较上年提高", "relative: |较上年提高|", ""),
        ("≥前三年平均数", "relative: ≥|前三年平均数|", ""),
        ("不低于前三年平均数", "relative: ≥|前三年平均数|", "alias-used"),
        ("同比增长10%以上", "relative: |同比增长10%以上|", ""),
        ("不适用", "not_applicable: |不适用|", ""),
        ("/", "not_applicable: |/|", ""),
        ("—", "not_applicable: |—|", ""),
        ("－", "not_applicable: |—|", "repaired-signs"),
        ("良好", "level: |良好|", ""),
        ("良\n好", "level: |良好|", "repaired-blanks"),
        ("≥良好", "level: ≥|良好|", ""),
        ("良好以上", "level: ≥|良好|", "alias-used"),
        ("有效提升", "text: |有效提升|", ""),
        ("不超过预算", "text: |不超过预算|", ""),
        ("3蒲式耳", "text: |3蒲式耳|", ""),
        ("≥3蒲式耳", "text: ≥|3蒲式耳|", ""),
        ("提升到10个以上", "text: |提升到10个以上|", ""),
        ("8:00", "text: |8:00|", ""),
        ("10²", "text: |10²|", ""),
        ("8H", "number: |8|小时", "alias-used"),
        ("H5", "text: |H5|", ""),
    ],
)
def test_single_cell(raw: str, told: str, repairs: str) -> None:
    cast = _text(raw)
    assert _told(cast) == told
    assert _codes(cast) == repairs


@pytest.mark.parametrize(
    ("cells", "told", "repairs"),
    [
        (("≥", "98", "%"), "number: ≥|98|%", ""),
        (("", "98", ""), "number: |98|", ""),
        (("", "≥98%", ""), "number: ≥|98|%", ""),
        (("≥", "≥98%", "%"), "number: ≥|98|%", "operator-in-value unit-in-value"),
        (("≥", "98%", "百分比"), "number: ≥|98|%", "alias-used unit-in-value"),
        (("以上", "90", "%"), "number: ≥|90|%", "alias-used"),
        (("≥", "90%以上", ""), "number: ≥|90|%", "alias-used operator-in-value"),
        (("＞＝", "90", "%"), "number: ≥|90|%", "alias-used"),
        (("", "10%-15", "%"), "range: |10-15|%", "unit-in-value"),
        (("", "2025", "年"), "date: |2025年|", ""),
        (("≥", "良好", ""), "level: ≥|良好|", ""),
        (("", "不适用", "%"), "not_applicable: |不适用|", ""),
        (("—", "5", "/"), "number: |5|", "placeholder-dropped placeholder-dropped"),
        (("≥", "提升", ""), "text: ≥|提升|", ""),
        (("≥", "不低于提升", ""), "text: ≥|提升|", "alias-used operator-in-value"),
    ],
)
def test_three_cells(cells: tuple[str, str, str], told: str, repairs: str) -> None:
    cast = _cells(*cells)
    assert _told(cast) == told
    assert _codes(cast) == repairs


@pytest.mark.parametrize(
    ("cells", "code", "params"),
    [
        (("≥", "", ""), "value-without-number", {}),
        (("", "", "%"), "value-without-number", {}),
        (("", "≥", ""), "value-without-number", {}),
        (("", "≤≤", ""), "value-without-number", {}),
        (("", "%", ""), "value-without-number", {}),
        (("", "≥%", ""), "value-without-number", {}),
        (("大于", "5", ""), "operator-unknown", {"text": "大于", "suggestion": ""}),
        (("", "5", "小對"), "unit-unknown", {"text": "小對", "suggestion": ""}),
        (("", "5", "百分点"), "unit-unknown", {"text": "百分点", "suggestion": "%"}),
        (("≥", "<5", ""), "value-two-operators", {"first": "≥", "second": "<"}),
        (("", "≥≥提升", ""), "value-two-operators", {"first": "≥", "second": "≥"}),
        (("", ">90%以下", ""), "value-two-operators", {"first": ">", "second": "≤"}),
        (("≥", "不超过预算", ""), "value-two-operators", {"first": "≥", "second": "≤"}),
        (("", "16万元", "%"), "value-two-units", {"first": "%", "second": "万元"}),
        (("", "16万元", "元"), "value-two-units", {"first": "元", "second": "万元"}),
        (("", "10%-15次", ""), "value-two-units", {"first": "次", "second": "%"}),
        (("", "良好", "%"), "unit-beside-words", {"text": "良好", "unit": "%"}),
        (("", "有效提升", "％"), "unit-beside-words", {"text": "有效提升", "unit": "%"}),
        (("", "15-10%", ""), "range-reversed", {}),
        (("", "1,23%", ""), "value-not-a-number", {}),
        (("", "1.234,56", "元"), "value-not-a-number", {}),
        (("", "12 34家", ""), "value-not-a-number", {}),
        (("", "10%-15", ""), "value-not-a-number", {}),
        (("", "1-2-3", ""), "value-not-a-number", {}),
        (("", "9" * 41, ""), "value-not-a-number", {}),
    ],
)
def test_problems(cells: tuple[str, str, str], code: str, params: dict[str, str]) -> None:
    cast = _cells(*cells)
    assert cast.value is None
    assert cast.problem == Problem(code, params)


@pytest.mark.parametrize("cells", [("", "", ""), (" ", "\u3000", "\u200b"), ("/", "", "—")])
def test_nothing_written(cells: tuple[str, str, str]) -> None:
    cast = _cells(*cells)
    assert (cast.value, cast.repairs, cast.problem) == (None, (), None)


def test_amount_and_bounds() -> None:
    number, span, word = (_text(raw).value for raw in ("≥98.50%", "-20~10%", "良好"))
    assert number is not None
    assert span is not None
    assert word is not None
    assert (number.text, number.amount, number.bounds) == ("≥98.50%", Decimal("98.5"), None)
    assert (span.text, span.amount, span.bounds) == ("-20-10%", None, (Decimal(-20), Decimal(10)))
    assert (word.text, word.amount, word.bounds) == ("良好", None, None)


def test_repair_of_one_part_tells_that_part() -> None:
    (repair,) = _text("≥98百分比").repairs
    assert (repair.code, repair.raw, repair.value) == ("alias-used", "百分比", "%")


def test_levels_are_only_those_declared() -> None:
    cast = cast_indicator_text("良好", WORDS)
    assert cast.value is not None
    assert cast.value.kind is ValueKind.TEXT


PIECES = [
    *"≥≤><=≈＞＝+-－—~/％%.,，0123456789 ",
    *(
        "不低于",
        "以上",
        "左右",
        "百分之",
        "百分比",
        "万元",
        "亿",
        "家",
        "次",
        "年",
        "至",
        "10",
        "2024",
    ),
    *(
        "良好",
        "不适用",
        "较上年",
        "12月31日",
        "每月",
        "提升",
        "蒲式耳",
        "（",
        "1,200",
        "\u3000",
        "\n",
    ),
]
written = st.lists(st.sampled_from(PIECES), max_size=7).map("".join)
cell = st.one_of(st.just(""), written, st.text(max_size=8))
signs = st.one_of(st.sampled_from(["", "", "≥", "以上", "＝", "—"]), cell)
units = st.one_of(st.sampled_from(["", "", "%", "百分比", "万元", "年"]), cell)


@given(signs, cell, units)
def test_normal_form_is_stable(operator: str, number: str, unit: str) -> None:
    value = _cells(operator, number, unit).value
    if value is not None:
        for again in (_text(value.text), _cells(value.operator, value.number, value.unit)):
            assert (again.value, again.repairs) == (value, ())


@given(signs, cell, units)
def test_every_text_ends_one_way(operator: str, number: str, unit: str) -> None:
    cast = _cells(operator, number, unit)
    assert cast.value is None or cast.problem is None
    if cast.value is not None and cast.value.kind is ValueKind.NUMBER:
        assert cast.value.amount is not None
    if cast.value is not None and cast.value.kind is ValueKind.RANGE:
        assert cast.value.bounds is not None
