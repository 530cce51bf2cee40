"""A layout and its content as the locked workbook that a department fills."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from xlkit.cells import Box, address, wrapped_lines
from xlkit.errors import UsageError
from xlkit.form.model import Form
from xlkit.form.rows import CellKey
from xlkit.form.texts import say
from xlkit.identity import Identity
from xlkit.rules.computed import computation, formula
from xlkit.template import styles
from xlkit.template.backstage import write_help, write_identity, write_lists
from xlkit.template.book import A4, HIGHEST, Book, Page
from xlkit.template.columns import is_long
from xlkit.template.content import Content
from xlkit.template.dropdowns import validations
from xlkit.template.layout import (
    MARK_COLUMN,
    BlockPlace,
    Layout,
    RowPlace,
    SheetPlace,
    Slot,
    cell_name,
    is_total,
)
from xlkit.template.live import LiveChecks
from xlkit.template.notes import CellPlace, Notes
from xlkit.template.notes_sheet import write_kept, write_notes
from xlkit.template.offered import comments_of, named
from xlkit.template.paints import paints
from xlkit.template.plan import plan
from xlkit.template.printed import printed_texts
from xlkit.template.resolver import LayoutResolver
from xlkit.template.stored import Stored, as_shown_text, shown_outcome, stored_number
from xlkit.template.summary import SheetState
from xlkit.wording import word

_CHECK_WIDTH = 46.0
_PICTURE = re.compile(r"&(?=G|\[Picture\])")


@dataclass(frozen=True, slots=True)
class Issue:
    """How a workbook goes out: the key that signs it, the sheets' password, its date."""

    key: bytes | None = None
    password: str = ""
    created: datetime | None = None


@dataclass(frozen=True)
class Rendered:
    """A workbook ready to send, with the identity that it carries."""

    data: bytes
    identity: Identity
    layout: Layout = field(repr=False)


def render(
    form: Form,
    identity: Identity,
    content: Content | None = None,
    issue: Issue | None = None,
    notes: Notes | None = None,
    layout: Layout | None = None,
) -> Rendered:
    """The workbook of one unit; equal input gives equal bytes.

    With `notes` it is a correction workbook: findings stand at their cells and on a list. With a
    `layout`, such as a frozen one, everything lies as that has it, whatever is planned today.

    Raises:
        RenderError: something that the form says cannot be written into a workbook.
        UsageError: the form has no texts in the identity's language, or the layout is of another
            form or language, or has no room for the content.
    """
    content, issue = content or Content(), issue or Issue()
    if layout is None:
        layout = plan(form, content.sizing, identity.language)
    else:
        _check_room(layout, form, identity, content)
    known = issued_identity(layout, identity, content, issue)
    return Rendered(written(layout, known, content, issue, notes), known, layout)


def issued_identity(layout: Layout, identity: Identity, content: Content, issue: Issue) -> Identity:
    """The identity as the workbook will carry it: with what it was made from, and signed."""
    return replace(
        identity,
        form=layout.form.form,
        version=layout.form.version,
        layout=layout.digest,
        sizing=layout.sizing.numbers(),
        issued={cell_name(*cell): text for cell, text in content.issued.items()},
        offered=named(content),
    ).signed(issue.key)


def written(
    layout: Layout,
    identity: Identity,
    content: Content,
    issue: Issue,
    notes: Notes | None = None,
) -> bytes:
    """The bytes of a workbook that carries just this identity.

    Raises:
        RenderError: something cannot be written into a workbook.
    """
    return _Writer(layout, identity, content, issue, notes).write()


def _check_room(layout: Layout, form: Form, identity: Identity, content: Content) -> None:
    """Raises UsageError where a layout that was given is not one for that workbook."""
    if layout.form is not form or layout.language != form.language(identity.language):
        raise UsageError(
            f"the layout is of {layout.form.form!r} in {layout.language!r}, the workbook of "
            f"{form.form!r} in {identity.language!r}; give the layout of this form and language"
        )
    cells = {
        (block.path, block.instance, row.row.mark, slot.field)
        for _, block in layout.blocks()
        for row in block.rows
        for slot in row.slots
    }
    lost = [key for key in (*content.texts, *content.issued) if key not in cells]
    if lost:
        raise UsageError(
            f"the layout has no cell {cell_name(*lost[0])}, which the content fills; "
            "plan a layout of the content's sizing"
        )


