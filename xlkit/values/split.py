"""A value's text in its parts: operator, number, unit."""

from __future__ import annotations

import re
from dataclasses import dataclass

from xlkit.values.text import fold_signs, is_broken, tidy, without_blanks
from xlkit.values.vocabulary import Vocabulary

#: A longer text is prose, whatever it begins with.
MAX_VALUE_LENGTH = 100


@dataclass(frozen=True, slots=True)
class Parts:
    """What a number or range was written of, as written; empty where a part is missing.

    `number` holds `low`, or `low`, `inner` (a unit behind the first number), a dash or a
    word, and `high`.
    """

    lead: str
    before: str
    number: str
    low: str
    inner: str
    high: str
    unit: str
    after: str

    @property
    def operators(self) -> tuple[str, ...]:
        return tuple(filter(None, (self.lead, self.after)))

    @property
    def units(self) -> tuple[str, ...]:
        """The unit behind or before the number, then the one inside the range."""
        return tuple(filter(None, (self.before, self.unit, self.inner)))


def split_value(raw: str, vocabulary: Vocabulary) -> tuple[str, str, str] | None:
    """Operator, number and unit as the person wrote them: `>=16%` is `>=`, 16 and `%`.

    An operator behind the number counts as operator. The three hold every sign of the text
    but blanks. None for a text that stands whole: words, unknown units, or an operator or
    unit written twice.
    """
    parts = split_parts(tidy(raw).value or "", vocabulary)
    if parts is None or len(parts.operators) > 1 or (parts.before and parts.unit):
        return None
    unit = parts.before or parts.unit
    if parts.inner and not _same_unit(parts.inner, unit, vocabulary):
        return None
    return parts.lead or parts.after, parts.number, unit


def split_parts(text: str, vocabulary: Vocabulary) -> Parts | None:
    """The parts of a tidy text that is a number or a range, else None."""
    if len(text) > MAX_VALUE_LENGTH or is_broken(text):
        return None
    written = without_blanks(text)
    match = vocabulary.value_pattern.fullmatch(fold_signs(written))
    if match is None:
        return None
    # Folding changes no length, so the spans hold in the text as written.
    return Parts(**{name: written[slice(*_span(match, name))] for name in match.groupdict()})


def split_lead(text: str, vocabulary: Vocabulary) -> tuple[str, str]:
    """The operator that a tidy text begins with, as written, and what follows."""
    match = vocabulary.lead_pattern.match(fold_signs(text))
    end = 0 if match is None else match.end()
    return text[:end], text[end:].lstrip()


def split_trail(text: str, vocabulary: Vocabulary) -> tuple[str, str]:
    """A tidy text without the operator that it ends with, and that operator as written."""
    if len(text) > MAX_VALUE_LENGTH:
        return text, ""
    match = vocabulary.trail_pattern.fullmatch(fold_signs(text))
    end = len(text) if match is None else match.end(1)
    return text[:end].rstrip(), text[end:]


def _span(match: re.Match[str], group: str) -> tuple[int, int]:
    return match.span(group) if match[group] is not None else (0, 0)


def _same_unit(one: str, other: str, vocabulary: Vocabulary) -> bool:
    return bool(other) and vocabulary.unit(one) == vocabulary.unit(other)
