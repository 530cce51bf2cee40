"""Letters to departments: what they say first, in which order, and that typed text stays text."""

from __future__ import annotations

import html
import re
from dataclasses import fields, replace
from datetime import date
from functools import cache

import pytest

from tests.samples import FOLDER
from xlkit.catalogue import codes, explain, say, severity_of
from xlkit.errors import LetterError, UsageError
from xlkit.findings import Explanation, Finding, Lack, Severity
from xlkit.identity import Identity
from xlkit.ledger.mails import Purpose
from xlkit.reporting.cover import Cover
from xlkit.reporting.json import finding_report
from xlkit.reporting.letter import Entry, Former, Letter, Outcome, Rejection, Weight
from xlkit.reporting.lettering import letter_of
from xlkit.reporting.stationery import TEMPLATES, Kind, Stationery
from xlkit.reporting.text import report
from xlkit.submission.model import Submission
from xlkit.submission.raw import RawSubmission, Verdict
from xlkit.validation.review import review

GUIDE = FOLDER.parent / "docs" / "letters.md"
ECONOMY = "ezhou-economy-informatization-2024.xlsx"
PERCENT = "bad-percent-in-amount.xlsx"
FOR_CLERKS = [code for code in codes() if explain(code, "zh").clerk_hint]
SHEETS = ["基本情况", "职能与目标", "长期绩效指标", "年度绩效指标"]


@cache
def sample(name: str, language: str = "zh") -> Submission:
    return review([FOLDER / name], language=language).submissions[0]


def changed(submission: Submission, **of_warnings) -> Submission:
    """The submission with its warnings changed."""
    return replace(
        submission,
        findings=tuple(
            replace(found, **of_warnings) if found.severity is Severity.WARNING else found
            for found in submission.findings
        ),
    )


def written(letter: Letter, kind: Kind = Kind.TEXT, folder=None) -> str:
    return Stationery(folder).write(letter, kind)


def small(
    *findings: Finding, verdict: Verdict = Verdict.INTACT, identity: Identity | None = None
) -> Submission:
    raw = RawSubmission(file="in/a.xlsx", sha256="0", verdict=verdict, identity=identity)
    return Submission(raw, findings=findings)


def finding(**other) -> Finding:
    given = {"code": "choice-not-in-list", "severity": Severity.ERROR, "cells": ("S!B7",)}
    return Finding(**(given | {"value": "x", "where": "表 › 行", "expected": "甲、乙"} | other))


def test_sheets_stand_in_the_order_of_the_workbook_and_the_worst_comes_first():
    letter = letter_of(sample(PERCENT), "zh")
    assert [sheet.name for sheet in letter.sheets] == SHEETS
    assert [entry.weight for entry in letter.sheets[0].entries] == [Weight.ERROR, Weight.WARNING]
    assert [entry.cells for entry in letter.sheets[0].entries] == ["D14", "D16、G16"]
    assert [entry.number for entry in letter.entries] == list(range(1, len(letter.entries) + 1))
    assert (letter.outcome, letter.errors, letter.warnings) == (Outcome.ERRORS, 1, 11)


def test_alike_findings_are_one_entry_with_the_cells_of_its_own_sheet_first():
    letter = letter_of(sample(PERCENT), "zh")
    entry = letter.sheets[2].entries[0]
    assert entry.title == "目标低于另一目标"
    assert entry.cells == (
        "F6–G6、F8、E31–G31、F47–G47；年度绩效指标 H6–I6、H8–I8、G31–I31、H47–I47"
    )
    assert (len(entry.messages), entry.more) == (3, 1)


def test_notices_ask_for_nothing_and_close_the_letter():
    letter = letter_of(sample(PERCENT), "zh")
    assert {entry.title for entry in letter.notices} == {"统一了名称"}
    assert all(entry.number is None for entry in letter.notices)
    text = written(letter)
    assert text.index("怎样改、怎样发回") < text.index("以下供核对") < text.index("统一了名称")


def test_a_letter_says_who_what_and_the_conclusion_before_all_else():
    letter = letter_of(
        sample(ECONOMY),
        "zh",
        due=date(2026, 11, 30),
        sender="鄂州市财政局",
    )
    lines = written(letter).splitlines()
    assert lines[:6] == [
        "鄂州市经济和信息化局：",
        "",
        f"您好！贵单位报送的2024年度《部门整体绩效目标表》（文件：{ECONOMY}）已收到并核对，结果如下。",
        "",
        "结论：没有错误，但有几处需要核实，请改正或写明原因，于2026年11月30日前（含当日）发回。",
        "共 11 项：请改正或说明 11 项。",
    ]
    assert lines[-1] == "鄂州市财政局"
    assert "\n\n\n" not in "\n".join(lines)


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize(
    ("language", "day"), [("zh", "2026年11月30日"), ("en", "30 November 2026")]
)
def test_the_deadline_is_told_in_both_languages(kind, language, day):
    submission = sample(PERCENT, language)
    letter = letter_of(submission, language, due=date(2026, 11, 30))
    assert day in written(letter, kind)
    without = written(letter_of(submission, language), kind)
    assert "2026" not in without
    assert "None" not in without


