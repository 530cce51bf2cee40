"""How much a returned file may be, and the refusal of one that is more."""

from __future__ import annotations

from dataclasses import dataclass, replace
from zipfile import ZipInfo

from xlkit.findings import Finding, Severity
from xlkit.submission.grid import FileKind

_MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that a returned file may be; sizes in bytes, rows and columns 1-based."""

    max_bytes: int = 20 * _MIB
    max_inflated: int = 200 * _MIB
    max_ratio: int = 200
    """Inflated to packed size, told apart only above `ratio_from`."""
    ratio_from: int = 10 * _MIB
    max_members: int = 5_000
    max_tags: int = 4_000_000
    """Start and end tags of all XML members together: what a tree in memory costs."""
    max_depth: int = 100
    """Elements standing in one another; office programs write some twenty."""
    max_cells: int = 1_000_000
    """Non-empty cells of an .ods sheet with its repeats written out."""
    max_row: int = 20_000
    max_column: int = 1_000
    max_seconds: float = 120
    """Wall clock that a worker may take to read one file."""
    max_memory: int = 2_048 * _MIB
    """What reading one file may add to a worker, where the platform can bound it."""
    small_bytes: int = _MIB
    small_inflated: int = 8 * _MIB
    small_tags: int = 200_000
    small_cells: int = 50_000

    @property
    def small(self) -> Limits:
        """What a file may be to be read without a worker: about ten times an ordinary return."""
        return replace(
            self,
            max_bytes=min(self.max_bytes, self.small_bytes),
            max_inflated=min(self.max_inflated, self.small_inflated),
            max_tags=min(self.max_tags, self.small_tags),
            max_cells=min(self.max_cells, self.small_cells),
        )


DEFAULT_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Listing:
    """What every check looks at; `members` is empty for .xls."""

    kind: FileKind
    data: bytes
    members: tuple[ZipInfo, ...]


class Refused(Exception):
    """Ends the screening with one finding."""

    def __init__(self, code: str, value: str | None = None, **params: str) -> None:
        super().__init__(code)
        self.finding = Finding(code=code, severity=Severity.ERROR, value=value, params=params)


def too_large(what: str, limit: int, found: int) -> Refused:
    return Refused("file-too-large", str(found), what=what, limit=str(limit))


def damaged(detail: str) -> Refused:
    return Refused("file-damaged", detail=detail)
