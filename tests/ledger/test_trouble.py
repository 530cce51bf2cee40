"""What is told when a ledger cannot be used: where, what, what to do; never the password."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.ledger.examples import EACH, NOON, ROUND, received, unit
from tests.postgres import PASSWORD
from xlkit.errors import LedgerError, UsageError
from xlkit.ledger.database import database
from xlkit.ledger.records import UnitListed
from xlkit.ledger.store import Ledger


def test_not_there(tmp_path):
    with pytest.raises(LedgerError, match=r"missing\.sqlite: there is no ledger"):
        Ledger.open(tmp_path / "missing.sqlite")
    assert list(tmp_path.iterdir()) == []


def test_the_exit_code_is_its_own():
    assert LedgerError.exit_code == 13


@pytest.mark.parametrize(
    "content", [b"PK\x03\x04 a workbook" * 100, b"SQLite format 3\0" + b"\xff" * 4096]
)
def test_no_ledger_at_all(tmp_path, content):
    path = tmp_path / "ledger.sqlite"
    path.write_bytes(content)
    for create in (True, False):
        with pytest.raises(LedgerError, match="damaged"):
            Ledger.open(path, create=create)
    assert path.read_bytes() == content


def test_cut_short(tmp_path):
    path = tmp_path / "ledger.sqlite"
    with Ledger.open(path, create=True) as ledger:
        ledger.add(ROUND, "李", NOON, *EACH)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(LedgerError, match="backup"), Ledger.open(path) as ledger:
        ledger.entries(ROUND)


def test_a_folder_is_no_ledger(tmp_path):
    for create in (True, False):
        with pytest.raises(LedgerError):
            Ledger.open(tmp_path, create=create)


@pytest.mark.parametrize("name", ["a\0b.sqlite", "x" * 300 + ".sqlite"])
def test_names_that_no_system_takes(tmp_path, name):
    with pytest.raises(LedgerError):
        Ledger.open(tmp_path / name, create=True)


@contextmanager
def nobody() -> Iterator[None]:
    """Somebody who may not write everything, as root may."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65_534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="Windows has other rights")
def test_read_only():
    with TemporaryDirectory() as folder:  # pytest's own folders are closed to others
        path = Path(folder, "ledger.sqlite")
        Ledger.open(path, create=True).close()
        path.chmod(0o444)
        Path(folder).chmod(0o555)
        refused = pytest.raises(LedgerError, match="cannot be written")
        with nobody(), Ledger.open(path) as ledger, refused:
            ledger.add(ROUND, "李", NOON, unit())
        Path(folder).chmod(0o755)


@pytest.mark.parametrize(
    "url",
    ["sqlite://", "sqlite:///:memory:", "mysql://a:geheim@b/c", "postgresql://u:geheim@h:port/d"],
)
def test_urls_that_are_none(url):
    with pytest.raises(UsageError) as caught:
        Ledger.open(url, create=True)
    assert "geheim" not in str(caught.value)


def test_a_url_of_sqlite_is_a_path(tmp_path):
    path = tmp_path / "ledger.sqlite"
    with Ledger.open(f"sqlite:///{path}", create=True) as ledger:
        ledger.add(ROUND, "李", NOON, unit())
    with Ledger.open(str(path)) as ledger:
        assert len(ledger.entries(ROUND)) == 1


def test_held_for_too_long_by_another(place):
    """Who waits in vain is told so, and added nothing; who waits long enough gets in."""
    with Ledger.open(place, create=True, wait=0.2) as hasty, Ledger.open(place) as patient:
        held, release = threading.Event(), threading.Event()
        other = database(place, create=False, wait=5)

        def hold() -> None:
            with other.writing():
                held.set()
                release.wait(30)

        holder = threading.Thread(target=hold)
        holder.start()
        held.wait(30)
        try:
            with pytest.raises(LedgerError, match="for too long"):
                hasty.add(ROUND, "李", NOON, unit())
            assert hasty.entries(ROUND) == ()
            threading.Timer(0.2, release.set).start()
            assert len(patient.add(ROUND, "李", NOON, unit())) == 1
        finally:
            release.set()
            holder.join()
            other.close()


def test_written_past_xlkit(place):
    with Ledger.open(place, create=True) as ledger:
        ledger.add(ROUND, "李", NOON, unit())
        stranger = database(place, create=False, wait=5)
        with stranger.writing() as connection:
            connection.exec_driver_sql(
                'INSERT INTO entries (id, round, at, "by", kind, subject, unit) '
                f"VALUES (9, '{ROUND}', '2026-03-01T12:00:00+00:00', '', 'unit_listed', '[]', '9')"
            )
            connection.exec_driver_sql(
                "INSERT INTO unit_listed VALUES "
                "(9, '9', '', '', '[]', '', '{}', 'no such state', '', NULL, '')"
            )
        stranger.close()
        with pytest.raises(LedgerError, match="no UnitListed says"):
            ledger.last(ROUND, UnitListed)


