"""Cost: the money that indicators of cost name is the money of the budget."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar

from xlkit.findings import Severity
from xlkit.form.fields import AmountField, BaseField, ChoiceField, IndicatorField, Reference
from xlkit.form.lists import UnitSpec
from xlkit.form.model import Form
from xlkit.form.rows import Row
from xlkit.form.texts import Name
from xlkit.rules.check import NUMBER, SCALE, Check, as_text, tolerance, total_of
from xlkit.rules.figures import EXACT, given, holds_between, summed
from xlkit.rules.formula import Cell, Literal, Look, Node, Several
from xlkit.rules.kind import Rule, decimals_of, field_problems, reference_problems
from xlkit.rules.live import (
    DOUBTFUL,
    FILLED,
    Hidden,
    Live,
    Mark,
    area,
    in_use,
    is_decimal,
    is_sound,
    spoken,
)
from xlkit.rules.terms import both, call, compared, holds, how_many, listed, negated, over, when
from xlkit.rules.total import condition_problems, said_in
from xlkit.rules.value_cells import value_cells
from xlkit.values.text import squeeze

if TYPE_CHECKING:
    import polars as pl

_ROWS = ("_submission", "_instance")
#: What the hidden cell of a row says that names no money, or that the return has to read.
_NONE, _UNREAD = -1, -2


class Cost(Rule):
    """One of the amounts, or all of them together, make the budget; rates are left alone."""

    kind: ClassVar[str] = "cost"
    face: ClassVar[str] = (
        "Shown below the block; where a row of cost is not plainly written, decided on return."
    )
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

    def hidden(self, form: Form) -> Iterator[Hidden]:
        placed = form.block(self.block)
        yield Hidden(placed.path, Look.MONEY, self.id, lambda row: _said_money(form, self, row))

    def live(self, form: Form) -> Iterator[Live]:
        yield from super().live(form)
        placed, budget = form.block(self.block), Reference.parse(self.budget)
        near = float(tolerance(decimals_of(form, placed, (budget,))))
        wanted = summed(form, placed, (budget,))
        rows = Reference(placed.path, None, self.field)
        money = area(form, placed, rows, Look.MONEY, rule=self.id)

        def total(span: Node) -> Node:
            return call("SUMPRODUCT", compared(span, "*", compared(span, ">=", 0)))

        def matching(span: Node) -> Node:
            apart = call("ROUND", call("ABS", compared(span, "-", wanted)), EXACT)
            fits = compared(compared(apart, "<=", near), "*", compared(span, ">=", 0))
            return call("SUMPRODUCT", fits)

        def named(span: Node) -> Node:
            return how_many(compared(span, ">=", 0))

        def unread(span: Node) -> Node:
            return how_many(compared(span, "=", _UNREAD))

        differs = both(
            compared(over(named, money), ">", 0),
            compared(over(unread, money), "=", 0),
            compared(over(matching, money), "=", 0),
            holds_between(
                call("ABS", compared(over(total, money), "-", wanted)), ">", Literal(near)
            ),
            given(form, placed, (budget,)),
        )
        words = when(differs, self.words(placed, self.field, "cost-not-budget"))
        found = spoken(form, placed, (budget,), Literal(""), words)
        keys = tuple(self.when) + ((self.name,) if self.name else ())
        yield Live(placed.path, whole=in_use(placed, found), keys=keys)


def _said_money(form: Form, rule: Cost, row: Row) -> Node:
    """The money that a row of cost names, in the unit of the budget; else why it names none."""
    placed, budget = form.block(rule.block), _unit_of(form, Reference.parse(rule.budget))
    field = placed.field(rule.field)
    if rule.field in row.without or budget is None or not isinstance(field, IndicatorField):
        return Literal(_NONE)
    _, value, unit = value_cells(field)
    factors = {
        spelt: float(spec.factor / budget.factor)
        for spec in form.units
        if spec.dimension == budget.dimension
        for name in (spec.name, *spec.aliases)
        for spelt in (name, squeeze(name))
    }
    is_one = call("EXACT", unit, Several(tuple(factors)))
    factor = call("SUMPRODUCT", compared(is_one, "*", Several(tuple(factors.values()))))
    number = call("ROUND", compared(call("VALUE", value), "*", factor), SCALE)
    reads = [*rule.when, *([rule.name] if rule.name else [])]
    sound = both(*[is_sound(name) for name in reads]) if reads else Literal(literal=True)
    worth = when(sound, number, Literal(_UNREAD))
    named = when(both(is_decimal(value), compared(factor, ">", 0)), worth, Literal(_NONE))
    own = Cell(rule.field, Look.OWN)
    missing = call("ISNUMBER", call("FIND", call("LEFT", own, 1), Mark.MISSING + Mark.EXPLAIN))
    empty_ = when(missing, Literal(_NONE), Literal(_UNREAD))
    said = when(is_sound(rule.field), named, empty_)
    asked: list[Node] = [
        listed(Cell(name), Several(_spellings(form, placed.field(name), wanted)))
        for name, wanted in rule.when.items()
    ]
    if rule.name is not None and rule.without:
        asked.append(negated(holds(Cell(rule.name), Several(rule.without))))
    counted = when(both(*asked), said, Literal(_NONE)) if asked else said
    doubtful = when(compared(FILLED, "=", DOUBTFUL), Literal(_UNREAD), counted)
    return call("IFERROR", doubtful, Literal(_UNREAD))


def _spellings(form: Form, field: BaseField, names: tuple[str, ...]) -> tuple[str, ...]:
    """Every text that is plainly one of the names."""
    if not isinstance(field, ChoiceField):
        return names
    choices = [choice for choice in form.choices(field) if choice.name in names]
    texts = [text for choice in choices for text in (choice.name, *choice.aliases)]
    return tuple(dict.fromkeys((*names, *texts, *map(squeeze, texts))))


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
