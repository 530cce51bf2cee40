"""The words in the formulas of a workbook, as prints: whether a check that came back is as issued.

A check is told by what it calls and shows; with these its words are compared too, without
knowing today which words the program had that issued the workbook.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

_LITERAL = re.compile('"((?:[^"]|"")*)"')
_BYTES = 3
"""Of a print: a changed word passes for another one once in some ten thousand times."""


def texts_of(formula: str) -> Iterator[str]:
    """The texts that a formula holds in quotes."""
    return (text.replace('""', '"') for text in _LITERAL.findall(formula))


def without_texts(formula: str) -> str:
    """The formula with its texts taken out."""
    return _LITERAL.sub("", formula)


def prints_of(formulas: Iterable[str]) -> str:
    """The prints of all texts in those formulas, sorted, as ASCII that goes into an identity."""
    found = {_print(text) for formula in formulas for text in texts_of(formula)}
    return base64.urlsafe_b64encode(b"".join(sorted(found))).decode("ascii")


def is_said(formula: str, prints: str) -> bool:
    """Whether every text of the formula stood in some formula when the workbook went out.

    True as well without prints: workbooks from before there were any have none.
    """
    known = _known(prints)
    return known is None or all(_print(text) in known for text in texts_of(formula))


def _print(text: str) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=_BYTES).digest()


@lru_cache(maxsize=64)
def _known(prints: str) -> frozenset[bytes] | None:
    """The prints one by one; None where there are none, or they are no such text."""
    try:
        data = base64.urlsafe_b64decode(prints.encode("ascii"))
    except ValueError:
        return None
    whole = bool(data) and len(data) % _BYTES == 0
    pieces = (data[at : at + _BYTES] for at in range(0, len(data), _BYTES))
    return frozenset(pieces) if whole else None
