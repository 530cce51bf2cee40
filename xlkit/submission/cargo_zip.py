"""The cargo of .xlsx and .ods packages, by the names of their parts and by what these say."""

from __future__ import annotations

import re
from html import unescape

from xlkit.submission.cargo import Cargo, Hold

_TAG = rb"<(?:[^\s<>/:\"'=]+:)?(?:%s)(?=[\s/>])((?:[^<>\"']++|\"[^\"]*+\"|'[^']*+')*+)>"
_RELATIONSHIP = re.compile(_TAG % b"Relationship")
_FORMULA = re.compile(_TAG % b"f|definedName|formula|formula1|formula2" + rb"([^<]*)")
_DDE_ELEMENT = re.compile(_TAG % b"ddeLink")
_ATTRIBUTE = re.compile(rb"([^\s=\"']+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_QUOTED = re.compile(r'"[^"]*"')
_QUOTED_NAME = re.compile(r"'(?:[^']|'')*'")
#: `cmd|'/c calc'!A0`, with its quoted parts taken out.
_DDE_REFERENCE = re.compile(r"[\w.]\s*\|[^!]*!")
_DDE_CALL = re.compile(r"(?<![\w.])(?:DDE|RTD)\s*\(", re.IGNORECASE)
_WEB_CALL = re.compile(r"(?<![\w.])(?:_xlfn\.|COM\.MICROSOFT\.)?WEBSERVICE\s*\(", re.IGNORECASE)
#: What a block has in it, in any case, where a formula of it may call out.
_CALLS = tuple(re.compile(call) for call in (rb"DDE\s*\(", rb"RTD\s*\(", rb"WEBSERVICE", rb"&#"))

#: Source: ECMA-376 part 1, 12.3 and [MS-XLSX] 2.1: the last step of relationship types.
_RELATIONS = {
    "externallink": Cargo.LINKS,
    "attachedtemplate": Cargo.LINKS,
    "vbaproject": Cargo.MACROS,
    "xlmacrosheet": Cargo.MACROS,
    "xlintlmacrosheet": Cargo.MACROS,
    "dialogsheet": Cargo.MACROS,
    "connections": Cargo.QUERIES,
    "querytable": Cargo.QUERIES,
    "oleobject": Cargo.OBJECTS,
    "package": Cargo.OBJECTS,
    "control": Cargo.OBJECTS,
    "activexcontrolbinary": Cargo.OBJECTS,
    "image": Cargo.PICTURES,
}
_XLSX_NAMES = (
    (
        re.compile(r"(?:^|/)(?:vbaproject\w*\.bin|(?:intl)?macrosheets/|dialogsheets/)"),
        Cargo.MACROS,
    ),
    (re.compile(r"(?:^|/)externallinks/[^_]"), Cargo.LINKS),
    (re.compile(r"(?:^|/)(?:connections\d*\.xml|querytables/)"), Cargo.QUERIES),
    (re.compile(r"(?:^|/)(?:embeddings|activex)/"), Cargo.OBJECTS),
    (re.compile(r"(?:^|/)media/"), Cargo.PICTURES),
)
#: Lists of libraries that LibreOffice writes where there is no macro in them.
_ODS_NAMES = (
    (re.compile(r"^(?:basic|dialogs)/(?!.*(?:script|dialog)-l[bc]\.xml$).+"), Cargo.MACROS),
    (re.compile(r"^scripts/.+"), Cargo.MACROS),
    (re.compile(r"^(?:pictures|media)/.+"), Cargo.PICTURES),
)


def xlsx_name(name: str, hold: Hold) -> None:
    """Notes a part of an .xlsx whose name says what it is; the name counts in any case."""
    _by_name(_XLSX_NAMES, name, hold)


def ods_name(name: str, hold: Hold) -> None:
    """Notes a part of an .ods whose name says what it is."""
    _by_name(_ODS_NAMES, name, hold)


def _by_name(names: tuple[tuple[re.Pattern[str], Cargo], ...], name: str, hold: Hold) -> None:
    plain = name.lower().replace("\\", "/").lstrip("/")
    if plain.endswith("/") or "/_rels/" in plain:
        return
    for pattern, cargo in names:
        if pattern.search(plain):
            hold.note(cargo, name)


def _attributes(tag: bytes) -> dict[str, str]:
    """Attributes by their local names."""
    return {
        name.decode(errors="replace").rpartition(":")[2]: unescape(
            (double or single).decode(errors="replace")
        )
        for name, double, single in _ATTRIBUTE.findall(tag)
    }


def xlsx_text(part: str, block: bytes, hold: Hold) -> None:
    """Notes what relations, links and formulas of a part of an .xlsx say."""
    if part.lower().endswith(".rels"):
        for tag in _RELATIONSHIP.finditer(block):
            _relation(part, _attributes(tag[1]), hold)
        return
    if b"ddeLink" in block:
        for tag in _DDE_ELEMENT.finditer(block):
            said = _attributes(tag[1])
            hold.note(Cargo.DDE, f"{said.get('ddeService', '')}|{said.get('ddeTopic', '')}")
    calls = _calls_out(block)
    if calls or b"|" in block:
        for tag in _FORMULA.finditer(block):
            if calls or b"|" in tag[2] or b"&#" in tag[2]:
                _formula(unescape(tag[2].decode(errors="replace")), hold)


def _calls_out(block: bytes) -> bool:
    upper = block.upper()
    return any(call.search(upper) for call in _CALLS)


def _relation(part: str, said: dict[str, str], hold: Hold) -> None:
    kind = said.get("Type", "").rpartition("/")[2].lower()
    cargo = _RELATIONS.get(kind)
    outside = said.get("TargetMode", "").lower() == "external"
    target = said.get("Target", "")
    if outside and (kind.startswith("externallink") or cargo is not None):
        hold.note(Cargo.LINKS, target)
    elif cargo is not None and cargo not in hold.found:
        hold.note(cargo, target or part)


def _formula(formula: str, hold: Hold) -> None:
    plain = _QUOTED_NAME.sub("''", _QUOTED.sub('""', formula))
    if _DDE_REFERENCE.search(plain) or _DDE_CALL.search(plain):
        hold.note(Cargo.DDE, formula)
    elif _WEB_CALL.search(plain):
        hold.note(Cargo.LINKS, formula)


_ODS_TAG = re.compile(
    rb"<(?:[^\s<>/:\"'=]+:)?(table-source|cell-range-source|section-source|dde-link|dde-source"
    rb"|database-source-(?:sql|table|query)|source-service|connection-resource|event-listener"
    rb"|object|object-ole|plugin|applet|floating-frame|image|file-entry)(?=[\s/>])"
    rb"((?:[^<>\"']++|\"[^\"]*+\"|'[^']*+')*+)>"
)
_FILE_REFERENCE = re.compile(r"'[A-Za-z][\w.+-]*:[^']*'\s*#", re.IGNORECASE)
_ODS_FORMULA = re.compile(rb"(?<=[\s:])(?:formula|expression|condition)\s*=\s*(\"[^\"]*\"|'[^']*')")
_ODS_TAGS = {
    b"table-source": Cargo.LINKS,
    b"cell-range-source": Cargo.LINKS,
    b"section-source": Cargo.LINKS,
    b"dde-link": Cargo.DDE,
    b"dde-source": Cargo.DDE,
    b"database-source-sql": Cargo.QUERIES,
    b"database-source-table": Cargo.QUERIES,
    b"database-source-query": Cargo.QUERIES,
    b"source-service": Cargo.QUERIES,
    b"connection-resource": Cargo.QUERIES,
    b"event-listener": Cargo.MACROS,
    b"object-ole": Cargo.OBJECTS,
    b"plugin": Cargo.OBJECTS,
    b"applet": Cargo.OBJECTS,
    b"floating-frame": Cargo.OBJECTS,
}
_ODS_MARKS = (
    *(b"source", b"dde-link", b"event-listener", b"object", b"image", b"file-entry"),
    *(b"plugin", b"applet", b"floating-frame", b"connection-resource"),
)
_INSIDE = re.compile(r"(?:\./)?[^/:?#]+(?:/[^:?#]*)?")
_OBJECT_FOLDER = re.compile(r"[^/]+/")
#: A chart is drawn from cells and holds nothing else.
_CHART = "application/vnd.oasis.opendocument.chart"
_OLE_TYPE = "application/vnd.sun.star.oleobject"


def ods_text(part: str, block: bytes, hold: Hold) -> None:
    """Notes what elements and formulas of a part of an .ods say."""
    found_any = any(mark in block for mark in _ODS_MARKS)
    for tag in _ODS_TAG.finditer(block) if found_any else ():
        _ods_tag(part, tag[1], _attributes(tag[2]), hold)
    if b"|" in block or b"://" in block or _calls_out(block):
        for found in _ODS_FORMULA.finditer(block):
            formula = unescape(found[1][1:-1].decode(errors="replace"))
            _formula(formula, hold)
            if _FILE_REFERENCE.search(formula):
                hold.note(Cargo.LINKS, formula)


def _ods_tag(part: str, name: bytes, said: dict[str, str], hold: Hold) -> None:
    href = said.get("href", "")
    if name == b"file-entry":
        kind, path = said.get("media-type", ""), said.get("full-path", "")
        document = kind.startswith("application/vnd.oasis.opendocument.") and kind != _CHART
        if kind == _OLE_TYPE or (document and _OBJECT_FOLDER.fullmatch(path)):
            hold.note(Cargo.OBJECTS, path)
    elif name in (b"object", b"image"):
        if href and not _INSIDE.fullmatch(href):
            hold.note(Cargo.LINKS, href)
    elif name == b"event-listener" and "script" not in f"{said.get('language')}{href}".lower():
        return
    else:
        hold.note(_ODS_TAGS[name], href or said.get("dde-topic") or part)
