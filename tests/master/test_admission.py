from collections.abc import Callable

import pytest

from tests.master.runs import (
    ECONOMY,
    SCIENCE,
    ZUNHUA,
    returned,
    run,
    unreadable_amount,
    without_goal,
)
from xlkit.findings import Severity
from xlkit.master.admission import admitted, file_labels
from xlkit.master.consolidate import consolidate
from xlkit.master.model import Master, State
from xlkit.submission.model import Submission
from xlkit.submission.raw import RawSubmission, Verdict

A, B = ("1", "甲局"), ("2", "乙局")


def _one() -> bytes:
    return returned(ECONOMY, unit=A)


def _other() -> bytes:
    return returned(SCIENCE, unit=A)


def _b() -> bytes:
    return returned(SCIENCE, unit=B)


def _wrong() -> bytes:
    return returned(ECONOMY, unit=B, change=without_goal)


def _named(name: str) -> Callable[[], bytes]:
    return lambda: returned(SCIENCE, unit=("", name))


CASES = {
    "sound": ({"a": _one, "b": _b}, {"a": "accepted", "b": "accepted"}, {}),
    "errors": ({"a": _one, "b": _wrong}, {"a": "accepted", "b": "errors"}, {}),
    "same bytes": (
        {"a": _one, "again": _one},
        {"a": "accepted", "again": "duplicate"},
        {"again": ("same-file-twice", "a")},
    ),
    "two of one unit": (
        {"a": _one, "other": _other, "b": _b},
        {"a": "unit-twice", "other": "unit-twice", "b": "accepted"},
        {"a": ("unit-twice", "other"), "other": ("unit-twice", "a")},
    ),
    "two of one unit and the first again": (
        {"a": _one, "other": _other, "again": _one},
        {"a": "unit-twice", "other": "unit-twice", "again": "duplicate"},
        {
            "a": ("unit-twice", "other"),
            "other": ("unit-twice", "a"),
            "again": ("same-file-twice", "a"),
        },
    ),
    "two of one name without code": (
        {"x": _named("丙局"), "y": lambda: returned(ECONOMY, unit=("", "丙 局"))},
        {"x": "unit-twice", "y": "unit-twice"},
        {"x": ("unit-twice", "y"), "y": ("unit-twice", "x")},
    ),
    "one by code, one by its name": (
        {"a": _one, "x": _named("甲局")},
        {"a": "unit-twice", "x": "unit-twice"},
        {"a": ("unit-twice", "x"), "x": ("unit-twice", "a")},
    ),
    "one unit, two forms": (
        {"a": _one, "z": lambda: returned(ZUNHUA, unit=A)},
        {"a": "accepted", "z": "accepted"},
        {},
    ),
    "no unit": (
        {"a": _one, "x": _named("")},
        {"a": "accepted", "x": "no-unit"},
        {"x": ("unit-missing-code", "")},
    ),
    "no workbook": (
        {"a": _one, "x": lambda: b"hello", "y": lambda: b""},
        {"a": "accepted", "x": "unreadable", "y": "unreadable"},
        {},
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_who_enters(name: str) -> None:
    files, states, added = CASES[name]
    master = consolidate(run({file: make() for file, make in files.items()}))
    assert {entry.file: entry.state.value for entry in master.entries} == states
    merged = {file for file, state in states.items() if state == "accepted"}
    assert _files_in_tables(master) == merged
    ours = ("same-file-twice", "unit-twice", "unit-missing-code")
    found = {
        master.entries[one.entry].file: (one.finding.code, one.finding.params.get("other", ""))
        for one in master.findings
        if one.finding.code in ours
    }
    assert found == added


def test_the_order_of_returns_changes_only_which_copy_is_the_first() -> None:
    one, two = _one(), _b()
    there = consolidate(run({"a": one, "b": two}))
    back = consolidate(run({"b": two, "a": one}))
    assert there == back


def test_errors_enter_when_asked_and_are_marked() -> None:
    master = consolidate(run({"a": _one(), "b": _wrong()}), include_errors=True)
    assert [entry.state for entry in master.entries] == [State.ACCEPTED, State.INCLUDED]
    for table in master.parts[0].tables:
        standing = [column.name for column in table.columns].index("_standing")
        for row in table.rows:
            is_b = master.entries[row.origin.entry].file == "b"
            assert row.values[standing] == ("含错误" if is_b else "待说明")


@pytest.mark.parametrize("name", ["two of one unit", "no unit", "same bytes"])
def test_what_bars_a_return_bars_it_always(name: str) -> None:
    files, states, _ = CASES[name]
    master = consolidate(run({file: make() for file, make in files.items()}), include_errors=True)
    assert {entry.file: entry.state.value for entry in master.entries} == states


def test_counts_tell_what_was_found() -> None:
    review = run({"b": _wrong()})
    entry = consolidate(review).entries[0]
    findings = review.submissions[0].findings
    assert entry.counts[Severity.ERROR] == sum(f.severity is Severity.ERROR for f in findings) == 1
    assert (entry.rows, entry.money) == (0, ())


def test_values_that_cannot_be_read_are_counted_not_lost() -> None:
    bad = returned(ECONOMY, unit=B, change=unreadable_amount)
    master = consolidate(run({"b": bad}), include_errors=True)
    table = next(table for table in master.parts[0].tables if table.path == "funding")
    place = [column.name for column in table.columns].index("current")
    shown = [row.values[place] for row in table.rows]
    assert shown[0] == "约一千万"
    assert shown[3] == "（无法计算）"
    # The amount, the total that it is part of, and the shares that follow from the total.
    assert table.unread >= 2


def test_findings_come_worst_first_in_the_language_wanted() -> None:
    master = consolidate(run({"a": _one(), "b": _wrong()}), language="en")
    ranks = [one.finding.severity.rank for one in master.findings]
    assert ranks == sorted(ranks)
    assert master.findings[0].title == "Required, still empty"


@pytest.mark.parametrize(
    ("files", "labels"),
    [
        (["/x/a.xlsx", "/y/b.xlsx"], ["a.xlsx", "b.xlsx"]),
        (["/x/a.xlsx", "/y/a.xlsx"], ["x/a.xlsx", "y/a.xlsx"]),
        (["/x/a.xlsx", "/x/a.xlsx"], ["a.xlsx", "a.xlsx"]),
        ([], []),
    ],
)
def test_files_are_called_by_as_little_as_tells_them_apart(
    files: list[str], labels: list[str]
) -> None:
    assert file_labels(files) == labels


def _files_in_tables(master: Master) -> set[str]:
    return {
        master.entries[row.origin.entry].file
        for part in master.parts
        for table in part.tables
        for row in table.rows
    }


def test_files_without_a_digest_are_not_taken_for_one_another() -> None:
    files = [
        Submission(RawSubmission(file=name, sha256="", verdict=Verdict.UNREADABLE))
        for name in ("a", "b")
    ]
    found = admitted(files, include_errors=False, language="zh")
    assert [item.state for item in found] == [State.UNREADABLE, State.UNREADABLE]
