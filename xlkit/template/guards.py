"""What guards a cell while it is filled: dropdowns, messages, colours for empty and wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from xlkit.cells import Box
from xlkit.form.blocks import Record
from xlkit.form.fields import (
    AmountField,
    BaseField,
    ChoiceField,
    IndicatorField,
    IntegerField,
    PercentField,
    TextField,
)
from xlkit.form.model import Form
from xlkit.form.rows import RowKind
from xlkit.form.texts import say
from xlkit.rules.computed import computation
from xlkit.template import formulas, lists
from xlkit.template.layout import BlockPlace, Part, RowPlace, Slot
from xlkit.wording import word

#: Source: Excel; XlsxWriter refuses longer ones.
_MAX_TITLE, _MAX_MESSAGE = 32, 255


@dataclass(frozen=True, slots=True)
class Validation:
    """Data validation of a range: a dropdown, a type, or only a message."""

    box: Box
    options: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Paint:
    """A conditional format of a range."""

    box: Box
    formula: str
    wrong: bool


@dataclass(frozen=True, slots=True)
class _Run:
    """Cells of one column below each other that are guarded alike."""

    place: BlockPlace
    rows: tuple[RowPlace, ...]
    slot: Slot
    field: BaseField

    @property
    def box(self) -> Box:
        first, last = self.rows[0], self.rows[-1]
        top = first.slot(self.slot.field, self.slot.part).box
        bottom = last.slot(self.slot.field, self.slot.part).box
        return Box(top.top, top.left, bottom.bottom, top.right)

    @property
    def cell(self) -> str:
        """The guarded cell, in a formula."""
        if isinstance(self.place.placed.block, Record):
            return formulas.anchored(self.slot.box.top, self.slot.box.left)
        return formulas.same_row(self.slot.box.left)


def validations(form: Form, language: str, place: BlockPlace) -> Iterator[Validation]:
    """Dropdowns and messages of a block's typed cells, a range each."""
    for run in _runs(place):
        options = _offer(form, language, run)
        message = _message(form, language, run)
        if message:
            title = say(run.field.label, language)
            options = options or {"validate": "any"}
            options["input_title"] = _cut(_plain_label(title), _MAX_TITLE)
            options["input_message"] = _cut(message, _MAX_MESSAGE)
        if options:
            yield Validation(run.box, {"ignore_blank": True, **options})


def paints(form: Form, place: BlockPlace, member: BlockPlace | None = None) -> Iterator[Paint]:
    """Colours for what is missing or not on its list.

    `member` is the record that identifies the member of a group on whose sheet the block
    is: as long as nothing stands in it, nothing is missing.
    """
    for run in _runs(place):
        if run.field.required and run.slot.part in (Part.WHOLE, Part.NUMBER):
            yield Paint(run.box, _is_missing(run, member), wrong=False)
        wrong = _is_wrong(form, run)
        if wrong:
            yield Paint(run.box, wrong, wrong=True)


def _runs(place: BlockPlace) -> Iterator[_Run]:
    """The typed cells of a block, column by column, split where rows are guarded differently."""
    for slot in _columns(place):
        field = place.placed.field(slot.field)
        rows: list[RowPlace] = []
        for row in place.rows:
            typed = _is_typed(place, row, slot)
            if rows and (not typed or not _alike(rows[-1], row)):
                yield _Run(place, tuple(rows), rows[0].slot(slot.field, slot.part), field)
                rows = []
            if typed:
                rows.append(row)
        if rows:
            yield _Run(place, tuple(rows), rows[0].slot(slot.field, slot.part), field)


def _columns(place: BlockPlace) -> Sequence[Slot]:
    found: dict[tuple[str, Part], Slot] = {}
    for row in place.rows:
        for slot in row.slots:
            found.setdefault((slot.field, slot.part), slot)
    return tuple(found.values())


def _is_typed(place: BlockPlace, row: RowPlace, slot: Slot) -> bool:
    if not any(own.field == slot.field and own.part is slot.part for own in row.slots):
        return False
    field = place.placed.field(slot.field)
    return field.takes_input and computation(place.placed, row.row.key, slot.field) is None


def _alike(one: RowPlace, other: RowPlace) -> bool:
    """Whether both rows are wanted under the same conditions and offer the same lists."""
    return (
        _is_expected(one) == _is_expected(other)
        and set(one.row.fixed) == set(other.row.fixed)
        and set(one.row.defaults) == set(other.row.defaults)
        and one.slots[-1].box.bottom + 1 == other.slots[-1].box.top
        and _direction(one) == _direction(other)
    )


def _is_expected(row: RowPlace) -> bool:
    """Whether the row must be filled, whatever else is."""
    return row.row.kind in (RowKind.PRESET, RowKind.RECORD) and not row.row.optional


def _direction(row: RowPlace) -> str | None:
    return row.row.node.direction if row.row.node else None


# dropdowns and types


def _offer(form: Form, language: str, run: _Run) -> dict[str, Any]:
    field, part = run.field, run.slot.part
    label = _plain_label(say(field.label, language))
    if isinstance(field, ChoiceField):
        source = _choice_source(run, field)
        return _dropdown(source, language, label, strict=not field.open) if source else {}
    if isinstance(field, TextField) and field.suggest:
        return _dropdown(f"={lists.list_name(field.suggest)}", language, label, strict=False)
    if isinstance(field, IndicatorField) and part is Part.OPERATOR and form.operators:
        return _dropdown(f"={lists.OPERATORS}", language, label, strict=True)
    if isinstance(field, IndicatorField) and part is Part.UNIT and form.units:
        return _dropdown(f"={lists.UNITS}", language, label, strict=True)
    if isinstance(field, AmountField | PercentField | IntegerField):
        return _number(language, field, label)
    return {}


