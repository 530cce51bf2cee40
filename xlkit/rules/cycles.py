"""Computed cells that would need themselves."""

from __future__ import annotations

from collections.abc import Iterator

from xlkit.form.model import Form, PlacedBlock
from xlkit.form.rows import rows_of
from xlkit.form.source import Problem, Where
from xlkit.rules.computed import computation

Cell = tuple[str, str | None, str]
"""Path of a block, key of a row, name of a field."""


def cycle_problems(form: Form) -> Iterator[Problem]:
    """One problem for each field whose cells are computed from themselves."""
    needs = {cell: set(_needed(form, cell)) for cell in _computed_cells(form)}
    told: set[tuple[str, str]] = set()
    for cell in needs:
        path, _, name = cell
        if (path, name) not in told and _reaches(needs, cell):
            told.add((path, name))
            yield Problem(_where(form, path, name), f"'{name}' is computed from itself")


def _computed_cells(form: Form) -> Iterator[Cell]:
    for placed in form.blocks:
        for key in _keys(form, placed):
            for field in placed.block.fields:
                if computation(placed, key, field.name) is not None:
                    yield placed.path, key, field.name


def _keys(form: Form, placed: PlacedBlock) -> tuple[str | None, ...]:
    """The keys of a block's rows; None stands for all rows without one."""
    return tuple(dict.fromkeys(row.key for row in rows_of(form, placed, 1)))


def _needed(form: Form, cell: Cell) -> Iterator[Cell]:
    path, key, name = cell
    computed = computation(form.block(path), key, name)
    for reference in computed.references() if computed is not None else ():
        if reference.block is None:
            yield path, key, reference.field
            continue
        target = form.block(reference.block)
        keys = _keys(form, target) if reference.row is None else (reference.row,)
        yield from ((target.path, item, reference.field) for item in keys)


def _reaches(needs: dict[Cell, set[Cell]], start: Cell) -> bool:
    """Whether a cell is needed, over however many others, for itself."""
    seen: set[Cell] = set()
    waiting = list(needs[start])
    while waiting:
        cell = waiting.pop()
        if cell == start:
            return True
        if cell not in seen:
            seen.add(cell)
            waiting += needs.get(cell, ())
    return False


def _where(form: Form, path: str, name: str) -> Where:
    placed = form.block(path)
    for number, block in enumerate(form.sheets[placed.sheet].blocks):
        fields = getattr(block, "fields", ())
        if fields is placed.block.fields:
            place = next(at for at, field in enumerate(fields) if field.name == name)
            return ("sheets", placed.sheet, "blocks", number, "fields", place, "computed")
    return ("sheets", placed.sheet)
