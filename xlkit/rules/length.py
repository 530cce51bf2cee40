"""Length: a text of at least and at most so many characters."""

from __future__ import annotations

from collections.abc import Iterator

from xlkit.findings import Severity
from xlkit.form.fields import TextField
from xlkit.form.model import PlacedBlock
from xlkit.rules.check import Check


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
