"""A layout and its content as the locked workbook that a department fills."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

from xlkit.errors import UsageError
from xlkit.form.model import Form
from xlkit.form.texts import say
from xlkit.identity import Identity
from xlkit.sentences import English
from xlkit.template.backstage import write_help, write_identity, write_lists
from xlkit.template.book import Book, Page
from xlkit.template.content import Content
from xlkit.template.layout import Layout, cell_name
from xlkit.template.live import LiveChecks
from xlkit.template.notes import Notes
from xlkit.template.notes_sheet import write_kept, write_notes
from xlkit.template.offered import named
from xlkit.template.plan import plan
from xlkit.template.said import prints_of
from xlkit.template.sheet_writer import SheetWriter
from xlkit.template.stored import Stored
from xlkit.template.summary import SheetState
from xlkit.template.watching import watch


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
    known = identity_of(layout, identity, content)
    writer = _Writer(layout, known, content, issue, notes)
    return writer.write(lambda checks: replace(known, checks=checks).signed(issue.key))


def identity_of(layout: Layout, identity: Identity, content: Content) -> Identity:
    """The identity with what its workbook is made from; not signed yet."""
    return replace(
        identity,
        form=layout.form.form,
        version=layout.form.version,
        layout=layout.digest,
        sizing=layout.sizing.numbers(),
        issued={cell_name(*cell): text for cell, text in content.issued.items()},
        offered=named(content),
    )


def written(layout: Layout, identity: Identity, content: Content, issue: Issue) -> bytes:
    """The bytes of a workbook that carries just this identity.

    Raises:
        RenderError: something cannot be written into a workbook.
    """
    return _Writer(layout, identity, content, issue, None).write(lambda _: identity).data


def _check_room(layout: Layout, form: Form, identity: Identity, content: Content) -> None:
    """Raises UsageError where a layout that was given is not one for that workbook."""
    if layout.form is not form or layout.language != form.language(identity.language):
        raise UsageError(
            English(
                f"the layout is of {layout.form.form!r} in {layout.language!r}, the workbook of "
                f"{form.form!r} in {identity.language!r}; give the layout of this form and language"
            )
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
            English(
                f"the layout has no cell {cell_name(*lost[0])}, which the content fills; "
                "plan a layout of the content's sizing"
            )
        )


class _Writer:
    """Puts the sheets of a workbook behind each other, and locks them."""

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
        self._issue = issue
        self._book = Book(issue.created)
        self._stored = Stored(self._form, replace(content, sizing=layout.sizing))
        self._live = LiveChecks(layout, self._stored, identity.year)
        self._notes = notes

    def write(self, seal: Callable[[str], Identity]) -> Rendered:
        """The workbook; `seal` gives the identity that it carries, from what its formulas say."""
        self._book.titled(say(self._form.title, self._layout.language), self._identity.unit_name)
        states = {
            sheet.id: SheetState.of(self._live.said(sheet), used=self._live.is_used(sheet))
            for sheet in self._layout.sheets
        }
        if self._notes is not None:
            watched = watch(self._layout, self._stored, self._live)
            write_notes(self._book, self._layout, self._notes, watched, self._protect)
        write_help(self._book, self._layout, self._identity, states, self._protect)
        sheets = SheetWriter(self._layout, self._identity, self._stored, self._live, self._notes)
        for sheet in self._layout.sheets:
            page = self._book.page(sheet.name)
            sheets.write(page, sheet)
            self._protect(page)
        write_lists(self._book, self._form, self._protect)
        carried = seal(prints_of(self._book.formulas))
        write_identity(self._book, carried, self._protect)
        if self._notes is not None:
            write_kept(self._book, self._notes, self._protect)
        return Rendered(self._book.finish(lock_structure=True), carried, self._layout)

    def _protect(self, page: Page) -> None:
        page.sheet.protect(
            self._issue.password,
            {"format_cells": False, "format_columns": True, "format_rows": True},
        )
