"""The answers of a return, as they were written, at the places of a fresh workbook.

What is carried stays in its form, so each row keeps its mark and only rows that were put in are
given one; where the bureau's content or form is another now, `reissue.py` looks for the rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain, count

from xlkit.form.fields import BaseField
from xlkit.form.model import Form
from xlkit.form.renames import Renames
from xlkit.form.rows import CellKey, Row, RowKind, locked_text, number_of, spare_row
from xlkit.identity import Identity
from xlkit.rules.computed import computation
from xlkit.rules.types import Texts
from xlkit.submission.raw import RawRow, RawSubmission, Verdict, fills, is_typed
from xlkit.template.content import Content, all_texts
from xlkit.template.layout import (
    BlockPlace,
    Layout,
    Part,
    RowPlace,
    Sizing,
    parse_cell_name,
)
from xlkit.template.offered import still_offered
from xlkit.template.stored import Stored
from xlkit.validation.explanations import renamed_key

#: Rows to spare that a table gets whose own were too few.
_ROOM = 2


def carried_content(raw: RawSubmission) -> Content:
    """Everything that was typed into cells for answers, with room for rows that were put in.

    Rows that the department inserted go to free spare rows; where there are too few, there
    will be more. Presets that were cleared stay empty. Computed, printed and issued cells are
    what they always were, whatever stood there.
    """
    issued = issued_of(raw)
    texts: dict[CellKey, Texts] = {}
    spares = dict(raw.sizing.spares)
    members = dict(raw.sizing.members)
    for rows in by_block(raw):
        needed = 0
        for row, mark in _at_fresh_marks(rows):
            if row.row.kind is RowKind.SPARE and row.filled:
                needed = max(needed, number_of(mark))
            for name in typed_fields(row, issued):
                texts[row.path, row.instance, mark, name] = row.texts[name]
        first = rows[0]
        declared = spares.get(first.path, getattr(first.placed.block, "spares", 0))
        if needed > declared:
            spares[first.path] = needed + _ROOM
        if first.placed.group is not None:
            group = first.placed.group
            members[group] = max(members.get(group, 0), first.instance)
    content = Content(Sizing(members, spares), texts, issued)
    if raw.form is None or raw.identity is None:
        return content
    return replace(content, offered=still_offered(raw.form, raw.identity, all_texts(content)))


def as_issued(
    raw: RawSubmission, content: Content, identity: Identity, layout: Layout
) -> RawSubmission:
    """The return that a fresh workbook with that content would be, if it came back untouched.

    Its cells are those of the fresh workbook, which has that layout. `raw` gives the explanations.
    """
    stored = Stored(layout.form, replace(content, sizing=layout.sizing))
    return RawSubmission(
        file=raw.file,
        sha256=raw.sha256,
        verdict=Verdict.INTACT,
        form=layout.form,
        identity=identity,
        rows=tuple(_rows(layout, stored)),
        sizing=layout.sizing,
        explanations=dict(_renamed_explanations(raw, layout.form)),
    )


def _renamed_explanations(raw: RawSubmission, form: Form) -> Iterator[tuple[str, str]]:
    """The explanations by what their blocks, rows and fields are called in that form."""
    names = Renames(form) if form.renamed else None
    for key, text in raw.explanations.items():
        yield key if names is None else renamed_key(key, names), text


def fresh_cell(raw: RawSubmission, cell: CellKey) -> CellKey:
    """Where the answer of a cell stands in the fresh workbook: rows put in went to spare rows."""
    path, instance, mark, name = cell
    for rows in by_block(raw):
        if (rows[0].path, rows[0].instance) == (path, instance):
            for row, fresh in _at_fresh_marks(rows):
                if row.row.mark == mark:
                    return path, instance, fresh, name
    return cell


def issued_of(raw: RawSubmission) -> dict[CellKey, str]:
    """What the bureau had filled in and locked."""
    found: dict[CellKey, str] = {}
    for name, text in (raw.identity.issued if raw.identity else {}).items():
        cell = parse_cell_name(name)
        if cell is not None:
            found[cell] = text
    return found


def by_block(raw: RawSubmission) -> Iterator[list[RawRow]]:
    """The rows of each block and member."""
    found: dict[tuple[str, int], list[RawRow]] = {}
    for row in raw.rows:
        found.setdefault((row.path, row.instance), []).append(row)
    yield from found.values()


def _at_fresh_marks(rows: list[RawRow]) -> Iterator[tuple[RawRow, str]]:
    """Each row with its mark in the fresh workbook; rows put in take spares that nobody filled,
    then those that the block does not have yet.
    """
    spares = [row for row in rows if row.row.kind is RowKind.SPARE and not row.is_inserted]
    last = max((row.row.number for row in spares), default=0)
    free = chain(
        (row.row.mark for row in spares if not row.filled),
        (spare_row(number).mark for number in count(last + 1)),
    )
    taken = {row.top: next(free) for row in rows if row.is_inserted and row.filled}
    for row in rows:
        if row.top in taken:
            yield row, taken[row.top]
        elif not row.is_inserted and row.row.mark not in taken.values():
            yield row, row.row.mark


def typed_fields(row: RawRow, issued: dict[CellKey, str]) -> Iterator[str]:
    """The fields of a row whose cells the department could type into."""
    for name in row.texts:
        field = row.placed.field(name)
        locked = locked_text(field, row.row) is not None
        key = (row.path, row.instance, row.row.mark, name)
        if name not in row.formulas and not locked and key not in issued:
            yield name


def _rows(layout: Layout, stored: Stored) -> Iterator[RawRow]:
    for sheet, block in layout.blocks():
        for place in block.rows:
            yield _row(sheet.name, block, place, stored)


def _row(sheet: str, block: BlockPlace, place: RowPlace, stored: Stored) -> RawRow:
    texts: dict[str, Texts] = {}
    formulas: dict[str, bool | None] = {}
    filled = False
    for name in dict.fromkeys(slot.field for slot in place.slots):
        if computation(block.placed, place.row.key, name) is not None:
            formulas[name] = True
            texts[name] = ("", "", "")
            continue
        field = block.placed.field(name)
        texts[name] = _texts(field, block, place.row, name, stored)
        if stored.is_issued(block, place.row, name):
            filled = filled or fills(field)
        elif field.takes_input and locked_text(field, place.row) is None:
            filled = filled or is_typed(place.row, name, texts[name])
    return RawRow(
        placed=block.placed,
        instance=block.instance,
        row=place.row,
        sheet=sheet,
        top=place.top,
        texts=texts,
        cells={name: place.addresses(name) for name in texts},
        filled=filled,
        formulas=formulas,
    )


def _texts(field: BaseField, block: BlockPlace, row: Row, name: str, stored: Stored) -> Texts:
    locked = locked_text(field, row)
    if locked is not None and not stored.is_issued(block, row, name):
        return "", locked, ""
    parts = (Part.OPERATOR, Part.WHOLE, Part.UNIT)
    operator, text, unit = (stored.text(block, row, name, part) for part in parts)
    return operator, text, unit
