"""Unique: no two rows in use say the same in these fields."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from xlkit.form.fields import AmountField, PercentField
from xlkit.form.model import Form
from xlkit.rules.check import Check, as_text
from xlkit.rules.kind import Rule, field_problems


class Unique(Rule):
    """Rows of one table of one return; members of a group where the block is its record."""

    kind: ClassVar[str] = "unique"

    block: str
    fields: tuple[str, ...]

    def problems(self, form: Form) -> Iterator[str]:
        yield from field_problems(form, self.block, self.fields)

    def checks(self, form: Form) -> Iterator[Check]:
        import polars as pl

        placed = form.block(self.block)
        within = ["_submission"] if placed.is_group_record else ["_submission", "_instance"]
        whole = pl.all_horizontal(
            pl.col("_filled"), *[pl.col(name).is_not_null() for name in self.fields]
        )
        repeats = pl.int_range(pl.len()).over([*within, *self.fields, whole]) > 0
        first = pl.col("_where").first().over([*within, *self.fields, whole])
        numbers = {
            name
            for name in self.fields
            if isinstance(placed.field(name), AmountField | PercentField)
        }
        shown = pl.concat_str(
            [as_text(pl.col(name)) if name in numbers else pl.col(name) for name in self.fields],
            separator=" ",
        )
        yield Check(
            id=self.id,
            code="not-unique",
            severity=self.severity_,
            block=placed.path,
            passes=~(whole & repeats),
            fields=self.fields,
            reads=self.fields,
            value=shown,
            params={"other": first},
            message=self.said(form),
        )
