"""Returned files that attack: each gives its finding, in time, and nothing crashes."""

from __future__ import annotations

import hashlib
import random
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.attacks import made
from tests.attacks.made import (
    SHEET,
    biff,
    compound,
    link_in_zip,
    lying_bomb,
    macro_sheet,
    ods,
    record,
    sound,
    supporting_book,
    with_members,
    with_parts,
    with_relation,
    with_replaced,
    xls,
)
from tests.validation.returns import COMPACT, judge, reader_of
from xlkit.findings import Severity
from xlkit.submission.content import Content, content_of
from xlkit.submission.intake import take_in
from xlkit.submission.limits import Limits
from xlkit.submission.raw import RawSubmission, Verdict
from xlkit.submission.read import Reader

#: Seconds that a file may take, however it was made.
PATIENCE = 20

X14 = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
ENTITY = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><worksheet>&x;</worksheet>'
LAUGHS = (
    '<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>'
    "<worksheet>&c;</worksheet>"
)
FAR = f'<worksheet xmlns="{X14}"><sheetData><row><c r="XFD1048576"><v>1</v></c></row></sheetData>'
LINK = f'<externalLink xmlns="{X14}"><externalBook/></externalLink>'
DDE = f'<externalLink xmlns="{X14}"><ddeLink ddeService="cmd" ddeTopic="/c calc"/></externalLink>'


def taken(data: bytes) -> RawSubmission:
    """The file as read and judged, within the time that a file may take."""
    started = time.monotonic()
    raw = reader_of(COMPACT).read_bytes(data, "return")
    judge(raw)
    assert time.monotonic() - started < PATIENCE
    return raw


def formula(text: str) -> bytes:
    """The sound workbook with a formula in place of a sheet's first cell."""
    return with_replaced(
        sound(), SHEET, "</sheetData>",
        f'<row r="900"><c r="B900"><f>{text}</f><v>0</v></c></row></sheetData>',
    )  # fmt: skip


def in_ods(old: str, new: str) -> bytes:
    return with_replaced(ods(), "content.xml", old, new)


def ods_cell(attributes: str, content: str = "") -> bytes:
    cell = f"<table:table-cell {attributes}>{content}</table:table-cell>"
    row = f"<table:table-row>{cell}</table:table-row>"
    return in_ods("<table:table-row ", f"{row}<table:table-row ")


BINARY = "<Types>application/vnd.ms-excel.sheet.binary.macroEnabled.main</Types>"
DDE_IN_ODS = (
    '<table:dde-links><table:dde-link><office:dde-source office:dde-application="soffice"/>'
    "</table:dde-link></table:dde-links></office:spreadsheet>"
)
TYPES, BIG = "[Content_Types].xml", bytes(210 << 20)

REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "zip bomb": (lambda: with_parts(sound(), {"xl/media/a.bin": BIG}), "file-too-large"),
    "lying sizes": (lambda: lying_bomb("xl/workbook.xml", 300), "file-too-large"),
    "many members": (
        lambda: with_members(sound(), *((f"xl/a{number}.xml", b"") for number in range(5_001))),
        "file-too-large",
    ),
    "row nought": (
        lambda: with_replaced(
            sound(), SHEET, "</sheetData>",
            '<row r="0"><c r="A0"><v>1</v></c></row></sheetData>',
        ),
        "file-damaged",
    ),
    "xxe": (lambda: with_parts(sound(), {SHEET: ENTITY}), "file-has-entities"),
    "billion laughs": (lambda: with_parts(sound(), {SHEET: LAUGHS}), "file-has-entities"),
    "xxe in utf-16": (
        lambda: with_parts(sound(), {SHEET: ENTITY.encode("utf-16")}), "file-has-entities",
    ),
    "xxe in ods": (lambda: with_parts(ods(), {"content.xml": ENTITY}), "file-has-entities"),
    "stray far cell": (lambda: with_parts(sound(), {SHEET: FAR}), "cell-too-far"),
    "stray far cell in xls": (
        lambda: compound(biff(record(0x0203, b"\xff\xff\xff\x00" + bytes(10)))), "cell-too-far",
    ),
    "deep xml": (
        lambda: with_parts(sound(), {SHEET: "<a>" * 50_000 + "</a>" * 50_000}), "file-too-large",
    ),
    "deep xml in steps": (
        lambda: with_parts(sound(), {SHEET: "<a><b>x</b><c d='/>'>" * 9_000}), "file-too-large",
    ),
    "deep xml in ods": (
        lambda: in_ods("<office:spreadsheet>", "<office:spreadsheet>" + "<text:span>" * 3_000),
        "file-too-large",
    ),
    "dde link": (
        lambda: with_parts(sound(), {"xl/externalLinks/externalLink1.xml": DDE}), "file-has-dde",
    ),
    "dde formula": (lambda: formula("cmd|'/c calc'!A0"), "file-has-dde"),
    "dde formula escaped": (lambda: formula("cmd&#124;'/c calc'!A0"), "file-has-dde"),
    "dde function": (lambda: formula("dde (&quot;soffice&quot;,&quot;a&quot;)"), "file-has-dde"),
    "dde in ods": (
        lambda: in_ods("</office:spreadsheet>", DDE_IN_ODS),
        "file-has-dde",
    ),
    "dde function in ods": (
        lambda: ods_cell('table:formula="of:=DDE(&quot;cmd&quot;;&quot;a&quot;;&quot;b&quot;)"'),
        "file-has-dde",
    ),
    "dde in xls": (lambda: compound(biff(supporting_book("cmd\x03/c calc"))), "file-has-dde"),
    "encrypted": (
        lambda: compound(b"", name="EncryptedPackage"), "file-encrypted",
    ),
    "html as xls": (lambda: b"<html><table><tr><td>=1+1</td></tr></table>", "file-not-a-workbook"),
    "csv as xlsx": (lambda: "部门,金额\n=cmd|' /C calc'!A0,1".encode("gbk"), "file-not-a-workbook"),
    "xml 2003 as xls": (
        lambda: b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook/>',
        "file-not-a-workbook",
    ),
    "xlsb": (
        lambda: made.zipped([(TYPES, BINARY), ("xl/workbook.bin", b"")]),
        "file-not-a-workbook",
    ),
    "member twice": (
        lambda: with_members(sound(), ("XL/Workbook.xml", "<a/>")), "file-package-odd",
    ),
    "member outside": (lambda: with_members(sound(), ("../../x", "x")), "file-package-odd"),
    "member outside in backslashes": (
        lambda: with_members(sound(), ("xl\\..\\..\\x", "x")), "file-package-odd",
    ),
    "member at root": (lambda: with_members(sound(), ("/etc/x", "x")), "file-package-odd"),
    "member on drive": (lambda: with_members(sound(), ("C:/x", "x")), "file-package-odd"),
    "symlink": (
        lambda: with_members(sound(), link_in_zip("xl/link.xml", "/etc/passwd")),
        "file-package-odd",
    ),
}  # fmt: skip

