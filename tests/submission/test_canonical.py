"""Canonical answers: what of a return is exported, and how."""

from __future__ import annotations

from tests.validation.returns import COMPACT, compact, returned, row_of, typed, with_texts, written
from xlkit.submission.canonical import answers
from xlkit.submission.cast import cast


def test_normal_form_with_parts() -> None:
    got = answers(cast(returned(compact().data, COMPACT)))
    assert got["funding"] == [
        {"item": "财政拨款", "now": "10.00", "share": "66.67%"},
        {"item": "单位资金", "now": "5.00", "share": "33.33%"},
        {"item": "合计", "now": "15.00", "share": "100.00%"},
    ]
    assert got["indicators"][0] == {
        "level1": "管理",
        "level2": "执行率",
        "past": "90%",
        "past_parts": {"operator": "", "number": "90", "unit": "%", "kind": "number"},
        "value": "≥95%",
        "value_parts": {"operator": "≥", "number": "95", "unit": "%", "kind": "number"},
        "basis": "计划标准",
    }
    assert got["indicators"][1]["past_parts"] == {
        "operator": "",
        "number": "",
        "unit": "",
        "kind": "empty",
    }


def test_raw_and_plain_forms_have_no_parts() -> None:
    submission = cast(returned(compact().data, COMPACT))
    for got in (answers(submission, raw=True), answers(submission, parts=False)):
        assert set(got["indicators"][0]) == {"level1", "level2", "past", "value", "basis"}


def test_rows_stand_in_the_order_of_the_sheet() -> None:
    got = answers(cast(returned(compact().data, COMPACT)))
    assert [row["level2"] for row in got["indicators"]] == ["执行率", "新增企业", "培训"]


def test_an_empty_return() -> None:
    got = answers(cast(returned(written(COMPACT, {}).data, COMPACT)))
    assert got == {
        "contact": {"name": "", "phone": ""},
        "funding": [
            {"item": item, "now": "", "share": ""} for item in ("财政拨款", "单位资金", "合计")
        ],
        "goal": {"text": ""},
        "indicators": [],
        "projects": [],
    }


def test_what_could_not_be_read_stands_as_written() -> None:
    got = answers(
        cast(returned(typed(compact().data, {"项目01!D10": "约 4", "指标!F4": "9 5"}), COMPACT))
    )
    assert got["projects"][0]["steps"][0]["cost"] == "约 4"
    assert got["indicators"][0]["value"] == "≥9 5%"
    assert got["indicators"][0]["value_parts"]["kind"] == "empty"


def test_members_that_hold_anything_are_given() -> None:
    raw = returned(typed(compact().data, {"项目02!C10": "只有步骤"}), COMPACT)
    members = answers(cast(raw), raw=True)["projects"]
    assert [(item["code"], [step["text"] for step in item["steps"]]) for item in members] == [
        ("A1", ["调研", "建设"]),
        ("", ["只有步骤"]),
    ]


def test_answers_of_a_missing_sheet_are_blank() -> None:
    raw = returned(compact().data, COMPACT)
    kept = tuple(row for row in raw.rows if row.path not in ("contact", "indicators"))
    from dataclasses import replace

    got = answers(cast(replace(raw, rows=kept)))
    assert (got["contact"], got["indicators"]) == ({"name": "", "phone": ""}, [])


def test_a_blank_text_is_kept_raw_and_dropped_in_normal_form() -> None:
    raw = returned(compact().data, COMPACT)
    changed = with_texts(raw, row_of(raw, "contact", "record"), "name", ("", " 张 三 ", ""))
    assert answers(cast(changed), raw=True)["contact"]["name"] == " 张 三 "
    assert answers(cast(changed))["contact"]["name"] == "张 三"
