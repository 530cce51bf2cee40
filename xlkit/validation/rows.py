"""The rows of a run's submissions, and the cells of theirs that references and checks reach."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from xlkit.form.fields import Reference
from xlkit.form.model import Form
from xlkit.rules.computed import computation
from xlkit.submission.model import CastRow
from xlkit.validation.failures import Asked

CellId = tuple[int, str, int, str, str]
"""A cell of a run: submission, block, member, mark of the row, field."""


def cell_id(number: int, row: CastRow, name: str) -> CellId:
    return (number, row.raw.path, row.raw.instance, row.raw.row.mark, name)


def addresses(row: CastRow, name: str) -> Iterator[str]:
    """The cells of a field as `sheet!B7`; of three, the number's cell unless others are filled."""
    cells = row.raw.cells.get(name, ())
    if len(cells) > 1:
        texts = row.raw.texts[name]
        filled = [cell for cell, text in zip(cells, texts, strict=True) if text.strip()]
        cells = tuple(filled) if texts[1].strip() else (cells[1],)
    for cell in cells:
        yield f"{row.raw.sheet}!{cell}"


class Rows:
    """The rows of each submission's blocks, given with their submission's number."""

    def __init__(self, form: Form, rows: Iterable[tuple[int, CastRow]]) -> None:
        self._form = form
        self._rows: dict[tuple[int, str, int], list[CastRow]] = {}
        for number, row in rows:
            key = (number, row.raw.path, row.raw.instance)
            self._rows.setdefault(key, []).append(row)
        self._instances: dict[tuple[int, str], list[int]] = {}
        for number, path, instance in self._rows:
            self._instances.setdefault((number, path), []).append(instance)

    def beside(self, number: int, row: CastRow) -> list[CastRow]:
        """The rows of the row's own block and member, itself among them."""
        return self._rows.get((number, row.raw.path, row.raw.instance), [])

    def inputs(self, number: int, row: CastRow, name: str) -> Iterator[tuple[CastRow, str]]:
        """A cell, or the typed cells that a computed one is computed from."""
        computed = computation(row.raw.placed, row.raw.row.key, name)
        if computed is None:
            yield row, name
            return
        for reference in computed.references():
            for other in self.of(number, row, reference):
                if (other, reference.field) != (row, name):
                    yield from self.inputs(number, other, reference.field)

    def of(self, number: int, row: CastRow, reference: Reference) -> list[CastRow]:
        if reference.block is None:
            return [row]
        target = self._form.block(reference.block)
        same_group = target.group == row.raw.placed.group
        instances = self._instances.get((number, target.path), ())
        return [
            other
            for instance in instances
            if not same_group or instance == row.raw.instance
            for other in self._rows[number, target.path, instance]
            if reference.row is None or other.key == reference.row
        ]

    # what a check was asked of

    def depends(self, asked: Asked) -> Iterator[CellId]:
        """Every typed cell that the answer of a check depends on."""
        for row, name in self.needs(asked):
            yield cell_id(asked.submission, row, name)

    def needs(self, asked: Asked) -> Iterator[tuple[CastRow, str]]:
        """The row and the field of each of these cells."""
        check, number = asked.check, asked.submission
        for row in asked.rows:
            cells = [(row, name) for name in (*check.fields, *check.reads)]
            cells += [
                (other, reference.field)
                for reference in (*check.references, *check.reads_elsewhere)
                for other in self.of(number, row, reference)
            ]
            cells += self.matching(asked, row)
            instance = self.beside(number, row)
            cells += [(other, name) for name in check.reads_column for other in instance]
            for at, name in cells:
                yield from self.inputs(number, at, name)

    def named(self, asked: Asked) -> Iterator[CellId]:
        """The typed cells that a finding names as wrong, without those it compares them with."""
        for row in asked.rows:
            for name in asked.check.fields:
                for other, typed in self.inputs(asked.submission, row, name):
                    yield cell_id(asked.submission, other, typed)

    def spoken_for(self, asked: Asked) -> Iterator[CellId]:
        """The cells of the failing rows that the finding names, or says why they are empty."""
        check = asked.check
        for row in asked.rows:
            empty = (name for name in check.leaves if row.states.get(name) == "empty")
            for name in (*check.fields, *empty):
                yield cell_id(asked.submission, row, name)

    def matching(self, asked: Asked, row: CastRow) -> Iterator[tuple[CastRow, str]]:
        """The cells of other tables in the row of the same key."""
        for reference in asked.check.matches:
            for other in self.of(asked.submission, row, reference):
                if other.key is not None and other.key == row.key:
                    yield other, reference.field
