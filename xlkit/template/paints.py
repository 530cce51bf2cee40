"""Colours for what is missing or wrong; they also see what was pasted, as validation does not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from xlkit.cells import Box
from xlkit.form.fields import (
    AmountField,
    BaseField,
    ChoiceField,
    IndicatorField,
    IntegerField,
    PercentField,
)
from xlkit.form.model import Form
from xlkit.rules import defined_names as names
from xlkit.template import formulas
from xlkit.template.dropdowns import choice_source
from xlkit.template.layout import BlockPlace, Part
from xlkit.template.runs import Run, is_expected, is_typed, runs_of


@dataclass(frozen=True, slots=True)
class Paint:
    """A conditional format of a range."""

    box: Box
    formula: str
    wrong: bool


def paints(form: Form, place: BlockPlace, member: BlockPlace | None = None) -> Iterator[Paint]:
    """Colours for what is missing or not on its list.

    `member` is the record that identifies the member of a group on whose sheet the block
    is: as long as nothing stands in it, nothing is missing.
    """
    for run in runs_of(place):
        if run.field.required and run.slot.part in (Part.WHOLE, Part.NUMBER):
            yield Paint(run.box, _is_missing(run, member), wrong=False)
        wrong = _is_wrong(form, run)
        if wrong:
            yield Paint(run.box, wrong, wrong=True)


def _is_missing(run: Run, member: BlockPlace | None) -> str:
    empty = formulas.blank(run.cell)
    if is_expected(run.rows[0]):
        if member is None:
            return empty
        boxes = [slot.box for row in member.rows for slot in row.slots]
        used = formulas.any_filled(formulas.anchored(box.top, box.left) for box in boxes)
        return f"AND({empty},{used})"
    evidence = _evidence(run)
    return f"AND({empty},{formulas.any_filled(evidence)})" if evidence else empty


def _evidence(run: Run) -> list[str]:
    """The typed cells of the row that are blank when it goes out: any of them makes it filled."""
    row = run.rows[0]
    return [
        formulas.same_row(slot.box.left)
        for slot in row.slots
        if is_typed(run.place, row, slot)
        and slot.field not in row.row.defaults
        and slot.part is not Part.UNIT
        and not _is_locked_past(run.place.placed.field(slot.field))
    ]


def _is_locked_past(field: BaseField) -> bool:
    """Whether a field's values of last year are locked: they fill no row."""
    return field.previous is not None and field.previous.locked


def _is_wrong(form: Form, run: Run) -> str | None:
    field, part, cell = run.field, run.slot.part, run.cell
    if isinstance(field, ChoiceField) and not field.open:
        source = choice_source(run, field, "_all")
        return _not_in(source.removeprefix("="), cell) if source else None
    if isinstance(field, IndicatorField) and part is Part.OPERATOR and form.operators:
        return _not_in(f"{names.OPERATORS}_all", cell)
    if isinstance(field, IndicatorField) and part is Part.UNIT and form.units:
        return _not_in(f"{names.UNITS}_all", cell)
    if isinstance(field, AmountField | IntegerField | PercentField):
        return f"AND(NOT({formulas.blank(cell)}),ISERROR(VALUE({cell})))"
    return None


def _not_in(name: str, cell: str) -> str:
    return f"AND(NOT({formulas.blank(cell)}),NOT({formulas.is_in(name, f'TRIM({cell})')}))"
