"""Texts as rules hold them against each other: blanks, widths and cases make no difference."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from xlkit.form.fields import BaseField, ChoiceField, IndicatorField, TextField
from xlkit.form.model import PlacedBlock
from xlkit.form.rows import Row
from xlkit.rules import defined_names as names
from xlkit.rules.formula import Cell, Literal, Look, Name, Node
from xlkit.rules.live import Hidden, is_decimal, is_sound
from xlkit.rules.own import is_doubtful
from xlkit.rules.terms import (
    both,
    call,
    compared,
    count_of,
    either,
    empty,
    joined,
    listed,
    negated,
    when,
)
from xlkit.rules.value_cells import value_cells
from xlkit.values.text import squeeze

if TYPE_CHECKING:
    import polars as pl

WORDS = (TextField, ChoiceField, IndicatorField)
"""Fields that hold words."""


def with_squeezed(
    frame: pl.DataFrame, name: str, column: str, of: Callable[[str], str] = str
) -> pl.DataFrame:
    """The frame with what a field's texts are alike in as a column, null where that is nothing."""
    import polars as pl

    texts = frame[name].drop_nulls().unique().to_list()
    keys = {text: squeeze(of(text)) or None for text in texts}
    key = pl.col(name).replace_strict(keys, default=None, return_dtype=pl.String)
    return frame.with_columns(key.alias(column))


# in the workbook: texts alike here are alike on return, not the other way round


def without_blanks(cell: Node) -> Node:
    """A text without line breaks and the two common blanks."""
    text: Node = call("SUBSTITUTE", cell, call("CHAR", 10), "")
    for blank in (" ", "\u3000"):
        text = call("SUBSTITUTE", text, blank, "")
    return text


def bare(placed: PlacedBlock, name: str) -> Hidden:
    """The hidden cell of a field's text without blanks, '' where it may be read as another."""
    return Hidden(placed.path, Look.BARE, name, partial(_bare, placed.field(name)))


def called(placed: PlacedBlock, name: str) -> Hidden:
    """The hidden cell of a typed name without a note in brackets at its end."""
    return Hidden(placed.path, Look.CALLED, name, partial(_called, placed.field(name)))


def _bare(field: BaseField, row: Row) -> Node:
    printed = row.fixed.get(field.name)
    if printed is not None:
        return Literal("".join(printed.split()))
    cell = Cell(field.name)
    if isinstance(field, IndicatorField):
        return call("IFERROR", _of_value(field), "")
    found: Node = when(call("ISTEXT", cell), without_blanks(cell))
    if isinstance(field, ChoiceField):
        found = when(is_doubtful(field), "", found)
    return call("IFERROR", found, "")


def _of_value(field: IndicatorField) -> Node:
    """A value that goes out again as it was typed: a plain number with a name beside, or words."""
    sign, value, unit = value_cells(field)
    cell = Cell(field.name, Look.NUMBER) if field.split else Cell(field.name)
    known = both(
        either(empty(sign), listed(sign, Name(names.OPERATORS))),
        either(empty(unit), listed(unit, Name(names.UNITS))),
    )
    parts = joined([sign, value, unit]) if field.split else cell
    absent = either(negated(empty(sign)), listed(cell, Name(names.ABSENT)))
    worded = when(absent, "", without_blanks(cell))
    found = when(is_decimal(value), when(known, parts), worded)
    return when(is_sound(field.name), found)


def _called(field: BaseField, row: Row) -> Node:
    """Out of the hidden cell beside, so that the text is worked out once."""
    if field.name in row.fixed:
        return Literal("")
    text: Node = Cell(field.name, Look.BARE)
    for wide, plain in (("\uff08", "("), ("\uff09", ")")):
        text = call("SUBSTITUTE", text, wide, plain)
    one = both(*[compared(count_of(text, sign), "=", 1) for sign in "()"])
    until = call("LEFT", text, compared(call("FIND", "(", text), "-", 1))
    noted = compared(call("RIGHT", text, 1), "=", ")")
    return call("IFERROR", when(noted, when(one, until), text), "")
