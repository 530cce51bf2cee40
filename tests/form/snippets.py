"""The small form, and broken copies of it."""

from __future__ import annotations

from pathlib import Path

SMALL = Path(__file__).with_name("small.yaml")


def written(folder: Path, *changes: tuple[str, str]) -> Path:
    """The small form in that folder, the first place of each text replaced."""
    text = SMALL.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text, f"the small form has no {old!r}"
        text = text.replace(old, new, 1)
    path = folder / "form.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def line_of(path: Path, text: str) -> int:
    """The line, 1-based, of the only place of a text."""
    lines = path.read_text(encoding="utf-8").split("\n")
    found = [number for number, line in enumerate(lines, start=1) if text in line]
    assert len(found) == 1, f"{text!r} stands in the lines {found}"
    return found[0]
