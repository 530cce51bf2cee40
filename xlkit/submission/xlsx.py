"""The fence around .xlsx files: their sheets, names and properties as grids.

Read here in one pass over the parts that matter. openpyxl loads either values or formulas,
refuses whole files for a fill or a rule it does not know, fills every merged range with cell
objects, blurs the escapes in texts, and takes ten times as long; python-calamine tells
neither formats nor formulas beside values, merges, locks and hidden rows. Tests hold this
reader to what openpyxl finds.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from io import BytesIO
from typing import IO
from zipfile import ZipFile

from xlkit.submission.book_xml import Book, is_true, read_formats, read_strings
from xlkit.submission.grid import FileKind, Grid, ReturnedWorkbook, constant_text, fenced
from xlkit.submission.markup import Names, parse
from xlkit.submission.remarks_xml import read_boxes, read_comments
from xlkit.submission.sheet_xml import SheetReader

_ROOT = ""
_WORKBOOK, _STYLES, _STRINGS = "xl/workbook.xml", "xl/styles.xml", "xl/sharedStrings.xml"
_CUSTOM = "docProps/custom.xml"
_NO_GRID = ("/chartsheet", "/dialogsheet")


def read_xlsx(data: bytes) -> ReturnedWorkbook:
    """The file's sheets with values and formulas; chart sheets have none and are left out.

    Raises:
        Unreadable: a part is missing, broken or against the standard.
    """
    with fenced(), ZipFile(BytesIO(data)) as archive:
        parts = _Parts(archive)
        main = parts.related(_ROOT).path("officeDocument", _WORKBOOK)
        workbook, relations = _workbook(parts, main), parts.related(main)
        strings, styles = (
            relations.path("sharedStrings", _STRINGS),
            relations.path("styles", _STYLES),
        )
        book = Book(
            strings=read_strings(parts.open(strings)) if strings in parts else [],
            formats=read_formats(parts.open(styles)) if styles in parts else [],
            from_1904=workbook.from_1904,
        )
        return ReturnedWorkbook(
            kind=FileKind.XLSX,
            sheets=tuple(_sheets(parts, workbook, relations, book)),
            properties=_properties(parts),
            names=workbook.names,
        )


@dataclass(frozen=True, slots=True)
class _Relations:
    """The parts that a part refers to: by id, and the first of each type."""

    targets: Mapping[str, tuple[str, str]]

    def paths(self, kind: str) -> Iterator[str]:
        """The paths of the parts of that type."""
        return (path for type_, path in self.targets.values() if type_.endswith(f"/{kind}"))

    def path(self, kind: str, usual: str) -> str:
        """The path of the first part of that type, else the usual one."""
        return next(self.paths(kind), usual)


class _Parts:
    """The parts of a package; names are compared as the standard wants, whatever their case.

    Source: ECMA-376 Part 2, 6.2.2.3.
    """

    def __init__(self, archive: ZipFile) -> None:
        self._archive = archive
        self._names = {_normal(name): name for name in archive.namelist()}

    def __contains__(self, path: str) -> bool:
        return _normal(path) in self._names

    def open(self, path: str) -> IO[bytes]:
        return self._archive.open(self._names[_normal(path)])

    def related(self, path: str) -> _Relations:
        """What the relationships of a part say; the root is ''."""
        folder, name = posixpath.split(path)
        own = posixpath.join(folder, "_rels", f"{name}.rels")
        targets: dict[str, tuple[str, str]] = {}
        names = Names()

        def start(tag: str, attributes: dict[str, str]) -> None:
            if names[tag] == "p:Relationship" and attributes.get("TargetMode") != "External":
                target = posixpath.join("/" + folder, attributes.get("Target", ""))
                place = posixpath.normpath(target).lstrip("/")
                targets[attributes.get("Id", "")] = (attributes.get("Type", ""), place)

        if own in self:
            parse(self.open(own), start=start, end=_nothing, text=_nothing)
        return _Relations(targets)


def _normal(path: str) -> str:
    return path.replace("\\", "/").lstrip("/").lower()


def _nothing(_what: str) -> None:
    pass


@dataclass(slots=True)
class _Workbook:
    """What the workbook's own part says: sheets as (name, relation, hidden)."""

    sheets: list[tuple[str, str, bool]] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    from_1904: bool = False


def _workbook(parts: _Parts, path: str) -> _Workbook:
    found, short = _Workbook(), Names()
    defined: str | None = None
    pieces: list[str] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal defined
        tag = short[name]
        if tag == "m:sheet":
            relation = next((v for k, v in attributes.items() if short[k] == "r:id"), "")
            hidden = attributes.get("state") in ("hidden", "veryHidden")
            found.sheets.append((attributes["name"], relation, hidden))
        elif tag == "m:definedName":
            pieces.clear()
            if "localSheetId" not in attributes and not _is_builtin(attributes["name"]):
                defined = attributes["name"]
        elif tag == "m:workbookPr":
            found.from_1904 = is_true(attributes.get("date1904"))

    def end(name: str) -> None:
        nonlocal defined
        if defined is not None and short[name] == "m:definedName":
            found.names[defined] = constant_text("".join(pieces))
            defined = None

    parse(parts.open(path), start=start, end=end, text=pieces.append)
    return found


def _is_builtin(name: str) -> bool:
    """Whether a name is one of Excel's own. Source: ECMA-376 18.2.5."""
    return name.lower().startswith("_xlnm.")


def _sheets(parts: _Parts, workbook: _Workbook, relations: _Relations, book: Book) -> list[Grid]:
    grids = []
    for name, relation, hidden in workbook.sheets:
        if not relation:
            continue
        kind, path = relations.targets[relation]
        if not kind.endswith(_NO_GRID):
            with parts.open(path) as source:
                grid = SheetReader(book).grid(source, name, hidden=hidden)
            grids.append(replace(grid, remarks=_remarks(parts, path)))
    return grids


def _remarks(parts: _Parts, sheet: str) -> dict[tuple[int, int], str]:
    """What stands beside a sheet's cells; a thread goes before the note that stands for it."""
    relations = parts.related(sheet)
    notes: dict[tuple[int, int], str] = {}
    for kind in ("comments", "threadedComment"):
        for source in _opened(parts, relations.paths(kind)):
            notes |= read_comments(source)
    for source in _opened(parts, relations.paths("drawing")):
        for cell, text in read_boxes(source).items():
            notes[cell] = "\n".join(filter(None, (notes.get(cell), text)))
    return notes


def _opened(parts: _Parts, paths: Iterable[str]) -> Iterator[IO[bytes]]:
    for path in paths:
        if path in parts:
            with parts.open(path) as source:
                yield source


def _properties(parts: _Parts) -> Mapping[str, str]:
    path = parts.related(_ROOT).path("custom-properties", _CUSTOM)
    found: dict[str, str] = {}
    if path not in parts:
        return found
    short, current, pieces = Names(), "", list[str]()

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal current
        if short[name] == "c:property":
            current = attributes.get("name", "")
            pieces.clear()

    def end(name: str) -> None:
        nonlocal current
        if short[name] == "c:property" and current:
            found[current] = "".join(pieces).strip()
            current = ""

    parse(parts.open(path), start=start, end=end, text=pieces.append)
    return found
