"""Mutants tried in child processes, so that a hang or a crash ends only one of them."""

from __future__ import annotations

import sys
import time
import traceback
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.mutants.make import mutant
from tests.mutants.oracles import faults
from tests.mutants.sound import READER

#: Far above what any file may take, on a machine that does other work too; in seconds, bytes.
HANG = 300.0
MEMORY = 4 << 30
#: Every so manyth mutant is reviewed twice, and both reviews compared.
TWICE = 8


@dataclass(frozen=True)
class Case:
    form: str
    seed: int
    number: int


@dataclass(frozen=True)
class Outcome:
    """What became of a mutant; `seconds` and `peak` (MiB) are of its process."""

    case: Case
    edits: tuple[str, ...] = ()
    source: str = ""
    verdict: str = "none"
    faults: tuple[str, ...] = ()
    seconds: float = 0.0
    peak: int = 0


def tried(case: Case, folder: Path) -> Outcome:
    """One mutant, judged here and now."""
    made = mutant(case.form, case.seed, case.number)
    path = folder / f"{case.form}-{case.seed}-{case.number}{made.source.suffix}"
    path.write_bytes(made.data)
    start = time.monotonic()
    verdict, found = "crash", []
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            twice = case.number % TWICE == 0
            verdict, found = faults(path, made.source.frame, READER, twice=twice)
    except BaseException as failure:  # noqa: BLE001  (a parser's panic is one of ours to catch)
        found = [_last_lines(failure)]
    seconds = time.monotonic() - start
    path.unlink()
    return Outcome(
        case, made.edits, made.source.name, verdict, tuple(found), seconds, _peak_memory()
    )


def _last_lines(failure: BaseException) -> str:
    where = traceback.extract_tb(failure.__traceback__)[-1]
    return f"{type(failure).__name__}: {failure} ({Path(where.filename).name}:{where.lineno})"


def _peak_memory() -> int:
    if sys.platform == "win32":
        return 0
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def _limit_memory() -> None:
    if sys.platform == "linux":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def _serve(pipe: Connection) -> None:
    _limit_memory()
    with TemporaryDirectory() as folder:
        while (case := pipe.recv()) is not None:
            pipe.send(tried(case, Path(folder)))


@dataclass
class _Child:
    """A process, the case it is at, and when that began."""

    case: Case | None = None
    since: float = 0.0
    pipe: Connection = field(init=False)
    process: BaseProcess = field(init=False)

    def __post_init__(self) -> None:
        context = get_context("spawn")
        self.pipe, other = context.Pipe()
        self.process = context.Process(target=_serve, args=(other,), daemon=True)
        self.process.start()
        other.close()

    def begin(self, case: Case) -> None:
        self.case, self.since = case, time.monotonic()
        self.pipe.send(case)

    def stop(self) -> None:
        self.process.kill()
        self.process.join()


def outcomes(cases: Iterable[Case], processes: int = 2) -> Iterator[Outcome]:
    """What becomes of each, as it is known; a hang and a dead process are faults."""
    waiting = iter(cases)
    children: list[_Child] = []
    try:
        for _ in range(processes):
            children += _started(waiting)
        while children:
            ready = wait([child.pipe for child in children], timeout=1.0)
            for child in list(children):
                outcome = _heard(child) if child.pipe in ready else _overdue(child)
                if outcome is None:
                    continue
                yield outcome
                case = next(waiting, None)
                if outcome.verdict in ("hang", "dead"):
                    child.stop()
                    children.remove(child)
                    children += _started(iter([case] if case else []))
                elif case is None:
                    child.stop()
                    children.remove(child)
                else:
                    child.begin(case)
    finally:
        for child in children:
            child.stop()


def _started(waiting: Iterator[Case]) -> list[_Child]:
    case = next(waiting, None)
    if case is None:
        return []
    child = _Child()
    child.begin(case)
    return [child]


def _heard(child: _Child) -> Outcome | None:
    assert child.case is not None
    try:
        answer: Outcome = child.pipe.recv()
    except (EOFError, ConnectionResetError):
        return Outcome(child.case, verdict="dead", faults=("the process died",))
    return answer


def _overdue(child: _Child) -> Outcome | None:
    assert child.case is not None
    took = time.monotonic() - child.since
    if took < HANG:
        return None
    return Outcome(child.case, verdict="hang", faults=(f"no answer in {HANG:.0f} s",), seconds=took)
