"""The fence around odfpy: .ods files as grids."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from io import BytesIO
from typing import Any
from xml.sax import handler
from zipfile import ZipFile

from defusedxml.sax import make_parser
from odf.load import LoadParser
from odf.namespaces import METANS, OFFICENS, STYLENS, TABLENS, TEXTNS
from odf.opendocument import OpenDocument

from xlkit.cells import Box
from xlkit.submission import grid
from xlkit.submission.grid import Cell, CellKind, Grid, ReturnedWorkbook

_MIME = "application/vnd.oasis.opendocument.spreadsheet"
_TABLE, _ROW, _SOURCE = (TABLENS, "table"), (TABLENS, "table-row"), (TABLENS, "table-source")
_CELLS = frozenset({(TABLENS, "table-cell"), (TABLENS, "covered-table-cell")})
_GROUPS = frozenset((TABLENS, f"table-{what}") for what in ("rows", "header-rows", "row-group"))
_COLUMN = (TABLENS, "table-column")
_COLUMN_GROUPS = frozenset(
    (TABLENS, f"table-{what}") for what in ("columns", "header-columns", "column-group")
)
_PARAGRAPHS = frozenset({(TEXTNS, "p"), (TEXTNS, "h")})
_SPACE, _TAB, _BREAK = (TEXTNS, "s"), (TEXTNS, "tab"), (TEXTNS, "line-break")
#: Inside a paragraph, but not part of what it says.
_ASIDE = frozenset({(OFFICENS, "annotation"), (TEXTNS, "note"), (TEXTNS, "ruby-text")})
_CALC_TYPE = ("urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0", "value-type")
_ERROR = re.compile(r"#(?:DIV/0!|N/A|NAME\?|NULL!|NUM!|REF!|VALUE!)|Err:\d+")
_TIME = re.compile(r"PT(\d+)H(\d+)M(\d+(?:[.,]\d+)?)S")
_ADDRESS_PART = re.compile(r"(\$?'(?:[^']|'')*'|[^.:]*)\.(\$?[A-Z]{1,3}\$?\d+)")
#: What is read of the attributes; odfpy refuses a file for one odd length among the others.
_READ = frozenset(
    [
        "name",
        "value-type",
        "value",
        "string-value",
        "date-value",
        "time-value",
        "boolean-value",
        "formula",
        "expression",
        "cell-range-address",
        "number-rows-repeated",
        "number-columns-repeated",
        "number-rows-spanned",
        "number-columns-spanned",
        "style-name",
        "display",
        "visibility",
        "protected",
        "c",
    ]
)
_LONGEST_GAP = 32_767  # Source: Excel specifications and limits, characters in a cell.
#: More cells than `screen` lets pass; repeats of a file that nobody screened end here.
_MAX_CELLS = 2_000_000


def read_ods(data: bytes) -> ReturnedWorkbook:
    """The file's sheets with values and formulas, without tables cached from other files.

    Raises:
        Unreadable: a part is missing, broken or against the standard.
    """
    with grid.fenced():
        document = _document(data)
        spreadsheet = next(_children(document.body, (OFFICENS, "spreadsheet")))
        hidden = _hidden_styles(document)
        tables = _children(spreadsheet, _TABLE)
        own = (table for table in tables if not any(_children(table, _SOURCE)))
        return ReturnedWorkbook(
            kind=grid.FileKind.ODS,
            sheets=tuple(_sheet(table, hidden) for table in own),
            properties=_properties(document),
            names=_names(spreadsheet),
        )


def _document(data: bytes) -> Any:
    """The parts that matter as odfpy's tree; its own `load` goes on after a syntax error."""
    document = OpenDocument(_MIME, add_generator=False)
    with ZipFile(BytesIO(data)) as archive:
        for part in sorted({"meta.xml"} & {*archive.namelist()} | {"content.xml"}):
            document._parsing = part  # noqa: SLF001  (what odf.load itself sets)
            parser = make_parser()
            parser.setFeature(handler.feature_namespaces, True)
            parser.setFeature(handler.feature_external_ges, False)
            parser.setContentHandler(_Tree(document))
            parser.parse(BytesIO(archive.read(part)))
    return document


class _Tree(LoadParser):  # type: ignore[misc]
    """odfpy's builder, with the attributes that matter."""

    def startElementNS(self, tag: Any, qname: Any, attrs: Any) -> None:  # noqa: N802
        read = {name: value for name, value in attrs.items() if name[1] in _READ}
        super().startElementNS(tag, qname, read)


def _children(element: Any, *names: tuple[str, str]) -> Iterator[Any]:
    return (child for child in element.childNodes if getattr(child, "qname", None) in names)


def _attribute(element: Any, namespace: str, name: str) -> str | None:
    value = element.attributes.get((namespace, name))
    return None if value is None else str(value)


def _count(element: Any, name: str) -> int:
    return max(1, int(_attribute(element, TABLENS, name) or 1))


def _hidden_styles(document: Any) -> frozenset[str]:
    """The names of table styles that are not displayed."""
    return frozenset(
        _attribute(style, STYLENS, "name") or ""
        for style in _children(document.automaticstyles, (STYLENS, "style"))
        for face in _children(style, (STYLENS, "table-properties"))
        if _attribute(face, TABLENS, "display") == "false"
    )


def _properties(document: Any) -> Mapping[str, str]:
    own = _children(document.meta, (METANS, "user-defined"))
    return {_attribute(each, METANS, "name") or "": _inline(each) for each in own}


