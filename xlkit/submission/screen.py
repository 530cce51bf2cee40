"""What a returned file really is, and whether a parser may see it, told from its bytes.

Parsers trust what they are given: one stray cell aborts the process, a small file inflates
to gigabytes. So every check here reads raw bytes in a stream, with a cap on everything.
"""

from __future__ import annotations

import codecs
import re
import zlib
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import unescape
from io import BytesIO
from itertools import chain, islice
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from xlkit.cells import address, column_number, parse_address
from xlkit.findings import Finding, Severity
from xlkit.submission.grid import FileKind

_MIB = 1 << 20
_CHUNK = 64 * 1024
_LONGEST_TAG = 8 * _MIB
_OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MEMBER = b"PK\x01\x02"
#: Bytes of a member's local header before its name. Source: APPNOTE.TXT 4.3.7.
_HEADER = 30
_DTD = re.compile(rb"<!(?:DOCTYPE|ENTITY)")
#: OpenOffice declares its manifests and macro lists so, without any entity.
_HARMLESS_DTD = re.compile(
    rb'<!DOCTYPE [\w:]+ PUBLIC "-//OpenOffice\.org//DTD [^"<>]*" "[\w.]+"\s*>'
)
_XML = re.compile(rb"(?:\xef\xbb\xbf)?\s*<")
_UTF16 = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16", b"<\0": "utf-16-le", b"\0<": "utf-16-be"}


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
    max_cells: int = 1_000_000
    """Non-empty cells of an .ods sheet with its repeats written out."""
    max_row: int = 20_000
    max_column: int = 1_000


DEFAULT_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Screening:
    """What the bytes are; with an ERROR among the findings no parser may see them."""

    kind: FileKind | None
    findings: tuple[Finding, ...]


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


def screen(data: bytes, limits: Limits = DEFAULT_LIMITS) -> Screening:
    """The kind of the file and what speaks against reading it; never raises."""
    kind = None
    findings: list[Finding] = []
    try:
        listing = _listing(data, limits)
        kind = listing.kind
        for check in _CHECKS:
            findings.extend(check(listing, limits))
    except Refused as refused:
        findings.append(refused.finding)
    return Screening(kind, tuple(findings))


def _listing(data: bytes, limits: Limits) -> Listing:
    if not data:
        raise Refused("file-empty")
    if len(data) > limits.max_bytes:
        raise _too_large("bytes", limits.max_bytes, len(data))
    if data.startswith(_OLE2):
        return Listing(_ole2_kind(data), data, ())
    if not data.startswith(b"PK\x03\x04"):
        raise Refused("file-not-a-workbook", _looks_like(data))
    members = _members(data, limits)
    return Listing(_zip_kind(data, members), data, members)


def _too_large(what: str, limit: int, found: int) -> Refused:
    return Refused("file-too-large", str(found), what=what, limit=str(limit))


def _damaged(detail: str) -> Refused:
    return Refused("file-damaged", detail=detail)


_MAGIC = (
    (b"%PDF", "pdf"),
    (b"{\\rtf", "rtf"),
    (b"\x89PNG", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"Rar!", "archive"),
    (b"7z\xbc\xaf", "archive"),
    (b"PK", "zip"),
    (b"\xff\xfe", "text"),
    (b"\xfe\xff", "text"),
)


def _looks_like(data: bytes) -> str:
    """A word for bytes that are no workbook."""
    for magic, name in _MAGIC:
        if data.startswith(magic):
            return name
    head = data[:4096].removeprefix(codecs.BOM_UTF8).lstrip().lower()
    if head.startswith(b"<"):
        return "html" if re.search(rb"<(?:html|table|!doctype html)", head) else "xml"
    return "unknown" if b"\0" in head else "text"


def _ole2_kind(data: bytes) -> FileKind:
    if _has_stream(data, "EncryptedPackage"):
        raise Refused("file-encrypted")
    if any(_has_stream(data, name) for name in ("Workbook", "WORKBOOK", "Book", "BOOK")):
        return FileKind.XLS
    if not _has_stream(data, "Root Entry", kind=5):
        raise _damaged("no directory")
    raise Refused("file-not-a-workbook", "ole2")


def _has_stream(data: bytes, name: str, kind: int = 2) -> bool:
    """Whether a directory entry says so. Source: [MS-CFB] 2.6.1: 128 bytes, type at 66."""
    entry = name.encode("utf-16-le") + b"\0\0"
    starts = (found.start() for found in re.finditer(re.escape(entry), data))
    return any(at % 128 == 0 and data[at + 66 : at + 67] == bytes([kind]) for at in starts)


