"""The rows of every block that was found, with what stands in their cells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from xlkit.cells import address
from xlkit.form.blocks import Table
from xlkit.form.fields import BaseField
from xlkit.form.rows import Row, locked_text
from xlkit.identity import Identity
from xlkit.rules.computed import computation
from xlkit.rules.types import Texts
from xlkit.submission.grid import Cell, Grid
from xlkit.submission.locate import Placement, inserted_rows
from xlkit.submission.raw import RawRow, fills, inserted_row, is_typed
from xlkit.template.layout import BlockPlace, Layout, Part, RowPlace, cell_name

_EMPTY = Cell("")


def raw_rows(
    layout: Layout, placements: Mapping[str, Placement], identity: Identity
) -> Iterator[RawRow]:
    """Every row of every block that was found, in the order of the returned sheets."""
    for sheet, block in layout.blocks():
        placement = placements.get(sheet.id)
        if placement is None:
            continue
        rows = [
            _raw_row(placement, block, row, identity)
            for row in block.rows
            if row.top in placement.rows
        ]
        if isinstance(block.placed.block, Table):
            for number, top in enumerate(inserted_rows(placement, block), start=1):
                rows.append(_inserted_row(placement, block, number, top))
        yield from sorted(rows, key=lambda raw: raw.top)


@dataclass(frozen=True, slots=True)
class _Found:
    """What stands in the cells of a field; it has none where one of them is gone."""

    texts: Texts
    cells: tuple[str, ...]
    pending: bool
    gone: bool


def _found(grid: Grid, places: Mapping[Part, tuple[int, int] | None], *, computed: bool) -> _Found:
    """What stands in those cells of a field; None is the place of a cell that is gone."""
    there = {part: cell for part, cell in places.items() if cell is not None}
    gone = len(there) < len(places)
    held = {} if gone else {part: grid.cells.get(cell, _EMPTY) for part, cell in there.items()}
    texts = {part: cell.text if computed else _typed_text(cell) for part, cell in held.items()}
    whole = texts.get(Part.WHOLE, texts.get(Part.NUMBER, ""))
    return _Found(
        texts=(texts.get(Part.OPERATOR, ""), whole, texts.get(Part.UNIT, "")),
        cells=() if gone else tuple(address(*cell) for cell in there.values()),
        pending=not computed and not all(cell.calculated for cell in held.values()),
        gone=gone,
    )


def _raw_row(
    placement: Placement, block: BlockPlace, place: RowPlace, identity: Identity
) -> RawRow:
    texts: dict[str, Texts] = {}
    cells: dict[str, tuple[str, ...]] = {}
    formulas: dict[str, bool | None] = {}
    pending: set[str] = set()
    gone: set[str] = set()
    filled = False
    for name in dict.fromkeys(slot.field for slot in place.slots):
        computed = computation(block.placed, place.row.key, name) is not None
        if computed:
            first = placement.cell(*place.slot(name).box.first)
            formulas[name] = _has_formula(placement.grid, first)
        at = {slot.part: placement.cell(*slot.box.first) for slot in place.slots_of(name)}
        found = _found(placement.grid, at, computed=computed)
        cells[name] = found.cells
        if found.pending:
            pending.add(name)
        issued = identity.issued.get(cell_name(block.path, block.instance, place.row.mark, name))
        field = block.placed.field(name)
        texts[name], used = _counting(field, place.row, found.texts, issued, computed=computed)
        if found.gone and not computed and not any(texts[name]):
            gone.add(name)
        filled = filled or used
    return RawRow(
        placed=block.placed,
        instance=block.instance,
        row=place.row,
        sheet=placement.grid.name,
        top=placement.rows[place.top],
        texts=texts,
        cells=cells,
        filled=filled,
        formulas=formulas,
        pending=frozenset(pending),
        gone=frozenset(gone),
    )


def _counting(
    field: BaseField, row: Row, typed: Texts, issued: str | None, *, computed: bool
) -> tuple[Texts, bool]:
    """The texts that count, and whether they put the row to use.

    What the bureau filled in or locked counts, whatever stands there now.
    """
    if issued is not None:
        return ("", issued, ""), fills(field)
    locked = locked_text(field, row)
    if locked is not None and not computed:
        return ("", locked, ""), False
    return typed, not computed and field.takes_input and is_typed(row, field.name, typed)


def _has_formula(grid: Grid, cell: tuple[int, int] | None) -> bool | None:
    """Whether a cell holds a formula; None where the format does not tell."""
    if not grid.tells_formulas:
        return None
    content = grid.cells.get(cell) if cell is not None else None
    return content is not None and content.formula is not None


def _inserted_row(placement: Placement, block: BlockPlace, number: int, top: int) -> RawRow:
    """A row that the department inserted, read by the columns of its table."""
    pattern = max(block.rows, key=lambda row: len(row.slots))
    texts: dict[str, Texts] = {}
    cells: dict[str, tuple[str, ...]] = {}
    formulas: dict[str, bool | None] = {}
    pending: set[str] = set()
    gone: set[str] = set()
    for name in dict.fromkeys(slot.field for slot in pattern.slots):
        at = {slot.part: placement.in_row(top, slot.box.left) for slot in pattern.slots_of(name)}
        computed = computation(block.placed, None, name) is not None
        found = _found(placement.grid, at, computed=computed)
        texts[name], cells[name] = found.texts, found.cells
        if found.pending:
            pending.add(name)
        if found.gone and not computed:
            gone.add(name)
        if computed:
            formulas[name] = _has_formula(placement.grid, next(iter(at.values())))
    return RawRow(
        placed=block.placed,
        instance=block.instance,
        row=inserted_row(number),
        sheet=placement.grid.name,
        top=top,
        texts=texts,
        cells=cells,
        filled=any(
            text.strip() for name, parts in texts.items() if name not in formulas for text in parts
        ),
        formulas=formulas,
        pending=frozenset(pending),
        gone=frozenset(gone),
    )


def _typed_text(cell: Cell) -> str:
    """What a cell says; where only its formula was saved, that."""
    return cell.text if cell.calculated else cell.formula or ""
