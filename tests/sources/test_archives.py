"""Workbooks out of .zip files, and archives that want watching."""

from __future__ import annotations

import base64
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.sources import made
from tests.sources.made import ENCRYPTED, STORED, UTF8, Entry, archive, unicode_path
from xlkit.sources import Allowance, Found, Passed, said

#: What `zip -0 -X -P secret a.zip 甲.xlsx` of Info-ZIP 3.0 wrote.
LOCKED = base64.b64decode(
    "UEsDBAoACQAAAAAAIVx82IKgFAAAAAgAAAAIAAAA55SyLnhsc3iCJW3XMkoxfOThN1LdXskjjY06YVBLBwh82IKgFAAA"
    "AAgAAABQSwECHgMKAAkAAAAAACFcfNiCoBQAAAAIAAAACAAAAAAAAAAAAAAApIEAAAAA55SyLnhsc3hQSwUGAAAAAAEA"
    "AQA2AAAASgAAAAAA"
)

NAMES = {
    "GBK without a flag": (Entry("内层/甲局.xlsx".encode("gbk"), b""), "内层/甲局.xlsx"),
    "a sign that is UTF-8 by chance": (Entry("一.xlsx".encode("gbk"), b""), "一.xlsx"),
    "GB18030 without a flag": (Entry("𠮷局.xlsx".encode("gb18030"), b""), "𠮷局.xlsx"),
    "UTF-8 with a flag": (Entry("甲局é.xlsx".encode(), b"", UTF8), "甲局é.xlsx"),
    "UTF-8 without a flag, of macOS": (Entry("甲局.xlsx".encode(), b""), "甲局.xlsx"),
    "GBK with the flag of UTF-8": (Entry("甲局.xlsx".encode("gbk"), b"", UTF8), "甲局.xlsx"),
    "Info-ZIP's field": (
        Entry(b"????.xlsx", b"", extra=unicode_path(b"????.xlsx", "藏文ཀ.xlsx")), "藏文ཀ.xlsx",
    ),
    "a field that belongs to another name": (
        Entry("乙.xlsx".encode("gbk"), b"", extra=unicode_path(b"other", "x")), "乙.xlsx",
    ),
    "Windows' strokes": (Entry("内层\\甲局.xlsx".encode("gbk"), b""), "内层/甲局.xlsx"),
    "a way out": (Entry(b"../../etc/./a.xlsx", b""), "etc/a.xlsx"),
    "a drive": (Entry(b"C:\\Windows\\a.xlsx", b""), "C:/Windows/a.xlsx"),
    "a root": (Entry(b"/a.xlsx", b""), "a.xlsx"),
    "two names for one file": (Entry(b"a.xlsx", b"", local_name=b"b.xlsx"), "a.xlsx"),
    "signs that turn the line": (Entry("a\u202exslx.exe".encode(), b"", UTF8), "a_xslx.exe"),
}  # fmt: skip


@pytest.mark.parametrize("case", NAMES)
def test_names(tmp_path: Path, case: str) -> None:
    entry, name = NAMES[case]
    packed = archive(Entry(**{**vars(entry), "data": made.xlsx()}))
    (met,) = made.collected(tmp_path, "报送.zip", packed)
    assert isinstance(met, Found)
    assert met.source == f"{tmp_path}/报送.zip › {name}"
    assert met.name == name.split("/")[-1]
    assert met.data == made.xlsx()
    assert [item.name for item in tmp_path.iterdir()] == ["报送.zip"]


def test_archives_in_archives_and_what_else_lies_there(tmp_path: Path) -> None:
    inner = archive(Entry("乙/丙.xls".encode("gbk"), made.xls(), method=STORED))
    outer = archive(
        Entry(b"dir/", b""), Entry("内.zip".encode("gbk"), inner, method=STORED),
        Entry(b"a.ods", made.ods(), method=STORED), Entry(b"readme.txt", b"x"),
        Entry(b"__MACOSX/._a.ods", b"x"), Entry(b"~$a.xlsx", b"x"), Entry(b"same.xlsx", b"1"),
        Entry(b"same.xlsx", b"2"), Entry(b"odd.xlsx", b"x", method=9),
        Entry(b"no ending", made.xlsx()), Entry(b"real.zip", made.xlsx()),
    )  # fmt: skip
    met = made.collected(tmp_path, "a.zip", outer)
    assert made.told(met, tmp_path) == [
        ("a.zip › 内.zip › 乙/丙.xls", "丙.xls"),
        ("a.zip › a.ods", "a.ods"),
        ("a.zip › readme.txt", "not-a-workbook"),
        ("a.zip › same.xlsx", "same.xlsx"),
        ("a.zip › same.xlsx (2)", "same.xlsx"),
        ("a.zip › odd.xlsx", "archive-compression"),
        ("a.zip › no ending", "no ending"),
        ("a.zip › real.zip", "real.zip"),
    ]


@pytest.mark.parametrize("name", ["a.xlsx", "a.xls", "a.dat", "a"])
def test_archives_are_known_by_what_they_hold(tmp_path: Path, name: str) -> None:
    met = made.collected(tmp_path, name, archive(Entry(b"b.xlsx", made.xlsx())))
    assert made.told(met, tmp_path) == [(f"{name} › b.xlsx", "b.xlsx")]


