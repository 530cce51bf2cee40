"""What stands beside each row of a workbook, as parts of formulas; like rows share them."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from typing import cast

from xlkit.form.blocks import Matrix
from xlkit.form.fields import ChoiceField, CodeField, IndicatorField, TextField
from xlkit.form.model import Form, PlacedBlock
from xlkit.form.rows import Row
from xlkit.rules import own
from xlkit.rules.expected import hinting_fields, name_hint
from xlkit.rules.formula import Cell, Look, Node
from xlkit.rules.registry import form_hidden, form_lives
from xlkit.rules.value_cells import without_unit
from xlkit.template.layout import BlockPlace, Part
from xlkit.template.lines import Line
from xlkit.template.stored import Stored


class RowChecks:
    """The parts of the formulas of one workbook, each made once."""

    def __init__(self, form: Form, stored: Stored) -> None:
        self._form = form
        self._stored = stored
        self._lives = form_lives(form)
        self._hidden = form_hidden(form)
        self._filled_nodes: dict[Hashable, Node] = {}
        self._pieces: dict[Hashable, Node | None] = {}
        self._shared: dict[Hashable, Node] = {}

    def own_cells(self, line: Line) -> list[Node]:
        """The hidden cells that say what is wrong in each field of the line by itself."""
        return [
            Cell(name, Look.OWN)
            for name in line.fields
            if self.helper(line, Look.OWN, name) is not None
        ]

    def rules(self, line: Line) -> list[Node]:
        """The words of the rules that speak of the line's row."""
        lives = self._lives.get(line.block.path, ())
        found = [live.row(line.place.row) for live in lives if live.row is not None]
        return [piece for piece in found if piece is not None]

    def whole(self, block: BlockPlace) -> list[Node]:
        """The words of the rules that speak of the block as a whole."""
        lives = self._lives.get(block.path, ())
        return [live.whole for live in lives if live.whole is not None]

    def helpers_of(self, line: Line) -> Iterator[tuple[Look, str]]:
        """The hidden cells that a line has for its fields."""
        for name in hinting_fields(self._form, line.block.placed):
            if line.place.slots_of(name):
                yield Look.HINT, name
        for name in line.fields:
            if name in line.block.singles and line.place.slots_of(name):
                yield Look.REST, name
            yield Look.OWN, name
        for look, name in line.block.hidden:
            fields = [field.name for field in line.block.placed.block.fields]
            # A record has a rule's own hidden cell once, in its first line.
            home = name if name in fields else fields[0]
            if home in line.fields:
                yield look, name

    def helper(self, line: Line, helper: Look, name: str) -> Node | None:
        """What stands in a hidden cell; None where nothing does."""
        placed, row = line.block.placed, line.place.row
        if helper is Look.OWN:
            return None if self._is_settled(line, name) else self._piece(placed, row, name)
        if name in row.without:
            return None
        of_rule = (helper, name) in line.block.hidden
        key = (placed.path, helper, name, *((_frozen(row.fixed), row.without) if of_rule else ()))
        if key not in self._shared:
            self._shared[key] = self._made(placed, helper, name, row)
        return self._shared[key]

    def _made(self, placed: PlacedBlock, helper: Look, name: str, row: Row) -> Node:
        if helper is Look.HINT:
            return name_hint(self._form, placed, name)
        if helper is Look.REST:
            return without_unit(cast("IndicatorField", placed.field(name)))
        return self._hidden[placed.path][helper, name].make(row)

    def filled(self, line: Line) -> Node:
        """Whether anything was typed into the line."""
        row, path = line.place.row, line.block.path
        fields = tuple(name for name in line.fields if not self._is_past(line, name))
        key = (path, fields, *map(_frozen, (row.fixed, row.defaults, row.units)), row.without)
        if key not in self._filled_nodes:
            keys = [name for live in self._lives.get(path, ()) for name in live.keys]
            placed = line.block.placed
            self._filled_nodes[key] = own.filled(placed, row, fields, keys)
        return self._filled_nodes[key]

    def _is_past(self, line: Line, name: str) -> bool:
        """Whether a cell is locked and says something of last year, which fills no row."""
        issued = self._stored.is_issued(line.block, line.place.row, name)
        return issued and line.block.placed.field(name).previous is not None

    def _piece(self, placed: PlacedBlock, row: Row, name: str) -> Node | None:
        """The words for one cell; rows that are alike share them."""
        field = placed.field(name)
        above = row.fixed if isinstance(field, ChoiceField) and field.tree else {}
        key = (
            placed.path,
            name,
            row.kind,
            row.optional,
            name in row.fixed or name in row.without,
            row.defaults.get(name),
            row.units.get(name),
            _frozen(above),
            row.key if field.computed_by or isinstance(placed.block, Matrix) else None,
        )
        if key not in self._pieces:
            self._pieces[key] = own.own(self._form, placed, row, field)
        return self._pieces[key]

    def _is_settled(self, line: Line, name: str) -> bool:
        """Whether the bureau filled the cell in, and nothing is left to the return."""
        field = line.block.placed.field(name)
        if not self._stored.is_issued(line.block, line.place.row, name):
            return False
        if not isinstance(field, CodeField | TextField) or field.pattern is None:
            return isinstance(field, CodeField)
        return own.has_pattern(
            field, str(self._stored.text(line.block, line.place.row, name, Part.WHOLE))
        )


def _frozen(texts: Mapping[str, str]) -> Hashable:
    return tuple(texts.items())
