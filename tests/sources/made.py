"""Archives and mails, put together byte by byte as programs write them."""

from __future__ import annotations

import base64
import struct
import zlib
from dataclasses import dataclass
from pathlib import Path

from xlkit.sources import DEFAULT_ALLOWANCE, Allowance, Found, Passed, found

SAMPLES = Path(__file__).resolve().parents[2] / "sample_workbooks"
UTF8, ENCRYPTED = 0x800, 0x1
STORED, DEFLATED = 0, 8


@dataclass(frozen=True)
class Entry:
    """A file in an archive; `claimed` is the size that its headers tell."""

    name: bytes
    data: bytes
    flags: int = 0
    method: int = DEFLATED
    extra: bytes = b""
    claimed: int | None = None
    local_name: bytes | None = None
    """What the header before the data says; programs differ in whether they look."""


def archive(*entries: Entry) -> bytes:
    body, directory = b"", b""
    for entry in entries:
        packer = zlib.compressobj(9, zlib.DEFLATED, -15)
        deflated = packer.compress(entry.data) + packer.flush()
        packed = deflated if entry.method == DEFLATED else entry.data
        size = len(entry.data) if entry.claimed is None else entry.claimed
        common = struct.pack(
            "<HHHHHIII",
            20, entry.flags, entry.method, 0, 33, zlib.crc32(entry.data), len(packed), size,
        )  # fmt: skip
        at = len(body)
        local = entry.name if entry.local_name is None else entry.local_name
        body += b"PK\x03\x04" + common + struct.pack("<HH", len(local), 0) + local + packed
        lengths = struct.pack("<HHHHHII", len(entry.name), len(entry.extra), 0, 0, 0, 0, at)
        directory += b"PK\x01\x02\x14\x00" + common + lengths + entry.name + entry.extra
    tail = struct.pack("<HHHHIIH", 0, 0, len(entries), len(entries), len(directory), len(body), 0)
    return body + directory + b"PK\x05\x06" + tail


def unicode_path(name: bytes, text: str) -> bytes:
    """Info-ZIP's field that tells the name of an entry in UTF-8."""
    field = b"\x01" + struct.pack("<I", zlib.crc32(name)) + text.encode()
    return struct.pack("<HH", 0x7075, len(field)) + field


def xlsx() -> bytes:
    return (SAMPLES / "bad-inserted-row.xlsx").read_bytes()


def ods() -> bytes:
    return (SAMPLES / "as-ods.ods").read_bytes()


def xls() -> bytes:
    return (SAMPLES / "as-xls.xls").read_bytes()


def wrapped(data: bytes) -> str:
    """Bytes in base64, in lines as mails have them."""
    return base64.encodebytes(data).decode("ascii").replace("\n", "\r\n")


def part(headers: str, data: bytes) -> bytes:
    """A part of a mail: its headers in raw GBK where they are Chinese, its content in base64."""
    lines = headers.strip().replace("\n", "\r\n")
    return (f"{lines}\r\nContent-Transfer-Encoding: base64\r\n\r\n").encode("gb18030") + wrapped(
        data
    ).encode()


def mail(*parts: bytes, headers: str = "", kind: str = "multipart/mixed") -> bytes:
    """A mail of those parts, as one boundary sets them apart."""
    head = headers.strip().replace("\n", "\r\n")
    head = (head + "\r\n" if head else "") + "MIME-Version: 1.0\r\n"
    mark = f"=_{zlib.crc32(b''.join(parts)):08x}"
    opening = f'{head}Content-Type: {kind};\r\n\tboundary="{mark}"\r\n\r\n'
    body = b"".join(f"--{mark}\r\n".encode() + item + b"\r\n" for item in parts)
    return opening.encode("gb18030") + body + f"--{mark}--\r\n".encode()


def collected(
    folder: Path, name: str, data: bytes, allowance: Allowance = DEFAULT_ALLOWANCE
) -> list[Found | Passed]:
    """What a folder gives that holds one file."""
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(data)
    return list(found([folder], allowance))


def told(met: list[Found | Passed], folder: Path) -> list[tuple[str, str]]:
    """Where each was met, and under which name it was taken or why not."""
    start = f"{folder}/"
    return [
        (item.source.removeprefix(start), item.name if isinstance(item, Found) else item.why)
        for item in met
    ]
