"""The fence around expat: the elements of an XML part as they come, names without prefixes."""

from __future__ import annotations

from collections.abc import Callable
from pyexpat import ParserCreate
from typing import IO

_CHUNK = 1 << 18

#: Strict files differ in names only. Source: ISO/IEC 29500-1 and 29500-4, namespaces.
_TRANSITIONAL = {
    "http://purl.oclc.org/ooxml/spreadsheetml/main": "m",
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main": "m",
    "http://purl.oclc.org/ooxml/officeDocument/relationships": "r",
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships": "r",
    "http://schemas.openxmlformats.org/package/2006/relationships": "p",
    "http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments": "t",
    "http://purl.oclc.org/ooxml/drawingml/spreadsheetDrawing": "d",
    "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing": "d",
    "http://purl.oclc.org/ooxml/drawingml/main": "a",
    "http://schemas.openxmlformats.org/drawingml/2006/main": "a",
    "http://purl.oclc.org/ooxml/officeDocument/customProperties": "c",
    "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties": "c",
}


def short(name: str) -> str:
    """`m:row` for the element row of a workbook, strict or not; '' for one of no interest."""
    space, _, local = name.rpartition(" ")
    prefix = _TRANSITIONAL.get(space)
    return f"{prefix}:{local}" if prefix else ""


class Names(dict[str, str]):
    """Short names of elements by their full ones, filled as they are met."""

    def __missing__(self, name: str) -> str:
        found = self[name] = short(name)
        return found


def parse(
    source: IO[bytes],
    *,
    start: Callable[[str, dict[str, str]], object],
    end: Callable[[str], object],
    text: Callable[[str], object],
) -> None:
    """Tells the handlers of every start tag, end tag and text, with names as expat gives them.

    Raises:
        ExpatError: the part is not well-formed.
        ValueError: it declares a document type, which alone can hold entities.
    """
    parser = ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    while chunk := source.read(_CHUNK):
        parser.Parse(chunk)
    parser.Parse(b"", True)


def _refuse(*_declaration: object) -> None:
    raise ValueError("a document type is declared")
