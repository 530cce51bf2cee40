"""Canonical answers put to the rows and sheets of a form, as people wrote them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from xlkit.errors import AnswersError
from xlkit.form.blocks import Matrix, Record, Table
from xlkit.form.fields import BaseField, ChoiceField, IndicatorField
from xlkit.form.model import Form, PlacedBlock
from xlkit.form.rows import CellKey, Row, RowKind, locked_text, rows_of
from xlkit.rules.calculator import Calculator
from xlkit.rules.computed import computation
from xlkit.rules.types import Texts, Types, normal_text
from xlkit.template.layout import Sizing
from xlkit.values.split import split_value
from xlkit.values.text import squeeze


@dataclass(frozen=True)
class Content:
    """What stands in a workbook's cells when it goes out.

    `texts` by cell; `issued` are the cells that the bureau filled in and locked; `stated`
    the answers given for computed cells, which are compared and never written.
    """

    sizing: Sizing = field(default_factory=Sizing)
    texts: Mapping[CellKey, Texts] = field(default_factory=dict)
    issued: Mapping[CellKey, str] = field(default_factory=dict)
    stated: Mapping[CellKey, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Difference:
    """An answer for a computed cell that is not what the cell computes."""

    cell: CellKey
    stated: str
    computed: str

    def __str__(self) -> str:
        path, instance, mark, name = self.cell
        place = f"{path}[{instance}]" if instance else path
        return f"{place}.{mark}.{name}: stated {self.stated}, computed {self.computed or 'nothing'}"


def place_members(
    form: Form,
    content: Content,
    members: Mapping[str, Sequence[Mapping[str, str]]],
    spares: int | None,
) -> Content:
    """The content with the bureau's members of each group on sheets of their own.

    `members` are prefilled fields by group; after them come `spares` empty sheets (None: as
    many as the form declares).
    """
    issued = dict(content.issued)
    numbers = dict(content.sizing.members)
    for group, repeat in form.groups.items():
        given = members.get(group, ())
        for instance, member in enumerate(given, start=1):
            for name, text in member.items():
                if text != "":
                    issued[group, instance, "record", name] = text
        numbers[group] = len(given) + (repeat.spares if spares is None else spares)
    return replace(content, sizing=Sizing(numbers, content.sizing.spares), issued=issued)


def place_answers(form: Form, answers: Mapping[str, Any], content: Content) -> Content:
    """The content with the answers of one return; rows and sheets are added where they lack.

    Raises:
        AnswersError: answers that no block or field of the form takes, all at once.
    """
    placer = _Placer(form, content)
    placer.place(answers)
    if placer.problems:
        raise AnswersError(placer.problems)
    return replace(
        content,
        sizing=Sizing(placer.members, placer.spares),
        texts={**content.texts, **placer.texts},
        stated={**content.stated, **placer.stated},
    )


def differences(form: Form, content: Content) -> list[Difference]:
    """Where stated answers of computed cells differ from what the cells compute."""
    rows, texts = content_rows(form, content), shown_texts(form, content)
    calculator = Calculator(form, Types(form), rows, texts)
    found = []
    for placed, instance, row, field_, outcome in calculator.computed_cells():
        key = (placed.path, instance, row.mark, field_.name)
        stated = content.stated.get(key)
        if stated is None or not outcome.known:
            continue
        cast = Types(form).cast(field_, ("", stated, ""))
        if cast.value != outcome.value:
            found.append(Difference(key, stated, normal_text(field_, outcome.value)))
    return found


def content_rows(form: Form, content: Content) -> dict[tuple[str, int], Sequence[Row]]:
    """The rows of each block as the content sizes them."""
    found: dict[tuple[str, int], Sequence[Row]] = {}
    for placed in form.blocks:
        rows = rows_of(form, placed, content.sizing.spares.get(placed.path))
        if placed.group is None:
            found[placed.path, 0] = rows
        else:
            declared = form.groups[placed.group].spares
            for instance in range(1, content.sizing.members.get(placed.group, declared) + 1):
                found[placed.path, instance] = rows
    return found


def all_texts(content: Content) -> dict[CellKey, Texts]:
    """The texts of all cells, those that the bureau filled in among them."""
    return {**{key: ("", text, "") for key, text in content.issued.items()}, **content.texts}


def shown_texts(form: Form, content: Content) -> dict[CellKey, Texts]:
    """The texts of all cells as the workbook shows them: defaults where nothing else is."""
    texts = all_texts(content)
    for (path, instance), rows in content_rows(form, content).items():
        for row in rows:
            for name, text in row.defaults.items():
                key = (path, instance, row.mark, name)
                if not any(texts.get(key, ())):
                    texts[key] = ("", text, "")
    return texts


class _Placer:
    """Finds a place for each answer, one after the other."""

    def __init__(self, form: Form, content: Content) -> None:
        self._form = form
        self._vocabulary = form.vocabulary
        self._types = Types(form)
        self.issued = content.issued
        self.members = dict(content.sizing.members)
        self.spares = dict(content.sizing.spares)
        self.texts: dict[CellKey, Texts] = {}
        self.stated: dict[CellKey, str] = {}
        self.problems: list[str] = []

    def place(self, answers: Mapping[str, Any]) -> None:
        known = {placed.name for placed in self._form.blocks if placed.group is None}
        for name, given in answers.items():
            if name in self._form.groups:
                self._group(name, given)
            elif name in known:
                self._block(self._form.block(name), 0, given)
            else:
                self.problems.append(f"answers.{name}: the form has no such block")

    def _group(self, group: str, given: Any) -> None:
        if not _is_rows(given):
            self.problems.append(f"answers.{group}: a list of members is wanted")
            return
        taken: set[int] = set()
        blocks = {
            placed.name: placed
            for placed in self._form.blocks
            if placed.group == group and not placed.is_group_record
        }
        for member in given:
            instance = self._instance(group, member, taken)
            taken.add(instance)
            record = {name: value for name, value in member.items() if name not in blocks}
            self._block(self._form.block(group), instance, record)
            for name, placed in blocks.items():
                if name in member:
                    self._block(placed, instance, member[name])
        declared = self._form.groups[group].spares
        self.members[group] = max(self.members.get(group, declared), *taken, 0)

    def _instance(self, group: str, member: Mapping[str, Any], taken: set[int]) -> int:
        """The sheet of the member that the bureau issued, else the next one that is free."""
        name = self._form.groups[group].key
        key = squeeze(_text(member.get(name)))
        issued = {
            cell[1]: squeeze(text)
            for cell, text in self.issued.items()
            if cell[0] == group and cell[3] == name
        }
        for instance, text in issued.items():
            if key and text == key and instance not in taken:
                return instance
        instance = 1
        while instance in taken or instance in issued:
            instance += 1
        return instance

    def _block(self, placed: PlacedBlock, instance: int, given: Any) -> None:
        if isinstance(placed.block, Record):
            if not isinstance(given, Mapping):
                self.problems.append(f"answers.{placed.path}: one record is wanted")
                return
            self._row(placed, instance, rows_of(self._form, placed)[0], given)
        elif not _is_rows(given):
            self.problems.append(f"answers.{placed.path}: a list of rows is wanted")
        elif isinstance(placed.block, Matrix):
            self._matrix(placed, placed.block, instance, given)
        else:
            self._table(placed, placed.block, instance, given)

    def _matrix(
        self, placed: PlacedBlock, matrix: Matrix, instance: int, given: Sequence[Mapping[str, Any]]
    ) -> None:
        headers = {header.name for header in matrix.headers}
        rows = {
            tuple(squeeze(row.fixed[name]) for name in sorted(headers)): row
            for row in rows_of(self._form, placed)
        }
        for number, answer in enumerate(given, start=1):
            row = rows.get(tuple(squeeze(_text(answer.get(name))) for name in sorted(headers)))
            if row is None:
                self.problems.append(f"answers.{placed.path}[{number}]: the form has no such row")
                continue
            self._row(placed, instance, row, _without(answer, headers))

    def _table(
        self, placed: PlacedBlock, table: Table, instance: int, given: Sequence[Mapping[str, Any]]
    ) -> None:
        declared = self.spares.get(placed.path, table.spares)
        rows = rows_of(self._form, placed, declared + len(given))
        chosen = _RowFinder(self._form, placed, rows).assign(given)
        for answer, row in zip(given, chosen, strict=True):
            self._row(placed, instance, row, _without(answer, set(row.fixed)))
            if row.kind is RowKind.SPARE:
                needed = int(row.mark.rpartition("-")[2])
                if needed > declared:
                    declared = self.spares[placed.path] = needed

    def _row(self, placed: PlacedBlock, instance: int, row: Row, given: Mapping[str, Any]) -> None:
        known = {field_.name: field_ for field_ in placed.block.fields}
        written = {name: _text(value) for name, value in given.items()}
        for name, text in written.items():
            if name not in known:
                self.problems.append(f"answers.{placed.path}: the form has no field '{name}'")
                continue
            key = (placed.path, instance, row.mark, name)
            if name in row.without:
                if text != "":
                    self.problems.append(f"answers.{placed.path}: row '{row.key}' has no '{name}'")
            elif self._is_locked(placed, row, name):
                if not self._says(known[name], text, row.defaults.get(name, "")):
                    self.problems.append(f"answers.{placed.path}: '{name}' is locked by the form")
            elif computation(placed, row.key, name) is not None:
                if text != "":
                    self.stated[key] = text
            elif self.issued.get(key) != text:
                self.texts[key] = self._parts(known[name], text)

    def _is_locked(self, placed: PlacedBlock, row: Row, name: str) -> bool:
        computed = computation(placed, row.key, name) is not None
        field_ = placed.field(name)
        return not (computed or field_.prefilled) and locked_text(field_, row) is not None

    def _says(self, field_: BaseField, text: str, default: str) -> bool:
        """Whether an answer says no more than the default of its locked cell."""
        given, printed = ("", text, ""), ("", default, "")
        return text == "" or self._types.cast(field_, given) == self._types.cast(field_, printed)

    def _parts(self, field_: BaseField, text: str) -> Texts:
        if isinstance(field_, IndicatorField) and field_.split:
            return split_value(text, self._vocabulary) or ("", text, "")
        return "", text, ""


class _RowFinder:
    """Gives answers of a table their rows: preset ones by name, then free, then spare ones."""

    def __init__(self, form: Form, placed: PlacedBlock, rows: Sequence[Row]) -> None:
        self._rows = rows
        self._aliases = dict(_aliases(form, placed))

    def assign(self, given: Sequence[Mapping[str, Any]]) -> list[Row]:
        chosen: dict[int, Row] = {}
        free = list(self._rows)
        for fits in (self._is_preset, self._is_offered, self._is_under, self._is_spare):
            for number, answer in enumerate(given):
                if number in chosen:
                    continue
                row = next((row for row in free if fits(row, answer)), None)
                if row is not None:
                    chosen[number] = row
                    free.remove(row)
        return [chosen[number] for number in range(len(given))]

    def _same(self, name: str, fixed: str, answer: Mapping[str, Any]) -> bool:
        text = squeeze(_text(answer.get(name)))
        return squeeze(self._aliases.get((name, text), text)) == squeeze(fixed)

    def _under(self, row: Row, answer: Mapping[str, Any]) -> bool:
        return all(self._same(name, text, answer) for name, text in row.fixed.items())

    def _is_preset(self, row: Row, answer: Mapping[str, Any]) -> bool:
        return row.kind is RowKind.PRESET and self._under(row, answer)

    def _is_offered(self, row: Row, answer: Mapping[str, Any]) -> bool:
        offered = all(self._same(name, text, answer) for name, text in row.defaults.items())
        return self._is_under(row, answer) and bool(row.defaults) and offered

    def _is_under(self, row: Row, answer: Mapping[str, Any]) -> bool:
        return row.kind is RowKind.FREE and self._under(row, answer)

    def _is_spare(self, row: Row, _answer: Mapping[str, Any]) -> bool:
        return row.kind is RowKind.SPARE


def _aliases(form: Form, placed: PlacedBlock) -> Iterator[tuple[tuple[str, str], str]]:
    """The name that an alias stands for, by field and squeezed alias."""
    for field_ in placed.block.fields:
        if isinstance(field_, ChoiceField):
            for choice in form.choices(field_):
                for alias in choice.aliases:
                    yield (field_.name, squeeze(alias)), choice.name


def _is_rows(given: Any) -> bool:
    return isinstance(given, list) and all(isinstance(item, Mapping) for item in given)


def _without(answer: Mapping[str, Any], names: set[str]) -> dict[str, Any]:
    return {name: value for name, value in answer.items() if name not in names}


def _text(value: Any) -> str:
    return "" if value is None else str(value)
