"""Which units an indicator's name or its preset row lets expect, as lists of the workbook."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from xlkit.form.lists import UnitHint
from xlkit.form.model import Form
from xlkit.form.rows import rows_of


@dataclass(frozen=True, slots=True)
class Expectation:
    """Names that end so have one of the units, and none of the others."""

    endings: tuple[str, ...]
    units: tuple[str, ...]
    not_units: tuple[str, ...]

    @classmethod
    def of(cls, hint: UnitHint) -> Expectation:
        return cls(hint.endings, hint.units, hint.not_units)

    @classmethod
    def preset(cls, unit: str) -> Expectation:
        return cls((), (unit,), ())


def expectations(form: Form) -> tuple[Expectation, ...]:
    """What the form's hints lead to expect, in their order, then the units of preset rows."""
    presets = dict.fromkeys(
        row.node.unit
        for placed in form.blocks
        for row in rows_of(form, placed, 0)
        if row.node is not None and row.node.unit
    )
    return (
        *map(Expectation.of, form.unit_hints),
        *(Expectation.preset(unit) for unit in presets if unit),
    )


def fitting(form: Form, expectation: Expectation) -> Iterator[str]:
    """The units that an expectation allows: those it names and those that convert to them."""
    known = [form.unit(name) for name in expectation.units]
    dimensions = {unit.dimension for unit in known if unit is not None}
    for unit in form.units:
        if unit.name in expectation.units or unit.dimension in dimensions:
            yield unit.name
            yield from unit.aliases


def barred(form: Form, expectation: Expectation) -> Iterator[str]:
    """The units that an expectation rules out."""
    for unit in form.units:
        if unit.name in expectation.not_units:
            yield unit.name
            yield from unit.aliases
