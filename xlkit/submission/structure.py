"""What was done to sheets, rows and columns between issue and return."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from xlkit.findings import Finding, Severity
from xlkit.form.rows import RowKind
from xlkit.form.texts import fill, say
from xlkit.submission.grid import Grid
from xlkit.submission.locate import Placement, is_in_order
from xlkit.submission.named import finding
from xlkit.submission.raw import RawRow
from xlkit.template.layout import Layout
from xlkit.template.lists import LISTS_SHEET
from xlkit.template.notes import KEPT_SHEET
from xlkit.template.printed import IDENTITY_SHEET, help_sheet_name


def structure(
    layout: Layout,
    placements: Mapping[str, Placement],
    rows: Sequence[RawRow],
    names: Sequence[str],
) -> Iterator[Finding]:
    """Sheets, of the file's `names`, rows and columns missing, put in, renamed or moved."""
    yield from _sheet_order(placements, names)
    for sheet in layout.sheets:
        placement = placements.get(sheet.id)
        if placement is None:
            yield finding("sheet-missing", Severity.ERROR, value=sheet.name, sheet=sheet.name)
            continue
        if placement.grid.name != sheet.name:
            yield finding(
                "sheet-renamed",
                Severity.NOTICE,
                value=placement.grid.name,
                expected=sheet.name,
                sheet=placement.grid.name,
            )
        missing = list(_missing_columns(placement, layout.language))
        yield from missing
        if not missing and (placement.moved_columns or not placement.marked):
            yield finding("columns-moved", Severity.NOTICE, sheet=placement.grid.name)
        yield from _missing_rows(placement)
        if not is_in_order(placement.rows.values()):
            yield finding("rows-reordered", Severity.NOTICE, sheet=placement.grid.name)
        elif _is_pushed(placement) and not any(
            raw.is_inserted and raw.sheet == placement.grid.name for raw in rows
        ):
            yield finding("rows-moved", Severity.NOTICE, sheet=placement.grid.name)
    for raw in rows:
        if raw.is_inserted:
            cells = tuple(f"{raw.sheet}!{cell}" for _, cell, text in cells_of(raw) if text)
            yield finding(
                "row-inserted",
                Severity.NOTICE,
                cells=cells,
                block=raw.path,
                sheet=raw.sheet,
                line=str(raw.top),
            )


def unprotected(placements: Mapping[str, Placement]) -> Iterator[Finding]:
    """Sheets whose protection is gone, in one finding; by itself it changes nothing."""
    bare = [item.grid.name for item in placements.values() if item.grid.protected is False]
    if bare:
        yield finding("protection-removed", Severity.NOTICE, sheet="、".join(bare))


def added(others: Sequence[Grid], layout: Layout) -> Iterator[Finding]:
    """Sheets without any content that are none of the workbook's; they change nothing either."""
    own = (help_sheet_name(layout), LISTS_SHEET, IDENTITY_SHEET, KEPT_SHEET)
    empty = [grid.name for grid in others if not grid.cells and grid.name not in own]
    if empty:
        yield finding("sheet-added", Severity.NOTICE, sheet="、".join(empty))


def _sheet_order(placements: Mapping[str, Placement], names: Sequence[str]) -> Iterator[Finding]:
    found = [item.grid.name for item in placements.values()]
    order = sorted(found, key=names.index)
    if order != found:
        yield finding(
            "sheets-reordered",
            Severity.NOTICE,
            value="、".join(order),
            expected="、".join(found),
        )


def cells_of(raw: RawRow) -> Iterator[tuple[str, str, str]]:
    """Field, address and text of each cell; a field whose cells are gone has none."""
    for name, cells in raw.cells.items():
        texts = raw.texts[name] if len(cells) > 1 else raw.texts[name][1:2]
        yield from ((name, cell, text) for cell, text in zip(cells, texts, strict=bool(cells)))


def _is_pushed(placement: Placement) -> bool:
    """Whether rows stand farther apart than they were issued."""
    shifts = {row - planned for planned, row in placement.rows.items()}
    return bool(shifts - {0})


def _missing_columns(placement: Placement, language: str) -> Iterator[Finding]:
    """The fields of each block that have a column less."""
    for block in placement.place.blocks:
        slots = (slot for row in block.rows for slot in row.slots)
        gone = (slot.field for slot in slots if slot.box.left not in placement.columns)
        for name in dict.fromkeys(gone):
            yield finding(
                "column-missing",
                Severity.ERROR,
                block=block.path,
                field=name,
                instance=block.instance or None,
                sheet=placement.grid.name,
                label=fill(say(block.placed.field(name).label, language)),
            )


def _missing_rows(placement: Placement) -> Iterator[Finding]:
    for block in placement.place.blocks:
        for place in block.rows:
            if place.top in placement.rows:
                continue
            preset = place.row.kind in (RowKind.PRESET, RowKind.RECORD)
            named = " ".join(place.row.fixed.values()) or str(place.top)
            yield finding(
                "row-missing",
                Severity.ERROR if preset and not place.row.optional else Severity.NOTICE,
                block=block.path,
                row=place.row.key,
                value=named,
                sheet=placement.grid.name,
            )
