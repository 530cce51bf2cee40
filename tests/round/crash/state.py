"""What a round's folder holds at a moment, and what is wrong with it after a kill."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import Any

from tests.ledger.soundness import sound
from xlkit.ledger.record import Record
from xlkit.ledger.records import Dispatched, DispatchKind, Merged, Received
from xlkit.ledger.store import Ledger
from xlkit.round.folder import CACHE, SETTINGS, Folder

#: What is compared in other ways: the ledger by its records, the cache by what it is good for.
_ASIDE = ("ledger.sqlite", f"{CACHE}/", SETTINGS)


@dataclass(frozen=True)
class State:
    """The digests of the files by their paths, unfinished ones apart, and the ledger's records."""

    files: dict[str, str]
    parts: tuple[Path, ...]
    records: tuple[tuple[str, Record], ...]

    @property
    def story(self) -> tuple[tuple[str, Record], ...]:
        """The records, of several equal accounts of one master in a row only one.

        A merge that was killed after it had told of its master tells of it again.
        """
        return tuple(
            kept
            for _, same in groupby(self.records, key=_of_master)
            for kept in _first_of_masters(list(same))
        )


def _of_master(item: tuple[str, Record]) -> str:
    return repr(item) if isinstance(item[1], Merged) else ""


def _first_of_masters(
    same: list[tuple[str, Record]],
) -> list[tuple[str, Record]]:
    return same[:1] if isinstance(same[0][1], Merged) else same


def state_of(path: Path) -> State:
    """What the folder holds.

    Raises:
        AssertionError: the ledger is damaged.
    """
    folder = Folder(path)
    settings = folder.settings()
    place = settings.ledger or folder.ledger_file
    sound(place)
    with Ledger.open(place) as ledger:
        records = tuple((entry.by, entry.record) for entry in ledger.entries(settings.round))
    files = {file.relative_to(path).as_posix(): file for file in sorted(_files(path))}
    told = repr(replace(settings, ledger=""))  # each trial has a database of its own
    return State(
        files={
            SETTINGS: hashlib.sha256(told.encode()).hexdigest(),
            **{
                name: hashlib.sha256(file.read_bytes()).hexdigest()
                for name, file in files.items()
                if file.suffix != ".part" and not name.startswith(_ASIDE)
            },
        },
        parts=tuple(file for file in files.values() if file.suffix == ".part"),
        records=records,
    )


def open_all(path: Path) -> None:
    """Opens every workbook that a whole run wrote: what equals one of them is whole.

    Raises:
        BadZipFile, InvalidFileException: one cannot be opened.
    """
    from openpyxl import load_workbook

    for file in _files(path):
        if file.suffix == ".xlsx" and file.relative_to(path).parts[0] in {"outbox", "master"}:
            load_workbook(file).close()


def _files(path: Path) -> Iterator[Path]:
    return (file for file in path.rglob("*") if file.is_file())


def after_kill(start: State, now: State, end: State) -> Iterator[str]:
    """What is wrong with a folder whose command was killed between `start` and `end`."""
    for name, digest in now.files.items():
        if digest not in (start.files.get(name), end.files.get(name)):
            yield f"{name} is neither as it was nor as it is to be"
        if name.startswith("archive/") and Path(name).stem != digest:
            yield f"{name} is not what its name says"
    for name in start.files.keys() - now.files.keys():
        yield f"{name} is gone"
    if now.records[: len(start.records)] != start.records:
        yield "records are gone, or others came before them"
    for record, number in (_counted(now) - _counted(end)).items():
        yield f"{number} records that a whole run does not have: {record}"
    for _, record in now.records[len(start.records) :]:
        if (promised := _promised(record)) and now.files.get(promised[0]) != promised[1]:
            yield f"the ledger tells of {promised[0]}, which is not there"


def _counted(state: State) -> Counter[str]:
    return Counter(repr(item) for item in state.records)


def _promised(record: Record) -> tuple[str, str] | None:
    """The file that a record tells of, with its digest."""
    match record:
        case Received():
            name = f"archive/{record.sha256[:2]}/{record.sha256}{record.suffix}"
            return name, record.sha256
        case Dispatched():
            part = "issue" if record.kind is DispatchKind.ISSUE else "return"
            return f"outbox/{part}/{record.file}", record.sha256
        case Merged():
            return f"master/{record.file}", record.sha256
    return None


def after_all(now: State, end: State) -> Iterator[str]:
    """What differs, once the command has run again, from a folder whose command never died."""
    for name in sorted(now.files.keys() | end.files.keys()):
        if now.files.get(name) != end.files.get(name):
            yield f"{name} is {_how(name, now.files, end.files)}"
    if now.story != end.story:
        more, less = _counted(now) - _counted(end), _counted(end) - _counted(now)
        yield f"the ledger has too much {dict(more)}, too little {dict(less)}, or another order"
    yield from (f"{part.name} is left" for part in now.parts)


def _how(name: str, now: dict[str, Any], end: dict[str, Any]) -> str:
    if name not in now:
        return "missing"
    return "other than it should be" if name in end else "too much"
