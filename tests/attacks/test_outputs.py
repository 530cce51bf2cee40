"""Outputs are whole or as they were before, on full disks, in closed folders, under any name."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from tests.validation.returns import COMPACT, COMPACT_ANSWERS, judge, returned, written
from xlkit.errors import OutputError
from xlkit.files import safe_name, shown, write_whole
from xlkit.master.consolidate import consolidate
from xlkit.master.export import write_parquet
from xlkit.validation.review import judged


def fails_with(number: int) -> object:
    def fail(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    return fail


def files_of(folder: Path) -> list[str]:
    return sorted(item.name for item in folder.iterdir())


@pytest.mark.parametrize("step", ["fsync", "fdopen"])
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO, errno.EDQUOT])
def test_a_full_disk_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, number: int
) -> None:
    path = tmp_path / "master.xlsx"
    write_whole(path, b"old")
    monkeypatch.setattr(os, step, fails_with(number))
    with pytest.raises(OutputError, match=os.strerror(number)):
        write_whole(path, b"new" * 10_000)
    monkeypatch.undo()
    assert path.read_bytes() == b"old"
    assert files_of(tmp_path) == ["master.xlsx"]


@pytest.mark.skipif(sys.platform == "win32", reason="file size limits are of POSIX")
def test_a_write_that_really_fails_half_way_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "master.xlsx"
    write_whole(path, b"old")
    program = """
        import resource, sys
        from pathlib import Path
        from xlkit.errors import OutputError
        from xlkit.files import write_whole
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
        try:
            write_whole(Path(sys.argv[1]), b"x" * 100_000)
        except OutputError as error:
            print(error)
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program), str(path)],
        capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2],
    )  # fmt: skip
    assert "cannot be written" in done.stdout
    assert path.read_bytes() == b"old"
    assert files_of(tmp_path) == ["master.xlsx"]


def test_a_file_open_in_excel_is_left_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "master.xlsx"
    write_whole(path, b"old")
    monkeypatch.setattr(Path, "replace", fails_with(errno.EACCES))
    with pytest.raises(OutputError, match="Close it if it is open"):
        write_whole(path, b"new")
    monkeypatch.undo()
    assert path.read_bytes() == b"old"
    assert files_of(tmp_path) == ["master.xlsx"]


def test_a_closed_folder_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By permission; where the tests may write everywhere, by the answer of the system."""
    folder = tmp_path / "closed"
    folder.mkdir()
    folder.chmod(0o500)
    if os.access(folder, os.W_OK):
        monkeypatch.setattr("tempfile.mkstemp", lambda **_: fails_with(errno.EROFS)())  # type: ignore[operator]
    with pytest.raises(OutputError, match="cannot be written"):
        write_whole(folder / "a.xlsx", b"x")
    monkeypatch.undo()
    folder.chmod(0o700)
    assert files_of(folder) == []


@pytest.mark.parametrize("name", ["a\0b.xlsx", "a" * 300 + ".xlsx", "\ud800.xlsx"])
def test_a_name_that_no_system_takes_is_said(tmp_path: Path, name: str) -> None:
    with pytest.raises(OutputError, match="cannot be written") as caught:
        write_whole(tmp_path / name, b"x")
    assert str(caught.value).encode("utf-8")
    assert files_of(tmp_path) == []


def test_an_interruption_leaves_nothing_beside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(_: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_whole(tmp_path / "a.xlsx", b"x")
    monkeypatch.undo()
    assert files_of(tmp_path) == []


def test_parquet_files_are_whole_or_as_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = returned(written(COMPACT, COMPACT_ANSWERS).data, COMPACT)
    master = consolidate(judged(judge(raw)), include_errors=True)
    before = {path: path.read_bytes() for path in write_parquet(master, tmp_path)}
    monkeypatch.setattr(os, "fsync", fails_with(errno.ENOSPC))
    with pytest.raises(OutputError):
        write_parquet(master, tmp_path)
    monkeypatch.undo()
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("../../x", "_.._x"), ("/etc/passwd", "_etc_passwd"), ("a:b", "a_b"), ("CON", "_CON"),
        ("con.2024", "_con.2024"), ("LPT1", "_LPT1"), ("COM¹", "_COM¹"), ("nul .x", "_nul .x"),
        ("CONSOLE", "CONSOLE"), ("\u202egpj.exe", "_gpj.exe"), ("\ud800", "_"), ("\0", "_"),
        ("~", "~"), ("-rf", "-rf"), ("%APPDATA%", "%APPDATA%"), ("...", "_"),
        ("甲" * 300, "甲" * 66),
    ],
)  # fmt: skip
def test_unit_names_never_become_paths_or_devices(text: str, name: str, tmp_path: Path) -> None:
    assert safe_name(text) == name
    target = tmp_path / f"{safe_name(text)}.xlsx"
    write_whole(target, b"x")
    assert target.resolve().parent == tmp_path.resolve()


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere names are Unicode")
def test_a_name_in_gbk_is_shown_in_signs(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + "财政局.xlsx".encode("gbk")))
    path.write_bytes(b"x")
    assert shown(path).endswith("财政局.xlsx")
    assert shown(tmp_path / "财政局.xlsx").endswith("财政局.xlsx")
