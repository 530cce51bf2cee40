"""Files in folders, and files that are named."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.sources import made
from xlkit.errors import UsageError
from xlkit.sources import Allowance, Found, Passed, found, said
from xlkit.sources.words import reasons

OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def test_folders_give_workbooks_and_say_what_else_lay_there(tmp_path: Path) -> None:
    files = {
        "甲局.xlsx": made.xlsx(), "乙局/丙所.XLS": made.xls(), "乙局/d.ods": made.ods(),
        "broken.xlsx": b"%PDF-1.4", "empty.et": b"", "no ending": made.xlsx(),
        "~$甲局.xlsx": b"x", ".~lock.甲局.xlsx#": b"x", ".hidden.xlsx": made.xlsx(),
        "乙局/Thumbs.db": OLE2, "desktop.ini": b"[x]", "__MACOSX/._甲局.xlsx": b"x",
        ".git/a.xlsx": made.xlsx(),
        "表.csv": b"a,b", "说明.txt": b"x", "扫描件.pdf": b"%PDF-1.7", "照片.jpg": b"\xff\xd8\xff",
        "a.rar": b"Rar!\x1a\x07", "b.7z": b"7z\xbc\xaf\x27\x1c", "c.tar.gz": b"\x1f\x8b\x08",
        "old.doc": OLE2 + bytes(600), "nothing.dat": b"",
        "m.msg": OLE2 + bytes(600) + "__substg1.0_0037001F".encode("utf-16-le"),
    }  # fmt: skip
    for name, data in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(data)
    met = dict(made.told(list(found([tmp_path])), tmp_path))
    assert met == {
        "甲局.xlsx": "甲局.xlsx", "乙局/丙所.XLS": "丙所.XLS", "乙局/d.ods": "d.ods",
        "broken.xlsx": "broken.xlsx", "empty.et": "empty.et", "no ending": "no ending",
        "表.csv": "not-a-workbook", "说明.txt": "not-a-workbook", "扫描件.pdf": "not-a-workbook",
        "照片.jpg": "not-a-workbook", "a.rar": "other-archive", "b.7z": "other-archive",
        "c.tar.gz": "other-archive", "old.doc": "damaged", "nothing.dat": "empty",
        "m.msg": "outlook-message",
    }  # fmt: skip


def test_a_file_is_met_once_and_known_again_by_its_stamp(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(made.xlsx())
    first, *more = found([path, tmp_path])
    (again,) = found([path])
    path.write_bytes(made.xlsx() + b"x")
    (changed,) = found([path])
    assert more == []
    assert first == again
    assert isinstance(first, Found)
    assert first.data == made.xlsx()
    assert (first.sender, first.sent_at, first.received_at) == ("", None, None)
    assert changed.stamp != first.stamp


def test_a_path_that_is_not_there_is_said_before_anything_is_read(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"nowhere: there is no such file"):
        found([tmp_path, tmp_path / "nowhere"])


def test_a_file_that_is_too_large_is_not_held(tmp_path: Path) -> None:
    (passed,) = made.collected(tmp_path, "a.xlsx", bytes(2000), Allowance(max_bytes=1000))
    assert isinstance(passed, Passed)
    assert passed.why == "too-large"


@pytest.mark.parametrize("why", reasons())
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_reason_says_where_what_and_what_to_do(why: str, language: str) -> None:
    words = said(Passed("inbox/甲局.zip", why, "xyz"), language)
    assert words.title
    assert words.hint
    assert "inbox/甲局.zip" in words.message
    assert "{" not in words.message + words.hint


def test_every_reason_that_is_given_has_words_and_every_one_with_words_is_given() -> None:
    root = Path(__file__).resolve().parents[2] / "xlkit"
    files = sorted((*root.glob("sources/*.py"), *root.glob("mail/*.py")))
    source = "\n".join(path.read_text(encoding="utf-8") for path in files)
    given_ = set(re.findall(r'(?:Unfit\(|Passed\(source, |_left\([^"]*)"([a-z-]+)"', source))
    assert given_ == set(reasons())


@settings(max_examples=300)
@given(
    st.sampled_from(["a.xlsx", "a.zip", "a.eml", "a.xls", "a"]),
    st.sampled_from([b"", b"PK\x03\x04", b"PK\x05\x06", OLE2, b"From: a@b\r\n", b"Content-Type: "]),
    st.binary(max_size=300),
)
def test_any_bytes_give_an_answer(
    tmp_path_factory: pytest.TempPathFactory, name: str, start: bytes, rest: bytes
) -> None:
    folder = tmp_path_factory.mktemp("any")
    assert made.collected(folder, name, start + rest)
