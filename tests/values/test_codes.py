from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlkit.values.cast import Problem
from xlkit.values.codes import ALPHABET, cast_code, cast_phone, check_character, has_valid_check

PUBLISHED = [
    "13028122P00306010001X",
    "13028122P003058100014",
    "13028122P003055100013",
    "13028122P00305610001Q",
]


@pytest.mark.parametrize(
    ("raw", "value", "repairs"),
    [
        ("13028122P00306010001X", "13028122P00306010001X", []),
        ("420700-301", "420700-301", []),
        ("471001", "471001", []),
        ("13028122p00306010001x", "13028122P00306010001X", ["repaired-signs"]),
        ("１３０２８１22P00306010001X", "13028122P00306010001X", ["repaired-signs"]),
        ("130281 22P 00306010001X", "13028122P00306010001X", ["repaired-blanks"]),
        ("420700—301", "420700-301", ["repaired-signs"]),
    ],
)
def test_code(raw: str, value: str, repairs: list[str]) -> None:
    cast = cast_code(raw)
    assert cast.value == value
    assert [one.code for one in cast.repairs] == repairs


def test_code_that_became_a_number() -> None:
    assert cast_code("1.30281E+20").problem == Problem("code-scientific")


@pytest.mark.parametrize("code", PUBLISHED)
def test_published_codes(code: str) -> None:
    assert check_character(code[:20]) == code[20]
    assert has_valid_check(code)


@pytest.mark.parametrize(
    "code",
    [
        "",
        "13028122P00306010001",
        "13028122P00306010001XX",
        "13028122P00306010001O",
        "13028122I00306010001X",
        "13028122P00306010010X",
    ],
)
def test_invalid_check(code: str) -> None:
    assert not has_valid_check(code)


def test_sign_outside_the_alphabet() -> None:
    with pytest.raises(ValueError, match="substring not found"):
        check_character("13028122O00306010001")


@given(st.text(st.sampled_from(ALPHABET), min_size=20, max_size=20), st.data())
def test_one_wrong_sign_is_noticed(body: str, data: st.DataObject) -> None:
    code = body + check_character(body)
    place = data.draw(st.integers(0, 20))
    other = data.draw(st.sampled_from(ALPHABET.replace(code[place], "")))
    assert has_valid_check(code)
    assert not has_valid_check(code[:place] + other + code[place + 1 :])


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("0711-00000000", "0711-00000000"),
        ("0315-0000000", "0315-0000000"),
        ("13800000000", "13800000000"),
        ("+86 138 0000 0000", "+8613800000000"),
        ("(0711) 3830000", "(0711)3830000"),
        ("０７１１－３８３００００", "0711-3830000"),
        ("0711-3830000转801", "0711-3830000转801"),
        ("0711-3830000 ext. 801", "0711-3830000ext.801"),
        ("0711-3830000、13800000000", "0711-3830000、13800000000"),
        ("0711-3830000/3830001", "0711-3830000/3830001"),
    ],
)
def test_phone(raw: str, value: str) -> None:
    assert cast_phone(raw).value == value


@pytest.mark.parametrize(
    "raw",
    ["张三", "138****0000", "1.38E+10", "0711", "电话0711-3830000", "0711-3830000、", "12" * 20],
)
def test_no_phone(raw: str) -> None:
    assert cast_phone(raw).problem == Problem("phone-unreadable")


@given(st.text())
def test_nothing_raises_and_normal_stays(raw: str) -> None:
    has_valid_check(raw)
    for cast in (cast_code, cast_phone):
        value = cast(raw).value
        if value is not None:
            assert (cast(value).value, cast(value).repairs) == (value, ())
