"""The sheets that stand beside those of the form: help, lists, identity, a correction's list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from xlkit.findings import Finding, Severity
from xlkit.identity import Identity
from xlkit.submission.grid import Grid, ReturnedWorkbook
from xlkit.submission.identify import identity_cells, identity_grid
from xlkit.submission.live_cells import is_state
from xlkit.submission.notes import ReadNotes
from xlkit.submission.printed_over import is_as_printed, printed_over
from xlkit.submission.tally import Cell, Tally
from xlkit.template.layout import Layout
from xlkit.template.lists import LISTS_SHEET, list_columns
from xlkit.template.printed import HELP_MARK, help_lines
from xlkit.template.summary import summary_places
from xlkit.wording import word


def helper_sheets(
    layout: Layout,
    identity: Identity,
    others: Sequence[Grid],
    workbook: ReturnedWorkbook,
    notes: Mapping[str, ReadNotes],
    tally: Tally,
) -> Iterator[Finding]:
    """The help, lists and identity sheets, and a correction's list: what is as issued is frame."""
    identity_sheet = identity_grid(workbook)
    for grid in others:
        if identity_sheet is not None and grid.name == identity_sheet.name:
            issued = {cell: grid.cells[cell].text for cell in identity_cells(grid)}
            more = dict.fromkeys(sorted(set(grid.cells) - set(issued)), "")
            yield from _compared(grid, {**issued, **more}, tally)
        elif grid.name == LISTS_SHEET:
            expected = {
                (row, number): text
                for number, column in enumerate(list_columns(layout.form), start=1)
                for row, text in enumerate(column.cells, start=1)
            }
            more = dict.fromkeys(sorted(set(grid.cells) - set(expected)), "")
            yield from _compared(grid, {**expected, **more}, tally)
        elif grid.name in notes:
            tally.frame[grid.name] |= notes[grid.name].frame
            tally.answers[grid.name] |= notes[grid.name].answers
        elif any(cell.text == HELP_MARK for cell in grid.cells.values()):
            yield from _help(layout, identity, grid, tally)


def _help(layout: Layout, identity: Identity, grid: Grid, tally: Tally) -> Iterator[Finding]:
    """The help sheet; whose it is, nobody knows where the identity is lost."""
    home = next(cell for cell, content in grid.cells.items() if content.text == HELP_MARK)
    down, right = home[0] - 1, home[1] - 1
    expected: dict[Cell, str] = {}
    for line in help_lines(layout, identity):
        place = (line.box.top + down, line.box.left + right)
        if line.look == "value" and not line.text and identity.is_assumed:
            tally.frame[grid.name] |= {place} & set(grid.cells)
        elif not line.live:
            expected[place] = line.text
    for row, column in summary_places(layout, identity):
        cell = (row + down, column + right)
        content = grid.cells.get(cell)
        if content is not None and is_state(grid, content, identity.checks):
            tally.frame[grid.name].add(cell)
        elif content is not None:
            expected[cell] = word("check_formula", layout.language)
    yield from _compared(grid, {**expected, home: HELP_MARK}, tally)


def _compared(grid: Grid, expected: Mapping[Cell, str], tally: Tally) -> Iterator[Finding]:
    changed = []
    for cell, text in sorted(expected.items()):
        content = grid.cells.get(cell)
        if content is None:
            continue
        if is_as_printed(content.text, text) and not content.formula:
            tally.frame[grid.name].add(cell)
        else:
            tally.named[grid.name].add(cell)
            changed.append((cell, text, content.text or content.formula or ""))
    if changed:
        yield printed_over(grid.name, "frame-changed", changed, Severity.NOTICE)
