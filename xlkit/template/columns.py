"""Columns of a sheet: the widest block gives them, the others span them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import accumulate

from xlkit.cells import display_width
from xlkit.form.blocks import Matrix, Record, Table
from xlkit.form.fields import (
    AmountField,
    BaseField,
    DateField,
    IndicatorField,
    IntegerField,
    PercentField,
    PhoneField,
    TextField,
)
from xlkit.form.model import FormBlock
from xlkit.form.texts import fill, say

Span = tuple[int, int]
"""First and last column of a sheet's grid, 0-based, inclusive."""

_NUMBER_COLUMN = 6.0
_OPERATOR_COLUMN = 8.0
_UNIT_COLUMN = 10.0
_LABEL_ROOM = (12.0, 22.0)


def is_long(field: BaseField) -> bool:
    """Whether a record's field takes a line of its own."""
    return isinstance(field, TextField) and field.multiline


def field_width(field: BaseField) -> float:
    """Columns that a field wants where its form does not say."""
    if field.width is not None:
        return field.width
    if isinstance(field, AmountField):
        return 16.0
    if isinstance(field, PercentField | IntegerField):
        return 11.0
    if isinstance(field, DateField | PhoneField | IndicatorField):
        return 16.0
    if isinstance(field, TextField):
        return 80.0 if field.multiline else 24.0
    return 18.0


def wanted_widths(block: FormBlock, language: str) -> tuple[float, ...]:
    """The columns that a block wants, in columns of text."""
    if isinstance(block, Record):
        return record_widths(block, language)
    widths: list[float] = []
    if isinstance(block, Matrix):
        widths += [header.width or 18.0 for header in block.headers]
    elif isinstance(block, Table) and block.numbered:
        widths.append(_NUMBER_COLUMN)
    for field in block.fields:
        if isinstance(field, IndicatorField) and field.split:
            widths += [_OPERATOR_COLUMN, field_width(field), _UNIT_COLUMN]
        else:
            widths.append(field_width(field))
    return tuple(widths)


def record_widths(record: Record, language: str) -> tuple[float, ...]:
    """Label, value, label, value …, as many pairs as stand side by side."""
    pairs = min(record.columns, max(1, sum(not is_long(field) for field in record.fields)))
    least, most = _LABEL_ROOM
    labels = [display_width(fill(say(field.label, language))) + 2.0 for field in record.fields]
    label = min(max([least, *labels]), most)
    short = [field_width(field) for field in record.fields if not is_long(field)]
    value = max(short) if pairs > 1 else max(map(field_width, record.fields))
    return (label, value) * pairs


def spans(grid: Sequence[float], wanted: Sequence[float]) -> tuple[Span, ...]:
    """Contiguous spans of a grid, one for each wanted width, as near to their shares as can be.

    `grid` has at least as many columns as are wanted; the spans cover all of it. Nearness is
    the sum of squared logarithms of width ÷ share, found by dynamic programming.
    """
    scale = sum(grid) / sum(wanted)
    edges = [0.0, *accumulate(grid)]
    best: dict[int, tuple[float, tuple[Span, ...]]] = {0: (0.0, ())}
    for number, share in enumerate(wanted, start=1):
        last = len(grid) - (len(wanted) - number)
        ends = range(last, last + 1) if number == len(wanted) else range(number, last + 1)
        best = {
            end: min(
                (
                    cost + _misfit(edges[end] - edges[start], share * scale),
                    (*found, (start, end - 1)),
                )
                for start, (cost, found) in best.items()
                if start < end
            )
            for end in ends
        }
    return best[len(grid)][1]


def _misfit(width: float, share: float) -> float:
    return math.log(width / share) ** 2
