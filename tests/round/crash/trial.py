"""A command that is killed at one of its steps, looked at, run again, and looked at again."""

from __future__ import annotations

import importlib
import json
import os
import shutil
import signal
import sys
import traceback
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import count, pairwise
from pathlib import Path
from random import Random

from tests.postgres import PASSWORD, Postgres
from tests.round.crash.points import Points
from tests.round.crash.stages import COMMANDS, prepare
from tests.round.crash.state import after_all, after_kill, open_all, state_of
from tests.round.desk import Bureau, Clock

#: Seconds after which a command that neither ends nor dies is taken for hung.
_PATIENCE = 300


@dataclass(frozen=True)
class Trial:
    """One kill: at which step, what that step was, and what was found wrong."""

    command: str
    point: int
    step: str
    wrong: tuple[str, ...]


@dataclass
class Theatre:
    """A round for one command, as it is before, and as it is after a run that nobody killed.

    Everything is played in one place, `path`, so that what runs is always a new process that
    has done nothing yet: this one only looks.
    """

    command: str
    home: Path
    seed: int = 0
    ledgers: Callable[[], str] | None = None

    def __post_init__(self) -> None:
        self._before = self.home / "before" / "round"
        self.path = self.home / "round"
        self._before.parent.mkdir(parents=True)
        apart(lambda: prepare(self.command, self._before))
        self._lay()
        self.start = state_of(self.path)
        self.steps: Sequence[str] = self._run(0)
        self.end = state_of(self.path)
        open_all(self.path)

    def chosen(self, number: int) -> tuple[int, ...]:
        return spread(len(self.steps), number, f"{self.seed} {self.command}")

    def trial(self, point: int) -> Trial:
        self._lay()
        wrong: list[str] = []
        try:
            self._run(point)
            killed = state_of(self.path)
            wrong += after_kill(self.start, killed, self.end)
            for part in killed.parts:
                _age(part)
            self._run(0)
            wrong += after_all(state_of(self.path), self.end)
        except Exception as error:  # noqa: BLE001  (whatever it is, it is what is to be found)
            wrong.append(f"{type(error).__name__}: {error}")
        return Trial(self.command, point, self.steps[point - 1], tuple(wrong))

    def _lay(self) -> None:
        """The round as it was before; a database gets a copy of its ledger."""
        shutil.rmtree(self.path, ignore_errors=True)
        shutil.copytree(self._before, self.path)
        if self.ledgers is not None:
            url = self.ledgers()
            apart(lambda: _move_ledger(self.path, url))

    def _run(self, die_at: int) -> list[str]:
        """Runs the command in a process of its own, to its end or its death; gives its steps."""
        told = self.home / "steps.json"

        def act() -> None:
            points = Points(self.path, die_at, self.seed)
            points.watch()
            with Bureau(self.path, Clock()).work() as round_:
                COMMANDS[self.command](round_)
            points.end()
            told.write_text(json.dumps(points.met), encoding="utf-8")

        apart(act, dies=die_at > 0)
        found: list[str] = json.loads(told.read_text(encoding="utf-8"))
        return found


def spread(count: int, number: int, seed: str) -> tuple[int, ...]:
    """That many steps, spread over all of them; every step where there are fewer."""
    if number >= count:
        return tuple(range(1, count + 1))
    random = Random(seed)
    borders = [round(place * count / number) for place in range(number + 1)]
    return tuple(random.randint(first + 1, last) for first, last in pairwise(borders))


def apart(act: Callable[[], None], *, dies: bool = False) -> None:
    """Does something in a fork of this process.

    Raises:
        RuntimeError: it did not end as it was to.
    """
    with warnings.catch_warnings():
        # polars keeps threads of its own from its import on; until it is used they hold nothing.
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        signal.alarm(_PATIENCE)
        code = 1
        try:
            act()
            code = 0
        except BaseException:  # noqa: BLE001
            traceback.print_exc()
        finally:
            sys.stderr.flush()
            os._exit(code)
    _, status = os.waitpid(child, 0)
    ended = os.waitstatus_to_exitcode(status)
    if ended != (-signal.SIGKILL if dies else 0):
        raise RuntimeError(f"a run ended with {ended}")


def _age(part: Path) -> None:
    """Makes a file older than the clock by which the commands run."""
    old = (Clock().now - timedelta(days=2)).timestamp()
    os.utime(part, (old, old))


def _move_ledger(path: Path, url: str) -> None:
    from dataclasses import replace

    from xlkit.ledger.store import Ledger
    from xlkit.round.folder import Folder

    folder = Folder(path)
    with Ledger.open(folder.ledger_file) as old, Ledger.open(url, create=True) as new:
        old.copy_to(new)
    folder.ledger_file.unlink()
    folder.write_settings(replace(folder.settings(), ledger=url))


def load_all() -> None:
    """Loads what the commands will use, so that each of many forks need not."""
    for name in (
        "issuing",
        "collecting",
        "returning",
        "merging",
        "deciding",
        "mailing",
        "fetching",
    ):
        importlib.import_module(f"xlkit.round.{name}")
    for name in ("polars", "pandera.polars", "xlsxwriter", "openpyxl"):
        importlib.import_module(name)


def play(
    command: str, home: Path, seed: int, number: int, server: Postgres | None
) -> tuple[int, list[Trial]]:
    """How many steps a command has, and the trials of those that were chosen."""
    load_all()
    theatre = Theatre(command, home, seed, schemas(server, command) if server else None)
    return len(theatre.steps), [theatre.trial(point) for point in theatre.chosen(number)]


def schemas(server: Postgres, command: str) -> Callable[[], str]:
    """Gives the URL of a new schema at each call; its password comes by the environment."""
    os.environ["PGPASSWORD"] = PASSWORD
    names = (f"crash_{command}_{number}" for number in count(1))

    def schema() -> str:
        return server.schema(next(names), shows_password=False)

    return schema
