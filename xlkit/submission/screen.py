"""What a returned file really is, and whether a parser may see it, told from its bytes.

Parsers trust what they are given: one stray cell aborts the process, a small file inflates
to gigabytes. So every check here reads raw bytes in a stream, with a cap on everything.
"""

from __future__ import annotations

import codecs
import re
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain
from zipfile import ZipInfo

from xlkit.findings import Finding
from xlkit.submission.cargo import Hold
from xlkit.submission.cargo_xls import check_xls
from xlkit.submission.cargo_zip import ods_name, ods_text, xlsx_name, xlsx_text
from xlkit.submission.grid import FileKind
from xlkit.submission.limits import DEFAULT_LIMITS, Limits, Listing, Refused, damaged, too_large
from xlkit.submission.nesting import Nesting
from xlkit.submission.package import as_utf8, inflated_chunks, read_members, start_of
from xlkit.submission.reach import sheet_reach, table_reach

_MIB = 1 << 20
_LONGEST_TAG = 8 * _MIB
_OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_DTD = re.compile(rb"<!(?:DOCTYPE|ENTITY)")
#: OpenOffice declares its manifests and macro lists so, without any entity.
_HARMLESS_DTD = re.compile(
    rb'<!DOCTYPE [\w:]+ PUBLIC "-//OpenOffice\.org//DTD [^"<>]*" "[\w.]+"\s*>'
)
_XML = re.compile(rb"(?:\xef\xbb\xbf)?\s*<")


@dataclass(frozen=True, slots=True)
class Screening:
    """What the bytes are; with an ERROR among the findings no parser may see them."""

    kind: FileKind | None
    findings: tuple[Finding, ...]


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


def kind_of(data: bytes, limits: Limits = DEFAULT_LIMITS) -> FileKind:
    """The kind of workbook that bytes are, without a look at what speaks against them.

    Raises:
        Refused: they are none, or nobody can tell.
    """
    return _listing(data, limits).kind


def _listing(data: bytes, limits: Limits) -> Listing:
    if not data:
        raise Refused("file-empty")
    if len(data) > limits.max_bytes:
        raise too_large("bytes", limits.max_bytes, len(data))
    if data.startswith(_OLE2):
        return Listing(_ole2_kind(data), data, ())
    if not data.startswith(b"PK\x03\x04"):
        raise Refused("file-not-a-workbook", _looks_like(data))
    members = read_members(data, limits)
    return Listing(_zip_kind(data, members), data, members)


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
        raise damaged("no directory")
    raise Refused("file-not-a-workbook", "ole2")


def _has_stream(data: bytes, name: str, kind: int = 2) -> bool:
    """Whether a directory entry says so. Source: [MS-CFB] 2.6.1: 128 bytes, type at 66."""
    entry = name.encode("utf-16-le") + b"\0\0"
    starts = (found.start() for found in re.finditer(re.escape(entry), data))
    return any(at % 128 == 0 and data[at + 66 : at + 67] == bytes([kind]) for at in starts)


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
        start_of(data, named.get(name))
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
                raise too_large("inflated", most, self.inflated)
            ratio = self.inflated // self.packed
            if self.inflated > self.limits.ratio_from and ratio > self.limits.max_ratio:
                raise too_large("ratio", self.limits.max_ratio, ratio)
            yield chunk

    def whole_tags(self, chunks: Iterator[bytes], part: str) -> Iterator[bytes]:
        """The text in blocks that begin at a `<` and so never cut a tag; no declarations."""
        rest = b""
        nesting = Nesting(part, self.limits)
        for chunk in chain(chunks, (b"<",)):
            text = rest + chunk
            cut = text.rfind(b"<")
            block, rest = text[: max(cut, 0)], text[max(cut, 0) :]
            if len(rest) > _LONGEST_TAG:
                raise damaged(f"{part}: no tag for {len(rest)} bytes")
            self.tags += block.count(b"<")
            if self.tags > self.limits.max_tags:
                raise too_large("tags", self.limits.max_tags, self.tags)
            if _DTD.search(block) and _DTD.search(_HARMLESS_DTD.sub(b"", block)):
                raise Refused("file-has-entities", part, part=part)
            nesting.follow(block)
            yield block


def _contents(listing: Listing, limits: Limits) -> tuple[Finding, ...]:
    """Inflates every member once: sizes, declarations, nesting, the farthest cell, the cargo.

    Raises:
        Refused: at the first thing that speaks against the file.
    """
    if listing.kind is FileKind.XLS:
        return ()
    is_xlsx = listing.kind is FileKind.XLSX
    meter, hold = _Meter(len(listing.data), limits), Hold()
    reach = sheet_reach if is_xlsx else table_reach
    for member in listing.members:
        part = member.filename
        (xlsx_name if is_xlsx else ods_name)(part, hold)
        chunks = as_utf8(meter.measured(inflated_chunks(listing.data, member)))
        first = next(chunks, b"")
        chunks = chain((first,), chunks)
        if _XML.match(first) and not part.lower().endswith(".svg"):
            blocks = meter.whole_tags(chunks, part)
            reach(_told(blocks, part, xlsx_text if is_xlsx else ods_text, hold), part, limits)
        else:
            deque(chunks, maxlen=0)
    return tuple(hold.findings())


def _told(
    blocks: Iterator[bytes], part: str, tell: Callable[[str, bytes, Hold], None], hold: Hold
) -> Iterator[bytes]:
    """The blocks, each shown to `tell` on its way."""
    for block in blocks:
        tell(part, block, hold)
        yield block


def _records(listing: Listing, limits: Limits) -> tuple[Finding, ...]:
    """Follows the streams of an .xls file.

    Raises:
        Refused: at the first thing that speaks against the file.
    """
    hold = Hold()
    if listing.kind is FileKind.XLS:
        check_xls(listing.data, hold, limits)
    return tuple(hold.findings())


_CHECKS: tuple[Callable[[Listing, Limits], tuple[Finding, ...]], ...] = (_contents, _records)
