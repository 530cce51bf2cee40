"""Edits of a file's bytes and of the members of its zip package."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from collections.abc import Callable
from random import Random

Members = list[tuple[str, bytes]]
BytesEdit = Callable[[bytes, Random], bytes]
MembersEdit = Callable[[Members, Random], Members]

_ATTRIBUTE = re.compile(rb'\s([\w:]+)="([^"]*)"')
_ELEMENT = re.compile(rb"<([\w:]+)(?:\s[^<>]*)?(?:/>|>[^<>]*</\1>)")
_ODD_VALUES = (
    b"", b"0", b"-1", b"1", b"99999999", b"1e9", b"A1", b"XFD1048576", b"A0", b"x" * 3000, b"NaN",
    b"str", b"s", b"e", b"b", b"d", b"inlineStr", b"z", b"&lt;", b"&amp;#0;", b"rId1", b"true",
    b"veryHidden", b"_xlnm.Print_Area", b"1048577", b"'", b"3.14", "值".encode(),
)  # fmt: skip


def unzipped(data: bytes) -> Members:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return [(info.filename, archive.read(info)) for info in archive.infolist()]


def zipped(members: Members, method: int = zipfile.ZIP_DEFLATED, comment: bytes = b"") -> bytes:
    target = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the same name twice is meant
        with zipfile.ZipFile(target, "w", method) as archive:
            archive.comment = comment
            for name, content in members:
                archive.writestr(zipfile.ZipInfo(name), content, method)
    return target.getvalue()


# bytes


def flip_bytes(data: bytes, rnd: Random) -> bytes:
    spoilt = bytearray(data)
    for _ in range(rnd.choice([1, 2, 8, 64])):
        spoilt[rnd.randrange(len(spoilt))] ^= 1 << rnd.randrange(8)
    return bytes(spoilt)


def flip_directory(data: bytes, rnd: Random) -> bytes:
    """Bits of the zip's directory, or of the first headers of an .xls."""
    spoilt = bytearray(data)
    start = data.find(b"PK\x01\x02")
    start = max(0, start)
    for _ in range(rnd.choice([1, 2, 5])):
        spoilt[rnd.randrange(start, min(len(spoilt), start + 3000))] ^= 1 << rnd.randrange(8)
    return bytes(spoilt)


def cut_tail(data: bytes, rnd: Random) -> bytes:
    return data[: rnd.choice([rnd.randrange(len(data)), len(data) - rnd.randint(1, 40)])]


def cut_middle(data: bytes, rnd: Random) -> bytes:
    start = rnd.randrange(len(data))
    return data[:start] + data[start + rnd.choice([1, 100, 4096]) :]


def append_garbage(data: bytes, rnd: Random) -> bytes:
    garbage = rnd.randbytes(rnd.choice([1, 22, 5000]))
    return data + garbage if rnd.random() < 0.7 else garbage + data


def zero_block(data: bytes, rnd: Random) -> bytes:
    start = rnd.randrange(len(data))
    return data[:start] + bytes(512) + data[start + 512 :]


def zip_flags(data: bytes, rnd: Random) -> bytes:
    """Flag bits, method or sizes of one member, in its header, in the directory, or in both."""
    spoilt = bytearray(data)
    heads = [match.start() for match in re.finditer(rb"PK\x03\x04", data)]
    entries = [match.start() for match in re.finditer(rb"PK\x01\x02", data)]
    at, value = rnd.choice([(6, 1), (6, 8), (6, 0x800), (8, 99), (8, 12), (14, 7), (22, 255)])
    if heads and rnd.random() < 0.7:
        spoilt[rnd.choice(heads) + at] ^= value & 255
    if entries and rnd.random() < 0.7:
        spoilt[rnd.choice(entries) + at + 2] ^= value & 255
    return bytes(spoilt)


BYTES: dict[str, BytesEdit] = {
    "flip bytes": flip_bytes,
    "flip directory": flip_directory,
    "cut tail": cut_tail,
    "cut middle": cut_middle,
    "append garbage": append_garbage,
    "zero block": zero_block,
    "zip flags": zip_flags,
}


# members


def remove_member(members: Members, rnd: Random) -> Members:
    gone = rnd.randrange(len(members))
    return [member for place, member in enumerate(members) if place != gone]


def rename_member(members: Members, rnd: Random) -> Members:
    name = members[0][0]
    odd = ["../x", "/etc/x", "xl\\workbook.xml", name.upper(), "", "x" * 300, "目录/甲", "xl/"]
    return _replaced(
        members, rnd, lambda name, content: (rnd.choice([*odd, name.upper()]), content)
    )


