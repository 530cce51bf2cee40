"""A column of a real return that slipped sideways or down is one error, whatever it breaks."""

from __future__ import annotations

from dataclasses import replace

from tests.validation.returns import SCIENCE, ZUNHUA, errors, judge, published_raw
from xlkit.rules.types import Texts
from xlkit.submission.raw import RawSubmission

EMPTY: Texts = ("", "", "")


def moved_left(raw: RawSubmission, path: str, source: str, target: str) -> RawSubmission:
    """The return with a column's texts pasted over those of another, and gone where they were."""
    rows = [
        replace(row, texts={**row.texts, target: row.texts[source], source: EMPTY})
        if row.path == path and row.filled
        else row
        for row in raw.rows
    ]
    return replace(raw, rows=tuple(rows))


def moved_down(raw: RawSubmission, path: str, name: str, by: int) -> RawSubmission:
    """The return with a column's texts that many rows lower."""
    places = [number for number, row in enumerate(raw.rows) if row.path == path]
    rows = list(raw.rows)
    for at, number in enumerate(places):
        texts = raw.rows[places[at - by]].texts[name] if at >= by else EMPTY
        others = {key: text for key, text in rows[number].texts.items() if key != name}
        filled = any(any(text) for text in others.values()) and rows[number].filled
        rows[number] = replace(
            rows[number], texts={**others, name: texts}, filled=filled or any(texts)
        )
    return replace(raw, rows=tuple(rows))


def test_a_column_pasted_one_to_the_left() -> None:
    raw = published_raw(SCIENCE)
    filled = [row for row in raw.rows if row.path == "annual_indicators" and row.filled]
    (one,) = judge(moved_left(raw, "annual_indicators", "category", "basis"))
    (found,) = errors(one.findings)
    assert found.code == "column-shifted"
    assert len(found.cells) == len(filled) > 30
    assert found.where == "年度绩效指标 › 指标值确定依据"


def test_a_column_slid_by_a_row_or_two() -> None:
    raw = published_raw(SCIENCE)
    for by in (1, 2):
        (one,) = judge(moved_down(raw, "annual_indicators", "basis", by))
        assert [item.code for item in errors(one.findings)] == ["rows-slid"]


def test_levels_in_the_wrong_column() -> None:
    """In one project of several; the levels of the others stand."""
    raw = published_raw(ZUNHUA)
    rows = [
        replace(row, texts={**row.texts, "level1": row.texts["level2"]})
        if row.path == "projects.indicators" and row.instance == 1 and row.filled
        else row
        for row in raw.rows
    ]
    (one,) = judge(replace(raw, rows=tuple(rows)))
    assert [item.code for item in errors(one.findings)] == ["column-shifted"]
