"""The type of a field: what it makes of the text in its cell, and how its values are written."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import cached_property

from xlkit.form.fields import (
    AmountField,
    BaseField,
    ChoiceField,
    CodeField,
    DateField,
    IndicatorField,
    IntegerField,
    PercentField,
    PhoneField,
    TextField,
)
from xlkit.form.model import Form
from xlkit.values.cast import Cast, refused
from xlkit.values.choices import Options
from xlkit.values.codes import cast_code, cast_phone
from xlkit.values.dates import cast_date
from xlkit.values.indicator import Indicator, cast_indicator
from xlkit.values.numbers import cast_amount, cast_integer, cast_percent, fixed, plain
from xlkit.values.text import is_error, tidy, tidy_text
from xlkit.values.vocabulary import Unit, Vocabulary

Value = str | Decimal | int | date | Indicator
#: No form asks for a greater number; below it frames hold whole numbers and add up exactly.
_MOST = Decimal(10) ** 18

Texts = tuple[str, str, str]
"""What stands in the operator's, the number's and the unit's cell; one cell is ('', text, '')."""


class Types:
    """The types of one form's fields; lists are prepared once."""

    def __init__(self, form: Form) -> None:
        self._form = form
        self._options: dict[tuple[str | None, str | None, int | None], Options] = {}

    @cached_property
    def vocabulary(self) -> Vocabulary:
        return self._form.vocabulary

    def cast(self, field: BaseField, texts: Texts) -> Cast[Value]:
        """The value of what stands in a field's cells, with repairs, or the problem."""
        text = texts[1]
        error = next((part for part in texts if is_error(part)), None)
        if error is not None:
            return refused("cell-error", error=error.strip())
        if isinstance(field, IndicatorField):
            levels = self._form.levels(field)
            return _bounded(
                cast_indicator(*texts, self.vocabulary, levels=levels), "value-not-a-number"
            )
        if isinstance(field, AmountField):
            return _bounded(
                cast_amount(
                    text,
                    unit=self.amount_unit(field),
                    decimals=field.decimals,
                    vocabulary=self.vocabulary,
                ),
                "amount-not-a-number",
            )
        if isinstance(field, PercentField):
            percent = cast_percent(text, is_fraction=False, vocabulary=self.vocabulary)
            return _bounded(percent, "percent-not-a-number")
        if isinstance(field, IntegerField):
            return _bounded(cast_integer(text), "integer-not-a-number")
        if isinstance(field, DateField):
            return _widened(cast_date(text))
        if isinstance(field, CodeField):
            return _widened(cast_code(text))
        if isinstance(field, PhoneField):
            return _widened(cast_phone(text))
        if isinstance(field, ChoiceField):
            return self._choice(field, text)
        return _widened(_text(field, text))

    def amount_unit(self, field: AmountField) -> Unit | None:
        """The unit that an amount is in; None for a bare number."""
        name = self._form.money if field.unit is None else field.unit
        return self.vocabulary.unit(name) if name else None

    def _choice(self, field: ChoiceField, text: str) -> Cast[Value]:
        key = (field.list, field.tree, field.level)
        if key not in self._options:
            choices = self._form.choices(field)
            self._options[key] = Options.of((item.name, item.aliases) for item in choices)
        found = self._options[key].find(text)
        # A name that no list has is still a value: whether it may stand is the list's rule.
        return _widened(found if found is not None else tidy(text))

    def suggestion(self, field: ChoiceField, text: str, above: tuple[str, ...] = ()) -> str:
        """The name of the list that was probably meant, or ''.

        In a tree the names that stand under those `above` are tried first.
        """
        self._choice(field, text)
        if field.tree is not None and len(above) == (field.level or 1) - 1:
            below = self._form.trees[field.tree].options(above)
            near = Options.of((item.name, item.aliases) for item in below).suggestion(text)
            if near:
                return near
        return self._options[(field.list, field.tree, field.level)].suggestion(text)


def normal_text(field: BaseField, value: Value | None) -> str:
    """The one text that a person would write for a value; '' for none."""
    if value is None:
        return ""
    if isinstance(value, Indicator):
        return value.text
    if isinstance(value, Decimal):
        if isinstance(field, PercentField):
            decimals = field.decimals if field.computed else 0
            return f"{fixed(value, decimals) if decimals else plain(value)}%"
        return fixed(value, field.decimals) if isinstance(field, AmountField) else plain(value)
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def _text(field: BaseField, text: str) -> Cast[str]:
    if isinstance(field, TextField):
        return tidy_text(text, multiline=field.multiline)
    return tidy(text)


def _bounded(cast: Cast[Decimal] | Cast[int] | Cast[Indicator], problem: str) -> Cast[Value]:
    """The cast, refused where its number is greater than any that a form can hold."""
    value: Decimal | int | Indicator | None = cast.value
    if isinstance(value, Indicator):
        value = value.amount
    if value is not None and abs(Decimal(value)) >= _MOST:
        return refused(problem)
    return _widened(cast)


def _widened(
    cast: Cast[str] | Cast[Decimal] | Cast[int] | Cast[date] | Cast[Indicator],
) -> Cast[Value]:
    return Cast(cast.value, cast.repairs, cast.problem)
