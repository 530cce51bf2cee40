"""From every earlier version, with rows in it, to the same ledger as a fresh one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sqlalchemy import inspect
from sqlalchemy.exc import SQLAlchemyError

from tests.ledger.examples import FIRST, NOON, ROUND, received, unit
from xlkit.errors import LedgerError
from xlkit.ledger.database import Database, database
from xlkit.ledger.migrations import LATEST, STEPS, migrate, version
from xlkit.ledger.records import UnitListed
from xlkit.ledger.store import Ledger
from xlkit.ledger.tables import DETAILS, ENTRIES, PRESENT

ROWS = Path(__file__).with_name("version_1.sql").read_text(encoding="utf-8")
_OURS = "SELECT oid FROM pg_class WHERE relnamespace = current_schema()::regnamespace"
_COLUMNS = """
SELECT table_name, column_name, data_type, is_nullable, ordinal_position
FROM information_schema.columns WHERE table_schema = current_schema() ORDER BY 1, 5
"""
_INDEXES = (
    "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema() ORDER BY 1"
)
_VIEWS = "SELECT viewname, definition FROM pg_views WHERE schemaname = current_schema() ORDER BY 1"
_CONSTRAINTS = f"""
SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid)
FROM pg_constraint WHERE conrelid IN ({_OURS}) ORDER BY 1, 2
"""
_TRIGGERS = f"""
SELECT tgrelid::regclass::text, tgname, tgtype
FROM pg_trigger WHERE NOT tgisinternal AND tgrelid IN ({_OURS}) ORDER BY 1, 2
"""
_SCHEMA = {
    "sqlite": ("SELECT type, name, sql FROM sqlite_master ORDER BY name",),
    "postgresql": (_COLUMNS, _INDEXES, _VIEWS, _CONSTRAINTS, _TRIGGERS),
}


@pytest.fixture
def bare(place):
    """A database with nothing in it."""
    opened = database(place, create=True, wait=5)
    yield opened
    opened.close()


def schema(opened: Database) -> list[tuple[object, ...]]:
    """Everything that makes up a ledger but its rows."""
    with opened.reading() as connection:
        asked = _SCHEMA[connection.dialect.name]
        return [tuple(row) for query in asked for row in connection.exec_driver_sql(query)]


def steps(opened: Database) -> list[tuple[int, str]]:
    with opened.reading() as connection:
        rows = connection.exec_driver_sql("SELECT version, title, at FROM ledger_versions").all()
    assert all(row.at for row in rows)
    return [(row.version, row.title) for row in rows]


def put_in(opened: Database) -> None:
    with opened.writing() as connection:
        for statement in ROWS.split(";\n"):
            if statement.strip():
                connection.exec_driver_sql(statement)


def test_versions_are_numbered_without_gaps():
    assert [step.version for step in STEPS] == list(range(1, LATEST + 1))


@pytest.mark.parametrize("start", range(1, LATEST + 1))
def test_a_ledger_of_any_version_becomes_that_of_today(bare, place, start, tmp_path):
    migrate(bare, create=True, upto=1)
    put_in(bare)
    migrate(bare, create=False, upto=start)
    with bare.reading() as connection:
        assert version(connection) == start
    with Ledger.open(place) as ledger:
        entries = ledger.entries(ROUND)
        assert [(one.id, one.by, one.at) for one in entries] == [
            (number, "李", NOON) for number in range(1, len(FIRST) + 1)
        ]
        assert [one.record for one in entries] == list(FIRST)
        for record in FIRST:
            assert ledger.last(ROUND, type(record))[record.subject].record == record
        assert ledger.add(ROUND, "李", NOON, *(one for one in FIRST if one.ONCE)) == ()
    assert steps(bare) == [(step.version, step.title) for step in STEPS]


@pytest.mark.parametrize("start", range(LATEST))
def test_the_schema_is_that_of_a_fresh_ledger(bare, place, start, request, tmp_path):
    migrate(bare, create=True, upto=start)
    Ledger.open(place, create=True).close()
    kind = bare.engine.dialect.name
    fresh = (
        tmp_path / "fresh.sqlite"
        if kind == "sqlite"
        else request.getfixturevalue("postgres").schema()
    )
    Ledger.open(fresh, create=True).close()
    other = database(fresh, create=False, wait=5)
    assert len(schema(other)) > 40
    assert _nameless(schema(bare)) == _nameless(schema(other))
    other.close()


def _nameless(rows: list[tuple[object, ...]]) -> str:
    """Rows without the names of the schemas that the tests happen to be in."""
    return re.sub(r"ledger_\d+\.", "", repr(rows))


def test_the_tables_are_those_that_records_are_put_in(bare, place):
    Ledger.open(place, create=True).close()
    with bare.reading() as connection:
        seen = inspect(connection)
        for table in (ENTRIES, *DETAILS.values()):
            there = {item["name"]: item["nullable"] for item in seen.get_columns(table.name)}
            # SQLite lets a primary key that is no rowid be null, by an old mistake of its own.
            keys = {item.name for item in table.primary_key}
            assert {name: null for name, null in there.items() if name not in keys} == {
                item.name: bool(item.nullable) for item in table.c if item.name not in keys
            }
            assert list(there) == [item.name for item in table.c]
        for view in PRESENT.values():
            assert [item["name"] for item in seen.get_columns(view.name)] == [
                item.name for item in view.c
            ]


def test_opening_again_changes_nothing(bare, place):
    for create in (True, True, False):
        Ledger.open(place, create=create).close()
    assert len(steps(bare)) == LATEST


def test_a_step_that_fails_leaves_the_version_before(bare, place):
    migrate(bare, create=True, upto=1)
    with bare.writing() as connection:
        connection.exec_driver_sql("CREATE TABLE last_reviewed (of_a_stranger TEXT)")
    before = schema(bare)
    with pytest.raises(LedgerError):
        Ledger.open(place)
    assert schema(bare) == before
    with bare.writing() as connection:
        connection.exec_driver_sql("DROP TABLE last_reviewed")
    Ledger.open(place).close()
    assert len(steps(bare)) == LATEST


def test_a_ledger_of_a_newer_xlkit_is_refused(bare, place):
    Ledger.open(place, create=True).close()
    with bare.writing() as connection:
        connection.exec_driver_sql(
            f"INSERT INTO ledger_versions VALUES ({LATEST + 1}, 'later', '2030-01-01T00:00:00Z')"
        )
    with pytest.raises(LedgerError, match=r"newer xlkit .* Update xlkit"):
        Ledger.open(place)


@pytest.mark.parametrize("create", [True, False])
def test_tables_of_another_program_are_left_alone(bare, place, create):
    with bare.writing() as connection:
        connection.exec_driver_sql("CREATE TABLE customers (name TEXT)")
    before = schema(bare)
    with pytest.raises(LedgerError, match="of its own" if create else "no ledger"):
        Ledger.open(place, create=create)
    assert schema(bare) == before


def test_no_ledger_is_made_unasked(bare, place):
    with pytest.raises(LedgerError, match="no ledger"):
        Ledger.open(place)
    with bare.reading() as connection:
        assert inspect(connection).get_table_names() == []


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE entries SET \"by\" = 'nobody'",
        "DELETE FROM entries",
        "UPDATE unit_listed SET name = ''",
        "DELETE FROM received",
    ],
)
def test_the_database_itself_refuses_changes(bare, place, change):
    with Ledger.open(place, create=True) as ledger:
        added = ledger.add(ROUND, "李", NOON, unit(), received())
        with pytest.raises(LedgerError, match="only ever added"), bare.writing() as connection:
            connection.exec_driver_sql(change)
        assert ledger.entries(ROUND) == added


def test_views_may_be_asked_by_hand(bare, place):
    with Ledger.open(place, create=True) as ledger:
        ledger.add(ROUND, "李", NOON, unit(name="甲"), unit(name="乙"), unit("302", "丙"))
        assert len(ledger.last(ROUND, UnitListed)) == 2
    with bare.reading() as connection:
        rows = connection.exec_driver_sql(
            "SELECT name FROM last_unit_listed ORDER BY unit"
        ).scalars()
        assert list(rows) == ["乙", "丙"]


def test_nothing_of_sqlalchemy_is_seen_outside(bare):
    with pytest.raises(LedgerError) as caught, bare.reading() as connection:
        connection.exec_driver_sql("SELECT no_such_column FROM no_such_table")
    assert not isinstance(caught.value, SQLAlchemyError)
    assert caught.value.__suppress_context__
