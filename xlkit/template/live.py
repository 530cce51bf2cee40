"""The live checks of a workbook: their cells, formulas and the values they go out with."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from xlkit.cells import Box
from xlkit.form.blocks import Record
from xlkit.rules.arithmetic import FAULT, Scalar, Value, as_number
from xlkit.rules.formula import Literal, Look, Node, Sight, Words
from xlkit.rules.live import COUNTED, FILLED, Mark
from xlkit.rules.terms import call, compared, count_of, joined, when
from xlkit.template import formulas
from xlkit.template.layout import BlockPlace, Layout, SheetPlace
from xlkit.template.lines import HELPERS, ROW, Line, lines_of, live_column
from xlkit.template.live_rows import RowChecks
from xlkit.template.live_words import Vocabulary
from xlkit.template.sight import LineSight, World
from xlkit.template.stored import Stored
from xlkit.wording import word

#: Source: Excel specifications and limits, length of formula contents.
_LONGEST = 8_192
_ROOM = _LONGEST - 100


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
        self._rows = RowChecks(layout.form, stored)
        vocabulary = Vocabulary(layout.form, layout.language, year)
        self._world = World(layout, stored, vocabulary, self._live, self._is_active)
        self._cells: dict[str, tuple[LiveCell, ...]] = {}
        self._nodes: dict[tuple[str, int], list[Node]] = {}
        self._texts: dict[tuple[int, str, str, int], str] = {}
        self._known: dict[tuple[str, int, str, str], Scalar] = {}
        self._lines = {
            (sheet.id, block.path, block.instance): tuple(lines_of(sheet, block))
            for sheet, block in layout.blocks()
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
        yield self._cell(line, sight, sheet.filled_column, [self._rows.filled(line)])
        for helper, name in self._rows.helpers_of(line):
            node = self._rows.helper(line, helper, name)
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

    def _text(self, piece: Node, line: Line, sight: LineSight) -> str:
        """A part of a line's formula; in rows of one block the same part is the same text."""
        record = isinstance(line.block.placed.block, Record)
        key = (id(piece), line.sheet.id, line.block.path, line.row if record else 0)
        if key not in self._texts:
            self._texts[key] = piece.excel(sight)
        return self._texts[key]

    def _beside(self, line: Line) -> list[Node]:
        """What stands beside the line: the cells by themselves, then the rules of its row."""
        key = (line.sheet.id, line.row)
        if key not in self._nodes:
            own_cells = self._rows.own_cells(line)
            rules = self._rows.rules(line) if line is self._first_line(line) else []
            self._nodes[key] = self._fitting(line, own_cells, rules)
        return self._nodes[key]

    def _first_line(self, line: Line) -> Line:
        """The line of a row that bears the words of its rules."""
        lines = self._lines[line.sheet.id, line.block.path, line.block.instance]
        return next(one for one in lines if one.place is line.place)

    def _fitting(self, line: Line, own_cells: list[Node], rules: list[Node]) -> list[Node]:
        """The pieces, or, where the formula would be too long, without the rules of the row."""
        pieces = [*own_cells, *rules] or [_NOTHING]
        sight = LineSight(self._world, line)
        if sum(len(self._text(piece, line, sight)) + 1 for piece in pieces) <= _LONGEST:
            return pieces
        words = Words(Mark.LATER, block=line.block.path)
        return [*own_cells, when(compared(FILLED, ">", 0), words)]

    # below a block

    def _below(self, lines: Sequence[Line]) -> Iterator[LiveCell]:
        first = lines[0]
        sheet, block = first.sheet, first.block
        sight = LineSight(self._world, first)
        row = block.check.row
        rules = joined(self._short(self._rows.whole(block), sight) or [_NOTHING])
        value = shown(rules.value(sight))
        box = Box(row, sheet.check_column, row, sheet.check_column)
        yield LiveCell(box, written(rules, sight), value)
        column = _Column(lines[0].row, row, sheet.check_column, self._block_texts(lines, value))
        line = self._line(block, column, str(value), row, sheet)
        yield LiveCell(block.check.box, written(line, sight), shown(line.value(sight)))

    def _short(self, pieces: list[Node], sight: LineSight) -> list[Node]:
        """The pieces that a formula has room for; of the others it says that they are left."""
        lengths = accumulate(len(piece.excel(sight)) + 1 for piece in pieces)
        fitting = [piece for piece, end in zip(pieces, lengths, strict=True) if end <= _ROOM]
        if len(fitting) == len(pieces):
            return pieces
        return [*fitting, Words(Mark.LATER, block=sight.line.block.path)]

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
            for mark in COUNTED
            for count in [_Count(column, mark)]
        ]
        total = joined([*counts, own_words])
        sound = Literal(f"{Mark.SOUND}{word('block_sound', self._language)}")
        found = when(compared(total, "=", ""), sound, total)
        if block.placed.group is None:
            return found
        maybe = when(compared(_Active(sheet), "<", 0), Words(Mark.LATER, block=block.path))
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
        return [self._lines[sheet.id, block.path, block.instance] for block in sheet.blocks]

    def _is_active(self, sheet: SheetPlace) -> float:
        """1 where the sheet is surely in use, -1 where it may be."""
        lines = [line for lines in self._sheet_lines(sheet) for line in lines]
        used = [as_number(self._live(line, Look.FILLED)) for line in lines]
        if any(item > 0 for item in used):
            return 1.0
        return -1.0 if any(used) else 0.0

    def _live(self, line: Line, part: Look, name: str = "") -> Scalar:
        key = (line.sheet.id, line.row, part, name if part in HELPERS else "")
        if key not in self._known:
            filled = part not in HELPERS
            node = self._rows.filled(line) if filled else self._rows.helper(line, part, name)
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
