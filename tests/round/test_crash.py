"""A short run of the kills; `python -m tests.round.crash` makes hundreds."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.round.crash.state import State, after_all, after_kill
from xlkit.ledger.records import Dispatched, DispatchKind, Merged

ROOT = Path(__file__).resolve().parent.parent.parent
posix = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no SIGKILL")


@posix
def test_killed_and_run_again_a_command_has_done_its_work_once():
    """In a process of its own: what forks must not have used polars yet."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.round.crash", "--number", "20"],
        cwd=ROOT,
        env=dict(os.environ, PYTHONUTF8="1"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "20 kills, 0 with a loss" in done.stdout


SENT = Dispatched(
    unit="301", kind=DispatchKind.ISSUE, serial=1, correction=0, version=1, file="a", sha256="1"
)
MASTER = Merged(sha256="9", file="master.xlsx", units=1, rows=3)
START = State({"a": "0"}, (), ())
END = State({"a": "0", "outbox/issue/a": "1"}, (), (("王", SENT),))


@pytest.mark.parametrize(
    ("now", "wrong"),
    [
        (START, []),
        (END, []),
        (State(END.files, (), ()), []),
        (State({**END.files, "a": "?"}, (), ()), ["a is neither as it was nor as it is to be"]),
        (State({}, (), ()), ["a is gone"]),
        (State({"a": "0", "b": "1"}, (), ()), ["b is neither as it was nor as it is to be"]),
        (State(START.files, (), END.records), ["the ledger tells of outbox/issue/a"]),
        (State(END.files, (), END.records * 2), ["1 records that a whole run does not have"]),
    ],
)
def test_a_loss_after_a_kill_is_seen(now, wrong):
    found = list(after_kill(START, now, END))
    assert len(found) == len(wrong)
    assert all(said.startswith(start) for said, start in zip(found, wrong, strict=True))


@pytest.mark.parametrize(
    ("now", "wrong"),
    [
        (END, []),
        (START, ["outbox/issue/a is missing", "the ledger has too much {}"]),
        (State({**END.files, "b": "2"}, (), END.records), ["b is too much"]),
        (State({**END.files, "a": "2"}, (), END.records), ["a is other than it should be"]),
        (State(END.files, (), END.records * 2), ["the ledger has too much"]),
        (State(END.files, (Path(".xlkit-1.part"),), END.records), [".xlkit-1.part is left"]),
    ],
)
def test_a_loss_at_the_end_is_seen(now, wrong):
    found = list(after_all(now, END))
    assert len(found) == len(wrong)
    assert all(said.startswith(start) for said, start in zip(found, wrong, strict=True))


def test_a_master_may_be_told_of_twice_in_a_row_but_nothing_else():
    once = State({}, (), (("王", SENT), ("王", MASTER)))
    assert list(after_all(State({}, (), (*once.records, ("王", MASTER))), once)) == []
    apart = State({}, (), (("王", MASTER), ("王", SENT), ("王", MASTER)))
    assert list(after_all(apart, once)) != []
