"""The members of a zip package, inflated in a stream whatever its directory claims."""

from __future__ import annotations

import codecs
import re
import stat
import zlib
from collections.abc import Iterator
from io import BytesIO
from itertools import chain, islice
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from xlkit.submission.limits import Limits, Refused, damaged, too_large

_CHUNK = 64 * 1024
_MEMBER = b"PK\x01\x02"
#: Bytes of a member's local header before its name. Source: APPNOTE.TXT 4.3.7.
_HEADER = 30
#: Names that lead out of a folder or to a drive. Nothing is unpacked here, but others may.
_ESCAPING = re.compile(r"(?:^|/)\.\.(?:/|$)|^/|^[A-Za-z]:")
_UTF16 = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16", b"<\0": "utf-16-le", b"\0<": "utf-16-be"}


def read_members(data: bytes, limits: Limits) -> tuple[ZipInfo, ...]:
    """The members in the order of the directory, each name once.

    Raises:
        Refused: too many, encrypted, or named as no office program names them: one program
            would take the first of two equal names and another one the last.
    """
    count = data.count(_MEMBER)
    if count > limits.max_members:
        raise too_large("members", limits.max_members, count)
    try:
        with ZipFile(BytesIO(data)) as archive:
            members = tuple(archive.infolist())
    except Exception as failure:  # zipfile lets struct's and codecs' errors through
        raise damaged(f"{type(failure).__name__}: {failure}") from failure
    if any(member.flag_bits & 1 for member in members):
        raise Refused("file-encrypted")
    seen: set[str] = set()
    for member in members:
        name = member.filename.replace("\\", "/")
        is_link = stat.S_ISLNK(member.external_attr >> 16)
        if name.casefold() in seen or is_link or _ESCAPING.search(name):
            raise Refused("file-package-odd", member.filename, part=member.filename)
        seen.add(name.casefold())
    return members


def start_of(data: bytes, member: ZipInfo | None) -> bytes:
    """The first MiB of a member as UTF-8; nothing where there is no such member."""
    return b"" if member is None else b"".join(islice(as_utf8(inflated_chunks(data, member)), 16))


def inflated_chunks(data: bytes, member: ZipInfo) -> Iterator[bytes]:
    """The member's content in chunks, whatever sizes its header claims.

    Raises:
        Refused: the packed bytes are cut off, broken, or not what the directory says.
    """
    start = member.header_offset
    header = data[start : start + _HEADER]
    if len(header) < _HEADER or not header.startswith(b"PK\x03\x04"):
        raise damaged(f"{member.filename}: no header")
    start += _HEADER + sum(int.from_bytes(header[at : at + 2], "little") for at in (26, 28))
    packed = memoryview(data)[start : start + member.compress_size]
    checksum = size = 0
    for chunk in _gathered(_unpacked(packed, member)):
        checksum = zlib.crc32(chunk, checksum)
        size += len(chunk)
        yield chunk
    if (size, checksum) != (member.file_size, member.CRC):
        raise damaged(f"{member.filename}: wrong size or checksum")


def _unpacked(packed: memoryview, member: ZipInfo) -> Iterator[bytes]:
    if member.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        raise damaged(f"{member.filename}: compression {member.compress_type}")
    slices = (bytes(packed[at : at + _CHUNK]) for at in range(0, len(packed), _CHUNK))
    if member.compress_type == ZIP_STORED:
        yield from slices
        return
    engine = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        for packed_slice in slices:
            pending = packed_slice
            while pending and not engine.eof:
                yield engine.decompress(pending, _CHUNK)
                pending = engine.unconsumed_tail
    except zlib.error as failure:
        raise damaged(f"{member.filename}: {failure}") from failure


def _gathered(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """The same bytes in chunks of some size, so that the first shows what begins there."""
    held = b""
    for chunk in chunks:
        held += chunk
        if len(held) >= _CHUNK:
            yield held
            held = b""
    if held:
        yield held


def as_utf8(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """XML in UTF-16 as UTF-8; other bytes as they are."""
    first = next(chunks, b"")
    encoding = _UTF16.get(first[:2])
    if encoding is None:
        yield first
        yield from chunks
        return
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    for chunk in chain((first,), chunks):
        yield decoder.decode(chunk).encode("utf-8", "replace")
