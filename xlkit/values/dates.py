"""Calendar days."""

from __future__ import annotations

import re
from datetime import date

from xlkit.values.cast import Cast, refused, repaired
from xlkit.values.text import fold_signs, tidy, without_blanks

#: The signs of year, month and day in a Chinese date are notation, as `-` is.
#: Source: GB/T 15835, general rules for writing numerals.
_YEAR, _MONTH, _DAY = "\u5e74", "\u6708", "\u65e5"

_DATE = re.compile(
    rf"([0-9]{{4}})(?:([-/.])([0-9]{{1,2}})\2([0-9]{{1,2}})"
    rf"|{_YEAR}([0-9]{{1,2}}){_MONTH}([0-9]{{1,2}}){_DAY})"
)
_MIDNIGHT = re.compile(r"[ T]0?0:00(?::00(?:\.0{1,6})?)?$")
_BROKEN = re.compile("[0-9] +[0-9]")
_SERIAL = re.compile(r"[0-9]{5}(?:\.[0-9]{1,17})?")


def cast_date(raw: str) -> Cast[date]:
    """The day of a text such as 2024-12-31, 2024/12/31, 2024.12.31 or the Chinese form.

    Midnight behind the day, as programs store it, falls away. Problems: `date-serial` for
    Excel's five-digit count of days, `date-unreadable` for anything else.
    """
    tidied = tidy(raw)
    text = tidied.value
    if text is None:
        return Cast(None)
    folded = fold_signs(text)
    if _SERIAL.fullmatch(folded):
        return refused("date-serial")
    written = _MIDNIGHT.sub("", folded)
    match = None if _BROKEN.search(written) else _DATE.fullmatch(without_blanks(written))
    day = None if match is None else _day(*filter(None, match.group(1, 3, 4, 5, 6)))
    if day is None:
        return refused("date-unreadable")
    codes = () if folded == text else ("repaired-signs",)
    return Cast(day, tidied.repairs + repaired(codes, raw, day.isoformat()))


def _day(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
