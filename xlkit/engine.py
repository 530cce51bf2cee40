"""Maps a function over items, here or in workers that may die: a death costs one item.

Knows nothing of what it maps. The function is sent once to each worker, so it must be
importable by name, or be made of what is.
"""

from __future__ import annotations

import pickle
import sys
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import Any, Protocol, TypeVar

from xlkit.errors import WorkerError
from xlkit.sentences import Sentence
from xlkit.worker import Bounds, Lost, Reason, Worker, attempt

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")

#: Items that a worker is sent at once; its answers come back one by one.
_MOST_SENT = 50
#: Portions that each worker should get, so that all end at about the same time.
_PORTIONS = 4


def _unheard(_: object) -> None:
    pass


class Engine(Protocol):
    """A way to map a function over items."""

    def map(
        self,
        function: Callable[[_Item], _Result],
        items: Sequence[_Item],
        done: Callable[[_Item], None] = _unheard,
    ) -> Iterator[_Result | Lost]:
        """The results in the order of the items; `done` hears of each item as it ends.

        Whatever the function throws, other than an interrupt, is a `Lost`.
        """


class Serial:
    """One item after the other in this process, without bounds: only for the harmless."""

    def map(
        self,
        function: Callable[[_Item], _Result],
        items: Sequence[_Item],
        done: Callable[[_Item], None] = _unheard,
    ) -> Iterator[_Result | Lost]:
        for item in items:
            result = attempt(function, item)
            done(item)
            yield result


@dataclass(frozen=True, slots=True)
class Processes:
    """That many worker processes; an item that exceeds the bounds is lost with its worker.

    An item whose worker died, for whatever reason but time, is tried once more alone in a
    fresh worker: the system may have ended a worker for the sake of others. Leaving the
    iterator, by an interrupt too, ends all workers.
    """

    jobs: int
    bounds: Bounds

    def map(
        self,
        function: Callable[[_Item], _Result],
        items: Sequence[_Item],
        done: Callable[[_Item], None] = _unheard,
    ) -> Iterator[_Result | Lost]:
        """Raises:
        WorkerError: no worker can be started.
        """
        if not items:
            return
        size = max(1, min(_MOST_SENT, len(items) // (self.jobs * _PORTIONS)))
        run = _Run(function, self.bounds, list(enumerate(items)), size)
        answers: dict[int, bytes | Lost] = {}
        try:
            run.start(self.jobs)
            for place in range(len(items)):
                while place not in answers:
                    ended, answer = run.next_answer()
                    answers[ended] = answer
                    done(items[ended])
                yield _unpacked(answers.pop(place))
        finally:
            run.stop()


def _unpacked(answer: bytes | Lost) -> Any:
    return answer if isinstance(answer, Lost) else attempt(pickle.loads, answer)


@dataclass(frozen=True, slots=True)
class _Portion:
    """Items with their places, sent to a worker at once; `again` is an item tried before."""

    items: Sequence[tuple[int, Any]]
    again: bool = False


class _Run:
    """One map over items: a thread tends each worker, answers meet in a queue."""

    def __init__(
        self, function: Any, bounds: Bounds, items: Sequence[tuple[int, Any]], size: int
    ) -> None:
        self._setup = pickle.dumps(sys.path) + pickle.dumps((function, bounds))
        self._seconds = bounds.seconds
        self._waiting = deque(_Portion(items[at : at + size]) for at in range(0, len(items), size))
        self._answers: SimpleQueue[tuple[int, bytes | Lost] | BaseException] = SimpleQueue()
        self._threads: list[Thread] = []
        self._workers: set[Worker] = set()
        self._lock = Lock()
        self._stopped = False

    def start(self, jobs: int) -> None:
        for _ in range(min(jobs, len(self._waiting))):
            thread = Thread(target=self._tend, daemon=True)
            self._threads.append(thread)
            thread.start()

    def next_answer(self) -> tuple[int, bytes | Lost]:
        while True:
            with suppress(Empty):  # a wait without end is deaf to Ctrl-C on Windows
                answer = self._answers.get(timeout=1)
                if isinstance(answer, BaseException):
                    raise answer
                return answer

    def stop(self) -> None:
        """Ends every worker; returns when none is left."""
        with self._lock:
            self._stopped = True
            for worker in self._workers:
                worker.kill()
        for thread in self._threads:
            thread.join()

    def _tend(self) -> None:
        worker: Worker | None = None
        try:
            while (portion := self._next_portion()) is not None:
                if worker is not None and portion.again:
                    self._end(worker)
                    worker = None
                worker = worker or self._started()
                if not self._work(worker, portion):
                    self._end(worker)
                    worker = None
        except BaseException as failure:  # noqa: BLE001  (raised in the caller's thread)
            self._answers.put(failure)
        finally:
            if worker is not None:
                self._end(worker)

    def _next_portion(self) -> _Portion | None:
        with self._lock:
            return self._waiting.popleft() if self._waiting and not self._stopped else None

    def _work(self, worker: Worker, portion: _Portion) -> bool:
        """Whether the worker lives on; what it did not come to waits again."""
        worker.send([item for _, item in portion.items])
        for number, (place, item) in enumerate(portion.items):
            answer = worker.answer(self._seconds)
            again = worker.spent and isinstance(answer, Lost) and answer.reason is not Reason.TIME
            if again and not portion.again:
                self._waiting.appendleft(_Portion([(place, item)], again=True))
            else:
                self._answers.put((place, answer))
            if worker.spent:
                if rest := portion.items[number + 1 :]:
                    self._waiting.append(_Portion(rest))
                return False
        return True

    def _started(self) -> Worker:
        with self._lock:
            if self._stopped:
                raise WorkerError(Sentence("run-ended"))
            worker = Worker()
            self._workers.add(worker)
        try:
            worker.prepare(self._setup)
        except WorkerError:
            self._end(worker)
            raise
        return worker

    def _end(self, worker: Worker) -> None:
        worker.close()
        with self._lock:
            self._workers.discard(worker)
