"""What the live checks of a workbook say, against what is found when it is read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from xlkit.catalogue import codes, title_of
from xlkit.cells import parse_address
from xlkit.findings import Finding, Severity
from xlkit.rules.live import Mark
from xlkit.template.layout import Layout

Row = tuple[str, int]
"""Name of a sheet, and a row of it."""

_PIECE = re.compile("([✗○△◇])([^✗○△◇]*)")
#: Findings that name a cause in place of what stands at each cell.
_CAUSES = ("column-shifted", "value-of-other-column", "rows-slid")


#: Warnings that speak in place of others of the same cells.
_BEFORE = ("placeholder-left", "value-date-serial", "operator-lost", "unit-unexpected")
#: Warnings that the workbook shows, wherever what they read is plainly written.
SHOWN = frozenset(
    (
        "cost-not-budget",
        "change-unexplained",
        "cell-repeats",
        "text-repeated",
        "name-repeated",
        "placeholder-left",
    )
)


@dataclass(frozen=True)
class Said:
    """A piece of the check column."""

    row: Row
    mark: Mark
    text: str


def pieces(shown: Mapping[Row, str]) -> list[Said]:
    return [
        Said(row, Mark(mark), text.strip())
        for row, whole in shown.items()
        for mark, text in _PIECE.findall(whole)
    ]


def differences(
    layout: Layout,
    shown: Mapping[Row, str],
    findings: Iterable[Finding],
    is_unclear: Callable[[Finding], bool],
) -> list[str]:
    """Where workbook and validator do not agree.

    The workbook shows no error and nothing to explain that is not found, and where an error
    is found it shows one, something missing, or that the return decides. A warning of a kind
    that has words in the workbook is shown, too, unless what it reads is not plainly written.
    """
    found = [item for item in findings if item.rule is not None or item.code in _CAST]
    said = pieces(shown)
    below = {(sheet.name, block.check.row): block for sheet, block in layout.blocks()}
    wrong = []
    for piece in said:
        if piece.mark is Mark.LATER:
            continue
        block = below.get(piece.row)
        near = [
            item
            for item in found
            if piece.row in _rows(item)
            or (block is not None and (item.block, item.instance or 0) == _name(block))
            or (block is not None and _reaches(layout, item, block.path))
        ]
        if not any(_is_said(piece, item) for item in near):
            wrong.append(f"shown and not found: {piece.row} {piece.mark}{piece.text}")
    wrong += [
        f"found and not explained: {item.code} {' '.join(item.cells)} {item.value}"
        for item in found
        if item.severity is Severity.WARNING and item.code in SHOWN
        if not _is_shown(said, item, _all_rows(layout, item)) and not is_unclear(item)
    ]
    loud = {piece.row for piece in said if piece.mark is not Mark.EXPLAIN}
    wrong += [
        f"found and not shown: {item.code} {' '.join(item.cells)} {item.value}"
        for item in found
        if item.severity is Severity.ERROR and not loud & _all_rows(layout, item)
    ]
    return wrong


def _name(block: object) -> tuple[str, int]:
    return block.path, block.instance  # type: ignore[attr-defined]


def _reaches(layout: Layout, item: Finding, path: str) -> bool:
    """Whether a rule whose words stand below a block speaks of cells elsewhere."""
    return item.block is not None and any(
        block.path == path and sheet.name in {cell.rpartition("!")[0] for cell in item.cells}
        for sheet, block in layout.blocks()
    )


def _is_said(piece: Said, item: Finding) -> bool:
    if piece.mark is Mark.EXPLAIN:
        # Another warning may name the cause in its place.
        is_cause = item.code in (*_CAUSES, *_BEFORE)
        return item.severity is not Severity.NOTICE and (_names(piece, item) or is_cause)
    if item.severity is not Severity.ERROR:
        return False
    return _names(piece, item) or item.code in _CAUSES


def _names(piece: Said, item: Finding) -> bool:
    """Whether a piece says what a finding says."""
    title = piece.text.rpartition("：")[2]
    title = re.sub("“[^”]*”$", "", title)
    return title == title_of(item.code, "zh")


def _is_shown(said: Iterable[Said], item: Finding, rows: set[Row]) -> bool:
    """Whether a warning's words stand at its rows, or something graver or undecided does."""
    near = [piece for piece in said if piece.row in rows]
    return any(piece.mark is not Mark.EXPLAIN or _names(piece, item) for piece in near)


def _rows(item: Finding) -> set[Row]:
    found = set()
    for cell in item.cells:
        sheet, _, address = cell.rpartition("!")
        found.add((sheet, parse_address(address)[0]))
    return found


def _all_rows(layout: Layout, item: Finding) -> set[Row]:
    """The rows of a finding's cells, with the lines below the blocks that they are in."""
    rows = _rows(item)
    for sheet, block in layout.blocks():
        span = range(block.first_row, block.check.row + 1)
        inside = any(name == sheet.name and row in span for name, row in rows)
        own = item.block == block.path and (item.instance or 0) == block.instance
        if inside or own:
            rows.add((sheet.name, block.check.row))
    return rows


def _cast_codes() -> Iterator[str]:
    """Codes of values that could not be read."""
    for code in codes():
        if code.startswith(_CAST_STARTS) or code in ("cell-error", "range-reversed"):
            yield code


_CAST_STARTS = (
    "amount-", "percent-", "integer-", "value-", "unit-unknown", "unit-beside-words",
    "operator-unknown", "phone-", "date-", "code-scientific",
)  # fmt: skip
_CAST = frozenset(_cast_codes())
