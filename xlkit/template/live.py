"""The live checks of a workbook: their cells, formulas and the values they go out with."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from xlkit.cells import Box
from xlkit.form.blocks import Matrix, Record
from xlkit.form.fields import ChoiceField, CodeField, IndicatorField, TextField
from xlkit.form.model import PlacedBlock
from xlkit.form.rows import Row
from xlkit.rules import own
from xlkit.rules.arithmetic import FAULT, Scalar, Value, as_number
from xlkit.rules.formula import (
    Cell,
    Literal,
    Node,
    Sight,
    Words,
    call,
    compared,
    count_of,
    joined,
    when,
)
from xlkit.rules.live import FILLED, Mark
from xlkit.rules.registry import form_lives
from xlkit.rules.unit import hinting_fields, name_hint
from xlkit.rules.value_cells import without_unit
from xlkit.template import formulas
from xlkit.template.layout import BlockPlace, Helper, Layout, Part, SheetPlace
from xlkit.template.sight import ROW, Line, LineSight, World, lines_of, live_column
from xlkit.template.stored import Stored
from xlkit.wording import word

#: Source: Excel specifications and limits, length of formula contents.
_LONGEST = 8_192
_COUNTED = (Mark.WRONG, Mark.MISSING, Mark.EXPLAIN, Mark.LATER)


@dataclass(frozen=True, slots=True)
class LiveCell:
    """A locked cell with a formula and the value that it goes out with."""

    box: Box
    formula: str
    value: str | float
    hidden: bool = False


class LiveChecks:
    """The live checks of one workbook; each value is worked out once."""

    def __init__(self, layout: Layout, stored: Stored, year: int | None = None) -> None:
        self._layout = layout
        self._form = layout.form
        self._stored = stored
        self._lives = form_lives(layout.form)
        self._world = World(layout, stored, year, self._live, self._is_active)
        self._cells: dict[str, tuple[LiveCell, ...]] = {}
        self._filled_nodes: dict[Hashable, Node] = {}
        self._nodes: dict[tuple[str, int], list[Node]] = {}
        self._pieces: dict[Hashable, Node | None] = {}
        self._texts: dict[tuple[int, str, str, int], str] = {}
        self._shared: dict[tuple[str, str, str], Node] = {}
        self._known: dict[tuple[str, int, str, str], Scalar] = {}
        self._lines = {
            (sheet.id, number): tuple(lines_of(sheet, block))
            for sheet in layout.sheets
            for number, block in enumerate(sheet.blocks)
        }

    def cells(self, sheet: SheetPlace) -> Sequence[LiveCell]:
        """Every live cell of a sheet."""
        if sheet.id not in self._cells:
            self._cells[sheet.id] = tuple(self._of_sheet(sheet))
        return self._cells[sheet.id]

    def _of_sheet(self, sheet: SheetPlace) -> Iterator[LiveCell]:
        yield self._active_cell(sheet)
        for lines in self._sheet_lines(sheet):
            for line in lines:
                yield from self._of_line(line)
            yield from self._below(lines)

    def said(self, sheet: SheetPlace) -> dict[int, str]:
        """What stands in the check column, by row of the sheet."""
        return {
            cell.box.top: str(cell.value)
            for cell in self.cells(sheet)
            if cell.box.left == sheet.check_column
        }

    def is_used(self, sheet: SheetPlace) -> bool:
        """Whether the sheet is outside groups, or its member is in use."""
        return sheet.instance == 0 or self._is_active(sheet) > 0

    # one line

    def _of_line(self, line: Line) -> Iterator[LiveCell]:
        sheet, sight = line.sheet, LineSight(self._world, line)
        yield self._cell(line, sight, sheet.filled_column, [self._filled(line)])
        for helper, name in self._helpers_of(line):
            node = self._helper(line, helper, name)
            if node is not None:
                column = live_column(sheet, line.block, helper, name)
                yield self._cell(line, sight, column, [node])
        yield self._cell(line, sight, sheet.check_column, self._beside(line))

    def _cell(self, line: Line, sight: LineSight, column: int, pieces: list[Node]) -> LiveCell:
        texts = (self._text(piece, line, sight) for piece in pieces)
        formula = "&".join(texts).replace(ROW, str(line.row))
        value = shown(joined(pieces).value(sight))
        hidden = column != line.sheet.check_column
        return LiveCell(Box(line.row, column, line.row, column), f"={formula}", value, hidden)

    def _helpers_of(self, line: Line) -> Iterator[tuple[Helper, str]]:
        """The hidden cells that a line has for its fields."""
        for name in hinting_fields(self._form, line.block.placed):
            if line.place.slots_of(name):
                yield Helper.HINT, name
        for name in line.fields:
            if name in line.block.singles and line.place.slots_of(name):
                yield Helper.REST, name
            yield Helper.OWN, name

    def _text(self, piece: Node, line: Line, sight: LineSight) -> str:
        """A part of a line's formula; in rows of one block the same part is the same text."""
        record = isinstance(line.block.placed.block, Record)
        key = (id(piece), line.sheet.id, line.block.path, line.row if record else 0)
        if key not in self._texts:
            self._texts[key] = piece.excel(sight)
        return self._texts[key]

    def _filled(self, line: Line) -> Node:
        row, path = line.place.row, line.block.path
        key = (path, line.fields, *map(_frozen, (row.fixed, row.defaults, row.units)), row.without)
        if key not in self._filled_nodes:
            keys = [name for live in self._lives.get(path, ()) for name in live.keys]
            placed = line.block.placed
            self._filled_nodes[key] = own.filled(placed, row, line.fields, keys)
        return self._filled_nodes[key]

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

    def _beside(self, line: Line) -> list[Node]:
        """What stands beside the line: the cells by themselves, then the rules of its row."""
        key = (line.sheet.id, line.row)
        if key not in self._nodes:
            pieces: list[Node] = [
                Cell(name, Helper.OWN)
                for name in line.fields
                if self._helper(line, Helper.OWN, name) is not None
            ]
            if line is self._first_line(line):
                lives = self._lives.get(line.block.path, ())
                found = [live.row(line.place.row) for live in lives if live.row is not None]
                pieces += [piece for piece in found if piece is not None]
            self._nodes[key] = self._fitting(line, pieces or [_NOTHING])
        return self._nodes[key]

    def _fitting(self, line: Line, pieces: list[Node]) -> list[Node]:
        """The pieces, or, where the formula would be too long, without the rules of the row."""
        sight = LineSight(self._world, line)
        if sum(len(self._text(piece, line, sight)) + 1 for piece in pieces) <= _LONGEST:
            return pieces
        words = Words(Mark.LATER, "", "", line.block.path)
        own_cells = [piece for piece in pieces if isinstance(piece, Cell)]
        return [*own_cells, when(compared(FILLED, ">", 0), words)]

    def _first_line(self, line: Line) -> Line:
        """The line of a row that bears the words of its rules."""
        number = next(n for n, one in enumerate(line.sheet.blocks) if one is line.block)
        lines = self._lines[line.sheet.id, number]
        return next(one for one in lines if one.place is line.place)

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

    # below a block

    def _below(self, lines: Sequence[Line]) -> Iterator[LiveCell]:
        first = lines[0]
        sheet, block = first.sheet, first.block
        sight = LineSight(self._world, first)
        row = block.check.row
        whole = [live.whole for live in self._lives.get(block.path, ()) if live.whole is not None]
        rules = _all(whole)
        value = shown(rules.value(sight))
        box = Box(row, sheet.check_column, row, sheet.check_column)
        yield LiveCell(box, written(rules, sight), value)
        column = _Column(lines[0].row, row, sheet.check_column, self._block_texts(lines, value))
        line = self._line(block, column, str(value), row, sheet)
        yield LiveCell(block.check.box, written(line, sight), shown(line.value(sight)))

    def _block_texts(self, lines: Sequence[Line], last: str | float) -> list[Scalar]:
        sights = [(line, LineSight(self._world, line)) for line in lines]
        return [
            *[shown(joined(self._beside(line)).value(sight)) for line, sight in sights],
            last,
        ]

    def _line(
        self, block: BlockPlace, column: _Column, value: str, row: int, sheet: SheetPlace
    ) -> Node:
        """The words under a block: how many stand beside its rows, then those of the whole."""
        own_words = _Column(row, row, sheet.check_column, [value], one=True)
        counts = [
            when(
                compared(count, ">", 0),
                joined([Literal(f"{mark}{self._count_word(mark)} "), count, Literal("  ")]),
            )
            for mark in _COUNTED
            for count in [_Count(column, mark)]
        ]
        total = joined([*counts, own_words])
        sound = Literal(f"{Mark.SOUND}{word('block_sound', self._language)}")
        found = when(compared(total, "=", ""), sound, total)
        if block.placed.group is None:
            return found
        maybe = when(compared(_Active(sheet), "<", 0), Words(Mark.LATER, "", "", block.path))
        return when(compared(_Active(sheet), ">", 0), found, maybe)

    def _count_word(self, mark: Mark) -> str:
        return word(f"count_{mark.name.lower()}", self._language)

    @property
    def _language(self) -> str:
        return self._layout.language

    # the sheet

    def _active_cell(self, sheet: SheetPlace) -> LiveCell:
        rows = [line.row for lines in self._sheet_lines(sheet) for line in lines]
        column = sheet.filled_column
        cells = formulas.locked(min(rows), column, max(rows))
        box = Box(1, column, 1, column)
        used, maybe = (f"SUMPRODUCT(--({cells}{sign}0))>0" for sign in "><")
        formula = f"=IF({used},1,IF({maybe},-1,0))"
        return LiveCell(box, formula, self._is_active(sheet), hidden=True)

    def _sheet_lines(self, sheet: SheetPlace) -> list[tuple[Line, ...]]:
        return [self._lines[sheet.id, number] for number, _ in enumerate(sheet.blocks)]

    def _is_active(self, sheet: SheetPlace) -> float:
        """1 where the sheet is surely in use, -1 where it may be."""
        lines = [line for lines in self._sheet_lines(sheet) for line in lines]
        used = [as_number(self._live(line, "filled")) for line in lines]
        if any(item > 0 for item in used):
            return 1.0
        return -1.0 if any(used) else 0.0

    def _helper(self, line: Line, helper: Helper, name: str) -> Node | None:
        """What stands in a hidden cell; None where nothing does."""
        placed, row = line.block.placed, line.place.row
        if helper is Helper.OWN:
            return None if self._is_settled(line, name) else self._piece(placed, row, name)
        key = (placed.path, helper, name)
        if key not in self._shared:
            self._shared[key] = (
                name_hint(self._form, placed, name)
                if helper is Helper.HINT
                else without_unit(cast("IndicatorField", placed.field(name)))
            )
        return self._shared[key]

    def _live(self, line: Line, part: str, name: str = "") -> Scalar:
        key = (line.sheet.id, line.row, part, name if part in tuple(Helper) else "")
        if key not in self._known:
            filled = part not in tuple(Helper)
            node = self._filled(line) if filled else self._helper(line, Helper(part), name)
            value = "" if node is None else node.value(LineSight(self._world, line))
            self._known[key] = FAULT if isinstance(value, list) else value
        return self._known[key]


