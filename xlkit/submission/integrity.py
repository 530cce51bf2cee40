"""What was done to the frame, and a count that proves that no cell went unread."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from xlkit.cells import address, parse_address
from xlkit.findings import Finding, Severity
from xlkit.form.rows import locked_text
from xlkit.form.texts import say
from xlkit.identity import Identity
from xlkit.rules.computed import computation
from xlkit.submission.grid import Grid, ReturnedWorkbook
from xlkit.submission.identify import identity_cells, identity_grid
from xlkit.submission.live_cells import is_state, live_cells
from xlkit.submission.locate import Placement
from xlkit.submission.named import finding
from xlkit.submission.notes import ReadNotes, explanations, is_notes, read_notes
from xlkit.submission.raw import CellCount, Outside, RawRow
from xlkit.submission.structure import added, structure, unprotected
from xlkit.template.layout import BlockPlace, Layout, Part, Role, RowPlace, Slot, cell_name
from xlkit.template.lists import LISTS_SHEET, list_columns
from xlkit.template.printed import HELP_MARK, help_lines, printed_texts
from xlkit.template.summary import summary_places
from xlkit.values.text import squeeze
from xlkit.wording import word

Cell = tuple[int, int]

#: Changed cells of one sheet whose texts are all listed, as issued and as found.
_MOST_LISTED = 50
#: Printed texts that say what a row's answers are about.
_ROW_NAMES = (Role.ROW_LABEL, Role.TOTAL_LABEL)


@dataclass
class Inspection:
    """What the comparison with the issued workbook found."""

    findings: list[Finding] = field(default_factory=list)
    count: CellCount = field(default_factory=CellCount)
    outside: tuple[Outside, ...] = ()
    explanations: Mapping[str, str] = field(default_factory=dict)
    """What was written of findings, by their keys."""
    restructured: bool = False
    changed: bool = False


@dataclass
class _Tally:
    """Which cells of each sheet are accounted for, and as what."""

    frame: dict[str, set[Cell]] = field(default_factory=lambda: defaultdict(set))
    answers: dict[str, set[Cell]] = field(default_factory=lambda: defaultdict(set))
    named: dict[str, set[Cell]] = field(default_factory=lambda: defaultdict(set))

    def count(self, grids: Sequence[Grid]) -> CellCount:
        """How many cells are each; one that is several things counts once."""
        frame = answers = named = 0
        for grid in grids:
            is_frame = self.frame[grid.name]
            is_answer = self.answers[grid.name] & set(grid.cells) - is_frame
            frame += len(is_frame)
            answers += len(is_answer)
            named += len(self.named[grid.name] - is_frame - is_answer)
        return CellCount(frame, answers, named)

    def outside(self, grids: Sequence[Grid]) -> Iterator[Outside]:
        """The cells that findings name and that are nothing else, as they were typed."""
        for grid in grids:
            known = self.frame[grid.name] | self.answers[grid.name]
            for cell in sorted(self.named[grid.name] - known):
                content = grid.cells[cell]
                text = content.text or content.formula or ""
                yield Outside(f"{grid.name}!{address(*cell)}", text)

    def left(self, grid: Grid) -> list[Cell]:
        """Non-empty cells that are none of these, in reading order."""
        known = self.frame[grid.name] | self.answers[grid.name] | self.named[grid.name]
        return sorted(cell for cell in grid.cells if cell not in known)


def inspect(
    layout: Layout,
    identity: Identity,
    placements: Mapping[str, Placement],
    others: Sequence[Grid],
    rows: Sequence[RawRow],
    workbook: ReturnedWorkbook,
) -> Inspection:
    """Every difference from what was issued, each named by a finding."""
    notes = {grid.name: read_notes(grid) for grid in workbook.sheets if is_notes(grid)}
    inspection, tally = Inspection(explanations=explanations(notes.values())), _Tally()
    inspection.findings += structure(
        layout, placements, rows, [grid.name for grid in workbook.sheets]
    )
    inspection.restructured = bool(inspection.findings)
    inspection.findings += unprotected(placements)
    inspection.findings += added(others, layout)
    for raw in rows:
        for cells in raw.cells.values():
            tally.answers[raw.sheet].update(map(parse_address, cells))
    changes = [
        *_frame(layout, identity, placements, tally),
        *_issued(layout, identity, placements),
    ]
    inspection.changed = bool(changes)
    inspection.findings += changes
    inspection.findings += _helpers(layout, identity, others, workbook, notes, tally)
    found = {placement.grid.name for placement in placements.values()}
    for grid in workbook.sheets:
        left = tally.left(grid)
        if left:
            known = grid.name in found or grid.name in notes
            inspection.findings.append(_strays(grid, left, known=known))
            tally.named[grid.name].update(left)
            inspection.restructured |= not known and grid in others
    inspection.count = tally.count(workbook.sheets)
    inspection.outside = tuple(tally.outside(workbook.sheets))
    return inspection


def _frame(
    layout: Layout, identity: Identity, placements: Mapping[str, Placement], tally: _Tally
) -> list[Finding]:
    """Printed cells that no longer say what was printed, one finding a sheet and weight."""
    findings = []
    for sheet in layout.sheets:
        placement = placements.get(sheet.id)
        if placement is None:
            continue
        texts = printed_texts(layout, sheet, identity)
        changed: dict[Severity, list[tuple[Cell, str, str]]] = defaultdict(list)
        for printed in sheet.printed():
            cell = placement.cell(*printed.box.first)
            if cell is None:
                continue
            issued = texts[printed.box.first]
            content = placement.grid.cells.get(cell)
            returned = content.text if content else ""
            if _is_as_printed(returned, issued):
                if content:
                    tally.frame[placement.grid.name].add(cell)
            elif printed.role is not Role.MARK:
                weight = Severity.ERROR if printed.role in _ROW_NAMES else Severity.WARNING
                changed[weight].append((cell, issued, returned))
                if content:
                    tally.named[placement.grid.name].add(cell)
        changed[Severity.NOTICE] += _checks(layout, placement, tally)
        name = placement.grid.name
        findings += [_changed(name, weight, cells) for weight, cells in changed.items() if cells]
    return findings


def _checks(layout: Layout, placement: Placement, tally: _Tally) -> Iterator[tuple[Cell, str, str]]:
    """Cells where checks stand that hold something else."""
    name = placement.grid.name
    known = tally.frame[name] | tally.answers[name] | tally.named[name]
    issued = word("check_formula", layout.language)
    for cell, is_check in live_cells(placement, known):
        if is_check:
            tally.frame[name].add(cell)
        else:
            tally.named[name].add(cell)
            content = placement.grid.cells[cell]
            yield cell, issued, content.text or content.formula or ""


def _is_as_printed(content: str, issued: str) -> bool:
    return content == issued or squeeze(content) == squeeze(issued)


def _changed(sheet: str, weight: Severity, cells: list[tuple[Cell, str, str]]) -> Finding:
    code = "row-label-changed" if weight is Severity.ERROR else "frame-changed"
    return finding(
        code,
        weight,
        cells=tuple(f"{sheet}!{address(*cell)}" for cell, _, _ in cells),
        value="；".join(returned or "—" for _, _, returned in cells[:_MOST_LISTED]),
        expected="；".join(issued for _, issued, _ in cells[:_MOST_LISTED]),
        sheet=sheet,
        number=str(len(cells)),
    )


def _issued(
    layout: Layout, identity: Identity, placements: Mapping[str, Placement]
) -> Iterator[Finding]:
    """Cells that the bureau filled in and locked, and that were changed."""
    for sheet, block in layout.blocks():
        placement = placements.get(sheet.id)
        if placement is None:
            continue
        for row in block.rows:
            for slot in row.slots:
                name = cell_name(block.path, block.instance, row.row.mark, slot.field)
                cell = placement.cell(*slot.box.first)
                issued = identity.issued.get(name)
                if issued is None and slot.part in (Part.WHOLE, Part.NUMBER):
                    issued = _locked(block, row, slot)
                if issued is not None and cell is not None:
                    yield from _issued_cell(layout, placement, block.path, slot, cell, issued)


def _locked(block: BlockPlace, row: RowPlace, slot: Slot) -> str | None:
    """What the form itself printed into a locked cell; None where it is typed or computed."""
    if computation(block.placed, row.row.key, slot.field) is not None:
        return None
    return locked_text(block.placed.field(slot.field), row.row)


def _issued_cell(
    layout: Layout, placement: Placement, path: str, slot: Slot, cell: Cell, issued: str
) -> Iterator[Finding]:
    content = placement.grid.cells.get(cell)
    returned = content.text if content else ""
    if returned == issued:
        return
    if squeeze(returned) != squeeze(issued) and not _same_number(returned, issued):
        label = say(layout.form.block(path).field(slot.field).label, layout.language)
        yield finding(
            "prefilled-changed",
            Severity.ERROR,
            cells=(f"{placement.grid.name}!{address(*cell)}",),
            block=path,
            field=slot.field,
            value=returned,
            expected=issued,
            label=label,
        )


def _same_number(one: str, other: str) -> bool:
    try:
        return one.endswith("%") == other.endswith("%") and _float(one) == _float(other)
    except ValueError:
        return False


def _float(text: str) -> float:
    return float(text.rstrip("%"))


def _helpers(
    layout: Layout,
    identity: Identity,
    others: Sequence[Grid],
    workbook: ReturnedWorkbook,
    notes: Mapping[str, ReadNotes],
    tally: _Tally,
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


def _help(layout: Layout, identity: Identity, grid: Grid, tally: _Tally) -> Iterator[Finding]:
    home = next(cell for cell, content in grid.cells.items() if content.text == HELP_MARK)
    down, right = home[0] - 1, home[1] - 1
    expected = {
        (line.box.top + down, line.box.left + right): line.text
        for line in help_lines(layout, identity)
        if not line.live
    }
    for row, column in summary_places(layout, identity):
        cell = (row + down, column + right)
        content = grid.cells.get(cell)
        if content is not None and is_state(grid, content):
            tally.frame[grid.name].add(cell)
        elif content is not None:
            expected[cell] = word("check_formula", layout.language)
    yield from _compared(grid, {**expected, home: HELP_MARK}, tally)


def _compared(grid: Grid, expected: Mapping[Cell, str], tally: _Tally) -> Iterator[Finding]:
    changed = []
    for cell, text in sorted(expected.items()):
        content = grid.cells.get(cell)
        same = content is not None and (
            content.text == text or squeeze(content.text) == squeeze(text)
        )
        if content is not None and same and not content.formula:
            tally.frame[grid.name].add(cell)
        elif content is not None:
            tally.named[grid.name].add(cell)
            changed.append((cell, text, content.text or content.formula or ""))
    if changed:
        yield _changed(grid.name, Severity.NOTICE, changed)


def _strays(grid: Grid, cells: Sequence[Cell], *, known: bool) -> Finding:
    """Content that is neither frame nor answer: on a sheet of the form, or on one added."""
    return finding(
        "stray-cells" if known else "extra-sheet",
        Severity.WARNING,
        cells=tuple(f"{grid.name}!{address(*cell)}" for cell in cells),
        value="；".join(grid.cells[cell].text[:40] for cell in cells[:3]),
        sheet=grid.name,
        number=str(len(cells)),
    )
