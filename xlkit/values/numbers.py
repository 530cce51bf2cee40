"""Amounts, whole numbers and percents as exact decimals."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_EVEN, Context, Decimal

from xlkit.values.cast import Cast, Problem, refused, repaired
from xlkit.values.text import fold_signs, is_broken, tidy, without_blanks
from xlkit.values.vocabulary import NUMBER, Unit, Vocabulary, convert

#: Source: Excel specifications and limits, number precision: 15 digits. What a stored number
#: shows beyond them is the noise of binary fractions.
EXCEL_DIGITS = 15
#: Longer strings of digits are identifiers or damage.
MAX_DIGITS = 40

_NUMBER = re.compile(NUMBER)
_BRACKETED = re.compile(rf"\(({NUMBER})\)")
#: A unit of Latin letters, which is written behind a blank.
_LATIN_UNIT = re.compile(r" ?(?![Ee][+-]?[0-9])[A-Za-z].*", re.DOTALL)
_CURRENCY = re.compile(r"^([+-]?\(?)¥")
_NO_WORDS = Vocabulary()
_EXACT = Context(prec=MAX_DIGITS + 100)

#: A number with the codes of repairs, or why there is none.
_Taken = tuple[Decimal, tuple[str, ...]] | Problem


def cast_amount(
    raw: str, *, unit: Unit | None, decimals: int, vocabulary: Vocabulary
) -> Cast[Decimal]:
    """The amount in the field's own unit, every digit that was written kept.

    A unit typed in is taken off (`unit-in-value`) or converted exactly (`unit-converted`),
    a ¥ before the number is decoration, and brackets make it negative
    (`negative-in-brackets`). `decimals` only tells the noise of a binary fraction from
    digits that a person wrote (`repaired-float`).
    Problems: `amount-not-a-number`, `amount-is-percent`, `amount-other-unit`.
    """
    tidied = tidy(raw)
    if tidied.value is None:
        return Cast(None)
    read = _measured(_CURRENCY.sub(r"\1", _folded(tidied.value)), vocabulary)
    if read is None:
        return refused("amount-not-a-number")
    text, typed, codes = read
    taken = _in_unit(Decimal(text), typed, unit, vocabulary)
    if isinstance(taken, Problem):
        return Cast(None, problem=taken)
    number, more = _as_written(taken[0], decimals)
    shown = _with_unit(number, unit if typed else None)
    codes = (*_surface_codes(tidied.value), *codes, *taken[1], *more)
    return Cast(number, tidied.repairs + repaired(codes, raw, shown))


def cast_integer(raw: str) -> Cast[int]:
    """The whole number; 12.0 is one. Problems: `integer-not-whole`, `integer-not-a-number`."""
    tidied = tidy(raw)
    if tidied.value is None:
        return Cast(None)
    read = _measured(_folded(tidied.value), _NO_WORDS)
    if read is None or read[1]:
        return refused("integer-not-a-number")
    number = Decimal(read[0])
    if places(number):
        return refused("integer-not-whole")
    codes = _surface_codes(tidied.value) + read[2]
    return Cast(int(number), tidied.repairs + repaired(codes, raw, plain(number)))


def cast_percent(
    raw: str, *, is_fraction: bool, vocabulary: Vocabulary = _NO_WORDS
) -> Cast[Decimal]:
    """The share in percent points: 30% is 30.

    `is_fraction` says that the text is a stored number under a percent format, so 0.3 is 30
    (`percent-from-fraction`); a % in the text outweighs it. Else a number without % is in
    points (`percent-sign-missing`), unless it lies within 1 of zero: then nobody can tell
    0.64 from 64% (`percent-ambiguous` with both readings). Zero is zero either way.
    Problems: also `percent-is-amount`, `percent-not-a-number`.
    """
    tidied = tidy(raw)
    if tidied.value is None:
        return Cast(None)
    read = _measured(_folded(tidied.value), vocabulary)
    if read is None:
        return refused("percent-not-a-number")
    text, typed, codes = read
    number = Decimal(text)
    taken = _points(number, typed, vocabulary) if typed else _bare(number, is_fraction=is_fraction)
    if isinstance(taken, Problem):
        return Cast(None, problem=taken)
    codes = (*_surface_codes(tidied.value), *codes, *taken[1])
    return Cast(taken[0], tidied.repairs + repaired(codes, raw, f"{plain(taken[0])}%"))


def read_number(text: str) -> tuple[str, tuple[str, ...]] | None:
    """The exact decimal text of a folded number without blanks, and the codes of repairs.

    Written zeros stay. Commas must stand at the thousands; nothing is guessed.
    """
    if not _NUMBER.fullmatch(text):
        return None
    codes: list[str] = []
    number = text
    if "," in number:
        number, codes = number.replace(",", ""), ["repaired-thousands"]
    if "e" in number.lower():
        number = format(Decimal(number), "f")
        codes.append("repaired-exponent")
    signless = number.lstrip("+-")
    minus = "-" if number.startswith("-") and signless.strip("0.") else ""
    normal = minus + ("0" if signless.startswith(".") else "") + signless
    if sum(map(str.isdigit, normal)) > MAX_DIGITS:
        return None
    return normal, (*codes, *(() if normal == number else ("repaired-signs",)))


def plain(number: Decimal) -> str:
    """The finite number without exponent, needless zeros or a minus before zero."""
    return fixed(number, 0)


def fixed(number: Decimal, decimals: int) -> str:
    """The finite number with at least that many decimals; digits beyond them are kept."""
    whole, _, part = format(number, "f").partition(".")
    part = part.rstrip("0").ljust(decimals, "0")
    text = f"{whole}.{part}" if part else whole
    return text if text.strip("-0.") else text.removeprefix("-")


def places(number: Decimal) -> int:
    """Decimals that the finite number needs."""
    return len(plain(number).partition(".")[2])


def _with_unit(number: Decimal, unit: Unit | None) -> str:
    """The number with its unit, parted by a blank where digits or letters would run together."""
    name = unit.name if unit else ""
    gap = " " if name[:1].isascii() and name[:1].isalnum() else ""
    return f"{plain(number)}{gap}{name}"


def _folded(text: str) -> str:
    return fold_signs(text) if is_broken(text) else without_blanks(fold_signs(text))


def _surface_codes(text: str) -> tuple[str, ...]:
    """Repairs of a tidy number's surface: blanks inside, wide signs, a currency sign."""
    number = _LATIN_UNIT.sub("", text)
    codes = () if number == without_blanks(number) else ("repaired-blanks",)
    return codes if fold_signs(text) == text and "¥" not in text else (*codes, "repaired-signs")


