from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlkit.values.cast import Problem
from xlkit.values.choices import Options

BASES = Options.of(
    [(name, ()) for name in ("计划标准", "历史标准", "行业标准", "预算支出标准", "其他标准")]
)
CATEGORIES = Options.of(
    [("绩效基本型", ("基础绩效", "基本型")), ("绩效创新型", ("创新型", "A类（新）"))]
)


@pytest.mark.parametrize(
    ("options", "raw", "name", "repairs"),
    [
        (BASES, "计划标准", "计划标准", []),
        (BASES, " 计划标准 ", "计划标准", []),
        (BASES, "\u3000计划标准", "计划标准", ["repaired-blanks"]),
        (BASES, "计划\n标准", "计划标准", ["repaired-blanks"]),
        (BASES, "计划 标准", "计划标准", ["repaired-blanks"]),
        (CATEGORIES, "基础绩效", "绩效基本型", ["alias-used"]),
        (CATEGORIES, "基础 绩效", "绩效基本型", ["alias-used"]),
        (CATEGORIES, "a类(新)", "绩效创新型", ["alias-used"]),
        (Options.of([("GDP（亿）", ())]), "gdp(亿)", "GDP（亿）", ["repaired-signs"]),
    ],
)
def test_match(options: Options, raw: str, name: str, repairs: list[str]) -> None:
    cast = options.match(raw)
    assert cast.value == name
    assert [one.code for one in cast.repairs] == repairs
    assert all((one.raw, one.value) == (raw, name) for one in cast.repairs)


@pytest.mark.parametrize(
    ("options", "raw", "suggestion"),
    [
        (BASES, "计划标淮", "计划标准"),
        (BASES, "计画标准", "计划标准"),
        (BASES, "根据年初工作计划安排", ""),
        (CATEGORIES, "基础绩笑", "绩效基本型"),
        (BASES, "计划标准" * 50, ""),
        (Options.of([]), "计划标准", ""),
    ],
)
def test_no_match(options: Options, raw: str, suggestion: str) -> None:
    cast = options.match(raw)
    assert cast.value is None
    assert cast.problem == Problem("choice-not-in-list", {"suggestion": suggestion})


@pytest.mark.parametrize("raw", ["*", "?", "计划*", ".*", "[", ">100家"])
def test_texts_are_literal(raw: str) -> None:
    assert BASES.match(raw).value is None
    assert Options.of([("计划标准", ()), (raw, ())]).match(raw).value == raw


def test_first_entry_keeps_a_spelling() -> None:
    options = Options.of([("甲", ("丙",)), ("乙", ("丙", "甲"))])
    assert (options.match("丙").value, options.match(" 甲").value) == ("甲", "甲")


def test_empty() -> None:
    assert BASES.match("\u3000").problem is None


@given(st.text())
def test_nothing_raises(raw: str) -> None:
    cast = CATEGORIES.match(raw)
    assert cast.value is None or cast.value in CATEGORIES.names
