"""The signs and words of indicator values, which a form declares: nothing here is built in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Context, Decimal, Inexact
from functools import cached_property

from xlkit.values.choices import Options
from xlkit.values.text import fold_signs, squeeze

#: A number as people write it, on folded text without blanks; it holds no groups.
NUMBER = (
    r"[+-]?(?:(?:[1-9][0-9]{0,2}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?|\.[0-9]+)"
    r"(?:[eE][+-]?[0-9]{1,2})?"
)
#: Enough for any digits that `NUMBER` may bring, its two-digit exponent included.
_PRECISION = 400


@dataclass(frozen=True)
class Unit:
    """A unit of measure; `factor` says how many of its dimension's base unit one of it is.

    An alias of % and of its kin may also stand before the number, as Chinese says percents.
    """

    name: str
    dimension: str
    factor: Decimal
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Operator:
    """A comparison; `aliases` stand before the number, `after` behind number and unit."""

    sign: str
    aliases: tuple[str, ...] = ()
    after: tuple[str, ...] = ()


@dataclass(frozen=True)
class Vocabulary:
    """The operators, units and words that a form knows.

    `words_relative`, `words_period` and `words_date` mark a text that holds one of them; in
    them `#` stands for a number of one or two digits, `####` for one of four. A number and
    unit that together are a word of `words_date` are a date. `words_range` stand between
    the two numbers of a range, as `-` and `~` always may.
    """

    operators: tuple[Operator, ...] = ()
    units: tuple[Unit, ...] = ()
    words_not_applicable: tuple[str, ...] = ()
    words_relative: tuple[str, ...] = ()
    words_date: tuple[str, ...] = ()
    words_period: tuple[str, ...] = ()
    words_range: tuple[str, ...] = ()

    @cached_property
    def operator_options(self) -> Options:
        return Options.of((one.sign, one.aliases + one.after) for one in self.operators)

    @cached_property
    def unit_options(self) -> Options:
        return Options.of((unit.name, unit.aliases) for unit in self.units)

    @cached_property
    def absent_options(self) -> Options:
        return Options.of((word, ()) for word in self.words_not_applicable)

    @cached_property
    def unit_named(self) -> Mapping[str, Unit]:
        return {unit.name: unit for unit in reversed(self.units)}

    @cached_property
    def percent(self) -> Unit:
        """The unit named `%`, or a plain one of its own dimension."""
        return self.unit_named.get("%", Unit("%", "%", Decimal(1)))

    def unit(self, text: str) -> Unit | None:
        """The unit that a spelling means."""
        if text == "%":
            return self.percent
        found = self.unit_options.find(text)
        return None if found is None or found.value is None else self.unit_named[found.value]

    @cached_property
    def lead_pattern(self) -> re.Pattern[str]:
        """An operator at the start of a folded text."""
        return re.compile(_any_of(self._leads), re.IGNORECASE)

    @cached_property
    def trail_pattern(self) -> re.Pattern[str]:
        """Something, then an operator at the end of a folded text."""
        return re.compile(rf"(.+?)({_any_of(self._afters)})", re.IGNORECASE)

    @cached_property
    def unit_before_pattern(self) -> re.Pattern[str]:
        """A unit's alias at the start of a folded text, for units that may stand there."""
        return re.compile(_any_of(self._befores), re.IGNORECASE)

    @cached_property
    def value_pattern(self) -> re.Pattern[str]:
        """A whole value, folded and without blanks, in the groups that `split` names."""
        units = _any_of(self._unit_spellings)
        return re.compile(
            rf"(?P<lead>{_any_of(self._leads)})?(?P<before>{_any_of(self._befores)})?"
            rf"(?P<number>(?P<low>{NUMBER})"
            rf"(?:(?P<inner>{units})?(?:[-~]|{_any_of(self.words_range)})(?P<high>{NUMBER}))?)"
            rf"(?P<unit>{units})?(?P<after>{_any_of(self._afters)})?",
            re.IGNORECASE,
        )

    @cached_property
    def numeric_look(self) -> re.Pattern[str]:
        """Digits and their signs in any order, folded and without blanks, maybe with a unit."""
        units = _any_of(self._unit_spellings)
        return re.compile(rf"[0-9.,+~()-]+(?:{units})?(?:{_any_of(self._afters)})?", re.IGNORECASE)

    @cached_property
    def relative_pattern(self) -> re.Pattern[str]:
        return _words(self.words_relative)

    @cached_property
    def period_pattern(self) -> re.Pattern[str]:
        return _words(self.words_period)

    @cached_property
    def date_pattern(self) -> re.Pattern[str]:
        return _words(self.words_date)

    @property
    def _leads(self) -> list[str]:
        return [word for one in self.operators for word in (one.sign, *one.aliases)]

    @property
    def _afters(self) -> list[str]:
        return [word for one in self.operators for word in one.after]

    @property
    def _unit_spellings(self) -> list[str]:
        return [word for unit in self.units for word in (unit.name, *unit.aliases)]

    @property
    def _befores(self) -> list[str]:
        shares = (unit for unit in self.units if unit.dimension == self.percent.dimension)
        return [alias for unit in shares for alias in unit.aliases]


def convert(number: Decimal, source: Unit, target: Unit) -> Decimal | None:
    """The number in another unit, exact; None across dimensions or where it would be rounded."""
    if source.dimension != target.dimension:
        return None
    exact = Context(prec=_PRECISION, traps=[])
    result = exact.divide(exact.multiply(number, source.factor), target.factor)
    return result if result.is_finite() and not exact.flags[Inexact] else None


def _any_of(words: Iterable[str]) -> str:
    """A pattern for the longest of the words, as folded text without blanks holds them."""
    folded = {"".join(fold_signs(word).split()) for word in words} - {""}
    longest_first = sorted(folded, key=lambda word: (-len(word), word))
    return f"(?:{'|'.join(map(re.escape, longest_first))})" if folded else "(?!)"


def _words(words: Iterable[str]) -> re.Pattern[str]:
    """A pattern for one of the words in squeezed text."""
    keys = sorted({squeeze(word) for word in words} - {""}, key=lambda key: (-len(key), key))
    return re.compile("|".join(map(_with_digits, keys)) or "(?!)")


def _with_digits(key: str) -> str:
    literal = re.escape(key).replace(r"\#", "#")
    literal = literal.replace("####", "(?<![0-9])[0-9]{4}(?![0-9])")
    return literal.replace("#", "(?<![0-9])[0-9]{1,2}(?![0-9])")
