"""A mould of a finished workbook: few parts of its package are written anew, the others copied.

What comes out is what `zipfile` would have written, byte for byte: parts that stay are copied
as they were packed, and of the others only what follows the first change is packed again.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

#: Bytes of a header, and where its checksum and sizes stand. Source: APPNOTE.TXT 4.3.7, 4.3.12.
_LOCAL, _LOCAL_SIZES = 30, 14
_CENTRAL, _CENTRAL_SIZES, _CENTRAL_OFFSET = 46, 16, 42
_END_SIZES = 12
_SIZES = struct.Struct("<III")
_CENTRAL_SIZES_END = _CENTRAL_SIZES + _SIZES.size
_PLACE = struct.Struct("<II")

Fill = Callable[[bytes], bytes]
"""What stands for a text that was found."""


@dataclass(frozen=True, slots=True)
class Moulded:
    """A text cut where it is to be filled: pieces, and between them what was found there."""

    pieces: tuple[bytes, ...]
    found: tuple[bytes, ...]

    @classmethod
    def of(cls, text: bytes, wanted: re.Pattern[bytes]) -> Moulded:
        pieces, found, last = [], [], 0
        for match in wanted.finditer(text):
            pieces.append(text[last : match.start()])
            found.append(match[0])
            last = match.end()
        return cls((*pieces, text[last:]), tuple(found))

    def filled(self, fill: Fill) -> bytes:
        """The text with what `fill` gives in the places of what was found."""
        return self.pieces[0] + self.tail(fill)

    def tail(self, fill: Fill) -> bytes:
        """The text behind its first piece."""
        pairs = zip(self.found, self.pieces[1:], strict=True)
        return b"".join(part for found, piece in pairs for part in (fill(found), piece))


@dataclass(frozen=True, slots=True)
class _Packed:
    """A part of the package, ready to be written."""

    data: bytes
    checksum: int
    size: int


@dataclass(frozen=True, slots=True)
class _Opened:
    """A part that is filled: packed up to its first place, the rest waiting."""

    text: Moulded
    head: bytes
    checksum: int
    engine: Any

    @classmethod
    def of(cls, text: Moulded) -> _Opened:
        engine = zlib.compressobj(zlib.Z_DEFAULT_COMPRESSION, zlib.DEFLATED, -zlib.MAX_WBITS)
        head = engine.compress(text.pieces[0])
        return cls(text, head, zlib.crc32(text.pieces[0]), engine)

    def packed(self, fill: Fill) -> _Packed:
        tail = self.text.tail(fill)
        engine = self.engine.copy()
        data = self.head + engine.compress(tail) + engine.flush()
        return _Packed(data, zlib.crc32(tail, self.checksum), len(self.text.pieces[0]) + len(tail))


class Mould:
    """A package whose parts are filled wherever a pattern was found in them."""

    def __init__(self, data: bytes, wanted: re.Pattern[bytes]) -> None:
        """Takes in a package as `zipfile` writes it: deflated, without a comment."""
        with ZipFile(BytesIO(data)) as package:
            members = package.infolist()
            start = package.start_dir
            texts = {member.filename: package.read(member) for member in members}
        self.parts: Mapping[str, Moulded] = {
            name: moulded
            for name, text in texts.items()
            if (moulded := Moulded.of(text, wanted)).found
        }
        self._members = [
            (local, entry, self._part(data, member))
            for member, (local, entry) in zip(members, _headers(data, members, start), strict=True)
        ]
        self._end = data[-22:]

    def _part(self, data: bytes, member: ZipInfo) -> _Packed | _Opened:
        moulded = self.parts.get(member.filename)
        if moulded is not None:
            return _Opened.of(moulded)
        assert member.compress_type == ZIP_DEFLATED
        start = member.header_offset + _LOCAL + len(member.filename.encode("utf-8"))
        packed = data[start : start + member.compress_size]
        return _Packed(packed, member.CRC, member.file_size)

    def filled(self, fills: Mapping[str, Fill]) -> bytes:
        """The package with each part filled by its own; all parts with places need one."""
        body: list[bytes] = []
        directory: list[bytes] = []
        at = 0
        for (local, entry, part), name in zip(self._members, self._names(), strict=True):
            packed = part.packed(fills[name]) if isinstance(part, _Opened) else part
            sizes = _SIZES.pack(packed.checksum, len(packed.data), packed.size)
            header = local[:_LOCAL_SIZES] + sizes + local[_LOCAL_SIZES + _SIZES.size :]
            body += (header, packed.data)
            place = at.to_bytes(4, "little")
            before, between = entry[:_CENTRAL_SIZES], entry[_CENTRAL_SIZES_END:_CENTRAL_OFFSET]
            directory.append(b"".join((before, sizes, between, place, entry[_CENTRAL:])))
            at += len(header) + len(packed.data)
        listed = b"".join(directory)
        lengths = _PLACE.pack(len(listed), at)
        end = self._end[:_END_SIZES] + lengths + self._end[_END_SIZES + _PLACE.size :]
        return b"".join((*body, listed, end))

    def _names(self) -> Iterator[str]:
        return (local[_LOCAL:].decode("utf-8") for local, _, _ in self._members)


def _headers(data: bytes, members: Sequence[ZipInfo], start: int) -> Iterator[tuple[bytes, bytes]]:
    """Each part's header before its content, and its entry in the directory."""
    at = start
    for member in members:
        name = len(member.filename.encode("utf-8"))
        local = data[member.header_offset :][: _LOCAL + name]
        entry = data[at : at + _CENTRAL + name]
        at += len(entry)
        yield local, entry
