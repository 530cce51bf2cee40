"""How far the cells of a sheet reach, read off its XML before any parser sees it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from html import unescape

from xlkit.cells import address, column_number, parse_address
from xlkit.submission.limits import Limits, Refused, damaged, too_large

_TAG = rb"<(?:[^\s<>/:\"'=]+:)?(%s)(?=[\s/>])((?:[^<>\"']++|\"[^\"]*+\"|'[^']*+')*+)>"
_SHEET_TAG = re.compile(_TAG % b"c|row")
_TABLE_TAG = re.compile(_TAG % b"table|table-row|table-cell|covered-table-cell|p")
_PLAIN_PLACE = re.compile(rb'\s+r="([A-Z]{1,3})([0-9]{1,7})"')
_PLAIN_ROW = re.compile(rb'\s+r="([0-9]{1,9})"')
_ATTRIBUTE = re.compile(rb"([^\s=\"']+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")


@lru_cache(maxsize=1024)
def _column(letters: bytes) -> int:
    return column_number(letters.decode())


def _attributes(tag: bytes) -> Iterator[tuple[str, str]]:
    for name, double, single in _ATTRIBUTE.findall(tag):
        yield name.decode(errors="replace"), unescape((double or single).decode(errors="replace"))


def _number(text: str, part: str) -> int:
    if not re.fullmatch("[0-9]{1,9}", text):
        raise damaged(f"{part}: {text[:40]!r} is no count")
    return int(text)


def _refuse_far(row: int, column: int, part: str, limits: Limits) -> None:
    if row > limits.max_row or column > limits.max_column:
        place = address(row, column)
        raise Refused("cell-too-far", place, part=part, address=place)


def sheet_reach(blocks: Iterator[bytes], part: str, limits: Limits) -> None:
    """Refuses an .xlsx part with a cell too far; cells that only have a format reach nowhere."""
    row = column = 0
    for found in (tag for block in blocks for tag in _SHEET_TAG.finditer(block)):
        if found[1] == b"row":
            plain = _PLAIN_ROW.match(found[2])
            stated = plain[1].decode() if plain else dict(_attributes(found[2])).get("r")
            row = row + 1 if stated is None else _number(stated, part)
            column = 0
        elif place := _PLAIN_PLACE.match(found[2]):
            column = _column(place[1])
            _refuse_filled(found[2], int(place[2]), column, part, limits)
        elif stated := dict(_attributes(found[2])).get("r"):
            try:
                stated_row, column = parse_address(stated)
            except ValueError as failure:
                raise damaged(f"{part}: {failure}") from failure
            _refuse_filled(found[2], stated_row, column, part, limits)
        elif row:
            column += 1
            _refuse_filled(found[2], row, column, part, limits)


def _refuse_filled(attributes: bytes, row: int, column: int, part: str, limits: Limits) -> None:
    """Refuses a cell too far unless its tag closes itself: formatting a whole row writes such."""
    if not attributes.endswith(b"/"):
        _refuse_far(row, column, part, limits)


def table_reach(blocks: Iterator[bytes], part: str, limits: Limits) -> None:
    """Refuses an .ods part with a non-empty cell too far, or too many by repetition."""
    bottom = right = 0
    height = width = 1
    filled = 0
    open_cell = False
    for found in (tag for block in blocks for tag in _TABLE_TAG.finditer(block)):
        name, attributes = found[1], found[2]
        if name == b"table":
            bottom = 0
        elif name == b"table-row":
            height = _repeats(attributes, "number-rows-repeated", part)
            bottom, right, open_cell = bottom + height, 0, False
        elif name == b"p":
            said, open_cell = open_cell and not attributes.endswith(b"/"), False
        else:
            width = _repeats(attributes, "number-columns-repeated", part)
            right += width
            said = any(mark in attributes for mark in (b"value", b"formula"))
            open_cell = not said and not attributes.endswith(b"/")
        if name in (b"table", b"table-row") or not said:
            continue
        _refuse_far(bottom, right, part, limits)
        filled += height * width
        if filled > limits.max_cells:
            raise too_large("cells", limits.max_cells, filled)


def _repeats(attributes: bytes, name: str, part: str) -> int:
    """How often a row or cell stands there, under whatever prefix the attribute has."""
    if b"repeated" not in attributes:
        return 1
    stated = [text for key, text in _attributes(attributes) if key.endswith(name)]
    return max((_number(text, part) for text in stated), default=1)
