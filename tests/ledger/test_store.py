"""What a ledger keeps, what counts, and what stands only once."""

from __future__ import annotations

import dataclasses
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.ledger.examples import (
    EACH,
    NOON,
    ROUND,
    SHANGHAI,
    dispatched,
    received,
    reviewed,
    unit,
    waived,
)
from xlkit.errors import UsageError
from xlkit.ledger.mails import Purpose
from xlkit.ledger.record import Record
from xlkit.ledger.records import (
    KINDS,
    Closed,
    Dispatched,
    FormRaised,
    Received,
    Reviewed,
    Seen,
    UnitListed,
    UnitState,
    Waived,
)
from xlkit.ledger.store import Entry, Ledger


def kind_of(record):
    return type(record).__name__


def test_examples_are_of_each_kind():
    assert [type(record) for record in EACH] == list(KINDS)


def test_what_is_added_is_read_back_in_order(ledger):
    added = ledger.add(ROUND, "李", NOON, *EACH)
    assert [entry.record for entry in added] == list(EACH)
    assert ledger.entries(ROUND) == added
    assert [entry.id for entry in added] == sorted({entry.id for entry in added})


def test_an_entry_says_when_and_by_whom(ledger):
    at = datetime(2026, 3, 31, 23, 59, 59, 999_999, SHANGHAI)
    (entry,) = ledger.add(ROUND, "李", at, Closed())
    assert ledger.last(ROUND, Closed) == {(): entry}
    assert entry == Entry(entry.id, ROUND, at, "李", Closed())
    assert entry.at.utcoffset() == timedelta(0)
    assert ledger.entries(ROUND)[0].at.tzinfo is UTC


def test_a_ledger_outlives_its_program(place):
    with Ledger.open(place, create=True) as first:
        added = first.add(ROUND, "李", NOON, *EACH)
    with Ledger.open(place) as second:
        assert second.entries(ROUND) == added


@pytest.mark.parametrize(
    "record", [one for one in EACH if one.ONCE], ids=lambda one: type(one).__name__
)
def test_once_is_once(ledger, record):
    (first,) = ledger.add(ROUND, "李", NOON, record)
    assert ledger.add(ROUND, "王", NOON + timedelta(days=1), record, record) == ()
    assert ledger.entries(ROUND) == (first,)


@pytest.mark.parametrize(
    "record", [one for one in EACH if not one.ONCE], ids=lambda one: type(one).__name__
)
def test_of_others_the_last_counts(ledger, record):
    first, second = ledger.add(ROUND, "李", NOON, record, record)
    assert ledger.entries(ROUND) == (first, second)
    assert ledger.last(ROUND, type(record)) == {record.subject: second}


@pytest.mark.parametrize("record", EACH, ids=lambda one: type(one).__name__)
def test_what_is_said_already_is_not_said_again_where_only_changes_are_added(ledger, record):
    (first,) = ledger.add(ROUND, "李", NOON, record, record, changes_only=True)
    assert ledger.add(ROUND, "王", NOON, record, changes_only=True) == ()
    assert ledger.entries(ROUND) == (first,)
    assert len(ledger.add("another", "王", NOON, record, changes_only=True)) == 1


def test_what_was_said_before_the_last_word_is_a_change(ledger):
    one, other = reviewed(), replace(reviewed(), state="errors", errors=1)
    ledger.add(ROUND, "李", NOON, one)
    added = ledger.add(ROUND, "李", NOON, one, other, other, one, changes_only=True)
    assert [entry.record for entry in added] == [other, one]
    assert len(ledger.add(ROUND, "李", NOON, other, changes_only=True)) == 1


def test_once_is_told_by_the_subject_alone(ledger):
    (first,) = ledger.add(ROUND, "李", NOON, received(name="a.xlsx"), received(name="b.xlsx"))
    assert first.record.name == "a.xlsx"
    others = dispatched(), dispatched(serial=2), dispatched(correction=1), dispatched("302")
    assert len(ledger.add(ROUND, "李", NOON, *others, *others)) == 4
    assert len(ledger.last(ROUND, Dispatched)) == 4


def test_what_stands_in_one_round_may_stand_in_another(ledger):
    ledger.add("2026", "李", NOON, received())
    assert len(ledger.add("2027", "李", NOON, received())) == 1
    assert ledger.rounds() == ("2026", "2027")
    assert len(ledger.entries("2027")) == len(ledger.last("2027", Received)) == 1


def test_the_rest_is_added_where_one_is_passed_over(ledger):
    ledger.add(ROUND, "李", NOON, received())
    added = ledger.add(ROUND, "李", NOON, unit(), received(), reviewed())
    assert [type(entry.record) for entry in added] == [UnitListed, Reviewed]
    assert ledger.entries(ROUND, after=added[0].id - 1) == added


def test_the_present_is_the_last_of_each_subject(ledger):
    ledger.add(ROUND, "李", NOON, unit("301"), unit("302"), waived())
    ledger.add(ROUND, "王", NOON, unit("301", "教育和体育局"), waived(withdrawn=True), waived("k2"))
    ledger.add(ROUND, "王", NOON, unit("302", state=UnitState.REMOVED, why="撤销"))
    units = ledger.last(ROUND, UnitListed)
    assert {code: (one.record.name, one.record.state) for code, one in units.items()} == {
        "301": ("教育和体育局", UnitState.ACTIVE),
        "302": ("教育局", UnitState.REMOVED),
    }
    let_pass = ledger.last(ROUND, Waived)
    assert {key: one.record.withdrawn for key, one in let_pass.items()} == {
        ("301", "k1"): True,
        ("301", "k2"): False,
    }