def _members(data: bytes, limits: Limits) -> tuple[ZipInfo, ...]:
    count = data.count(_MEMBER)
    if count > limits.max_members:
        raise _too_large("members", limits.max_members, count)
    try:
        with ZipFile(BytesIO(data)) as archive:
            members = tuple(archive.infolist())
    except Exception as failure:  # zipfile lets struct's and codecs' errors through
        raise _damaged(f"{type(failure).__name__}: {failure}") from failure
    if any(member.flag_bits & 1 for member in members):
        raise Refused("file-encrypted")
    return members


_XLSX_TYPE = re.compile(
    rb"spreadsheetml\.(?:sheet|template)\.main\+xml"
    rb"|ms-excel\.(?:sheet|template)\.macroEnabled\.main\+xml"
)
_OTHER_TYPES = (
    (b"ms-excel.sheet.binary", "xlsb"),
    (b"wordprocessingml", "docx"),
    (b"presentationml", "pptx"),
)
_ODS_TYPE = b"application/vnd.oasis.opendocument.spreadsheet"


def _zip_kind(data: bytes, members: tuple[ZipInfo, ...]) -> FileKind:
    """The kind of workbook in a zip, told by what it declares, then by what it holds."""
    named = {member.filename: member for member in members}
    mimetype, manifest, types = (
        _start(data, named.get(name))
        for name in ("mimetype", "META-INF/manifest.xml", "[Content_Types].xml")
    )
    if mimetype.startswith(_ODS_TYPE) or ("content.xml" in named and _ODS_TYPE in manifest):
        if b"encryption-data" in manifest:
            raise Refused("file-encrypted")
        return FileKind.ODS
    if _XLSX_TYPE.search(types) or "xl/workbook.xml" in named:
        return FileKind.XLSX
    if b"opendocument" in mimetype:
        raise Refused("file-not-a-workbook", "opendocument")
    found = (name for mark, name in _OTHER_TYPES if mark in types)
    raise Refused("file-not-a-workbook", next(found, "zip"))


def _start(data: bytes, member: ZipInfo | None) -> bytes:
    """The first MiB of a member as UTF-8; nothing where there is no such member."""
    return b"" if member is None else b"".join(islice(_utf8(_inflated(data, member)), 16))


def _inflated(data: bytes, member: ZipInfo) -> Iterator[bytes]:
    """The member's content in chunks, whatever sizes its header claims.

    Raises:
        Refused: the packed bytes are cut off, broken, or not what the directory says.
    """
    start = member.header_offset
    header = data[start : start + _HEADER]
    if len(header) < _HEADER or not header.startswith(b"PK\x03\x04"):
        raise _damaged(f"{member.filename}: no header")
    start += _HEADER + sum(int.from_bytes(header[at : at + 2], "little") for at in (26, 28))
    packed = memoryview(data)[start : start + member.compress_size]
    checksum = size = 0
    for chunk in _gathered(_unpacked(packed, member)):
        checksum = zlib.crc32(chunk, checksum)
        size += len(chunk)
        yield chunk
    if (size, checksum) != (member.file_size, member.CRC):
        raise _damaged(f"{member.filename}: wrong size or checksum")


def _unpacked(packed: memoryview, member: ZipInfo) -> Iterator[bytes]:
    if member.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        raise _damaged(f"{member.filename}: compression {member.compress_type}")
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
        raise _damaged(f"{member.filename}: {failure}") from failure


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


def _utf8(chunks: Iterator[bytes]) -> Iterator[bytes]:
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


@dataclass(slots=True)
class _Meter:
    """Adds up what the members of one file come to."""

    packed: int
    limits: Limits
    inflated: int = 0
    tags: int = 0

    def measured(self, chunks: Iterator[bytes]) -> Iterator[bytes]:
        most = self.limits.max_inflated
        for chunk in chunks:
            self.inflated += len(chunk)
            if self.inflated > most:
                raise _too_large("inflated", most, self.inflated)
            ratio = self.inflated // self.packed
            if self.inflated > self.limits.ratio_from and ratio > self.limits.max_ratio:
                raise _too_large("ratio", self.limits.max_ratio, ratio)
            yield chunk

    def whole_tags(self, chunks: Iterator[bytes], part: str) -> Iterator[bytes]:
        """The text in blocks that begin at a `<` and so never cut a tag; no declarations."""
        rest = b""
        for chunk in chain(chunks, (b"<",)):
            text = rest + chunk
            cut = text.rfind(b"<")
            block, rest = text[: max(cut, 0)], text[max(cut, 0) :]
            if len(rest) > _LONGEST_TAG:
                raise _damaged(f"{part}: no tag for {len(rest)} bytes")
            self.tags += block.count(b"<")
            if self.tags > self.limits.max_tags:
                raise _too_large("tags", self.limits.max_tags, self.tags)
            if _DTD.search(block) and _DTD.search(_HARMLESS_DTD.sub(b"", block)):
                raise Refused("file-has-entities", part, part=part)
            yield block


