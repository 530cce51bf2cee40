"""A submission as canonical answers: the JSON that goes out is the JSON that goes in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from xlkit.form.blocks import Matrix, Record
from xlkit.form.fields import PARTS_SUFFIX, IndicatorField
from xlkit.form.model import Form, PlacedBlock
from xlkit.rules.types import normal_text
from xlkit.submission.model import (
    CastRow,
    State,
    Submission,
    with_private_content,
    written_text,
)
from xlkit.values.indicator import Indicator


def answers(submission: Submission, *, raw: bool = False, parts: bool = True) -> dict[str, Any]:
    """The answers by block: a record is an object, rows are a list, a group a list of members.

    In normal form, or with `raw` as they were written. A value that could not be read stands
    as it was written. Matrix rows always, table rows and members of groups where any input
    is filled, in the order of the sheet. With `parts`, an indicator value is followed by
    its operator, number and unit under `<field>_parts`.

    Raises:
        MaskedError: the return came from the cache, which does not keep all answers.
    """
    with_private_content([submission], "answers")
    form = submission.raw.form
    if form is None:
        return {}
    writer = _Writer(submission, raw=raw, parts=parts and not raw)
    found: dict[str, Any] = {}
    for placed in form.blocks:
        if placed.group is None:
            found[placed.name] = writer.block(placed, 0)
        elif placed.group not in found:
            found[placed.group] = list(writer.members(form, placed.group))
    return found


class _Writer:
    def __init__(self, submission: Submission, *, raw: bool, parts: bool) -> None:
        self._raw = raw
        self._parts = parts
        self._rows: dict[tuple[str, int], list[CastRow]] = {}
        for row in submission.rows:
            self._rows.setdefault((row.raw.path, row.raw.instance), []).append(row)

    def members(self, form: Form, group: str) -> Iterator[dict[str, Any]]:
        blocks = [placed for placed in form.blocks if placed.group == group]
        instances = sorted({number for path, number in self._rows if path in _paths(blocks)})
        for instance in instances:
            rows = [row for placed in blocks for row in self._of(placed, instance)]
            if not any(row.raw.filled for row in rows):
                continue
            member: dict[str, Any] = {}
            for placed in blocks:
                content = self.block(placed, instance)
                if placed.is_group_record:
                    member.update(content)
                else:
                    member[placed.name] = content
            yield member

    def block(self, placed: PlacedBlock, instance: int) -> Any:
        rows = self._of(placed, instance)
        if isinstance(placed.block, Record):
            return self._record(placed, rows)
        always = isinstance(placed.block, Matrix)
        return [self._row(placed, row) for row in rows if always or row.raw.filled]

    def _of(self, placed: PlacedBlock, instance: int) -> list[CastRow]:
        return self._rows.get((placed.path, instance), [])

    def _record(self, placed: PlacedBlock, rows: list[CastRow]) -> dict[str, Any]:
        if not rows:
            return {field.name: "" for field in placed.block.fields}
        return self._row(placed, rows[0])

    def _row(self, placed: PlacedBlock, row: CastRow) -> dict[str, Any]:
        found: dict[str, Any] = {}
        if isinstance(placed.block, Matrix):
            found.update(row.raw.row.fixed)
        for field in placed.block.fields:
            name = field.name
            if name in row.raw.row.fixed:
                found[name] = row.raw.row.fixed[name]
                continue
            found[name] = self._text(placed, row, name)
            value = row.values.get(name)
            if self._parts and isinstance(field, IndicatorField):
                found[f"{name}{PARTS_SUFFIX}"] = _parts(value)
        return found

    def _text(self, placed: PlacedBlock, row: CastRow, name: str) -> str:
        if name not in row.states:
            return ""
        typed = name not in row.raw.formulas
        if typed and (self._raw or row.states[name] is State.REFUSED):
            return written_text(row.raw, name, row.values[name])
        return normal_text(placed.field(name), row.values[name])


def _parts(value: object) -> dict[str, str]:
    if not isinstance(value, Indicator):
        return {"operator": "", "number": "", "unit": "", "kind": "empty"}
    return {
        "operator": value.operator,
        "number": value.number,
        "unit": value.unit,
        "kind": value.kind.value,
    }


def _paths(blocks: list[PlacedBlock]) -> set[str]:
    return {placed.path for placed in blocks}
