"""Where the files that a command makes go: the one that was named, or a folder of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path


def speaks_of_one(paths: Sequence[Path]) -> bool:
    """Whether one workbook is named, and no folder."""
    return len(paths) == 1 and not paths[0].is_dir()


def targets(out: Path, stems: Iterable[str], suffix: str, *, is_one: bool) -> list[Path]:
    """A file for each stem: the one named if there is but one, else its own in the folder.

    No two in a folder are the same, in whatever case.
    """
    from xlkit.files import unique_names

    if is_one and not out.is_dir():
        return [out if out.suffix else out.with_name(out.name + suffix) for _ in stems]
    return [out / f"{name}{suffix}" for name in unique_names(stems)]
