"""The rows of every block that was found, with what stands in their cells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from xlkit.cells import address
from xlkit.form.blocks import Table
from xlkit.form.rows import locked_text
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


def _raw_row(
    placement: Placement, block: BlockPlace, place: RowPlace, identity: Identity
) -> RawRow:
    texts: dict[str, Texts] = {}
    cells: dict[str, tuple[str, ...]] = {}
    formulas: dict[str, bool | None] = {}
    pending: set[str] = set()
    filled = False
    for name in dict.fromkeys(slot.field for slot in place.slots):
        if computation(block.placed, place.row.key, name) is not None:
            formulas[name] = _has_formula(
                placement.grid, placement.cell(*place.slot(name).box.first)
            )
        at = [(slot, placement.cell(*slot.box.first)) for slot in place.slots_of(name)]
        held = {slot.part: _content(placement.grid, cell) for slot, cell in at}
        found = {
            part: _typed_text(cell) if name not in formulas else cell.text
            for part, cell in held.items()
        }
        if name not in formulas and not all(cell.calculated for cell in held.values()):
            pending.add(name)
        whole = found.get(Part.WHOLE, found.get(Part.NUMBER, ""))
        texts[name] = (found.get(Part.OPERATOR, ""), whole, found.get(Part.UNIT, ""))
        cells[name] = tuple(address(*cell) for _, cell in at if cell is not None)
        issued = identity.issued.get(cell_name(block.path, block.instance, place.row.mark, name))
        if issued is not None:
            texts[name] = ("", issued, "")
            filled = filled or fills(block.placed.field(name))
            continue
        locked = locked_text(block.placed.field(name), place.row)
        if locked is not None and name not in formulas:
            texts[name] = ("", locked, "")
        elif name not in formulas and block.placed.field(name).takes_input:
            filled = filled or is_typed(place.row, name, texts[name])
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
    )


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
    for name in dict.fromkeys(slot.field for slot in pattern.slots):
        at = {slot.part: (top, placement.columns[slot.box.left]) for slot in pattern.slots_of(name)}
        held = {part: _content(placement.grid, cell) for part, cell in at.items()}
        computed = computation(block.placed, None, name) is not None
        found = {part: cell.text if computed else _typed_text(cell) for part, cell in held.items()}
        if not computed and not all(cell.calculated for cell in held.values()):
            pending.add(name)
        whole = found.get(Part.WHOLE, found.get(Part.NUMBER, ""))
        texts[name] = (found.get(Part.OPERATOR, ""), whole, found.get(Part.UNIT, ""))
        cells[name] = tuple(address(*cell) for cell in at.values())
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
    )


def _content(grid: Grid, cell: tuple[int, int] | None) -> Cell:
    content = grid.cells.get(cell) if cell is not None else None
    return _EMPTY if content is None else content


def _typed_text(cell: Cell) -> str:
    """What a cell says; where only its formula was saved, that."""
    return cell.text if cell.calculated else cell.formula or ""
