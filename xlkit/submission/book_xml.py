"""What the cells of every sheet of an .xlsx refer to: shared texts and number formats."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import IO

from xlkit.submission.grid import CJK_FORMATS, Cell, plain_text
from xlkit.submission.markup import Names, parse

#: The built-in formats that show a number as something else. Source: ECMA-376 18.8.30.
BUILTIN_FORMATS: Mapping[int, str] = {
    9: "0%",
    10: "0.00%",
    14: "mm-dd-yy",
    15: "d-mmm-yy",
    16: "d-mmm",
    17: "mmm-yy",
    18: "h:mm AM/PM",
    19: "h:mm:ss AM/PM",
    20: "h:mm",
    21: "h:mm:ss",
    22: "m/d/yy h:mm",
    45: "mm:ss",
    46: "[h]:mm:ss",
    47: "mmss.0",
}
_TRUE = frozenset({"1", "true", "on"})
_ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")


@dataclass(frozen=True, slots=True)
class Book:
    """What the cells of every sheet refer to."""

    strings: list[Cell]
    formats: list[str]
    from_1904: bool


def unescaped(text: str) -> str:
    """The text with `_x000D_` and its like decoded; half of a pair becomes U+FFFD.

    Source: ECMA-376 22.9.2.19.
    """
    if "_x" in text:
        units = _ESCAPE.sub(lambda code: chr(int(code[1], 16)), text)
        text = units.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return plain_text(text) if "\r" in text else text


def is_true(value: str | None) -> bool:
    """Whether an attribute says yes."""
    return value in _TRUE


class RunText:
    """Collects a text that may be in runs; phonetic readings are left out."""

    __slots__ = ("aside", "open", "text")

    def __init__(self) -> None:
        self.text = ""
        self.open = False
        self.aside = False

    def add(self, data: str) -> None:
        if self.open:
            self.text += data


def read_strings(source: IO[bytes]) -> list[Cell]:
    """The shared texts as cells, in the order that cells refer to."""
    names, item, found = Names(), RunText(), list[Cell]()

    def start(name: str, _attributes: dict[str, str]) -> None:
        tag = names[name]
        if tag == "m:t":
            item.open = not item.aside
        elif tag == "m:si":
            item.text = ""
        elif tag == "m:rPh":
            item.aside = True

    def end(name: str) -> None:
        tag = names[name]
        item.open = False
        if tag == "m:si":
            found.append(Cell(unescaped(item.text)))
        elif tag == "m:rPh":
            item.aside = False

    parse(source, start=start, end=end, text=item.add)
    return found


def read_formats(source: IO[bytes]) -> list[str]:
    """The number format of each cell style, in the order that cells refer to."""
    names, codes = Names(), {**CJK_FORMATS, **BUILTIN_FORMATS}
    styles: list[int] = []
    inside = ""

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal inside
        tag = names[name]
        if tag in ("m:numFmts", "m:cellXfs"):
            inside = tag
        elif tag == "m:numFmt" and inside == "m:numFmts":
            codes[int(attributes.get("numFmtId", "0"))] = attributes.get("formatCode", "General")
        elif tag == "m:xf" and inside == "m:cellXfs":
            styles.append(int(attributes.get("numFmtId", "0")))

    def end(name: str) -> None:
        nonlocal inside
        if names[name] == inside:
            inside = ""

    parse(source, start=start, end=end, text=lambda _data: None)
    return [codes.get(style, "General") for style in styles]
