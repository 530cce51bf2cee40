"""The fixture `postgres`: a PostgreSQL server of our own on loopback, one per pytest worker.

It asks for a password, so every test runs with one in its URL. Each caller of `schema` gets an
empty schema, which to a ledger is the same as an empty database.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pytest

PASSWORD = "nicht/zu@sagen%41"
_NUMBERS = count(1)
_FAST = "-c fsync=off -c full_page_writes=off -c max_connections=30 -c shared_buffers=16MB"


@dataclass(frozen=True)
class Postgres:
    port: int
    programs: Path

    def url(
        self, database: str = "postgres", *, schema: str = "", shows_password: bool = True
    ) -> str:
        shown = PASSWORD.replace("%", "%25").replace("/", "%2F").replace("@", "%40")
        user = f"postgres:{shown}" if shows_password else "postgres"
        end = f"?options=-csearch_path%3D{schema}" if schema else ""
        return f"postgresql://{user}@127.0.0.1:{self.port}/{database}{end}"

    def run(self, *statements: str, schema: str = "") -> list[tuple[object, ...]]:
        """Runs statements past xlkit; gives the rows of the last one, if it has any."""
        import psycopg

        with psycopg.connect(self.url(schema=schema), autocommit=True) as connection:
            for statement in statements:
                done = connection.execute(statement)
            return done.fetchall() if done.description else []

    def schema(self, name: str = "", *, shows_password: bool = True) -> str:
        """The URL of a schema that nobody has used yet.

        Without the password in it, `PGPASSWORD` must say it.
        """
        name = name or f"ledger_{next(_NUMBERS)}"
        self.run(f"CREATE SCHEMA {name}")
        return self.url(schema=name, shows_password=shows_password)


def programs() -> Path | None:
    """The folder of initdb and pg_ctl; Debian keeps it off the PATH, one per version."""
    found = shutil.which("initdb")
    if found:
        return Path(found).parent
    return max(
        (path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")),
        key=lambda path: int(path.parent.name),
        default=None,
    )


MISSING = "PostgreSQL is not installed (Debian: apt-get install postgresql)"


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A running server; where PostgreSQL is not installed the test is skipped, or fails in CI."""
    where = programs()
    if where is None:
        if os.environ.get("CI"):
            pytest.fail(MISSING)
        pytest.skip(MISSING)
    with serving(where) as server:
        yield server


@contextmanager
def serving(where: Path) -> Iterator[Postgres]:
    """A server of these programs, in a folder of its own, stopped at the end."""
    folder = Path(tempfile.mkdtemp(prefix="xlkit-postgres-"))
    try:
        yield from _running(where, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _running(where: Path, folder: Path) -> Iterator[Postgres]:
    data, told = folder / "data", folder / "password"
    told.write_text(PASSWORD, encoding="utf-8")
    if _user():
        for path in (folder, told):
            shutil.chown(path, _user(), _user())
    init = ["--auth=scram-sha-256", f"--pwfile={told}", "--username=postgres", "--encoding=UTF8"]
    _call(where / "initdb", f"--pgdata={data}", *init, "--locale=C", "--no-sync")
    port = _start(where, folder, data)
    try:
        yield Postgres(port, where)
    finally:
        _call(where / "pg_ctl", f"--pgdata={data}", "--mode=immediate", "--wait", "stop")


def _start(where: Path, folder: Path, data: Path) -> int:
    """The port that the server took; another program may be quicker at one that was free."""
    for attempt in range(5):
        port = _free_port()
        options = f"-c listen_addresses=127.0.0.1 -c port={port} -k {folder} {_FAST}"
        try:
            log = f"--log={folder / 'log'}"
            _call(where / "pg_ctl", f"--pgdata={data}", "--wait", log, "-o", options, "start")
        except subprocess.CalledProcessError:
            if attempt == 4:
                raise
        else:
            return port
    raise AssertionError


def _user() -> str | None:
    """Whom to run the server as: it refuses to run as root."""
    return "postgres" if hasattr(os, "geteuid") and os.geteuid() == 0 else None


def _call(*words: str | Path) -> None:
    as_user = {"user": _user(), "group": _user(), "extra_groups": []} if _user() else {}
    with tempfile.TemporaryFile() as said:  # a pipe would stay open as long as the server runs
        subprocess.run(
            [str(word) for word in words],
            check=True,
            cwd="/",
            env=dict(os.environ, LC_ALL="C"),
            stdout=said,
            stderr=said,
            timeout=120,
            **as_user,
        )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
