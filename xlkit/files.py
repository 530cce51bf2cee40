"""Files of a run: what is taken in from paths, and outputs that are whole or not there."""

from __future__ import annotations

import contextlib
import os
import re
import tempfile
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

from xlkit.errors import OutputError, UsageError
from xlkit.sentences import Sentence, system_says

WORKBOOK_SUFFIXES = frozenset({".xlsx", ".xlsm", ".xls", ".ods", ".et"})
#: What Excel and LibreOffice leave beside a workbook that is open.
_LOCK_PREFIXES = ("~$", ".~lock.")
#: A file that is being written, beside its place.
_PART_PREFIX, _PART_SUFFIX = ".xlkit-", ".part"
#: File systems allow 255 bytes; a Chinese sign takes three.
_MOST_SIGNS, _LONGEST_NAME = 100, 200
#: Windows opens a device under these names, with any ending.
#: Source: Microsoft Learn, Naming Files, Paths, and Namespaces.
_DEVICE = re.compile(r"(?i:CON|PRN|AUX|NUL|CONIN\$|CONOUT\$|(?:COM|LPT)[0-9¹²³])\s*(?:\..*)?")


def is_lock_file(path: Path) -> bool:
    """Whether a file only says that its neighbour is open in a program."""
    return path.name.startswith(_LOCK_PREFIXES)


def is_half_written(path: Path) -> bool:
    """Whether a file is what a killed program left of one that it was writing."""
    return path.name.startswith(_PART_PREFIX) and path.suffix == _PART_SUFFIX


def workbooks(paths: Iterable[Path]) -> tuple[Path, ...]:
    """The files named, and the workbooks in folders named, each once; lock files passed over.

    Raises:
        UsageError: a path that does not exist.
    """
    return tuple(dict.fromkeys(_found(paths)))


def _found(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            inside = sorted(item for item in path.rglob("*") if item.is_file())
            yield from (
                item
                for item in inside
                if item.suffix.lower() in WORKBOOK_SUFFIXES and not is_lock_file(item)
            )
        elif not path.exists():
            raise UsageError(Sentence("path-missing", path=shown(path)))
        elif not is_lock_file(path):
            yield path


def shown(path: Path) -> str:
    """A path in signs that any file can hold; a name in GBK, as old archives leave it, is read."""
    try:
        packed = os.fsencode(path)
    except UnicodeEncodeError:
        return str(path).encode("utf-8", "replace").decode("utf-8")
    for encoding in ("utf-8", "gb18030"):
        try:
            return packed.decode(encoding)
        except UnicodeDecodeError:
            continue
    return packed.decode("utf-8", "replace")


def write_whole(path: Path, data: bytes, *, lasting: bool = True) -> None:
    """Writes a file beside its place and renames it there: whole, or as it was before.

    What need not outlast a power cut, not `lasting`, is written faster.

    Raises:
        OutputError: the folder cannot be written, the disk is full, or the file is open in
            another program. Nothing is left beside it, then.
    """
    part: str | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, part = tempfile.mkstemp(prefix=_PART_PREFIX, suffix=_PART_SUFFIX, dir=path.parent)
        with os.fdopen(handle, "wb") as out:
            out.write(data)
            if lasting:
                out.flush()
                os.fsync(out.fileno())
        Path(part).chmod(0o644)
        Path(part).replace(path)
        part = None
        if lasting:
            _settle(path.parent)
    except (OSError, ValueError) as error:  # ValueError: a name that no system takes
        raise OutputError(
            Sentence("cannot-write", path=shown(path), said=system_says(error))
        ) from error
    finally:
        if part is not None:
            with contextlib.suppress(OSError):
                Path(part).unlink(missing_ok=True)


def sweep(folder: Path, before: datetime) -> None:
    """Removes what killed programs left half written in a folder and below, if older than that.

    What is younger may be somebody's at work. A file that cannot be removed stays.
    """
    found: list[Path] = []
    with contextlib.suppress(OSError):  # a folder may go while it is looked through
        found.extend(filter(is_half_written, folder.rglob(f"*{_PART_SUFFIX}")))
    for part in found:
        with contextlib.suppress(OSError):
            if part.stat().st_mtime < before.timestamp():
                part.unlink()


def _settle(folder: Path) -> None:
    """Makes a renaming last through a power cut, where the system lets a folder be synced."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def file_stem(*parts: str) -> str:
    """Those parts that say something, as the name of a file without its ending."""
    return safe_name("-".join(filter(None, parts)))


def unique_names(names: Iterable[str]) -> Iterator[str]:
    """The names in their order, a number behind those taken: no two are the same in any case."""
    taken: set[str] = set()
    for name in names:
        chosen, number = name, 1
        while chosen.casefold() in taken:
            number += 1
            chosen = f"{name}-{number}"
        taken.add(chosen.casefold())
        yield chosen


def safe_name(text: str) -> str:
    """A text as the name of a file on any system; never a path, never empty, never a device.

    Short enough, at `_LONGEST_NAME` bytes, for an ending and whatever else is put before it.
    """
    kept = "".join(
        sign if sign.isprintable() and sign not in '<>:"/\\|?*' else "_" for sign in text
    )
    short = kept.strip(" .")[:_MOST_SIGNS].encode("utf-8")[:_LONGEST_NAME]
    trimmed = short.decode("utf-8", "ignore").strip(" .")
    return f"_{trimmed}" if not trimmed or _DEVICE.fullmatch(trimmed) else trimmed
