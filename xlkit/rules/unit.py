"""Unit: the unit that an indicator's name or its preset row leads to expect."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, ClassVar

from xlkit.findings import Severity
from xlkit.form.fields import IndicatorField
from xlkit.form.model import Form, PlacedBlock
from xlkit.form.rows import rows_of
from xlkit.rules.check import Check
from xlkit.rules.kind import Rule, field_problems
from xlkit.rules.names import bare_name
from xlkit.values.reading import ValueKind

if TYPE_CHECKING:
    import polars as pl

_CODES = ("unit-missing", "unit-unexpected", "unit-unfinished", "number-expected")
_NUMBERS = (ValueKind.NUMBER, ValueKind.RANGE)
_WORDS = (ValueKind.TEXT, ValueKind.LEVEL)


class Unit(Rule):
    """Warnings: a name only suggests a unit. A bare 0 needs none."""

    kind: ClassVar[str] = "unit"
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


class _Judge:
    """Adds what is to be said of each row's unit, and what was expected, as columns."""

    def __init__(self, form: Form, placed: PlacedBlock, rule: Unit) -> None:
        self._form = form
        self._rule = rule
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
        units, banned = self._expected(key, name or "")
        listed = "、".join(units)
        if kind in _WORDS and units:
            return "number-expected", listed
        if kind not in _NUMBERS or _is_zero(digits):
            return "", listed
        if not unit:
            return "unit-missing", listed
        spec = self._form.unit(unit)
        if spec is not None and spec.instead:
            return "unit-unfinished", spec.instead
        if unit in banned or (units and not self._fits(unit, units)):
            return "unit-unexpected", listed
        return "", listed

    def _expected(self, key: str | None, name: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Units of which one is right, and units that cannot be."""
        preset = self._presets.get(key or "")
        if preset is not None:
            return (preset,), ()
        bare = bare_name(name)
        for hint in self._form.unit_hints:
            if bare.endswith(hint.endings):
                return hint.units, hint.not_units
        return (), ()

    def _fits(self, unit: str, units: tuple[str, ...]) -> bool:
        """Whether a unit is one of those expected, or converts into one."""
        spec = self._form.unit(unit)
        wanted = [self._form.unit(name) for name in units]
        return unit in units or any(
            spec is not None and other is not None and spec.dimension == other.dimension
            for other in wanted
        )


def _is_zero(digits: str | None) -> bool:
    return digits is not None and set(digits) <= set("-0.")
