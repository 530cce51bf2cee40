"""Unique: no two rows in use say the same in these fields, in one return or in a whole run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from xlkit.findings import Severity
from xlkit.form.fields import AmountField, PercentField, Reference
from xlkit.form.model import Form, PlacedBlock
from xlkit.rules.check import Check, as_text
from xlkit.rules.formula import Cell, Look, Node
from xlkit.rules.kind import Rule, field_problems
from xlkit.rules.live import DOUBTFUL, FILLED, Live, area, later, spoken
from xlkit.rules.terms import both, call, compared, empty, how_many, multiplied, negated, over, when

if TYPE_CHECKING:
    import polars as pl


class Unique(Rule):
    """Rows of one table of one return; members of a group where the block is its record."""

    kind: ClassVar[str] = "unique"
    face: ClassVar[str] = (
        "Shown beside the row that repeats one above it to the letter; other spellings "
        "and other units are found on return."
    )

    block: str
    fields: tuple[str, ...]
    across: bool = False
    """Nor do rows of two units whose returns are checked together, which is a warning unless
    `severity` says otherwise."""

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
        if self.across:
            yield self._across(form, whole, shown)

    def _across(self, form: Form, whole: pl.Expr, shown: pl.Expr) -> Check:
        """Each unit is told of one of the others; a return that names no unit of none.

        A warning unless the form says otherwise: most of those concerned did nothing wrong.
        """
        import polars as pl

        by = (*self.fields, whole & pl.col("_unit").is_not_null())
        first = [pl.col(name).first().over(*by) for name in ("_unit", "_from", "_where")]
        last = [pl.col(name).last().over(*by) for name in ("_unit", "_from", "_where")]
        own = pl.col("_unit") == first[0]
        other, there = (
            pl.when(own).then(one).otherwise(another)
            for one, another in zip(last[1:], first[1:], strict=True)
        )
        several = pl.col("_unit").n_unique().over(*by) > 1
        return Check(
            id=f"{self.id}.across",
            code="not-unique-across",
            severity=self.severity or Severity.WARNING,
            block=form.block(self.block).path,
            passes=~(whole & several & pl.col("_unit").is_not_null()),
            fields=self.fields,
            value=shown,
            params={"unit": other, "other": there},
            message=self.said(form),
        )

    def live(self, form: Form) -> Iterator[Live]:
        placed = form.block(self.block)
        beside = self._beside(form, placed)
        yield Live(placed.path, row=lambda _row: beside, keys=self.fields)

    def _beside(self, form: Form, placed: PlacedBlock) -> Node:
        """The words beside a row that says what one above it says, to the letter."""
        first = self.fields[0]
        columns = [
            area(form, placed, Reference(placed.path, None, name), above=True)
            for name in self.fields
        ]
        used = area(form, placed, Reference(placed.path, None, first), Look.FILLED, above=True)

        def alike(*spans: Node) -> Node:
            *said, filled = spans
            same = [
                call("EXACT", span, Cell(name))
                for name, span in zip(self.fields, said, strict=True)
            ]
            return call("SUMPRODUCT", multiplied([compared(filled, ">", 0), *same]))

        def doubtful(filled: Node) -> Node:
            return how_many(compared(filled, "=", DOUBTFUL))

        unsure = later(placed, first)
        own = [Reference(None, None, name) for name in self.fields]
        complete = [negated(empty(Cell(name))) for name in self.fields]
        again = compared(over(alike, *columns, used), ">", 1)
        maybe = compared(over(doubtful, used), ">", 0)
        words = self.words(placed, first, "not-unique")
        node = when(again, spoken(form, placed, own, unsure, words), when(maybe, unsure))
        asked = both(compared(FILLED, ">", 0), *complete)
        return call("IFERROR", when(asked, node), unsure)
