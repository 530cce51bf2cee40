"""Decimals: a number with no more decimals than its field declares."""

from __future__ import annotations

from collections.abc import Iterator

from xlkit.findings import Severity
from xlkit.form.fields import AmountField
from xlkit.form.model import PlacedBlock
from xlkit.rules.check import Check, as_text
from xlkit.rules.formula import Cell, Node, Words
from xlkit.rules.live import Mark
from xlkit.rules.terms import call, compared, when

FACE = "Shown beside the row for stored numbers."
"""What the workbook shows of it, for the handbook."""


def checks(placed: PlacedBlock, field: AmountField) -> Iterator[Check]:
    """A finer number is kept whole and asked about; nobody rounds it in silence."""
    import polars as pl

    digits = as_text(pl.col(field.name)).str.split(".").list.get(1, null_on_oob=True)
    yield Check(
        id=f"{placed.path}.{field.name}.too-many-decimals",
        code="too-many-decimals",
        severity=Severity.WARNING,
        block=placed.path,
        passes=pl.col(f"{field.name}.computed")
        | (digits.str.len_chars().fill_null(0) <= field.decimals),
        fields=(field.name,),
        own=True,
        column=field.name,
        value=as_text(pl.col(field.name)),
        expected=str(field.decimals),
        params={"decimals": str(field.decimals)},
    )


def shown(placed: PlacedBlock, field: AmountField) -> Node:
    """The words of the workbook for a stored number with finer decimals."""
    cell = Cell(field.name)
    fits = compared(call("ROUND", cell, field.decimals), "=", cell)
    return when(fits, "", Words(Mark.EXPLAIN, field.name, "too-many-decimals", placed.path))
