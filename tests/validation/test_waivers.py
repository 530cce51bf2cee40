"""Waivers: whose they are, until when they count, and what no waiver lets pass."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

import pytest

from tests.samples import FOLDER
from xlkit.catalogue import codes, severity_of
from xlkit.correction.correct import corrections
from xlkit.findings import Finding, Severity, Waiver, has_errors
from xlkit.reporting.json import file_report
from xlkit.reporting.letter import Outcome, Weight
from xlkit.reporting.lettering import letter_of
from xlkit.reporting.state import State, state_of
from xlkit.reporting.stationery import Kind, Stationery
from xlkit.reporting.text import report
from xlkit.submission.model import Submission
from xlkit.submission.read import Reader
from xlkit.template import notes
from xlkit.validation.explanations import finding_keys
from xlkit.validation.review import Review, review
from xlkit.validation.waivers import may_be_waived, waived

PERCENT = FOLDER / "bad-percent-in-amount.xlsx"
DAY = date(2026, 12, 31)
WAIVER = Waiver("李科长", "数据来自决算，口径不同", DAY, datetime(2026, 11, 21, 9, 30, tzinfo=UTC))


@cache
def reviewed() -> Review:
    return review([PERCENT])


def the_error(submission: Submission) -> tuple[str, Finding]:
    return next(
        (key, found)
        for key, found in zip(finding_keys(submission), submission.findings, strict=True)
        if found.severity is Severity.ERROR
    )


def with_waiver(today: date = DAY, waiver: Waiver = WAIVER) -> Submission:
    """The sample with its one error waived."""
    (came,) = reviewed().submissions
    return waived(came, {the_error(came)[0]: waiver}, today)


@pytest.mark.parametrize(
    ("until", "today", "counts"),
    [
        (DAY, date(2026, 12, 30), True),
        (DAY, DAY, True),
        (DAY, date(2027, 1, 1), False),
        (None, date(2099, 1, 1), True),
    ],
)
def test_a_waiver_counts_up_to_its_last_day(until: date | None, today: date, counts: bool) -> None:
    judged = with_waiver(today, Waiver("李", "因", until, date(2026, 11, 1)))
    assert has_errors(judged.findings) is not counts
    assert the_error(judged)[1].is_open is not counts
    assert state_of(judged) is (State.EXPLAIN if counts else State.ERRORS)


def test_a_waiver_is_of_one_finding_alone() -> None:
    (came,) = reviewed().submissions
    judged = with_waiver()
    assert [found.code for found in judged.findings if found.waiver] == ["amount-is-percent"]
    assert waived(judged, {}, DAY) == came


def test_waivers_are_judged_anew_each_day() -> None:
    judged = with_waiver()
    key = the_error(judged)[0]
    assert the_error(waived(judged, {key: WAIVER}, date(2027, 1, 1)))[1].waiver is None


def test_all_waived_is_accepted() -> None:
    (came,) = reviewed().submissions
    judged = waived(came, dict.fromkeys(finding_keys(came), WAIVER), DAY)
    assert state_of(judged) is State.ACCEPTED
    assert not any(found.waiver for found in judged.findings if found.severity == "notice")
    assert "结论：通过：没有需要改正或说明的问题，其余已说明或豁免" in report([judged], "zh")


@pytest.mark.parametrize("code", codes())
def test_what_makes_a_file_unreadable_or_foreign_is_never_waived(code: str) -> None:
    """The codes of files that are refused, and of returns of which nobody knows whose they are."""
    weight = severity_of(code)
    whose = {"identity-lost", "identity-conflict", "signature-invalid", "unit-missing-code"}
    barred = (
        weight is Severity.NOTICE
        or code in whose | {"not-our-workbook", "layout-unknown", "unit-twice"}
        or code in {"cell-too-far", "reader-died", "return-rejected", "bureau-remark"}
        or (weight is Severity.ERROR and code.startswith(("file-", "form-")))
    )
    assert may_be_waived(Finding(code=code, severity=weight)) is not barred


@pytest.mark.parametrize("content", [b"PK\x03\x04 no workbook", b""])
def test_a_refused_file_stays_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "came.xlsx"
    path.write_bytes(content)
    (came,) = review([path], Reader()).submissions
    judged = waived(came, dict.fromkeys(finding_keys(came), WAIVER), DAY)
    assert judged == came
    assert has_errors(judged.findings)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("zh", "李科长于2026-11-21同意豁免，有效期至2026-12-31：数据来自决算，口径不同"),
        ("en", "waived by 李科长 on 2026-11-21, until 2026-12-31: 数据来自决算，口径不同"),
    ],
)
def test_reports_and_letters_say_who_and_why(language: str, said: str) -> None:
    judged = with_waiver()
    assert said in report([judged], language)
    letter = letter_of(judged, language)
    assert (letter.outcome, letter.errors, letter.waived) == (Outcome.EXPLAIN, 0, 1)
    (entry,) = (entry for entry in letter.entries if entry.weight is Weight.WAIVED)
    assert (entry.waiver, entry.number) == (said, None)
    for kind in Kind:
        text = Stationery().write(letter, kind)
        assert said in text
        assert entry.hint not in text


def test_json_tells_the_waiver() -> None:
    file = file_report(with_waiver(), "en")
    assert (file["sound"], file["state"]) == (True, "explain")
    (found,) = (item for item in file["findings"] if item["waiver"])
    assert found["waiver"] == {
        "by": "李科长",
        "why": "数据来自决算，口径不同",
        "until": "2026-12-31",
        "at": "2026-11-21T09:30:00+00:00",
    }
    assert found["open"] is False


def test_the_correction_workbook_asks_nothing_of_what_was_waived(tmp_path: Path) -> None:
    judged = with_waiver()
    (made,) = corrections(Review((judged,), reviewed().forms))
    assert made is not None
    assert not has_errors(made.submission.findings)
    (note,) = (one for one in made.notes.notes if one.weight is notes.Weight.WAIVED)
    assert "李科长于2026-11-21同意豁免" in note.to_do
    assert made.notes.marked()[note.cells[0]] is notes.Weight.WAIVED
    path = tmp_path / "back.xlsx"
    path.write_bytes(made.workbook().data)
    (back,) = review([path]).submissions
    assert back.raw.findings == ()
    key, error = the_error(back)
    assert error.waiver is None, "a waiver is the bureau's; no workbook carries one"
    assert key == the_error(judged)[0]
