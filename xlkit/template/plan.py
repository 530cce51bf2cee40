"""The layout of a form: blocks below each other on a grid that they share."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from xlkit.cells import Box, wrapped_lines
from xlkit.form.blocks import Matrix, Record, Sheet, Table
from xlkit.form.fields import BaseField, IndicatorField, TextField
from xlkit.form.model import Form, FormBlock, PlacedBlock
from xlkit.form.rows import Row, rows_of
from xlkit.form.texts import fill, say
from xlkit.rules.formula import Look
from xlkit.rules.registry import form_hidden
from xlkit.template.columns import Span, is_long, record_widths, spans, wanted_widths
from xlkit.template.layout import (
    FIRST_COLUMN,
    MARK_COLUMN,
    BlockPlace,
    CheckLine,
    Layout,
    Part,
    Role,
    RowPlace,
    SheetPlace,
    Sizing,
    Slot,
    Text,
)
from xlkit.wording import word

_LINE = 15.0
"""Points that a line of text takes."""
_ROW = 21.0
_TITLE = 34.0
_GAP = 9.0
_CHECK = 19.0
_LONG_ROW = 180.0
"""Height of the rows that a long text spans: pages break between them, and 409 is the limit."""
_LONG_SIGN, _LONG_LINE = 1.9, 13.5
"""Columns that a CJK sign takes, and points that a line takes, at the 10 points of long texts."""
_STROKE = "—"
"""Printed where a row does not have a field."""
_SLACK = 1.35
"""Room in a long text for lines that paragraphs leave half empty."""


def plan(form: Form, sizing: Sizing | None = None, language: str | None = None) -> Layout:
    """Where everything of the form lies; without a sizing, as many spares as it declares."""
    chosen = form.language(language)
    numbers = complete(form, sizing or Sizing())
    hidden = {path: tuple(cells) for path, cells in form_hidden(form).items()}
    sheets: list[SheetPlace] = []
    for number, sheet in enumerate(form.sheets):
        members = numbers.members[sheet.repeat.group] if sheet.repeat else 1
        for member in range(1, members + 1):
            instance = member if sheet.repeat else 0
            planner = _SheetPlanner(form, numbers, chosen, number, sheet, instance, hidden)
            sheets.append(planner.place())
    return Layout(form, chosen, numbers, tuple(sheets))


def complete(form: Form, sizing: Sizing) -> Sizing:
    """The sizing with every group in it, and without tables that the form does not have."""
    members = {name: repeat.spares for name, repeat in form.groups.items()}
    known = {placed.path for placed in form.blocks if isinstance(placed.block, Table)}
    spares = {path: number for path, number in sizing.spares.items() if path in known}
    return Sizing({**members, **sizing.members}, spares)


@dataclass
class _SheetPlanner:
    """Places the blocks of one sheet from the top down."""

    form: Form
    sizing: Sizing
    language: str
    number: int
    sheet: Sheet
    instance: int
    hidden: Mapping[str, tuple[tuple[Look, str], ...]]
    row: int = 1
    heights: dict[int, float] = field(default_factory=dict)
    texts: list[Text] = field(default_factory=list)

    def place(self) -> SheetPlace:
        placed = [item for item in self.form.blocks if item.sheet == self.number]
        wanted = [wanted_widths(item.block, self.language) for item in placed]
        self.grid = max(wanted, key=lambda widths: (len(widths), sum(widths)))
        identifier = f"{self.number + 1}.{self.instance}"
        self._text(Box(1, MARK_COLUMN, 1, MARK_COLUMN), f"xlkit:{identifier}", Role.MARK)
        self._heading()
        blocks = tuple([self._block(item, len(placed) > 1) for item in placed])
        self._signatures()
        return SheetPlace(
            id=identifier,
            name=sheet_name(self.sheet, self.language, self.instance),
            number=self.number,
            instance=self.instance,
            landscape=self.sheet.orientation == "landscape",
            widths=self.grid,
            heights=self.heights,
            texts=tuple(self.texts),
            blocks=blocks,
            last_row=self.row - 1,
        )

    def _text(self, box: Box, text: str, role: Role) -> Text:
        made = Text(box, text, role)
        self.texts.append(made)
        return made

    def _span(self, row: int, span: Span, bottom: int | None = None) -> Box:
        return Box(row, FIRST_COLUMN + span[0], bottom or row, FIRST_COLUMN + span[1])

    def _whole(self, row: int) -> Box:
        return self._span(row, (0, len(self.grid) - 1))

    def _next(self, height: float) -> int:
        """The row that comes next, of that height."""
        row = self.row
        self.heights[row] = height
        self.row += 1
        return row

    def _heading(self) -> None:
        title = self.sheet.title or self.form.title
        top = self._next(_TITLE)
        self._text(self._whole(top), say(title, self.language), Role.TITLE)
        beside = FIRST_COLUMN + len(self.grid) + 1
        heading = word("check_header", self.language)
        self._text(Box(top, beside, top, beside), heading, Role.CHECK_HEADER)
        if self.sheet.left is None and self.sheet.right is None:
            return
        row = self._next(_ROW)
        middle = max(0, math.ceil(len(self.grid) * 0.6) - 1)
        ends = [(self.sheet.left, (0, middle), Role.LINE_LEFT)]
        if middle + 1 < len(self.grid):
            ends.append((self.sheet.right, (middle + 1, len(self.grid) - 1), Role.LINE_RIGHT))
        for text, span, role in ends:
            if text is not None:
                self._text(self._span(row, span), say(text, self.language), role)

    def _signatures(self) -> None:
        lines = self.sheet.signatures
        if not lines:
            return
        self._next(_GAP)
        row = self._next(30.0)
        count = min(len(lines), len(self.grid))
        for line, span in zip(lines, spans(self.grid, [1.0] * count), strict=False):
            label = word("signature_line", self.language, label=say(line, self.language))
            self._text(self._span(row, span), label, Role.SIGNATURE)

    def _block(self, placed: PlacedBlock, captioned: bool) -> BlockPlace:
        block = placed.block
        if captioned:
            self._next(_GAP)
        if captioned and block.label is not None and not _says_its_label(block):
            caption = say(block.label, self.language)
            self._text(self._whole(self._next(_ROW)), caption, Role.CAPTION)
        if isinstance(block, Record):
            return self._record(placed, block)
        return self._rows(placed, block)

    def _check_line(self, placed: PlacedBlock) -> CheckLine:
        row = self._next(_CHECK)
        return CheckLine(self._whole(row), self._mark(placed.path, "$", row))

    def _mark(self, path: str, mark: str, row: int) -> Text:
        return Text(Box(row, MARK_COLUMN, row, MARK_COLUMN), f"{path}/{mark}", Role.MARK)

    # records

    def _record(self, placed: PlacedBlock, record: Record) -> BlockPlace:
        pairs = len(record_widths(record, self.language)) // 2
        row = rows_of(self.form, placed)[0]
        slots: list[Slot] = []
        labels: list[Text] = []
        top = self.row
        for number, line in enumerate(_lines(record, pairs), start=1):
            first = self.row
            labels.append(self._mark(placed.path, f"line-{number}", first))
            for field_, label, value in self._pairs(record, line, pairs):
                labels.append(Text(label, self._label(field_), Role.LABEL))
                slots.append(Slot(field_.name, Part.WHOLE, value))
        place = RowPlace(row, top, tuple(slots), tuple(labels))
        below = self._check_line(placed)
        hidden = self.hidden.get(placed.path, ())
        return BlockPlace(placed, self.instance, (place,), below, hidden=hidden)

    def _pairs(
        self, record: Record, line: Sequence[BaseField], pairs: int
    ) -> Iterator[tuple[BaseField, Box, Box]]:
        places = spans(self.grid, record_widths(record, self.language))
        end = len(self.grid) - 1
        if pairs == 1 or is_long(line[0]):
            rest = (places[1][0], end)
            top, bottom = self._line_rows(line[0], rest)
            yield line[0], self._span(top, places[0], bottom), self._span(top, rest, bottom)
            return
        top = self._next(_ROW + 3)
        for number, field_ in enumerate(line):
            label, value = places[2 * number], places[2 * number + 1]
            if number == len(line) - 1:
                value = (value[0], end)
            yield field_, self._span(top, label), self._span(top, value)

    def _line_rows(self, field_: BaseField, span: Span) -> tuple[int, int]:
        """First and last row of a line of its own: enough rows to show the longest text whole."""
        if not is_long(field_) or not isinstance(field_, TextField):
            row = self._next(_ROW + 3)
            return row, row
        width = sum(self.grid[span[0] : span[1] + 1])
        signs = field_.max_length or 500
        lines = max(3, math.ceil(signs * _LONG_SIGN * _SLACK / max(width - 2, 2.0)))
        height = lines * _LONG_LINE + 8
        count = math.ceil(height / _LONG_ROW)
        rows = [self._next(math.ceil(height / count)) for _ in range(count)]
        return rows[0], rows[-1]

    # matrices and tables

    def _rows(self, placed: PlacedBlock, block: Matrix | Table) -> BlockPlace:
        keys = _columns(block)
        widths = wanted_widths(block, self.language)
        places = dict(zip(keys, spans(self.grid, widths), strict=True))
        headers, header_rows = self._headers(placed, block, places)
        spares = self.sizing.spares.get(placed.path)
        rows = tuple(
            self._row(placed, block, row, number, places)
            for number, row in enumerate(rows_of(self.form, placed, spares), start=1)
        )
        line = self._check_line(placed)
        hidden = self.hidden.get(placed.path, ())
        return BlockPlace(placed, self.instance, rows, line, headers, header_rows, hidden)

    def _headers(
        self, placed: PlacedBlock, block: Matrix | Table, places: dict[tuple[str, Part], Span]
    ) -> tuple[tuple[Text, ...], tuple[int, ...]]:
        split = any(part is Part.OPERATOR for _, part in places)
        top = self._next(_ROW)
        bottom = self._next(_ROW) if split else top
        texts = [self._mark(placed.path, "^", top)]
        for (name, part), span in places.items():
            if part is Part.WHOLE:
                text = self._heading_of(block, name)
                texts.append(Text(self._span(top, span, bottom), text, Role.HEADER))
                continue
            if part is Part.OPERATOR:
                whole = (span[0], places[name, Part.UNIT][1])
                text = self._label(placed.field(name))
                texts.append(Text(self._span(top, whole), text, Role.HEADER))
            text = word(f"{part.value}_header", self.language)
            texts.append(Text(self._span(bottom, span), text, Role.HEADER))
        self._fit_headers(texts, top, bottom)
        return tuple(texts), tuple(dict.fromkeys((top, bottom)))

    def _fit_headers(self, texts: Sequence[Text], top: int, bottom: int) -> None:
        """Makes the heading as high as its longest wrapped label."""
        for text in texts:
            if text.role is Role.HEADER:
                room = sum(self.grid[text.box.left - FIRST_COLUMN : text.box.right - 1]) - 1
                lines = wrapped_lines(fill(text.text, year=2000), room)
                rows = text.box.bottom - text.box.top + 1
                height = lines * _LINE + 4
                if height > rows * self.heights[top]:
                    self.heights[top] = self.heights[bottom] = math.ceil(height / rows)

    def _heading_of(self, block: Matrix | Table, name: str) -> str:
        if name == "":
            return word("number_column", self.language)
        if isinstance(block, Matrix):
            for header in block.headers:
                if header.name == name:
                    return say(header.label, self.language)
        return self._label(next(field_ for field_ in block.fields if field_.name == name))

    def _row(
        self,
        placed: PlacedBlock,
        block: Matrix | Table,
        row: Row,
        number: int,
        places: dict[tuple[str, Part], Span],
    ) -> RowPlace:
        top = self.row
        self.row += 1
        labels = [self._mark(placed.path, row.mark, top)]
        slots = []
        names = {field_.name for field_ in block.fields}
        total = isinstance(block, Matrix) and block.is_total(row.key)
        role = Role.TOTAL_LABEL if total else Role.ROW_LABEL
        for (name, part), span in places.items():
            box = self._span(top, span)
            if name == "":
                labels.append(Text(box, str(number), Role.ROW_NUMBER))
            elif name in row.fixed:
                labels.append(Text(box, row.fixed[name], role))
            elif name in row.without:
                labels.append(Text(box, _STROKE, Role.STROKE))
            elif name in names:
                slots.append(Slot(name, part, box))
        return RowPlace(row, top, tuple(slots), tuple(labels))

    def _label(self, field_: BaseField) -> str:
        return say(field_.label, self.language)


def _says_its_label(block: FormBlock) -> bool:
    """Whether a block's only field is labelled as the block is: one of them is enough."""
    return (
        isinstance(block, Record)
        and len(block.fields) == 1
        and block.fields[0].label == block.label
    )


