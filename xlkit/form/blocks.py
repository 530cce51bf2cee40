"""Blocks of a form: records, matrices, tables; and the sheets they stand on."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field as Setting
from pydantic import model_validator

from xlkit.form.fields import ChoiceField, Field, TextField
from xlkit.form.texts import Definition, Name, Text

Key = Annotated[str, Setting(pattern=r"^[a-z0-9][a-z0-9_.-]{0,59}$")]


class Record(Definition):
    """Label–value pairs. Without a name its fields belong to the group itself."""

    kind: Literal["record"]
    block: Name | None = None
    label: Text | None = None
    columns: Annotated[int, Setting(ge=1, le=4)] = 1
    """Pairs that stand side by side; a multiline text always has a line of its own."""
    fields: Annotated[tuple[Field, ...], Setting(min_length=1)]


class Header(Definition):
    """A column of printed labels at the left of a matrix."""

    name: Name
    label: Text
    width: Annotated[float, Setting(gt=0, le=120)] | None = None


class MatrixRow(Definition):
    """A declared row of a matrix."""

    key: Key
    labels: dict[str, str]
    """The printed text of each header."""
    total: Key | None = None
    """The row that this one is added into."""
    optional: bool = False
    """Its required fields may stay empty."""
    defaults: dict[str, str] = {}
    """Texts by field that may be typed over, before the fields' own defaults."""
    without: tuple[Name, ...] = ()
    """Fields that this row does not have: a stroke is printed instead."""


class Matrix(Definition):
    """Fixed rows × fixed columns. A row that others name as `total` is computed from them."""

    kind: Literal["matrix"]
    block: Name
    label: Text
    headers: Annotated[tuple[Header, ...], Setting(min_length=1)]
    rows: Annotated[tuple[MatrixRow, ...], Setting(min_length=1)]
    fields: Annotated[tuple[Field, ...], Setting(min_length=1)]

    def row(self, key: str) -> MatrixRow:
        """The row of that key; StopIteration where there is none."""
        return next(row for row in self.rows if row.key == key)

    def is_total(self, key: str | None) -> bool:
        """Whether that row is the sum of others."""
        return any(row.total == key for row in self.rows) if key is not None else False

    def parts_of(self, key: str) -> tuple[MatrixRow, ...]:
        """The rows added into that row; () for a row that is typed."""
        return tuple(row for row in self.rows if row.total == key)


class PresetRow(Definition):
    """A row of a table that is printed beforehand."""

    key: Key
    values: dict[str, str]
    """Locked texts by field."""
    defaults: dict[str, str] = {}
    """Texts by field that may be typed over, before the fields' own defaults."""
    optional: bool = False
    """Its required fields may stay empty."""
    without: tuple[Name, ...] = ()
    """Fields that this row does not have: a stroke is printed instead."""


class PreviousRows(Definition):
    """What a table offers of last year's rows."""

    rows: Literal["offer"]
    """The rows that people named come back as rows to go on with, or to clear."""
    fields: tuple[Name, ...] = ()
    """Fields offered beside those that name the row."""


class Table(Definition):
    """Preset rows with keys and spare rows without."""

    kind: Literal["table"]
    block: Name
    label: Text
    tree: Name | None = None
    """Preset rows are the leaves of this tree, free rows stand under its `free` nodes."""
    rows: tuple[PresetRow, ...] = ()
    spares: Annotated[int, Setting(ge=0, le=2_000)] = 0
    numbered: bool = False
    """Rows show a running number."""
    key: Name | None = None
    """The field that names a row; left out: its choice of the lowest level, else its first."""
    previous: PreviousRows | None = None
    """Last year's rows that are not printed, offered again; see Last year's answers."""
    fields: Annotated[tuple[Field, ...], Setting(min_length=1)]

    @property
    def key_field(self) -> str:
        """The name of the field that names a row."""
        if self.key is not None:
            return self.key
        levels = [
            (field.level, field.name)
            for field in self.fields
            if isinstance(field, ChoiceField) and field.level is not None
        ]
        return max(levels)[1] if levels else self.fields[0].name

    @property
    def naming_fields(self) -> tuple[str, ...]:
        """The fields that tell rows apart: the levels of trees, and the one that names the row."""
        return tuple(
            field.name
            for field in self.fields
            if field.name == self.key_field or (isinstance(field, ChoiceField) and field.level)
        )


class TextBlock(Definition):
    """One long text; the same as a record with the one field `text`."""

    kind: Literal["text"]
    block: Name
    label: Text
    required: bool = False
    min_length: Annotated[int, Setting(ge=0)] = 0
    max_length: Annotated[int, Setting(gt=0, le=32_767)] = 2_000
    hint: Text | None = None

    def as_record(self) -> Record:
        field = TextField(
            name="text",
            type="text",
            label=self.label,
            multiline=True,
            required=self.required,
            min_length=self.min_length,
            max_length=self.max_length,
            hint=self.hint,
        )
        return Record(kind="record", block=self.block, label=self.label, fields=(field,))


Block = Annotated[Record | Matrix | Table | TextBlock, Setting(discriminator="kind")]


class Repeat(Definition):
    """A sheet that comes once for each member of a group: a project, an investment."""

    group: Name
    label: Text
    key: Name
    """The field of the unnamed record that tells members apart."""
    spares: Annotated[int, Setting(ge=0, le=200)] = 1
    """Empty sheets for members that the department adds."""


class Sheet(Definition):
    """A sheet of the workbook; `{n}` in a repeated sheet's name is the member's number."""

    sheet: Text
    title: Text | None = None
    left: Text | None = None
    """The line under the title, left and right."""
    right: Text | None = None
    orientation: Literal["portrait", "landscape"] = "portrait"
    signatures: tuple[Text, ...] = ()
    """Lines to sign at the foot of the sheet."""
    repeat: Repeat | None = None
    blocks: Annotated[tuple[Block, ...], Setting(min_length=1)]

    @model_validator(mode="before")
    @classmethod
    def _is_a_sheet(cls, given: Any) -> Any:
        if isinstance(given, dict) and "sheet" not in given and "name" in given:
            raise ValueError("a sheet is named by 'sheet:', not by 'name:'")
        return given
