"""Texts in several languages, and their placeholders."""

from __future__ import annotations

import pytest

from xlkit.form.texts import fill, say

YEARS = [
    # text, year, filled
    ("{year年|}部门目标", 2024, "2024年部门目标"),
    ("{year年|}部门目标", None, "部门目标"),
    ("{year年|当年}金额", None, "当年金额"),
    ("{year-2年|前年}金额", 2024, "2022年金额"),
    ("{year-2年|前年}金额", None, "前年金额"),
    ("{year+1}", 2024, "2025"),
    ("{year}", None, ""),
    ("{year-1}与{year}", 2024, "2023与2024"),
    ("Amount {year|this year}", None, "Amount this year"),
    ("{yaer}", 2024, "{yaer}"),
]


@pytest.mark.parametrize(("text", "year", "filled"), YEARS)
def test_years(text, year, filled):
    assert fill(text, year=year) == filled


def test_other_placeholders_come_from_outside_and_are_not_filled_again():
    values = {"unit.name": "{year}局", "n": "03"}
    assert fill("{unit.name}{unit.code}-{n}", year=2024, values=values) == "{year}局-03"


@pytest.mark.parametrize(
    ("text", "language", "said"),
    [
        ("甲", "en", "甲"),
        ({"zh": "甲", "en": "A"}, "en", "A"),
        ({"zh": "甲", "en": "A"}, "fr", "甲"),
    ],
)
def test_a_text_falls_back_to_its_first_language(text, language, said):
    assert say(text, language) == said
