"""Change: an amount that differs so much from another year's that it wants an explanation."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, ClassVar

from pydantic import Field

from xlkit.findings import Severity
from xlkit.form.blocks import Matrix, Record, Table
from xlkit.form.fields import AmountField, IndicatorField, IntegerField, Reference
from xlkit.form.model import Form, PlacedBlock
from xlkit.form.rows import Row, rows_of
from xlkit.form.texts import Name
from xlkit.rules.check import NUMBER, Check, as_text
from xlkit.rules.figures import given, holds_between, summed
from xlkit.rules.formula import Cell, Literal, Look, Node
from xlkit.rules.kind import Rule, field_problems
from xlkit.rules.live import Live, in_use, says_nothing, spoken
from xlkit.rules.terms import both, call, compared, empty, when


class Change(Rule):
    """Both thresholds must be passed: small figures double easily, and large ones move a little."""

    kind: ClassVar[str] = "change"
    face: ClassVar[str] = (
        "Shown beside the row, of a record below it; a figure that is no stored number "
        "leaves it to the return."
    )
    weight: ClassVar[Severity] = Severity.WARNING

    block: str
    field: Name
    """The amount, or whole number, that may have changed too much."""
    before: Name
    """The one of another year in the same row."""
    percent: Annotated[Decimal, Field(gt=0)]
    """Percent of the earlier figure that the change must exceed; nothing before counts as any."""
    amount: Annotated[Decimal, Field(ge=0)] = Decimal(0)
    """What the change must exceed besides, in the field's own unit."""
    rows: tuple[str, ...] = ()
    """Keys of the rows that are asked; left out, all of them."""
    reason: Name | None = None
    """A field of the row that gives the explanation; where it is filled, nothing is said."""

    def problems(self, form: Form) -> Iterator[str]:
        names = (self.field, self.before, *((self.reason,) if self.reason else ()))
        found = list(field_problems(form, self.block, names))
        yield from found
        if found:
            return
        placed = form.block(self.block)
        for name in (self.field, self.before):
            if not isinstance(placed.field(name), AmountField | IntegerField):
                yield f"'{self.block}.{name}' is no amount and no whole number"
        keys = [row.key for row in rows_of(form, placed) if row.key]
        if not isinstance(placed.block, Table):
            yield from (f"there is no row '{key}'" for key in self.rows if key not in keys)

    def checks(self, form: Form) -> Iterator[Check]:
        import polars as pl

        placed = form.block(self.block)
        now, before = (pl.col(name).cast(NUMBER()) for name in (self.field, self.before))
        moved = (now - before).abs()
        much = (moved * 100 > before.abs() * self.percent) & (moved > self.amount)
        asked = pl.col("_active") & (pl.col("_key").is_in(list(self.rows)) if self.rows else True)
        told = pl.lit(value=False)
        if self.reason is not None:
            told = pl.col(f"{self.reason}.state") != "empty"
        yield Check(
            id=self.id,
            code="change-unexplained",
            severity=self.severity_,
            block=placed.path,
            passes=~asked | told | ~much,
            fields=(self.field, self.before),
            value=as_text(now),
            expected=as_text(before),
            params={
                "other": placed.field(self.before).label,
                "percent": f"{self.percent:f}",
                "change": as_text(now - before),
            },
            message=self.said(form),
        )

    def live(self, form: Form) -> Iterator[Live]:
        placed = form.block(self.block)
        if isinstance(placed.block, Record):
            yield Live(placed.path, whole=self._words_of(form, placed, None))
            return
        known: dict[str | None, Node] = {}

        def beside(row: Row) -> Node | None:
            if self.rows and row.key not in self.rows:
                return None
            # Only in a matrix do rows differ in which of their figures are computed.
            key = row.key if isinstance(placed.block, Matrix) else None
            if key not in known:
                known[key] = self._words_of(form, placed, key)
            return known[key]

        yield Live(placed.path, row=beside)

    def _words_of(self, form: Form, placed: PlacedBlock, key: str | None) -> Node:
        """The words of a row; that of a matrix is named by its key."""
        block = None if key is None else placed.path
        now, before = (Reference(block, key, name) for name in (self.field, self.before))
        one, other = summed(form, placed, (now,)), summed(form, placed, (before,))
        moved = call("ABS", compared(one, "-", other))
        share = compared(call("ABS", other), "*", float(self.percent / 100))
        much = both(
            holds_between(moved, ">", share), holds_between(moved, ">", Literal(float(self.amount)))
        )
        asked = [given(form, placed, (item,)) for item in (now, before)]
        words = when(much, self.words(placed, self.field, "change-unexplained"))
        unsure = self.unsure(placed, self.field)
        found = spoken(form, placed, (now, before), unsure, words)
        if self.reason is not None:
            told = self._reason_of(placed, self.reason)
            found = when(empty(told), found, when(says_nothing(told), unsure))
        return in_use(placed, when(both(*asked), found))

    def _reason_of(self, placed: PlacedBlock, name: str) -> Node:
        field = placed.field(name)
        split = isinstance(field, IndicatorField) and field.split
        return Cell(name, Look.NUMBER if split else Look.WHOLE)
