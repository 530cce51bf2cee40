"""The unit of money that a printed text names, and whether it came back as another one."""

from __future__ import annotations

import re

from xlkit.form.model import Form
from xlkit.values.text import squeeze


def is_other_money(form: Form, issued: str, returned: str) -> bool:
    """Whether a printed text that named a unit of money names another one now."""
    named, now = _named(form, issued), _named(form, returned)
    return bool(named and now) and named != now


def _named(form: Form, text: str) -> set[str]:
    money = form.vocabulary.unit(form.money or "")
    if money is None:
        return set()
    spellings = {
        squeeze(spelling): unit.name
        for unit in form.vocabulary.units
        if unit.dimension == money.dimension
        for spelling in (unit.name, *unit.aliases)
    }
    longest = "|".join(map(re.escape, sorted(spellings, key=len, reverse=True)))
    return {spellings[found] for found in re.findall(longest, squeeze(text))}