TOLD: dict[str, tuple[Callable[[], bytes], str]] = {
    "vba": (lambda: with_parts(sound(), {"xl/vbaProject.bin": b"\0"}), "file-has-macros"),
    "vba by relation": (lambda: with_relation(sound(), "vbaProject", "a.dat"), "file-has-macros"),
    "xlm macro sheet": (
        lambda: with_parts(sound(), {"xl/macrosheets/sheet1.xml": "<xm:macrosheet/>"}),
        "file-has-macros",
    ),
    "basic in ods": (
        lambda: with_parts(ods(), {"Basic/Standard/Module1.xml": "<script:module/>"}),
        "file-has-macros",
    ),
    "script in ods": (
        lambda: with_parts(ods(), {"Scripts/python/a.py": "import os"}), "file-has-macros",
    ),
    "macro on an event in ods": (
        lambda: in_ods("<office:spreadsheet>", "<office:event-listeners><script:event-listener "
                       'script:language="ooo:script" script:event-name="dom:load" xlink:href='
                       '"vnd.sun.star.script:a.b?language=Basic&amp;location=application"/>'
                       "</office:event-listeners><office:spreadsheet>"),
        "file-has-macros",
    ),
    "external link": (
        lambda: with_parts(sound(), {"xl/externalLinks/externalLink1.xml": LINK}), "file-has-links",
    ),
    "external picture": (
        lambda: with_relation(sound(), "image", "http://x.example/a.png", outside=True),
        "file-has-links",
    ),
    "web service": (
        lambda: formula("_xlfn.WEBSERVICE(&quot;http://x.example&quot;)"), "file-has-links",
    ),
    "linked table in ods": (
        lambda: in_ods("<table:table ", '<table:table table:name="x"><table:table-source '
                       'xlink:href="file:///c:/a.ods"/></table:table><table:table '),
        "file-has-links",
    ),
    "linked cell in ods": (
        lambda: ods_cell("table:formula=\"of:=['file:///c:/a.xlsx'#$S.A1]\""), "file-has-links",
    ),
    "connection": (lambda: with_parts(sound(), {"xl/connections.xml": "<a/>"}), "file-has-queries"),
    "query table": (
        lambda: with_parts(sound(), {"xl/queryTables/queryTable1.xml": "<a/>"}), "file-has-queries",
    ),
    "database in ods": (
        lambda: in_ods("</office:spreadsheet>", '<table:database-ranges><table:database-range>'
                       '<table:database-source-sql table:database-name="a"/></table:database-range>'
                       "</table:database-ranges></office:spreadsheet>"),
        "file-has-queries",
    ),
    "ole object": (
        lambda: with_parts(sound(), {"xl/embeddings/oleObject1.bin": b"\0"}), "file-has-objects",
    ),
    "activex": (
        lambda: with_parts(sound(), {"xl/activeX/activeX1.xml": "<a/>"}), "file-has-objects",
    ),
    "object in ods": (
        lambda: with_replaced(ods(), "META-INF/manifest.xml", "</manifest:manifest>",
                              '<manifest:file-entry manifest:full-path="Object 1/" manifest:'
                              'media-type="application/vnd.oasis.opendocument.text"/>'
                              "</manifest:manifest>"),
        "file-has-objects",
    ),
    "picture": (
        lambda: with_parts(sound(), {"xl/media/image1.png": b"\x89PNG"}), "file-has-pictures",
    ),
    "picture in ods": (
        lambda: with_parts(ods(), {"Pictures/a.png": b"\x89PNG"}), "file-has-pictures",
    ),
}  # fmt: skip