# formulas over the live cells themselves


@dataclass(frozen=True, slots=True)
class _Active:
    """Whether a sheet is in use."""

    sheet: SheetPlace

    def excel(self, sight: Sight) -> str:
        return formulas.locked(1, self.sheet.filled_column)

    def value(self, sight: Sight) -> Value:
        assert isinstance(sight, LineSight)
        return sight.world.active(self.sheet)


@dataclass(frozen=True, slots=True)
class _Column:
    """Cells of a live column from one row down to another, with their values."""

    first: int
    last: int
    column: int
    texts: Sequence[Scalar]
    one: bool = False

    def excel(self, sight: Sight) -> str:
        if self.one:
            return formulas.locked(self.first, self.column)
        return formulas.locked(self.first, self.column, self.last)

    def value(self, sight: Sight) -> Value:
        return self.texts[0] if self.one else list(self.texts)


@dataclass(frozen=True, slots=True)
class _Count:
    """How often a mark stands in live cells."""

    cells: Node
    mark: Mark

    def excel(self, sight: Sight) -> str:
        return self._node().excel(sight)

    def value(self, sight: Sight) -> Value:
        return self._node().value(sight)

    def _node(self) -> Node:
        return call("SUMPRODUCT", count_of(self.cells, self.mark))


_NOTHING = Literal("")


def _frozen(texts: Mapping[str, str]) -> Hashable:
    return tuple(texts.items())


def _all(pieces: Sequence[Node]) -> Node:
    return joined(pieces) if pieces else Literal("")


def written(node: Node, sight: Sight) -> str:
    """The formula as a cell holds it."""
    return f"={node.excel(sight)}"


def shown(value: Value) -> str | float:
    """A formula's value as a cell shows it."""
    if isinstance(value, list) or value is FAULT:
        return "#VALUE!"
    if isinstance(value, int | float):
        return float(value)
    return "" if value is None else value
