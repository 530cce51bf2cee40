"""A whole form definition, and the places where its blocks stand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any

from pydantic import ConfigDict
from pydantic import Field as Setting

from xlkit.errors import UsageError
from xlkit.findings import Severity
from xlkit.form.blocks import Matrix, Record, Repeat, Sheet, Table, TextBlock
from xlkit.form.fields import BaseField, ChoiceField, IndicatorField
from xlkit.form.lists import (
    Choice,
    DirectionHint,
    Node,
    OperatorSpec,
    Tree,
    UnitHint,
    UnitSpec,
    Words,
)
from xlkit.form.texts import Definition, Name, Text
from xlkit.sentences import Sentence
from xlkit.values.vocabulary import Operator, Unit, Vocabulary

FormBlock = Record | Matrix | Table


class RuleSpec(Definition):
    """A declared rule; its parameters are read by the rule's own kind."""

    model_config = ConfigDict(frozen=True, extra="allow")

    rule: str
    id: Name | None = None
    severity: Severity | None = None
    """Left out: the rule kind's own."""
    beta: bool = False
    """On trial: its findings are notices, whatever `severity` says."""
    message: Text | None = None
    """Left out: the catalogue's sentence."""

    @property
    def parameters(self) -> dict[str, Any]:
        return dict(self.model_extra or {})


@dataclass(frozen=True, slots=True)
class PlacedBlock:
    """A block and where it stands in the form.

    `path` names it in answers, findings and frames: `funding`, or `projects.plan` in a
    group; the unnamed record of a group has the group's own name.
    """

    path: str
    name: str
    group: str | None
    sheet: int
    block: FormBlock

    @property
    def is_group_record(self) -> bool:
        return self.path == self.group

    def field(self, name: str) -> BaseField:
        """The field of that name; KeyError where there is none."""
        for field in self.block.fields:
            if field.name == name:
                return field
        raise KeyError(name)


class Shared(Definition):
    """What a shared vocabulary may hold."""

    lists: dict[Name, tuple[Choice, ...]] = {}
    trees: dict[Name, Tree] = {}
    scales: dict[Name, tuple[Choice, ...]] = {}
    units: tuple[UnitSpec, ...] = ()
    operators: tuple[OperatorSpec, ...] = ()
    words: Words = Words()
    unit_hints: tuple[UnitHint, ...] = ()
    direction_hints: tuple[DirectionHint, ...] = ()


class Explaining(Definition):
    """What an explanation of a warning must say to count."""

    min_length: Annotated[int, Setting(ge=1, le=200)] = 6
    """Signs at the least, without blanks, punctuation and `words.no_reason`."""


class Form(Shared):
    """Everything about a form; nothing about it is written twice."""

    form: Annotated[str, Setting(pattern=r"^[a-z][a-z0-9-]{0,59}$")]
    version: Annotated[int, Setting(ge=1)]
    title: Text
    languages: Annotated[tuple[str, ...], Setting(min_length=1)] = ("zh",)
    """Languages of its texts; the first one is the default."""
    use: tuple[str, ...] = ()
    """Shared vocabularies taken in before this definition."""
    money: str | None = None
    """The unit of every amount that names none."""
    instructions: tuple[Text, ...] = ()
    """Paragraphs of the help sheet that are this form's own."""
    sheets: Annotated[tuple[Sheet, ...], Setting(min_length=1)]
    rules: tuple[RuleSpec, ...] = ()
    explanations: Explaining = Explaining()
    renamed: dict[str, str] = {}
    """What parts of earlier versions are called now, by their old name: a block, `block.field`
    or `block[row]`. Answers of older returns are carried to them."""

    @cached_property
    def blocks(self) -> tuple[PlacedBlock, ...]:
        """Every block in the order of the sheets."""
        return tuple(self._placed())

    def _placed(self) -> Iterator[PlacedBlock]:
        for number, sheet in enumerate(self.sheets):
            group = sheet.repeat.group if sheet.repeat else None
            for block in sheet.blocks:
                body = block.as_record() if isinstance(block, TextBlock) else block
                name = body.block or group or ""
                path = name if group is None or body.block is None else f"{group}.{name}"
                yield PlacedBlock(path, name, group, number, body)

    def block(self, path: str) -> PlacedBlock:
        """The block of that path, or of that name; KeyError where there is none."""
        for placed in self.blocks:
            if path in (placed.path, placed.name):
                return placed
        raise KeyError(path)

    @property
    def groups(self) -> dict[str, Repeat]:
        """The repeating groups by name."""
        return {sheet.repeat.group: sheet.repeat for sheet in self.sheets if sheet.repeat}

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """Signs, units and words as the value parsers want them."""
        return Vocabulary(
            operators=tuple(
                Operator(sign=spec.sign, aliases=spec.aliases, after=spec.after)
                for spec in self.operators
            ),
            units=tuple(
                Unit(
                    name=spec.name,
                    dimension=spec.dimension,
                    factor=spec.factor,
                    aliases=spec.aliases,
                )
                for spec in self.units
            ),
            words_not_applicable=self.words.not_applicable,
            words_relative=self.words.relative,
            words_date=self.words.date,
            words_period=self.words.period,
            words_range=self.words.range,
        )

    def unit(self, name: str) -> UnitSpec | None:
        """The unit of that name or alias, if the form has it."""
        for spec in self.units:
            if name == spec.name or name in spec.aliases:
                return spec
        return None

    def choices(self, field: ChoiceField) -> tuple[Choice, ...]:
        """Every name that the field may hold, whatever stands above it in a tree."""
        if field.list is not None:
            return self.lists[field.list]
        return self.trees[field.tree or ""].level(field.level or 1)

    def levels(self, field: IndicatorField) -> tuple[str, ...]:
        """The words that count as levels of a scale in that field."""
        scales = [self.scales[field.scale]] if field.scale else list(self.scales.values())
        return tuple(dict.fromkeys(choice.name for scale in scales for choice in scale))

    def tree_fields(self, placed: PlacedBlock) -> dict[int, ChoiceField]:
        """The fields of a block that show levels of one tree, by level."""
        return {
            field.level: field
            for field in placed.block.fields
            if isinstance(field, ChoiceField) and field.tree and field.level
        }

    def node(self, tree: str, names: tuple[str, ...]) -> Node | None:
        """The node at the end of a chain of names, if the tree has it."""
        nodes, found = self.trees[tree].nodes, None
        for name in names:
            found = next((node for node in nodes if name in node.names()), None)
            if found is None:
                return None
            nodes = found.children
        return found

    def language(self, wanted: str | None) -> str:
        """The wanted language, or the default where none is wanted.

        Raises:
            UsageError: the form does not carry that language.
        """
        if wanted is None:
            return self.languages[0]
        if wanted not in self.languages:
            raise UsageError(
                Sentence(
                    "form-language", form=self.form, wanted=wanted, offered=list(self.languages)
                )
            )
        return wanted
