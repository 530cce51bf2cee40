"""Answers of a return in a workbook that the bureau made anew: other members, another version.

Rows that the bureau prints are found by mark, the department's own in `free_rows.py`: by name among
those that the bureau offers, then by mark. `carried.py` knows the workbook to be the same but for
rows that were put in, so it asks for no names.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, count

from xlkit.correction.carried import by_block, issued_of, typed_fields
from xlkit.correction.free_rows import FreeRows
from xlkit.form.blocks import Table
from xlkit.form.fields import BaseField, IndicatorField
from xlkit.form.model import Form, PlacedBlock
from xlkit.form.renames import Renames
from xlkit.form.rows import CellKey, Row, RowKind, locked_text, rows_of
from xlkit.identity import Identity
from xlkit.rules.computed import computation
from xlkit.rules.types import Texts
from xlkit.submission.model import written_text
from xlkit.submission.raw import Outside, RawRow, RawSubmission
from xlkit.template.content import Content
from xlkit.template.layout import Sizing
from xlkit.values.split import split_value
from xlkit.values.text import squeeze

RowKey = tuple[str, int, str]
"""A row: block path, member, mark."""


@dataclass(frozen=True)
class Reissue:
    """What a unit's present workbook went out with; without a form, of that of the return."""

    content: Content = field(repr=False)
    identity: Identity
    form: Form | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Moved:
    """A return's answers in the bureau's content.

    `rows` are its rows with those where they stand now; `lost` what has no place any more.
    """

    content: Content
    rows: Mapping[RowKey, RowKey]
    lost: tuple[Outside, ...]


def moved(raw: RawSubmission, reissue: Reissue) -> Moved:
    """The answers put to members by key and to rows by mark or name, never by sheet number.

    What the bureau fills in counts; what it offers stands where the department left a row
    unused. Members that the department added go to free sheets, its rows to free rows, and
    there are more of them if need be.
    """
    assert raw.form is not None, "only what was read is carried"
    return _Mover(raw, reissue, reissue.form or raw.form).moved()


