"""The steps from an empty database to the ledger of today, numbered, each whole or not at all.

A step that went out is never edited: it names its tables itself, whatever the records are now.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from importlib.resources import files

from sqlalchemy import Connection, inspect

from xlkit.errors import LedgerError
from xlkit.ledger.database import Database
from xlkit.sentences import Sentence

_FIRST = (
    "round_opened",
    "form_raised",
    "unit_listed",
    "dispatched",
    "received",
    "seen",
    "passed_over",
    "recognised",
    "reviewed",
    "rejected",
    "waived",
    "merged",
    "closed",
    "reopened",
)
_MAIL = ("posting", "posted", "mail_came", "mail_done")
_STEPS_TABLE = "ledger_versions"
_UTC_NOW = {
    "sqlite": "strftime('%Y-%m-%dT%H:%M:%f000+00:00', 'now')",
    "postgresql": "CURRENT_TIMESTAMP",
}


@dataclass(frozen=True, slots=True)
class Step:
    """What leads to a version: statements in the words of a dialect."""

    version: int
    title: str
    statements: Callable[[str], Iterator[str]]


def _written(name: str, _dialect: str) -> Iterator[str]:
    """The statements of a file in `sql`."""
    content = (files("xlkit.ledger") / "sql" / name).read_text(encoding="utf-8")
    yield from (part for part in content.split(";") if part.strip())


_LAST = """
CREATE VIEW last_{table} AS SELECT e.round, e.at, e."by", d.*
FROM {table} d JOIN entries e ON e.id = d.entry
WHERE e.id = (
  SELECT max(l.id) FROM entries l
  WHERE l.round = e.round AND l.kind = e.kind AND l.subject = e.subject
)
"""


_SAID = "rows of a ledger are only ever added"


def _present(tables: Iterable[str]) -> Iterator[str]:
    yield from (_LAST.format(table=table) for table in tables)


def _guarded(dialect: str) -> Iterator[str]:
    if dialect == "postgresql":
        yield (
            "CREATE FUNCTION ledger_rows_stay() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{_SAID}'; END $$"
        )
    yield from _guards(dialect, ("entries", *_FIRST))


def _guards(dialect: str, tables: Iterable[str]) -> Iterator[str]:
    for table in tables:
        if dialect == "postgresql":
            yield (
                f"CREATE TRIGGER {table}_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION ledger_rows_stay()"
            )
            continue
        for change in ("UPDATE", "DELETE"):
            yield (
                f"CREATE TRIGGER {table}_stays_on_{change.lower()} BEFORE {change} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{_SAID}'); END"
            )


def _mail(dialect: str) -> Iterator[str]:
    yield from _written("4.sql", dialect)
    yield from _present(_MAIL)
    yield from _guards(dialect, _MAIL)


def _keys(dialect: str) -> Iterator[str]:
    yield from _written("5.sql", dialect)
    yield from _present(("keyed",))
    yield from _guards(dialect, ("keyed",))


STEPS = (
    Step(1, "tables", partial(_written, "1.sql")),
    Step(2, "views of the present", lambda _: _present(_FIRST)),
    Step(3, "rows stay as they were added", _guarded),
    Step(4, "mail", _mail),
    Step(5, "keys of rounds", _keys),
)
LATEST = STEPS[-1].version


def migrate(database: Database, *, create: bool, upto: int = LATEST) -> None:
    """Brings a ledger to a version; other programs that open it meanwhile wait their turn.

    Raises:
        LedgerError: nothing is there and none is to be made; a newer xlkit made it; the tables
            of another program are there.
    """
    with database.reading() as connection:
        found = version(connection)
        _check(connection, found, database.place, create=create)
    for step in STEPS[found:upto]:
        with database.writing() as connection:
            found = version(connection)
            _check(connection, found, database.place, create=create)
            if found < step.version:
                _take(connection, step)


def version(connection: Connection) -> int:
    """The version that a database is at; 0 where nothing of a ledger is there."""
    if not inspect(connection).has_table(_STEPS_TABLE):
        return 0
    newest = f"SELECT max(version) FROM {_STEPS_TABLE}"  # noqa: S608  (all of it is ours)
    found = connection.exec_driver_sql(newest).scalar_one()
    return int(found or 0)


def _check(connection: Connection, found: int, place: str, *, create: bool) -> None:
    if found > LATEST:
        raise LedgerError(Sentence("ledger-newer", place=place, found=found, known=LATEST))
    if found:
        return
    if not create:
        raise LedgerError(Sentence("ledger-empty", place=place))
    if inspect(connection).get_table_names():
        raise LedgerError(Sentence("ledger-taken", place=place))


def _take(connection: Connection, step: Step) -> None:
    dialect = connection.dialect.name
    if step.version == 1:
        connection.exec_driver_sql(
            f"CREATE TABLE {_STEPS_TABLE} "
            "(version BIGINT PRIMARY KEY, title TEXT NOT NULL, at TIMESTAMPTZ NOT NULL)"
        )
    for statement in step.statements(dialect):
        connection.exec_driver_sql(statement)
    connection.exec_driver_sql(
        f"INSERT INTO {_STEPS_TABLE} (version, title, at) "  # noqa: S608  (all of it is ours)
        f"VALUES ({step.version}, '{step.title}', {_UTC_NOW[dialect]})"
    )
