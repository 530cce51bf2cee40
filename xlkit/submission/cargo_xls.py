"""The cargo of .xls files, by their storages and by the records of their workbook stream."""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Iterator, Mapping

from xlkit.cells import address
from xlkit.submission.cargo import Cargo, Hold
from xlkit.submission.limits import Limits, Refused, too_large
from xlkit.submission.ole2 import CompoundFile

#: Source: [MS-XLS] 2.1.7: storages beside the workbook stream.
_STORAGES = (
    (re.compile(r"_VBA_PROJECT(?:_CUR)?|VBA|Macros", re.IGNORECASE), Cargo.MACROS),
    (re.compile(r"MBD[0-9A-F]{8}|Ctls", re.IGNORECASE), Cargo.OBJECTS),
    (re.compile(r"LNK[0-9A-F]{8}", re.IGNORECASE), Cargo.LINKS),
)

#: Source: [MS-XLS] 2.3.1 and 2.3.2, record numbers.
_FILEPASS = 0x002F
_SHEET_KINDS = {1: Cargo.MACROS, 6: Cargo.MACROS}  # 2.4.28 BoundSheet8.dt
_SELF, _ADD_IN = b"\x01\x04", b"\x01\x3a"  # 2.4.271 SupBook.cch
_QUERY_RECORDS = frozenset({0x01AD, 0x0803, 0x0876})  # Qsi, DbOrParamQry's Ext, DConn
_STORES = b"\x01\xf0"  # 2.2.20 of [MS-ODRAW]: the store of pictures
#: Records with a cell's row and column first: Formula, Number, Label, BoolErr, RString, LabelSst,
#: Rk, MulRk, and the numbers and labels of older files.
_CELLS = frozenset({0x0006, 0x0203, 0x0204, 0x0205, 0x00D6, 0x00FD, 0x027E, 0x00BD, 0x0003, 0x0004})


def check_xls(data: bytes, hold: Hold, limits: Limits) -> None:
    """Notes what an .xls file carries.

    Raises:
        Refused: a cell too far, or more records than the limit for tags.
    """
    file = CompoundFile(data)
    for entry in file.entries:
        for pattern, cargo in _STORAGES:
            if pattern.fullmatch(entry.name):
                hold.note(cargo, entry.name)
    readable = True
    for count, (record, body) in enumerate(_records(file.stream("Workbook", "Book")), start=1):
        if count > limits.max_tags:
            raise too_large("records", limits.max_tags, count)
        if record == _FILEPASS:
            readable = False
        elif record in _QUERY_RECORDS:
            hold.note(Cargo.QUERIES, f"{record:#06x}")
        elif readable and record in _CELLS:
            _refuse_far(body, limits)
        elif readable and record in _NOTERS:
            _NOTERS[record](body, hold)


def _records(stream: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + 4 <= len(stream):
        record, length = struct.unpack_from("<HH", stream, at)
        yield record, stream[at + 4 : at + 4 + length]
        at += 4 + length


def _refuse_far(body: bytes, limits: Limits) -> None:
    if len(body) < 4:  # noqa: PLR2004  (a row and a column of two bytes)
        return
    row, column = struct.unpack_from("<HH", body)
    if row >= limits.max_row or column >= limits.max_column:
        place = address(row + 1, column + 1)
        raise Refused("cell-too-far", place, part="Workbook", address=place)


def _bound_sheet(body: bytes, hold: Hold) -> None:
    if len(body) > 5 and body[5] in _SHEET_KINDS:  # noqa: PLR2004  (position, state, kind)
        hold.note(_SHEET_KINDS[body[5]], _text(body[6:]))


def _supporting_book(body: bytes, hold: Hold) -> None:
    """A SupBook: this workbook, add-ins, another file, or service and topic of DDE and OLE."""
    if len(body) < 5 or body[2:4] in (_SELF, _ADD_IN):  # noqa: PLR2004
        return
    target = _text(body[2:], wide_count=True)
    if "\x03" in target:
        hold.note(Cargo.DDE, target.replace("\x03", "|"))
    elif target.strip("\0 "):
        hold.note(Cargo.LINKS, "".join(sign for sign in target if sign.isprintable()))


def _old_link(body: bytes, hold: Hold) -> None:
    """An ExternSheet of a file before Excel 97, whose name begins with its kind."""
    if len(body) > 2 and body[1] in (0, 1) and body[0] + 2 <= len(body) + 1:  # noqa: PLR2004
        name = body[1 : 2 + body[0]]
        if b"\x03" in name:
            hold.note(Cargo.DDE, name.decode("latin-1").replace("\x03", "|"))


def _drawings(body: bytes, hold: Hold) -> None:
    """A drawing group: its second layer has a store where there are pictures."""
    at = 8
    while at + 8 <= len(body):
        length = struct.unpack_from("<I", body, at + 4)[0]
        if body[at + 2 : at + 4] == _STORES and length:
            hold.note(Cargo.PICTURES, "MSODRAWINGGROUP")
        at += 8 + length


def _picture(_body: bytes, hold: Hold) -> None:
    hold.note(Cargo.PICTURES, "IMDATA")


def _text(body: bytes, *, wide_count: bool = False) -> str:
    """A counted text of BIFF8, one or two bytes to a sign."""
    head = 3 if wide_count else 2
    count = int.from_bytes(body[: head - 1], "little")
    if body[head - 1 : head] == b"\x01":
        return body[head : head + 2 * count].decode("utf-16-le", "replace")
    return body[head : head + count].decode("latin-1")


_NOTERS: Mapping[int, Callable[[bytes, Hold], None]] = {
    0x0085: _bound_sheet,
    0x01AE: _supporting_book,
    0x0017: _old_link,
    0x00EB: _drawings,
    0x007F: _picture,
}
