"""Attack files, made at test time from workbooks that are sound."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from functools import cache

from tests.samples import FOLDER
from tests.validation.returns import COMPACT, COMPACT_ANSWERS, written

SHEET = "xl/worksheets/sheet1.xml"
_OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD

Parts = Mapping[str, bytes | str]


@cache
def sound() -> bytes:
    """A return that nothing is wrong with."""
    return written(COMPACT, COMPACT_ANSWERS).data


def ods() -> bytes:
    """A real return saved by LibreOffice."""
    return (FOLDER / "as-ods.ods").read_bytes()


def xls() -> bytes:
    """A real return saved by LibreOffice."""
    return (FOLDER / "as-xls.xls").read_bytes()


def parts_of(data: bytes) -> dict[str, bytes | str]:
    with zipfile.ZipFile(io.BytesIO(data)) as source:
        return {name: source.read(name) for name in source.namelist()}


def zipped(members: Sequence[tuple[str | zipfile.ZipInfo, bytes | str]]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in members:
            archive.writestr(name, part, zipfile.ZIP_DEFLATED)
    return target.getvalue()


def with_parts(data: bytes, more: Parts) -> bytes:
    """The package with those parts added or replaced."""
    return zipped(list((parts_of(data) | dict(more)).items()))


def with_replaced(data: bytes, part: str, old: str, new: str) -> bytes:
    """The package with the first such text of a part replaced."""
    content = parts_of(data)[part]
    assert isinstance(content, bytes)
    assert old.encode() in content
    return with_parts(data, {part: content.replace(old.encode(), new.encode(), 1)})


def with_members(data: bytes, *more: tuple[str | zipfile.ZipInfo, bytes | str]) -> bytes:
    """The package with members behind its own, whatever their names."""
    return zipped([*parts_of(data).items(), *more])


def with_relation(data: bytes, kind: str, target: str, *, outside: bool = False) -> bytes:
    mode = ' TargetMode="External"' if outside else ""
    relation = (
        '<Relationship Id="x1" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
        f'relationships/{kind}" Target="{target}"{mode}/></Relationships>'
    )
    return with_replaced(data, "xl/_rels/workbook.xml.rels", "</Relationships>", relation)


def link_in_zip(name: str, target: str) -> tuple[zipfile.ZipInfo, str]:
    """A member that unpacks as a symbolic link."""
    info = zipfile.ZipInfo(name)
    info.external_attr = 0o120777 << 16
    return info, target


def lying_bomb(part: str, megabytes: int) -> bytes:
    """A package whose one member claims ten bytes and inflates to so many megabytes."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = b"".join(packer.compress(bytes(1 << 20)) for _ in range(megabytes)) + packer.flush()
    name = part.encode()
    sizes = struct.pack("<IIIHH", 0, len(packed), 10, len(name), 0)
    local = b"PK\3\4" + struct.pack("<HHHHH", 20, 0, 8, 0, 0) + sizes + name + packed
    central = b"PK\1\2" + struct.pack("<HHHHHH", 20, 20, 0, 8, 0, 0) + sizes
    central += struct.pack("<HHHII", 0, 0, 0, 0, 0) + name
    end = b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, 1, 1, len(central), len(local), 0)
    return local + central + end


def record(number: int, body: bytes = b"") -> bytes:
    """A record of a workbook stream."""
    return struct.pack("<HH", number, len(body)) + body


def biff(*records: bytes) -> bytes:
    """A workbook stream of BIFF8 with those records."""
    begin = record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0))
    return begin + b"".join(records) + record(0x000A)


def supporting_book(target: str) -> bytes:
    text = struct.pack("<HB", len(target), 1) + target.encode("utf-16-le")
    return record(0x01AE, struct.pack("<H", 0) + text)


def macro_sheet(name: str) -> bytes:
    return record(0x0085, struct.pack("<IBBBB", 0, 0, 1, len(name), 0) + name.encode("latin-1"))


def compound(stream: bytes, storages: Sequence[str] = (), name: str = "Workbook") -> bytes:
    """A compound file with one stream, and empty storages beside it."""
    stream = stream.ljust(4096, b"\0")
    stream += bytes(-len(stream) % 512)
    entries = [_entry("Root Entry", 5, _END, 0), _entry(name, 2, 1, len(stream))]
    entries += [_entry(storage, 1, 0, 0) for storage in storages]
    directory = b"".join(entries)
    directory += bytes(-len(directory) % 512)
    sectors = len(stream) // 512
    first = 1 + sectors
    last = first + len(directory) // 512
    chain = [_FAT, *range(2, first), _END, *range(first + 1, last), _END]
    assert len(chain) <= 128
    fat = struct.pack("<128I", *chain, *[_FREE] * (128 - len(chain)))
    header = _OLE2 + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<IIIIIIIIII", 0, 1, first, 0, 4096, _END, 0, _END, 0, 0)
    return header.ljust(512, b"\xff") + fat + stream + directory


def _entry(name: str, kind: int, start: int, size: int) -> bytes:
    packed = name.encode("utf-16-le").ljust(64, b"\0")
    return (
        packed
        + struct.pack("<HBB", 2 * len(name) + 2, kind, 1)
        + struct.pack("<III", _FREE, _FREE, _FREE)
        + bytes(36)
        + struct.pack("<III", start, size, 0)
    )
