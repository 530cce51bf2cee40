# ruff: noqa: E501  (rows of a table)
"""What people and programs leave in cells: texts, numbers, dates, errors, formulas, formats."""

from __future__ import annotations

import contextlib
from datetime import date, datetime, time
from random import Random
from typing import Any

FORMATS = (
    "General", "@", "0", "0.00", "0%", "0.00%", "yyyy-mm-dd", "yyyy年m月d日", "m/d", "h:mm",
    "[h]:mm", "0.00E+00", '"约"0', ";;;", "#,##0.00_);[Red](#,##0.00)", "[$-804]aaaa", "# ?/?",
)  # fmt: skip
FORMULAS = (
    "=1+1", "=A1", "=SUM(B1:B5)", "=1/0", "=IF(", '=HYPERLINK("http://x.example","y")',
    "='[1]别的表'!A1", "=#REF!+1", '=B5&"万元"', "=NOW()", "=_xlfn.CONCAT(A1:B9)", "==1",
)  # fmt: skip
ERRORS = ("#DIV/0!", "#REF!", "#N/A", "#VALUE!", "#NAME?", "#NULL!", "#NUM!")
ODD = (
    "{0}", "{where}", "{", "%s", "%", "_x000D_", "\u202e95%", "🙂", "é", "xlkit:1.0", "xlkit:2.0",
    "xlkit:help", "xlkit:999.999", "_xlkit", "合计", "1e999", "1E-400", "NaN", "Infinity", "-0",
    "--1", "١٢", "½", "10²", "１２．５", "≥", "≥≥95%", "95%以上", "10-", "10-5", "10～", "2024-13-45",
    "12月31日之前", "每月8日前", "40000", "45291", "9" * 60, "0." + "9" * 60, "1,2,3", "1，234", "16万元",
    "160000元", "3亿", "元/亩", "95％", "0.95", "64%", "100.01%", "(12)", "（12）", "￥12", "12月", "不适用",
    "/", "—", "无", "**", "XX", "计划标准", "绩效基本型", "基础绩效", "计划标淮", "TRUE", "=1", "'1",
    "\n", "a\nb", "a\tb", "：", "；", "!", "'!A1", "#1", "null", "None", "0", "0.0", "-1", "1 2",
)  # fmt: skip
PADS = ("\u3000", "\u00a0", "\u200b", "\ufeff", " ", "\n", "\u2028", "\t", "\u00ad", "\u2003")
_WORDS = "率项目完成≥≤%家次万元绩效指标0123456789.-,，。（）()~～ \u3000\u200bABxyz"


def text(rnd: Random) -> str:
    """A text that somebody may type."""
    if rnd.random() < 0.7:
        return rnd.choice(ODD)
    return "".join(rnd.choices(_WORDS, k=rnd.randint(1, 12)))


def padded(value: str, rnd: Random) -> str:
    """The text with blanks of all kinds around and inside it."""
    at = rnd.randint(0, len(value))
    pad = "".join(rnd.choices(PADS, k=rnd.randint(1, 3)))
    return rnd.choice(PADS) * rnd.randint(0, 2) + value[:at] + pad + value[at:]


def retyped(value: Any, rnd: Random) -> Any:
    """The value as another type."""
    number = rnd.choice([0, 1, -1, 0.64, 95, 45291, 1e15, 1e300, 1e-12, 0.1 + 0.2, 12.345678])
    kinds: list[Any] = [
        str(value),
        number,
        date(2024, 12, 31),
        datetime(2024, 2, 29, 8, 30),  # noqa: DTZ001  (cells know no zone)
        time(8, 30),
        True,
        False,
        rnd.choice(ERRORS),
    ]
    with contextlib.suppress(ValueError):
        kinds += [float(str(value).rstrip("%"))] * 3
    return rnd.choice(kinds)


def huge(rnd: Random) -> str:
    """As much as a cell holds. Source: Excel specifications and limits."""
    return (rnd.choice(["长", "9", " ", "≥95%\n", "-", "(", "a，"]) * 32_767)[:32_767]