def _choice_source(run: _Run, field: ChoiceField, suffix: str = "") -> str | None:
    """The list of a choice as a formula; None where nothing can be offered."""
    if field.list is not None:
        return f"={lists.list_name(field.list)}{suffix}"
    above = _above(run, field)
    if field.level == 1 or above is None:
        name = lists.branch_name(field.tree or "", 0, 1)
        return f"={name}{suffix}" if field.level == 1 else None
    return f"={formulas.branch(field.tree or '', above, suffix)}"


def _above(run: _Run, field: ChoiceField) -> tuple[str, ...] | None:
    """The cells of the levels above in the same row; None where the block lacks one."""
    placed = run.place.placed
    names = {
        other.level: other.name
        for other in placed.block.fields
        if isinstance(other, ChoiceField) and other.tree == field.tree and other.level
    }
    row = run.rows[0]
    columns = {label.box.left: label for label in row.labels}
    cells = []
    for level in range(1, field.level or 1):
        name = names.get(level)
        if name is None:
            return None
        if name in row.row.fixed:
            text = row.row.fixed[name]
            column = next((at for at, label in columns.items() if label.text == text), None)
        else:
            column = row.slot(name).box.left
        if column is None:
            return None
        cells.append(formulas.same_row(column))
    return tuple(cells)


def _dropdown(source: str, language: str, label: str, *, strict: bool) -> dict[str, Any]:
    options: dict[str, Any] = {"validate": "list", "source": source}
    if strict:
        options["error_title"] = _cut(word("choice_title", language), _MAX_TITLE)
        options["error_message"] = _cut(word("choice_error", language, label=label), _MAX_MESSAGE)
    else:
        options["show_error"] = False
    return options


def _number(language: str, field: BaseField, label: str) -> dict[str, Any]:
    """Numbers only; which ones are sound is said on return, where a reason can be given."""
    kind = field.type if isinstance(field, IntegerField | PercentField) else "amount"
    wide = 10**9 if isinstance(field, IntegerField) else 10**13
    return {
        "validate": "integer" if isinstance(field, IntegerField) else "decimal",
        "criteria": "between",
        "minimum": -wide,
        "maximum": wide,
        "error_title": _cut(word("error_title", language), _MAX_TITLE),
        "error_message": _cut(word(f"{kind}_error", language, label=label), _MAX_MESSAGE),
    }


# messages


def _message(form: Form, language: str, run: _Run) -> str:
    field, part = run.field, run.slot.part
    if part is Part.OPERATOR:
        direction = _direction(run.rows[0])
        advice = word(f"direction_{direction}", language) if direction else ""
        return word("operator_hint", language, direction=advice)
    if part is Part.UNIT:
        return word("unit_hint", language)
    if field.hint is not None:
        return say(field.hint, language)
    if isinstance(field, AmountField):
        unit = form.money if field.unit is None else field.unit
        if unit:
            return word("amount_hint", language, unit=unit, decimals=str(field.decimals))
    if isinstance(field, PercentField):
        return word("percent_hint", language)
    if isinstance(field, TextField) and field.suggest:
        return word("suggest_hint", language)
    if isinstance(field, TextField) and field.max_length and field.multiline:
        return word("length_hint", language, most=str(field.max_length))
    return ""


# colours


def _is_missing(run: _Run, member: BlockPlace | None) -> str:
    empty = formulas.blank(run.cell)
    if _is_expected(run.rows[0]):
        if member is None:
            return empty
        boxes = [slot.box for row in member.rows for slot in row.slots]
        used = formulas.any_filled(formulas.anchored(box.top, box.left) for box in boxes)
        return f"AND({empty},{used})"
    evidence = _evidence(run)
    return f"AND({empty},{formulas.any_filled(evidence)})" if evidence else empty


def _evidence(run: _Run) -> list[str]:
    """The typed cells of the row that are blank when it goes out: any of them makes it filled."""
    row = run.rows[0]
    return [
        formulas.same_row(slot.box.left)
        for slot in row.slots
        if _is_typed(run.place, row, slot)
        and slot.field not in row.row.defaults
        and slot.part is not Part.UNIT
    ]


def _is_wrong(form: Form, run: _Run) -> str | None:
    field, part, cell = run.field, run.slot.part, run.cell
    if isinstance(field, ChoiceField) and not field.open:
        source = _choice_source(run, field, "_all")
        return _not_in(source.removeprefix("="), cell) if source else None
    if isinstance(field, IndicatorField) and part is Part.OPERATOR and form.operators:
        return _not_in(f"{lists.OPERATORS}_all", cell)
    if isinstance(field, IndicatorField) and part is Part.UNIT and form.units:
        return _not_in(f"{lists.UNITS}_all", cell)
    if isinstance(field, AmountField | IntegerField | PercentField):
        return f"AND(NOT({formulas.blank(cell)}),ISERROR(VALUE({cell})))"
    return None


def _not_in(name: str, cell: str) -> str:
    return f"AND(NOT({formulas.blank(cell)}),NOT({formulas.is_in(name, f'TRIM({cell})')}))"


def _plain_label(label: str) -> str:
    """A label without its year, for a message: placeholders have no place there."""
    start, end = label.find("{"), label.find("}")
    return label[:start] + label[end + 1 :] if 0 <= start < end else label


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
