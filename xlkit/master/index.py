"""The hidden sheet of a master that says which form, block and fields its sheets hold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from xlkit.cells import Box
from xlkit.master.model import Master
from xlkit.master.sheets import Arrangement
from xlkit.submission.grid import Grid
from xlkit.template.book import Book

INDEX_SHEET = "_xlkit_master"
_FIXED = 5
"""Columns before those of the fields: sheet, form, version, year, path."""
_SIGN = "="
"""Between a column's name, which never holds it, and its heading."""


@dataclass(frozen=True, slots=True)
class IndexedSheet:
    """What a sheet of a master holds; `columns` are names with their headings."""

    name: str
    form: str
    version: int
    year: int | None
    path: str
    columns: tuple[tuple[str, str], ...]


def write_index(book: Book, master: Master, arrangement: Arrangement) -> None:
    """Writes the hidden sheet, a row for each sheet of a block."""
    page = book.page(INDEX_SHEET)
    row = 0
    for (p, t), stretches in arrangement.tables.items():
        part = master.parts[p]
        table = part.tables[t]
        for stretch in stretches:
            row += 1
            year = "" if part.year is None else str(part.year)
            texts = [stretch.sheet, part.form, str(part.version), year, table.path]
            texts += [f"{column.name}{_SIGN}{column.label}" for column in table.columns]
            for number, text in enumerate(texts, start=1):
                page.text(Box(row, number, row, number), text, {})
    page.sheet.very_hidden()


def read_index(grid: Grid) -> Iterator[IndexedSheet]:
    """What the hidden sheet says; rows that say nothing of the kind are left out."""
    rows: dict[int, dict[int, str]] = {}
    for (row, column), cell in grid.cells.items():
        rows.setdefault(row, {})[column] = cell.text
    for _, texts in sorted(rows.items()):
        name, form, version, year, path = (texts.get(at, "") for at in range(1, _FIXED + 1))
        columns = [texts[at].partition(_SIGN) for at in sorted(texts) if at > _FIXED]
        if version.isdecimal() and (not year or year.isdecimal()):
            named = tuple((before, after) for before, _, after in columns)
            yield IndexedSheet(name, form, int(version), int(year) if year else None, path, named)
