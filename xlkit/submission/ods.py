"""An .ods file as grids."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from xlkit.cells import Box
from xlkit.submission import grid
from xlkit.submission.grid import Cell, CellKind, Grid, ReturnedWorkbook
from xlkit.submission.ods_tree import (
    META,
    OFFICE,
    STYLE,
    TABLE,
    TEXT,
    attribute,
    children,
    count,
    paragraphs_of,
    text_of,
    tree_of,
)

_SHEET, _ROW, _SOURCE = (TABLE, "table"), (TABLE, "table-row"), (TABLE, "table-source")
_SHAPES = (TABLE, "shapes")
_CELLS = frozenset({(TABLE, "table-cell"), (TABLE, "covered-table-cell")})
_GROUPS = frozenset((TABLE, f"table-{what}") for what in ("rows", "header-rows", "row-group"))
_COLUMN = (TABLE, "table-column")
_COLUMN_GROUPS = frozenset(
    (TABLE, f"table-{what}") for what in ("columns", "header-columns", "column-group")
)
_PARAGRAPHS = frozenset({(TEXT, "p"), (TEXT, "h")})
_CALC_TYPE = ("urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0", "value-type")
_ERROR = re.compile(r"#(?:DIV/0!|N/A|NAME\?|NULL!|NUM!|REF!|VALUE!)|Err:\d+")
_TIME = re.compile(r"PT(\d+)H(\d+)M(\d+(?:[.,]\d+)?)S")
_ADDRESS_PART = re.compile(r"(\$?'(?:[^']|'')*'|[^.:]*)\.(\$?[A-Z]{1,3}\$?\d+)")
#: More cells than `screen` lets pass; repeats of a file that nobody screened end here.
_MAX_CELLS = 2_000_000


def read_ods(data: bytes) -> ReturnedWorkbook:
    """The file's sheets with values and formulas, without tables cached from other files.

    Raises:
        Unreadable: a part is missing, broken or against the standard.
    """
    with grid.fenced():
        document = tree_of(data)
        spreadsheet = next(children(document.body, (OFFICE, "spreadsheet")))
        hidden = _hidden_styles(document)
        tables = children(spreadsheet, _SHEET)
        own = (table for table in tables if not any(children(table, _SOURCE)))
        return ReturnedWorkbook(
            kind=grid.FileKind.ODS,
            sheets=tuple(_sheet(table, hidden) for table in own),
            properties=_properties(document),
            names=_names(spreadsheet),
        )


def _hidden_styles(document: Any) -> frozenset[str]:
    """The names of table styles that are not displayed."""
    return frozenset(
        attribute(style, STYLE, "name") or ""
        for style in children(document.automaticstyles, (STYLE, "style"))
        for face in children(style, (STYLE, "table-properties"))
        if attribute(face, TABLE, "display") == "false"
    )


def _properties(document: Any) -> Mapping[str, str]:
    own = children(document.meta, (META, "user-defined"))
    return {attribute(each, META, "name") or "": text_of(each) for each in own}


def _names(spreadsheet: Any) -> Mapping[str, str]:
    """Named ranges as Excel writes them; expressions in OpenFormula, texts without quotes."""
    names: dict[str, str] = {}
    for group in children(spreadsheet, (TABLE, "named-expressions")):
        for each in children(group, (TABLE, "named-range"), (TABLE, "named-expression")):
            area = attribute(each, TABLE, "cell-range-address")
            formula = (attribute(each, TABLE, "expression") or "").removeprefix("of:")
            name = attribute(each, TABLE, "name") or ""
            names[name] = _excel_range(area) if area else grid.constant_text(formula)
    return names


def _excel_range(area: str) -> str:
    """`$Sheet1.$A$1:.$B$2` as Excel writes it: `Sheet1!$A$1:$B$2`."""
    parts = [(part[1].removeprefix("$"), part[2]) for part in _ADDRESS_PART.finditer(area)]
    if not parts:
        return area
    return f"{parts[0][0]}!" + ":".join(dict.fromkeys(cell for _, cell in parts))


def _sheet(table: Any, hidden: frozenset[str]) -> Grid:
    cells: dict[tuple[int, int], Cell] = {}
    merged: list[Box] = []
    unseen: set[int] = set()
    remarks = {(1, 1): [_aside(shapes) for shapes in children(table, _SHAPES)]}
    row = 1
    for element in _rows(table):
        repeats = count(element, "number-rows-repeated")
        for column, width, found in _row(element):
            if len(cells) + repeats * width > _MAX_CELLS:
                raise ValueError(f"repeated cells at row {row}")
            box = _span(found, row, column)
            if box is not None:
                merged.append(box)
            if aside := _aside(found):
                remarks.setdefault((row, column), []).append(aside)
            cell = _cell(found)
            if cell.text or cell.formula:
                if _is_unseen(element):
                    unseen.update(range(row, row + repeats))
                places = ((row + i, column + j) for i in range(repeats) for j in range(width))
                cells.update(dict.fromkeys(places, cell))
        row += repeats
    hidden_rows, hidden_columns = grid.hidden_among(cells, unseen, list(_hidden_columns(table)))
    return Grid(
        name=attribute(table, TABLE, "name") or "",
        cells=cells,
        merged=tuple(sorted(merged)),
        hidden=attribute(table, TABLE, "style-name") in hidden,
        protected=attribute(table, TABLE, "protected") == "true",
        tells_formulas=True,
        hidden_rows=hidden_rows,
        hidden_columns=hidden_columns,
        remarks={cell: "\n".join(texts) for cell, texts in remarks.items() if any(texts)},
    )


def _is_unseen(element: Any) -> bool:
    return attribute(element, TABLE, "visibility") in ("collapse", "filter")


def _hidden_columns(table: Any) -> Iterator[tuple[int, int]]:
    """The first and last of each run of hidden columns."""
    column = 1
    for element in _column_runs(table):
        width = count(element, "number-columns-repeated")
        if _is_unseen(element):
            yield column, column + width - 1
        column += width


def _column_runs(group: Any) -> Iterator[Any]:
    for child in children(group, _COLUMN, *_COLUMN_GROUPS):
        if child.qname == _COLUMN:
            yield child
        else:
            yield from _column_runs(child)


def _rows(group: Any) -> Iterator[Any]:
    """The rows of a table, also those in headers and outlines."""
    for child in children(group, _ROW, *_GROUPS):
        if child.qname == _ROW:
            yield child
        else:
            yield from _rows(child)


def _row(row: Any) -> Iterator[tuple[int, int, Any]]:
    """Column, repeats and element of each cell that has anything in it."""
    column = 1
    for found in children(row, *_CELLS):
        width = count(found, "number-columns-repeated")
        told = len(found.attributes) > 1 or (TABLE, "formula") in found.attributes
        if found.childNodes or told:
            yield column, width, found
        column += width


def _span(found: Any, row: int, column: int) -> Box | None:
    bottom = row + count(found, "number-rows-spanned") - 1
    box = Box(row, column, bottom, column + count(found, "number-columns-spanned") - 1)
    return None if box.is_cell else box


def _aside(element: Any) -> str:
    """What stands in an element beside its own paragraphs: in annotations and in shapes."""
    beside = (
        child for child in element.childNodes if getattr(child, "qname", None) not in _PARAGRAPHS
    )
    return "\n".join(filter(None, map(text_of, paragraphs_of(beside, *_PARAGRAPHS))))


def _cell(found: Any) -> Cell:
    """The cell's value; an empty text where there is none."""
    formula = attribute(found, TABLE, "formula") or None
    paragraphs = [text_of(each) for each in children(found, *_PARAGRAPHS)]
    text = "\n".join(paragraphs) or attribute(found, OFFICE, "string-value") or ""
    may_err = found.attributes.get(_CALC_TYPE) == "error" or formula is not None
    if may_err and _ERROR.fullmatch(text):
        return Cell(text, None, CellKind.ERROR, formula)
    cell = _typed(found, text) or Cell(text)
    calculated = formula is None or attribute(found, OFFICE, "value-type") is not None
    return Cell(cell.text, cell.number, cell.kind, formula, calculated=calculated)


