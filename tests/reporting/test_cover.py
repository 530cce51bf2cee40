"""Mails in words: the subject, what is said before and after the day, and an office's own words."""

from __future__ import annotations

from datetime import date
from importlib import resources

import pytest

from tests.samples import FOLDER
from xlkit.errors import LetterError
from xlkit.ledger.mails import Purpose
from xlkit.reporting.cover import Cover, cover_of
from xlkit.reporting.letter import Outcome
from xlkit.reporting.lettering import letter_of
from xlkit.reporting.stationery import TEMPLATES, Kind, Stationery
from xlkit.validation.review import review

WRONG = "bad-percent-in-amount.xlsx"
FINE = "ezhou-economy-informatization-2024.xlsx"
UNIT = "鄂州市经济和信息化局"
TITLE = f"2026年度部门整体绩效目标表（{UNIT}）"
FORM = {"zh": "部门整体绩效目标表", "en": "Department performance"}


def cover(purpose: Purpose, language: str = "zh", **changes) -> Cover:
    given = {
        "unit": ("301", UNIT),
        "form": FORM[language],
        "year": 2026,
        "due": date(2026, 11, 30),
        "today": date(2026, 11, 21),
        "sender": "鄂州市财政局",
    }
    return cover_of(purpose, language, **(given | changes))


def written(*given, folder=None, **changes):
    return Stationery(folder).mail(cover(*given, **changes))


def returned(name: str, language: str, folder=None):
    """What a mail says of a return: the outcome, and the letter in its lines."""
    letter = letter_of(review([FOLDER / name], language=language).submissions[0], language)
    return {"outcome": letter.outcome, "letter": Stationery(folder).write(letter, Kind.TEXT)}


@pytest.mark.parametrize(
    ("language", "today", "subject"),
    [
        (
            "zh",
            21,
            f"【提醒】{TITLE}，2026年11月30日截止",
        ),
        ("zh", 30, f"【提醒】{TITLE}今天截止"),
        (
            "en",
            29,
            f"Reminder: Department performance 2026 ({UNIT}), due 30 November 2026",
        ),
    ],
)
def test_a_reminder_before_the_day_says_when_and_what_is_owed(language, today, subject):
    owed = ("尚未报送", "说明 3 处异常")
    mail = written(Purpose.REMIND, language, today=date(2026, 11, today), owed=owed)
    assert mail.subject == subject
    assert "1. 尚未报送\n2. 说明 3 处异常\n" in mail.text
    assert "过期" not in mail.text
    assert "Overdue" not in mail.subject


@pytest.mark.parametrize(
    ("language", "said"), [("zh", "现已过期3天"), ("en", "30 November 2026, 3 days ago")]
)
def test_a_reminder_after_the_day_says_for_how_long(language, said):
    mail = written(Purpose.REMIND, language, today=date(2026, 12, 3), owed=("尚未报送",))
    assert said in mail.text
    assert ("催报" in mail.subject) or mail.subject.startswith("Overdue")
    assert "还有9天" not in mail.text


def test_a_reminder_counts_days_in_words_that_fit():
    soon = written(Purpose.REMIND, "en", today=date(2026, 11, 29), owed=("x",)).text
    late = written(Purpose.REMIND, "en", today=date(2026, 12, 1), owed=("x",)).text
    assert "in 1 day." in soon
    assert "1 day ago." in late


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_workbook_goes_out_with_its_name_its_day_and_how_it_comes_back(language):
    mail = written(Purpose.ISSUE, language, files=("301-局.xlsx",), contact="张三")
    assert UNIT in mail.subject
    assert "301-局.xlsx" in mail.text
    assert "张三" in mail.text
    assert "rar" in mail.text
    again = written(Purpose.ISSUE, language, files=("301-局.xlsx",), again=True)
    assert ("作废" in again.text) or ("takes the place" in again.text)
    assert "作废" not in mail.text
    assert "takes the place" not in mail.text