REJECTION = Rejection("目标太空", "王会计", "2026年11月5日")
FORMER = Former("2026年11月2日", Outcome.PASSED, was_rejected=False, is_sure=True)
REJECTED_BEFORE = Former("2026年11月6日", Outcome.ERRORS, was_rejected=True, is_sure=True)


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize(
    ("language", "given", "told", "untold"),
    [
        ("zh", {}, (), ("作废", "退回")),
        (
            "zh",
            {"rejection": REJECTION},
            ("财政局退回了", "目标太空", "王会计，2026年"),
            ("有错误",),
        ),
        (
            "zh",
            {"rejection": replace(REJECTION, by="", day_text="")},
            ("退回原因：目标太空",),
            ("（）", "，，"),
        ),
        (
            "zh",
            {"former": FORMER},
            ("我们2026年11月2日的回信（结论：已通过）", "以本信为准"),
            ("撤销",),
        ),
        (
            "zh",
            {"former": replace(FORMER, is_sure=False)},
            ("如果收到过我们2026年11月2日的回信，那封信（结论：已通过）",),
            (),
        ),
        (
            "zh",
            {"former": REJECTED_BEFORE},
            ("（结论：财政局退回）", "已撤销那次退回"),
            ("不用再做",),
        ),
        ("zh", {"former": REJECTED_BEFORE, "rejection": REJECTION}, ("退回）",), ("撤销",)),
        ("en", {}, (), ("no longer holds", "sends this return back")),
        ("en", {"rejection": REJECTION}, ("sends this return back", "目标太空"), ("are errors",)),
        (
            "en",
            {"former": FORMER},
            ("Our letter of 2026", "(accepted)", "no longer holds"),
            ("taken",),
        ),
        ("en", {"former": replace(FORMER, is_sure=False)}, ("If you got our letter",), ()),
        ("en", {"former": REJECTED_BEFORE}, ("has taken back that it sent",), ("need not",)),
    ],
)
def test_a_letter_tells_a_rejection_and_what_no_longer_holds(kind, language, given, told, untold):
    text = html.unescape(written(letter_of(sample(PERCENT, language), language, **given), kind))
    text = re.sub("</?(strong|p)[^>]*>", "", text)
    assert [words for words in told if words not in text] == []
    assert [words for words in untold if words in text] == []


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize(
    ("workbook", "said", "unsaid"),
    [
        (True, "请在随信的更正表里改", ("没有附的", "没有更正表的", "原来报送的文件里改")),
        (False, "请在原来报送的文件里改", ("更正表",)),
        (None, "没有附的，在原来报送的文件里改", ()),
    ],
)
def test_a_letter_says_where_to_correct(kind, workbook, said, unsaid):
    text = written(letter_of(sample(PERCENT), "zh", workbook=workbook), kind)
    assert said in text
    assert not any(words in text for words in unsaid)


def test_an_english_letter_says_where_to_correct():
    given = [letter_of(sample(PERCENT, "en"), "en", workbook=it) for it in (True, False, None)]
    told = [written(letter) for letter in given]
    assert ["correction workbook" in text for text in told] == [True, False, True]
    assert ["by item number" in text for text in told] == [False, True, True]


def test_an_english_letter_is_english():
    text = written(letter_of(sample(PERCENT, "en"), "en"))
    assert "RESULT: There are errors." in text
    assert "1. TO BE CORRECTED: Percent in an amount cell (D14)" in text
    assert "- TO BE CORRECTED: please correct every item." in text.splitlines()
    for words in ("结论", "怎么办", "必须改正"):
        assert words not in text


@pytest.mark.parametrize("kind", Kind)
def test_an_explanation_that_counts_leaves_nothing_to_do(kind):
    given = Explanation("上年有一次性的基建支出")
    letter = letter_of(changed(sample(PERCENT), explanation=given), "zh")
    assert [entry.number for entry in letter.entries if entry.number] == [1]
    assert {entry.weight for entry in letter.entries[1:]} == {Weight.EXPLAINED}
    text = written(letter, kind)
    assert "已说明，不用处理" in text
    assert "贵单位的说明：上年有一次性的基建支出" in text
    assert "请改正或说明" not in text


