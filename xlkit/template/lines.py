"""The rows of sheets that checks stand beside, and the columns that they stand in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from xlkit.form.blocks import Record
from xlkit.rules.formula import Look
from xlkit.template.layout import BlockPlace, RowPlace, SheetPlace

_OF_RULES = (Look.BARE, Look.CALLED, Look.SAID, Look.MONEY)
HELPERS = (Look.OWN, Look.REST, Look.HINT, *_OF_RULES)
"""Hidden cells of a row that belong to one of its fields, or to a rule."""
HIDDEN = (Look.FILLED, *HELPERS)
ROW = "\0"
"""Stands in formulas of a table for the number of their own row."""


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a sheet with the fields whose cells begin in it; a record has several."""

    sheet: SheetPlace
    block: BlockPlace
    place: RowPlace
    row: int
    fields: tuple[str, ...]


def lines_of(sheet: SheetPlace, block: BlockPlace) -> Iterator[Line]:
    """The lines of a block from the top down."""
    for place in block.rows:
        if not isinstance(block.placed.block, Record):
            names = tuple(field.name for field in block.placed.block.fields)
            yield Line(sheet, block, place, place.top, names)
            continue
        tops = sorted({slot.box.top for slot in place.slots})
        for top in tops:
            found = dict.fromkeys(slot.field for slot in place.slots if slot.box.top == top)
            yield Line(sheet, block, place, top, tuple(found))


def live_column(sheet: SheetPlace, block: BlockPlace, look: Look, name: str = "") -> int:
    """The column of a row's hidden cell: of `FILLED`, or of a helper of a field."""
    return sheet.filled_column + (0 if look is Look.FILLED else block.helper(look, name))