def _names(spreadsheet: Any) -> Mapping[str, str]:
    """Named ranges as Excel writes them; expressions in OpenFormula, texts without quotes."""
    names: dict[str, str] = {}
    for group in _children(spreadsheet, (TABLENS, "named-expressions")):
        for each in _children(group, (TABLENS, "named-range"), (TABLENS, "named-expression")):
            area = _attribute(each, TABLENS, "cell-range-address")
            formula = (_attribute(each, TABLENS, "expression") or "").removeprefix("of:")
            name = _attribute(each, TABLENS, "name") or ""
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
    row = 1
    for element in _rows(table):
        repeats = _count(element, "number-rows-repeated")
        for column, width, found in _row(element):
            if len(cells) + repeats * width > _MAX_CELLS:
                raise ValueError(f"repeated cells at row {row}")
            box = _span(found, row, column)
            if box is not None:
                merged.append(box)
            cell = _cell(found)
            if cell.text or cell.formula:
                if _is_unseen(element):
                    unseen.update(range(row, row + repeats))
                places = ((row + i, column + j) for i in range(repeats) for j in range(width))
                cells.update(dict.fromkeys(places, cell))
        row += repeats
    hidden_rows, hidden_columns = grid.hidden_among(cells, unseen, list(_hidden_columns(table)))
    return Grid(
        name=_attribute(table, TABLENS, "name") or "",
        cells=cells,
        merged=tuple(sorted(merged)),
        hidden=_attribute(table, TABLENS, "style-name") in hidden,
        protected=_attribute(table, TABLENS, "protected") == "true",
        tells_formulas=True,
        hidden_rows=hidden_rows,
        hidden_columns=hidden_columns,
    )


def _is_unseen(element: Any) -> bool:
    return _attribute(element, TABLENS, "visibility") in ("collapse", "filter")


def _hidden_columns(table: Any) -> Iterator[tuple[int, int]]:
    """The first and last of each run of hidden columns."""
    column = 1
    for element in _column_runs(table):
        width = _count(element, "number-columns-repeated")
        if _is_unseen(element):
            yield column, column + width - 1
        column += width


def _column_runs(group: Any) -> Iterator[Any]:
    for child in _children(group, _COLUMN, *_COLUMN_GROUPS):
        if child.qname == _COLUMN:
            yield child
        else:
            yield from _column_runs(child)


def _rows(group: Any) -> Iterator[Any]:
    """The rows of a table, also those in headers and outlines."""
    for child in _children(group, _ROW, *_GROUPS):
        if child.qname == _ROW:
            yield child
        else:
            yield from _rows(child)


def _row(row: Any) -> Iterator[tuple[int, int, Any]]:
    """Column, repeats and element of each cell that has anything in it."""
    column = 1
    for found in _children(row, *_CELLS):
        width = _count(found, "number-columns-repeated")
        told = len(found.attributes) > 1 or (TABLENS, "formula") in found.attributes
        if found.childNodes or told:
            yield column, width, found
        column += width


def _span(found: Any, row: int, column: int) -> Box | None:
    bottom = row + _count(found, "number-rows-spanned") - 1
    box = Box(row, column, bottom, column + _count(found, "number-columns-spanned") - 1)
    return None if box.is_cell else box


def _cell(found: Any) -> Cell:
    """The cell's value; an empty text where there is none."""
    formula = _attribute(found, TABLENS, "formula") or None
    paragraphs = [_inline(each) for each in _children(found, *_PARAGRAPHS)]
    text = "\n".join(paragraphs) or _attribute(found, OFFICENS, "string-value") or ""
    may_err = found.attributes.get(_CALC_TYPE) == "error" or formula is not None
    if may_err and _ERROR.fullmatch(text):
        return Cell(text, None, CellKind.ERROR, formula)
    cell = _typed(found, text) or Cell(text)
    calculated = formula is None or _attribute(found, OFFICENS, "value-type") is not None
    return Cell(cell.text, cell.number, cell.kind, formula, calculated=calculated)


def _typed(found: Any, text: str) -> Cell | None:
    """The value beside the text; None for a text, and for a date that no calendar has."""
    kind = _attribute(found, OFFICENS, "value-type") or ""
    if kind not in _VALUES:
        return None
    if kind == "float" and text in ("TRUE", "FALSE"):  # so LibreOffice saves Excel's booleans
        return grid.boolean_cell(text == "TRUE")
    attribute, read = _VALUES[kind]
    stored = _attribute(found, OFFICENS, attribute)
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


def _inline(element: Any) -> str:
    """The text of a paragraph; white space as ODF 1.2 part 1, 6.1.2 reads it."""
    pieces = list(_pieces(element))
    if pieces and hasattr(element.childNodes[0], "data"):
        pieces[0] = pieces[0].lstrip(" ")
    return "".join(pieces)


def _pieces(element: Any) -> Iterator[str]:
    for child in element.childNodes:
        name = getattr(child, "qname", None)
        if name is None:
            yield re.sub("[ \t\r\n]+", " ", child.data)
        elif name == _SPACE:
            yield " " * min(int(_attribute(child, TEXTNS, "c") or 1), _LONGEST_GAP)
        elif name in (_TAB, _BREAK):
            yield "\t" if name == _TAB else "\n"
        elif name not in _ASIDE:
            yield from _pieces(child)
