"""Files in which nobody could tell which of two things is meant are not half read."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO

import pytest

from tests.validation.returns import COMPACT, compact, returned
from xlkit.submission.grid import FileKind, Unreadable
from xlkit.submission.opening import open_workbook
from xlkit.submission.raw import Verdict


def changed(part: str, pattern: str, text: str) -> bytes:
    """A sound return with the first match in one of its parts exchanged."""
    target = BytesIO()
    with zipfile.ZipFile(BytesIO(compact().data)) as source, zipfile.ZipFile(target, "w") as made:
        for name in source.namelist():
            content = source.read(name).decode("utf-8")
            if name == part:
                content, count = re.subn(pattern, text, content, count=1)
                assert count == 1
            made.writestr(name, content)
    return target.getvalue()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (changed("xl/workbook.xml", 'name="指标"', 'name="基本情况"'), "基本情况"),
        (
            changed("xl/worksheets/sheet2.xml", "(<c r=)", r'\1"A1" t="str"><v>9</v></c>\1'),
            "A1",
        ),
    ],
    ids=["two sheets of one name", "two cells at one place"],
)
def test_what_is_there_twice_is_damage(data: bytes, said: str) -> None:
    with pytest.raises(Unreadable, match=said):
        open_workbook(data, FileKind.XLSX)
    raw = returned(data, COMPACT)
    assert (raw.verdict, [one.code for one in raw.findings]) == (
        Verdict.UNREADABLE,
        ["file-damaged"],
    )
