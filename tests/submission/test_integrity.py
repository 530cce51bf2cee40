"""Cell conservation: every non-empty cell is frame, answer or named, whatever was typed where."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.cell.cell import MergedCell
from openpyxl.worksheet.worksheet import Worksheet

from tests.validation.returns import (
    COMPACT,
    SCIENCE,
    brief,
    compact,
    edited,
    filled_cells,
    judge,
    published,
    returned,
    typed,
    unmerged,
)
from xlkit.submission.canonical import answers
from xlkit.submission.cast import cast
from xlkit.submission.raw import RawSubmission
from xlkit.values.text import squeeze

SHEETS = ["填报说明", "基本情况", "指标", "项目01", "项目02", "_lists", "_xlkit"]
TEXTS = [
    "x",
    "80%",
    "≥95",
    "计划标准",
    "xlkit:2.0",
    "xlkit:help",
    "indicators/duty-1",
    "合计",
    "_xlkit",
    "管理",
]
CALM = settings(suppress_health_check=list(HealthCheck))


def cells_named(raw: RawSubmission) -> set[str]:
    return {cell for finding in raw.findings for cell in finding.cells}


def cells_read(raw: RawSubmission) -> set[str]:
    return {
        f"{row.sheet}!{cell}" for row in raw.rows for cells in row.cells.values() for cell in cells
    }


def throw(book: Workbook, sheet: str, row: int, column: int, text: str) -> str | None:
    """Types a text into a cell; its address, or None where a merged cell hides it."""
    cell = book[sheet].cell(row, column)
    if isinstance(cell, MergedCell):
        return None
    cell.value = text
    return f"{sheet}!{cell.coordinate}"


@settings(CALM, max_examples=40)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(SHEETS),
            st.integers(1, 22),
            st.integers(1, 11),
            st.sampled_from(TEXTS) | st.text("甲a1%", min_size=1, max_size=5),
        ),
        min_size=1,
        max_size=12,
    )
)
def test_nothing_typed_vanishes(throws: list[tuple[str, int, int, str]]) -> None:
    before = cells_named(returned(compact().data, COMPACT))
    thrown: dict[str, str] = {}

    def edit(book: Workbook) -> None:
        for sheet, row, column, text in throws:
            at = throw(book, sheet, row, column, text)
            if at is not None:
                thrown[at] = text

    data = edited(compact().data, edit)
    raw = returned(data, COMPACT)
    if not raw.verdict.is_read:
        assert raw.findings
        return
    assert raw.cells.total == filled_cells(data)
    assert not before
    issued = issued_texts()
    for at, text in thrown.items():
        unchanged = squeeze(issued.get(at, "")) == squeeze(text)
        helper = at.startswith("_xlkit!") and at[7] in "AB"
        assert unchanged or helper or at in cells_named(raw) | cells_read(raw), (at, text)


@cache
def issued_texts() -> dict[str, str]:
    found: dict[str, str] = {}

    def look(book: Workbook) -> None:
        for sheet in book.worksheets:
            for row in sheet.iter_rows():
                for cell in row:
                    if cell.value is not None:
                        found[f"{sheet.title}!{cell.coordinate}"] = str(cell.value)

    edited(compact().data, look)
    return found


@st.composite
def moves(draw: st.DrawFn) -> list[tuple[str, str, int, int]]:
    kinds = st.sampled_from(["insert_rows", "delete_rows", "insert_cols"])
    one = st.tuples(
        st.sampled_from(["基本情况", "指标", "项目01"]),
        kinds,
        st.integers(1, 14),
        st.integers(1, 2),
    )
    return draw(st.lists(one, min_size=1, max_size=3))


@settings(CALM, max_examples=25)
@given(moves())
def test_moved_rows_and_columns_are_counted_once(edits: list[tuple[str, str, int, int]]) -> None:
    def edit(book: Workbook) -> None:
        for sheet, kind, at, number in edits:
            getattr(unmerged(book, sheet), kind)(at, number)

    data = edited(compact().data, edit)
    raw = returned(data, COMPACT)
    assert raw.cells.total == filled_cells(data)
    judge(raw)


@pytest.mark.parametrize("sheet", ["基本情况", "指标", "项目01"])
@pytest.mark.parametrize("kind", ["delete_rows", "delete_cols"])
@pytest.mark.parametrize(("at", "number"), [(1, 1), (1, 2), (1, 3), (2, 2), (2, 5), (3, 3)])
def test_a_sheet_that_lost_its_top_or_its_left(sheet: str, kind: str, at: int, number: int) -> None:
    data = edited(compact().data, lambda book: getattr(unmerged(book, sheet), kind)(at, number))
    raw = returned(data, COMPACT)
    assert raw.cells.total == filled_cells(data)
    judge(raw)


def test_a_built_in_form_with_texts_in_odd_places() -> None:
    cells = {
        "填报说明!F3": "a",
        "基本情况!B3": "b",
        "基本情况!A30": "c",
        "长期绩效指标!L61": "d",
        "年度绩效指标!Z100": "e",
        "_lists!ZZ1": "f",
        "_xlkit!C1": "g",
    }
    data = typed(published(SCIENCE).data, cells)
    raw = returned(data)
    assert raw.cells.total == filled_cells(data)
    assert cells_named(raw) == set(cells)


# Cells typed over → findings of reading. Padding in a printed text is no change.
CHANGES: list[tuple[dict[str, Any], list[tuple[str, str, str]]]] = [
    ({"基本情况!B2": "单位： 样例局"}, []),
    ({"基本情况!B2": "单位：别的局"}, [("w", "frame-changed", "基本情况!B2")]),
    (
        {"基本情况!B4": "甲", "基本情况!B8": "乙"},
        [("w", "frame-changed", "基本情况!B4 基本情况!B8")],
    ),
    ({"基本情况!B10": "财政拨款（新）"}, [("e", "row-label-changed", "基本情况!B10")]),
    ({"基本情况!B10": None}, [("e", "row-label-changed", "基本情况!B10")]),
    ({"指标!E3": "运算"}, [("w", "frame-changed", "指标!E3")]),
    ({"项目01!B10": "9"}, [("w", "frame-changed", "项目01!B10")]),
    ({"填报说明!B2": "部门"}, [("n", "frame-changed", "填报说明!B2")]),
    ({"填报说明!B40": "备注"}, [("w", "extra-sheet", "填报说明!B40")]),
    ({"基本情况!B7": "空行里的字"}, [("w", "stray-cells", "基本情况!B7")]),
    ({"基本情况!F5": "窄列里的字"}, [("w", "stray-cells", "基本情况!F5")]),
    ({"基本情况!M4": "a", "基本情况!M5": "b"}, [("w", "stray-cells", "基本情况!M4 基本情况!M5")]),
    ({"基本情况!B6": "核对行里的字"}, [("n", "frame-changed", "基本情况!B6")]),
    ({"基本情况!G1": "备注"}, [("w", "frame-changed", "基本情况!G1")]),
    ({"基本情况!G4": "a", "基本情况!G5": "b"}, [("n", "frame-changed", "基本情况!G4 基本情况!G5")]),
    ({"基本情况!H4": "a", "基本情况!K5": "b"}, [("n", "frame-changed", "基本情况!H4 基本情况!K5")]),
    (
        {"填报说明!C5": "已核对", "填报说明!D8": 3},
        [("n", "frame-changed", "填报说明!C5 填报说明!D8")],
    ),
    # formulas of somebody's over a check and the state, saved without their results
    ({"基本情况!B6": "=1+1"}, [("n", "frame-changed", "基本情况!B6")]),
    ({"基本情况!G4": "=B4*2"}, [("n", "frame-changed", "基本情况!G4")]),
    (
        {"填报说明!D8": '=HYPERLINK("http://x.example","y")'},
        [("n", "frame-changed", "填报说明!D8")],
    ),
    ({"_lists!A1": "约"}, [("n", "frame-changed", "_lists!A1")]),
    ({"_lists!Z9": "=A1"}, [("n", "frame-changed", "_lists!Z9")]),
    ({"_xlkit!A3": "甲"}, [("n", "frame-changed", "_xlkit!A3")]),
    ({"_xlkit!B2": "NoneA"}, [("n", "frame-changed", "_xlkit!B2")]),
    ({"_xlkit!B9": "乙", "_xlkit!C1": "丙"}, [("n", "frame-changed", "_xlkit!C1 _xlkit!B9")]),
    ({"基本情况!B10": "=1+1"}, [("e", "row-label-changed", "基本情况!B10")]),
]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("单位：元", "e money-unit-changed"),
        ("金额单位:亿元", "e money-unit-changed"),
        ("单位：万元（保留两位小数）", "w frame-changed"),
        (None, "w frame-changed"),
    ],
)
def test_another_unit_of_money_is_an_error(text: str | None, code: str) -> None:
    """Who changed what the amounts are counted in may have filled them in so."""
    raw = returned(typed(published(SCIENCE).data, {"基本情况!F2": text}))
    assert [" ".join(told) for told in brief(raw.findings)] == [f"{code} 基本情况!F2"]


@pytest.mark.parametrize(("cells", "findings"), CHANGES)
def test_changes_of_the_frame(cells: dict[str, Any], findings: list[tuple[str, str, str]]) -> None:
    raw = returned(typed(compact().data, cells), COMPACT)
    assert brief(raw.findings) == findings


def test_strays_show_what_was_written() -> None:
    raw = returned(typed(compact().data, {"指标!T4": "此项待定", "指标!U4": "另见附件"}), COMPACT)
    assert raw.findings[0].value == "此项待定；另见附件"


def test_an_empty_sheet_that_was_added_is_said_and_changes_nothing() -> None:
    def add(book: Workbook) -> None:
        book.create_sheet("Sheet1", 0)
        book.create_sheet("草稿")

    usual, raw = returned(compact().data, COMPACT), returned(edited(compact().data, add), COMPACT)
    assert brief(raw.findings) == [("n", "sheet-added", "")]
    assert raw.findings[0].params["sheet"] == "Sheet1、草稿"
    assert (raw.verdict, raw.cells) == (usual.verdict, usual.cells)
    assert answers(cast(raw), raw=True) == answers(cast(usual), raw=True)


def test_a_sheet_of_ours_that_was_emptied_is_not_called_added() -> None:
    raw = returned(edited(compact().data, lambda book: clear(book["填报说明"])), COMPACT)
    assert "sheet-added" not in {finding.code for finding in raw.findings}


def clear(sheet: Worksheet) -> None:
    for line in sheet.iter_rows():
        for cell in line:
            if not isinstance(cell, MergedCell):
                cell.value = None


def test_a_locked_total_is_recomputed() -> None:
    submission = cast(returned(typed(compact().data, {"基本情况!D12": 99}), COMPACT))
    finding = submission.findings[0]
    assert (finding.code, finding.value, finding.expected) == (
        "computed-overwritten",
        "99",
        "15.00",
    )
    total = next(row for row in submission.rows if row.key == "all")
    assert str(total.values["now"]) == "15"
