"""Maps in workers that die: only the item at fault is lost, and nothing is left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from functools import partial
from pathlib import Path

import pytest

from tests.misbehaving import behave, once
from xlkit.engine import Processes, Serial
from xlkit.errors import WorkerError
from xlkit.worker import Bounds, Lost, Reason

MIB = 1 << 20
BOUNDS = Bounds(seconds=60, memory=512 * MIB)
ROOT = Path(__file__).resolve().parent.parent
POSIX = pytest.mark.skipif(os.name != "posix", reason="signals are POSIX")
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="memory is bounded on Linux")


def mapped(items, jobs=2, bounds=BOUNDS, function=behave, **options):
    return list(Processes(jobs, bounds).map(function, items, **options))


def children():
    """The processes that have this one as parent, dead ones that nobody waited for included."""
    done = subprocess.run(
        ["ps", "-o", "pid=,stat=,args=", "--ppid", str(os.getpid())],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    return [line for line in done.stdout.splitlines() if "xlkit.worker" in line or " Z" in line]


@pytest.fixture(autouse=True)
def _nothing_is_left():
    yield
    if sys.platform == "linux":
        assert children() == []


@pytest.mark.parametrize("jobs", [1, 2, 3])
def test_results_stand_in_the_order_of_the_items(jobs):
    assert mapped(range(120), jobs) == [number * number for number in range(120)]
    assert mapped([], jobs) == []


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize(
    ("what", "reason", "detail"),
    [
        pytest.param("kill", Reason.CRASH, "SIGKILL", marks=POSIX),
        pytest.param("abort", Reason.CRASH, "SIGABRT", marks=POSIX),
        ("exit", Reason.CRASH, "exit code 3"),
        ("leave", Reason.CRASH, "exit code 4"),
        pytest.param("eat", Reason.MEMORY, "MemoryError", marks=LINUX),
        ("raise", Reason.CRASH, "Stubborn"),
        ("return", Reason.CRASH, "pickle"),
        ("hollow", Reason.CRASH, "ValueError"),
    ],
)
def test_only_the_item_at_fault_is_lost(jobs, what, reason, detail):
    items = [*range(10), what, *range(10, 20)]
    results = mapped(items, jobs)
    lost = results.pop(10)
    assert results == [number * number for number in range(20)]
    assert isinstance(lost, Lost)
    assert lost.reason is reason
    assert detail in lost.detail


def test_an_item_that_never_ends_is_lost_by_time():
    results = mapped([1, "sleep", 2], jobs=1, bounds=Bounds(seconds=1, memory=512 * MIB))
    assert results == [1, Lost(Reason.TIME, "no answer in 1 s"), 4]


@POSIX
def test_many_deaths_cost_as_many_items():
    items = ["kill", 1, "abort", 2, "kill", "kill", 3, "exit"]
    results = mapped(items)
    assert [result for result in results if not isinstance(result, Lost)] == [1, 4, 9]
    assert [isinstance(result, Lost) for result in results] == [
        isinstance(item, str) for item in items
    ]


@POSIX
def test_an_item_is_tried_once_more_in_a_fresh_worker(tmp_path):
    assert mapped([1, "a", 2, "b"], function=partial(once, tmp_path)) == [1, "a", 2, "b"]


def test_what_a_function_prints_does_no_harm():
    assert mapped(["print", 2, "print"]) == ["print", 4, "print"]


def test_items_and_results_may_be_larger_than_a_pipe():
    items = [bytes([number]) * MIB for number in range(12)]
    assert mapped(items, function=bytes) == items


def test_every_item_is_told_of_once_in_the_callers_thread():
    told = []
    mapped([*range(30), "exit"], done=told.append)
    assert sorted(map(str, told)) == sorted(map(str, [*range(30), "exit"]))


def test_serial_loses_what_throws_and_goes_on():
    told = []
    results = list(Serial().map(behave, [1, "raise", 2], done=told.append))
    assert [results[0], results[2]] == [1, 4]
    assert results[1].reason is Reason.CRASH
    assert told == [1, "raise", 2]


def test_leaving_the_iterator_ends_the_workers():
    results = Processes(2, BOUNDS).map(behave, [1, "sleep", "sleep", 2])
    assert next(results) == 1
    results.close()


def test_a_callback_that_throws_ends_the_workers():
    def refuse(item):
        raise KeyError(item)

    with pytest.raises(KeyError):
        mapped([1, "sleep", "sleep"], done=refuse)


def test_a_function_that_no_worker_can_have_is_a_named_failure(monkeypatch):
    monkeypatch.setattr(sys, "path", [])
    with pytest.raises(WorkerError, match="did not start"):
        mapped([1])


@POSIX
def test_ctrl_c_leaves_no_worker(tmp_path):
    script = tmp_path / "unguarded.py"
    script.write_text(
        textwrap.dedent(
            """
            import os, sys
            from tests.misbehaving import behave
            from xlkit.engine import Processes
            from xlkit.worker import Bounds
            items = [1, "sleep", "sleep", "sleep"]
            for result in Processes(2, Bounds(60, 1 << 29)).map(behave, items):
                print(result, flush=True)
            """
        ),
        encoding="utf-8",
    )
    process = subprocess.Popen(
        [sys.executable, str(script)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout.readline() == "1\n"
    offspring = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(process.pid)],
        capture_output=True, text=True, check=True,
    ).stdout.split()  # fmt: skip
    assert len(offspring) == 2
    process.send_signal(signal.SIGINT)
    _, said = process.communicate()
    assert "KeyboardInterrupt" in said
    for pid in offspring:
        with pytest.raises(ProcessLookupError):
            os.kill(int(pid), 0)
