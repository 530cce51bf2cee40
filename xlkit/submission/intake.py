"""Files in, cast submissions out, whatever the files do to their readers.

A file that the screen proves small and plain is read in this process, as long as there are
few of them. All others are read in worker processes with bounds of memory and time, and a
file that ends its worker is `UNREADABLE` by the finding `reader-died`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from xlkit.engine import Engine, Processes, Serial
from xlkit.errors import UsageError
from xlkit.files import shown
from xlkit.findings import Finding, Severity, has_errors
from xlkit.submission.cache import AnswerCache
from xlkit.submission.cast import cast
from xlkit.submission.content import Content, content_of
from xlkit.submission.model import Submission
from xlkit.submission.parcel import pack, unpack
from xlkit.submission.raw import RawSubmission, Verdict
from xlkit.submission.read import Reader
from xlkit.submission.screen import screen
from xlkit.worker import Bounds, Lost

#: Up to so many harmless files are read before workers would have come up.
_FEW = 20


def take_in(
    paths: Sequence[Path],
    reader: Reader,
    language: str = "zh",
    *,
    jobs: int | None = None,
    each: Callable[[Path], None] | None = None,
    cache: AnswerCache | None = None,
    digests: Mapping[Path, str] | None = None,
) -> tuple[Submission, ...]:
    """The files as cast submissions, in their order; `each` is told of every file once read.

    `jobs` is how many files may be read at the same time, by default one per CPU; with one,
    any number of harmless files is read in this process.

    A file whose bytes the `cache` knows is not given to any parser; what stood in its private
    fields is masked then. `digests` are the sha256 of files that the caller vouches for, as an
    archive names them: such a file is not even opened if it is known.

    Raises:
        UsageError: a path that does not exist or cannot be opened.
        LayoutError: a frozen layout of the reader's shelf cannot be used.
        WorkerError: a worker process cannot be started.
    """
    reader.shelf.check_layouts()
    tell = each or (lambda _: None)
    jobs = jobs or usable_cpus()
    taken: dict[int, Submission] = {}
    if cache is not None:
        taken.update(_known(paths, reader, language, cache, digests or {}))
        for place in taken:
            tell(paths[place])
    known = frozenset(taken)
    new = [place for place in range(len(paths)) if place not in known]
    if jobs == 1 or len(new) <= _FEW:
        taken.update(_read_here(paths, new, reader, language, tell))
    others = [place for place in new if place not in taken]
    engine = Processes(jobs, Bounds(reader.limits.max_seconds, reader.limits.max_memory))
    found = read_through(engine, [paths[place] for place in others], reader, language, tell)
    taken.update(zip(others, found, strict=True))
    if cache is not None:
        for place in new:
            cache.put(taken[place], reader, language)
    return tuple(taken[place] for place in range(len(paths)))


def _known(
    paths: Sequence[Path],
    reader: Reader,
    language: str,
    cache: AnswerCache,
    digests: Mapping[Path, str],
) -> Iterator[tuple[int, Submission]]:
    """The files that the cache has answers of, by their places."""
    for place, path in enumerate(paths):
        sha256 = digests.get(path) or content_of(path, reader.limits).sha256
        found = cache.get(sha256, reader, language, shown(path))
        if found is not None:
            yield place, found


def _read_here(
    paths: Sequence[Path],
    places: Sequence[int],
    reader: Reader,
    language: str,
    tell: Callable[[Path], None],
) -> Iterator[tuple[int, Submission]]:
    """Those of the files that this process may read, by their places."""
    for place in places:
        path = paths[place]
        content = content_of(path, reader.limits)
        if is_harmless(content.data, reader):
            (result,) = Serial().map(_InMemory(reader, language, shown(path)), [content])
            tell(path)
            yield place, _lost(path, result, reader) if isinstance(result, Lost) else result


def read_through(
    engine: Engine,
    paths: Sequence[Path],
    reader: Reader,
    language: str,
    tell: Callable[[Path], None],
) -> list[Submission]:
    """The files, read by an engine.

    Raises:
        UsageError: a path that does not exist or cannot be opened.
    """
    return [
        opened(path, answer, reader)
        for path, answer in zip(
            paths, engine.map(_Away(reader, language), paths, tell), strict=True
        )
    ]


def opened(path: Path, answer: bytes | UsageError | Lost, reader: Reader) -> Submission:
    """What became of a file away; a caller's mistake is raised here."""
    if isinstance(answer, UsageError):
        raise answer
    return _lost(path, answer, reader) if isinstance(answer, Lost) else unpack(answer, reader.shelf)


def is_harmless(data: bytes, reader: Reader) -> bool:
    """Whether this process may read the file: it is small, or no parser will see it."""
    if not has_errors(screen(data, reader.limits.small).findings):
        return True
    return has_errors(screen(data, reader.limits).findings)


def usable_cpus() -> int:
    """The CPUs that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@dataclass(frozen=True)
class _InMemory:
    reader: Reader
    language: str
    name: str

    def __call__(self, content: Content) -> Submission:
        return cast(self.reader.read_content(content, self.name), self.language)


@dataclass(frozen=True)
class _Away:
    """Reads in a worker; a caller's mistake comes back as a value."""

    reader: Reader
    language: str

    def __call__(self, path: Path) -> bytes | UsageError:
        try:
            return pack(cast(self.reader.read(path), self.language))
        except UsageError as mistake:
            return mistake


def _lost(path: Path, lost: Lost, reader: Reader) -> Submission:
    finding = Finding(
        code="reader-died",
        severity=Severity.ERROR,
        value=lost.reason.value,
        params={"reason": lost.reason.value, "detail": lost.detail},
    )
    raw = RawSubmission(
        file=shown(path),
        sha256=content_of(path, reader.limits).sha256,
        verdict=Verdict.UNREADABLE,
        findings=(finding,),
    )
    return Submission(raw, findings=raw.findings)
