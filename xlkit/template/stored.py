"""What a workbook's cells hold when it goes out, as texts and as stored values."""

from __future__ import annotations

import re
from decimal import Decimal

from xlkit.form.fields import AmountField, BaseField, IntegerField, PercentField
from xlkit.form.model import Form
from xlkit.form.rows import CellKey, Row
from xlkit.rules.calculator import Calculator
from xlkit.rules.computed import Outcome, computation
from xlkit.rules.types import Types
from xlkit.template.content import Content, all_texts, content_rows, shown_texts
from xlkit.template.layout import BlockPlace, Part

#: Source: Excel keeps 15 significant digits of a number.
_DIGITS = 15
_PLAIN_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")


class Stored:
    """The contents of all cells of one workbook."""

    def __init__(self, form: Form, content: Content) -> None:
        self.content = content
        self._texts = all_texts(content)
        rows = content_rows(form, content)
        self._calculator = Calculator(form, Types(form), rows, shown_texts(form, content))

    def text(self, block: BlockPlace, row: Row, name: str, part: Part) -> str:
        """What stands in a typed cell: an answer, an empty one too, else what is preset."""
        texts = self._texts.get(_key(block, row, name))
        if texts is not None:
            parts = {Part.OPERATOR: 0, Part.UNIT: 2}
            return texts[parts.get(part, 1)]
        if part is Part.UNIT:
            return row.units.get(name, "")
        if part is Part.OPERATOR:
            return ""
        return row.defaults.get(name, "")

    def outcome(self, block: BlockPlace, row: Row, name: str) -> Outcome:
        """The number of a computed cell."""
        return self._calculator.outcome(block.placed, block.instance, row, name)

    def value(self, block: BlockPlace, row: Row, name: str, part: Part) -> str | float | None:
        """The stored value of a cell, typed or computed; None for an empty one."""
        field = block.placed.field(name)
        if computation(block.placed, row.key, name) is not None:
            return shown_outcome(field, self.outcome(block, row, name))
        text = self.text(block, row, name, part)
        number = stored_number(field, text)
        return (text or None) if number is None else number

    def is_issued(self, block: BlockPlace, row: Row, name: str) -> bool:
        """Whether the bureau filled the cell in, and locked it."""
        return _key(block, row, name) in self.content.issued


def stored_number(field: BaseField, text: str) -> float | None:
    """The number that a text is stored as, where the cell is one of numbers and loses nothing."""
    if not isinstance(field, AmountField | IntegerField | PercentField) or not text:
        return None
    percent = isinstance(field, PercentField)
    if percent != text.endswith("%"):
        return None
    digits = text.removesuffix("%")
    if _PLAIN_NUMBER.fullmatch(digits) is None or sum(map(str.isdigit, digits)) > _DIGITS:
        return None
    number = Decimal(digits)
    return float(number / 100 if percent else number)


def as_shown_text(value: str | float | None) -> str:
    """What `cell&""` says of a stored value."""
    if isinstance(value, int | float):
        return f"{value:.{_DIGITS}g}".upper()
    return value or ""


def shown_outcome(field: BaseField, outcome: Outcome) -> float | str:
    """A computed cell's true value as viewers show it."""
    if outcome.value is None:
        return ""
    return float(outcome.value / 100 if isinstance(field, PercentField) else outcome.value)


def _key(block: BlockPlace, row: Row, name: str) -> CellKey:
    return (block.path, block.instance, row.mark, name)
