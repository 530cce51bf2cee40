"""Indicator values: an operator, a number and a unit, or words; from three cells or from one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from xlkit.values.cast import Cast, Problem, Repair, refused
from xlkit.values.choices import Options
from xlkit.values.reading import Context, Reading, ValueKind, read_value
from xlkit.values.split import split_value
from xlkit.values.text import squeeze, tidy
from xlkit.values.vocabulary import Operator, Unit, Vocabulary

__all__ = [
    "NO_VALUE",
    "Indicator",
    "Operator",
    "Unit",
    "ValueKind",
    "Vocabulary",
    "cast_indicator",
    "cast_indicator_text",
    "split_value",
]

#: The problem of two that differ, and the repair of two that agree.
_OPERATOR_CODES = ("value-two-operators", "operator-in-value")
_UNIT_CODES = ("value-two-units", "unit-in-value")

_BOUNDS = re.compile(r"(-?[0-9.]+)-(-?[0-9.]+)")


@dataclass(frozen=True, slots=True)
class Indicator:
    """One value in normal form.

    `number` is the exact decimal text of a number (75.240 keeps its zero), `low-high` of a
    range, or the words of any other kind. `operator` and `unit` are names of the vocabulary
    or empty.
    """

    kind: ValueKind
    operator: str
    number: str
    unit: str

    @property
    def text(self) -> str:
        """The value as it is printed: ≥98%."""
        return f"{self.operator}{self.number}{self.unit}"

    @property
    def amount(self) -> Decimal | None:
        """The number in its unit; None for every other kind."""
        return Decimal(self.number) if self.kind is ValueKind.NUMBER else None

    @property
    def bounds(self) -> tuple[Decimal, Decimal] | None:
        """Both ends of a range, inclusive, in its unit; None for every other kind."""
        match = _BOUNDS.fullmatch(self.number) if self.kind is ValueKind.RANGE else None
        return None if match is None else (Decimal(match[1]), Decimal(match[2]))


#: For callers that want an indicator where nothing was written and `Cast.value` is None.
NO_VALUE = Indicator(ValueKind.EMPTY, "", "", "")


def cast_indicator_text(
    raw: str, vocabulary: Vocabulary, *, levels: Sequence[str] = ()
) -> Cast[Indicator]:
    """The value of a single cell."""
    return cast_indicator("", raw, "", vocabulary, levels=levels)


def cast_indicator(
    operator: str, number: str, unit: str, vocabulary: Vocabulary, *, levels: Sequence[str] = ()
) -> Cast[Indicator]:
    """The value of three cells; the number's cell may hold the operator and the unit too.

    An operator or unit in two places must be the same. A word for not applicable in the
    operator's or the unit's cell counts as nothing there (`placeholder-dropped`), and beside
    a value that is not applicable a unit says nothing and is left out.
    Problems: `operator-unknown`, `unit-unknown`, `value-without-number`,
    `value-not-a-number`, `range-reversed`, `value-two-operators`, `value-two-units`,
    `unit-beside-words`.
    """
    signs, units = vocabulary.operator_options, vocabulary.unit_options
    sign = _cell(operator, signs, vocabulary, "operator-unknown")
    measure = _cell(unit, units, vocabulary, "unit-unknown")
    problem = sign.problem or measure.problem
    body = tidy(number)
    if problem is None and body.value is None and (sign.value or measure.value):
        problem = Problem("value-without-number")
    if problem is not None or body.value is None:
        return Cast(None, problem=problem)
    context = Context(
        vocabulary, _level_options(tuple(levels)), bool(sign.value), bool(measure.value)
    )
    found = read_value(body.value, context)
    if isinstance(found, Problem):
        return Cast(None, problem=found)
    sign = _agreed(sign, found.operators, signs, _OPERATOR_CODES)
    measure = _measure(measure, found, units)
    if sign.problem or measure.problem:
        return Cast(None, problem=sign.problem or measure.problem)
    repairs = sign.repairs + body.repairs + found.repairs + measure.repairs
    value = Indicator(found.kind, sign.value or "", found.text, measure.value or "")
    return Cast(_dated(value, vocabulary), repairs)


def _cell(raw: str, options: Options, vocabulary: Vocabulary, unknown: str) -> Cast[str]:
    found = options.match(raw)
    if found.problem is None:
        return found
    if vocabulary.absent_options.find(raw) is not None:
        return Cast(None, (Repair("placeholder-dropped", raw, ""),))
    return refused(unknown, text=raw, **found.problem.params)


def _measure(cell: Cast[str], found: Reading, units: Options) -> Cast[str]:
    """The unit that cell and number agree on."""
    if found.kind in (ValueKind.NUMBER, ValueKind.RANGE):
        return _agreed(cell, found.units, units, _UNIT_CODES)
    if found.kind is ValueKind.NOT_APPLICABLE or not cell.value:
        return Cast(None)
    return refused("unit-beside-words", text=found.text, unit=cell.value)


def _agreed(
    cell: Cast[str], written: Sequence[str], options: Options, codes: tuple[str, str]
) -> Cast[str]:
    """The one name that the cell and the spellings beside the number stand for."""
    matches = [options.match(text) for text in written]
    names = [name for name in (cell.value, *(match.value for match in matches)) if name]
    if not names:
        return Cast(None, cell.repairs)
    other = next((name for name in names if name != names[0]), None)
    if other is not None:
        return refused(codes[0], first=names[0], second=other)
    repairs = cell.repairs + tuple(repair for match in matches for repair in match.repairs)
    if len(names) > 1:
        repairs += (Repair(codes[1], written[-1], names[0]),)
    return Cast(names[0], repairs)


def _dated(value: Indicator, vocabulary: Vocabulary) -> Indicator:
    """The value as a date where number and unit together are one."""
    words = value.number + value.unit
    if value.kind is ValueKind.NUMBER and vocabulary.date_pattern.fullmatch(squeeze(words)):
        return Indicator(ValueKind.DATE, value.operator, words, "")
    return value


@lru_cache(maxsize=64)
def _level_options(levels: tuple[str, ...]) -> Options:
    return Options.of((level, ()) for level in levels)
