"""Where a matrix or a table lies: its headings, and its rows below them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from xlkit.cells import wrapped_lines
from xlkit.form.blocks import Matrix, Table
from xlkit.form.fields import IndicatorField
from xlkit.form.rows import Row
from xlkit.form.texts import fill, say
from xlkit.template.columns import Span, wanted_widths
from xlkit.template.ground import ROW, Ground, row_mark
from xlkit.template.layout import FIRST_COLUMN, Part, Role, RowPlace, Slot, Text
from xlkit.wording import word

_TEXT_LINE = 15.0
"""Points that a line of text takes."""
_STROKE = "—"
"""Printed where a row does not have a field."""

Column = tuple[str, Part]
"""A field and which cell of it; the running number has the name ''."""


@dataclass(frozen=True)
class TablePlan:
    """Places the headings of a matrix or a table, then its rows, on its sheet's ground."""

    path: str
    block: Matrix | Table
    ground: Ground
    language: str

    @cached_property
    def _places(self) -> Mapping[Column, Span]:
        shared = self.ground.shared(wanted_widths(self.block, self.language))
        return dict(zip(_columns(self.block), shared, strict=True))

    def headings(self) -> tuple[tuple[Text, ...], tuple[int, ...]]:
        """The headings of the columns, and the rows that they take."""
        split = any(part is Part.OPERATOR for _, part in self._places)
        top = self.ground.next(ROW)
        bottom = self.ground.next(ROW) if split else top
        texts = [row_mark(self.path, "^", top)]
        for (name, part), span in self._places.items():
            if part is Part.WHOLE:
                box = self.ground.span(top, span, bottom)
                texts.append(Text(box, self._heading(name), Role.HEADER))
                continue
            if part is Part.OPERATOR:
                whole = (span[0], self._places[name, Part.UNIT][1])
                box = self.ground.span(top, whole)
                texts.append(Text(box, self._label(name), Role.HEADER))
            text = word(f"{part.value}_header", self.language)
            texts.append(Text(self.ground.span(bottom, span), text, Role.HEADER))
        self._fit(texts, top, bottom)
        return tuple(texts), tuple(dict.fromkeys((top, bottom)))

    def _fit(self, texts: Sequence[Text], top: int, bottom: int) -> None:
        """Makes the heading as high as its longest wrapped label."""
        widths, heights = self.ground.widths, self.ground.heights
        for text in texts:
            if text.role is Role.HEADER:
                room = sum(widths[text.box.left - FIRST_COLUMN : text.box.right - 1]) - 1
                lines = wrapped_lines(fill(text.text, year=2000), room)
                rows = text.box.bottom - text.box.top + 1
                height = lines * _TEXT_LINE + 4
                if height > rows * heights[top]:
                    heights[top] = heights[bottom] = math.ceil(height / rows)

    def _heading(self, name: str) -> str:
        if name == "":
            return word("number_column", self.language)
        if isinstance(self.block, Matrix):
            for header in self.block.headers:
                if header.name == name:
                    return say(header.label, self.language)
        return self._label(name)

    def _label(self, name: str) -> str:
        label = next(field.label for field in self.block.fields if field.name == name)
        return say(label, self.language)

    def rows(self, rows: Sequence[Row]) -> tuple[RowPlace, ...]:
        """The rows, numbered from 1; their heights are left to programs."""
        return tuple([self._row(row, number) for number, row in enumerate(rows, start=1)])

    def _row(self, row: Row, number: int) -> RowPlace:
        top = self.ground.next()
        labels = [row_mark(self.path, row.mark, top)]
        slots = []
        names = {field.name for field in self.block.fields}
        total = isinstance(self.block, Matrix) and self.block.is_total(row.key)
        role = Role.TOTAL_LABEL if total else Role.ROW_LABEL
        for (name, part), span in self._places.items():
            box = self.ground.span(top, span)
            if name == "":
                labels.append(Text(box, str(number), Role.ROW_NUMBER))
            elif name in row.fixed:
                labels.append(Text(box, row.fixed[name], role))
            elif name in row.without:
                labels.append(Text(box, _STROKE, Role.STROKE))
            elif name in names:
                slots.append(Slot(name, part, box))
        return RowPlace(row, top, tuple(slots), tuple(labels))


def _columns(block: Matrix | Table) -> tuple[Column, ...]:
    """The columns of a block, from left to right."""
    columns: list[Column] = []
    if isinstance(block, Matrix):
        columns += [(header.name, Part.WHOLE) for header in block.headers]
    elif block.numbered:
        columns.append(("", Part.WHOLE))
    for field in block.fields:
        if isinstance(field, IndicatorField) and field.split:
            columns += [(field.name, part) for part in (Part.OPERATOR, Part.NUMBER, Part.UNIT)]
        else:
            columns.append((field.name, Part.WHOLE))
    return tuple(columns)
