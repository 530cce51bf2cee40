"""The values of all computed cells of one return, from the texts of its typed ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from xlkit.form.blocks import Matrix
from xlkit.form.fields import AmountField, BaseField, PercentField, Reference
from xlkit.form.model import Form, PlacedBlock
from xlkit.form.rows import CellKey, Row
from xlkit.rules.computed import BLANK, UNKNOWN, Outcome, computation, evaluate
from xlkit.rules.types import Texts, Types
from xlkit.values.indicator import Indicator

Rows = Mapping[tuple[str, int], Sequence[Row]]
"""The rows of each block of a return, by path and member."""


class Calculator:
    """Numbers of a return's cells, typed or computed; each is worked out once."""

    def __init__(
        self, form: Form, types: Types, rows: Rows, texts: Mapping[CellKey, Texts]
    ) -> None:
        self._form = form
        self._types = types
        self._rows = rows
        self._texts = texts
        self._known: dict[CellKey, Outcome] = {}
        self._under_way: set[CellKey] = set()

    def computed_cells(self) -> Iterator[tuple[PlacedBlock, int, Row, BaseField, Outcome]]:
        """Every computed cell with what it must show, in the order of the form."""
        for placed in self._form.blocks:
            for (path, instance), rows in self._rows.items():
                if path != placed.path:
                    continue
                for row in rows:
                    for field in placed.block.fields:
                        if computation(placed, row.key, field.name) is not None:
                            outcome = self.outcome(placed, instance, row, field.name)
                            yield placed, instance, row, field, outcome

    def outcome(self, placed: PlacedBlock, instance: int, row: Row, name: str) -> Outcome:
        """The number in a cell; one that needs itself is unknown."""
        key = (placed.path, instance, row.mark, name)
        if key in self._known:
            return self._known[key]
        if key in self._under_way:
            return UNKNOWN
        self._under_way.add(key)
        try:
            found = self._work_out(placed, instance, row, name, key)
        finally:
            self._under_way.discard(key)
        self._known[key] = found
        return found

    def _work_out(
        self, placed: PlacedBlock, instance: int, row: Row, name: str, key: CellKey
    ) -> Outcome:
        field = placed.field(name)
        computed = computation(placed, row.key, name)
        percent = isinstance(field, PercentField)
        if computed is None:
            found = self._typed(field, self._texts.get(key, ("", "", "")))
            return replace(found, percent=percent)
        decimals = field.decimals if isinstance(field, AmountField | PercentField) else 0
        found = evaluate(
            computed, lambda reference: self._look(placed, instance, row, reference), decimals
        )
        return replace(found, percent=percent)

    def _typed(self, field: BaseField, texts: Texts) -> Outcome:
        if not any(texts):
            return BLANK
        cast = self._types.cast(field, texts)
        if cast.problem is not None:
            return UNKNOWN
        value = cast.value.amount if isinstance(cast.value, Indicator) else cast.value
        if isinstance(value, int):
            return Outcome(Decimal(value))
        return Outcome(value) if isinstance(value, Decimal) else BLANK

    def _look(
        self, placed: PlacedBlock, instance: int, row: Row, reference: Reference
    ) -> list[Outcome]:
        if reference.block is None:
            return [self.outcome(placed, instance, row, reference.field)]
        target = self._form.block(reference.block)
        return [
            self.outcome(target, number, other, reference.field)
            for (path, number), rows in self._rows.items()
            if path == target.path and (target.group != placed.group or number == instance)
            for other in rows
            if other.key == reference.row
            or (reference.row is None and not _is_total(target, other))
        ]


def _is_total(placed: PlacedBlock, row: Row) -> bool:
    """Whether a row only repeats what others say: a whole column is added up without it."""
    return isinstance(placed.block, Matrix) and placed.block.is_total(row.key)
