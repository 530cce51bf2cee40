"""Odd value: an indicator value that reads like a slip of the hand or of the program."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from xlkit.findings import Severity
from xlkit.form.fields import IndicatorField
from xlkit.form.model import Form, PlacedBlock
from xlkit.form.texts import Name
from xlkit.rules.check import Check
from xlkit.rules.kind import Rule, field_problems

if TYPE_CHECKING:
    import polars as pl

#: Excel's number of a day from 2009 to 2036.
_SERIAL = r"^4[0-9]{4}$"
#: 2 before a percentage up to a hundred: keyboards and fonts that lack ≥ leave it behind.
_LOST = r"^2(?:100|[1-9][0-9](?:\.[0-9]+)?)$"


class OddValue(Rule):
    """A sign before a fact of the past; a day's number without a unit; 295 where ≥95 was meant."""

    kind: ClassVar[str] = "odd_value"
    weight: ClassVar[Severity] = Severity.WARNING

    block: str
    fields: tuple[Name, ...]
    """Indicator values; those that are `past` are facts."""

    def problems(self, form: Form) -> Iterator[str]:
        found = list(field_problems(form, self.block, self.fields))
        yield from found
        if not found:
            placed = form.block(self.block)
            for name in self.fields:
                if not isinstance(placed.field(name), IndicatorField):
                    yield f"'{self.block}.{name}' is no indicator value"

    def checks(self, form: Form) -> Iterator[Check]:
        import polars as pl

        placed = form.block(self.block)
        for name in self.fields:
            field = placed.field(name)
            digits = pl.when(pl.col(f"{name}.kind") == "number").then(pl.col(f"{name}.digits"))
            unit = pl.col(f"{name}.unit").fill_null("")
            sign = pl.col(f"{name}.operator").fill_null("")
            if isinstance(field, IndicatorField) and field.past:
                bare = pl.concat_str(f"{name}.digits", unit)
                yield self._check(form, placed, name, "past-with-operator", sign != "", bare)
            day = pl.date(1899, 12, 30) + pl.duration(days=digits.cast(pl.Int64, strict=False))
            is_day = digits.str.contains(_SERIAL) & (unit == "")
            yield self._check(
                form, placed, name, "value-date-serial", is_day, day.dt.strftime("%Y-%m-%d")
            )
            lost = digits.str.contains(_LOST) & (unit == "%") & (sign == "")
            meant = pl.format("≥{}%", digits.str.slice(1))
            yield self._check(form, placed, name, "operator-lost", lost, meant)

    def _check(
        self,
        form: Form,
        placed: PlacedBlock,
        name: str,
        code: str,
        odd: pl.Expr,
        expected: pl.Expr,
    ) -> Check:
        import polars as pl

        return Check(
            id=f"{self.id}.{name}.{code}",
            code=code,
            severity=self.severity_,
            block=placed.path,
            passes=~odd,
            fields=(name,),
            own=True,
            before=code != "past-with-operator",
            value=pl.col(name),
            expected=expected,
            message=self.said(form),
        )
