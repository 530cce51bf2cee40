"""What a live check sees from its row: addresses for its formula, contents for its value."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from xlkit.cells import column_letter, quoted_sheet
from xlkit.form.blocks import Record
from xlkit.form.fields import (
    AmountField,
    BaseField,
    DateField,
    IntegerField,
    PercentField,
)
from xlkit.rules.arithmetic import Scalar
from xlkit.rules.formula import Area, Cell, Look, Words
from xlkit.template import formulas
from xlkit.template.layout import (
    BlockPlace,
    Layout,
    Part,
    Role,
    RowPlace,
    SheetPlace,
    is_total,
)
from xlkit.template.lines import HIDDEN, ROW, Line, lines_of, live_column
from xlkit.template.lists import list_columns
from xlkit.template.live_words import Vocabulary
from xlkit.template.stored import Stored

LiveText = Callable[[Line, Look, str], Scalar]
"""The value of a live cell of a line: `FILLED`, or a helper of a field."""


@dataclass(frozen=True)
class World:
    """One workbook: its layout, what its cells hold, and its words."""

    layout: Layout
    stored: Stored
    vocabulary: Vocabulary
    live: LiveText
    active: Callable[[SheetPlace], Scalar]

    @cached_property
    def places(self) -> dict[tuple[int, int, str, Look], tuple[int, int]]:
        """Where fields' cells are, as far as it was asked."""
        return {}

    @cached_property
    def columns(self) -> dict[tuple[Area, str, int], list[list[Scalar]]]:
        """What whole columns hold, as far as it was asked."""
        return {}

    @cached_property
    def lists(self) -> Mapping[str, list[Scalar]]:
        """The lists by their defined names."""
        found: dict[str, list[Scalar]] = {}
        for column in list_columns(self.layout.form):
            found[column.name] = list(column.offered or ("",))
            found[f"{column.name}_all"] = list(column.cells)
        return found


