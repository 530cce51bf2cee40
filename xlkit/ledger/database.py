"""One database behind a ledger: transactions for reading and for adding, on SQLite and PostgreSQL.

SQLite keeps its rollback journal rather than a write-ahead log: between transactions the ledger
is one file, so whoever copies the folder has all of it, and what is written is short. With
`synchronous=EXTRA` a transaction that was committed outlasts a power cut, and one that was not
is undone by whoever opens the file next.

Whoever adds holds a lock of the whole ledger until the commit: `BEGIN IMMEDIATE` in SQLite, an
advisory lock in PostgreSQL. Without it, two transactions in PostgreSQL could take numbers 7 and 8
and commit 8 first; a reader that has seen 8 would never look for 7. An advisory lock asks for no
right but to connect, stays out of the way of vacuuming, and ends with its transaction.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from xlkit.errors import LedgerError, UsageError
from xlkit.files import shown
from xlkit.ledger.place import network_drive
from xlkit.ledger.trouble import Secrets, ledger_error
from xlkit.sentences import Sentence, system_says

#: Seconds to wait for a server's first word.
_CONNECT = 10
_WRITES = "xlkit_writes"
_SETTINGS = text(
    "SELECT set_config('TimeZone', 'UTC', true), set_config('lock_timeout', :wait, true)"
)
#: A lock for each ledger of a server: its number is made of that of the table. Before there is
#: one, all who make a ledger wait for each other; each step looks again at what is there.
_ALONE = text(
    "SELECT pg_advisory_xact_lock(hashtextextended("
    "'xlkit ledger', coalesce(to_regclass('ledger_versions')::oid::bigint, 0)))"
)
_SHOW_ENCODING = text("SHOW server_encoding")
_dumps = partial(json.dumps, ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class Database:
    """A database that can be asked; `place` names it in messages, `secrets` stand in none."""

    engine: Engine
    place: str
    secrets: Secrets = field(repr=False)
    wait: float
    """Seconds to wait for others who write."""

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that sees one state of the ledger, whatever others add meanwhile.

        Raises:
            LedgerError: the database failed.
        """
        options: dict[str, Any] = {
            "isolation_level": "REPEATABLE READ",
            "postgresql_readonly": True,
        }
        with self._transaction({} if self.is_sqlite else options) as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction in which nobody else adds; all of it stands at its end, or nothing.

        Raises:
            LedgerError: the database failed, or others held it for too long.
        """
        options: dict[str, Any] = {_WRITES: True}
        if not self.is_sqlite:
            # What stands is looked up after waiting, so it must not be seen as of before.
            options["isolation_level"] = "READ COMMITTED"
        with self._transaction(options) as connection:
            if not self.is_sqlite:
                connection.execute(_ALONE)
            yield connection

    @contextmanager
    def _transaction(self, options: dict[str, Any]) -> Iterator[Connection]:
        try:
            chosen = self.engine.execution_options(**options)
            with chosen.begin() as connection:
                if not self.is_sqlite:
                    connection.execute(_SETTINGS, {"wait": f"{self.wait * 1000:.0f}"})
                yield connection
        except (SQLAlchemyError, sqlite3.Error) as error:
            raise ledger_error(error, self.place, self.secrets) from None

    def close(self) -> None:
        """Lets go of the server, or of the file."""
        self.engine.dispose()


def database(url: str | Path, *, create: bool, wait: float) -> Database:
    """The database at a path, or at a URL of SQLite or PostgreSQL; it is not asked anything yet.

    Raises:
        UsageError: no such URL.
        LedgerError: a file that is not there, or on a network drive; no driver for PostgreSQL.
    """
    parsed = _parsed(url)
    kind = parsed.get_backend_name()
    if kind == "sqlite":
        return _sqlite(parsed.database or "", create=create, wait=wait)
    return _postgresql(parsed, wait=wait)


def tells_password(url: str) -> bool:
    """Whether the URL of a ledger has a password in it.

    Raises:
        UsageError: no such URL.
    """
    return bool(_passwords(_parsed(url)))


def _passwords(url: URL) -> Secrets:
    told = (url.password, url.query.get("password"), url.query.get("sslpassword"))
    return tuple(str(item) for item in told if item)


def _parsed(url: str | Path) -> URL:
    if isinstance(url, Path) or "://" not in url:
        return URL.create("sqlite", database=str(url))
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise UsageError(Sentence("ledger-url")) from None
    backend = parsed.get_backend_name()
    if backend not in {"sqlite", "postgresql", "postgres"}:
        raise UsageError(Sentence("ledger-kind", kind=backend))
    if backend == "sqlite" and parsed.database in {None, "", ":memory:"}:
        raise UsageError(Sentence("ledger-memory"))
    return parsed


def _sqlite(name: str, *, create: bool, wait: float) -> Database:
    path = Path(name)
    place = shown(path)
    network_drive(path)
    try:
        if "\0" in name:
            raise ValueError("there is a NUL in its name")  # noqa: TRY301
        found = path.is_file()
        if create and not found:
            path.parent.mkdir(parents=True, exist_ok=True)
    except (OSError, ValueError) as error:
        raise LedgerError(Sentence("ledger-shut", place=place, said=system_says(error))) from None
    if not found and not create:
        raise LedgerError(Sentence("ledger-missing", place=place))
    engine = create_engine(
        URL.create("sqlite+pysqlite", database=str(path)),
        poolclass=NullPool,  # the file is not held between transactions
        connect_args={"timeout": wait},
        json_serializer=_dumps,
        hide_parameters=True,
    )
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return Database(engine, place, (), wait)


def _prepare(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # BEGIN is ours: the module's own comes late
    for pragma in ("foreign_keys = ON", "synchronous = EXTRA", "fullfsync = ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _postgresql(url: URL, *, wait: float) -> Database:
    place = url.set(drivername="postgresql", query={}).render_as_string(hide_password=True)
    secrets = _passwords(url)
    try:
        engine = create_engine(
            url.set(drivername="postgresql+psycopg"),
            pool_size=1,
            pool_pre_ping=True,
            connect_args={} if "connect_timeout" in url.query else {"connect_timeout": _CONNECT},
            json_serializer=_dumps,
            hide_parameters=True,
        )
    except ImportError:
        raise LedgerError(Sentence("ledger-package", place=place)) from None
    except SQLAlchemyError as error:
        raise ledger_error(error, place, secrets) from None
    opened = Database(engine, place, secrets, wait)
    try:
        with opened.reading() as connection:
            encoding = connection.execute(_SHOW_ENCODING).scalar_one()
    finally:
        opened.close()  # the pool fills again when it is asked
    if encoding != "UTF8":
        raise LedgerError(Sentence("ledger-encoding", place=place, encoding=encoding))
    return opened
