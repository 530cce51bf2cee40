"""A form's demands as pandera schemas: one for the frame of each block."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pandera.polars as pa
import polars as pl
from pandera.api.polars.types import PolarsData

from xlkit.form.model import Form, PlacedBlock
from xlkit.rules.check import Check
from xlkit.rules.registry import form_checks
from xlkit.validation.frames import field_schema


def schemas(form: Form) -> dict[str, pa.DataFrameSchema]:
    """The schema of each block's frame, by the block's path.

    The frames are those of `xlkit.validation.frames`; checks of rules want the columns of
    their references and matches too.
    """
    checks = form_checks(form)
    return {placed.path: schema_of(placed, checks[placed.path]) for placed in form.blocks}


def schema_of(placed: PlacedBlock, checks: Sequence[Check]) -> pa.DataFrameSchema:
    """Types of the fields' columns with what each demands, then the demands on whole rows."""
    by_column: dict[str, list[pa.Check]] = {}
    for check in checks:
        if check.column is not None:
            by_column.setdefault(check.column, []).append(_pandera(check))
    columns = {
        name: pa.Column(dtype, checks=by_column.get(name, []), nullable=True)
        for field in placed.block.fields
        for name, dtype in field_schema(field).items()
    }
    return pa.DataFrameSchema(
        columns,
        checks=[_pandera(check) for check in checks if check.column is None],
        name=placed.path,
        strict=False,
    )


def _pandera(check: Check) -> pa.Check:
    return pa.Check(_asked(check.passes), name=check.id, error=check.id)


def _asked(passes: pl.Expr) -> Callable[[PolarsData], pl.LazyFrame]:
    """The question put to a frame; one that cannot decide finds no fault."""

    def ask(data: PolarsData) -> pl.LazyFrame:
        return data.lazyframe.select(passes.fill_null(value=True).alias("passes"))

    return ask
