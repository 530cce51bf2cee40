from __future__ import annotations

import pytest
from hypothesis import given

from xlkit.values.indicator import cast_indicator, cast_indicator_text, split_value

from .test_indicator import written
from .words import WORDS


@pytest.mark.parametrize(
    ("raw", "parts"),
    [
        ("＝16万元", ("＝", "16", "万元")),
        ("90%以上", ("以上", "90", "%")),
        ("100%", ("", "100", "%")),
        (">3亿", (">", "3", "亿")),
        ("10-15%", ("", "10-15", "%")),
        ("10%-15%", ("", "10%-15", "%")),
        ("2～3次", ("", "2～3", "次")),
        ("≥百分之95", ("≥", "95", "百分之")),
        ("≥ 1,200 家", ("≥", "1,200", "家")),
        ("－２０％", ("", "－２０", "％")),
        ("0", ("", "0", "")),
        ("75.240亿元", ("", "75.240", "亿元")),
        ("5元/亩", ("", "5", "元/亩")),
        ("\u3000≥95%", ("≥", "95", "%")),
        ("正增长", None),
        ("3蒲式耳", None),
        ("≥90%以上", None),
        ("百分之30%", None),
        ("10%-15次", None),
        ("10%-15", None),
        ("12 34家", None),
        ("1,23%", None),
        ("以上90%", None),
        ("≥", None),
        ("%", None),
        ("", None),
        ("12月31日之前", None),
        ("5" * 200, None),
    ],
)
def test_split(raw: str, parts: tuple[str, str, str] | None) -> None:
    assert split_value(raw, WORDS) == parts


@given(written)
def test_split_loses_no_sign_but_blanks(raw: str) -> None:
    parts = split_value(raw, WORDS)
    if parts is not None:
        assert sorted("".join(parts)) == sorted("".join(raw.split()))


@given(written)
def test_three_cells_mean_what_one_meant(raw: str) -> None:
    parts = split_value(raw, WORDS)
    if parts is not None:
        one, three = cast_indicator_text(raw, WORDS), cast_indicator(*parts, WORDS)
        assert (three.value, three.problem) == (one.value, one.problem)
