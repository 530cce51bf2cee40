"""The door to odfpy: an .ods file as a tree of elements, and what stands in one of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import Any
from xml.sax import handler
from zipfile import ZipFile

from defusedxml.sax import make_parser
from odf.load import LoadParser
from odf.namespaces import METANS, OFFICENS, STYLENS, TABLENS, TEXTNS
from odf.opendocument import OpenDocument

#: The namespaces that the names of elements and attributes are of.
META, OFFICE, STYLE, TABLE, TEXT = METANS, OFFICENS, STYLENS, TABLENS, TEXTNS
_MIME = "application/vnd.oasis.opendocument.spreadsheet"
_SPACE, _TAB, _BREAK = (TEXT, "s"), (TEXT, "tab"), (TEXT, "line-break")
#: Inside a paragraph, but not part of what it says.
_ASIDE = frozenset({(OFFICE, "annotation"), (TEXT, "note"), (TEXT, "ruby-text")})
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


def tree_of(data: bytes) -> Any:
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


def children(element: Any, *names: tuple[str, str]) -> Iterator[Any]:
    """The elements right in an element that have one of those names."""
    return (child for child in element.childNodes if getattr(child, "qname", None) in names)


def paragraphs_of(elements: Iterable[Any], *names: tuple[str, str]) -> Iterator[Any]:
    """The outermost elements of those names among the elements and inside them, in their order."""
    for element in elements:
        if getattr(element, "qname", None) in names:
            yield element
        else:
            yield from paragraphs_of(element.childNodes, *names)


def attribute(element: Any, namespace: str, name: str) -> str | None:
    """An attribute of an element; None where it has none of that name."""
    value = element.attributes.get((namespace, name))
    return None if value is None else str(value)


def count(element: Any, name: str) -> int:
    """How many times an element stands for, or spans: 1 where it does not say."""
    return max(1, int(attribute(element, TABLE, name) or 1))


def text_of(element: Any) -> str:
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
            yield " " * min(int(attribute(child, TEXT, "c") or 1), _LONGEST_GAP)
        elif name in (_TAB, _BREAK):
            yield "\t" if name == _TAB else "\n"
        elif name not in _ASIDE:
            yield from _pieces(child)
