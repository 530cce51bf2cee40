"""The files in a .zip under their true names, unpacked in memory, whatever its headers claim."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from xlkit.sources.model import Allowance, Unfit

_ENTRY = b"PK\x01\x02"
#: Entries that are looked at before their number is known to be allowed: what a list of them
#: costs in memory. Files that are kept without compression bring along entries of their own.
_MOST_ENTRIES = 200_000
_UTF8, _ENCRYPTED = 0x800, 0x1
#: Bytes of an entry before its flags' second byte. Source: APPNOTE.TXT 4.3.12.
_FLAGS = 9
#: Info-ZIP's field with the name in UTF-8. Source: APPNOTE.TXT 4.6.9.
_UNICODE_PATH = 0x7075
_TWO_BYTES = re.compile("[\u0080-\u07ff]+")


def members_of(data: bytes, allowance: Allowance) -> tuple[ZipInfo, ...]:
    """The entries of an archive, folders left out.

    Raises:
        Unfit: too many of them, or no directory that can be read.
    """
    if data.count(_ENTRY) > _MOST_ENTRIES:
        raise Unfit("archive-too-many", str(allowance.max_members))
    try:
        listed = _listed(data)
    except UnicodeDecodeError:
        # Some programs set the flag for UTF-8 and write GBK: without it every name is read.
        try:
            listed = _listed(_without_utf8_flags(data))
        except Exception as failure:
            raise Unfit("damaged", f"{type(failure).__name__}: {failure}") from failure
    except Exception as failure:  # zipfile lets struct's errors through
        raise Unfit("damaged", f"{type(failure).__name__}: {failure}") from failure
    members = tuple(member for member in listed if not member.is_dir())
    if len(members) > allowance.max_members:
        raise Unfit("archive-too-many", str(allowance.max_members))
    return members


def _listed(data: bytes) -> list[ZipInfo]:
    with ZipFile(BytesIO(data)) as archive:
        return archive.infolist()


def _without_utf8_flags(data: bytes) -> bytes:
    bare = bytearray(data)
    for entry in re.finditer(re.escape(_ENTRY), data):
        if entry.start() + _FLAGS < len(bare):
            bare[entry.start() + _FLAGS] &= ~(_UTF8 >> 8)
    return bytes(bare)


def is_encrypted(member: ZipInfo) -> bool:
    """Whether an entry asks for a password."""
    return bool(member.flag_bits & _ENCRYPTED)


def is_packed_oddly(member: ZipInfo) -> bool:
    """Whether an entry is compressed in a way that few programs know."""
    return member.compress_type not in (ZIP_STORED, ZIP_DEFLATED)


def path_of(member: ZipInfo) -> tuple[str, ...]:
    """The folders and the name of an entry, for people; what leads out of a folder is left out."""
    parts = _name_of(member).replace("\\", "/").split("/")
    return tuple(part for part in parts if part not in ("", ".", ".."))


def _name_of(member: ZipInfo) -> str:
    if member.flag_bits & _UTF8:
        return member.orig_filename
    try:
        packed = member.orig_filename.encode("cp437")
    except UnicodeEncodeError:  # a version of zipfile that has read the field already
        return member.orig_filename
    return _unicode_path(member.extra, packed) or decoded(packed)


def _unicode_path(extra: bytes, packed: bytes) -> str:
    """The name out of Info-ZIP's field, where it belongs to this very name."""
    for kind, field in _fields(extra):
        if kind == _UNICODE_PATH and field[:1] == b"\x01":
            if int.from_bytes(field[1:5], "little") != zlib.crc32(packed):
                return ""
            return field[5:].decode("utf-8", "replace")
    return ""


def _fields(extra: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + 4 <= len(extra):
        size = int.from_bytes(extra[at + 2 : at + 4], "little")
        yield int.from_bytes(extra[at : at + 2], "little"), extra[at + 4 : at + 4 + size]
        at += 4 + size


def decoded(raw: bytes) -> str:
    """A name whose encoding nobody told: UTF-8 or GB18030, else signs that stand for its bytes.

    Two Chinese signs of GBK can be UTF-8 by chance, but then only of the scripts that no
    Chinese name is written in: those that take two bytes a sign.
    """
    texts = []
    for encoding in ("utf-8", "gb18030"):
        try:
            texts.append(raw.decode(encoding))
        except UnicodeDecodeError:
            texts.append("")
    utf8, gbk = texts
    foreign = "".join(sign for sign in utf8 if not sign.isascii())
    if utf8 and gbk and foreign and _TWO_BYTES.fullmatch(foreign):
        return gbk
    return utf8 or gbk or raw.decode("cp437")
