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
from xlkit.submission.helper_sheets import helper_sheets
from xlkit.submission.live_cells import live_cells
from xlkit.submission.locate import Placement
from xlkit.submission.money_unit import is_other_money
from xlkit.submission.named import finding
from xlkit.submission.notes import explanations, is_notes, read_notes
from xlkit.submission.printed_over import could_be_printed, is_as_printed, printed_over
from xlkit.submission.raw import CellCount, Outside, RawRow
from xlkit.submission.remarks import remarks
from xlkit.submission.structure import added, structure, unprotected
from xlkit.submission.tally import Cell, Tally
from xlkit.template.layout import BlockPlace, Layout, Part, Role, RowPlace, Slot, cell_name
from xlkit.template.printed import printed_texts
from xlkit.values.text import squeeze
from xlkit.wording import word

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


def inspect(
    layout: Layout,
    identity: Identity,
    placements: Mapping[str, Placement],
    others: Sequence[Grid],
    rows: Sequence[RawRow],
    workbook: ReturnedWorkbook,
) -> Inspection:
    """Every difference from what was issued, each named by a finding."""
    notes = {
        grid.name: read_notes(grid, identity.checks) for grid in workbook.sheets if is_notes(grid)
    }
    inspection, tally = Inspection(explanations=explanations(notes.values())), Tally()
    inspection.findings += structure(
        layout, placements, rows, [grid.name for grid in workbook.sheets]
    )
    inspection.restructured = bool(inspection.findings)
    inspection.findings += unprotected(placements)
    inspection.findings += added(others, layout)
    inspection.findings += remarks(workbook, identity)
    for raw in rows:
        for cells in raw.cells.values():
            tally.answers[raw.sheet].update(map(parse_address, cells))
    changes = [
        *_frame(layout, identity, placements, tally),
        *_issued(layout, identity, placements),
    ]
    inspection.changed = bool(changes) or identity.is_assumed
    inspection.findings += changes
    inspection.findings += helper_sheets(layout, identity, others, workbook, notes, tally)
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
    layout: Layout, identity: Identity, placements: Mapping[str, Placement], tally: Tally
) -> list[Finding]:
    """Printed cells that no longer say what was printed, one finding a sheet and weight."""
    findings = []
    for sheet in layout.sheets:
        placement = placements.get(sheet.id)
        if placement is None:
            continue
        texts = printed_texts(layout, sheet, identity)
        changed: dict[str, list[tuple[Cell, str, str]]] = defaultdict(list)
        for printed in sheet.printed():
            cell = placement.cell(*printed.box.first)
            if cell is None:
                continue
            issued = texts[printed.box.first]
            content = placement.grid.cells.get(cell)
            returned = content.text if content else ""
            if is_as_printed(returned, issued) or (
                identity.is_assumed and could_be_printed(returned, printed.text)
            ):
                if content:
                    tally.frame[placement.grid.name].add(cell)
            elif printed.role is not Role.MARK:
                code = _code(layout, printed.role, issued, returned)
                changed[code].append((cell, issued, returned))
                if content:
                    tally.named[placement.grid.name].add(cell)
        name = placement.grid.name
        findings += [printed_over(name, code, cells) for code, cells in changed.items()]
        if checks := list(_checks(layout, identity, placement, tally)):
            findings.append(printed_over(name, "frame-changed", checks, Severity.NOTICE))
    return findings


def _code(layout: Layout, role: Role, issued: str, returned: str) -> str:
    """What a printed text is called that came back as another one."""
    if is_other_money(layout.form, issued, returned):
        return "money-unit-changed"
    return "row-label-changed" if role in _ROW_NAMES else "frame-changed"


def _checks(
    layout: Layout, identity: Identity, placement: Placement, tally: Tally
) -> Iterator[tuple[Cell, str, str]]:
    """Cells where checks stand that hold something else."""
    name = placement.grid.name
    known = tally.frame[name] | tally.answers[name] | tally.named[name]
    issued = word("check_formula", layout.language)
    for cell, is_check in live_cells(placement, known, identity.checks):
        if is_check:
            tally.frame[name].add(cell)
        else:
            tally.named[name].add(cell)
            content = placement.grid.cells[cell]
            yield cell, issued, content.text or content.formula or ""


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