def _measured(text: str, vocabulary: Vocabulary) -> tuple[str, str, tuple[str, ...]] | None:
    """Decimal text, unit as written (empty without one) and codes of a folded text."""
    before = vocabulary.unit_before_pattern.match(text)
    unit, rest = (text[: before.end()], text[before.end() :]) if before else ("", text)
    if bracketed := _BRACKETED.match(rest):
        read, end = _negative(bracketed[1]), bracketed.end()
    else:
        match = _NUMBER.match(rest)
        read, end = (read_number(match[0]), match.end()) if match else (None, 0)
    if read is None or (unit and rest[end:]):
        return None
    return read[0], unit or rest[end:], read[1]


def _negative(digits: str) -> tuple[str, tuple[str, ...]] | None:
    read = None if digits[0] in "+-" else read_number(f"-{digits}")
    return None if read is None else (read[0], (*read[1], "negative-in-brackets"))


def _in_unit(number: Decimal, typed: str, unit: Unit | None, vocabulary: Vocabulary) -> _Taken:
    """The amount in the field's unit; `typed` is the unit as written, maybe empty."""
    if not typed:
        return number, ()
    own = unit is not None and typed in (unit.name, *unit.aliases)
    found = unit if own else vocabulary.unit(typed)
    if found is None:
        return Problem("amount-not-a-number")
    percent = vocabulary.percent.dimension
    if found.dimension == percent and (unit is None or unit.dimension != percent):
        return Problem("amount-is-percent")
    converted = None if unit is None else convert(number, found, unit)
    if unit is None or converted is None:
        expected = "" if unit is None else unit.name
        return Problem("amount-other-unit", {"unit": typed, "expected": expected})
    return converted, ("unit-in-value" if found.name == unit.name else "unit-converted",)


def _as_written(number: Decimal, decimals: int) -> tuple[Decimal, tuple[str, ...]]:
    """The number without binary noise, where that leaves no more decimals than declared."""
    rounded = _without_noise(number)
    if rounded == number or places(rounded) > decimals:
        return number, ()
    return rounded, ("repaired-float",)


def _points(number: Decimal, typed: str, vocabulary: Vocabulary) -> _Taken:
    unit = vocabulary.unit(typed)
    if unit is None:
        return Problem("percent-not-a-number")
    points = convert(number, unit, vocabulary.percent)
    if points is None:
        return Problem("percent-is-amount", {"unit": typed})
    if unit.name != "%":
        return points, ("unit-converted",)
    return points, (() if typed == "%" else ("alias-used",))


def _bare(number: Decimal, *, is_fraction: bool) -> _Taken:
    if not number:
        return number, ()
    if is_fraction:
        return _EXACT.scaleb(_without_noise(number), 2), ("percent-from-fraction",)
    if -1 <= number <= 1:
        fraction = f"{plain(_EXACT.scaleb(number, 2))}%"
        return Problem("percent-ambiguous", {"points": f"{plain(number)}%", "fraction": fraction})
    return number, ("percent-sign-missing",)


def _without_noise(number: Decimal) -> Decimal:
    if len(number.as_tuple().digits) <= EXCEL_DIGITS:
        return number
    return Context(prec=EXCEL_DIGITS, rounding=ROUND_HALF_EVEN).plus(number)
