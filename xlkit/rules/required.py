"""Required: a field that must be filled, in every row that is in use."""

from __future__ import annotations

from collections.abc import Iterator

from xlkit.findings import Severity
from xlkit.form.blocks import Matrix, Record
from xlkit.form.fields import BaseField
from xlkit.form.model import PlacedBlock
from xlkit.rules.check import Check


def checks(placed: PlacedBlock, field: BaseField) -> Iterator[Check]:
    """A record's field is wanted where its instance is in use; a table's in rows that are."""
    import polars as pl

    if not field.required:
        return
    wanted = pl.col("_active") & pl.col("_expected")
    if not isinstance(placed.block, Record | Matrix):
        wanted = pl.col("_active") & (pl.col("_expected") | pl.col("_filled"))
    computed = pl.col(f"{field.name}.computed")
    empty = pl.col(f"{field.name}.state") == "empty"
    severity = Severity.WARNING if field.required == "warning" else Severity.ERROR
    for code, cells in (("required-missing", ~computed), ("computed-missing", computed)):
        yield Check(
            id=f"{placed.path}.{field.name}.{code}",
            code=code,
            severity=severity,
            block=placed.path,
            passes=~(wanted & empty & cells),
            fields=(field.name,),
            own=True,
            column=field.name,
        )
