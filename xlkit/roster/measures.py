"""What a field's definition says of the length of its codes and the size of its figures."""

from __future__ import annotations

import re
from decimal import Decimal

from xlkit.form.fields import AmountField, BaseField, CodeField, IntegerField, TextField

#: What a code's pattern is made of where it has one length: signs and classes, counted.
_SIGN = re.compile(r"(?:\\[\w.-]|\[(?:\\.|[^\]\\])+\]|[^\\\[\](){}|?*+.^$]|\.)(?:\{(\d+)\})?")


def length_of(one: BaseField | None) -> int | None:
    """How many signs every code of a field has, where its pattern says so plainly."""
    pattern = one.pattern if isinstance(one, CodeField | TextField) else None
    if not pattern:
        return None
    length, at = 0, 0
    while at < len(pattern):
        match = _SIGN.match(pattern, at)
        if match is None:
            return None
        length, at = length + int(match[1] or 1), match.end()
    return length


def least_of(one: BaseField | None) -> Decimal | None:
    least = one.min if isinstance(one, AmountField | IntegerField) else None
    return None if least is None else Decimal(least)
