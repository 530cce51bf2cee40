"""Data validation of typed cells: lists, types of numbers, and messages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from xlkit.cells import Box
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
from xlkit.form.texts import say
from xlkit.rules import defined_names as names
from xlkit.template import formulas
from xlkit.template.layout import BlockPlace, Part
from xlkit.template.runs import Run, direction_of, runs_of
from xlkit.wording import word

#: Source: Excel; XlsxWriter refuses longer ones.
_MAX_TITLE, _MAX_MESSAGE = 32, 255


@dataclass(frozen=True, slots=True)
class Validation:
    """Data validation of a range: a dropdown, a type, or only a message."""

    box: Box
    options: Mapping[str, Any]


def validations(form: Form, language: str, place: BlockPlace) -> Iterator[Validation]:
    """Dropdowns and messages of a block's typed cells, a range each."""
    for run in runs_of(place):
        options = _offer(form, language, run)
        message = _message(form, language, run)
        if message:
            title = say(run.field.label, language)
            options = options or {"validate": "any"}
            options["input_title"] = _cut(_plain_label(title), _MAX_TITLE)
            options["input_message"] = _cut(message, _MAX_MESSAGE)
        if options:
            yield Validation(run.box, {"ignore_blank": True, **options})


def _offer(form: Form, language: str, run: Run) -> dict[str, Any]:
    field, part = run.field, run.slot.part
    label = _plain_label(say(field.label, language))
    if isinstance(field, ChoiceField):
        source = choice_source(run, field)
        return _dropdown(source, language, label, strict=not field.open) if source else {}
    if isinstance(field, TextField) and field.suggest:
        return _dropdown(f"={names.list_name(field.suggest)}", language, label, strict=False)
    if isinstance(field, IndicatorField) and part is Part.OPERATOR and form.operators:
        return _dropdown(f"={names.OPERATORS}", language, label, strict=True)
    if isinstance(field, IndicatorField) and part is Part.UNIT and form.units:
        return _dropdown(f"={names.UNITS}", language, label, strict=True)
    if isinstance(field, AmountField | PercentField | IntegerField):
        return _number(language, field, label)
    return {}


def choice_source(run: Run, field: ChoiceField, suffix: str = "") -> str | None:
    """The list of a choice as a formula; None where nothing can be offered."""
    if field.list is not None:
        return f"={names.list_name(field.list)}{suffix}"
    above = _above(run, field)
    if field.level == 1 or above is None:
        name = names.branch_name(field.tree or "", 0, 1)
        return f"={name}{suffix}" if field.level == 1 else None
    return f"={formulas.branch(field.tree or '', above, suffix)}"


def _above(run: Run, field: ChoiceField) -> tuple[str, ...] | None:
    """The cells of the levels above in the same row; None where the block lacks one."""
    placed = run.place.placed
    by_level = {
        other.level: other.name
        for other in placed.block.fields
        if isinstance(other, ChoiceField) and other.tree == field.tree and other.level
    }
    row = run.rows[0]
    columns = {label.box.left: label for label in row.labels}
    cells = []
    for level in range(1, field.level or 1):
        name = by_level.get(level)
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


def _message(form: Form, language: str, run: Run) -> str:
    field, part = run.field, run.slot.part
    if part is Part.OPERATOR:
        direction = direction_of(run.rows[0])
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


def _plain_label(label: str) -> str:
    """A label without its year, for a message: placeholders have no place there."""
    start, end = label.find("{"), label.find("}")
    return label[:start] + label[end + 1 :] if 0 <= start < end else label


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