def _typed(found: Any, text: str) -> Cell | None:
    """The value beside the text; None for a text, and for a date that no calendar has."""
    kind = attribute(found, OFFICE, "value-type") or ""
    if kind not in _VALUES:
        return None
    if kind == "float" and text in ("TRUE", "FALSE"):  # so LibreOffice saves Excel's booleans
        return grid.boolean_cell(text == "TRUE")
    holder, read = _VALUES[kind]
    stored = attribute(found, OFFICE, holder)
    try:
        return None if stored is None else read(stored)
    except (ValueError, ArithmeticError):
        return None


def _duration(stored: str) -> Cell:
    match = _TIME.fullmatch(stored)
    if match is None:
        raise ValueError(f"{stored!r} is no duration")
    hours, minutes, seconds = (Decimal(part.replace(",", ".")) for part in match.groups())
    return grid.duration_cell(hours * 3600 + minutes * 60 + seconds)


_VALUES: Mapping[str, tuple[str, Callable[[str], Cell]]] = {
    "float": ("value", grid.plain_number_cell),
    "currency": ("value", grid.plain_number_cell),
    "percentage": ("value", grid.percent_cell),
    "date": ("date-value", grid.moment_cell),
    "time": ("time-value", _duration),
    "boolean": ("boolean-value", lambda stored: grid.boolean_cell(stored == "true")),
}
