"""Cells of a block that are guarded alike, as ranges: guards are set by range, never by cell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from xlkit.cells import Box
from xlkit.form.blocks import Record
from xlkit.form.fields import BaseField
from xlkit.form.rows import RowKind
from xlkit.rules.computed import computation
from xlkit.template import formulas
from xlkit.template.layout import BlockPlace, Part, RowPlace, Slot


@dataclass(frozen=True, slots=True)
class Run:
    """Cells of one column below each other that are guarded alike."""

    place: BlockPlace
    rows: tuple[RowPlace, ...]
    slot: Slot
    field: BaseField

    @property
    def box(self) -> Box:
        first, last = self.rows[0], self.rows[-1]
        top = first.slot(self.slot.field, self.slot.part).box
        bottom = last.slot(self.slot.field, self.slot.part).box
        return Box(top.top, top.left, bottom.bottom, top.right)

    @property
    def cell(self) -> str:
        """The guarded cell, in a formula."""
        if isinstance(self.place.placed.block, Record):
            return formulas.anchored(self.slot.box.top, self.slot.box.left)
        return formulas.same_row(self.slot.box.left)


def runs_of(place: BlockPlace) -> Iterator[Run]:
    """The typed cells of a block, column by column, split where rows are guarded differently."""
    for slot in _columns(place):
        field = place.placed.field(slot.field)
        rows: list[RowPlace] = []
        for row in place.rows:
            typed = is_typed(place, row, slot)
            if rows and (not typed or not _alike(rows[-1], row)):
                yield Run(place, tuple(rows), rows[0].slot(slot.field, slot.part), field)
                rows = []
            if typed:
                rows.append(row)
        if rows:
            yield Run(place, tuple(rows), rows[0].slot(slot.field, slot.part), field)


def _columns(place: BlockPlace) -> Sequence[Slot]:
    found: dict[tuple[str, Part], Slot] = {}
    for row in place.rows:
        for slot in row.slots:
            found.setdefault((slot.field, slot.part), slot)
    return tuple(found.values())


def is_typed(place: BlockPlace, row: RowPlace, slot: Slot) -> bool:
    if not any(own.field == slot.field and own.part is slot.part for own in row.slots):
        return False
    field = place.placed.field(slot.field)
    return field.takes_input and computation(place.placed, row.row.key, slot.field) is None


def _alike(one: RowPlace, other: RowPlace) -> bool:
    """Whether both rows are wanted under the same conditions and offer the same lists."""
    return (
        is_expected(one) == is_expected(other)
        and set(one.row.fixed) == set(other.row.fixed)
        and set(one.row.defaults) == set(other.row.defaults)
        and one.slots[-1].box.bottom + 1 == other.slots[-1].box.top
        and direction_of(one) == direction_of(other)
    )


def is_expected(row: RowPlace) -> bool:
    """Whether the row must be filled, whatever else is."""
    return row.row.kind in (RowKind.PRESET, RowKind.RECORD) and not row.row.optional


def direction_of(row: RowPlace) -> str | None:
    return row.row.node.direction if row.row.node else None
