"""How deep the elements of an XML part stand in one another, told without a parser."""

from __future__ import annotations

import re

from xlkit.submission.limits import Limits, damaged, too_large

_PROLOGUE = re.compile(rb"\A<\?xml[^<>]*\?>")
#: Where a sign that looks like a tag's may be none: comments, CDATA, instructions, quotes.
_NO_TAGS = re.compile(
    rb"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>|\"[^\"<]*\"|'[^'<]*'|<![^<>]*>", re.DOTALL
)
_OPEN, _CLOSE, _CLOSED = b"<", b"\1", b"\2"
_OTHERS = bytes(sign for sign in range(256) if sign not in b"<\1\2")


class Nesting:
    """Follows one part through its blocks, each of which begins at a tag.

    A block comes down to one sign for each tag; pairs that close fall out level by level, so
    an ordinary sheet takes some ten passes over a few bytes, whatever its size.
    """

    def __init__(self, part: str, limits: Limits) -> None:
        self._part = part
        self._most = limits.max_depth
        self._open = 0

    def follow(self, block: bytes) -> None:
        """Takes the next block in.

        Raises:
            Refused: elements stand deeper in one another than the limit, counted per block.
        """
        signs = _signs(block)
        for _ in range(self._most):
            shorter = signs.replace(_OPEN + _CLOSE, b"")
            if len(shorter) == len(signs):
                break
            signs = shorter
        else:
            raise self._too_deep()
        self._open += signs.count(_OPEN) - signs.count(_CLOSE)
        if self._open < 0:
            raise damaged(f"{self._part}: more ends than beginnings")
        if self._open > self._most:
            raise self._too_deep()

    def _too_deep(self) -> Exception:
        return too_large("depth", self._most, self._most + 1)


def _signs(block: bytes) -> bytes:
    r"""`<` for a tag that opens and \1 for one that closes; nothing for one that does both."""
    block = _PROLOGUE.sub(b"", block.replace(_CLOSE, b"").replace(_CLOSED, b""), count=1)
    if b"<!" in block or b"<?" in block or block.count(b"<") != block.count(b">"):
        block = _NO_TAGS.sub(b"", block)
    marked = block.replace(b"</", _CLOSE).replace(b"/>", _CLOSED).translate(None, _OTHERS)
    return marked.replace(_OPEN + _CLOSED, b"").replace(_CLOSED, b"")
