"""Field types of a form: what a cell may hold."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, field_validator, model_validator
from pydantic import Field as Setting

from xlkit.form.texts import Definition, Name, Text

_REFERENCE = re.compile(
    r"(?:(?P<block>[a-z][a-z0-9_]*)(?:\[(?P<row>[^\]]+)\])?\.)?(?P<field>[a-z][a-z0-9_]*)"
)


class Reference(NamedTuple):
    """What a rule or a computed field speaks of.

    `field` is a cell of the same row; `block.field` a record's cell, or a table's whole
    column (added up); `block[row].field` the cell of one declared row.
    """

    block: str | None
    row: str | None
    field: str

    @classmethod
    def parse(cls, text: str) -> Reference:
        """Raises ValueError where the text is no reference."""
        match = _REFERENCE.fullmatch(text)
        if match is None:
            raise ValueError(
                f"{text!r} is no reference; right would be field, block.field or block[row].field"
            )
        return cls(match["block"], match["row"], match["field"])

    def __str__(self) -> str:
        row = f"[{self.row}]" if self.row else ""
        return f"{self.block}{row}.{self.field}" if self.block else self.field


def _checked_reference(text: str) -> str:
    Reference.parse(text)
    return text


class Computed(Definition):
    """A cell that the workbook computes: exactly one of `sum`, `ratio`, `product`, `share`."""

    sum: tuple[str, ...] = ()
    """References added up."""
    ratio: tuple[str, str] | None = None
    """The first reference as a percentage of the second."""
    product: tuple[str, str] | None = None
    """The first reference times the second, rounded: a weight times a percentage."""
    share: Name | None = None
    """Matrix only: this row's field as a percentage of the same field in its total row."""

    @field_validator("sum", "ratio", "product")
    @classmethod
    def _are_references(cls, texts: tuple[str, ...] | None) -> tuple[str, ...] | None:
        return tuple(map(_checked_reference, texts)) if texts is not None else None

    def references(self) -> Iterator[Reference]:
        for text in (*self.sum, *(self.ratio or ()), *(self.product or ())):
            yield Reference.parse(text)


def _or_text(schema: dict[str, Any]) -> None:
    """In the published schema, a plain text may stand for the mapping."""
    schema["type"] = ["string", "object"]


class Source(Definition):
    """A field of last year's answers; a plain text is one without a label."""

    model_config = ConfigDict(json_schema_extra=_or_text)

    field: str
    """`field` of the same block and row, or `block.field`."""
    label: Text | None = None
    """What a comment at the cell says of a value from it; left out: that it is last year's."""

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, given: Any) -> Any:
        return given if isinstance(given, dict | BaseModel) else {"field": given}

    @field_validator("field")
    @classmethod
    def _is_a_column(cls, text: str) -> str:
        if Reference.parse(text).row is not None:
            raise ValueError(f"{text!r} names a row; right would be field or block.field")
        return text

    @property
    def reference(self) -> Reference:
        return Reference.parse(self.field)


class Previous(Definition):
    """Where last year's answers have a field's value."""

    sources: Annotated[tuple[Source, ...], Setting(alias="from", min_length=1)]
    """Fields of last year's answers; the first that has a value counts."""
    locked: bool = False
    """The value is locked, and compared on return; else it may be typed over."""


class BaseField(Definition):
    """What every field can say."""

    name: Name
    label: Text
    required: bool | Literal["warning"] = False
    """Wanted in every row that is filled; `warning` lets a reason stand in for the value."""
    hint: Text | None = None
    """Shown when the cell is selected; at most 255 characters."""
    width: Annotated[float, Setting(gt=0, le=120)] | None = None
    """Columns of text at normal size; a CJK sign takes two."""
    default: str | None = None
    """Stands in the cell when the form goes out; may be typed over."""
    locked: bool = False
    """Shows its default and takes no input."""
    prefilled: bool = False
    """Given by the roster, and locked where it was given."""
    previous: Previous | None = None
    """Where last year's answers have the value, see Last year's answers."""
    private: bool = False
    """Stays out of master and reports unless asked for."""

    @property
    def computed_by(self) -> Computed | None:
        return getattr(self, "computed", None)

    @property
    def takes_input(self) -> bool:
        return not self.locked and self.computed_by is None


class TextField(BaseField):
    """Free text; `suggest` names a list offered without obligation."""

    type: Literal["text"]
    multiline: bool = False
    min_length: Annotated[int, Setting(ge=0)] = 0
    max_length: Annotated[int, Setting(gt=0, le=32_767)] | None = None
    """Characters. Source of the bound: Excel's limit for a cell."""
    pattern: str | None = None
    suggest: Name | None = None

    @field_validator("pattern")
    @classmethod
    def _compiles(cls, pattern: str | None) -> str | None:
        return _checked_pattern(pattern)


class IntegerField(BaseField):
    type: Literal["integer"]
    min: int | None = None
    max: int | None = None
    computed: Computed | None = None


class AmountField(BaseField):
    """Money, or another exact decimal where `unit` is left out and the form has no money."""

    type: Literal["amount"]
    unit: str | None = None
    """Left out: the form's money unit; an empty text: a bare number."""
    decimals: Annotated[int, Setting(ge=0, le=6)] = 2
    min: Decimal | None = None
    max: Decimal | None = None
    computed: Computed | None = None


class PercentField(BaseField):
    """A percentage; its bounds are percent points: 100 is 100%."""

    type: Literal["percent"]
    decimals: Annotated[int, Setting(ge=0, le=6)] = 2
    min: Decimal | None = None
    max: Decimal | None = None
    computed: Computed | None = None


class DateField(BaseField):
    type: Literal["date"]


class ChoiceField(BaseField):
    """One name of a list, or of one level of a tree under the level above in the same row."""

    type: Literal["choice"]
    list: Name | None = None
    tree: Name | None = None
    level: Annotated[int, Setting(ge=1, le=6)] | None = None
    open: bool = False
    """Other texts than the offered ones are welcome."""


#: In canonical answers, the operator, number and unit of a value stand under its name and this.
PARTS_SUFFIX = "_parts"


class IndicatorField(BaseField):
    """A target value: operator, number and unit in three cells, or all in one."""

    type: Literal["indicator"]
    split: bool = True
    past: bool = False
    """A fact of a past year, not a target."""
    scale: Name | None = None
    """The words that count as levels; left out: every scale of the form."""


class CodeField(BaseField):
    type: Literal["code"]
    pattern: str | None = None
    check: Literal["gb32100"] | None = None
    """How the last character is computed from those before it."""

    @field_validator("pattern")
    @classmethod
    def _compiles(cls, pattern: str | None) -> str | None:
        return _checked_pattern(pattern)


class PhoneField(BaseField):
    type: Literal["phone"]


Field = Annotated[
    TextField
    | IntegerField
    | AmountField
    | PercentField
    | DateField
    | ChoiceField
    | IndicatorField
    | CodeField
    | PhoneField,
    Setting(discriminator="type"),
]


def _checked_pattern(pattern: str | None) -> str | None:
    if pattern is not None:
        try:
            re.compile(pattern)
        except re.error as error:
            raise ValueError(f"the pattern is no regular expression: {error}") from error
    return pattern