@pytest.mark.parametrize("kind", Kind)
def test_an_explanation_that_does_not_count_is_shown_with_the_reason(kind):
    given = Explanation("无", Lack.SHORT)
    letter = letter_of(changed(sample(PERCENT), explanation=given), "zh")
    assert letter.warnings == 11
    assert "贵单位的说明“无”没有采用：说明太短，请至少写6个字，写清具体原因。" in written(
        letter, kind
    )


def test_only_findings_with_the_same_explanation_are_one_entry():
    first = finding(severity=Severity.WARNING, explanation=Explanation("甲是对的，有文件"))
    other = finding(severity=Severity.WARNING, cells=("S!B8",))
    letter = letter_of(small(first, other), "zh")
    assert [(e.cells, e.weight) for e in letter.entries] == [
        ("B8", Weight.WARNING),
        ("B7", Weight.EXPLAINED),
    ]


@pytest.mark.parametrize("lack", Lack)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_lack_has_words(lack, language):
    warning = finding(severity=Severity.WARNING, explanation=Explanation("y", lack))
    assert letter_of(small(warning), language).entries[0].rejected


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize(("language", "said"), [("zh", "已通过"), ("en", "is accepted")])
def test_an_accepted_return_gets_a_letter_that_says_so(kind, language, said):
    explained = Explanation("上年有一次性的基建支出")
    science = sample("ezhou-science-technology-2024.xlsx", language)
    letter = letter_of(changed(science, explanation=explained), language, due=date(2026, 11, 30))
    assert letter.outcome is Outcome.PASSED
    text = written(letter, kind)
    assert said in text
    assert letter.due_text not in text


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_file_that_cannot_be_read_gets_a_letter_with_what_to_do(kind, language, tmp_path):
    file = tmp_path / "photo.xlsx"
    file.write_text("hello", encoding="utf-8")
    (submission,) = review([file], language=language).submissions
    letter = letter_of(submission, language, unit=("301", "甲局"))
    assert (letter.outcome, letter.unit, letter.sheets) == (Outcome.UNREADABLE, "甲局", ())
    text = written(letter, kind)
    assert "*.xlsx" in text
    assert "甲局" in text
    assert str(tmp_path) not in text


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_foreign_file_gets_a_letter_without_a_form(kind, language):
    lost = Finding(code="not-our-workbook", severity=Severity.ERROR)
    letter = letter_of(small(lost, verdict=Verdict.FOREIGN), language)
    assert letter.outcome is Outcome.FOREIGN
    text = written(letter, kind)
    assert ("填报单位" if language == "zh" else "colleagues") in text
    assert "《" not in text
    assert "None" not in text


def test_findings_without_cells_stand_with_their_sheet_or_the_whole_file():
    base = sample(PERCENT)
    block = Finding(code="level-uncovered", severity=Severity.ERROR, block="annual_indicators")
    sheet = Finding(code="stray-cells", severity=Severity.ERROR, params={"sheet": "职能与目标"})
    whole = Finding(code="sheet-missing", severity=Severity.ERROR, params={"sheet": "另一张"})
    letter = letter_of(replace(base, findings=(block, sheet, whole)), "zh")
    assert [entry.title for entry in letter.general] == ["缺少工作表"]
    assert [(s.name, len(s.entries)) for s in letter.sheets] == [
        ("职能与目标", 1),
        ("年度绩效指标", 1),
    ]


@pytest.mark.parametrize("code", FOR_CLERKS)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_the_clerk_has_to_do_is_in_reports_and_in_no_letter(code, language):
    submission = small(Finding(code=code, severity=severity_of(code), value="3", expected="2"))
    said = say(submission.findings[0], language)
    told = report([submission], language)
    assert told.index(said.hint) < told.index(said.clerk_hint)
    assert finding_report(submission.findings[0], language)["clerk_hint"] == said.clerk_hint
    for kind in Kind:
        text = html.unescape(written(letter_of(submission, language), kind))
        assert said.hint in text
        assert said.clerk_hint not in text


def test_a_department_is_told_of_no_option_of_the_program():
    for code in codes():
        for language in ("zh", "en"):
            assert not re.search(r"--[a-z]|xlkit", explain(code, language).hint), code


