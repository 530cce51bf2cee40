"""Odd value: an indicator value that reads like a slip of the hand or of the program."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from xlkit.findings import Severity
from xlkit.form.fields import IndicatorField
from xlkit.form.model import Form, PlacedBlock
from xlkit.form.texts import Name
from xlkit.rules.check import Check
from xlkit.rules.formula import Cell, Look, Node, Several, Words
from xlkit.rules.kind import Rule, beside, type_problems
from xlkit.rules.live import Live, is_decimal, is_sound
from xlkit.rules.terms import (
    both,
    call,
    compared,
    count_of,
    either,
    empty,
    joined,
    listed,
    negated,
    when,
)
from xlkit.rules.value_cells import value_cells
from xlkit.values.text import squeeze

if TYPE_CHECKING:
    import polars as pl

#: Excel's number of a day from 2009 to 2036.
_SERIAL = r"^4[0-9]{4}$"
#: 2 before a percentage up to a hundred: keyboards and fonts that lack ≥ leave it behind.
_LOST = r"^2(?:100|[1-9][0-9](?:\.[0-9]+)?)$"
_SERIAL_DIGITS, _TENS_DIGITS = 5, 2


class OddValue(Rule):
    """A sign before a fact of the past; a day's number without a unit; 295 where ≥95 was meant."""

    kind: ClassVar[str] = "odd_value"
    face: ClassVar[str] = (
        "Shown beside the row; a value with its sign in one cell is decided on return."
    )
    weight: ClassVar[Severity] = Severity.WARNING

    block: str
    fields: tuple[Name, ...]
    """Indicator values; those that are `past` are facts."""

    def problems(self, form: Form) -> Iterator[str]:
        yield from type_problems(
            form, self.block, self.fields, (IndicatorField,), "is no indicator value"
        )

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

    def live(self, form: Form) -> Iterator[Live]:
        yield from super().live(form)
        placed = form.block(self.block)
        for name in self.fields:
            field = placed.field(name)
            if isinstance(field, IndicatorField):
                words = self._words_of(form, placed, field)
                yield beside(placed, words, unless_printed=name)

    def _words_of(self, form: Form, placed: PlacedBlock, field: IndicatorField) -> Node:
        """The words for a sound value."""
        sign, value, unit = value_cells(field)

        def words(code: str) -> Words:
            return self.words(placed, field.name, code)

        serial = both(
            empty(unit),
            compared(call("LEN", value), "=", _SERIAL_DIGITS),
            compared(call("LEFT", value, 1), "=", "4"),
            compared(count_of(value, "."), "=", 0),
        )
        rest = call("MID", value, 2, call("LEN", value))
        tens = both(
            compared(call("FIND", ".", compared(rest, "&", ".")), "=", _TENS_DIGITS + 1),
            compared(call("LEFT", rest, 1), "<>", "0"),
        )
        spec = form.unit("%")
        spelt = () if spec is None else (spec.name, *spec.aliases)
        percents = tuple(dict.fromkeys(("%", *spelt, *map(squeeze, spelt))))
        lost = both(
            empty(sign),
            compared(call("LEFT", value, 1), "=", "2"),
            either(compared(rest, "=", "100"), tens),
            listed(unit, Several(percents)),
        )
        odd = when(lost, words("operator-lost"))
        found: Node = when(is_decimal(value), when(serial, words("value-date-serial"), odd))
        if field.past and field.split:
            found = joined([when(negated(empty(sign)), words("past-with-operator")), found])
        cell = Cell(field.name, Look.NUMBER) if field.split else Cell(field.name)
        asked = both(negated(empty(cell)), is_sound(field.name))
        return call("IFERROR", when(asked, found), "")