@pytest.mark.parametrize("name", ["a.zip", "a.eml", "a.dat", "a.doc"])
@pytest.mark.parametrize("make", [made.xlsx, made.xls, made.ods])
def test_workbooks_are_known_by_what_they_are(tmp_path: Path, name: str, make) -> None:
    assert made.told(made.collected(tmp_path, name, make()), tmp_path) == [(name, name)]


def test_encrypted_files_are_told_and_the_others_are_taken(tmp_path: Path) -> None:
    mixed = archive(
        Entry("甲.xlsx".encode("gbk"), b"?", ENCRYPTED), Entry(b"b.xlsx", made.xlsx()),
        Entry(b"c.xlsx", b"?", ENCRYPTED),
    )  # fmt: skip
    encrypted, taken = made.collected(tmp_path, "a.zip", mixed)
    assert isinstance(encrypted, Passed)
    assert (encrypted.why, encrypted.detail) == ("archive-encrypted", "甲.xlsx, c.xlsx")
    assert isinstance(taken, Found)


def test_an_archive_that_info_zip_encrypted(tmp_path: Path) -> None:
    (passed,) = made.collected(tmp_path, "a.zip", LOCKED)
    assert isinstance(passed, Passed)
    assert (passed.why, passed.detail) == ("archive-encrypted", "甲.xlsx")


SMALL = Allowance(
    max_bytes=95_000, max_inflated=130_000, max_ratio=50, ratio_from=20_000, max_members=5,
    max_depth=2,
)  # fmt: skip
ZEROS, MIXED = bytes(30_000), random.Random(1).randbytes(30_000)
ONE = archive(Entry(b"a.xlsx", MIXED, method=STORED))
DEEP = archive(Entry(b"1.zip", archive(Entry(b"2.zip", archive(Entry(b"3.xlsx", b"x"))))))
OUT_OF_BOUNDS = {
    "ratio": (archive(Entry(b"a.xlsx", ZEROS), Entry(b"b.xlsx", b"x")), ["archive-bomb"]),
    "a size that is a lie": (archive(Entry(b"a.xlsx", ZEROS, claimed=10)), ["archive-bomb"]),
    "all that is inside": (
        archive(*[Entry(b"%d.zip" % n, ONE, method=STORED) for n in range(3)]),
        ["a.xlsx", "a.xlsx", "archive-bomb"],
    ),
    "one file": (
        archive(Entry(b"a.xlsx", MIXED * 4), Entry(b"b.xlsx", b"x")), ["too-large", "b.xlsx"],
    ),
    "files": (archive(*[Entry(b"%d.xlsx" % n, b"x") for n in range(6)]), ["archive-too-many"]),
    "files of several archives": (
        archive(*[
            Entry(b"%d.zip" % n, archive(*[Entry(b"%d.xlsx" % m, b"x") for m in range(2)]))
            for n in range(3)
        ]),
        ["0.xlsx", "1.xlsx", "0.xlsx", "archive-too-many", "archive-too-many"],
    ),
    "depth": (DEEP, ["too-deep"]),
    "nothing in it": (archive(), ["archive-empty"]),
    "nothing but litter": (archive(Entry(b"__MACOSX/x", b"x")), ["archive-empty"]),
    "cut off": (ONE[:-30], ["damaged"]),
    "a wrong checksum": (
        archive(Entry(b"a.xlsx", b"abcdef", method=STORED)).replace(b"abcdef", b"abcdeg"),
        ["damaged"],
    ),
    "broken inside": (archive(Entry(b"a.xlsx", b"\xff\xff", method=STORED)).replace(
        b"\x00\x00\x21\x00", b"\x08\x00\x21\x00"), ["a.xlsx"]),
}  # fmt: skip


@pytest.mark.parametrize("case", OUT_OF_BOUNDS)
def test_archives_out_of_bounds(tmp_path: Path, case: str) -> None:
    data, expected = OUT_OF_BOUNDS[case]
    met = made.collected(tmp_path, "a.zip", data, SMALL)
    assert [end for _, end in made.told(met, tmp_path)] == expected


def test_a_document_of_word_is_told_as_one(tmp_path: Path) -> None:
    types = Entry(b"[Content_Types].xml", b"application/x.wordprocessingml.document.main+xml")
    (passed,) = made.collected(tmp_path, "a.docx", archive(types))
    assert isinstance(passed, Passed)
    assert (passed.why, passed.detail) == ("not-a-workbook", "docx")
    assert "Word 文档" in said(passed, "zh").message


def test_an_ofd_document_is_not_taken_for_an_archive(tmp_path: Path) -> None:
    (passed,) = made.collected(tmp_path, "a.ofd", archive(Entry(b"OFD.xml", b"<x/>")))
    assert isinstance(passed, Passed)
    assert (passed.why, passed.detail) == ("not-a-workbook", "ofd")


@settings(max_examples=200)
@given(st.data())
def test_archives_that_are_damaged_anywhere_give_an_answer(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    sound = archive(
        Entry("甲.xlsx".encode("gbk"), b"12345678"),
        Entry(b"b.zip", archive(Entry(b"c.xlsx", b"x", extra=unicode_path(b"c.xlsx", "丙.xlsx")))),
    )
    broken = bytearray(sound)
    for _ in range(data.draw(st.integers(1, 4))):
        broken[data.draw(st.integers(0, len(broken) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(1, len(broken)))
    assert made.collected(tmp_path_factory.mktemp("a"), "a.zip", bytes(broken[:cut]))
