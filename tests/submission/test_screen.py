"""What may not reach a parser, made small: one file, one reason."""

from __future__ import annotations

import io
import struct
import time
import zipfile
import zlib
from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook  # type: ignore[import-untyped]

from xlkit.findings import Severity
from xlkit.submission.grid import FileKind
from xlkit.submission.limits import DEFAULT_LIMITS, Limits
from xlkit.submission.screen import screen

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
SHEET = "xl/worksheets/sheet1.xml"
MIMETYPE = "application/vnd.oasis.opendocument.spreadsheet"


def zipped(parts: Mapping[str, bytes | str]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return target.getvalue()


def xlsx(**replaced: bytes | str) -> bytes:
    """A workbook of openpyxl with some of its parts replaced; `sheet` is that of sheet 1."""
    target = io.BytesIO()
    book = Workbook()
    book.active.append(["指标", 0.95])
    book.save(target)
    with zipfile.ZipFile(target) as source:
        parts: dict[str, bytes | str] = {name: source.read(name) for name in source.namelist()}
    sheet = replaced.pop("sheet", None)
    return zipped(parts | replaced | ({SHEET: sheet} if sheet is not None else {}))


def with_rows(rows: str) -> bytes:
    return xlsx(sheet=f"<worksheet {MAIN}><sheetData>{rows}</sheetData></worksheet>")


def ods(rows: str, **more: str) -> bytes:
    content = f"<office:document-content><table:table>{rows}</table:table>"
    return zipped({"mimetype": MIMETYPE, "content.xml": content} | more)


def codes(data: bytes, limits: Limits = DEFAULT_LIMITS) -> list[str]:
    return [finding.code for finding in screen(data, limits).findings]


def ole2(*streams: str) -> bytes:
    """The header and the directory of a compound file."""
    names = ("Root Entry", *streams)
    kinds = (5, *(2 for _ in streams))
    entries = b"".join(
        name.encode("utf-16-le").ljust(64, b"\0")
        + struct.pack("<HB", 2 * len(name) + 2, kind)
        + bytes(61)
        for name, kind in zip(names, kinds, strict=True)
    )
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(512, b"\0") + entries


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (xlsx(), FileKind.XLSX),
        (ods(""), FileKind.ODS),
        (zipped({"mimetype": MIMETYPE + "-template", "content.xml": "<a/>"}), FileKind.ODS),
        (ole2("Workbook"), FileKind.XLS),
        (ole2("Book"), FileKind.XLS),
    ],
)
def test_kinds(data: bytes, kind: FileKind) -> None:
    screening = screen(data)
    assert (screening.kind, screening.findings) == (kind, ())


def test_a_workbook_part_may_have_any_name() -> None:
    with zipfile.ZipFile(io.BytesIO(xlsx())) as source:
        parts = {
            name.replace("workbook.xml", "book2.xml"): source.read(name).replace(
                b"workbook.xml", b"book2.xml"
            )
            for name in source.namelist()
        }
    assert screen(zipped(dict(parts))).kind is FileKind.XLSX