def sheet_name(sheet: Sheet, language: str, instance: int) -> str:
    """The name of a sheet; members of a group are numbered with two digits."""
    return say(sheet.sheet, language).replace("{n}", f"{instance:02d}")


def _lines(record: Record, pairs: int) -> Iterator[tuple[BaseField, ...]]:
    """The fields of a record line by line; a long text is alone on its line."""
    line: list[BaseField] = []
    for field_ in record.fields:
        if is_long(field_):
            if line:
                yield tuple(line)
                line = []
            yield (field_,)
            continue
        line.append(field_)
        if len(line) == pairs:
            yield tuple(line)
            line = []
    if line:
        yield tuple(line)


def _columns(block: Matrix | Table) -> tuple[tuple[str, Part], ...]:
    """The columns of a block, as field and part; the running number has the name ''."""
    keys: list[tuple[str, Part]] = []
    if isinstance(block, Matrix):
        keys += [(header.name, Part.WHOLE) for header in block.headers]
    elif block.numbered:
        keys.append(("", Part.WHOLE))
    for field_ in block.fields:
        if isinstance(field_, IndicatorField) and field_.split:
            keys += [(field_.name, part) for part in (Part.OPERATOR, Part.NUMBER, Part.UNIT)]
        else:
            keys.append((field_.name, Part.WHOLE))
    return tuple(keys)
