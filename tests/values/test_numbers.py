from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlkit.values.cast import Problem
from xlkit.values.numbers import (
    cast_amount,
    cast_integer,
    cast_percent,
    fixed,
    plain,
    read_number,
)
from xlkit.values.vocabulary import Unit, Vocabulary

from .words import PERCENT, WAN, WORDS, YI, YUAN


def _codes(repairs: object) -> str:
    assert isinstance(repairs, tuple)
    return " ".join(one.code for one in repairs)


@pytest.mark.parametrize(
    ("raw", "unit", "value", "repairs"),
    [
        ("1606.41", WAN, "1606.41", ""),
        ("1028", WAN, "1028", ""),
        ("11.00", WAN, "11.00", ""),
        (" 455 ", WAN, "455", ""),
        ("-3.5", WAN, "-3.5", ""),
        ("0", WAN, "0", ""),
        ("1.2345", WAN, "1.2345", ""),
        ("\u3000455", WAN, "455", "repaired-blanks"),
        ("１０２８．００", WAN, "1028.00", "repaired-signs"),
        ("1,606.41", WAN, "1606.41", "repaired-thousands"),
        ("1，606.41", WAN, "1606.41", "repaired-signs repaired-thousands"),
        ("12,345,678", WAN, "12345678", "repaired-thousands"),
        ("+5", WAN, "5", "repaired-signs"),
        (".5", WAN, "0.5", "repaired-signs"),
        ("(1,234.00)", WAN, "-1234.00", "repaired-thousands negative-in-brackets"),
        ("（5.00）万元", WAN, "-5.00", "repaired-signs negative-in-brackets unit-in-value"),
        ("¥16", WAN, "16", "repaired-signs"),
        ("-￥16", WAN, "-16", "repaired-signs"),
        ("16万元", WAN, "16", "unit-in-value"),
        ("16 万元", WAN, "16", "repaired-blanks unit-in-value"),
        ("16万", WAN, "16", "unit-in-value"),
        ("160000元", WAN, "16", "unit-converted"),
        ("10.96万元", YUAN, "109600", "unit-converted"),
        ("0.01元", WAN, "0.000001", "unit-converted"),
        ("3亿", WAN, "30000", "unit-converted"),
        ("16", None, "16", ""),
        ("1.6E+5", YUAN, "160000", "repaired-exponent"),
        ("1.6e-1", YUAN, "0.16", "repaired-exponent"),
        ("1606.4100000000001", WAN, "1606.41", "repaired-float"),
        ("0.30000000000000004", WAN, "0.3", "repaired-float"),
        ("95%", PERCENT, "95", "unit-in-value"),
    ],
)
def test_amount(raw: str, unit: Unit | None, value: str, repairs: str) -> None:
    cast = cast_amount(raw, unit=unit, decimals=2, vocabulary=WORDS)
    assert cast.problem is None
    assert cast.value == Decimal(value)
    assert _codes(cast.repairs) == repairs


@pytest.mark.parametrize(
    ("raw", "value", "repairs"),
    [
        ("60000 CNY", "6", "unit-converted"),
        ("60000CNY", "6", "unit-converted"),
        ("60,000 CNY", "6", "repaired-thousands unit-converted"),
        ("6 10k CNY", "6", "repaired-blanks unit-in-value"),
    ],
)
def test_a_unit_of_latin_letters_stands_behind_a_blank(raw: str, value: str, repairs: str) -> None:
    units = (
        Unit("CNY", "cny", Decimal(1)),
        Unit("10k CNY", "cny", Decimal(10_000)),
    )
    cast = cast_amount(raw, unit=units[1], decimals=2, vocabulary=replace(WORDS, units=units))
    assert cast.value == Decimal(value)
    assert _codes(cast.repairs) == repairs
    assert {repair.value for repair in cast.repairs} == {f"{value} 10k CNY"}


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("95%", "amount-is-percent"),
        ("９５％", "amount-is-percent"),
        ("百分之5", "amount-is-percent"),
        ("5‰", "amount-is-percent"),
        ("16家", "amount-other-unit"),
        ("16蒲式耳", "amount-not-a-number"),
        ("约16", "amount-not-a-number"),
        ("≥16", "amount-not-a-number"),
        ("1.234,56", "amount-not-a-number"),
        ("1,23", "amount-not-a-number"),
        ("0,123", "amount-not-a-number"),
        ("1,234,56", "amount-not-a-number"),
        ("12 34", "amount-not-a-number"),
        ("1 234.00", "amount-not-a-number"),
        ("12\n34", "amount-not-a-number"),
        ("1.2.3", "amount-not-a-number"),
        ("10-15", "amount-not-a-number"),
        ("10²", "amount-not-a-number"),
        ("(-5)", "amount-not-a-number"),
        ("(5", "amount-not-a-number"),
        ("NaN", "amount-not-a-number"),
        ("Infinity", "amount-not-a-number"),
        ("1E+999999999", "amount-not-a-number"),
        ("9" * 41, "amount-not-a-number"),
        ("—", "amount-not-a-number"),
        ("#DIV/0!", "amount-not-a-number"),
        ("基础绩效", "amount-not-a-number"),
    ],
)
def test_no_amount(raw: str, code: str) -> None:
    cast = cast_amount(raw, unit=WAN, decimals=2, vocabulary=WORDS)
    assert cast.value is None
    assert cast.problem is not None
    assert cast.problem.code == code