@pytest.mark.parametrize(
    ("data", "looks_like"),
    [
        (b"<html><table><tr><td>1</td></tr></table></html>", "html"),
        (b"\xef\xbb\xbf  <!DOCTYPE HTML><p>", "html"),
        (b'<?xml version="1.0"?><Workbook/>', "xml"),
        ("部门,金额\n财政局,1\n".encode("gbk"), "text"),
        ("部门\t金额".encode("utf-16"), "text"),
        (b"%PDF-1.7", "pdf"),
        (b"{\\rtf1", "rtf"),
        (b"\x89PNG\r\n\x1a\n", "image"),
        (b"Rar!\x1a\x07", "archive"),
        (b"\0\1\2", "unknown"),
        (zipped({"填报表.xlsx": xlsx()}), "zip"),
        (zipped({}), "zip"),
        (zipped({"[Content_Types].xml": "<Types wordprocessingml/>"}), "docx"),
        (zipped({"[Content_Types].xml": "application/vnd.ms-excel.sheet.binary.x"}), "xlsb"),
        (zipped({"mimetype": "application/vnd.oasis.opendocument.text"}), "opendocument"),
        (ole2("WordDocument"), "ole2"),
    ],
)
def test_no_workbook(data: bytes, looks_like: str) -> None:
    (finding,) = screen(data).findings
    assert (finding.code, finding.value) == ("file-not-a-workbook", looks_like)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "file-empty"),
        (xlsx()[:-40], "file-damaged"),
        (xlsx()[:300], "file-damaged"),
        (xlsx().replace(b"PK\x03\x04", b"PK\x03\x05"), "file-not-a-workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "file-damaged"),
        (ole2("Workbook")[:8] + ole2("Workbook")[9:], "file-damaged"),
        (ole2("EncryptedPackage", "EncryptionInfo"), "file-encrypted"),
        (ods("", **{"META-INF/manifest.xml": "<m:encryption-data/>"}), "file-encrypted"),
        (xlsx(sheet='<!DOCTYPE a [<!ENTITY b "c">]><worksheet/>'), "file-has-entities"),
        (xlsx(sheet='<!DOCTYPE worksheet SYSTEM "http://x"><worksheet/>'), "file-has-entities"),
        (xlsx(sheet="<!DOCTYPE worksheet><a/>".encode("utf-16")), "file-has-entities"),
        (xlsx(sheet="<!DOCTYPE worksheet><a/>".encode("utf-16-le")), "file-has-entities"),
        (xlsx(**{"xl/unknown.bin": "<!DOCTYPE a><a/>"}), "file-has-entities"),
    ],
)
def test_refused(data: bytes, code: str) -> None:
    screening = screen(data)
    assert [finding.code for finding in screening.findings] == [code]
    assert screening.findings[0].severity is Severity.ERROR


def test_declarations_without_entities_are_no_reason() -> None:
    old = (
        '<!DOCTYPE manifest:manifest PUBLIC "-//OpenOffice.org//DTD Manifest 1.0//EN"'
        ' "Manifest.dtd"><manifest:manifest/>'
    )
    picture = "<!DOCTYPE svg PUBLIC '-//W3C//DTD SVG 1.1//EN' 'x'><svg/>"
    assert codes(ods("", **{"META-INF/manifest.xml": old})) == []
    assert codes(xlsx(**{"xl/media/image1.svg": picture})) == ["file-has-pictures"]
    assert (
        codes(with_rows('<row r="1"><c t="inlineStr"><is><t>&lt;!DOCTYPE</t></is></c></row>')) == []
    )


@pytest.mark.parametrize(
    ("rows", "where"),
    [
        ('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>', "XFD1048576"),
        ("<row r='20001'><c t='n' r='A20001'><f>1</f></c></row>", "A20001"),
        ('<x:row r="1"><x:c\n r = "ALM1" ><x:v>1</x:v></x:c></x:row>', "ALM1"),
        ('<row r="20001"><c t="b"><v>1</v></c></row>', "A20001"),
        ('<row r="20000"/><row><c><v>1</v></c></row>', "A20001"),
        ('<row r="1"><c r="ALL1"/><c><v>1</v></c></row>', "ALM1"),
        ('<row r="1"><c x=" r=&quot;A1" y=\' r="A1"\' r="&#88;FD1"><v>1</v></c></row>', "XFD1"),
        ('<row r="1"><c y=">" r="XFD1"><v>1</v></c></row>', "XFD1"),
    ],
)
def test_xlsx_cell_too_far(rows: str, where: str) -> None:
    screening = screen(with_rows(rows))
    (finding,) = screening.findings
    assert screening.kind is FileKind.XLSX
    assert (finding.code, finding.value) == ("cell-too-far", where)
    assert finding.params == {"part": SHEET, "address": where}


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="1048576"/>',
        '<row r="1048576" ht="15"></row>',
        '<row r="20000"><c r="ALL20000"><v>1</v></c></row>',
        '<row r="1" spans="1:16384"><c r="A1"><v>1</v></c></row>',
    ],
)
def test_xlsx_cells_near_enough(rows: str) -> None:
    assert codes(with_rows(rows)) == []


def test_a_far_cell_is_found_wherever_the_chunks_break() -> None:
    for padding in range(65_400, 65_560, 7):
        rows = f'<row r="1"><c r="A1"><v>{"1" * padding}</v></c><c r="XFD1"><v>1</v></c></row>'
        assert codes(with_rows(rows)) == ["cell-too-far"]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "utf-16-le"])
def test_a_far_cell_is_found_in_utf16(encoding: str) -> None:
    sheet = f'<worksheet {MAIN}><row r="9"><c r="XFD9"><v>1</v></c></row></worksheet>'
    assert codes(xlsx(sheet=sheet.encode(encoding))) == ["cell-too-far"]


