"""Where fuzzing starts: the samples' parts, cut small, and texts that people typed."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from functools import cache

from openpyxl import load_workbook

from tests.form.snippets import SMALL
from tests.mutants.typing_over import ODD
from tests.samples import FOLDER
from xlkit.identity import Identity

_MOST_ROWS = 12
_MOST_SHEETS = 2
_LARGEST_PART = 16_000
_SEED = "ezhou-science-technology-2024"
_ROW = re.compile(rb"<(table:table-row)\b.*?(?:</\1>)", re.DOTALL)

Parts = tuple[tuple[str, bytes], ...]


@cache
def packages() -> tuple[Parts, ...]:
    """The parts of a sample of each zipped format, cut to a few rows of two sheets."""
    return (_parts(_small_xlsx()), _small_ods())


def _small_xlsx() -> bytes:
    book = load_workbook(FOLDER / f"{_SEED}.xlsx")
    for sheet in book.worksheets[_MOST_SHEETS:]:
        book.remove(sheet)
    for name in list(book.defined_names)[3:]:
        del book.defined_names[name]
    for sheet in book.worksheets:
        sheet.data_validations.dataValidation = []
        sheet.conditional_formatting = type(sheet.conditional_formatting)()
        sheet.delete_rows(_MOST_ROWS, sheet.max_row)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _small_ods() -> Parts:
    with zipfile.ZipFile(FOLDER / "as-ods.ods") as archive:
        content = archive.read("content.xml")
        rows = list(_ROW.finditer(content))
        end = content.rindex(b"</table:table>")
        content = content[: rows[_MOST_ROWS].start()] + content[end:]
        mimetype, meta = archive.read("mimetype"), archive.read("meta.xml")
    return (("mimetype", mimetype), ("content.xml", content), ("meta.xml", meta))


def _parts(data: bytes) -> Parts:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = (name for name in archive.namelist() if "theme" not in name)
        return tuple((name, archive.read(name)) for name in names)


def package(data: bytes) -> bytes:
    """A file: of the bytes as they are, or a sample of which they replace one part.

    The first byte tells the package (or none), the second the part.
    """
    if len(data) < 2 or data[0] % 3 == 2:
        return data[1:]
    parts = packages()[data[0] % 3]
    chosen = data[1] % len(parts)
    return zipped(
        (name, data[2:] if at == chosen else part) for at, (name, part) in enumerate(parts)
    )


def zipped(parts: Iterable[tuple[str, bytes]]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in parts:
            archive.writestr(zipfile.ZipInfo(name), content)
    return target.getvalue()


def files() -> Iterator[bytes]:
    """Seeds for `package`."""
    for which, parts in enumerate(packages()):
        yield b"\x02" + zipped(iter(parts))
        for at, (_, content) in enumerate(parts):
            if len(content) <= _LARGEST_PART:
                yield bytes([which, at]) + content
    yield b"\x02" + (FOLDER / "as-xls.xls").read_bytes()[:8192]


def texts() -> Iterator[bytes]:
    yield from (text.encode("utf-8", "surrogatepass") for text in ODD)
    for text in (
        "≥|95|%",
        "|10-15%|",
        "≥98百分比||",
        "|较上年提高|",
        "|12月31日之前|",
        "≤|1,200|万元",
    ):
        yield text.encode()


def identities() -> Iterator[bytes]:
    identity = Identity(form="department-performance", version=1, unit="301", year=2024)
    for text in (identity.to_json(), identity.signed(b"k" * 32).to_json(), "{}", "[]", "null"):
        yield text.encode()


def forms() -> Iterator[bytes]:
    yield SMALL.read_bytes()
    yield b"form: a\nversion: 1\ntitle: a\nsheets: []\n"
