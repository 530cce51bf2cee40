"""docs/security.md names a test for every threat, and every test named is there."""

from __future__ import annotations

import ast
import re
from itertools import takewhile
from pathlib import Path

HERE = Path(__file__).parent
PAGE = HERE.parents[1] / "docs" / "security.md"
_ROW = re.compile(r"^\| (?P<threat>.+?) (?<!\\)\| (?P<done>.+?) (?<!\\)\| `(?P<test>\S+)` \|$")


def rows() -> list[re.Match[str] | None]:
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    first = next(place for place, line in enumerate(lines) if line.startswith("| threat |"))
    table = takewhile(lambda line: line.startswith("|"), lines[first + 2 :])
    return [_ROW.match(line) for line in table]


def names_in(file: Path) -> set[str]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_every_line_has_a_threat_what_is_done_and_a_test() -> None:
    assert rows()
    assert None not in rows()


def test_every_test_that_the_page_names_exists() -> None:
    named = [row["test"].partition("::") for row in rows() if row]
    missing = [f"{file}::{test}" for file, _, test in named if test not in names_in(HERE / file)]
    assert missing == []
