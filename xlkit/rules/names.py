"""Names of indicators without what people hang on to them."""

from __future__ import annotations

import re

_IN_BRACKETS = re.compile(r"[（(][^（）()]*[)）]\s*$")


def bare_name(name: str) -> str:
    """The name without a note in brackets at its end: 合格率（%） is 合格率."""
    return _IN_BRACKETS.sub("", name).strip()
