"""Storages and streams of an OLE2 compound file, read with a cap on every chain."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

_SIGNATURE_AND_HEADER = 512
_NO_SECTOR = 0xFFFFFFFA  # from here on, sector numbers mean something else
_HEADER_FATS = 109
_ENTRY = 128
_MINI = 64  # 2.2 allows no other size of small sectors
_LARGE_SECTORS = 12
_STORAGE, _STREAM, _ROOT = 1, 2, 5


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the directory; `size` in bytes as claimed."""

    name: str
    kind: int
    start: int
    size: int

    @property
    def is_storage(self) -> bool:
        return self.kind == _STORAGE

    @property
    def is_stream(self) -> bool:
        return self.kind == _STREAM


class CompoundFile:
    """A compound file as far as it can be followed. Source: [MS-CFB] 2.2 to 2.6.

    Chains end where they leave the file, or where they are longer than it: nothing raises,
    nothing is read twice, and what cannot be followed is not there.
    """

    def __init__(self, data: bytes) -> None:
        self._data = data
        header = data[:_SIGNATURE_AND_HEADER].ljust(_SIGNATURE_AND_HEADER, b"\0")
        (shift,) = struct.unpack_from("<H", header, 30)
        self._sector = 4096 if shift == _LARGE_SECTORS else 512
        directory, _, self._cutoff, mini_fat = struct.unpack_from("<IIII", header, 48)
        self._fat = self._allocation(header)
        self._mini_fat = _numbers(self._chain(mini_fat))
        self.entries = tuple(_entries(self._chain(directory)))
        roots = [entry for entry in self.entries if entry.kind == _ROOT]
        self._mini_stream = self._chain(roots[0].start) if roots else b""

    def stream(self, *names: str) -> bytes:
        """The content of the first stream of one of those names, in any case; else nothing."""
        wanted = {name.casefold() for name in names}
        for entry in self.entries:
            if entry.is_stream and entry.name.casefold() in wanted:
                return self._content(entry)
        return b""

    def _content(self, entry: Entry) -> bytes:
        if entry.size >= self._cutoff:
            return self._chain(entry.start)[: entry.size]
        pieces = []
        for number in _followed(entry.start, self._mini_fat):
            piece = self._mini_stream[number * _MINI : (number + 1) * _MINI]
            if not piece:
                break
            pieces.append(piece)
        return b"".join(pieces)[: entry.size]

    def _allocation(self, header: bytes) -> tuple[int, ...]:
        """The allocation table: for each sector the next one of its chain."""
        tables = list(struct.unpack_from(f"<{_HEADER_FATS}I", header, 76))
        more, most = struct.unpack_from("<I", header, 68)[0], len(self._data) // self._sector
        for _ in range(most):
            sector = self._at(more)
            if more >= _NO_SECTOR or len(sector) < self._sector:
                break
            *numbers, more = _numbers(sector)
            tables += numbers
        in_file = [number for number in tables if number < _NO_SECTOR][:most]
        return _numbers(b"".join(self._at(number) for number in dict.fromkeys(in_file)))

    def _at(self, number: int) -> bytes:
        start = (number + 1) * self._sector
        return self._data[start : start + self._sector]

    def _chain(self, start: int) -> bytes:
        return b"".join(self._at(number) for number in _followed(start, self._fat))


def _followed(start: int, table: tuple[int, ...]) -> Iterator[int]:
    """The sectors of a chain; one that comes back to itself ends."""
    number = start
    for _ in range(len(table)):
        if number >= len(table):
            return
        yield number
        number = table[number]


def _numbers(data: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(data) // 4}I", data[: len(data) // 4 * 4])


def _entries(directory: bytes) -> Iterator[Entry]:
    for at in range(0, len(directory) - _ENTRY + 1, _ENTRY):
        length, kind = struct.unpack_from("<HB", directory, at + 64)
        if kind not in (_STORAGE, _STREAM, _ROOT):
            continue
        name = directory[at : at + min(max(length - 2, 0), 62)].decode("utf-16-le", "replace")
        start, size = struct.unpack_from("<II", directory, at + 116)
        yield Entry(name, kind, start, size)
