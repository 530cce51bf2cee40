"""Texts that attack: they come through template, return and master as texts, and in time."""

from __future__ import annotations

import io
import json
import time
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from openpyxl import load_workbook

from tests.attacks.made import parts_of, sound, with_parts
from tests.office import Office
from tests.validation.returns import COMPACT, COMPACT_ANSWERS, judge, reader_of, returned, written
from xlkit.master.consolidate import consolidate
from xlkit.master.export import write_parquet
from xlkit.master.writer import write_master
from xlkit.reporting.json import check_report
from xlkit.reporting.text import report
from xlkit.submission.cast import cast
from xlkit.submission.xlsx import read_xlsx
from xlkit.template.book import Book
from xlkit.validation.review import Review, judged

#: Seconds for one return with such a text in every field, whatever is made of it.
PATIENCE = 20

RUNS = ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "=cmd|'/c calc'!A0", '=HYPERLINK("http://x.example","y")',
        "{=1}", "'=1", "<r>x</r>", "_x0041_", "https://x.example"]  # fmt: skip
BLANKS_BEFORE = ["\t=1+1", "\r=1+1", "\n=1+1", " =1+1", "\u3000=1+1", "\u200b=1+1"]
#: What no XML part can hold, or only escaped.
UNSEEN = ["a\x00b", "a\x07b", "a\x1fb", "a\x7fb", "a\ufffeb", "a\uffffb"]
HALVES = ["a\ud800b", "\ude00\ud83d"]
DISGUISED = ["单位\u202egpj.exe", "\u2066财政局\u2069", "Аdmin", "財政局", "ﬁnance"]
LONG = ["9", "（", "1 ", "≥", "1,", "0.", "(1", "2024-", "二零", "1~", "万", "1万", "%", "年月日",
        "e", "\u3000", "\u0301", "a\n", '"', "=1+"]  # fmt: skip


def answers_with(text: str) -> dict[str, Any]:
    """The answers with that text wherever a person may type one."""
    answers = deepcopy(COMPACT_ANSWERS)
    answers["contact"]["name"] = text
    answers["goal"]["text"] = text
    answers["indicators"][2]["level2"] = text
    answers["projects"][0]["steps"][0]["text"] = text
    return answers


def everywhere(text: str) -> dict[str, Any]:
    """The answers with that text in numbers, dates and lists too."""
    answers = answers_with(text)
    answers["funding"][0]["now"] = text
    answers["indicators"][0] |= {"past": text, "value": text, "basis": text}
    answers["projects"][0] |= {"code": text, "budget": text, "due": text}
    answers["projects"][0]["steps"][0] |= {"cost": text, "months": text, "done": text}
    return answers


@cache
def reviewed(text: str) -> Review:
    data = written(COMPACT, answers_with(text)).data
    return judged([cast(reader_of(COMPACT).read_bytes(data, "a.xlsx"))])


def goal_of(review: Review) -> str:
    raw = review.submissions[0].raw
    (row,) = [row for row in raw.rows if row.path == "goal"]
    return row.texts["text"][1]


def answer_to_goal(data: bytes) -> str:
    """The one long text as it stands in its cell of the master."""
    (grid,) = [grid for grid in read_xlsx(data).sheets if grid.name == "总体目标"]
    return grid.cells[4, 4].text


def texts_of(data: bytes) -> set[str]:
    """The texts of a workbook as openpyxl reads it; formulas are none."""
    book = load_workbook(io.BytesIO(data))
    cells = (cell for sheet in book for line in sheet.iter_rows() for cell in line)
    return {cell.value for cell in cells if cell.data_type == "s"}


def formulas_of(data: bytes) -> set[str]:
    book = load_workbook(io.BytesIO(data))
    cells = (cell for sheet in book for line in sheet.iter_rows() for cell in line)
    return {str(cell.value) for cell in cells if cell.data_type == "f"}


@pytest.mark.parametrize("text", [*RUNS, *DISGUISED])
def test_a_text_that_would_run_arrives_as_that_text(text: str) -> None:
    issued = written(COMPACT, answers_with(text)).data
    master = write_master(consolidate(reviewed(text), include_errors=True, private=True))
    assert goal_of(reviewed(text)) == text
    assert text in texts_of(issued)
    assert text in texts_of(master)
    assert text not in formulas_of(issued) | formulas_of(master)


@pytest.mark.parametrize("text", [*RUNS, "\t=1+1", "\t-1", "\t甲", "\t\t@A1", "\x01=1+1", *UNSEEN])
def test_a_free_text_stands_in_the_master_as_it_was_typed(text: str) -> None:
    review = reviewed(text)
    master = consolidate(review, include_errors=True, private=True)
    data = write_master(master)
    assert answer_to_goal(data) == text
    assert not [text for text in formulas_of(data) if "1+1" in text]
    assert "goal" not in {repair.block for repair in review.submissions[0].repairs}


@pytest.mark.parametrize("text", [*BLANKS_BEFORE, "  =1+1"])
def test_what_is_taken_from_before_a_formula_is_said(text: str) -> None:
    (submission,) = reviewed(text).submissions
    written = goal_of(reviewed(text))
    kept = answer_to_goal(write_master(consolidate(reviewed(text), include_errors=True)))
    said = [(item.raw, item.value) for item in submission.repairs if item.block == "goal"]
    assert said == ([] if kept == written else [(written, "=1+1")])


