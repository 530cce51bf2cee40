"""Heights of rows for what stands in them when a workbook goes out."""

from __future__ import annotations

import math
from collections.abc import Iterator

from xlkit.cells import wrapped_lines
from xlkit.template import styles
from xlkit.template.book import HIGHEST
from xlkit.template.columns import is_long
from xlkit.template.layout import MARK_COLUMN, BlockPlace, RowPlace, SheetPlace
from xlkit.template.stored import Stored


def grown(sheet: SheetPlace, stored: Stored) -> Iterator[tuple[int, float]]:
    """Rows that a long text needs higher than planned: paragraphs leave lines half empty."""
    for block in sheet.blocks:
        for row in block.rows:
            for slot in row.slots:
                if not is_long(block.placed.field(slot.field)) or row.top not in sheet.heights:
                    continue
                rows = range(slot.box.top, slot.box.bottom + 1)
                columns = sheet.widths[slot.box.left - 2 : slot.box.right - 1]
                lines = wrapped_lines(
                    stored.text(block, row.row, slot.field, slot.part), sum(columns) - 2
                )
                height = math.ceil((lines * styles.LINE + 8) / len(rows))
                planned = max(sheet.heights[number] for number in rows)
                if height > planned:
                    yield from ((number, min(height, HIGHEST)) for number in rows)


def fitting_height(sheet: SheetPlace, block: BlockPlace, row: RowPlace, stored: Stored) -> float:
    """Points that a table's row needs for what stands in it when it goes out."""
    texts = [(label.box, label.text) for label in row.labels if label.box.left > MARK_COLUMN]
    texts += [(slot.box, stored.text(block, row.row, slot.field, slot.part)) for slot in row.slots]
    first = MARK_COLUMN + 1
    lines = [
        wrapped_lines(text, sum(sheet.widths[box.left - first : box.right - first + 1]) - 2)
        for box, text in texts
    ]
    return styles.row_height(max(lines))
