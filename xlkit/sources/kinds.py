"""What a file is to a collection of workbooks, told by its bytes before its name."""

from __future__ import annotations

from collections.abc import Collection
from enum import Enum
from io import BytesIO
from pathlib import PurePosixPath
from zipfile import ZipFile

from xlkit.files import WORKBOOK_SUFFIXES
from xlkit.sources.archive import members_of
from xlkit.sources.model import Allowance, Unfit
from xlkit.submission.limits import Refused
from xlkit.submission.screen import kind_of

MAIL_SUFFIX = ".eml"
_ZIP, _OLE2 = b"PK", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#: Streams by which Outlook names the properties of a mail. Source: [MS-OXMSG] 2.1.
_OUTLOOK = "__substg1.0_".encode("utf-16-le")
#: Archives that are sent under the name of a .zip, too, which their senders think they are.
_PACKED = {b"Rar!": "rar", b"7z\xbc\xaf": "7z"}
#: Formats of archives that nothing here unpacks, where their first bytes tell nothing.
_ARCHIVE_SUFFIXES = frozenset(
    {".rar", ".7z", ".gz", ".tgz", ".tar", ".bz2", ".xz", ".zipx", ".lzh", ".cab", ".iso", ".z"}
)
_OFFICE_SUFFIXES = frozenset({".doc", ".docx", ".docm", ".ppt", ".pptx", ".wps", ".dps"})
_OLE2_WORDS = {".doc": "doc", ".wps": "doc", ".ppt": "ppt", ".dps": "ppt"}


class Sort(Enum):
    """What is done with a file: read, opened as an archive, opened as a mail."""

    WORKBOOK = "workbook"
    ARCHIVE = "archive"
    MAIL = "mail"


def suffix_of(name: str) -> str:
    """The ending of a file's name, in small letters."""
    return PurePosixPath(name.strip(" .\u3000")).suffix.lower().strip()


def may_matter(name: str, head: bytes) -> bool:
    """Whether more than its first bytes has to be seen to tell what a file is."""
    known = suffix_of(name) in WORKBOOK_SUFFIXES | {MAIL_SUFFIX}
    return known or head.startswith((_ZIP, _OLE2))


def is_packed(name: str) -> bool:
    """Whether a file bears the name of an archive that nothing here unpacks."""
    return suffix_of(name) in _ARCHIVE_SUFFIXES


def sort_of(name: str, data: bytes, allowance: Allowance) -> Sort:
    """What a file is. One with a workbook's name is one, unless it is an archive: reading it
    will say what it really is.

    Raises:
        Unfit: it is nothing that could be or hold a workbook.
    """
    suffix = suffix_of(name)
    if data.startswith(_ZIP) and _is_archive(name, data, allowance):
        return Sort.ARCHIVE
    if suffix in WORKBOOK_SUFFIXES:
        return Sort.WORKBOOK
    if not data:
        raise Unfit("empty")
    try:
        kind_of(data, allowance.limits)
    except Refused as refused:
        return _sort_of_others(suffix, data, refused)
    return Sort.WORKBOOK


def _sort_of_others(suffix: str, data: bytes, refused: Refused) -> Sort:
    looks = refused.finding.value or "unknown"
    if data.startswith(_OLE2) and _OUTLOOK in data:
        raise Unfit("outlook-message")
    if refused.finding.code == "file-encrypted":
        if suffix in _OFFICE_SUFFIXES:
            raise Unfit("not-a-workbook", "docx")
        return Sort.WORKBOOK
    if refused.finding.code != "file-not-a-workbook":
        raise Unfit("damaged", refused.finding.params.get("detail", ""))
    if suffix == MAIL_SUFFIX and not data.startswith((_ZIP, _OLE2)):
        return Sort.MAIL
    if looks == "archive" or suffix in _ARCHIVE_SUFFIXES:
        named = (kind for start, kind in _PACKED.items() if data.startswith(start))
        raise Unfit("other-archive", next(named, suffix.removeprefix(".")))
    if looks == "ole2":
        looks = _OLE2_WORDS.get(suffix, looks)
    raise Unfit("not-a-workbook", looks)


def _is_archive(name: str, data: bytes, allowance: Allowance) -> bool:
    """Whether a zip holds files, and is not a document that is kept as a zip."""
    try:
        names = {member.filename for member in members_of(data, allowance)}
    except Unfit:
        if suffix_of(name) in WORKBOOK_SUFFIXES:
            return False
        raise
    if "OFD.xml" in names:  # Source: GB/T 33190-2016, the entry of an OFD package.
        raise Unfit("not-a-workbook", "ofd")
    return not _is_office(data, names)


def _is_office(data: bytes, names: Collection[str]) -> bool:
    if "[Content_Types].xml" in names or "xl/workbook.xml" in names:
        return True
    if "mimetype" not in names:
        return "content.xml" in names and "META-INF/manifest.xml" in names
    return b"application/vnd.oasis.opendocument" in _start(data, "mimetype")


def _start(data: bytes, name: str) -> bytes:
    try:
        with ZipFile(BytesIO(data)) as archive, archive.open(name) as member:
            return member.read(100)
    except Exception:  # noqa: BLE001  (zipfile lets zlib's, struct's and codecs' errors through)
        return b""
