"""What stands beside the cells of an .xlsx sheet: notes, threads of comments, text boxes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import IO

from xlkit.cells import parse_address
from xlkit.submission.book_xml import unescaped
from xlkit.submission.markup import Names, parse

Cell = tuple[int, int]

_PLACES = frozenset({"d:row", "d:col"})
_ANCHORS = frozenset({"d:twoCellAnchor", "d:oneCellAnchor", "d:absoluteAnchor"})


def read_comments(source: IO[bytes]) -> Mapping[Cell, str]:
    """The texts of notes, or of threads of comments, by their cells; of a thread one a line."""
    names, cell, pieces = Names(), "", list[str]()
    is_open = False
    found: dict[Cell, list[str]] = defaultdict(list)

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal cell, is_open
        tag = names[name]
        if tag in ("m:comment", "t:threadedComment"):
            cell = attributes.get("ref", "")
            pieces.clear()
        is_open = tag in ("m:t", "t:text")

    def end(name: str) -> None:
        nonlocal is_open
        is_open = False
        if cell and names[name] in ("m:comment", "t:threadedComment"):
            found[parse_address(cell)].append(unescaped("".join(pieces)))

    def add(text: str) -> None:
        if is_open:
            pieces.append(text)

    parse(source, start=start, end=end, text=add)
    return {place: "\n".join(texts) for place, texts in found.items()}


def read_boxes(source: IO[bytes]) -> Mapping[Cell, str]:
    """The texts of a drawing's shapes by the cells of their upper left corners."""
    names, lines, numbers = Names(), list[str](), list[str]()
    wanted = ""
    found: dict[Cell, list[str]] = defaultdict(list)

    def start(name: str, _attributes: dict[str, str]) -> None:
        nonlocal wanted
        wanted = tag = names[name]
        if tag in _ANCHORS:
            lines.clear()
            numbers.clear()
        elif tag == "a:p":
            lines.append("")

    def end(name: str) -> None:
        nonlocal wanted
        wanted = ""
        if names[name] in _ANCHORS:
            column, row = (int(number) + 1 for number in (*numbers, "0", "0")[:2])
            found[row, column] += [line for line in lines if line.strip()]

    def add(text: str) -> None:
        if wanted == "a:t" and lines:
            lines[-1] += text
        elif wanted in _PLACES and text.strip():
            numbers.append(text)

    parse(source, start=start, end=end, text=add)
    return {place: "\n".join(dict.fromkeys(texts)) for place, texts in found.items() if texts}
