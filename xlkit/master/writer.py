"""A master as a workbook."""

from __future__ import annotations

from datetime import datetime

from xlkit.cells import MAX_ROW
from xlkit.master.block_sheet import write_block
from xlkit.master.index import write_index
from xlkit.master.lists_sheets import write_findings, write_sources
from xlkit.master.model import Master
from xlkit.master.overview import first_findings, title, write_overview
from xlkit.master.roll_sheet import write_roll
from xlkit.master.sheets import arranged
from xlkit.master.totals_sheet import write_totals
from xlkit.template.book import Book


def write_master(
    master: Master, *, created: datetime | None = None, most_rows: int = MAX_ROW
) -> bytes:
    """The workbook's bytes; equal input gives equal bytes.

    Overview, the roll where there is one, totals, findings, a sheet for each block, sources,
    and a hidden sheet by which programs find the blocks' fields again. A table of more than
    `most_rows` rows, its headings and totals among them, goes on on further sheets.

    Raises:
        RenderError: something cannot be written into a workbook.
    """
    book = Book(created)
    book.titled(title(master))
    arrangement = arranged(master, most_rows)
    write_overview(book, master, arrangement)
    write_roll(book, master, arrangement, first_findings(master, arrangement))
    write_totals(book, master, arrangement)
    write_findings(book, master, arrangement)
    for place in arrangement.tables:
        write_block(book, master, arrangement, place)
    write_sources(book, master, arrangement)
    write_index(book, master, arrangement)
    return book.finish()
