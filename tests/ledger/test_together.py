"""Several programs on one ledger, and programs that are killed in the middle of an add."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.ledger.adder import batch
from tests.ledger.examples import NOON, ROUND, received, unit
from tests.ledger.soundness import sound
from xlkit.ledger.database import database
from xlkit.ledger.migrations import LATEST
from xlkit.ledger.records import KINDS, Received, Reviewed, UnitListed
from xlkit.ledger.store import Ledger
from xlkit.ledger.tables import DETAILS, ENTRIES

ROOT = Path(__file__).resolve().parent.parent.parent
#: Where an add can be killed: PostgreSQL has one statement more, to set up and to lock.
POINTS = {"sqlite": 10, "postgresql": 11}
posix = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no SIGKILL")


def start(place, *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.ledger.adder", *words],
        cwd=ROOT,
        env=dict(os.environ, LEDGER=str(place)),
        stdout=subprocess.PIPE,
        text=True,
    )


def test_many_at_once_lose_nothing_and_double_nothing(place):
    """They also meet in making the ledger."""
    names, times = ("甲", "乙", "丙"), 25
    running = [start(place, name, str(times)) for name in names]
    for program in running:
        said, _ = program.communicate(timeout=300)
        assert program.returncode == 0
        assert said.split() == [str(number) for number in range(times)]
    sound(place)
    with Ledger.open(place) as ledger:
        entries = ledger.entries(ROUND)
        expected = {
            record for name in names for number in range(times) for record in _keys(name, number)
        }
        assert sorted(_key(one.record) for one in entries) == sorted(expected)
        opened = database(place, create=False, wait=5)
        with opened.reading() as connection:
            made = connection.exec_driver_sql("SELECT count(*) FROM ledger_versions").scalar()
        opened.close()
        assert made == LATEST


def _key(record) -> tuple[str, str]:
    subject = record.subject
    return type(record).__name__, subject


def _keys(name: str, number: int) -> list[tuple[str, str]]:
    return [_key(record) for record in batch(name, number)]


@posix
@pytest.mark.parametrize("point", range(1, max(POINTS.values()) + 1))
def test_killed_in_the_middle_of_an_add(place, point):
    """What was told stands, the rest is there whole or not at all; repeating doubles nothing."""
    points = POINTS["postgresql" if str(place).startswith("postgresql") else "sqlite"]
    program = start(place, "甲", "2", str(point))
    said, _ = program.communicate(timeout=120)
    assert program.returncode == (-signal.SIGKILL if point <= points else 0)
    assert said.split() == (["0"] if point <= points else ["0", "1"])
    sound(place)
    first, second = set(_keys("甲", 0)), set(_keys("甲", 1))
    with Ledger.open(place) as ledger:
        there = {_key(one.record) for one in ledger.entries(ROUND)}
        assert there == (first | second if point >= points else first)
        for number in range(2):
            ledger.add(ROUND, "甲", NOON, *batch("甲", number))
        assert {_key(one.record) for one in ledger.entries(ROUND)} == first | second
        assert len(ledger.entries(ROUND, Received)) == 4
        assert len(ledger.last(ROUND, UnitListed)) == 2


@posix
def test_killed_when_half_of_an_add_is_on_the_disk(place):
    """SQLite writes to the file what it cannot hold; the journal beside it undoes that."""
    program = start(place, "大+", "2", "9")
    said, _ = program.communicate(timeout=120)
    assert (program.returncode, said.split()) == (-signal.SIGKILL, ["0"])
    if isinstance(place, Path):
        assert place.with_name(f"{place.name}-journal").stat().st_size > 0
    with Ledger.open(place) as ledger:
        assert [_key(one.record) for one in ledger.entries(ROUND)] == _keys("大+", 0)
    sound(place)


@posix
def test_killed_at_any_time(place):
    """Batches follow each other without a pause, so a kill from outside meets them anywhere."""
    for number in range(6):
        with start(place, f"第{number}", "100000") as program:
            assert program.stdout is not None
            told = [program.stdout.readline() for _ in range(number + 1)]
            program.kill()
            last = int([*told, *program.stdout][-1])
        sound(place)
        with Ledger.open(place) as ledger:
            mine = [
                one.record.sha256
                for one in ledger.entries(ROUND, Reviewed)
                if one.by == f"第{number}"
            ]
            assert mine[: last + 1] == [f"第{number}-{count}" for count in range(last + 1)]
            assert len(mine) in {last + 1, last + 2}


def test_who_reads_what_is_new_misses_nothing(place):
    """Numbers are seen in their order, also while three add: nobody need look back."""
    with Ledger.open(place, create=True) as ledger:
        writers = [threading.Thread(target=_write, args=(place, name)) for name in "甲乙丙"]
        for writer in writers:
            writer.start()
        seen: list[int] = []
        writing = True
        while writing:
            writing = any(writer.is_alive() for writer in writers)
            new = ledger.entries(ROUND, after=seen[-1] if seen else 0)
            seen += [one.id for one in new]
        assert seen == [one.id for one in ledger.entries(ROUND)]
        assert len(seen) == 90


def _write(place, name: str) -> None:
    with Ledger.open(place) as ledger:
        for number in range(15):
            ledger.add(ROUND, name, NOON, unit(f"{name}{number}"), received(f"{name}{number}"))


def test_one_reading_sees_one_state(place):
    """What is added between two tables of one reading is not half seen."""
    with Ledger.open(place, create=True) as ledger:
        ledger.add(ROUND, "李", NOON, unit())
        opened = database(place, create=False, wait=0.1)
        with opened.reading() as connection:
            before = connection.execute(ENTRIES.select()).all()
            if not opened.is_sqlite:  # SQLite lets nobody commit before the reader is done
                ledger.add(ROUND, "李", NOON, unit("302"), received())
            assert connection.execute(ENTRIES.select()).all() == before
            assert len(connection.execute(DETAILS[UnitListed].select()).all()) == 1
        opened.close()
        assert set(KINDS) == set(DETAILS)
