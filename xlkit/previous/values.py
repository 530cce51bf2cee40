"""A value of last year as a field of this year's form would have it written."""

from __future__ import annotations

from collections.abc import Iterator

from xlkit.form.fields import AmountField, BaseField, ChoiceField, IndicatorField
from xlkit.form.model import Form
from xlkit.rules.types import Texts, Types, normal_text
from xlkit.values.indicator import Indicator


class Translator:
    """Puts texts of last year's form into the words of this year's fields."""

    def __init__(self, form: Form, then: Form | None) -> None:
        self._form = form
        self._types = Types(form)
        self._then = then
        self._types_then = Types(then) if then is not None else None

    def texts(self, field: BaseField, text: str, source: BaseField | None = None) -> Texts | None:
        """What to put into a field's cells; None where the text says nothing to it.

        Facts of the past lose the sign of a target, and money is in the field's own unit.
        `source` is the field that the text was given in, if that is known.
        """
        for written in self._written(field, text.strip(), source):
            cast = self._types.cast(field, ("", written, ""))
            if cast.problem is None and cast.value is not None:
                break
        else:
            return None
        value = cast.value
        if isinstance(field, ChoiceField) and not self._is_offered(field, str(value)):
            return None
        if not isinstance(value, Indicator):
            return "", normal_text(field, value), ""
        assert isinstance(field, IndicatorField)
        operator = "" if field.past else value.operator
        if field.split:
            return operator, value.number, value.unit
        return "", f"{operator}{value.number}{value.unit}", ""

    def _written(self, field: BaseField, text: str, source: BaseField | None) -> Iterator[str]:
        """The text with the unit that was meant, where fields have money of their own."""
        if not text:
            return
        if isinstance(source, AmountField) and self._types_then is not None:
            unit = self._types_then.amount_unit(source)
            own = self._types.amount_unit(field) if isinstance(field, AmountField) else None
            same = own is not None and unit is not None and own.name == unit.name
            if unit is not None and not same and isinstance(field, AmountField | IndicatorField):
                yield f"{text}{unit.name}"
                return
        yield text

    def _is_offered(self, field: ChoiceField, name: str) -> bool:
        return field.open or name in {choice.name for choice in self._form.choices(field)}
