"""Unit: the unit that an indicator's name or its preset row leads to expect."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, ClassVar, cast

from xlkit.findings import Severity
from xlkit.form.fields import IndicatorField, Reference
from xlkit.form.model import Form, PlacedBlock
from xlkit.form.rows import Row, rows_of
from xlkit.rules import defined_names as names
from xlkit.rules.check import Check
from xlkit.rules.expected import (
    Expectation,
    expectation_of,
    expectations,
    fitting,
    hinting_fields,
    name_hint,
)
from xlkit.rules.formula import Cell, Literal, Look, Name, Node, Words
from xlkit.rules.kind import Rule, field_problems
from xlkit.rules.live import Live, is_decimal, is_open, is_wrong, later, mark_of
from xlkit.rules.terms import call, compared, either, empty, listed, negated, when
from xlkit.rules.value_cells import value_cells
from xlkit.values.reading import ValueKind

if TYPE_CHECKING:
    import polars as pl

_CODES = ("unit-missing", "unit-unexpected", "unit-unfinished", "number-expected")
_NUMBERS = (ValueKind.NUMBER, ValueKind.RANGE)
_WORDS = (ValueKind.TEXT, ValueKind.LEVEL)


class Unit(Rule):
    """Warnings: a name only suggests a unit. A bare 0 needs none."""

    kind: ClassVar[str] = "unit"
    face: ClassVar[str] = (
        "Shown beside the row; a word that may be a date or a comparison is left to the return."
    )
    weight: ClassVar[Severity] = Severity.WARNING

    block: str
    field: str
    """An indicator value."""
    name: str
    """The field that names the indicator."""

    def problems(self, form: Form) -> Iterator[str]:
        found = list(field_problems(form, self.block, (self.field, self.name)))
        yield from found
        if not found and not isinstance(form.block(self.block).field(self.field), IndicatorField):
            yield f"'{self.block}.{self.field}' is no indicator value"

    def checks(self, form: Form) -> Iterator[Check]:
        import polars as pl

        placed = form.block(self.block)
        verdict, expected = f"{self.id}.code", f"{self.id}.expected"
        for code in _CODES:
            yield Check(
                id=f"{self.id}.{code}",
                code=code,
                severity=self.severity_,
                block=placed.path,
                passes=pl.col(verdict) != code,
                fields=(self.field,),
                before=code == "unit-unexpected",
                reads=(self.name,),
                value=pl.col(self.field),
                expected=pl.col(expected),
                message=self.said(form),
                prepare=_Judge(form, placed, self).add,
            )

    def live(self, form: Form) -> Iterator[Live]:
        if mark_of(self.severity_) is not None:
            placed = form.block(self.block)
            expected = expectations(form)
            known: dict[object, Node | None] = {}

            def beside(row: Row) -> Node | None:
                unit = row.node.unit if row.key and row.node else None
                name = unit or row.fixed.get(self.name)
                key = (name, unit, self.field in (*row.without, *row.fixed))
                if key not in known:
                    known[key] = _Beside(self, form, placed, row, expected).node()
                return known[key]

            yield Live(placed.path, row=beside)


class _Judge:
    """Adds what is to be said of each row's unit, and what was expected, as columns."""

    def __init__(self, form: Form, placed: PlacedBlock, rule: Unit) -> None:
        self._form = form
        self._rule = rule
        self._fitting: dict[Expectation, frozenset[str]] = {}
        self._presets: Mapping[str, str] = {
            row.key: row.node.unit
            for row in rows_of(form, placed)
            if row.key and row.node and row.node.unit
        }

    def add(self, frame: pl.DataFrame) -> pl.DataFrame:
        import polars as pl

        if f"{self._rule.id}.code" in frame.columns:
            return frame
        field = self._rule.field
        columns = ["_key", self._rule.name, f"{field}.kind", f"{field}.digits", f"{field}.unit"]
        said = [self._said(*row) for row in frame.select(columns).iter_rows()]
        return frame.with_columns(
            pl.Series(f"{self._rule.id}.code", [code for code, _ in said], dtype=pl.String),
            pl.Series(f"{self._rule.id}.expected", [wanted for _, wanted in said], dtype=pl.String),
        )

    def _said(
        self,
        key: str | None,
        name: str | None,
        kind: str | None,
        digits: str | None,
        unit: str | None,
    ) -> tuple[str, str]:
        """The code for a row ('' where all is well), and the units that were expected."""
        wanted = self._expected(key, name or "")
        listed = "、".join(wanted.units)
        if kind in _WORDS and wanted.units:
            return "number-expected", listed
        if kind not in _NUMBERS or _is_zero(digits):
            return "", listed
        if not unit:
            return "unit-missing", listed
        spec = self._form.unit(unit)
        if spec is not None and spec.instead:
            return "unit-unfinished", spec.instead
        if not self._fits(unit, wanted):
            return "unit-unexpected", listed
        return "", listed

    def _expected(self, key: str | None, name: str) -> Expectation:
        """Units of which one is right, and units that cannot be."""
        preset = self._presets.get(key or "")
        return Expectation.preset(preset) if preset else expectation_of(self._form, name)

    def _fits(self, unit: str, expected: Expectation) -> bool:
        """Whether a unit is one of those expected, or converts into one, and is not barred."""
        if expected not in self._fitting:
            self._fitting[expected] = frozenset(fitting(self._form, expected))
        fits = not expected.units or unit in self._fitting[expected]
        return fits and unit not in expected.not_units


