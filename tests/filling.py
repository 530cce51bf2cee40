"""Filling templates as a person in an office program does: cell by cell, into what was issued."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

from tests.office import Edit
from xlkit.cells import address
from xlkit.form.fields import AmountField, BaseField, IntegerField, PercentField
from xlkit.template.content import Content
from xlkit.template.layout import BlockPlace, Layout, Part, RowPlace, SheetPlace, Slot


def typed_answers(layout: Layout, content: Content) -> Iterator[Edit]:
    """The edits that type the content's answers into a workbook of that layout."""
    for sheet, block in layout.blocks():
        for row in block.rows:
            for slot in row.slots:
                yield from _typed(sheet, block, row, slot, content)


def _typed(
    sheet: SheetPlace, block: BlockPlace, row: RowPlace, slot: Slot, content: Content
) -> Iterator[Edit]:
    texts = content.texts.get((block.path, block.instance, row.row.mark, slot.field))
    if texts is None or not any(texts):
        return
    text = texts[{Part.OPERATOR: 0, Part.UNIT: 2}.get(slot.part, 1)]
    cell = address(*slot.box.first)
    preset = row.row.units.get(slot.field) if slot.part is Part.UNIT else None
    if text == "":
        if preset or row.row.defaults.get(slot.field):
            yield Edit.clear(sheet.name, cell)
        return
    number = _number(block.placed.field(slot.field), text)
    if number is None:
        yield Edit.text(sheet.name, cell, text)
    else:
        yield Edit.number(sheet.name, cell, number)


def _number(field: BaseField, text: str) -> float | None:
    if not isinstance(field, AmountField | IntegerField | PercentField):
        return None
    try:
        number = Decimal(text.removesuffix("%"))
    except InvalidOperation:
        return None
    return float(number / 100 if isinstance(field, PercentField) else number)
