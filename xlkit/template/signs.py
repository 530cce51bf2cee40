"""Texts as the parts of a workbook can hold them."""

from __future__ import annotations

import re

_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]")
"""Signs that XML cannot hold, which XlsxWriter escapes in cells only."""
_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
REMARK_END = "\u2063"
"""Ends a comment of ours, unseen: what somebody adds to it stands behind."""
_HALVES = re.compile("[\ud800-\udfff]")


def writable(text: str) -> str:
    """A text that a workbook can hold: half of a surrogate pair becomes U+FFFD.

    Every other sign stays: XlsxWriter writes those that XML cannot hold as `_x0007_`, which
    programs read back.
    """
    return _HALVES.sub("\ufffd", text)


def escaped(text: str) -> str:
    """A formula's text as a part of XML holds it: `_x0007_` for what XML cannot hold.

    Where a text itself says `_x0007_`, its first sign is written so: `_x005F_x0007_`.
    """
    literal = _ESCAPE.sub("_x005F_", writable(text))
    return _CONTROLS.sub(lambda sign: f"_x{ord(sign[0]):04X}_", literal)


def without_controls(text: str) -> str:
    """A text of a part where nothing is escaped: U+FFFD for what XML cannot hold."""
    return _CONTROLS.sub("\ufffd", writable(text))
