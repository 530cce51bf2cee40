"""What a reader of `xlkit check` sees: alike findings as one entry, places as ranges, the state."""

from __future__ import annotations

from typing import Any

import pytest

from tests.master.runs import ECONOMY, returned, run
from xlkit.findings import Finding, Severity, Undecided, Why
from xlkit.reporting.json import check_report
from xlkit.reporting.text import alike, ranges, report
from xlkit.submission.model import Submission
from xlkit.submission.raw import RawSubmission, Verdict


def finding(cell: str, value: str = "x", **other) -> Finding:
    given = {"code": "choice-not-in-list", "severity": Severity.ERROR, "block": "rows"}
    given |= {"field": "basis", "expected": "甲、乙", "where": f"表 › {cell}", "params": {}}
    return Finding(**(given | {"cells": (cell,), "value": value} | other))


def submission(*findings: Finding, undecided: tuple[Undecided, ...] = ()) -> Submission:
    raw = RawSubmission(file="a.xlsx", sha256="0", verdict=Verdict.INTACT)
    return Submission(raw, findings=findings, undecided=undecided)


@pytest.mark.parametrize(
    ("cells", "shown"),
    [
        ("S!J5", "S!J5"),
        ("S!J5 S!J7 S!J8 S!J9", "S!J5, J7–J9"),
        ("S!E5 S!F5 S!G5", "S!E5–G5"),
        ("S!E5 S!F5 S!E6 S!F6 S!E7", "S!E5–F6, E7"),
        ("S!J5 T!J6", "S!J5, T!J6"),
        ("S!A1 S!C1 S!E1 S!G1 S!I1 S!K1 S!M1 S!O1 S!Q1",
         "S!A1, C1, E1, G1, I1, K1, M1, O1 and more, 9 cells"),
        ("S!B7:D9", "S!B7:D9"),
        ("A!B!C1", "A!B!C1"),
    ],
)  # fmt: skip
def test_cells_are_named_as_people_name_them(cells, shown):
    assert ranges(cells.split(), "en") == shown


def test_findings_with_one_thing_to_do_are_one_entry():
    same = [finding("S!J5"), finding("S!J6"), finding("S!J7")]
    others = [
        finding("S!K5", field="category"),
        finding("S!J8", params={"suggestion": "甲"}),
        finding("S!J9", severity=Severity.NOTICE, beta=True),
    ]
    assert list(map(len, alike([*same, *others], "en"))) == [3, 1, 1, 1]


def test_an_entry_says_where_what_expected_and_what_to_do():
    found = [finding(f"S!J{row}") for row in range(5, 10)]
    found.append(finding("S!J12", value="甲乙", params={"suggestion": "甲"}))
    assert report([submission(*found)], "en").splitlines() == [
        "a.xlsx  intact",
        "  cells: 0 as printed, 0 answers, 0 named by findings",
        "  error S!J5–J9 [choice-not-in-list] Not one of the choices",
        "    表 › S!J5: 'x' is not one of the choices.",
        "    表 › S!J6: 'x' is not one of the choices.",
        "    表 › S!J7: 'x' is not one of the choices.",
        "    … and 2 more alike, in the cells named above.",
        "    to do: Please choose from the list in the cell; it offers: 甲, 乙.",
        "  error S!J12 [choice-not-in-list] Not one of the choices",
        "    表 › S!J12: '甲乙' is not one of the choices.",
        "    expected: 甲, 乙",
        "    to do: Did you mean '甲'? If not, please choose from the list in the cell.",
        "  has errors: to be corrected and sent again (errors 6, warnings 0, notices 0)",
        "",
        "files: 1; accepted 0, to explain 0, with errors 1",
    ]


def test_grouping_loses_nothing_in_json():
    found = [finding(f"S!J{row}") for row in range(5, 10)]
    (file,) = check_report([submission(*found)], "en")["files"]
    assert [item["cells"] for item in file["findings"]] == [[f"S!J{n}"] for n in range(5, 10)]


@pytest.mark.parametrize(
    ("findings", "state"),
    [
        ([], "Nothing to report: accepted."),
        ([finding("S!A1", severity=Severity.NOTICE)], "accepted: no errors"),
        ([finding("S!A1", severity=Severity.WARNING)], "no errors; warnings are to be"),
        ([finding("S!A1"), finding("S!A2", severity=Severity.WARNING)], "has errors"),
    ],
)
def test_the_state_of_a_return_is_one_line(findings, state):
    one = submission(*findings)
    assert report([one], "en").splitlines()[-3].strip().startswith(state)
    word = {"no": "explain", "has": "errors"}.get(state.split()[0], "accepted")
    assert check_report([one], "en")["files"][0]["state"] == word


def test_a_rule_on_trial_is_marked_and_asks_for_nothing():
    trial = finding("S!A1", severity=Severity.NOTICE, beta=True)
    lines = report([submission(trial)], "zh").splitlines()
    assert lines[2].startswith("  试行 S!A1 [choice-not-in-list]")
    assert "（试行）" in lines[2]
    assert not any("处理" in line for line in lines)
    assert check_report([submission(trial)], "zh")["files"][0]["findings"][0]["beta"] is True


def test_undecided_rules_are_told_where_asked_for():
    open_ = Undecided(rule="r1", block="rows", why=Why.EMPTY, rows=2, cells=("S!A1", "S!A2"))
    one = submission(finding("S!A5"), undecided=(open_,))
    assert "r1" not in report([one], "en")
    assert report([one], "en", verbose=True).splitlines()[-4:-2] == [
        "  Rules that could not be decided (neither passed nor failed):",
        "    r1: a cell it needs is empty; rows: 2 (S!A1–A2)",
    ]
    (said,) = check_report([one], "en")["files"][0]["undecided"]
    assert said == {
        "rule": "r1", "block": "rows", "why": "empty", "rows": 2, "cells": ["S!A1", "S!A2"],
        "message": "a cell it needs is empty",
    }  # fmt: skip


def test_private_content_is_told_in_no_report() -> None:
    data = returned(ECONOMY, change=_bad_phone)
    submissions = run({"a.xlsx": data}).submissions
    assert any("王科长" in (found.value or "") for found in submissions[0].findings)
    for language in ("zh", "en"):
        assert "王科长" not in report(submissions, language)
        assert "王科长" not in str(check_report(submissions, language))


def _bad_phone(answers: dict[str, Any]) -> None:
    answers["contact"]["phone"] = "请问王科长"