class _Writer:
    def __init__(
        self,
        layout: Layout,
        identity: Identity,
        content: Content,
        issue: Issue,
        notes: Notes | None,
    ) -> None:
        self._layout = layout
        self._form = layout.form
        self._identity = identity
        self._content = replace(content, sizing=layout.sizing)
        self._issue = issue
        self._book = Book(issue.created)
        self._stored = Stored(self._form, self._content)
        self._live = LiveChecks(layout, self._stored, identity.year)
        self._notes = notes
        self._noted = notes.marked() if notes else {}
        self._offered = comments_of(self._form, content.offered, identity)

    def write(self) -> bytes:
        self._book.titled(say(self._form.title, self._layout.language), self._identity.unit_name)
        states = {
            sheet.id: SheetState.of(self._live.said(sheet), used=self._live.is_used(sheet))
            for sheet in self._layout.sheets
        }
        if self._notes is not None:
            write_notes(self._book, self._layout, self._notes, self._snapshots(), self._protect)
        write_help(self._book, self._layout, self._identity, states, self._protect)
        for sheet in self._layout.sheets:
            self._sheet(sheet)
        write_lists(self._book, self._form, self._protect)
        write_identity(self._book, self._identity, self._protect)
        if self._notes is not None:
            write_kept(self._book, self._notes, self._protect)
        return self._book.finish(lock_structure=True)

    # sheets that are filled

    def _sheet(self, sheet: SheetPlace) -> None:
        page = self._book.page(sheet.name)
        page.column(MARK_COLUMN, MARK_COLUMN, 4, hidden=True)
        for number, width in enumerate(sheet.widths, start=MARK_COLUMN + 1):
            page.column(number, number, width)
        for row, height in {**sheet.heights, **dict(self._grown(sheet))}.items():
            page.height(row, height)
        texts = printed_texts(self._layout, sheet, self._identity)
        for text in sheet.printed():
            page.text(text.box, texts[text.box.first], styles.PRINTED[text.role])
        for block in sheet.blocks:
            self._block(page, sheet, block)
        self._live_cells(page, sheet)
        self._comments(page, sheet)
        self._print_setup(page, sheet)
        self._protect(page)
        page.sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})

    def _block(self, page: Page, sheet: SheetPlace, block: BlockPlace) -> None:
        for row in block.rows:
            if row.top not in sheet.heights:
                page.height(row.top, self._fitting_height(sheet, block, row), fitted=True)
            for slot in row.slots:
                self._cell(page, sheet, block, row, slot)
        for validation in validations(self._form, self._layout.language, block):
            page.validate(validation.box, validation.options)
        member = next((item for item in sheet.blocks if item.placed.is_group_record), None)
        for paint in paints(self._form, block, member):
            page.paint(paint.box, paint.formula, styles.WRONG if paint.wrong else styles.MISSING)

    def _grown(self, sheet: SheetPlace) -> Iterator[tuple[int, float]]:
        """Rows that a long text needs higher than planned: paragraphs leave lines half empty."""
        for block in sheet.blocks:
            for row in block.rows:
                for slot in row.slots:
                    if not is_long(block.placed.field(slot.field)) or row.top not in sheet.heights:
                        continue
                    rows = range(slot.box.top, slot.box.bottom + 1)
                    columns = sheet.widths[slot.box.left - 2 : slot.box.right - 1]
                    lines = wrapped_lines(self._text_of(block, row, slot), sum(columns) - 2)
                    height = math.ceil((lines * styles.LINE + 8) / len(rows))
                    planned = max(sheet.heights[number] for number in rows)
                    if height > planned:
                        yield from ((number, min(height, HIGHEST)) for number in rows)

    def _fitting_height(self, sheet: SheetPlace, block: BlockPlace, row: RowPlace) -> float:
        """Points that a table's row needs for what stands in it when it goes out."""
        texts = [(label.box, label.text) for label in row.labels if label.box.left > MARK_COLUMN]
        texts += [(slot.box, self._text_of(block, row, slot)) for slot in row.slots]
        first = MARK_COLUMN + 1
        lines = [
            wrapped_lines(text, sum(sheet.widths[box.left - first : box.right - first + 1]) - 2)
            for box, text in texts
        ]
        return styles.row_height(max(lines))

    def _cell(
        self, page: Page, sheet: SheetPlace, block: BlockPlace, row: RowPlace, slot: Slot
    ) -> None:
        field_ = block.placed.field(slot.field)
        computed = computation(block.placed, row.row.key, slot.field)
        if computed is not None:
            style = styles.cell_style(field_, slot.part, locked=True, total=is_total(block, row))
            style = self._with_note(style, sheet, slot)
            decimals = getattr(field_, "decimals", 0)
            resolver = LayoutResolver(self._layout, sheet, block, row)
            outcome = self._stored.outcome(block, row.row, slot.field)
            written = formula(computed, resolver, decimals)
            page.formula(slot.box, written, style, shown_outcome(field_, outcome))
            return
        issued = self._stored.is_issued(block, row.row, slot.field)
        style = styles.cell_style(field_, slot.part, locked=field_.locked or issued)
        if self._key(block, row, slot) in self._content.offered:
            style = {**style, **styles.OFFERED}
        style = self._with_note(style, sheet, slot)
        text = self._text_of(block, row, slot)
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
        noted = self._notes.comments(self._layout.language) if self._notes else {}
        said = {place[1:]: text for place, text in noted.items() if place[0] == page.name}
        for block in sheet.blocks:
            for row in block.rows:
                for slot in reversed(row.slots):
                    text = self._offered.get(self._key(block, row, slot))
                    first = row.addresses(slot.field)[0] == address(*slot.box.first)
                    if text is not None and first:
                        said.setdefault(slot.box.first, text)
        for (row_, column), text in said.items():
            page.comment(Box(row_, column, row_, column), text)

    def _snapshots(self) -> Callable[[CellPlace], str | None]:
        """What typed cells go out with, as the text that programs make of it."""
        held: dict[CellPlace, str] = {}
        for sheet, block in self._layout.blocks():
            for row in block.rows:
                for slot in row.slots:
                    if computation(block.placed, row.row.key, slot.field) is None:
                        value = self._stored.value(block, row.row, slot.field, slot.part)
                        held[sheet.name, *slot.box.first] = as_shown_text(value)
        return held.get

    def _text_of(self, block: BlockPlace, row: RowPlace, slot: Slot) -> str:
        return self._stored.text(block, row.row, slot.field, slot.part)

    def _live_cells(self, page: Page, sheet: SheetPlace) -> None:
        """The check column, the lines under blocks, and the hidden columns that feed them."""
        page.column(sheet.edge_column, sheet.edge_column, 1)
        page.column(sheet.check_column, sheet.check_column, _CHECK_WIDTH)
        page.column(sheet.filled_column, sheet.all_columns[-1], 4, hidden=True)
        lines = {block.check.box for block in sheet.blocks}
        for cell in self._live.cells(sheet):
            style = styles.CHECK_LINE if cell.box in lines else styles.CHECK
            page.formula(cell.box, cell.formula, style, cell.value)
        for box in (*lines, check_box(sheet)):
            for mark, look in styles.CHECK_COLOURS.items():
                first = address(*box.first)
                page.paint(box, f'LEFT(${first},1)="{mark}"', look)

    def _print_setup(self, page: Page, sheet: SheetPlace) -> None:
        out = page.sheet
        out.set_paper(A4)
        if sheet.landscape:
            out.set_landscape()
        out.set_margins(left=0.45, right=0.45, top=0.55, bottom=0.6)
        out.center_horizontally()
        out.fit_to_pages(1, 0)
        out.print_area(0, MARK_COLUMN, sheet.last_row - 1, sheet.last_column - 1)
        owner, name = footer_text(self._identity.unit_name), footer_text(sheet.name)
        out.set_footer(f"&L{owner}&C{word('footer', self._layout.language)}&R{name}")
        out.hide_gridlines(2)
        tables = [block for block in sheet.blocks if block.header_rows]
        if len(sheet.blocks) == 1 and tables:
            first, last = tables[0].header_rows[0], tables[0].header_rows[-1]
            out.freeze_panes(last, 0)
            out.repeat_rows(first - 1, last - 1)

    def _protect(self, page: Page) -> None:
        page.sheet.protect(
            self._issue.password,
            {"format_cells": False, "format_columns": True, "format_rows": True},
        )


def footer_text(text: str) -> str:
    """A text as a footer holds it, where `&` begins a code.

    XlsxWriter takes `&&G` and `&&[Picture]` for the codes of a picture that nobody gave it.
    """
    return _PICTURE.sub("＆", text).replace("&", "&&")


def check_box(sheet: SheetPlace) -> Box:
    """The check column below its heading."""
    return Box(2, sheet.check_column, sheet.last_row, sheet.check_column)