def told(url: str) -> str:
    """What is told of a server that does not answer as it should, the password nowhere in it."""
    with pytest.raises(LedgerError) as caught:
        Ledger.open(url, create=True)
    error: BaseException | None = caught.value
    assert error is not None
    assert error.__cause__ is None
    message = str(error)
    for secret in (PASSWORD, "nicht", "zu%40", "geheim"):
        assert secret not in message
    return message


def test_the_server_is_told_by_its_place(postgres):
    message = told(postgres.url("no_such_database"))
    assert message.startswith(
        f"postgresql://postgres:***@127.0.0.1:{postgres.port}/no_such_database"
    )
    assert "database in the URL" in message


def test_a_wrong_password(postgres):
    assert "password" in told(postgres.url().replace("nicht", "geheim"))


def test_nobody_at_home(tmp_path):
    assert "no connection" in told("postgresql://li:geheim@127.0.0.1:1/xlkit")
    assert "no connection" in told(f"postgresql:///xlkit?host={tmp_path}&password=geheim")


def test_a_schema_that_is_not_there(postgres):
    assert "Create it" in told(postgres.url(schema="nowhere"))


def test_two_ways_to_one_schema_are_one_ledger(postgres):
    """Who comes by another search path waits for the same lock."""
    url = postgres.schema()
    name = url.rpartition("%3D")[2]
    postgres.run(f"CREATE SCHEMA before_{name}")
    with Ledger.open(url, create=True) as ledger:
        around = database(url.replace(name, f"before_{name},{name}"), create=False, wait=0.1)
        refused = pytest.raises(LedgerError, match="for too long")
        with Ledger.open(url, wait=0.1) as hasty, around.writing(), refused:
            hasty.add(ROUND, "李", NOON, unit())
        around.close()
        assert len(ledger.add(ROUND, "李", NOON, unit())) == 1


def test_what_is_printed_of_a_database_hides_its_password(postgres):
    opened = database(postgres.schema(), create=False, wait=1)
    assert "nicht" not in repr(opened)
    opened.close()


def test_options_that_no_driver_knows():
    told("postgresql://li:geheim@127.0.0.1:1/xlkit?geheimnis=geheim")


def test_a_database_without_room_for_all_signs(postgres):
    postgres.run(
        "DROP DATABASE IF EXISTS latin",
        "CREATE DATABASE latin ENCODING 'LATIN1' TEMPLATE template0 LOCALE 'C'",
    )
    assert "ENCODING 'UTF8'" in told(postgres.url("latin"))


def test_the_older_name_of_the_scheme_is_read_too(postgres):
    url = postgres.schema().replace("postgresql://", "postgres://")
    with Ledger.open(url, create=True) as ledger:
        assert len(ledger.add(ROUND, "李", NOON, received())) == 1


def test_a_server_that_was_started_again_is_met_again(postgres):
    url = postgres.schema()
    with Ledger.open(url, create=True) as ledger:
        ledger.add(ROUND, "李", NOON, unit())
        postgres.run(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE pid <> pg_backend_pid() AND datname = 'postgres'"
        )
        assert len(ledger.entries(ROUND)) == 1
        assert len(ledger.add(ROUND, "李", NOON, unit("302"))) == 1


def test_a_user_who_may_only_read_and_add(postgres):
    """No right to update, delete or create is needed once the tables are there."""
    url = postgres.schema()
    name = url.rpartition("%3D")[2]
    Ledger.open(url, create=True).close()
    postgres.run(
        f"DROP ROLE IF EXISTS clerk_{name}",
        f"CREATE ROLE clerk_{name} LOGIN PASSWORD 'geheim'",
        f"GRANT USAGE ON SCHEMA {name} TO clerk_{name}",
        f"GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA {name} TO clerk_{name}",
    )
    start, _, end = url.partition("@127")
    assert start
    clerk = f"postgresql://clerk_{name}:geheim@127{end}"
    with Ledger.open(clerk) as ledger:
        assert len(ledger.add(ROUND, "李", NOON, *EACH)) == len(EACH)
        assert ledger.add(ROUND, "李", NOON, received()) == ()
    postgres.run(f"REVOKE INSERT ON ALL TABLES IN SCHEMA {name} FROM clerk_{name}")
    with Ledger.open(clerk) as ledger, pytest.raises(LedgerError, match="may not do that"):
        ledger.add(ROUND, "李", NOON, unit())


def test_backup_by_copying_the_file(tmp_path):
    path = tmp_path / "ledger.sqlite"
    with Ledger.open(path, create=True) as ledger:
        added = ledger.add(ROUND, "李", NOON, *EACH)
        copy = tmp_path / "copy.sqlite"
        copy.write_bytes(path.read_bytes())
        assert sorted(item.name for item in tmp_path.iterdir()) == ["copy.sqlite", "ledger.sqlite"]
    with Ledger.open(copy) as again:
        assert again.entries(ROUND) == added
    with sqlite3.connect(copy) as plain:
        assert plain.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    plain.close()
