"""Change: an amount that differs so much from another year's that it wants an explanation."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, ClassVar

from pydantic import Field

from xlkit.findings import Severity
from xlkit.form.blocks import Table
from xlkit.form.fields import AmountField, IntegerField
from xlkit.form.model import Form
from xlkit.form.rows import rows_of
from xlkit.form.texts import Name, fill, say
from xlkit.rules.check import NUMBER, Check, as_text
from xlkit.rules.kind import Rule, field_problems


class Change(Rule):
    """Both thresholds must be passed: small figures double easily, and large ones move a little."""

    kind: ClassVar[str] = "change"
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
                "other": fill(say(placed.field(self.before).label, form.languages[0])),
                "percent": f"{self.percent:f}",
                "change": as_text(now - before),
            },
            message=self.said(form),
        )