def double_member(members: Members, rnd: Random) -> Members:
    """The same name twice, with the same or another member's content."""
    name, content = rnd.choice(members)
    other = content if rnd.random() < 0.5 else rnd.choice(members)[1]
    at = rnd.randint(0, len(members))
    return [*members[:at], (name, other), *members[at:]]


def swap_members(members: Members, rnd: Random) -> Members:
    changed = list(members)
    one, other = rnd.randrange(len(changed)), rnd.randrange(len(changed))
    first, second = changed[one], changed[other]
    changed[one], changed[other] = (first[0], second[1]), (second[0], first[1])
    return changed


def shuffle_members(members: Members, rnd: Random) -> Members:
    return rnd.sample(members, len(members))


def truncate_xml(members: Members, rnd: Random) -> Members:
    return _replaced(
        members, rnd, lambda name, content: (name, content[: rnd.randint(0, len(content))])
    )


def swap_attributes(members: Members, rnd: Random) -> Members:
    """Two attributes of one part exchange their values, several times."""

    def swapped(name: str, content: bytes) -> tuple[str, bytes]:
        for _ in range(rnd.choice([1, 3, 10])):
            found = list(_ATTRIBUTE.finditer(content))
            if len(found) < 2:
                break
            one, other = sorted(rnd.sample(found, 2), key=lambda match: match.start())
            content = b"".join(
                [content[: one.start(2)], other[2], content[one.end(2) : other.start(2)], one[2],
                 content[other.end(2) :]]
            )  # fmt: skip
        return name, content

    return _replaced(members, rnd, swapped)


def odd_attributes(members: Members, rnd: Random) -> Members:
    """Attributes that say something else, or nothing, or are gone."""

    def spoilt(name: str, content: bytes) -> tuple[str, bytes]:
        for _ in range(rnd.choice([1, 3, 10])):
            found = list(_ATTRIBUTE.finditer(content))
            if not found:
                break
            chosen = rnd.choice(found)
            same = [match for match in found if match[1] == chosen[1]]
            chosen = rnd.choice(same)
            if rnd.random() < 0.3:
                content = content[: chosen.start()] + content[chosen.end() :]
            else:
                value = rnd.choice(_ODD_VALUES)
                content = content[: chosen.start(2)] + value + content[chosen.end(2) :]
        return name, content

    return _replaced(members, rnd, spoilt)


def odd_elements(members: Members, rnd: Random) -> Members:
    """Elements dropped, doubled or moved."""

    def spoilt(name: str, content: bytes) -> tuple[str, bytes]:
        for _ in range(rnd.choice([1, 3, 10])):
            found = list(_ELEMENT.finditer(content))
            if not found:
                break
            one = rnd.choice(found)
            match rnd.randrange(3):
                case 0:
                    content = content[: one.start()] + content[one.end() :]
                case 1:
                    content = content[: one.end()] + one[0] + content[one.end() :]
                case _:
                    rest = content[: one.start()] + content[one.end() :]
                    at = rnd.choice(found).start()
                    at = at if at <= one.start() else at - len(one[0])
                    at = max(0, at)
                    content = rest[:at] + one[0] + rest[at:]
        return name, content

    return _replaced(members, rnd, spoilt)


def flip_xml(members: Members, rnd: Random) -> Members:
    """Bytes of a part flipped before it is packed, so that checksums hold."""
    return _replaced(
        members, rnd, lambda name, content: (name, flip_bytes(content, rnd) if content else b"")
    )


def _replaced(
    members: Members, rnd: Random, edit: Callable[[str, bytes], tuple[str, bytes]]
) -> Members:
    """The members with one of them edited: a sheet or the workbook in most cases."""
    likely = [
        place
        for place, (name, _) in enumerate(members)
        if re.search(r"sheet\d+\.xml$|workbook\.xml|sharedStrings|styles|content\.xml", name)
    ]
    chosen = rnd.choice(likely if likely and rnd.random() < 0.8 else range(len(members)))
    changed = list(members)
    changed[chosen] = edit(*changed[chosen])
    return changed


MEMBERS: dict[str, MembersEdit] = {
    "remove member": remove_member,
    "rename member": rename_member,
    "double member": double_member,
    "swap members": swap_members,
    "shuffle members": shuffle_members,
    "truncate XML": truncate_xml,
    "swap attributes": swap_attributes,
    "odd attributes": odd_attributes,
    "odd elements": odd_elements,
    "flip XML": flip_xml,
}
