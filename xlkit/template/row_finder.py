"""The rows of a table that answers belong to: preset ones by name, then free, then spare ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from xlkit.form.fields import ChoiceField
from xlkit.form.model import Form, PlacedBlock
from xlkit.form.rows import Row, RowKind
from xlkit.values.text import squeeze


class RowFinder:
    """Gives answers of a table their rows: preset ones by name, then free, then spare ones."""

    def __init__(self, form: Form, placed: PlacedBlock, rows: Sequence[Row]) -> None:
        self._rows = rows
        self._aliases = dict(_aliases(form, placed))

    def assign(self, given: Sequence[Mapping[str, Any]]) -> list[Row]:
        chosen: dict[int, Row] = {}
        free = list(self._rows)
        for fits in (self._is_preset, self._is_offered, self._is_under, self._is_spare):
            for number, answer in enumerate(given):
                if number in chosen:
                    continue
                row = next((row for row in free if fits(row, answer)), None)
                if row is not None:
                    chosen[number] = row
                    free.remove(row)
        return [chosen[number] for number in range(len(given))]

    def _same(self, name: str, fixed: str, answer: Mapping[str, Any]) -> bool:
        text = squeeze(answer_text(answer.get(name)))
        return squeeze(self._aliases.get((name, text), text)) == squeeze(fixed)

    def _under(self, row: Row, answer: Mapping[str, Any]) -> bool:
        return all(self._same(name, text, answer) for name, text in row.fixed.items())

    def _is_preset(self, row: Row, answer: Mapping[str, Any]) -> bool:
        return row.kind is RowKind.PRESET and self._under(row, answer)

    def _is_offered(self, row: Row, answer: Mapping[str, Any]) -> bool:
        offered = all(self._same(name, text, answer) for name, text in row.defaults.items())
        return self._is_under(row, answer) and bool(row.defaults) and offered

    def _is_under(self, row: Row, answer: Mapping[str, Any]) -> bool:
        return row.kind is RowKind.FREE and self._under(row, answer)

    def _is_spare(self, row: Row, _answer: Mapping[str, Any]) -> bool:
        return row.kind is RowKind.SPARE


def _aliases(form: Form, placed: PlacedBlock) -> Iterator[tuple[tuple[str, str], str]]:
    """The name that an alias stands for, by field and squeezed alias."""
    for field_ in placed.block.fields:
        if isinstance(field_, ChoiceField):
            for choice in form.choices(field_):
                for alias in choice.aliases:
                    yield (field_.name, squeeze(alias)), choice.name


def answer_text(value: Any) -> str:
    """An answer as text; a missing one is empty."""
    return "" if value is None else str(value)
