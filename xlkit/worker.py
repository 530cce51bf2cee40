"""A process that may die: what its parent sees of it, and what it does itself.

A fresh interpreter, never a fork (the threads of polars do not survive one), with pipes of
its own: no queue or lock is shared that a dying worker could spoil, and nothing of the
caller's `__main__` is run again.
"""

from __future__ import annotations

import math
import os
import pickle
import signal
import subprocess
import sys
import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryFile
from threading import Timer
from typing import Any, TypeVar, cast

from xlkit.errors import WorkerError
from xlkit.sentences import Sentence

_Result = TypeVar("_Result")

#: Seconds after its time that an item ends a worker whose parent is gone.
_GRACE = 30
#: Seconds that a worker may take to end by itself.
_DYING = 5
_BOOT = (
    "import pickle, sys; sys.path[:] = pickle.load(sys.stdin.buffer); "
    "from xlkit.worker import serve; serve()"
)


class Reason(StrEnum):
    """Why there is no result."""

    MEMORY = "memory"
    TIME = "time"
    CRASH = "crash"


@dataclass(frozen=True, slots=True)
class Lost:
    """Stands where the result of an item would; `detail` is for the log."""

    reason: Reason
    detail: str


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one item may take: seconds of wall clock, and bytes beyond an idle worker's.

    Memory is bounded where the platform has a `resource` module that does so (Linux).
    """

    seconds: float
    memory: int


def attempt(function: Callable[..., _Result], *given: Any) -> _Result | Lost:
    """What the function gives; whatever it throws, other than an interrupt, is a `Lost`."""
    try:
        return function(*given)
    except (KeyboardInterrupt, SystemExit):
        raise
    except MemoryError as failure:
        return Lost(Reason.MEMORY, _told(failure))
    except BaseException as failure:  # noqa: BLE001  (a Rust panic is no Exception)
        return Lost(Reason.CRASH, _told(failure))


def _told(failure: BaseException) -> str:
    """The failure and where it came from, on one line."""
    last = traceback.extract_tb(failure.__traceback__)[-1:]
    place = "".join(f" ({Path(frame.filename).name}:{frame.lineno})" for frame in last)
    said = "".join(traceback.format_exception_only(failure)[-1:]).strip()
    return said[:300] + place


class Worker:
    """A worker process as its parent sees it; `spent` is one that must be replaced."""

    def __init__(self) -> None:
        self.spent = False
        self._overdue = False
        self._said = TemporaryFile()  # noqa: SIM115  (closed with the worker)
        self._process = subprocess.Popen(  # noqa: S603  (our own interpreter)
            [sys.executable, "-P", "-c", _BOOT],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._said,
            **_apart(),
        )

    def prepare(self, setup: bytes) -> None:
        """Raises:
        WorkerError: it did not come up.
        """
        self._write(setup)
        try:
            self._read()
        except EOFError as failure:
            raise WorkerError(Sentence("worker-lost", said=self._ending())) from failure

    def send(self, items: Sequence[Any]) -> None:
        self._write(pickle.dumps(items))

    def answer(self, seconds: float) -> bytes | Lost:
        """The next answer, or how the worker ended instead."""
        timer = Timer(seconds, self._end_overdue)
        timer.daemon = True
        timer.start()
        try:
            answer = cast("bytes | Lost", self._read())
        except EOFError:
            self.spent = True
            ending = self._ending()
            if self._overdue:
                return Lost(Reason.TIME, f"no answer in {seconds:g} s")
            return Lost(Reason.CRASH, ending)
        finally:
            timer.cancel()
        lacked = isinstance(answer, Lost) and answer.reason is Reason.MEMORY
        self.spent = self._overdue or lacked
        return answer

    def kill(self) -> None:
        with suppress(OSError):
            self._process.kill()

    def close(self) -> None:
        self.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout, self._said):
            with suppress(OSError):  # what could not be sent to a dead worker
                if stream is not None:
                    stream.close()

    def _end_overdue(self) -> None:
        self._overdue = True
        self.kill()

    def _write(self, data: bytes) -> None:
        assert self._process.stdin is not None
        with suppress(OSError):  # a worker that died is told by its missing answer
            self._process.stdin.write(data)
            self._process.stdin.flush()

    def _read(self) -> Any:
        """Raises:
        EOFError: the worker has ended.
        """
        assert self._process.stdout is not None
        try:
            return pickle.load(self._process.stdout)  # noqa: S301  (our own worker's)
        except (pickle.UnpicklingError, OSError) as failure:
            raise EOFError from failure

    def _ending(self) -> str:
        """How the process ended, and its last words."""
        with suppress(subprocess.TimeoutExpired):  # its pipe closes before it is gone
            self._process.wait(_DYING)
        self.kill()
        code = self._process.wait()
        ending = f"exit code {code}"
        if code < 0:
            with suppress(ValueError):
                ending = signal.Signals(-code).name
        self._said.seek(0)
        lines = self._said.read()[-4096:].decode(errors="replace").strip().splitlines()
        return ": ".join([ending, *lines[-1:]])[:300]


def _apart() -> dict[str, Any]:
    """Options that keep a terminal's Ctrl-C from workers: their parent ends them."""
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NO_WINDOW}
    return {"process_group": 0}


def serve() -> None:
    """A worker's life: takes function and bounds, then items, and answers each."""
    source = sys.stdin.buffer
    with os.fdopen(os.dup(1), "wb") as answers:
        os.dup2(2, 1)  # what a parser prints must not stand among the answers
        function, bounds = pickle.load(source)  # noqa: S301  (our own parent's)
        _bound_memory(bounds.memory)
        _say(answers, None)
        with suppress(EOFError):
            while True:
                for item in pickle.load(source):  # noqa: S301
                    _bound_time(bounds.seconds)
                    _say(answers, attempt(_packed, function, item))


def _packed(function: Callable[[Any], Any], item: Any) -> bytes:
    return pickle.dumps(function(item), pickle.HIGHEST_PROTOCOL)


def _say(answers: Any, answer: bytes | Lost | None) -> None:
    pickle.dump(answer, answers)
    answers.flush()


def _bound_time(seconds: float) -> None:
    """Ends the worker by itself, should its parent be gone by then."""
    if hasattr(signal, "alarm"):
        signal.alarm(math.ceil(seconds) + _GRACE)


def _bound_memory(most: int) -> None:
    """Allows that many bytes more than are in use; leaves no core dump."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with suppress(OSError, ValueError):  # a platform that tells no size, or bounds none
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        highest = resource.getrlimit(resource.RLIMIT_AS)[1]
        bound = pages * resource.getpagesize() + most
        if highest != resource.RLIM_INFINITY:
            bound = min(bound, highest)
        resource.setrlimit(resource.RLIMIT_AS, (bound, highest))
