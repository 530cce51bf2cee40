"""The pictures of the clerk's guide: those that the script makes, and no others."""

from __future__ import annotations

import re
from pathlib import Path

from tests.pictures import FOLDER, MOST, PICTURES

GUIDE = Path(__file__).resolve().parent.parent / "docs" / "clerk.zh-CN.md"


def test_the_guide_shows_every_picture_once():
    shown = re.findall(r"!\[[^\]]+\]\(pictures/([^)]+)\)", GUIDE.read_text(encoding="utf-8"))
    assert sorted(shown) == sorted(picture.path.name for picture in PICTURES)


def test_the_folder_holds_the_pictures_and_nothing_else():
    assert sorted(FOLDER.iterdir()) == sorted(picture.path for picture in PICTURES)
    for picture in PICTURES:
        assert picture.path.read_bytes().startswith(b"\x89PNG\r\n\x1a\n")


def test_the_pictures_are_small():
    assert sum(picture.path.stat().st_size for picture in PICTURES) < MOST