def test_other_unit_is_named() -> None:
    found = cast_amount("16人", unit=WAN, decimals=2, vocabulary=WORDS).problem
    assert found == Problem("amount-other-unit", {"unit": "人", "expected": "万元"})


def test_unit_without_declared_unit_is_not_guessed() -> None:
    found = cast_amount("16万元", unit=None, decimals=2, vocabulary=WORDS).problem
    assert found == Problem("amount-other-unit", {"unit": "万元", "expected": ""})


def test_inexact_conversion_is_refused() -> None:
    third = Unit("三分", "money", Decimal(3), ())
    words = Vocabulary(units=(YUAN, third))
    assert cast_amount("6元", unit=third, decimals=2, vocabulary=words).value == 2
    assert cast_amount("10元", unit=third, decimals=2, vocabulary=words).value is None


def test_repair_tells_both_texts() -> None:
    (repair,) = cast_amount("160000元", unit=WAN, decimals=2, vocabulary=WORDS).repairs
    assert (repair.raw, repair.value) == ("160000元", "16万元")


@pytest.mark.parametrize(
    ("raw", "value", "repairs"),
    [
        ("12", 12, ""),
        ("12.0", 12, ""),
        ("-3", -3, ""),
        ("1,200", 1200, "repaired-thousands"),
        ("１２", 12, "repaired-signs"),
        ("2E3", 2000, "repaired-exponent"),
    ],
)
def test_integer(raw: str, value: int, repairs: str) -> None:
    cast = cast_integer(raw)
    assert cast.value == value
    assert _codes(cast.repairs) == repairs


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("12.5", "integer-not-whole"),
        ("12人", "integer-not-a-number"),
        ("12%", "integer-not-a-number"),
        ("1 2", "integer-not-a-number"),
        ("若干", "integer-not-a-number"),
    ],
)
def test_no_integer(raw: str, code: str) -> None:
    cast = cast_integer(raw)
    assert cast.value is None
    assert cast.problem == Problem(code)


@pytest.mark.parametrize(
    ("raw", "is_fraction", "value", "repairs"),
    [
        ("100%", False, "100", ""),
        ("7.68%", False, "7.68", ""),
        ("0%", False, "0", ""),
        ("0.64%", False, "0.64", ""),
        ("-20%", False, "-20", ""),
        ("30％", False, "30", "repaired-signs"),
        ("30 %", False, "30", "repaired-blanks"),
        ("百分之30", False, "30", "alias-used"),
        ("30百分比", False, "30", "alias-used"),
        ("5‰", False, "0.5", "unit-converted"),
        ("30", False, "30", "percent-sign-missing"),
        ("0", False, "0", ""),
        ("0.00", False, "0", ""),
        ("0.3", True, "30", "percent-from-fraction"),
        ("1", True, "100", "percent-from-fraction"),
        ("0.2832", True, "28.32", "percent-from-fraction"),
        ("0.28320000000000001", True, "28.32", "percent-from-fraction"),
        ("0", True, "0", ""),
        ("30%", True, "30", ""),
    ],
)
def test_percent(raw: str, is_fraction: bool, value: str, repairs: str) -> None:
    cast = cast_percent(raw, is_fraction=is_fraction, vocabulary=WORDS)
    assert cast.problem is None
    assert cast.value == Decimal(value)
    assert _codes(cast.repairs) == repairs


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("0.64", "percent-ambiguous"),
        ("1", "percent-ambiguous"),
        ("-0.5", "percent-ambiguous"),
        ("16万元", "percent-is-amount"),
        ("5家", "percent-is-amount"),
        ("5蒲式耳", "percent-not-a-number"),
        ("≥30%", "percent-not-a-number"),
        ("良好", "percent-not-a-number"),
        ("30%%", "percent-not-a-number"),
    ],
)
def test_no_percent(raw: str, code: str) -> None:
    cast = cast_percent(raw, is_fraction=False, vocabulary=WORDS)
    assert cast.value is None
    assert cast.problem is not None
    assert cast.problem.code == code


