"""What one cell's text says by itself: a number with its signs, or which kind of words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from xlkit.values.cast import Problem, Repair, repaired
from xlkit.values.choices import Options
from xlkit.values.dates import cast_date
from xlkit.values.numbers import read_number
from xlkit.values.split import Parts, split_lead, split_parts, split_trail
from xlkit.values.text import fold_signs, is_broken, squeeze, without_blanks
from xlkit.values.vocabulary import Vocabulary

_DIGIT = re.compile("[0-9]")


class ValueKind(StrEnum):
    """What sort of value an indicator has."""

    NUMBER = "number"
    RANGE = "range"
    DATE = "date"
    PERIOD = "period"
    RELATIVE = "relative"
    LEVEL = "level"
    TEXT = "text"
    NOT_APPLICABLE = "not_applicable"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True)
class Reading:
    """A kind and its normal text; operators and units still as they were written beside it."""

    kind: ValueKind
    text: str
    operators: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    repairs: tuple[Repair, ...] = ()


@dataclass(frozen=True, slots=True)
class Context:
    """What a text is read against: the words known, and which cells beside it are filled."""

    vocabulary: Vocabulary
    levels: Options
    has_operator: bool = False
    has_unit: bool = False


def read_value(text: str, context: Context) -> Reading | Problem:
    """What a tidy, non-empty text says.

    Problems: `value-not-a-number` for digits and signs that make no number, `range-reversed`,
    `value-two-operators` for one behind the other, `value-without-number` for an operator or
    a unit alone.
    """
    found = _listed(text, context) or _numeric(text, context)
    return found or _suspect(text, context) or _worded(text, context)


def _listed(text: str, context: Context) -> Reading | None:
    """A word for not applicable, or one of the levels."""
    lists = (
        (ValueKind.NOT_APPLICABLE, context.vocabulary.absent_options),
        (ValueKind.LEVEL, context.levels),
    )
    for kind, options in lists:
        found = options.find(text)
        if found is not None and found.value is not None:
            return Reading(kind, found.value, repairs=found.repairs)
    return None


def _numeric(text: str, context: Context) -> Reading | Problem | None:
    parts = split_parts(text, context.vocabulary)
    if parts is None:
        return None
    low = read_number(fold_signs(parts.low))
    high = read_number(fold_signs(parts.high)) if parts.high else low
    half_united = parts.inner and not (parts.unit or parts.before or context.has_unit)
    if low is None or high is None or half_united:
        return Problem("value-not-a-number")
    if Decimal(low[0]) > Decimal(high[0]):
        return Problem("range-reversed")
    kind = ValueKind.RANGE if parts.high else ValueKind.NUMBER
    normal = f"{low[0]}-{high[0]}" if parts.high else low[0]
    codes = (*low[1], *high[1], *_sign_codes(parts))
    repairs = _blank_repairs(text, without_blanks(text)) + repaired(codes, parts.number, normal)
    return Reading(kind, normal, parts.operators, parts.units, repairs)


def _sign_codes(parts: Parts) -> tuple[str, ...]:
    """The repair of a number whose digits, signs or dash are not the plain ones."""
    dash = "-" if parts.high else ""
    as_plain = fold_signs(parts.low) + parts.inner + dash + fold_signs(parts.high)
    return () if as_plain == parts.number else ("repaired-signs",)


def _suspect(text: str, context: Context) -> Problem | None:
    """The problem of a text that was meant as a number or holds no value at all."""
    vocabulary = context.vocabulary
    lead, rest = split_lead(text, vocabulary)
    second, beyond = split_lead(rest, vocabulary)
    if not beyond or vocabulary.unit_options.find(rest) is not None:
        return Problem("value-without-number")
    if lead and second:
        return Problem("value-two-operators", {"first": lead, "second": second})
    joined = without_blanks(rest)
    looks_numeric = vocabulary.numeric_look.fullmatch(fold_signs(joined)) is not None
    if is_broken(rest):
        looks_numeric = looks_numeric or split_parts(joined, vocabulary) is not None
    if looks_numeric and _DIGIT.search(fold_signs(joined)) and cast_date(rest).value is None:
        return Problem("value-not-a-number")
    return None


def _worded(text: str, context: Context) -> Reading:
    """Words, without the operator before or behind them where that keeps them whole."""
    lead, rest = split_lead(text, context.vocabulary)
    blanks = _blank_repairs(text, lead + rest)
    operators = (lead,) if lead else ()
    if lead and (found := _listed(rest, context)):
        return Reading(found.kind, found.text, operators, (), blanks + found.repairs)
    body, trail = split_trail(rest, context.vocabulary)
    if trail and (found := _listed(body, context)) and found.kind is ValueKind.LEVEL:
        return Reading(found.kind, found.text, (*operators, trail), (), blanks + found.repairs)
    kind = _kind_of_words(rest, context.vocabulary)
    is_sign = fold_signs(lead) in context.vocabulary.operator_options.names
    if kind is ValueKind.TEXT and not (is_sign or context.has_operator):
        return Reading(_kind_of_words(text, context.vocabulary), text)
    return Reading(kind, rest, operators, (), blanks)


def _kind_of_words(text: str, vocabulary: Vocabulary) -> ValueKind:
    key = squeeze(text)
    if vocabulary.relative_pattern.search(key):
        return ValueKind.RELATIVE
    if vocabulary.period_pattern.search(key):
        return ValueKind.PERIOD
    if vocabulary.date_pattern.search(key) or cast_date(text).value is not None:
        return ValueKind.DATE
    return ValueKind.TEXT


def _blank_repairs(text: str, value: str) -> tuple[Repair, ...]:
    return () if text == value else (Repair("repaired-blanks", text, value),)
