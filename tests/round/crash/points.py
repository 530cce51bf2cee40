"""The steps of a command at which it can be killed, and the killing.

A step is whatever a command does to its folder or asks of its ledger: a file opened for
writing, written half, synced, renamed, removed, a folder made, a statement sent, a transaction
begun or about to be committed, and the middle of that commit. Nothing in xlkit knows of it: Python
tells of its own calls (PEP 578), SQLAlchemy of its statements, and the rest is wrapped here.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path
from random import Random
from threading import Thread
from typing import Any, Self

from sqlalchemy import Engine, event
from sqlalchemy.pool import Pool

_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
#: Seconds within which a commit of a small ledger is under way.
_COMMIT = 0.004
_OF_PATHS = frozenset(
    {"os.rename", "os.mkdir", "os.remove", "os.rmdir", "os.link", "os.truncate", "os.chmod"}
)


class Points:
    """Counts the steps of this process, from 1, and kills it right before the one named.

    Once watching, a process watches to its end: what listens to Python's calls cannot be
    taken away.
    """

    def __init__(self, folder: Path, die_at: int = 0, seed: int = 0) -> None:
        self.met: list[str] = []
        self._folder = str(folder)
        self._die_at = die_at
        self._random = Random(f"{seed} {die_at}")
        self._killer: Thread | None = None

    def watch(self) -> None:
        sys.addaudithook(self._audited)
        event.listen(Engine, "begin", lambda _: self._meet("begin"))
        event.listen(Engine, "before_cursor_execute", self._statement)
        event.listen(Engine, "commit", self._commit)
        event.listen(Pool, "checkin", lambda *_: self._meet("done with the ledger"))
        os.fsync = self.wrapped("fsync", os.fsync)
        os.fdopen = self._half_written(os.fdopen)

    def end(self) -> None:
        """The command is done: its last step, and the end of one that is to die of a commit."""
        self._meet("end")
        if self._killer is not None:
            self._killer.join()

    def _meet(self, what: str) -> bool:
        """Whether this is the step at which a thread of its own must kill the process."""
        self.met.append(what)
        if len(self.met) != self._die_at:
            return False
        if what == "within the commit":
            return True
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError("not dead")

    def _audited(self, name: str, values: tuple[Any, ...]) -> None:
        if name == "open":
            path, mode, flags = values
            writes = (flags or 0) & _WRITING or set(mode or "") & set("wax+")
            if writes and self._is_ours(path):
                self._meet(f"open {Path(os.fsdecode(path)).suffix}")
        elif name in _OF_PATHS and any(map(self._is_ours, values)):
            self._meet(name.removeprefix("os."))

    def _is_ours(self, path: object) -> bool:
        """Whether a path lies in the folder; the ledger's file is opened by SQLite, not here."""
        if not isinstance(path, str | bytes | os.PathLike):
            return False
        return os.fsdecode(path).startswith(self._folder)

    def _statement(self, _connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        self._meet(" ".join(statement.split()[:3]))

    def _commit(self, _connection: Any) -> None:
        self._meet("commit")
        if self._meet("within the commit"):
            self._killer = Thread(target=self._kill, args=(self._random.uniform(0, _COMMIT),))
            self._killer.start()

    @staticmethod
    def _kill(seconds: float) -> None:
        time.sleep(seconds)
        os.kill(os.getpid(), signal.SIGKILL)

    def wrapped(self, name: str, function: Any) -> Any:
        def meeting(*values: Any) -> Any:
            self._meet(name)
            return function(*values)

        return meeting

    def _half_written(self, function: Any) -> Any:
        """Files opened by number write their first half before the step."""

        def opening(*values: Any, **named: Any) -> Any:
            file = function(*values, **named)
            write = file.write

            def halves(data: bytes) -> int:
                half = len(data) // 2
                write(data[:half])
                file.flush()
                self._meet("half written")
                return half + int(write(data[half:]))

            return _Written(file, halves)

        return opening


class _Written:
    """A file with a way to write of its own."""

    def __init__(self, file: Any, write: Any) -> None:
        self._file = file
        self.write = write

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()