def _is_zero(digits: str | None) -> bool:
    return digits is not None and set(digits) <= set("-0.")


class _Beside:
    """The words of the workbook beside one row."""

    def __init__(
        self,
        rule: Unit,
        form: Form,
        placed: PlacedBlock,
        row: Row,
        known: tuple[Expectation, ...],
    ) -> None:
        self._rule = rule
        self._form = form
        self._placed = placed
        self._row = row
        self._field = cast("IndicatorField", placed.field(rule.field))
        self._expectations = known
        self._later = later(placed, rule.field)

    def node(self) -> Node | None:
        if self._rule.field in (*self._row.without, *self._row.fixed):
            return None
        _, value, self._unit = value_cells(self._field)
        cell = Cell(self._field.name, Look.NUMBER if self._field.split else Look.WHOLE)
        nonzero = compared(
            call("SUBSTITUTE", call("SUBSTITUTE", value, "0", ""), ".", ""), "<>", ""
        )
        number = when(
            nonzero,
            when(empty(self._unit), self._words("unit-missing"), self._about_unit()),
        )
        absent = listed(cell, Name(names.ABSENT))
        worded = when(absent, "", self._by_name(self._about_words))
        own = Reference(None, None, self._field.name)
        name = Reference(None, None, self._rule.name)
        settled = either(
            empty(cell),
            is_wrong(self._form, self._placed, own),
            is_open(self._form, self._placed, own),
            # A name that is missing or wrong is said first.
            *([] if self._is_named else [is_wrong(self._form, self._placed, name)]),
        )
        said: Node = when(is_decimal(value), number, worded)
        if not self._is_named:
            said = when(is_open(self._form, self._placed, name), self._later, said)
        found = when(settled, "", said)
        return call("IFERROR", found, self._later)

    @property
    def _is_named(self) -> bool:
        """Whether the row's name is printed."""
        return self._rule.name in self._row.fixed

    def _words(self, code: str) -> Words:
        return self._rule.words(self._placed, self._field.name, code)

    def _about_unit(self) -> Node:
        """The words for a number with a unit."""
        return when(
            listed(self._unit, Name(names.UNFINISHED)),
            self._words("unit-unfinished"),
            when(listed(self._unit, Name(names.DATED)), self._later, self._by_name(self._misfit)),
        )

    def _misfit(self, number: int) -> Node:
        expected = self._expectations[number]
        wrong: list[Node] = []
        if expected.units:
            wrong.append(negated(listed(self._unit, Name(names.fits_name(number)))))
        if expected.not_units:
            wrong.append(listed(self._unit, Name(names.bars_name(number))))
        return when(either(*wrong), self._words("unit-unexpected")) if wrong else Literal("")

    def _about_words(self, number: int) -> Node:
        """The words for an answer in words where a number with a unit is expected."""
        if not self._expectations[number].units:
            return Literal("")
        levels = Name(names.levels_name(self._field.scale))
        cell = Cell(self._field.name, Look.NUMBER if self._field.split else Look.WHOLE)
        if not self._form.levels(self._field):
            return self._later
        return when(listed(cell, levels), self._words("number-expected"), self._later)

    def _by_name(self, said: Callable[[int], Node]) -> Node:
        """What is said where the row or its name leads to expect something."""
        preset = self._row.node.unit if self._row.key and self._row.node else None
        if preset:
            return said(self._expectations.index(Expectation.preset(preset)))
        fixed = self._row.fixed.get(self._rule.name)
        hints = range(len(self._form.unit_hints))
        if fixed is not None:
            expected = expectation_of(self._form, fixed)
            known = expected in self._expectations
            return said(self._expectations.index(expected)) if known else Literal("")
        hint: Node = Cell(self._rule.name, Look.HINT)
        if self._rule.name not in hinting_fields(self._form, self._placed):
            hint = name_hint(self._form, self._placed, self._rule.name)
        node: Node = when(compared(hint, "<", 0), self._later)
        for number in reversed(hints):
            node = when(compared(hint, "=", number + 1), said(number), node)
        return node
