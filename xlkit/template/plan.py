"""The layout of a form: blocks below each other on a grid that they share."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from xlkit.cells import Box
from xlkit.form.blocks import Record, Sheet, Table
from xlkit.form.model import Form, FormBlock, PlacedBlock
from xlkit.form.rows import rows_of
from xlkit.form.texts import say
from xlkit.rules.formula import Look
from xlkit.rules.registry import form_hidden
from xlkit.template.columns import wanted_widths
from xlkit.template.ground import ROW, Ground
from xlkit.template.layout import (
    FIRST_COLUMN,
    MARK_COLUMN,
    BlockPlace,
    Layout,
    Role,
    RowPlace,
    SheetPlace,
    Sizing,
    Text,
)
from xlkit.template.record_plan import RecordPlan
from xlkit.template.table_plan import TablePlan
from xlkit.wording import word

_TITLE = 34.0
_GAP = 9.0
_SIGNATURES = 30.0


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
    texts: list[Text] = field(default_factory=list)

    def place(self) -> SheetPlace:
        placed = [item for item in self.form.blocks if item.sheet == self.number]
        wanted = [wanted_widths(item.block, self.language) for item in placed]
        self.ground = Ground(max(wanted, key=lambda widths: (len(widths), sum(widths))))
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
            widths=self.ground.widths,
            heights=self.ground.heights,
            texts=tuple(self.texts),
            blocks=blocks,
            last_row=self.ground.row - 1,
        )

    def _text(self, box: Box, text: str, role: Role) -> None:
        self.texts.append(Text(box, text, role))

    def _heading(self) -> None:
        ground, title = self.ground, self.sheet.title or self.form.title
        top = ground.next(_TITLE)
        self._text(ground.whole(top), say(title, self.language), Role.TITLE)
        beside = FIRST_COLUMN + len(ground.widths) + 1
        heading = word("check_header", self.language)
        self._text(Box(top, beside, top, beside), heading, Role.CHECK_HEADER)
        if self.sheet.left is None and self.sheet.right is None:
            return
        row = ground.next(ROW)
        middle = max(0, math.ceil(len(ground.widths) * 0.6) - 1)
        ends = [(self.sheet.left, (0, middle), Role.LINE_LEFT)]
        if middle < ground.end:
            ends.append((self.sheet.right, (middle + 1, ground.end), Role.LINE_RIGHT))
        for text, span, role in ends:
            if text is not None:
                self._text(ground.span(row, span), say(text, self.language), role)

    def _signatures(self) -> None:
        lines = self.sheet.signatures
        if not lines:
            return
        self.ground.next(_GAP)
        row = self.ground.next(_SIGNATURES)
        count = min(len(lines), len(self.ground.widths))
        for line, span in zip(lines, self.ground.shared([1.0] * count), strict=False):
            label = word("signature_line", self.language, label=say(line, self.language))
            self._text(self.ground.span(row, span), label, Role.SIGNATURE)

    def _block(self, placed: PlacedBlock, captioned: bool) -> BlockPlace:
        block, path = placed.block, placed.path
        if captioned:
            self._caption(block)
        headers: tuple[Text, ...] = ()
        header_rows: tuple[int, ...] = ()
        rows: tuple[RowPlace, ...]
        if isinstance(block, Record):
            record = RecordPlan(path, block, self.ground, self.language)
            rows = (record.place(rows_of(self.form, placed)[0]),)
        else:
            table = TablePlan(path, block, self.ground, self.language)
            headers, header_rows = table.headings()
            rows = table.rows(rows_of(self.form, placed, self.sizing.spares.get(path)))
        line, hidden = self.ground.check_line(path), self.hidden.get(path, ())
        return BlockPlace(placed, self.instance, rows, line, headers, header_rows, hidden)

    def _caption(self, block: FormBlock) -> None:
        """What stands above a block that is not alone on its sheet."""
        self.ground.next(_GAP)
        if block.label is not None and not _says_its_label(block):
            row = self.ground.next(ROW)
            self._text(self.ground.whole(row), say(block.label, self.language), Role.CAPTION)


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
