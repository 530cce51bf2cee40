"""Multiple: figures that are whole multiples of a step, such as amounts in tens."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import ClassVar

import polars as pl

from xlkit.form.fields import AmountField, IntegerField
from xlkit.form.model import Form
from xlkit.rules.check import NUMBER, Check, as_text
from xlkit.rules.kind import Rule, field_problems


class Multiple(Rule):
    """An amount or a whole number; an empty cell is no mistake."""

    kind: ClassVar[str] = "multiple"
    example: ClassVar[str] = "{rule: multiple, block: items, field: cost, step: 10}"
    messages: ClassVar = {
        "not-a-multiple": {
            "severity": "error",
            "zh": {
                "title": "不是整倍数",
                "message": "{where}：填写的“{value}”不是{step}的整倍数。",
                "hint": "请改为{step}的整倍数。",
            },
            "en": {
                "title": "Not a multiple",
                "message": "{where}: '{value}' is not a multiple of {step}.",
                "hint": "Please type a multiple of {step}.",
            },
        }
    }

    block: str
    field: str
    step: Decimal
    """What the figure is a multiple of."""

    def problems(self, form: Form) -> Iterator[str]:
        found = list(field_problems(form, self.block, (self.field,)))
        yield from found
        if self.step <= 0:
            yield "'step' is a number over 0"
        field = None if found else form.block(self.block).field(self.field)
        if field is not None and not isinstance(field, AmountField | IntegerField):
            yield f"'{self.field}' is no amount and no integer"

    def checks(self, form: Form) -> Iterator[Check]:
        value = pl.col(self.field).cast(NUMBER())
        yield Check(
            id=self.id,
            code="not-a-multiple",
            severity=self.severity_,
            block=form.block(self.block).path,
            passes=value % pl.lit(self.step, dtype=NUMBER()) == 0,
            fields=(self.field,),
            value=as_text(value),
            params={"step": f"{self.step:f}"},
            message=self.said(form),
        )
