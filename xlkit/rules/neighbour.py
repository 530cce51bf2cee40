"""Neighbour: an answer that is a name of another column's list, alone or with its whole column."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import Field

from xlkit.form.fields import BaseField, ChoiceField, IndicatorField
from xlkit.form.model import Form, PlacedBlock
from xlkit.form.texts import Name as FieldName
from xlkit.rules import defined_names as names
from xlkit.rules.check import Check
from xlkit.rules.formula import Cell, Look, Name, Node
from xlkit.rules.kind import Rule, beside, field_problems
from xlkit.rules.live import Live, is_sound, odd
from xlkit.rules.terms import both, call, either, empty, listed, negated, similar, when
from xlkit.rules.value_cells import value_cells
from xlkit.values.choices import Options

if TYPE_CHECKING:
    import polars as pl

_ROWS = ("_submission", "_instance")


class Neighbour(Rule):
    """One finding for a column that slipped sideways, in place of one for each of its cells."""

    kind: ClassVar[str] = "neighbour"
    face: ClassVar[str] = (
        "The single names are shown beside their rows, in a closed list as off it; that the "
        "whole column slipped is said on return."
    )

    block: str
    fields: tuple[FieldName, ...]
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

    def live(self, form: Form) -> Iterator[Live]:
        """A name off a closed list is wrong by itself already, or left to the return."""
        placed = form.block(self.block)
        for name in self.fields:
            if not _is_closed(placed.field(name)):
                node = self._words_of(form, placed, placed.field(name))
                yield beside(placed, node, unless_printed=name)

    def _words_of(self, form: Form, placed: PlacedBlock, field: BaseField) -> Node:
        """The words for a cell that says a name of another column's list."""
        cell = Cell(field.name)
        if isinstance(field, IndicatorField) and field.split:
            cell = Cell(field.name, Look.NUMBER)
        known = [
            Name(_listed_as(other) + names.ALL)
            for other in map(placed.field, self.fields)
            if isinstance(other, ChoiceField) and _is_closed(other) and other.name != field.name
        ]
        strays = either(*[listed(cell, one) for one in known])
        said = self.words(placed, field.name, "value-of-other-column")
        unsure = self.unsure(placed, field.name)
        doubts: list[Node] = [similar(cell, one) for one in known]
        if isinstance(field, IndicatorField):
            bare = [empty(part) for part in value_cells(field)[::2]] if field.split else []
            alone = both(*bare, strays) if bare else strays
            # A unit that was printed beside stays where words are typed.
            node = when(alone, said, when(either(*doubts), unsure))
        elif isinstance(field, ChoiceField):
            own = Name(_listed_as(field) + names.ALL)
            doubts.append(odd(cell))
            node = when(listed(cell, own), "", when(strays, said, when(either(*doubts), unsure)))
        else:
            doubts.append(odd(cell))
            node = when(strays, said, when(either(*doubts), unsure))
        asked = both(negated(empty(cell)), is_sound(field.name))
        return call("IFERROR", when(asked, node), unsure)


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
        self.labels = {field.name: field.label for field in foreign}

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


def _listed_as(field: ChoiceField) -> str:
    """The defined name of the names that the field may hold."""
    if field.list is not None:
        return names.list_name(field.list)
    return names.level_name(field.tree or "", field.level or 1)


def _options(form: Form, field: ChoiceField) -> Options:
    return Options.of((choice.name, choice.aliases) for choice in form.choices(field))
