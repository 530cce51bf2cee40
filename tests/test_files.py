"""Files that are taken in, and files that are written whole."""

from __future__ import annotations

import os
from datetime import UTC, datetime

import pytest

from xlkit.errors import OutputError, UsageError
from xlkit.files import file_stem, safe_name, sweep, unique_names, workbooks, write_whole


def test_folders_give_their_workbooks_and_files_themselves(tmp_path):
    folder = tmp_path / "inbox"
    (folder / "sub").mkdir(parents=True)
    names = ("b.xlsx", "a.XLS", "sub/c.ods", "d.txt", "~$b.xlsx", ".~lock.a.xls#", "sub/e.et")
    for name in names:
        (folder / name).touch()
    text = folder / "d.txt"
    found = [path.relative_to(folder).as_posix() for path in workbooks([folder, folder, text])]
    assert found == ["a.XLS", "b.xlsx", "sub/c.ods", "sub/e.et", "d.txt"]


def test_a_path_that_is_not_there_is_said(tmp_path):
    with pytest.raises(UsageError, match=r"nowhere\.xlsx: there is no such file"):
        workbooks([tmp_path / "nowhere.xlsx"])


def test_a_file_is_written_whole_and_nothing_is_left_beside_it(tmp_path):
    path = tmp_path / "new" / "a.xlsx"
    write_whole(path, b"one")
    write_whole(path, b"two")
    assert path.read_bytes() == b"two"
    assert [item.name for item in path.parent.iterdir()] == ["a.xlsx"]


def test_what_cannot_be_written_leaves_all_as_it_was(tmp_path):
    folder = tmp_path / "a.xlsx"
    folder.mkdir()
    with pytest.raises(OutputError, match="cannot be written"):
        write_whole(folder, b"x")
    assert [item.name for item in tmp_path.iterdir()] == ["a.xlsx"]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("甲局 2024", "甲局 2024"), ("a/b\\c:d", "a_b_c_d"), ("..", "_"), ("", "_"),
        ("x\ny", "x_y"), ("../../etc", "_.._etc"), ("a" * 300, "a" * 100), (" 甲. ", "甲"),
    ],
)  # fmt: skip
def test_names_of_files(text, name):
    assert safe_name(text) == name


def test_what_killed_writings_left_is_swept_when_it_is_old(tmp_path):
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    old, young, other = (
        below / name for name in (".xlkit-1.part", ".xlkit-2.part", ".other-1.part")
    )
    for path in (old, young, other):
        path.write_bytes(b"x")
    moment = datetime(2026, 11, 2, tzinfo=UTC)
    for path, seconds in ((old, -1), (young, 1), (other, -1)):
        os.utime(path, (moment.timestamp() + seconds,) * 2)
    sweep(tmp_path, moment)
    assert sorted(below.iterdir()) == [other, young]


@pytest.mark.parametrize(
    ("names", "unique"),
    [
        ("a b a A", "a b a-2 A-3"),
        ("a a-2 a", "a a-2 a-3"),
        ("a a a-2", "a a-2 a-2-2"),
        ("", ""),
    ],
)
def test_no_two_files_have_one_name_in_whatever_case(names, unique):
    assert list(unique_names(names.split())) == unique.split()


@pytest.mark.parametrize(
    ("parts", "stem"),
    [(("301", "甲局"), "301-甲局"), (("", "甲局"), "甲局"), (("a/1", ""), "a_1"), (("", ""), "_")],
)
def test_a_file_is_named_by_what_says_something(parts, stem):
    assert file_stem(*parts) == stem