@pytest.mark.parametrize(
    ("name", "language", "subject"),
    [
        (WRONG, "zh", f"【请改正后发回】{TITLE}"),
        (FINE, "zh", f"【请核实或说明】{TITLE}"),
        (
            WRONG,
            "en",
            f"Please correct and send back: Department performance 2026 ({UNIT})",
        ),
    ],
)
def test_an_answer_is_the_letter(name, language, subject):
    answer = returned(name, language)
    mail = written(Purpose.RETURN, language, **answer, files=("301-1.xlsx",))
    assert mail.subject == subject
    assert mail.text.startswith(answer["letter"].rstrip("\n"))
    assert "301-1.xlsx" in mail.text


@pytest.mark.parametrize(
    ("language", "changes", "begins"),
    [
        ("zh", {"is_rejection": True}, "【财政局退回，请修改后发回】"),
        (
            "zh",
            {"is_rejection": True, "is_change": True},
            "【前信作废】【财政局退回，请修改后发回】",
        ),
        ("zh", {"is_change": True, "outcome": Outcome.PASSED}, "【前信作废】【已通过】"),
        ("en", {"is_rejection": True}, "Sent back, please change and send again: Dep"),
        ("en", {"is_change": True, "outcome": Outcome.PASSED}, "In place of our last letter: Acc"),
    ],
)
def test_the_subject_tells_a_decision_of_the_bureau(language, changes, begins):
    answer = returned(WRONG, language)
    assert written(Purpose.RETURN, language, **(answer | changes)).subject.startswith(begins)


@pytest.mark.parametrize("purpose", Purpose)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_mails_say_nothing_of_what_is_not_there(purpose, language):
    mail = written(
        *(purpose, language),
        year=None,
        due=None,
        sender="",
        unit=("301", ""),
        **(returned(WRONG, language) if purpose is Purpose.RETURN else {}),
    )
    assert "None" not in mail.subject + mail.text
    assert "\n\n\n" not in mail.text
    assert "301" in mail.subject
    assert not mail.text.startswith("\n")


def test_what_a_roster_says_writes_no_lines_of_a_mail():
    mail = written(Purpose.ISSUE, unit=("301", "局\r\nBcc: x@y.z\n{{ cover }}"), contact="a\nb")
    assert "\n" not in mail.subject
    assert "局 Bcc: x@y.z {{ cover }}" in mail.subject
    assert "a b" in mail.text


def test_an_office_writes_its_own_mails_and_letters(tmp_path):
    (tmp_path / "issue.zh.txt").write_text("标题 {{ cover.code }}\n\n正文\n", encoding="utf-8")
    (tmp_path / "letter.zh.txt").write_text("自己的回信\n", encoding="utf-8")
    own = written(Purpose.ISSUE, folder=tmp_path)
    assert (own.subject, own.text) == ("标题 301", "正文\n")
    answer = written(Purpose.RETURN, folder=tmp_path, **returned(WRONG, "zh", tmp_path))
    assert answer.text == "自己的回信\n"
    assert written(Purpose.REMIND, folder=tmp_path, owed=("x",)).subject.startswith("【提醒】")


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("only a subject", "issue.zh.txt: the first line is the subject"),
        ("", "issue.zh.txt: the first line is the subject"),
        ("a\n{{ cover.nothing }}", "issue.zh.txt:2: "),
        ("a\n{{ letter.unit }}", "issue.zh.txt:2: "),
        ("a\n{% if %}", "issue.zh.txt:2: "),
    ],
)
def test_an_error_in_an_office_s_mail_says_file_and_line(tmp_path, template, said):
    (tmp_path / "issue.zh.txt").write_text(template, encoding="utf-8")
    with pytest.raises(LetterError) as caught:
        written(Purpose.ISSUE, folder=tmp_path)
    assert str(tmp_path / said) in str(caught.value)


def test_ours_are_templates_that_an_office_can_start_from(tmp_path):
    for name in TEMPLATES:
        source = resources.files("xlkit.reporting") / "letters" / name
        (tmp_path / name).write_text(source.read_text(encoding="utf-8"), encoding="utf-8")
    for purpose in (Purpose.ISSUE, Purpose.REMIND):
        for language in ("zh", "en"):
            given = {"files": ("a.xlsx",), "owed": ("x",)}
            mine = written(purpose, language, **given)
            assert written(purpose, language, folder=tmp_path, **given) == mine
