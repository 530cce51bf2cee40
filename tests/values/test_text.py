from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlkit.values.text import fold_signs, squeeze, tidy, tidy_text


@pytest.mark.parametrize(
    ("raw", "value", "repaired"),
    [
        ("计划标准", "计划标准", False),
        ("  计划标准 \n", "计划标准", False),
        ("计划标准\t", "计划标准", True),
        ("\t计划标准", "计划标准", True),
        ("  =1+1", "=1+1", True),
        ("\n-5", "-5", True),
        ("-5 ", "-5", False),
        ("\u3000计划标准\u3000", "计划标准", True),
        ("\u00a0100%", "100%", True),
        ("计划\u200b标准", "计划标准", True),
        ("\ufeff计划标准", "计划标准", True),
        ("计划\u00ad标准", "计划标准", True),
        ("计划\x07标准", "计划标准", True),
        ("计划\n标准", "计划标准", True),
        ("计划 \r\n 标准", "计划标准", True),
        ("“三公”\n经费变动率", "“三公”经费变动率", True),
        ("GDP\ngrowth", "GDP growth", True),
        ("16\n万元", "16 万元", True),
        ("12\n34", "12 34", True),
        ("财政  拨款", "财政  拨款", False),
        ("财政\u3000拨款", "财政 拨款", True),
    ],
)
def test_short_values(raw: str, value: str, repaired: bool) -> None:
    cast = tidy(raw)
    assert cast.value == value
    assert [(one.code, one.raw, one.value) for one in cast.repairs] == (
        [("repaired-blanks", raw, value)] if repaired else []
    )


@pytest.mark.parametrize(
    ("raw", "value", "repaired"),
    [
        ("\t=1+1", "\t=1+1", False),
        ("\t甲\t乙\t", "\t甲\t乙\t", False),
        ("a\x07b\ufffe", "a\x07b\ufffe", False),
        ("\x01=1+1", "\x01=1+1", False),
        (" \t=1+1", "\t=1+1", False),
        ("\u3000\t=1+1", "\t=1+1", True),
        (" =1+1", "=1+1", True),
        ("\u200b@A1", "@A1", True),
        ("\t\u3000\x07", None, False),
    ],
)
def test_free_texts_keep_tabs_and_controls(raw: str, value: str | None, repaired: bool) -> None:
    for multiline in (False, True):
        cast = tidy_text(raw, multiline=multiline)
        assert (cast.value, bool(cast.repairs)) == (value, repaired)


@given(st.text(st.sampled_from("\t\r\n\x07\u200b\u3000 =+-@1甲")), st.booleans())
def test_nothing_vanishes_before_a_formula_in_silence(raw: str, multiline: bool) -> None:
    for cast in (tidy(raw, multiline=multiline), tidy_text(raw, multiline=multiline)):
        if cast.value and cast.value[0] in "=+-@" and not cast.repairs:
            assert raw.startswith(cast.value[0])


@pytest.mark.parametrize("raw", ["", " ", "\u3000\u3000", "\u200b", "\n\n", "\u00a0\t\ufeff"])
@pytest.mark.parametrize("multiline", [False, True])
def test_blanks_only_is_empty(raw: str, multiline: bool) -> None:
    cast = tidy(raw, multiline=multiline)
    assert (cast.value, cast.repairs, cast.problem) == (None, (), None)


@pytest.mark.parametrize(
    ("raw", "value", "repaired"),
    [
        ("一\n二", "一\n二", False),
        ("一  \r\n二\r\n\r\n", "一\n二", False),
        ("一\n\n二\n \n", "一\n\n二", False),
        ("一\r二", "一\n二", True),
        ("一\u3000\n二\n\u3000\u3000\n", "一\n二", True),
        ("一\u2028二", "一\n二", True),
        ("一\n\u3000\u3000二", "一\n  二", True),
    ],
)
def test_multiline(raw: str, value: str, repaired: bool) -> None:
    cast = tidy(raw, multiline=True)
    assert cast.value == value
    assert bool(cast.repairs) is repaired


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("１２．５％", "12.5%"),
        ("＋－，（）～／", "+-,()~/"),
        ("＜＞＝", "<>="),
        ("﹪﹣﹦", "%-="),
        ("−20—30–40", "-20-30-40"),
        ("2～3〜4", "2~3~4"),
        ("ＡＢｃ", "ABc"),
        ("￥16", "¥16"),
        ("10²①Ⅱ", "10²①Ⅱ"),
        ("≥98百分比、“三公”", "≥98百分比、“三公”"),
    ],
)
def test_fold(text: str, folded: str) -> None:
    assert fold_signs(text) == folded


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("计划标准", " 计划\n标准\u3000"),
        ("绩效目标（2024）", "绩效目标(2024)"),
        ("GDP 增长率", "ｇｄｐ增长率"),
    ],
)
def test_squeeze_joins_spellings(one: str, other: str) -> None:
    assert squeeze(one) == squeeze(other)


@given(st.text(), st.booleans())
def test_tidy_twice_is_once(raw: str, multiline: bool) -> None:
    for way in (tidy, tidy_text):
        once = way(raw, multiline=multiline).value
        if once is not None:
            again = way(once, multiline=multiline)
            assert (again.value, again.repairs) == (once, ())


@given(st.text())
def test_folding_keeps_every_place(text: str) -> None:
    folded = fold_signs(text)
    assert len(folded) == len(text)
    assert fold_signs(folded) == folded


@given(st.text())
def test_squeeze_twice_is_once(text: str) -> None:
    assert squeeze(squeeze(text)) == squeeze(text)