def test_subjects_that_differ_only_far_behind_are_two(ledger):
    """A subject too long for an index is told by its digest."""
    long = "路" * 5_000
    seen = [Seen(sha256="ab", name="n", source=long + end, stamp="") for end in ("甲", "乙", "甲")]
    assert len(ledger.add(ROUND, "李", NOON, *seen)) == 2
    assert set(ledger.last(ROUND, Seen)) == {("ab", long + "甲", ""), ("ab", long + "乙", "")}


def test_entries_of_a_kind_of_a_unit_and_after_a_number(ledger):
    added = ledger.add(ROUND, "李", NOON, unit("301"), unit("302"), reviewed(), Closed())
    assert ledger.entries(ROUND, UnitListed) == added[:2]
    assert ledger.entries(ROUND, UnitListed, Closed) == (*added[:2], added[3])
    assert ledger.entries(ROUND, unit="301") == (added[0], added[2])
    assert ledger.entries(ROUND, Reviewed, unit="302") == ()
    assert ledger.entries(ROUND, after=added[1].id) == added[2:]
    assert ledger.entries("another") == ()


def test_nothing_added_is_nothing(ledger):
    assert ledger.add(ROUND, "李", NOON) == ()
    assert ledger.rounds() == ()


@pytest.mark.parametrize(
    ("at", "record"),
    [
        (datetime(2026, 3, 1), Closed()),  # noqa: DTZ001
        (NOON, dataclasses.replace(received(), received_at=datetime(2026, 3, 1))),  # noqa: DTZ001
        (NOON, dataclasses.replace(received(), size=2**63)),
        (NOON, FormRaised(form="f", version=-(2**70), form_digest="")),
    ],
    ids=["entry-without-zone", "receipt-without-zone", "large", "small"],
)
def test_refused_before_anything_is_added(ledger, at, record):
    with pytest.raises(UsageError):
        ledger.add(ROUND, "李", at, unit(), record)
    assert ledger.entries(ROUND) == ()


TEXTS = st.text(st.characters(), max_size=40) | st.sampled_from(
    [
        "a\0b",
        "\x1a0000",
        "\ud800.xlsx",
        "\ud83d\ude00",
        "'; --",
        '"',
        "\\",
        "％",
        "𠮷\r\n",
        "路" * 20_000,
    ]
)
NUMBERS = st.integers(-(2**63) + 1, 2**63 - 1)
DAYS = st.dates()
MOMENTS = st.datetimes(
    datetime(2, 1, 1),  # noqa: DTZ001
    datetime(9998, 12, 31),  # noqa: DTZ001
    timezones=st.sampled_from([UTC, SHANGHAI]),
)
ROWS = st.lists(st.dictionaries(TEXTS, TEXTS, max_size=3), max_size=3).map(tuple)
BY_ANNOTATION = {
    "str": TEXTS,
    "int": NUMBERS,
    "bool": st.booleans(),
    "date": DAYS,
    "datetime": MOMENTS,
    "int | None": NUMBERS | st.none(),
    "date | None": DAYS | st.none(),
    "datetime | None": MOMENTS | st.none(),
    "tuple[str, ...]": st.lists(TEXTS, max_size=3).map(tuple),
    "Rows": ROWS,
    "Mapping[str, Rows]": st.dictionaries(TEXTS, ROWS, max_size=2),
    "UnitState": st.sampled_from(UnitState),
    "Purpose": st.sampled_from(Purpose),
    "DispatchKind": st.sampled_from(type(dispatched().kind)),
}


def records_of(kind: type[Record]) -> st.SearchStrategy[Record]:
    return st.builds(
        kind, **{item.name: BY_ANNOTATION[item.type] for item in dataclasses.fields(kind)}
    )


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def long_lived(request, tmp_path_factory):
    if request.param == "sqlite":
        where = tmp_path_factory.mktemp("ledger") / "ledger.sqlite"
    else:
        where = request.getfixturevalue("postgres").schema()
    with Ledger.open(where, create=True) as opened:
        yield opened


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_anything_is_read_back_as_it_was(long_lived, kind):
    @settings(max_examples=25, suppress_health_check=list(HealthCheck))
    @given(records_of(kind), TEXTS, MOMENTS)
    def kept(record, by, at):
        number = max((entry.id for entry in long_lived.entries(kind.__name__)), default=0)
        added = long_lived.add(kind.__name__, by, at, record)
        assert long_lived.entries(kind.__name__, after=number) == added
        now = long_lived.last(kind.__name__, kind)[record.subject]
        if added:
            assert added == (now,)
            assert (now.by, now.at, now.record) == (by, at, record)
        assert now.record.subject == record.subject

    kept()


def test_copied_to_another_ledger_it_is_the_same(ledger, tmp_path, postgres):
    ledger.add(ROUND, "李", NOON, *EACH, *EACH, unit("\ud800\0"))
    ledger.add("2027", "王", NOON, *EACH)
    there = tmp_path / "copy.sqlite", postgres.schema()
    for target in there:
        with Ledger.open(target, create=True) as other:
            assert ledger.copy_to(other) == len(ledger.entries(ROUND)) + len(EACH)
            assert other.rounds() == ledger.rounds()
            for name in ledger.rounds():
                assert other.entries(name) == ledger.entries(name)
            assert other.add(ROUND, "李", NOON, received()) == ()
            (more,) = other.add(ROUND, "李", NOON, unit())
            assert more.id > max(one.id for name in ledger.rounds() for one in ledger.entries(name))
            with pytest.raises(UsageError):
                ledger.copy_to(other)


def test_due_days_and_numbers_are_not_texts(ledger):
    ledger.add(ROUND, "李", NOON, *EACH)
    (listed,) = ledger.entries(ROUND, UnitListed)
    assert listed.record.due == date(2026, 4, 7)
    assert listed.record.members["projects"][1] == {"code": "1301", "name": ""}