def row(cells: str, repeats: int = 1) -> str:
    return f'<table:table-row table:number-rows-repeated="{repeats}">{cells}</table:table-row>'


EMPTY = '<table:table-cell table:style-name="a" table:number-columns-repeated="16384"/>'
FULL = "<table:table-cell office:value-type='string'><text:p>甲</text:p></table:table-cell>"


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        (row(FULL + EMPTY) + row(EMPTY, 1_048_575), []),
        (row("<table:table-cell><text:p/></table:table-cell>", 30_000), []),
        (row(EMPTY, 20_000) + row(FULL), ["cell-too-far"]),
        (row(FULL, 20_001), ["cell-too-far"]),
        (row(EMPTY + FULL), ["cell-too-far"]),
        (row(FULL.replace("cell ", "cell x:number-columns-repeated='1001' ")), ["cell-too-far"]),
        (row("<t:covered-table-cell><p>a</p></t:covered-table-cell>", 20_001), ["cell-too-far"]),
        (row("<table:table-cell table:formula='of:=1'/>", 20_001), ["cell-too-far"]),
        (
            row(FULL.replace("cell ", "cell table:number-columns-repeated='1000' "), 1_001),
            ["file-too-large"],
        ),
        (row(FULL, 10**12), ["file-damaged"]),
    ],
)
def test_ods_repeats(rows: str, found: list[str]) -> None:
    assert codes(ods(rows)) == found


@pytest.mark.parametrize(
    ("limits", "what"),
    [
        (Limits(max_bytes=100), "bytes"),
        (Limits(max_members=3), "members"),
        (Limits(max_inflated=2_000), "inflated"),
        (Limits(max_ratio=1, ratio_from=2_000), "ratio"),
        (Limits(max_tags=20), "tags"),
    ],
)
def test_too_large(limits: Limits, what: str) -> None:
    (finding,) = screen(xlsx(), limits).findings
    assert (finding.code, finding.params["what"]) == ("file-too-large", what)
    assert int(finding.value or 0) > int(finding.params["limit"])


def test_a_bomb_that_lies_about_its_size_is_stopped_early() -> None:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    bomb = b"".join(packer.compress(bytes(1 << 20)) for _ in range(300)) + packer.flush()
    name = b"xl/workbook.xml"
    sizes = struct.pack("<IIIHH", 0, len(bomb), 10, len(name), 0)
    local = b"PK\3\4" + struct.pack("<HHHHH", 20, 0, 8, 0, 0) + sizes + name + bomb
    central = (
        b"PK\1\2"
        + struct.pack("<HHHHHH", 20, 20, 0, 8, 0, 0)
        + sizes
        + struct.pack("<HHHII", 0, 0, 0, 0, 0)
        + name
    )
    end = b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, 1, 1, len(central), len(local), 0)
    started = time.monotonic()
    assert codes(local + central + end) == ["file-too-large"]
    assert time.monotonic() - started < 5


def test_a_wrong_checksum_is_damage() -> None:
    whole = bytearray(xlsx())
    with zipfile.ZipFile(io.BytesIO(whole)) as source:
        start = source.getinfo(SHEET).header_offset
    whole[start + 60] ^= 0xFF
    assert codes(bytes(whole)) == ["file-damaged"]


@settings(max_examples=300)
@given(
    st.sampled_from([b"", b"PK\3\4", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"<html>"]),
    st.binary(max_size=3_000),
)
def test_random_bytes_never_raise(head: bytes, data: bytes) -> None:
    screen(head + data)


@settings(max_examples=300)
@given(st.data())
def test_damaged_files_never_raise(data: st.DataObject) -> None:
    whole = bytearray(data.draw(st.sampled_from([SAMPLE_XLSX, SAMPLE_ODS, SAMPLE_OLE2])))
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(whole) - 1))
        whole[at : at + data.draw(st.integers(0, 9))] = data.draw(st.binary(max_size=9))
    screen(bytes(whole))


@settings(max_examples=100)
@given(sheet=st.text("<>/cro w\"'=r:A1XFD9&;!-[]", max_size=200))
def test_any_sheet_text_never_raises(sheet: str) -> None:
    screen(zipped({"xl/workbook.xml": "<a/>", SHEET: sheet}))


SAMPLE_XLSX = xlsx()
SAMPLE_ODS = ods(row(FULL))
SAMPLE_OLE2 = ole2("Workbook")
