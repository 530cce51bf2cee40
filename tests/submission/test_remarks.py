"""What departments write beside cells is never read and never passed over in silence."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.comments import Comment

from tests.mutants.sound import correction
from tests.office import Edit, Office
from tests.validation.returns import (
    COMPACT,
    COMPACT_ANSWERS,
    ECONOMY,
    brief,
    compact,
    edited,
    reader_of,
    returned,
    written,
)
from xlkit.catalogue import say
from xlkit.submission.raw import Verdict
from xlkit.template.signs import REMARK_END

BASICS = "基本情况"
_RELATION = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId9" Type="{kind}" Target="../{part}"/></Relationships>'
)
_THREADS = (
    '<ThreadedComments xmlns="http://schemas.microsoft.com/office/spreadsheetml/2018/'
    'threadedcomments"><threadedComment ref="D10" id="{A}"><text>应为 12</text>'
    '</threadedComment><threadedComment ref="D10" id="{B}"><text>已核实</text>'
    "</threadedComment></ThreadedComments>"
)
_BOX = (
    '<xdr:wsDr xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"'
    ' xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><xdr:twoCellAnchor>'
    "<xdr:from><xdr:col>3</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>9</xdr:row>"
    "<xdr:rowOff>0</xdr:rowOff></xdr:from><xdr:sp><xdr:txBody><a:p><a:r><a:t>专户资金</a:t></a:r>"
    "<a:r><a:t>待批</a:t></a:r></a:p></xdr:txBody></xdr:sp></xdr:twoCellAnchor>"
    "<xdr:twoCellAnchor><xdr:from><xdr:col>1</xdr:col><xdr:row>1</xdr:row></xdr:from>"
    "<xdr:graphicFrame/></xdr:twoCellAnchor></xdr:wsDr>"
)
THREAD = "http://schemas.microsoft.com/office/2017/10/relationships/threadedComment"
DRAWING = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/drawing"


def with_parts(data: bytes, parts: Mapping[str, str]) -> bytes:
    """The package with more parts, or others of those names."""
    target = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as source, zipfile.ZipFile(target, "w") as made:
        for name in source.namelist():
            if name not in parts:
                made.writestr(name, source.read(name))
        for name, text in parts.items():
            made.writestr(name, text)
    return target.getvalue()


def beside(kind: str, part: str, text: str) -> bytes:
    """A sound return with a part that its second sheet refers to."""
    relations = _RELATION.format(kind=kind, part=part)
    parts = {f"xl/{part}": text, "xl/worksheets/_rels/sheet2.xml.rels": relations}
    return with_parts(compact().data, parts)


def noted(book: Workbook) -> None:
    book[BASICS]["D10"].comment = Comment("含上级补助", "张会计")
    book[BASICS]["B20"].comment = Comment("　\n", "张会计")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (edited(compact().data, noted), "含上级补助"),
        (beside(THREAD, "threadedComments/threadedComment1.xml", _THREADS), "应为 12\n已核实"),
        (beside(DRAWING, "drawings/drawing1.xml", _BOX), "专户资金待批"),
    ],
    ids=["a note", "a thread", "a text box"],
)
def test_a_remark_is_told_with_its_cell_and_changes_nothing(data: bytes, said: str) -> None:
    raw = returned(data, COMPACT)
    assert brief(raw.findings) == [("n", "remarks-unread", f"{BASICS}!D10")]
    assert raw.findings[0].value == said
    assert all(said in spoken.message for spoken in (say(raw.findings[0], "zh"),))
    assert (raw.verdict, raw.cells) == (Verdict.INTACT, returned(compact().data, COMPACT).cells)


def test_a_thread_goes_before_the_note_that_stands_for_it() -> None:
    data = edited(compact().data, noted)
    with zipfile.ZipFile(BytesIO(data)) as package:
        (own,) = [name for name in package.namelist() if name.endswith("sheet2.xml.rels")]
        relations = package.read(own).decode("utf-8")
    more = _RELATION.format(kind=THREAD, part="threadedComments/one.xml")
    thread = re.findall("<Relationship .*/>", more)[0]
    parts = {
        own: relations.replace("</Relationships>", f"{thread}</Relationships>"),
        "xl/threadedComments/one.xml": _THREADS,
    }
    raw = returned(with_parts(data, parts), COMPACT)
    assert [finding.value for finding in raw.findings] == ["应为 12\n已核实"]


def test_our_own_comments_are_none_but_what_is_written_into_them_is() -> None:
    data = correction(ECONOMY)
    with zipfile.ZipFile(BytesIO(data)) as package:
        part = "xl/comments1.xml"
        text = package.read(part).decode("utf-8")
    assert REMARK_END in text
    answered = text.replace(REMARK_END, f"{REMARK_END}\n已核实，系上年结转", 1)
    of_before = text.replace(REMARK_END, "")
    reader = reader_of()
    told = {
        name: [
            (finding.code, finding.value)
            for finding in reader.read_bytes(with_parts(data, {part: said}), "a.xlsx").findings
        ]
        for name, said in (("answered", answered), ("before", of_before), ("whole", text))
    }
    reply = ("remarks-unread", "已核实，系上年结转")
    assert told == {"answered": [reply], "before": [], "whole": []}


@pytest.mark.parametrize("suffix", [".xlsx", ".xls", ".ods"])
def test_notes_are_told_in_every_format(office: Office, tmp_path: Path, suffix: str) -> None:
    source, target = tmp_path / "a.xlsx", tmp_path / f"b{suffix}"
    source.write_bytes(edited(written(COMPACT, COMPACT_ANSWERS).data, noted))
    office.save(source, target, list[Edit]())
    found = [f for f in reader_of(COMPACT).read(target).findings if f.code == "remarks-unread"]
    assert [(finding.cells, finding.value) for finding in found] == [
        ((f"{BASICS}!D10",), "含上级补助")
    ]
