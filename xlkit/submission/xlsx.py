"""The fence around openpyxl: .xlsx files as grids.

openpyxl finds the parts, names and sheets and translates shared formulas. Cells, number
formats and texts are read here in one pass, since openpyxl loads either values or formulas,
refuses whole files for a fill or a rule it does not know, fills every merged range with cell
objects, and blurs the escapes in texts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import IO, Any
from xml.etree.ElementTree import Element
from zipfile import ZipFile

from defusedxml.ElementTree import fromstring, iterparse
from openpyxl.formula.translate import Translator
from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.numbers import BUILTIN_FORMATS
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.xml.constants import (
    ARC_CUSTOM,
    ARC_STYLE,
    SHARED_STRINGS,
)

from xlkit.cells import Box, address, parse_address
from xlkit.submission.grid import (
    CJK_FORMATS,
    Cell,
    CellKind,
    FileKind,
    Grid,
    ReturnedWorkbook,
    boolean_cell,
    constant_text,
    fenced,
    moment_cell,
    number_cell,
    plain_text,
)

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
#: Strict files differ in names only. Source: ISO/IEC 29500-1 and 29500-4, namespaces.
_STRICT = {
    b"http://purl.oclc.org/ooxml/spreadsheetml/main": _MAIN.strip("{}").encode(),
    b"http://purl.oclc.org/ooxml/officeDocument": (
        b"http://schemas.openxmlformats.org/officeDocument/2006"
    ),
}
_ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")
_TRUE = frozenset({"1", "true", "on"})


@dataclass(slots=True)
class _Book:
    """What the cells of every sheet refer to; `shared` are formulas of the sheet at hand."""

    strings: list[str]
    formats: list[str]
    from_1904: bool
    shared: dict[str, Any] = field(default_factory=dict)


def read_xlsx(data: bytes) -> ReturnedWorkbook:
    """The file's sheets with values and formulas; chart sheets have none and are left out.

    Raises:
        Unreadable: a part is missing, broken or against the standard.
    """
    with fenced():
        source = ExcelReader(BytesIO(_transitional(data)), keep_links=False)
        source.read_manifest()
        source.read_workbook()
        parts: ZipFile = source.archive
        strings = source.package.find(SHARED_STRINGS)
        book = _Book(
            strings=_strings(parts, strings.PartName.lstrip("/")) if strings else [],
            formats=_formats(parts),
            from_1904=source.wb.epoch == CALENDAR_MAC_1904,
        )
        return ReturnedWorkbook(
            kind=FileKind.XLSX,
            sheets=tuple(
                _sheet(parts, sheet, relation.target, book)
                for sheet, relation in source.parser.find_sheets()
                if "chartsheet" not in relation.Type
            ),
            properties=_properties(parts),
            names={
                name: constant_text(defined.value or "")
                for name, defined in source.parser.defined_names.by_sheet()["global"].items()
                if not defined.is_reserved
            },
        )


def _transitional(data: bytes) -> bytes:
    """The package, with the namespaces of a strict one replaced by those openpyxl knows."""
    with ZipFile(BytesIO(data)) as archive:
        roots = archive.read("_rels/.rels") if "_rels/.rels" in archive.namelist() else b""
        if not any(strict in roots for strict in _STRICT):
            return data
        target = BytesIO()
        with ZipFile(target, "w") as copy:
            for name in archive.namelist():
                part = archive.read(name)
                for strict, known in _STRICT.items():
                    part = part.replace(strict, known)
                copy.writestr(name, part)
    return target.getvalue()


def _elements(source: IO[bytes], wanted: frozenset[str]) -> Iterator[Element]:
    """The elements of these tags as they end, emptied after use."""
    for _, element in iterparse(source):
        if element.tag in wanted:
            yield element
            element.clear()


def _strings(parts: ZipFile, path: str) -> list[str]:
    with parts.open(path) as source:
        return [_rich_text(item) for item in _elements(source, frozenset({_MAIN + "si"}))]


def _rich_text(item: Element) -> str:
    """The text of an item in one piece, without phonetic readings."""
    texts = [*item.findall(_MAIN + "t"), *item.findall(f"{_MAIN}r/{_MAIN}t")]
    return _unescaped("".join(text.text or "" for text in texts))


def _unescaped(text: str) -> str:
    """The text with `_x000D_` and its like decoded; half of a pair becomes U+FFFD.

    Source: ECMA-376 22.9.2.19.
    """
    if "_x" not in text:
        return plain_text(text)
    units = _ESCAPE.sub(lambda code: chr(int(code[1], 16)), text)
    whole = units.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return plain_text(whole)


def _formats(parts: ZipFile) -> list[str]:
    """The number format of each cell style, in the order that cells refer to."""
    if ARC_STYLE not in parts.namelist():
        return []
    root = fromstring(parts.read(ARC_STYLE))
    codes = {**CJK_FORMATS, **BUILTIN_FORMATS}
    for own in root.iterfind(f"{_MAIN}numFmts/{_MAIN}numFmt"):
        codes[int(own.get("numFmtId", "0"))] = own.get("formatCode", "General")
    styles = root.iterfind(f"{_MAIN}cellXfs/{_MAIN}xf")
    return [codes.get(int(style.get("numFmtId", "0")), "General") for style in styles]


def _properties(parts: ZipFile) -> Mapping[str, str]:
    if ARC_CUSTOM not in parts.namelist():
        return {}
    named = (each for each in fromstring(parts.read(ARC_CUSTOM)) if each.get("name"))
    return {each.get("name", ""): "".join(each.itertext()).strip() for each in named}


def _sheet(parts: ZipFile, sheet: Any, path: str, book: _Book) -> Grid:
    rows, merges, lock = (_MAIN + tag for tag in ("row", "mergeCell", "sheetProtection"))
    cells: dict[tuple[int, int], Cell] = {}
    merged: list[Box] = []
    protected = False
    number = 0
    book.shared.clear()
    with parts.open(path) as source:
        for element in _elements(source, frozenset({rows, merges, lock})):
            if element.tag == rows:
                number = int(element.get("r") or number + 1)
                cells.update(_row(element, number, book))
            elif element.tag == merges:
                merged.append(_box(element.get("ref", "")))
            else:
                protected = element.get("sheet") in _TRUE
    return Grid(
        name=sheet.name,
        cells=cells,
        merged=tuple(sorted(merged)),
        hidden=sheet.state in ("hidden", "veryHidden"),
        protected=protected,
        tells_formulas=True,
    )


def _box(reference: str) -> Box:
    first, _, last = reference.partition(":")
    top, left = parse_address(first)
    return Box(top, left, *parse_address(last or first))


def _row(row: Element, number: int, book: _Book) -> Iterator[tuple[tuple[int, int], Cell]]:
    place = (number, 0)
    for element in row.iterfind(_MAIN + "c"):
        reference = element.get("r")
        place = parse_address(reference) if reference else (number, place[1] + 1)
        formula = _formula(element.find(_MAIN + "f"), place, book)
        cell = _cell(element, book)
        if cell.text or formula:
            yield place, Cell(cell.text, cell.number, cell.kind, formula)


def _formula(element: Element | None, place: tuple[int, int], book: _Book) -> str | None:
    """The formula with `=`; that of a shared one as it reads at this place."""
    if element is None:
        return None
    text = "=" + _unescaped(element.text or "")
    index = element.get("si")
    if element.get("t") == "shared" and index is not None:
        if text != "=":
            book.shared[index] = Translator(text, address(*place))
        elif index in book.shared:
            return str(book.shared[index].translate_formula(address(*place)))
    return text


def _cell(element: Element, book: _Book) -> Cell:
    """The cell's value; an empty text where there is none."""
    kind = element.get("t", "n")
    if kind == "inlineStr":
        inline = element.find(_MAIN + "is")
        return Cell("" if inline is None else _rich_text(inline))
    stored = element.findtext(_MAIN + "v") or ""
    if not stored:
        return Cell("")
    style = int(element.get("s", "0"))
    if kind == "n":
        code = book.formats[style] if style < len(book.formats) else "General"
        return number_cell(stored, code, from_1904=book.from_1904)
    return _READERS[kind](stored, book)


def _moment(stored: str) -> Cell:
    try:
        return moment_cell(stored)
    except ValueError:
        return Cell(stored)


_READERS: Mapping[str, Callable[[str, _Book], Cell]] = {
    "s": lambda stored, book: Cell(book.strings[int(stored)]),
    "str": lambda stored, _book: Cell(_unescaped(stored)),
    "b": lambda stored, _book: boolean_cell(stored.strip() in _TRUE),
    "e": lambda stored, _book: Cell(stored.strip(), kind=CellKind.ERROR),
    "d": lambda stored, _book: _moment(stored.strip()),
}
