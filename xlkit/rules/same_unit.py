"""Same unit: an indicator keeps its unit from table to table and from year to year."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from xlkit.findings import Severity
from xlkit.form.model import Form
from xlkit.form.texts import Name
from xlkit.rules.check import Check
from xlkit.rules.kind import Rule
from xlkit.rules.others import other_problems, others


class SameUnit(Rule):
    """Units that convert are the same. A missing unit is said by the rule `unit`."""

    kind: ClassVar[str] = "same_unit"
    face: ClassVar[str] = (
        "Decided on return: rows of other tables are found by names made alike, and values of "
        "other years keep their units in one cell with the number."
    )
    weight: ClassVar[Severity] = Severity.WARNING

    block: str
    field: Name
    """An indicator value."""
    others: tuple[str, ...]
    """Fields of the row, or `block.field`: the row of the same key. The first that differs is
    told."""

    def problems(self, form: Form) -> Iterator[str]:
        yield from other_problems(form, self.block, self.field, self.others)

    def checks(self, form: Form) -> Iterator[Check]:
        import polars as pl

        placed = form.block(self.block)
        dimensions = {unit.name: unit.dimension for unit in form.units}

        def dimension(column: str) -> pl.Expr:
            return pl.col(column).replace_strict(dimensions, default=None, return_dtype=pl.String)

        differs_before = pl.lit(value=False)
        for number, other in enumerate(others(form, placed, self.others), start=1):
            differs = dimension(f"{self.field}.unit") != dimension(other.column("unit"))
            yield Check(
                id=f"{self.id}.{number}",
                code="unit-differs",
                severity=self.severity_,
                block=placed.path,
                passes=~differs | differs_before,
                fields=(self.field, *other.fields),
                matches=other.matches,
                value=pl.col(self.field),
                expected=pl.col(other.column("unit")),
                params={"other": other.label, "before": pl.col(other.column())},
                message=self.said(form),
            )
            differs_before = differs_before | differs.fill_null(value=False)