class _Mover:
    def __init__(self, raw: RawSubmission, reissue: Reissue, form: Form) -> None:
        self._raw, self._form, self._names = raw, form, Renames(form)
        self._was_issued = issued_of(raw)
        self._offer = reissue.content
        self._members = dict(reissue.content.sizing.members)
        self._spares = dict(reissue.content.sizing.spares)
        self._texts = dict(reissue.content.texts)
        self._rows: dict[RowKey, RowKey] = {}
        self._lost: list[Outside] = []
        self._blocks = {placed.path: placed for placed in form.blocks}

    def moved(self) -> Moved:
        instances = dict(self._instances())
        for rows in by_block(self._raw):
            old = rows[0].placed
            placed = self._blocks.get(self._names.path(old.path))
            if old.group is not None and (old.group, rows[0].instance) not in instances:
                continue  # nothing was typed there
            instance = instances[old.group, rows[0].instance] if old.group is not None else 0
            if placed is None or instance is None or not self._alike(old, placed):
                self._lose_rows(rows)
            else:
                self._block(rows, placed, instance)
        sizing = Sizing(self._members, self._spares)
        content = replace(self._offer, sizing=sizing, texts=self._texts)
        return Moved(content, self._rows, tuple(self._lost))

    def _alike(self, old: PlacedBlock, placed: PlacedBlock) -> bool:
        group = self._names.path(old.group) if old.group is not None else None
        return old.block.kind == placed.block.kind and group == placed.group

    # members

    def _instances(self) -> Iterator[tuple[tuple[str | None, int], int | None]]:
        """Where each member of a group goes; None for one that the bureau took out."""
        assert self._raw.form is not None
        for old, repeat in self._raw.form.groups.items():
            group = self._names.path(old)
            if group not in self._form.groups:
                yield from (((old, number), None) for number in self._used(old))
                continue
            offered = dict(self._offered_members(group))
            taken: set[int] = set()
            waiting = []
            for number in self._used(old):
                key = self._member_key(old, number, repeat.key)
                there = offered.get(key) if key else None
                if there is not None and there not in taken:
                    taken.add(there)
                    yield (old, number), there
                elif (old, number, "record", repeat.key) in self._was_issued:
                    yield (old, number), None
                else:
                    waiting.append(number)
            for number in waiting:
                barred = taken | set(offered.values())
                there = next(free for free in chain([number], count(1)) if free not in barred)
                taken.add(there)
                declared = self._form.groups[group].spares
                self._members[group] = max(self._members.get(group, declared), there)
                yield (old, number), there

    def _used(self, group: str) -> list[int]:
        return sorted(
            {row.instance for row in self._raw.rows if row.placed.group == group and row.filled}
        )

    def _member_key(self, group: str, number: int, name: str) -> str:
        for row in self._raw.rows:
            if (row.path, row.instance) == (group, number) and name in row.texts:
                issued = self._was_issued.get((group, number, "record", name), "")
                return squeeze(issued or "".join(row.texts[name]))
        return ""

    def _offered_members(self, group: str) -> Iterator[tuple[str, int]]:
        key = self._form.groups[group].key
        for (path, instance, _, name), text in self._standing():
            if (path, name) == (group, key) and squeeze(text):
                yield squeeze(text), instance

    def _standing(self) -> Iterator[tuple[CellKey, str]]:
        """What the bureau's own content says."""
        yield from self._offer.issued.items()
        for cell, texts in self._offer.texts.items():
            yield cell, "".join(texts)

    # rows

    def _block(self, rows: Sequence[RawRow], placed: PlacedBlock, instance: int) -> None:
        known = {row.mark: row for row in self._rows_of(placed)}
        chosen: dict[int, Row] = {}
        for row in rows:
            mark = self._names.row(row.path, row.row.mark)
            if not row.row.kind.is_own and mark in known:
                chosen[row.top] = known[mark]
        if isinstance(placed.block, Table):
            finder = FreeRows(known, dict(self._named_rows(placed, instance)))
            filled = [row for row in rows if row.row.kind.is_own and row.filled]
            chosen.update(finder.assign(filled, placed.block.key_field, self._names))
            self._grow(placed, finder)
        for row in rows:
            if row.top in chosen:
                self._row(row, placed, instance, chosen[row.top])
            elif row.filled or not row.row.kind.is_own:
                self._lose_rows([row])

    def _rows_of(self, placed: PlacedBlock) -> tuple[Row, ...]:
        return rows_of(self._form, placed, self._spares.get(placed.path))

    def _named_rows(self, placed: PlacedBlock, instance: int) -> Iterator[tuple[str, str]]:
        """The bureau's own free rows: names by mark."""
        assert isinstance(placed.block, Table)
        for (path, at, mark, name), text in self._standing():
            if (path, at, name) == (placed.path, instance, placed.block.key_field) and text:
                yield mark, squeeze(text)

    def _grow(self, placed: PlacedBlock, finder: FreeRows) -> None:
        declared = self._spares.get(placed.path, getattr(placed.block, "spares", 0))
        if finder.spares > declared:
            self._spares[placed.path] = finder.spares

    # answers

    def _row(self, row: RawRow, placed: PlacedBlock, instance: int, to: Row) -> None:
        self._rows[row.path, row.instance, row.row.mark] = (placed.path, instance, to.mark)
        fields = {one.name: one for one in placed.block.fields}
        for name in typed_fields(row, self._was_issued):
            now = fields.get(self._names.field(row.path, name))
            texts = row.texts[name]
            key = (placed.path, instance, to.mark, now.name if now is not None else name)
            if now is None or not self._is_open(placed, to, now, key):
                said = self._offer.issued.get(key) or to.fixed.get(key[3], "")
                if any(text.strip() for text in texts) and squeeze("".join(texts)) != squeeze(said):
                    self._lose(row, name)
            elif any(texts) or (key not in self._offer.texts and name in row.row.defaults):
                self._texts[key] = self._parts(now, texts)
            elif row.filled:
                self._texts.pop(key, None)  # offered, and left empty on purpose
        for name, text in row.row.fixed.items():  # its heading does not stand above it any more
            new = self._names.field(row.path, name)
            if to.kind is RowKind.SPARE and new in fields and new not in to.fixed:
                self._texts[placed.path, instance, to.mark, new] = ("", text, "")

    def _is_open(self, placed: PlacedBlock, row: Row, now: BaseField, key: CellKey) -> bool:
        return (
            now.name not in row.without
            and now.name not in row.fixed
            and computation(placed, row.key, now.name) is None
            and locked_text(now, row) is None
            and key not in self._offer.issued
        )

    def _parts(self, now: BaseField, texts: Texts) -> Texts:
        """The texts in as many cells as the field has now."""
        split = isinstance(now, IndicatorField) and now.split
        if split and not (texts[0] or texts[2]):
            return split_value(texts[1], self._form.vocabulary) or texts
        return texts if split else ("", "".join(texts), "")

    def _lose_rows(self, rows: Sequence[RawRow]) -> None:
        for row in rows:
            for name in typed_fields(row, self._was_issued):
                said = row.row.defaults.get(name, "")
                if any(text.strip() for text in row.texts[name]) and row.texts[name][1] != said:
                    self._lose(row, name)

    def _lose(self, row: RawRow, name: str) -> None:
        cells = row.cells.get(name, ())
        filled = [cell for cell, text in zip(cells, row.texts[name], strict=False) if text.strip()]
        at = (filled if len(cells) > 1 else list(cells))[:1]
        place = f"{row.sheet}!{at[0]}" if at else row.sheet
        self._lost.append(Outside(place, written_text(row, name)))