@dataclass(frozen=True)
class LineSight:
    """Implements `xlkit.rules.formula.Sight` for one line."""

    world: World
    line: Line

    # cells of the row itself

    def cell(self, cell: Cell) -> str:
        sheet, block = self.line.sheet, self.line.block
        if cell.look is Look.ACTIVE:
            return formulas.locked(1, sheet.filled_column)
        if cell.look in HIDDEN:
            column = live_column(sheet, block, cell.look, cell.field)
            if not isinstance(block.placed.block, Record):
                return f"${column_letter(column)}{ROW}"
            rows = [one.row for one in self._own_lines(cell.field)]
            if cell.look is Look.FILLED:
                return f"MAX({formulas.locked(rows[0], column, rows[-1])})"
            return formulas.locked(rows[0], column)
        row, column = self._place(block, self.line.place, cell.field, cell.look)
        record = isinstance(block.placed.block, Record)
        return formulas.of_row(column, sheet.edge_column, f"${row}" if record else ROW)

    def content(self, cell: Cell) -> Scalar:
        if cell.look is Look.ACTIVE:
            return self.world.active(self.line.sheet)
        if cell.look in HIDDEN:
            found = [
                self.world.live(one, cell.look, cell.field) for one in self._own_lines(cell.field)
            ]
            if cell.look is Look.FILLED:
                return max((x for x in found if isinstance(x, int | float)), default=0.0)
            return found[0]
        return self._content(self.line.block, self.line.place, cell.field, cell.look)

    def shape(self, cell: Cell) -> str:
        return _letter(self.line.block.placed.field(cell.field))

    def _own_lines(self, name: str) -> list[Line]:
        """The line that holds a field; all lines of the row where none is named."""
        if not isinstance(self.line.block.placed.block, Record):
            return [self.line]
        return [
            one
            for one in lines_of(self.line.sheet, self.line.block)
            if one.place is self.line.place and (not name or name in one.fields)
        ]

    # cells elsewhere

    def areas(self, area: Area) -> Sequence[str]:
        found = []
        for sheet, block, rows in self._stretches(area):
            here = sheet.id == self.line.sheet.id
            prefix = "" if here else f"{quoted_sheet(sheet.name)}!"
            first, last = (
                self._at(sheet, block, rows[0], area),
                self._at(sheet, block, rows[-1], area),
            )
            column = first[1]
            bottom = f"${last[0]}"
            if area.above and not block.placed.is_group_record:
                bottom = ROW
            if area.look in HIDDEN:
                letters = column_letter(column)
                found.append(f"{prefix}${letters}${first[0]}:${letters}{bottom}")
            else:
                edge = sheet.edge_column
                found.append(formulas.of_rows(column, edge, first[0], bottom, prefix))
        return found

    def contents(self, area: Area) -> Sequence[list[Scalar]]:
        own = self.line.block
        if area.above and not own.placed.is_group_record:
            return self._contents_above(area)
        key = (area, own.placed.group or own.path, own.instance)
        if key not in self.world.columns:
            self.world.columns[key] = [
                [self._area_content(sheet, block, row, area) for row in rows]
                for sheet, block, rows in self._stretches(area)
            ]
        return self.world.columns[key]

    def _contents_above(self, area: Area) -> Sequence[list[Scalar]]:
        """The column from its first row down to this one."""
        whole = replace(area, above=False)
        rows = [row.top for row in self.line.block.rows if self._has(self.line.block, row, whole)]
        until = rows.index(self.line.place.top) + 1 if self.line.place.top in rows else len(rows)
        (column,) = self.contents(whole)
        return [column[:until]]

    def _stretches(self, area: Area) -> Iterator[tuple[SheetPlace, BlockPlace, list[RowPlace]]]:
        """Rows below each other that an area means, block by block."""
        for sheet, block in self.world.layout.blocks():
            if block.path != area.block or not self._is_meant(block, area):
                continue
            rows = [row for row in block.rows if self._has(block, row, area)]
            rows = rows[area.top : len(rows) - area.bottom]
            stretch: list[RowPlace] = []
            for row in rows:
                if stretch and row.top != stretch[-1].top + 1:
                    yield sheet, block, stretch
                    stretch = []
                stretch.append(row)
            if stretch:
                yield sheet, block, stretch

    def _is_meant(self, block: BlockPlace, area: Area) -> bool:
        own = self.line.block
        if area.above and block.placed.is_group_record:
            return block.instance <= own.instance
        return block.placed.group != own.placed.group or block.instance == own.instance

    def _has(self, block: BlockPlace, row: RowPlace, area: Area) -> bool:
        if area.row is not None:
            return row.row.key == area.row and bool(row.slots_of(area.field))
        if is_total(block, row):
            return False
        return bool(row.slots_of(area.field)) or area.field in row.row.fixed

    def _at(
        self, sheet: SheetPlace, block: BlockPlace, row: RowPlace, area: Area
    ) -> tuple[int, int]:
        if area.look in HIDDEN:
            top = row.slot(area.field).box.top if row.slots_of(area.field) else row.top
            return top, live_column(sheet, block, area.look, area.rule or area.field)
        return self._place(block, row, area.field, area.look)

    def _area_content(
        self, sheet: SheetPlace, block: BlockPlace, row: RowPlace, area: Area
    ) -> Scalar:
        if area.look in HIDDEN:
            lines = (x for x in lines_of(sheet, block) if x.place is row and area.field in x.fields)
            return self.world.live(next(lines), area.look, area.rule or area.field)
        return self._content(block, row, area.field, area.look)

    # one cell

    def _place(self, block: BlockPlace, row: RowPlace, name: str, look: Look) -> tuple[int, int]:
        """Row and column of a field's cell, also where it is printed."""
        key = (id(block), row.top, name, look)
        if key not in self.world.places:
            self.world.places[key] = self._found(block, row, name, look)
        return self.world.places[key]

    def _found(self, block: BlockPlace, row: RowPlace, name: str, look: Look) -> tuple[int, int]:
        if row.slots_of(name):
            box = row.slot(name, Part(look)).box
            return box.top, box.left
        other = next((one for one in block.rows if one.slots_of(name)), None)
        if other is not None:
            return row.top, other.slot(name, Part(look)).box.left
        printed = row.row.fixed.get(name)
        labels = [item for item in row.labels if item.role is not Role.MARK]
        label = next((item for item in labels if item.text == printed), labels[0])
        return row.top, label.box.left

    def _content(self, block: BlockPlace, row: RowPlace, name: str, look: Look) -> Scalar:
        if row.slots_of(name):
            return self.world.stored.value(block, row.row, name, Part(look))
        return row.row.fixed.get(name, "—")

    # lists and words

    def entries(self, name: str) -> list[Scalar]:
        return self.world.lists[name]

    def said(self, words: Words) -> str:
        return self.world.vocabulary.said(words, self.line.block.placed)


def _letter(field: BaseField) -> str:
    """What `CELL("format")` says of a field's cells."""
    if isinstance(field, AmountField):
        return f",{field.decimals}"
    if isinstance(field, PercentField):
        return f"P{field.decimals}"
    if isinstance(field, DateField):
        return "D1"
    return "F0" if isinstance(field, IntegerField) else "G"