def _contents(listing: Listing, limits: Limits) -> tuple[Finding, ...]:
    """Inflates every member once: sizes, declarations, the farthest cell.

    Raises:
        Refused: at the first thing that speaks against the file.
    """
    meter = _Meter(len(listing.data), limits)
    reach = _sheet_reach if listing.kind is FileKind.XLSX else _table_reach
    for member in listing.members:
        part = member.filename
        chunks = _utf8(meter.measured(_inflated(listing.data, member)))
        first = next(chunks, b"")
        chunks = chain((first,), chunks)
        if _XML.match(first) and not part.lower().endswith(".svg"):
            reach(meter.whole_tags(chunks, part), part, limits)
        else:
            deque(chunks, maxlen=0)
    return ()


_TAG = rb"<(?:[^\s<>/:\"'=]+:)?(%s)(?=[\s/>])((?:[^<>\"']++|\"[^\"]*+\"|'[^']*+')*+)>"
_SHEET_TAG = re.compile(_TAG % b"c|row")
_TABLE_TAG = re.compile(_TAG % b"table|table-row|table-cell|covered-table-cell|p")
_PLAIN_PLACE = re.compile(rb'\s+r="([A-Z]{1,3})([0-9]{1,7})"')
_ATTRIBUTE = re.compile(rb"([^\s=\"']+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")


def _attributes(tag: bytes) -> Iterator[tuple[str, str]]:
    for name, double, single in _ATTRIBUTE.findall(tag):
        yield name.decode(errors="replace"), unescape((double or single).decode(errors="replace"))


def _number(text: str, part: str) -> int:
    if not re.fullmatch("[0-9]{1,9}", text):
        raise _damaged(f"{part}: {text[:40]!r} is no count")
    return int(text)


def _refuse_far(row: int, column: int, part: str, limits: Limits) -> None:
    if row > limits.max_row or column > limits.max_column:
        place = address(row, column)
        raise Refused("cell-too-far", place, part=part, address=place)


def _sheet_reach(blocks: Iterator[bytes], part: str, limits: Limits) -> None:
    """Refuses an .xlsx part with a cell too far; cells that only have a format reach nowhere."""
    row = column = 0
    for found in (tag for block in blocks for tag in _SHEET_TAG.finditer(block)):
        if found[1] == b"row":
            stated = dict(_attributes(found[2])).get("r")
            row = row + 1 if stated is None else _number(stated, part)
            column = 0
        elif place := _PLAIN_PLACE.match(found[2]):
            column = column_number(place[1].decode())
            _refuse_filled(found[2], int(place[2]), column, part, limits)
        elif stated := dict(_attributes(found[2])).get("r"):
            try:
                stated_row, column = parse_address(stated)
            except ValueError as failure:
                raise _damaged(f"{part}: {failure}") from failure
            _refuse_filled(found[2], stated_row, column, part, limits)
        elif row:
            column += 1
            _refuse_filled(found[2], row, column, part, limits)


def _refuse_filled(attributes: bytes, row: int, column: int, part: str, limits: Limits) -> None:
    """Refuses a cell too far unless its tag closes itself: formatting a whole row writes such."""
    if not attributes.endswith(b"/"):
        _refuse_far(row, column, part, limits)


def _table_reach(blocks: Iterator[bytes], part: str, limits: Limits) -> None:
    """Refuses an .ods part with a non-empty cell too far, or too many by repetition."""
    bottom = right = 0
    height = width = 1
    filled = 0
    open_cell = False
    for found in (tag for block in blocks for tag in _TABLE_TAG.finditer(block)):
        name, attributes = found[1], found[2]
        if name == b"table":
            bottom = 0
        elif name == b"table-row":
            height = _repeats(attributes, "number-rows-repeated", part)
            bottom, right, open_cell = bottom + height, 0, False
        elif name == b"p":
            said, open_cell = open_cell and not attributes.endswith(b"/"), False
        else:
            width = _repeats(attributes, "number-columns-repeated", part)
            right += width
            said = any(mark in attributes for mark in (b"value", b"formula"))
            open_cell = not said and not attributes.endswith(b"/")
        if name in (b"table", b"table-row") or not said:
            continue
        _refuse_far(bottom, right, part, limits)
        filled += height * width
        if filled > limits.max_cells:
            raise _too_large("cells", limits.max_cells, filled)


def _repeats(attributes: bytes, name: str, part: str) -> int:
    """How often a row or cell stands there, under whatever prefix the attribute has."""
    if b"repeated" not in attributes:
        return 1
    stated = [text for key, text in _attributes(attributes) if key.endswith(name)]
    return max((_number(text, part) for text in stated), default=1)


_CHECKS: tuple[Callable[[Listing, Limits], tuple[Finding, ...]], ...] = (_contents,)