def test_ambiguous_percent_tells_both_readings() -> None:
    found = cast_percent("0.64", is_fraction=False).problem
    assert found == Problem("percent-ambiguous", {"points": "0.64%", "fraction": "64%"})


def test_percent_needs_no_vocabulary() -> None:
    assert cast_percent("64%", is_fraction=False).value == 64


@pytest.mark.parametrize("raw", ["", " ", "\u3000"])
def test_empty(raw: str) -> None:
    for cast in (
        cast_amount(raw, unit=WAN, decimals=2, vocabulary=WORDS),
        cast_integer(raw),
        cast_percent(raw, is_fraction=False),
    ):
        assert (cast.value, cast.repairs, cast.problem) == (None, (), None)


@pytest.mark.parametrize(
    ("number", "decimals", "text"),
    [
        ("1028", 2, "1028.00"),
        ("1.5", 2, "1.50"),
        ("1.2345", 2, "1.2345"),
        ("1.2300", 2, "1.23"),
        ("1E+3", 2, "1000.00"),
        ("-0.00", 2, "0.00"),
        ("-0.001", 0, "-0.001"),
        ("12", 0, "12"),
    ],
)
def test_fixed(number: str, decimals: int, text: str) -> None:
    assert fixed(Decimal(number), decimals) == text


@pytest.mark.parametrize(
    ("number", "text"),
    [("1.50", "1.5"), ("100", "100"), ("1E+2", "100"), ("-0", "0"), ("0.000", "0"), ("-7", "-7")],
)
def test_plain(number: str, text: str) -> None:
    assert plain(Decimal(number)) == text


decimals = st.decimals(-(10**10), 10**10, places=4, allow_nan=False)


@given(decimals, st.integers(0, 6))
def test_amounts_round_trip(number: Decimal, places: int) -> None:
    cast = cast_amount(fixed(number, places), unit=WAN, decimals=places, vocabulary=WORDS)
    assert (cast.value, cast.repairs) == (number, ())
    assert Decimal(plain(number)) == number


@given(decimals, st.sampled_from([YUAN, WAN, YI]), st.sampled_from([YUAN, WAN, YI]))
def test_conversion_is_exact_both_ways(number: Decimal, one: Unit, other: Unit) -> None:
    there = cast_amount(f"{plain(number)}{one.name}", unit=other, decimals=12, vocabulary=WORDS)
    assert there.value is not None
    back = cast_amount(f"{plain(there.value)}{other.name}", unit=one, decimals=12, vocabulary=WORDS)
    assert back.value == number


typed = st.text(st.sampled_from("0123456789.,+-()%％￥万元亿家eE 　－１，（）"), max_size=12)


@given(st.one_of(st.text(), typed), st.booleans())
def test_nothing_raises_and_every_text_ends_one_way(raw: str, is_fraction: bool) -> None:
    for cast in (
        cast_amount(raw, unit=WAN, decimals=2, vocabulary=WORDS),
        cast_integer(raw),
        cast_percent(raw, is_fraction=is_fraction, vocabulary=WORDS),
    ):
        assert cast.value is None or cast.problem is None
        assert cast.problem is None or cast.repairs == ()


@pytest.mark.parametrize("text", ["-." + "9" * 40, "1e99", "9" * 41])
def test_a_number_whose_normal_form_is_too_long_is_none(text):
    assert read_number(text) is None


def test_the_longest_number_is_read_again_as_itself():
    normal = read_number("-." + "9" * 39)
    assert normal is not None
    assert read_number(normal[0]) == (normal[0], ())
