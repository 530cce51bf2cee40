"""Where a record lies: lines of labels and values, a long text on rows of its own."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from xlkit.cells import Box
from xlkit.form.blocks import Record
from xlkit.form.fields import BaseField, TextField
from xlkit.form.rows import Row
from xlkit.form.texts import say
from xlkit.template.columns import Span, is_long, record_widths
from xlkit.template.ground import ROW, Ground, row_mark
from xlkit.template.layout import Part, Role, RowPlace, Slot, Text

_LONG_ROW = 180.0
"""Height of the rows that a long text spans: pages break between them, and 409 is the limit."""
_LONG_SIGN, _LONG_LINE = 1.9, 13.5
"""Columns that a CJK sign takes, and points that a line takes, at the 10 points of long texts."""
_SLACK = 1.35
"""Room in a long text for lines that paragraphs leave half empty."""
_LINE = ROW + 3


@dataclass(frozen=True)
class RecordPlan:
    """Places the lines of a record on its sheet's ground."""

    path: str
    record: Record
    ground: Ground
    language: str

    def place(self, row: Row) -> RowPlace:
        """The record's one row, which takes all of its lines."""
        widths = record_widths(self.record, self.language)
        places, pairs = self.ground.shared(widths), len(widths) // 2
        slots: list[Slot] = []
        labels: list[Text] = []
        top = self.ground.row
        for number, line in enumerate(_lines(self.record, pairs), start=1):
            labels.append(row_mark(self.path, f"line-{number}", self.ground.row))
            for field, label, value in self._pairs(line, places):
                labels.append(Text(label, say(field.label, self.language), Role.LABEL))
                slots.append(Slot(field.name, Part.WHOLE, value))
        return RowPlace(row, top, tuple(slots), tuple(labels))

    def _pairs(
        self, line: Sequence[BaseField], places: Sequence[Span]
    ) -> Iterator[tuple[BaseField, Box, Box]]:
        """The fields of a line with the places of their labels and values."""
        ground, single = self.ground, len(places) // 2 == 1
        if single or is_long(line[0]):
            rest = (places[1][0], ground.end)
            top, bottom = self._line_rows(line[0], rest)
            yield line[0], ground.span(top, places[0], bottom), ground.span(top, rest, bottom)
            return
        top = ground.next(_LINE)
        for number, field in enumerate(line):
            label, value = places[2 * number], places[2 * number + 1]
            if number == len(line) - 1:
                value = (value[0], ground.end)
            yield field, ground.span(top, label), ground.span(top, value)

    def _line_rows(self, field: BaseField, span: Span) -> tuple[int, int]:
        """First and last row of a line of its own: enough rows to show the longest text whole."""
        if not is_long(field) or not isinstance(field, TextField):
            row = self.ground.next(_LINE)
            return row, row
        width = sum(self.ground.widths[span[0] : span[1] + 1])
        signs = field.max_length or 500
        lines = max(3, math.ceil(signs * _LONG_SIGN * _SLACK / max(width - 2, 2.0)))
        height = lines * _LONG_LINE + 8
        count = math.ceil(height / _LONG_ROW)
        rows = [self.ground.next(math.ceil(height / count)) for _ in range(count)]
        return rows[0], rows[-1]


def _lines(record: Record, pairs: int) -> Iterator[tuple[BaseField, ...]]:
    """The fields of a record line by line; a long text is alone on its line."""
    line: list[BaseField] = []
    for field in record.fields:
        if is_long(field):
            if line:
                yield tuple(line)
                line = []
            yield (field,)
            continue
        line.append(field)
        if len(line) == pairs:
            yield tuple(line)
            line = []
    if line:
        yield tuple(line)
