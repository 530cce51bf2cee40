"""Slid: a column whose filled cells are those of another column, a row or more away."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import Field

from xlkit.form.blocks import Table
from xlkit.form.model import Form
from xlkit.form.texts import Name
from xlkit.rules.check import Check
from xlkit.rules.kind import Rule, field_problems

if TYPE_CHECKING:
    import polars as pl


class Slid(Rule):
    """One finding at both ends, where cells are left empty and stick out."""

    kind: ClassVar[str] = "slid"
    face: ClassVar[str] = "Decided on return: rows would have to be compared with all others."

    block: str
    field: Name
    """The column that may have slid."""
    beside: Name
    """A column that is filled in the same rows."""
    most: Annotated[int, Field(ge=1, le=9)] = 3
    """Rows that it may have slid at most."""
    least: Annotated[int, Field(ge=2)] = 4
    """Filled rows from which on this can be told."""

    def problems(self, form: Form) -> Iterator[str]:
        found = list(field_problems(form, self.block, (self.field, self.beside)))
        yield from found
        if not found and not isinstance(form.block(self.block).block, Table):
            yield f"'{self.block}' is no table"

    def checks(self, form: Form) -> Iterator[Check]:
        import polars as pl

        placed = form.block(self.block)
        moved = pl.col(f"{self.id}.rows")
        ends = pl.col(f"{self.field}.state").eq("empty") != pl.col(f"{self.beside}.state").eq(
            "empty"
        )
        yield Check(
            id=self.id,
            code="rows-slid",
            severity=self.severity_,
            block=placed.path,
            passes=moved.is_null() | ~ends,
            fields=(self.field,),
            own=True,
            before=True,
            reads=(self.beside,),
            leaves=tuple(field.name for field in placed.block.fields),
            together=pl.col("_instance"),
            value=pl.when(moved > 0).then(pl.lit("down")).otherwise(pl.lit("up")),
            params={"rows": moved.abs().cast(pl.String)},
            message=self.said(form),
            prepare=self._add,
        )

    def _add(self, frame: pl.DataFrame) -> pl.DataFrame:
        """How many rows the column slid down in each instance, negative for up."""
        import polars as pl

        filled = [pl.col(f"{name}.state") != "empty" for name in (self.field, self.beside)]
        groups = frame.group_by("_submission", "_instance", maintain_order=True).agg(
            filled[0].alias("one"), filled[1].alias("other")
        )
        found = [self._moved(*row) for row in groups.select("one", "other").iter_rows()]
        groups = groups.select("_submission", "_instance").with_columns(
            pl.Series(f"{self.id}.rows", found, dtype=pl.Int32)
        )
        return frame.join(
            groups, on=["_submission", "_instance"], how="left", maintain_order="left"
        )

    def _moved(self, one: list[bool], other: list[bool]) -> int | None:
        here = {row for row, filled in enumerate(one) if filled}
        there = {row for row, filled in enumerate(other) if filled}
        if here == there or len(there) < self.least:
            return None
        for rows in range(1, self.most + 1):
            for moved in (rows, -rows):
                if here == {row + moved for row in there}:
                    return moved
        return None
