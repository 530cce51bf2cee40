"""Forms and rosters that attack: a clear error, in little time and memory."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.attacks.made import SHEET, sound, with_parts
from tests.attacks.test_returned_files import FAR
from xlkit.cli import main
from xlkit.errors import FormError, RosterError
from xlkit.form.source import read_yaml
from xlkit.roster import read_roster
from xlkit.rules.registry import load_checked

FORM = load_checked("project-performance")
PATIENCE = 20
LAUGHS = "form: a\nl0: &l0 [ha, ha]\n" + "".join(
    f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]\n" for n in range(1, 12)
)
MERGED = "form: a\nm0: &m0 {a: 1}\n" + "".join(
    f"m{n}: &m{n} {{x: *m{n - 1}, y: *m{n - 1}, z: *m{n - 1}}}\n" for n in range(1, 40)
)


@pytest.fixture(autouse=True)
def _in_time() -> Iterator[None]:
    started = time.monotonic()
    yield
    assert time.monotonic() - started < PATIENCE


def definition(folder: Path, text: str) -> Path:
    path = folder / "form.yaml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (LAUGHS, "aliases stand for too much"),
        (MERGED, "aliases stand for too much"),
        ("form: a\n" + "#" * 400_000, "is longer than"),
        ("form: a\nx: " + "[" * 5_000, "brackets in one another"),
        ("form: a\nx: " + "{a: " * 5_000 + "}" * 5_000, "brackets in one another"),
        ("form: a\nx:\n  " + "- " * 5_000, "not valid YAML"),
        ("".join(f"{' ' * n}a:\n" for n in range(700)), "not valid YAML"),
        ("form: a\nform: b", "not valid YAML"),
        ("form: *nowhere", "not valid YAML"),
        ("form: \x07", "not valid YAML"),
        ("- form: a", "a form is a mapping"),
    ],
)
def test_yaml_that_costs_too_much_is_refused(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(FormError, match=said):
        read_yaml(definition(tmp_path, text))


@pytest.mark.parametrize(
    "tag",
    ["!!python/object/apply:os.system [touch {}]", "!!python/name:os.system",
     "!!python/object:os.X {{}}", "!!python/object/new:subprocess.Popen [[touch, {}]]"],
)  # fmt: skip
def test_yaml_tags_make_nothing(tmp_path: Path, tag: str) -> None:
    made = tmp_path / "made"
    path = definition(tmp_path, f"form: {tag.format(made)}\nversion: 1\n")
    with pytest.raises(FormError):
        load_checked(path)
    assert not made.exists()


def roster(folder: Path, data: bytes, suffix: str = ".csv") -> Path:
    path = folder / f"roster{suffix}"
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"code,name\n301," + b"x" * 200_000, "is no CSV"),
        (b'code,name\n"' + b"x" * 200_000, "is no CSV"),
        (b"\xff\xfe\0\xd8code", "neither UTF-8 nor GBK"),
        (b"x" * (21 << 20), "is larger than"),
    ],
    ids=["long field", "open quote", "no text", "huge"],
)
def test_csv_rosters_that_attack_are_refused(tmp_path: Path, data: bytes, said: str) -> None:
    with pytest.raises(RosterError, match=said):
        read_roster(roster(tmp_path, data), FORM)


@pytest.mark.parametrize(
    "data",
    [with_parts(sound(), {SHEET: FAR}), with_parts(sound(), {"../x": b""}), b"<html>", b"PK\3\4"],
    ids=["far cell", "odd package", "html", "damaged"],
)
def test_workbook_rosters_that_attack_are_refused(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(RosterError, match=r"roster\.xlsx: "):
        read_roster(roster(tmp_path, data, ".xlsx"), FORM)


def test_a_roster_of_many_units_takes_no_time(tmp_path: Path) -> None:
    lines = "".join(f"{n},局{n},P{n},一\n" for n in range(20_000))
    read = read_roster(roster(tmp_path, f"code,name,项目编码,项目名称\n{lines}".encode()), FORM)
    assert len(read.units) == 20_000


def test_units_that_would_share_a_file_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = roster(tmp_path, "code,name\na/1,甲\nA:1,甲\n".encode())
    out = tmp_path / "out"
    arguments = ["template", "department-performance", "--out", str(out), "--roster", str(path)]
    assert main([*arguments, "--year", "2026"]) == RosterError.exit_code
    assert "would both be" in capsys.readouterr().err
    assert not out.exists()


def test_units_named_as_paths_stay_in_the_folder(tmp_path: Path) -> None:
    path = roster(tmp_path, b"code,name\n../../x,CON\n")
    out = tmp_path / "out"
    arguments = ["template", "department-performance", "--out", str(out), "--roster", str(path)]
    assert main([*arguments, "--year", "2026"]) == 0
    assert [item.name for item in out.iterdir()] == ["_.._x-CON.xlsx"]
