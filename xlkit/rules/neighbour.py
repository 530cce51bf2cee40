"""Neighbour: an answer that is a name of another column's list, alone or with its whole column."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import Field

from xlkit.form.fields import BaseField, ChoiceField
from xlkit.form.model import Form, PlacedBlock
from xlkit.form.texts import Name, fill, say
from xlkit.rules.check import Check
from xlkit.rules.kind import Rule, field_problems
from xlkit.values.choices import Options

if TYPE_CHECKING:
    import polars as pl

_ROWS = ("_submission", "_instance")


class Neighbour(Rule):
    """One finding for a column that slipped sideways, in place of one for each of its cells."""

    kind: ClassVar[str] = "neighbour"
    face: ClassVar[str] = (
        "The single names off their list are shown beside their rows; that the column "
        "slipped is said on return."
    )

    block: str
    fields: tuple[Name, ...]
    """Columns whose answers get mixed up; those with a closed list say what belongs there."""
    share: Annotated[int, Field(ge=1, le=100)] = 50
    """Percent of a column's answers from which on the whole column counts as shifted."""
    least: Annotated[int, Field(ge=2)] = 3
    """Answers from which on a column can count as shifted."""

    def problems(self, form: Form) -> Iterator[str]:
        found = list(field_problems(form, self.block, self.fields))
        yield from found
        if found:
            return
        fields = [form.block(self.block).field(name) for name in self.fields]
        if len(fields) == 1:
            yield "'fields' names two columns or more"
        elif not any(_is_closed(field) for field in fields):
            yield "none of the 'fields' has a closed list"

    def checks(self, form: Form) -> Iterator[Check]:
        placed = form.block(self.block)
        for name in self.fields:
            home = _Home(form, placed, self, name)
            yield from self._of_column(form, placed, home)

    def _of_column(self, form: Form, placed: PlacedBlock, home: _Home) -> Iterator[Check]:
        import polars as pl

        filled = pl.col(home.field).is_not_null().sum().over(*_ROWS)
        same = pl.len().over(*_ROWS, home.column)
        many = (same >= self.least) & (same * 100 >= filled * self.share)
        for other, label in home.labels.items():
            stray = (pl.col(home.column) == other).fill_null(value=False)
            for code, wrong, together in (
                ("column-shifted", stray & many, pl.col("_instance")),
                ("value-of-other-column", stray & ~many, None),
            ):
                yield Check(
                    id=f"{self.id}.{home.field}.{other}.{code}",
                    code=code,
                    severity=self.severity_,
                    block=placed.path,
                    passes=~wrong,
                    fields=(home.field,),
                    own=True,
                    before=True,
                    leaves=(other,) if together is not None else (),
                    together=together,
                    value=pl.col(home.field),
                    params={"other": label},
                    message=self.said(form),
                    prepare=home.add,
                )


class _Home:
    """Adds, for each answer of a column, the field it belongs to."""

    def __init__(self, form: Form, placed: PlacedBlock, rule: Neighbour, name: str) -> None:
        self.field = name
        self.column = f"{rule.id}.{name}.home"
        own = placed.field(name)
        self._own = _options(form, own) if isinstance(own, ChoiceField) else None
        at = rule.fields.index(name)
        nearest = sorted(rule.fields, key=lambda other: abs(rule.fields.index(other) - at))
        foreign = [
            field
            for field in map(placed.field, nearest)
            if isinstance(field, ChoiceField) and _is_closed(field) and field.name != name
        ]
        self._foreign = {field.name: _options(form, field) for field in foreign}
        self.labels = {field.name: fill(say(field.label, form.languages[0])) for field in foreign}

    def add(self, frame: pl.DataFrame) -> pl.DataFrame:
        import polars as pl

        if self.column in frame.columns:
            return frame
        texts = frame[self.field].drop_nulls().unique().to_list()
        homes = {text: other for text in texts if (other := self._home(text))}
        home = pl.col(self.field).replace_strict(homes, default=None, return_dtype=pl.String)
        return frame.with_columns(home.alias(self.column))

    def _home(self, text: str) -> str | None:
        if self._own is not None and self._own.find(text) is not None:
            return None
        found = (name for name, names in self._foreign.items() if names.find(text) is not None)
        return next(found, None)


def _is_closed(field: BaseField) -> bool:
    return isinstance(field, ChoiceField) and not field.open


def _options(form: Form, field: ChoiceField) -> Options:
    return Options.of((choice.name, choice.aliases) for choice in form.choices(field))
