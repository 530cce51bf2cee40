"""What changed between two returns: by key and name, once for each answer."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.correction.test_reissue import ANSWERS, OLD_TEXT
from tests.samples import FOLDER
from tests.validation.returns import (
    COMPACT,
    COMPACT_ANSWERS,
    PUBLISHED,
    judge,
    published_raw,
    returned,
    typed,
    with_texts,
    written,
)
from xlkit.errors import UsageError
from xlkit.form.load import load_form
from xlkit.form.model import Form
from xlkit.reporting.changes import changes_report, changes_text
from xlkit.rules.registry import load_checked
from xlkit.submission.cast import cast
from xlkit.submission.model import Submission
from xlkit.submission.raw import RawSubmission, Verdict
from xlkit.validation.changes import Kind, changes
from xlkit.validation.review import review


def said(answers: dict[str, Any], form: Form = COMPACT) -> Submission:
    (one,) = judge(returned(written(form, answers).data, form))
    return one


@cache
def base() -> Submission:
    return said(COMPACT_ANSWERS)


def answers() -> dict[str, Any]:
    return deepcopy(COMPACT_ANSWERS)


def brief(before: Submission, after: Submission) -> list[str]:
    return [f"{c.kind} {c.where}: {c.before}→{c.after}" for c in changes(before, after)]


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_return_and_itself_say_the_same(name: str) -> None:
    one = cast(published_raw(name))
    assert changes(one, one) == ()
    assert changes_text((), "zh") == "两次报送填写的内容相同。"


def test_what_reads_the_same_is_the_same() -> None:
    other = answers()
    other["funding"][0]["now"] = "10.00"
    other["indicators"][1]["value"] = "大于等于20家"
    other["contact"]["name"] = " 张三 "
    assert changes(base(), said(other)) == ()


def test_a_changed_amount_is_one_change_and_its_totals_are_none() -> None:
    other = answers()
    other["funding"][0]["now"] = "12"
    (change,) = changes(base(), said(other))
    assert (change.where, change.before, change.after) == ("资金 › 财政拨款 › 今年", "10", "12")
    assert change.cell_before == change.cell_after
    assert (change.block, change.field, change.row) == ("funding", "now", "fiscal")


@settings(max_examples=40, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_one_changed_cell_is_one_change(data: st.DataObject) -> None:
    """Any typed cell of a published return, cleared or with other words in it."""
    raw = published_raw(data.draw(st.sampled_from(PUBLISHED)))
    rows = [row for row in raw.rows if row.filled]
    row = data.draw(st.sampled_from(rows))
    issued = row.row.fixed
    names = [n for n in row.texts if n not in row.formulas and n not in issued and row.cells[n]]
    name = data.draw(st.sampled_from(names))
    operator, text, unit = row.texts[name]
    new = "" if data.draw(st.booleans()) and text.strip() else f"{text}改"
    after = with_texts(raw, row, name, (operator, new, unit))
    found = changes(cast(raw), cast(after))
    key = row.placed.block.key_field if hasattr(row.placed.block, "key_field") else ""
    assert len(found) == 1, found
    cells = row.cells[name]
    cell = cells[1] if len(cells) > 1 else cells[0]
    assert found[0].cell_after == f"{row.sheet}!{cell}"
    assert found[0].field == name or name == key
    assert changes(cast(after), cast(raw))[0].kind is found[0].kind


def test_free_rows_that_moved_are_no_change() -> None:
    other = answers()
    steps = other["projects"][0]["steps"]
    other["projects"][0]["steps"] = [steps[1], steps[0]]
    assert changes(base(), said(other)) == ()


def test_a_renamed_row_at_its_place_is_a_change_of_name() -> None:
    other = answers()
    other["projects"][0]["steps"][1]["text"] = "施工"
    assert brief(base(), said(other)) == ["changed 项目01 › 步骤 › 施工 › 内容: 建设→施工"]


def test_a_row_of_another_name_elsewhere_is_removed_and_added() -> None:
    other = answers()
    other["projects"][0]["steps"] = [
        {"text": "建设", "cost": "6", "months": "", "done": ""},
        {"text": "验收", "cost": "1", "months": "", "done": ""},
        {"text": "移交", "cost": "2", "months": "", "done": ""},
    ]
    found = changes(base(), said(other))
    assert {(c.kind, c.row, c.field) for c in found} == {
        (Kind.ADDED, "移交", "text"),
        (Kind.ADDED, "移交", "cost"),
        (Kind.ADDED, "验收", "text"),
        (Kind.ADDED, "验收", "cost"),
        (Kind.REMOVED, "调研", "text"),
        (Kind.REMOVED, "调研", "cost"),
        (Kind.REMOVED, "调研", "months"),
        (Kind.REMOVED, "调研", "done"),
    }


def test_members_are_known_by_their_key() -> None:
    other = answers()
    first = deepcopy(other["projects"][0])
    other["projects"] = [{"code": "Z9", "budget": "1", "due": "", "steps": []}, first]
    found = changes(base(), said(other))
    assert {(c.kind, c.where, c.after) for c in found} == {
        (Kind.ADDED, "项目01 › 项目情况 › 编码", "Z9"),
        (Kind.ADDED, "项目01 › 项目情况 › 预算", "1"),
    }
    back = changes(said(other), base())
    assert {(c.kind, c.before, c.after) for c in back} == {
        (Kind.REMOVED, "Z9", ""),
        (Kind.REMOVED, "1", ""),
    }


def test_what_could_not_be_read_is_compared_as_written() -> None:
    wrong = answers()
    wrong["funding"][0]["now"] = "十来万"
    other = answers()
    other["funding"][0]["now"] = "十几万"
    assert changes(said(wrong), said(wrong)) == ()
    assert brief(said(wrong), said(other)) == ["changed 资金 › 财政拨款 › 今年: 十来万→十几万"]
    assert brief(base(), said(wrong)) == ["changed 资金 › 财政拨款 › 今年: 10→十来万"]


def test_of_three_cells_the_one_that_differs_is_named() -> None:
    data = written(COMPACT, COMPACT_ANSWERS).data
    raw = returned(data, COMPACT)
    row = next(r for r in raw.rows if r.path == "indicators" and r.texts["value"][2] == "家")
    cell = f"{row.sheet}!{row.cells['value'][2]}"
    (change,) = changes(base(), cast(returned(typed(data, {cell: "户"}), COMPACT)))
    assert (change.cell_after, change.before, change.after) == (cell, "≥20家", "≥20户")


def test_private_answers_are_masked_unless_asked_for() -> None:
    form = load_form(Path(__file__).parents[1] / "master" / "private.yaml")
    one = said({"about": {"title": "甲", "phone": "13800000000"}}, form)
    other = said({"about": {"title": "甲", "phone": "13900000000"}}, form)
    (masked,) = changes(one, other)
    assert (masked.before, masked.after) == ("（不公开）", "（不公开）")
    (shown,) = changes(one, other, private=True)
    assert (shown.before, shown.after) == ("13800000000", "13900000000")


def test_two_versions_of_a_form_are_compared_by_todays_names(tmp_path: Path) -> None:
    path = tmp_path / "form.yaml"
    path.write_text(OLD_TEXT, encoding="utf-8")
    old = load_checked(str(path))
    new = load_checked(str(Path(__file__).parents[1] / "correction" / "reissued.yaml"))
    before = said(ANSWERS, old)
    after = said(
        {
            "filler": {"person": "李四"},
            "funding": [
                {"item": "财政拨款", "current": "10"},
                {"item": "单位资金", "current": "5"},
            ],
            "investments": [
                {"number": "B2", "title": "乙", "plan": ANSWERS["projects"][1]["steps"]},
                {"number": "A1", "title": "甲", "plan": ANSWERS["projects"][0]["steps"]},
                {"number": "own", "title": "自加", "plan": ANSWERS["projects"][2]["steps"]},
            ],
        },
        new,
    )
    assert brief(before, after) == [
        "changed 填报信息 › 填报人: 张三→李四",
        "removed 填报信息 › 电话: 0711-1234567→",
        "removed 资金 › 其他 › 今年: 1→",
    ]


def test_only_returns_of_one_form_can_be_compared() -> None:
    refused = Submission(RawSubmission(file="x/a.xlsx", sha256="", verdict=Verdict.FOREIGN))
    with pytest.raises(UsageError, match=r"a\.xlsx was not read"):
        changes(base(), refused)
    other = replace(base(), raw=replace(base().raw, form=COMPACT.model_copy(update={"form": "x"})))
    with pytest.raises(UsageError, match="returns of one form"):
        changes(base(), other)


def test_a_samples_defects_are_told_in_words() -> None:
    good, bad = review(
        [FOLDER / "ezhou-economy-informatization-2024.xlsx", FOLDER / "bad-percent-in-amount.xlsx"]
    ).submissions
    found = changes(good, bad)
    text = changes_text(found, "zh")
    assert text.splitlines()[0].startswith(f"共 {len(found)} 处变动")
    assert "基本情况!D14" in text
    assert [item["kind"] for item in changes_report(found)] == [c.kind.value for c in found]
    assert changes_text(found, "en").startswith("changes: ")
