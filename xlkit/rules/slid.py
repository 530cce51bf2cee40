"""Slid: a column whose filled cells are those of another column, a row or more away."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import Field

from xlkit.form.blocks import Table
from xlkit.form.fields import ChoiceField, Reference, TextField
from xlkit.form.model import Form, PlacedBlock
from xlkit.form.rows import rows_of
from xlkit.form.texts import Name
from xlkit.rules.check import Check
from xlkit.rules.formula import Area, Node
from xlkit.rules.kind import Rule, field_problems
from xlkit.rules.live import Live, area, in_use, says_nothing
from xlkit.rules.terms import both, call, compared, either, how_many, over, when

if TYPE_CHECKING:
    import polars as pl


class Slid(Rule):
    """One finding at both ends, where cells are left empty and stick out."""

    kind: ClassVar[str] = "slid"
    face: ClassVar[str] = (
        "Shown below the table for columns of texts and choices that every row has; for others, "
        "decided on return."
    )

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

    def live(self, form: Form) -> Iterator[Live]:
        placed = form.block(self.block)
        if not self._is_seen(form, placed):
            yield from super().live(form)
            return
        one, other = (
            area(form, placed, Reference(placed.path, None, name))
            for name in (self.field, self.beside)
        )
        moves = [move for rows in range(1, self.most + 1) for move in (rows, -rows)]
        slid = either(*[_is_moved(one, other, rows) for rows in moves])
        many = compared(over(_filled, other), ">=", self.least)
        apart = compared(over(_unlike, one, other), ">", 0)
        doubts = [compared(over(_doubtful, column), ">", 0) for column in (one, other)]
        words = self.words(placed, self.field, "rows-slid")
        unsure = self.unsure(placed, self.field)
        found = when(both(many, apart), when(slid, words))
        node = call("IFERROR", when(either(*doubts), unsure, found), unsure)
        yield Live(placed.path, whole=in_use(placed, node))

    def _is_seen(self, form: Form, placed: PlacedBlock) -> bool:
        """Whether the workbook sees which cells of both columns are filled."""
        names = (self.field, self.beside)
        return all(
            isinstance(placed.field(name), TextField | ChoiceField) for name in names
        ) and not any(
            name in row.without or name in row.defaults
            for row in rows_of(form, placed, 0)
            for name in names
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


# in the workbook


def _is_moved(one: Area, other: Area, rows: int) -> Node:
    """Whether the cells filled in one column are those of the other so many rows down."""
    if rows > 0:
        here, there = replace(one, top=rows), replace(other, bottom=rows)
    else:
        here, there = replace(one, bottom=-rows), replace(other, top=-rows)
    as_many = compared(over(_filled, one), "=", over(_filled, here))
    all_moved = compared(over(_filled, other), "=", over(_filled, there))
    return both(compared(over(_unlike, here, there), "=", 0), as_many, all_moved)


def _has_text(span: Node) -> Node:
    return compared(call("LEN", span), ">", 0)


def _filled(span: Node) -> Node:
    return how_many(_has_text(span))


def _unlike(one: Node, other: Node) -> Node:
    return how_many(compared(_has_text(one), "<>", _has_text(other)))


def _doubtful(span: Node) -> Node:
    """How many cells hold something and may say nothing."""
    return call("SUMPRODUCT", compared(_has_text(span), "*", says_nothing(span)))
