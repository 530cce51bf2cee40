"""Length: a text of at least and at most so many characters."""

from __future__ import annotations

from collections.abc import Iterator

from xlkit.findings import Severity
from xlkit.form.fields import TextField
from xlkit.form.model import PlacedBlock
from xlkit.rules import defined_names as names
from xlkit.rules.check import Check
from xlkit.rules.formula import Cell, Literal, Name, Node
from xlkit.rules.live import later, number, wrong
from xlkit.rules.terms import both, call, compared, holds, negated, when

FACE = "Shown beside the row; where padding might count, decided on return."
"""What the workbook shows of it, for the handbook."""


def checks(placed: PlacedBlock, field: TextField) -> Iterator[Check]:
    """Characters are counted as they stand, line breaks among them."""
    import polars as pl

    length = pl.col(field.name).str.len_chars()
    bounds = []
    if field.min_length:
        bounds.append(("text-too-short", length >= field.min_length, field.min_length))
    if field.max_length:
        bounds.append(("text-too-long", length <= field.max_length, field.max_length))
    for code, passes, bound in bounds:
        short = code == "text-too-short"
        yield Check(
            id=f"{placed.path}.{field.name}.{code}",
            code=code,
            severity=Severity.ERROR,
            block=placed.path,
            passes=passes,
            fields=(field.name,),
            own=True,
            column=field.name,
            value=pl.col(field.name).str.head(40),
            expected=f"≥{bound}" if short else f"≤{bound}",
            params={
                "min" if short else "max": str(bound),
                "length": length.cast(pl.String),
            },
        )


def shown(placed: PlacedBlock, field: TextField) -> Node:
    """The words of the workbook for a text too short or too long.

    Padding does not count on return, so only what is visible counts here: between the two
    lengths the return decides.
    """
    cell = Cell(field.name)
    length = call("LEN", cell)
    visible = call("CLEAN", cell)
    for blank in (" ", "\u3000"):
        visible = call("SUBSTITUTE", visible, blank, "")
    kept = call("LEN", visible)
    hidden = holds(visible, Name(names.ODD))
    unsure = later(placed, field.name)
    node: Node = Literal("")
    if field.min_length:
        short = when(
            compared(length, "<", field.min_length),
            wrong(placed, field.name, "text-too-short"),
            unsure,
        )
        sure = both(compared(kept, ">=", field.min_length), negated(hidden))
        node = when(sure, node, when(number(cell), unsure, short))
    if field.max_length:
        long = when(
            both(compared(kept, ">", field.max_length), negated(hidden)),
            wrong(placed, field.name, "text-too-long"),
            unsure,
        )
        node = when(compared(length, "<=", field.max_length), node, long)
    return node
