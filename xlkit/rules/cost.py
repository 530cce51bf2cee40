"""Cost: the money that indicators of cost name is the money of the budget."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar

from xlkit.findings import Severity
from xlkit.form.fields import AmountField, IndicatorField, Reference
from xlkit.form.lists import UnitSpec
from xlkit.form.model import Form
from xlkit.form.texts import Name
from xlkit.rules.check import NUMBER, Check, as_text, tolerance, total_of
from xlkit.rules.kind import Rule, decimals_of, field_problems, reference_problems
from xlkit.rules.total import condition_problems, said_in

if TYPE_CHECKING:
    import polars as pl

_ROWS = ("_submission", "_instance")


class Cost(Rule):
    """One of the amounts, or all of them together, make the budget; rates are left alone."""

    kind: ClassVar[str] = "cost"
    weight: ClassVar[Severity] = Severity.WARNING

    block: str
    field: Name
    """An indicator value; it counts where it is a number of money."""
    budget: str
    """The amount that it must make: `block.field`, or `block[row].field`."""
    when: dict[Name, tuple[str, ...]] = {}
    """Rows that speak of cost: those where each of these fields says one of these names."""
    name: Name | None = None
    """The field that names the indicator."""
    without: tuple[str, ...] = ()
    """Names that hold one of these words speak of a part: a cost per head, a price."""

    def problems(self, form: Form) -> Iterator[str]:
        names = (self.field, *self.when, *((self.name,) if self.name else ()))
        found = [*field_problems(form, self.block, names)]
        found += reference_problems(form, self.block, (self.budget,))
        yield from found
        if found:
            return
        placed, budget = form.block(self.block), Reference.parse(self.budget)
        yield from condition_problems(form, placed, self.when)
        if not isinstance(placed.field(self.field), IndicatorField):
            yield f"'{self.block}.{self.field}' is no indicator value"
        if budget.block is None:
            yield f"'{self.budget}' is of the same row; right would be block.field"
        elif not isinstance(form.block(budget.block).field(budget.field), AmountField):
            yield f"'{self.budget}' is no amount"
        elif _unit_of(form, budget) is None:
            yield f"'{self.budget}' has no unit of money"
        if self.without and self.name is None:
            yield "'without' needs 'name'"

    def checks(self, form: Form) -> Iterator[Check]:
        import polars as pl

        placed, budget = form.block(self.block), Reference.parse(self.budget)
        wanted = total_of((budget,))
        near = tolerance(decimals_of(form, placed, (budget,)))
        money = pl.col(f"{self.id}.money")
        whole = money.sum().over(*_ROWS)
        unread = _asked(self) & (pl.col(f"{self.field}.state") == "refused")
        fits = ((money - wanted).abs() <= near).any().over(*_ROWS)
        yield Check(
            id=self.id,
            code="cost-not-budget",
            severity=self.severity_,
            block=placed.path,
            passes=(
                money.is_null()
                | unread.any().over(*_ROWS)
                | fits
                | ((whole - wanted).abs() <= near)
            ),
            fields=(self.field,),
            references=(budget,),
            reads=(*self.when, *((self.name,) if self.name else ())),
            together=pl.col("_instance"),
            value=as_text(whole),
            expected=as_text(wanted),
            params={"unit": unit.name if (unit := _unit_of(form, budget)) else ""},
            message=self.said(form),
            prepare=_Money(form, self).add,
        )


class _Money:
    """Adds the money that each row of cost names, in the unit of the budget."""

    def __init__(self, form: Form, rule: Cost) -> None:
        self._form = form
        self._rule = rule
        self._unit = _unit_of(form, Reference.parse(rule.budget))

    def add(self, frame: pl.DataFrame) -> pl.DataFrame:
        import polars as pl

        field = self._rule.field
        asked = frame.select(_asked(self._rule).alias("asked"))["asked"].to_list()
        values = frame.select(f"{field}.number", f"{field}.unit").iter_rows()
        money = [
            self._money(*value) if counts else None
            for counts, value in zip(asked, values, strict=True)
        ]
        return frame.with_columns(pl.Series(f"{self._rule.id}.money", money, dtype=NUMBER()))

    def _money(self, number: Decimal | None, unit: str | None) -> Decimal | None:
        spec = self._form.unit(unit or "")
        if number is None or spec is None or self._unit is None:
            return None
        if spec.dimension != self._unit.dimension:
            return None
        return round(number * spec.factor / self._unit.factor, 8)


def _unit_of(form: Form, reference: Reference) -> UnitSpec | None:
    """The unit of money that an amount is in."""
    field = form.block(reference.block or "").field(reference.field)
    own = field.unit if isinstance(field, AmountField) else None
    return form.unit((form.money if own is None else own) or "")


def _asked(rule: Cost) -> pl.Expr:
    """Whether a row speaks of the cost as a whole."""
    import polars as pl

    asked = said_in(rule.when) if rule.when else pl.lit(value=True)
    if rule.name is not None:
        for word in rule.without:
            part = pl.col(rule.name).str.contains(word, literal=True)
            asked = asked & ~part.fill_null(value=False)
    return asked
