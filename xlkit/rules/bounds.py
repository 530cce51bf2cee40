"""Bounds: a number between the bounds that its field declares, both inclusive."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from xlkit.findings import Severity
from xlkit.form.fields import AmountField, IntegerField, PercentField
from xlkit.form.model import PlacedBlock
from xlkit.rules.check import NUMBER, SCALE, Check, as_text
from xlkit.rules.formula import Cell, Node
from xlkit.rules.live import wrong
from xlkit.rules.terms import both, call, compared, when

FACE = "Shown beside the row for stored numbers."
"""What the workbook shows of it, for the handbook."""


def checks(
    placed: PlacedBlock, field: AmountField | IntegerField | PercentField
) -> Iterator[Check]:
    """One check for both bounds."""
    import polars as pl

    if field.min is None and field.max is None:
        return
    value = pl.col(field.name).cast(NUMBER())
    inside = pl.lit(value=True)
    if field.min is not None:
        inside = inside & (value >= pl.lit(Decimal(field.min), dtype=NUMBER()))
    if field.max is not None:
        inside = inside & (value <= pl.lit(Decimal(field.max), dtype=NUMBER()))
    unit = "%" if isinstance(field, PercentField) else ""
    least = "" if field.min is None else f"{field.min}{unit}"
    most = "" if field.max is None else f"{field.max}{unit}"
    yield Check(
        id=f"{placed.path}.{field.name}.out-of-range",
        code="out-of-range",
        severity=Severity.ERROR,
        block=placed.path,
        passes=pl.col(f"{field.name}.computed") | inside,
        fields=(field.name,),
        own=True,
        column=field.name,
        value=pl.concat_str([as_text(pl.col(field.name)), pl.lit(unit)]),
        expected=_bounds(least, most),
        params={"min": least, "max": most},
    )


def _bounds(least: str, most: str) -> str:
    if least and most:
        return f"{least}–{most}"
    return f"≥{least}" if least else f"≤{most}"


def shown(
    placed: PlacedBlock, field: AmountField | IntegerField | PercentField, inside: Node
) -> Node:
    """The words of the workbook for a stored number out of bounds; else those for one inside."""
    if field.min is None and field.max is None:
        return inside
    return when(_is_inside(field), inside, wrong(placed, field.name, "out-of-range"))


def _is_inside(field: AmountField | IntegerField | PercentField) -> Node:
    """Whether the stored number lies within the declared bounds."""
    cell: Node = Cell(field.name)
    if isinstance(field, PercentField):
        cell = call("ROUND", compared(cell, "*", 100), SCALE)
    sides = []
    if field.min is not None:
        sides.append(compared(cell, ">=", float(field.min)))
    if field.max is not None:
        sides.append(compared(cell, "<=", float(field.max)))
    return both(*sides)
