"""The sheets that a department fills: printed texts, cells with their looks, checks, comments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from xlkit.cells import Box, address
from xlkit.form.rows import CellKey
from xlkit.identity import Identity
from xlkit.rules.computed import computation, formula
from xlkit.template import styles
from xlkit.template.book import Page
from xlkit.template.dropdowns import validations
from xlkit.template.heights import fitting_height, grown
from xlkit.template.layout import (
    MARK_COLUMN,
    BlockPlace,
    Layout,
    RowPlace,
    SheetPlace,
    Slot,
    is_total,
)
from xlkit.template.live import LiveChecks
from xlkit.template.notes import CellPlace, Notes, Weight
from xlkit.template.offered import comments_of
from xlkit.template.paints import paints
from xlkit.template.print_setup import set_up
from xlkit.template.printed import printed_texts
from xlkit.template.resolver import LayoutResolver
from xlkit.template.signs import REMARK_END
from xlkit.template.stored import Stored, shown_outcome, stored_number

_CHECK_WIDTH = 46.0


@dataclass(frozen=True)
class SheetWriter:
    """Writes each sheet that is filled, of one workbook."""

    layout: Layout
    identity: Identity
    stored: Stored
    live: LiveChecks
    notes: Notes | None

    @cached_property
    def _noted(self) -> Mapping[CellPlace, Weight]:
        return self.notes.marked() if self.notes else {}

    @cached_property
    def _offered(self) -> dict[CellKey, str]:
        return comments_of(self.layout.form, self.stored.content.offered, self.identity)

    def write(self, page: Page, sheet: SheetPlace) -> None:
        """Everything of that sheet but its lock."""
        page.column(MARK_COLUMN, MARK_COLUMN, 4, hidden=True)
        for number, width in enumerate(sheet.widths, start=MARK_COLUMN + 1):
            page.column(number, number, width)
        for row, height in {**sheet.heights, **dict(grown(sheet, self.stored))}.items():
            page.height(row, height)
        texts = printed_texts(self.layout, sheet, self.identity)
        for text in sheet.printed():
            page.text(text.box, texts[text.box.first], styles.PRINTED[text.role])
        for block in sheet.blocks:
            self._block(page, sheet, block)
        self._live_cells(page, sheet)
        self._comments(page, sheet)
        set_up(page, sheet, self.identity.unit_name, self.layout.language)
        page.sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})

    def _block(self, page: Page, sheet: SheetPlace, block: BlockPlace) -> None:
        for row in block.rows:
            if row.top not in sheet.heights:
                page.height(row.top, fitting_height(sheet, block, row, self.stored), fitted=True)
            for slot in row.slots:
                self._cell(page, sheet, block, row, slot)
        for validation in validations(self.layout.form, self.layout.language, block):
            page.validate(validation.box, validation.options)
        member = next((item for item in sheet.blocks if item.placed.is_group_record), None)
        for paint in paints(self.layout.form, block, member):
            page.paint(paint.box, paint.formula, styles.WRONG if paint.wrong else styles.MISSING)

    def _cell(
        self, page: Page, sheet: SheetPlace, block: BlockPlace, row: RowPlace, slot: Slot
    ) -> None:
        field_ = block.placed.field(slot.field)
        computed = computation(block.placed, row.row.key, slot.field)
        if computed is not None:
            style = styles.cell_style(field_, slot.part, locked=True, total=is_total(block, row))
            style = self._with_note(style, sheet, slot)
            decimals = getattr(field_, "decimals", 0)
            resolver = LayoutResolver(self.layout, sheet, block, row)
            outcome = self.stored.outcome(block, row.row, slot.field)
            written = formula(computed, resolver, decimals)
            page.formula(slot.box, written, style, shown_outcome(field_, outcome))
            return
        issued = self.stored.is_issued(block, row.row, slot.field)
        style = styles.cell_style(field_, slot.part, locked=field_.locked or issued)
        if self._key(block, row, slot) in self.stored.content.offered:
            style = {**style, **styles.OFFERED}
        style = self._with_note(style, sheet, slot)
        text = self.stored.text(block, row.row, slot.field, slot.part)
        number = stored_number(field_, text)
        if number is None:
            page.text(slot.box, text, style)
        else:
            page.number(slot.box, number, style)

    def _with_note(self, style: styles.Style, sheet: SheetPlace, slot: Slot) -> styles.Style:
        weight = self._noted.get((sheet.name, *slot.box.first))
        return style if weight is None else {**style, **styles.NOTED[weight]}

    @staticmethod
    def _key(block: BlockPlace, row: RowPlace, slot: Slot) -> CellKey:
        return block.path, block.instance, row.row.mark, slot.field

    def _comments(self, page: Page, sheet: SheetPlace) -> None:
        """What is wrong at a cell, else that its value is last year's."""
        noted = self.notes.comments(self.layout.language) if self.notes else {}
        said = {place[1:]: text for place, text in noted.items() if place[0] == page.name}
        for block in sheet.blocks:
            for row in block.rows:
                for slot in reversed(row.slots):
                    text = self._offered.get(self._key(block, row, slot))
                    first = row.addresses(slot.field)[0] == address(*slot.box.first)
                    if text is not None and first:
                        said.setdefault(slot.box.first, text)
        for (row_, column), text in said.items():
            page.comment(Box(row_, column, row_, column), text + REMARK_END)

    def _live_cells(self, page: Page, sheet: SheetPlace) -> None:
        """The check column, the lines under blocks, and the hidden columns that feed them."""
        page.column(sheet.edge_column, sheet.edge_column, 1)
        page.column(sheet.check_column, sheet.check_column, _CHECK_WIDTH)
        page.column(sheet.filled_column, sheet.all_columns[-1], 4, hidden=True)
        lines = {block.check.box for block in sheet.blocks}
        for cell in self.live.cells(sheet):
            style = styles.CHECK_LINE if cell.box in lines else styles.CHECK
            page.formula(cell.box, cell.formula, style, cell.value)
        for box in (*lines, check_box(sheet)):
            for mark, look in styles.CHECK_COLOURS.items():
                first = address(*box.first)
                page.paint(box, f'LEFT(${first},1)="{mark}"', look)


def check_box(sheet: SheetPlace) -> Box:
    """The check column below its heading."""
    return Box(2, sheet.check_column, sheet.last_row, sheet.check_column)
