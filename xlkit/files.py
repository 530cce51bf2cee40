"""Files of a run: what is taken in from paths, and outputs that are whole or not there."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from xlkit.errors import OutputError, UsageError

WORKBOOK_SUFFIXES = frozenset({".xlsx", ".xlsm", ".xls", ".ods", ".et"})
#: What Excel and LibreOffice leave beside a workbook that is open.
_LOCK_PREFIXES = ("~$", ".~lock.")


def is_lock_file(path: Path) -> bool:
    """Whether a file only says that its neighbour is open in a program."""
    return path.name.startswith(_LOCK_PREFIXES)


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
            raise UsageError(f"{path}: there is no such file or folder")
        elif not is_lock_file(path):
            yield path


def write_whole(path: Path, data: bytes) -> None:
    """Writes a file beside its place and renames it there: whole, or as it was before.

    Raises:
        OutputError: the folder cannot be written, the disk is full, or the file is open in
            another program.
    """
    part: str | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, part = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        with os.fdopen(handle, "wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        Path(part).chmod(0o644)
        Path(part).replace(path)
    except OSError as error:
        if part is not None:
            Path(part).unlink(missing_ok=True)
        raise OutputError(
            f"{path}: cannot be written: {error.strerror or error}. "
            "Close it if it is open in another program, and check the folder."
        ) from error


def safe_name(text: str) -> str:
    """A text as the name of a file on any system; never a path, never empty."""
    kept = "".join(
        sign if sign.isprintable() and sign not in '<>:"/\\|?*' else "_" for sign in text
    )
    trimmed = kept.strip(" .")[:100]
    return trimmed or "_"
