"""The bureau's own limits: what a file of settings may say, and that the reading holds to it."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest

from tests.samples import FOLDER
from xlkit.cli import main
from xlkit.errors import UsageError
from xlkit.submission.limits import DEFAULT_LIMITS, Limits
from xlkit.submission.settings import limits_from

PAGE = Path(__file__).parents[2] / "docs" / "security.md"
SAMPLE = FOLDER / "as-xls.xls"


def settings(folder: Path, text: str) -> Path:
    path = folder / "xlkit.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_what_is_set_counts_and_the_rest_stays(tmp_path: Path) -> None:
    found = limits_from(settings(tmp_path, "[limits]\nmax_row = 100_000\nmax_seconds = 1.5\n"))
    assert found == Limits(max_row=100_000, max_seconds=1.5)
    assert limits_from(settings(tmp_path, "\ufeff")) == DEFAULT_LIMITS


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("limits = 5", "is no table"),
        ("[limit]\nmax_row = 1", "'limit' is unknown"),
        ("[limits]\nmax_rows = 1", "'limits.max_rows' is unknown; there are max_bytes"),
        ("[limits]\nmax_row = 0", "whole number above 0"),
        ("[limits]\nmax_row = true", "whole number above 0"),
        ("[limits]\nmax_row = 1.5", "whole number above 0"),
        ("[limits]\nmax_seconds = inf", "number above 0"),
        ("[limits]\nmax_seconds = nan", "number above 0"),
        ("[limits", "no TOML file"),
        ("a = " + "[" * 20_000, "no TOML file"),
    ],
)
def test_mistakes_are_said(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(UsageError, match=re.escape(said)):
        limits_from(settings(tmp_path, text))


def test_all_mistakes_are_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as raised:
        limits_from(settings(tmp_path, "a = 1\n[limits]\nb = 2\nmax_row = -3\n"))
    assert len(str(raised.value).splitlines()) == 3


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be opened"):
        limits_from(tmp_path / "none.toml")


@pytest.mark.parametrize("by_environment", [False, True])
@pytest.mark.parametrize("command", ["read", "check", "merge"])
def test_commands_hold_to_the_settings(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    command: str,
    by_environment: bool,
) -> None:
    path = settings(tmp_path, "[limits]\nmax_bytes = 1000\n")
    words = [command, str(SAMPLE), "--lang", "en"]
    if command == "merge":
        words += ["--out", str(tmp_path / "master.xlsx")]
    if by_environment:
        monkeypatch.setenv("XLKIT_SETTINGS", str(path))
    else:
        words += ["--settings", str(path)]
    assert main(words) == 1
    said = capsys.readouterr()
    assert "limit 1000" in said.out + said.err or command == "merge"


def test_the_page_tells_every_limit_and_what_it_is() -> None:
    rows = re.findall(r"^\| `(\w+)` \| ([\d,]+) \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    told = {name: int(number.replace(",", "")) for name, number in rows}
    assert told == {item.name: getattr(DEFAULT_LIMITS, item.name) for item in fields(Limits)}