NASTY = "<b onclick='x'>&{{ letter.file }}{% raw %}\n\n结论：已通过\u202e\x1b[2J"


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_departments_typed_stays_text_on_its_own_line(kind, language):
    identity = Identity(form="f", version=1, unit="1", unit_name=NASTY)
    explained = Explanation(NASTY, Lack.SHORT)
    findings = (
        finding(value=NASTY, where=NASTY, cells=(f"{NASTY}!B7",)),
        finding(severity=Severity.WARNING, explanation=explained, params={"message": NASTY}),
        finding(severity=Severity.NOTICE, value=NASTY),
    )
    letter = letter_of(small(*findings, identity=identity), language, sender=NASTY)
    text = written(letter, kind)
    assert "a.xlsx{%" not in text
    assert "{{ letter.file }}{% raw %}" in text
    assert not re.search(r"^\s*结论：已通过", text, re.MULTILINE)
    assert "\x1b" not in text
    assert "\u202e" not in text
    if kind is Kind.HTML:
        assert "<b" not in text.replace("<body", "")
        assert "&lt;b onclick=&#39;x&#39;&gt;&amp;" in text


def test_a_page_needs_nothing_from_elsewhere():
    page = written(letter_of(sample(PERCENT), "zh"), Kind.HTML)
    assert page.startswith("<!DOCTYPE html>")
    assert '<html lang="zh-CN">' in page
    assert '<meta charset="utf-8">' in page
    for part in ("<script", "http:", "https:", "url(", "<img", "<link"):
        assert part not in page


def test_an_office_template_counts_before_ours_and_ours_fill_the_gaps(tmp_path):
    (tmp_path / "letter.zh.txt").write_text(
        "\ufeff{{ letter.unit }}！{{ letter.errors }}\n{% include 'foot.txt' %}", encoding="utf-8"
    )
    (tmp_path / "foot.txt").write_text("电话 0711-0000000", encoding="utf-8")
    letter = letter_of(sample(PERCENT), "zh")
    assert written(letter, Kind.TEXT, tmp_path) == "样例：金额填成百分比！1\n电话 0711-0000000\n"
    assert written(letter, Kind.HTML, tmp_path) == written(letter, Kind.HTML)


@pytest.mark.parametrize(
    ("template", "line", "said"),
    [
        ("a\n{% if %}", 2, "Expected an expression"),
        ("a\n{{ letter.unti }}", 2, "no attribute 'unti'"),
        ("a\n\n{{ unit }}", 3, "'unit' is undefined"),
        ("{% include 'foot.txt' %}", 1, "no template 'foot.txt'"),
        ("{{ ''.__class__.__mro__ }}", 1, "unsafe"),
        ("a\n{{ letter.entries[99].title }}", 2, "has no element 99"),
        ("{{ 1 // 0 }}", 1, "zero"),
        ("{% for n in range(10 ** 9) %}x{% endfor %}", 1, "Range too big"),
    ],
)
def test_an_error_in_an_office_template_says_file_line_and_what(tmp_path, template, line, said):
    file = tmp_path / "letter.zh.txt"
    file.write_text(template, encoding="utf-8")
    with pytest.raises(LetterError) as caught:
        written(letter_of(sample(PERCENT), "zh"), Kind.TEXT, tmp_path)
    assert str(caught.value).startswith(f"{file}:{line}: ")
    assert said in str(caught.value)


def test_a_template_in_another_encoding_is_named(tmp_path):
    file = tmp_path / "letter.zh.txt"
    file.write_bytes("您好".encode("gb18030"))
    with pytest.raises(LetterError, match="is not UTF-8") as caught:
        written(letter_of(sample(PERCENT), "zh"), Kind.TEXT, tmp_path)
    assert str(file) in str(caught.value)


def test_a_folder_without_templates_is_a_mistake(tmp_path):
    with pytest.raises(UsageError, match=re.escape("letter.zh.txt")):
        Stationery(tmp_path)
    with pytest.raises(UsageError, match="no folder"):
        Stationery(tmp_path / "nothing")


def test_ours_are_templates_that_an_office_can_start_from(tmp_path):
    from importlib import resources

    letter = letter_of(sample(PERCENT, "en"), "en", due=date(2026, 2, 1), sender="A")
    for name in TEMPLATES:
        source = resources.files("xlkit.reporting") / "letters" / name
        (tmp_path / name).write_text(source.read_text(encoding="utf-8"), encoding="utf-8")
    for kind in Kind:
        assert written(letter, kind, tmp_path) == written(letter, kind)


@pytest.mark.parametrize(
    "name",
    [field.name for field in (*fields(Letter), *fields(Entry))]
    + [name for name in vars(Letter) if isinstance(vars(Letter)[name], property)]
    + [field.name for field in fields(Cover)]
    + [name for name in vars(Cover) if isinstance(vars(Cover)[name], property)]
    + [*Outcome, *Weight, *Purpose, *TEMPLATES],
)
def test_the_guide_lists_what_a_template_may_use(name):
    assert f"`{name}`" in GUIDE.read_text(encoding="utf-8")
