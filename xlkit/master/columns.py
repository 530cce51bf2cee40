"""The columns of a block in the master, and how each is read from a row of a return."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial

from xlkit import wording
from xlkit.form.blocks import Matrix
from xlkit.form.fields import (
    AmountField,
    BaseField,
    CodeField,
    DateField,
    IndicatorField,
    IntegerField,
    PercentField,
    TextField,
)
from xlkit.form.model import PlacedBlock
from xlkit.master.model import Column, Kind, Value
from xlkit.master.terms import Terms
from xlkit.rules.types import normal_text
from xlkit.submission.model import CastRow, State, written_text
from xlkit.values.indicator import Indicator

_TEXT, _LONG, _CODE, _NUMBER, _SIGN = 34.0, 60.0, 26.0, 20.0, 12.0
"""The most that a column of each sort takes, in columns of text."""


@dataclass(frozen=True, slots=True)
class FieldColumn:
    """A column and what a row has for it."""

    column: Column
    read: Callable[[CastRow], Value]


def field_columns(placed: PlacedBlock, terms: Terms) -> tuple[FieldColumn, ...]:
    """The printed labels of a matrix, then the block's fields in the form's order."""
    found: list[FieldColumn] = []
    if isinstance(placed.block, Matrix):
        for header in placed.block.headers:
            column = Column(header.name, terms.text(header.label), width=_TEXT)
            found.append(FieldColumn(column, _printed(header.name)))
    for field in terms.fields(placed):
        found += _of_field(field, terms)
    return tuple(found)


def value_of(field: BaseField, terms: Terms, row: CastRow) -> Value:
    """What a row has in a field: exact numbers and dates as such, all else as text.

    A value that could not be read is the text as written; a computed one that depends on
    such a value is a word that says so.
    """
    name = field.name
    if name in row.raw.row.fixed:
        return _printed_value(field, terms, row.raw.row.fixed[name])
    state = row.states.get(name)
    if state is None:
        return None
    if state is State.REFUSED:
        computed = name in row.raw.formulas
        return terms.word("not_computable") if computed else written_text(row.raw, name)
    value = row.values[name]
    if value is None or isinstance(value, str | Decimal | int | date):
        return value
    return normal_text(field, value)


def _printed_value(field: BaseField, terms: Terms, text: str) -> Value:
    """A printed text, as a number or date where its field is of these."""
    if not isinstance(field, AmountField | IntegerField | PercentField | DateField):
        return text
    value = terms.types.cast(field, ("", text, "")).value
    return value if isinstance(value, Decimal | int | date) else text


def _of_field(field: BaseField, terms: Terms) -> Iterator[FieldColumn]:
    yield FieldColumn(_column(field, terms), partial(value_of, field, terms))
    if isinstance(field, IndicatorField):
        yield from _parts(field, terms)


def _column(field: BaseField, terms: Terms) -> Column:
    label = terms.field_label(field)
    if isinstance(field, AmountField):
        return Column(field.name, label, Kind.AMOUNT, field.decimals, _NUMBER, summed=True)
    if isinstance(field, IntegerField):
        return Column(field.name, label, Kind.INTEGER, 0, _NUMBER, summed=True)
    if isinstance(field, PercentField):
        return Column(field.name, label, Kind.PERCENT, field.decimals, _NUMBER)
    if isinstance(field, DateField):
        return Column(field.name, label, Kind.DATE, 0, _NUMBER)
    width = _LONG if isinstance(field, TextField) and field.multiline else _TEXT
    if isinstance(field, CodeField):
        width = _CODE
    return Column(field.name, label, width=max(width, min(field.width or 0, _LONG)))


def _parts(field: IndicatorField, terms: Terms) -> Iterator[FieldColumn]:
    """Operator, number and unit of a target; folded away for facts of the past."""
    for part, header in (
        ("operator", "operator_header"),
        ("number", "number_header"),
        ("unit", "unit_header"),
    ):
        label = terms.word(
            "part_of", label=terms.text(field.label), part=wording.word(header, terms.language)
        )
        kind = Kind.NUMBER if part == "number" else Kind.TEXT
        column = Column(f"{field.name}.{part}", label, kind, width=_SIGN, tucked=field.past)
        yield FieldColumn(column, _part(field.name, part))


def _part(name: str, part: str) -> Callable[[CastRow], Value]:
    def read(row: CastRow) -> Value:
        value = row.values.get(name)
        if not isinstance(value, Indicator):
            return None
        if part == "number":
            return value.amount
        text: str = getattr(value, part)
        return text or None

    return read


def _printed(name: str) -> Callable[[CastRow], Value]:
    return lambda row: row.raw.row.fixed.get(name)
