"""What a cell may say that was printed for a unit and a year that nobody knows any more."""

from __future__ import annotations

import pytest

from xlkit.submission.printed_over import could_be_printed

UNIT = "部门（单位）名称：{unit.name}"
YEAR = "{year年|本年}绩效目标表（{year-1年|上年}）"


@pytest.mark.parametrize(
    ("content", "template", "could"),
    [
        ("部门（单位）名称：某某局", UNIT, True),
        ("部门(单位)名称: 某某局", UNIT, True),
        ("部门（单位）名称：", UNIT, True),
        ("单位名称：某某局", UNIT, False),
        ("", UNIT, False),
        ("2024年绩效目标表（2023年）", YEAR, True),
        ("绩效目标表（）", YEAR, True),
        ("2024年绩效目标表", YEAR, False),
        ("2024年绩效目标表（2023年）附", YEAR, False),
        ("指标值", "指标值", False),
        ("（）", "（{n}（{n}）", False),
    ],
)
def test_a_text_with_placeholders(content: str, template: str, *, could: bool) -> None:
    assert could_be_printed(content, template) is could