def test_a_tab_before_a_number_or_a_name_of_a_list_is_a_repair_that_is_logged() -> None:
    answers = deepcopy(COMPACT_ANSWERS)
    answers["funding"][0]["now"] = "\t12.5"
    answers["indicators"][0]["basis"] = "\t计划标准"
    (item,) = judged([cast(returned(written(COMPACT, answers).data, COMPACT))]).submissions
    assert [(repair.code, repair.raw, repair.value) for repair in item.repairs] == [
        ("repaired-blanks", "\t12.5", "12.5"),
        ("repaired-blanks", "\t计划标准", "计划标准"),
    ]


@pytest.mark.parametrize("text", BLANKS_BEFORE)
def test_blanks_before_a_formula_do_not_wake_it(text: str) -> None:
    master = write_master(consolidate(reviewed(text), include_errors=True, private=True))
    assert "=1+1" in texts_of(master)
    assert "=1+1" not in formulas_of(master)


@pytest.mark.parametrize("text", [*UNSEEN, *HALVES])
def test_signs_that_xml_cannot_hold_crash_nothing(text: str, tmp_path: Path) -> None:
    review = reviewed(text)
    master = consolidate(review, include_errors=True, private=True)
    assert write_master(master)
    assert write_parquet(master, tmp_path)
    assert json.dumps(check_report(review.submissions, "zh"), ensure_ascii=False).encode("utf-8")
    assert report(review.submissions, "zh").encode("utf-8")


@pytest.mark.parametrize("text", UNSEEN)
def test_signs_that_xml_escapes_come_back_as_they_were(text: str) -> None:
    assert goal_of(reviewed(text)) == text


@pytest.mark.parametrize("text", HALVES)
def test_half_a_pair_becomes_the_sign_for_none(text: str) -> None:
    assert "\ufffd" in goal_of(reviewed(text))
    halves = with_parts(sound(), {})
    strings = parts_of(halves)["xl/sharedStrings.xml"]
    assert isinstance(strings, bytes)
    spoilt = strings.replace("张三".encode(), b"_xD800_a_xD83D__xDE00_")
    raw = returned(with_parts(sound(), {"xl/sharedStrings.xml": spoilt}), COMPACT)
    (row,) = [row for row in raw.rows if row.path == "contact"]
    assert row.texts["name"][1] == "\ufffda😀"


def test_negative_numbers_stay_numbers() -> None:
    answers = deepcopy(COMPACT_ANSWERS)
    answers["funding"][0]["now"] = "-5.5"
    raw = returned(written(COMPACT, answers).data, COMPACT)
    master = consolidate(judged([cast(raw)]), include_errors=True)
    book = load_workbook(io.BytesIO(write_master(master)))
    cells = [cell.value for sheet in book for line in sheet.iter_rows() for cell in line]
    assert -5.5 in cells


def test_no_text_is_lost_in_parquet(tmp_path: Path) -> None:
    master = consolidate(reviewed("=1+1"), include_errors=True, private=True)
    frames = [pl.read_parquet(path) for path in write_parquet(master, tmp_path)]
    assert any(
        "=1+1" in frame.get_column(name).to_list() for frame in frames for name in frame.columns
    )


@pytest.mark.parametrize("piece", LONG)
def test_long_texts_take_no_time(piece: str) -> None:
    text = (piece * 32_767)[:32_767]
    started = time.monotonic()
    raw = returned(written(COMPACT, everywhere(text)).data, COMPACT)
    review = judged([cast(raw)])
    assert write_master(consolidate(review, include_errors=True, private=True))
    assert time.monotonic() - started < PATIENCE
    assert judge(raw)


def test_a_text_that_is_too_long_for_a_cell_is_refused_with_its_place() -> None:
    from xlkit.errors import RenderError

    page = Book().page("表")
    with pytest.raises(RenderError, match="表!A1"):
        page.text(_cell(), "甲" * 32_768, {})


def _cell() -> Any:
    from xlkit.cells import Box

    return Box(1, 1, 1, 1)


@pytest.mark.parametrize("suffix", [".xlsx", ".xls", ".ods"])
def test_libreoffice_reads_texts_back_as_texts(office: Office, tmp_path: Path, suffix: str) -> None:
    answers = deepcopy(COMPACT_ANSWERS)
    answers["goal"]["text"] = "=cmd|'/c calc'!A0"
    answers["contact"]["name"] = "@SUM(A1)"
    answers["indicators"][2]["level2"] = "a\x07b"
    source, target = tmp_path / "a.xlsx", tmp_path / f"b{suffix}"
    source.write_bytes(written(COMPACT, answers).data)
    office.save(source, target)
    raw = reader_of(COMPACT).read(target)
    texts = {(row.path, name): text[1] for row in raw.rows for name, text in row.texts.items()}
    assert [item.code for item in raw.findings if item.code.startswith("file-")] == []
    assert texts["goal", "text"] == "=cmd|'/c calc'!A0"
    assert texts["contact", "name"] == "@SUM(A1)"


def test_libreoffice_reads_the_master_as_texts(office: Office, tmp_path: Path) -> None:
    source, target = tmp_path / "master.xlsx", tmp_path / "back.xlsx"
    source.write_bytes(write_master(consolidate(reviewed("=1+1"), include_errors=True)))
    office.save(source, target)
    assert "=1+1" in texts_of(target.read_bytes())
    assert "=1+1" not in formulas_of(target.read_bytes())
