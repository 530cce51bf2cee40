"""A series of workbooks that differ in nothing but whom they are for, at the cost of a few.

A workbook for a unit that does not exist becomes a mould (`xlkit.template.mould`); what names
the unit is all that is written for each.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace
from xml.sax.saxutils import escape

from xlkit.cells import display_width
from xlkit.form.model import Form
from xlkit.identity import Identity
from xlkit.template.backstage import long_chunks, short_chunks
from xlkit.template.content import Content
from xlkit.template.layout import Layout
from xlkit.template.mould import Mould, Moulded
from xlkit.template.plan import plan
from xlkit.template.print_setup import footer_text
from xlkit.template.printed import help_lines
from xlkit.template.writer import Issue, Rendered, identity_of, render, written

#: Signs for private use, which stand for a unit's name and code in the mould. No form has them;
#: where one has, or a part does not come out as it should, units are rendered one by one.
_NAME, _UNIT = "\ue6a0", "\ue6a1"
_STRINGS = "xl/sharedStrings.xml"
_SHEETS = "xl/worksheets/"
_STRING = re.compile(rb"<si>.*?</si>", re.DOTALL)
#: What the writer treats in a way of its own: padding, controls and their escapes, rich texts.
_ODD = re.compile(r"^\s|\s$|[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]|_x|<r>")
_LONGEST = 60
"""Signs that fit into every footer, even where each of them has to be doubled."""

Shape = tuple[object, ...]


class Series:
    """Renders one content for many units; each workbook is the one that `render` gives.

    The second unit with the same numbers of everything makes a mould, which is proved on the
    first one's workbook; from then on only what names the unit is written. Units that need
    more than that (names with odd signs, names that also stand elsewhere in the form) are
    rendered in full. Not for several threads at once.
    """

    def __init__(
        self, form: Form, content: Content | None = None, issue: Issue | None = None
    ) -> None:
        self._form = form
        self._content = content or Content()
        self._issue = issue or Issue()
        self._layouts: dict[str, Layout] = {}
        self._firsts: dict[Shape, Rendered] = {}
        self._moulds: dict[Shape, _UnitMould | None] = {}
        self._checks: dict[tuple[str, int | None], str] = {}
        self.in_full = 0
        """How many workbooks were rendered in full so far, those for moulds among them."""

    def render(self, identity: Identity) -> Rendered:
        """The workbook of one unit.

        Raises:
            RenderError: something cannot be written into a workbook.
            UsageError: the form has no texts in the identity's language.
        """
        layout = self._layout(identity.language)
        saying = layout.language, identity.year
        if saying not in self._checks or not is_plain(identity):
            return self._first(layout, identity)
        known = identity_of(layout, identity, self._content)
        known = replace(known, checks=self._checks[saying]).signed(self._issue.key)
        shape = shape_of(layout, known)
        first = self._firsts.get(shape)
        if first is None:
            return self._first(layout, identity)
        if shape not in self._moulds:
            made = self._unit_mould(layout, known, shape)
            sound = made is not None and made.workbook(first.identity) == first.data
            self._moulds[shape] = made if sound else None
        mould = self._moulds[shape]
        data = mould.workbook(known) if mould else None
        return self._in_full(layout, known) if data is None else Rendered(data, known, layout)

    def _first(self, layout: Layout, identity: Identity) -> Rendered:
        """A workbook in full, kept for those that are like it."""
        made = self._in_full(layout, identity)
        if is_plain(made.identity):
            self._checks[layout.language, identity.year] = made.identity.checks
            self._firsts.setdefault(shape_of(layout, made.identity), made)
        return made

    def _in_full(self, layout: Layout, identity: Identity) -> Rendered:
        self.in_full += 1
        return render(self._form, identity, self._content, self._issue, layout=layout)

    def _layout(self, language: str) -> Layout:
        if language not in self._layouts:
            self._layouts[language] = plan(self._form, self._content.sizing, language)
        return self._layouts[language]

    def _unit_mould(self, layout: Layout, known: Identity, shape: Shape) -> _UnitMould | None:
        probe = _probe(known)
        if probe is None or shape_of(layout, probe) != shape:
            return None
        self.in_full += 1
        return _UnitMould.of(probe, written(layout, probe, self._content, self._issue))


def is_plain(identity: Identity) -> bool:
    """Whether code and name of the unit go into a workbook as any other ones do."""
    return all(
        text and len(text) <= _LONGEST and not _ODD.search(text)
        for text in (identity.unit, identity.unit_name)
    )


def shape_of(layout: Layout, identity: Identity) -> Shape:
    """What of an identity decides on more than texts: numbers of cells, heights of rows."""
    heights = tuple(line.height for line in help_lines(layout, identity))
    chunks = len(short_chunks(identity)), len(long_chunks(identity))
    return identity.language, identity.year, chunks, heights


def _probe(known: Identity) -> Identity | None:
    """An identity of the same length that names nobody; None where no such can be made."""
    bare = replace(
        known,
        unit=_UNIT * _wide(known.unit),
        unit_name=_NAME * _wide(known.unit_name),
        layout="",
        round="",
        issued_digest="",
        key_id="",
        mac="",
    )
    room = _length(known) - _length(bare)
    return replace(bare, mac=_filler(room)) if room >= 0 else None


def _wide(text: str) -> int:
    """How many wide signs take the room of a text."""
    return (display_width(text) + 1) // 2


def _length(identity: Identity) -> int:
    return len(identity.to_json(short=True).encode("utf-8"))


def _filler(length: int) -> str:
    """A text of that length that never repeats itself, so that its pieces are told apart."""
    blocks = (hashlib.sha256(b"%d" % number).hexdigest() for number in range(length // 64 + 1))
    return "".join(blocks)[:length]


@dataclass(frozen=True, slots=True)
class _UnitMould:
    """The mould of a unit's workbook, made of a probe's: a unit that does not exist.

    `fixed` are the shared strings that are the same for every unit, `open` those that are not.
    """

    probe: Identity
    mould: Mould
    fixed: frozenset[bytes]
    open: tuple[Moulded, ...]

    @classmethod
    def of(cls, probe: Identity, data: bytes) -> _UnitMould | None:
        """The mould; None where the unit stands in places that nobody thought of."""
        chunks = (*short_chunks(probe), *long_chunks(probe))
        pieces = "|".join(sorted(set(chunks), key=len, reverse=True))
        wanted = re.compile(
            f'(?<=[>"])(?:{pieces})(?=[<"])|{probe.unit}|{probe.unit_name}'.encode()
        )
        mould = Mould(data, wanted)
        for name, part in mould.parts.items():
            if name.startswith(_SHEETS) and b"<oddFooter>" not in part.pieces[0]:
                return None
        strings = mould.parts[_STRINGS].filled(lambda found: found)
        each = [Moulded.of(one, wanted) for one in _STRING.findall(strings)]
        fixed = frozenset(one.pieces[0] for one in each if not one.found)
        return cls(probe, mould, fixed, tuple(one for one in each if one.found))

    def workbook(self, known: Identity) -> bytes | None:
        """The workbook of a unit; None where its texts meet others, which are stored once."""
        texts = self._texts(known, escape(known.unit_name))
        footers = self._texts(known, escape(footer_text(known.unit_name)))
        strings = {one.filled(texts.__getitem__) for one in self.open}
        if len(strings) < len(self.open) or not strings.isdisjoint(self.fixed):
            return None
        fills = {
            name: (footers if name.startswith(_SHEETS) else texts).__getitem__
            for name in self.mould.parts
        }
        return self.mould.filled(fills)

    def _texts(self, known: Identity, name: str) -> dict[bytes, bytes]:
        """What stands in each place, by what stood there in the probe's workbook."""
        new = {self.probe.unit: escape(known.unit), self.probe.unit_name: name}
        for chunks in (short_chunks, long_chunks):
            new.update(zip(chunks(self.probe), chunks(known), strict=True))
        return {old.encode(): text.encode() for old, text in new.items()}
