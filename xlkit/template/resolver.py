"""Where references of computed cells lie, in the words of formulas."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from xlkit.cells import quoted_sheet
from xlkit.form.fields import Reference
from xlkit.template import formulas
from xlkit.template.layout import BlockPlace, Layout, RowPlace, SheetPlace, is_total


@dataclass(frozen=True, slots=True)
class LayoutResolver:
    """References of a computed cell as formulas: every cell by its distance from column A."""

    layout: Layout
    sheet: SheetPlace
    block: BlockPlace
    row: RowPlace

    def cells(self, reference: Reference) -> str:
        if reference.block is None:
            box = self.row.slot(reference.field).box
            return formulas.anchored(box.top, box.left)
        return ",".join(self._listed(reference))

    def _listed(self, reference: Reference) -> Iterator[str]:
        target = self.layout.form.block(reference.block or "")
        for sheet, place in self.layout.blocks():
            if place.path != target.path:
                continue
            if target.group == self.block.placed.group and place.instance != self.block.instance:
                continue
            prefix = "" if sheet.id == self.sheet.id else f"{quoted_sheet(sheet.name)}!"
            rows = [
                row
                for row in place.rows
                if row.slots_of(reference.field)
                if row.row.key == reference.row
                or (reference.row is None and not is_total(place, row))
            ]
            boxes = [row.slot(reference.field).box for row in rows]
            if boxes and boxes[-1].top - boxes[0].top == len(boxes) - 1:
                first, last = boxes[0], boxes[-1]
                if first == last:
                    yield formulas.anchored(first.top, first.left, prefix)
                else:
                    yield formulas.anchored_column(first.top, last.top, first.left, prefix)
            else:
                yield from (formulas.anchored(box.top, box.left, prefix) for box in boxes)