OF_XLS: dict[str, tuple[bytes, str]] = {
    "vba": (compound(biff(), ["_VBA_PROJECT_CUR"]), "file-has-macros"),
    "macro sheet": (compound(biff(macro_sheet("Macro1"))), "file-has-macros"),
    "object": (compound(biff(), ["MBD0012AB34"]), "file-has-objects"),
    "link": (compound(biff(supporting_book("\x01\x01a.xls"))), "file-has-links"),
    "query": (compound(biff(record(0x01AD, bytes(20)))), "file-has-queries"),
    "picture": (
        compound(biff(record(0x00EB, bytes(8) + b"\x0f\x00\x01\xf0\x04\0\0\0" + bytes(4)))),
        "file-has-pictures",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_attacks_that_are_refused(name: str) -> None:
    make, code = REFUSED[name]
    raw = taken(make())
    assert raw.verdict is Verdict.UNREADABLE
    assert code in [item.code for item in raw.findings]
    assert raw.rows == ()


@pytest.mark.parametrize("name", TOLD)
def test_cargo_is_told_and_cells_are_read(name: str) -> None:
    make, code = TOLD[name]
    data = make()
    raw = reader_of().read_bytes(data, "return") if "ods" in name else taken(data)
    (found,) = [item for item in raw.findings if item.code.startswith("file-")]
    assert found.code == code
    assert found.severity is not Severity.ERROR
    assert raw.verdict.is_read
    assert raw.rows


@pytest.mark.parametrize("name", OF_XLS)
def test_cargo_of_xls_is_told(name: str) -> None:
    data, code = OF_XLS[name]
    raw = taken(data)
    assert code in [item.code for item in raw.findings]


@pytest.mark.parametrize("data", [sound(), ods(), xls()], ids=["xlsx", "ods", "xls"])
def test_sound_files_carry_nothing(data: bytes) -> None:
    raw = reader_of().read_bytes(data, "return")
    assert [item.code for item in raw.findings if item.code.startswith("file-")] == []


def test_an_empty_macro_library_is_no_macro() -> None:
    data = with_parts(
        ods(), {"Basic/script-lc.xml": "<a/>", "Basic/Standard/script-lb.xml": "<a/>"}
    )
    assert [item.code for item in reader_of().read_bytes(data, "r").findings] == [
        item.code for item in reader_of().read_bytes(ods(), "r").findings
    ]


@pytest.mark.parametrize(
    "text", ['"a|b"&A1&"c!"', "'a|b'!A1", 'A1&amp;"|"', "SUM(A1:A2)", "ADDE(1)"]
)
def test_ordinary_formulas_are_no_dde(text: str) -> None:
    codes = [item.code for item in taken(formula(text)).findings]
    assert not {"file-has-dde", "file-has-links"} & set(codes)


@pytest.mark.parametrize("whole", [sound(), ods(), xls()], ids=["xlsx", "ods", "xls"])
def test_truncated_and_spoilt_files(whole: bytes) -> None:
    chance = random.Random(7)
    for _ in range(12):
        data = bytearray(whole[: chance.randrange(len(whole))] if chance.random() < 0.5 else whole)
        for _ in range(chance.randrange(1, 8)):
            if data:
                data[chance.randrange(len(data))] = chance.randrange(256)
        assert taken(bytes(data)).verdict in Verdict


def test_an_et_file_of_wps_is_read_as_what_it_is(tmp_path: Path) -> None:
    for name, data in (("old.et", xls()), ("new.et", sound())):
        path = tmp_path / name
        path.write_bytes(data)
        assert reader_of().read(path).findings == reader_of().read_bytes(data, name).findings


@pytest.mark.parametrize("claimed", ["A1", "XFD1048576", "B2:A1", "nonsense", ""])
def test_a_dimension_that_lies_hides_no_cell(claimed: str) -> None:
    part = made.parts_of(sound())[SHEET]
    assert isinstance(part, bytes)
    wrong, number = re.subn(
        rb'<dimension ref="[^"]*"/>', f'<dimension ref="{claimed}"/>'.encode(), part
    )
    assert number == 1
    raw, usual = taken(with_parts(sound(), {SHEET: wrong})), taken(sound())
    assert (raw.verdict, raw.findings, raw.cells) == (usual.verdict, usual.findings, usual.cells)
    assert raw.rows == usual.rows


def test_a_file_is_read_no_farther_than_it_may_be_long(tmp_path: Path) -> None:
    path = tmp_path / "endless.xlsx"
    with path.open("wb") as file:
        file.write(b"PK\3\4")
        file.truncate(1 << 40)
    started = time.monotonic()
    raw = reader_of().read(path)
    assert [found.code for found in raw.findings] == ["file-too-large"]
    assert raw.sha256 == ""
    assert time.monotonic() - started < PATIENCE


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_file_that_is_too_long_has_the_digest_of_all_of_it(tmp_path: Path, jobs: int) -> None:
    limits = Limits(max_bytes=1_000)
    contents = [b"PK\3\4" + bytes(2_000_000) + end for end in (b"1", b"2")] * 12
    paths = [tmp_path / f"{number}.xlsx" for number in range(len(contents))]
    for path, content in zip(paths, contents, strict=True):
        path.write_bytes(content)
    found = take_in(paths, Reader(limits=limits), jobs=jobs)
    assert {finding.code for item in found for finding in item.findings} == {"file-too-large"}
    assert [item.raw.sha256 for item in found] == [
        hashlib.sha256(content).hexdigest() for content in contents
    ]


@pytest.mark.skipif(sys.platform == "win32", reason="a device without an end")
def test_a_file_without_an_end_has_no_digest() -> None:
    assert content_of(Path("/dev/zero"), Limits(max_bytes=1_000)) == Content(bytes(1_001), "")
