"""Canonical answers put to the rows and sheets of a form, as people wrote them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from xlkit.errors import AnswersError
from xlkit.form.blocks import Matrix, Record, Table
from xlkit.form.fields import PARTS_SUFFIX, BaseField, IndicatorField
from xlkit.form.model import Form, PlacedBlock
from xlkit.form.rows import CellKey, Row, RowKind, locked_text, rows_of
from xlkit.rules.computed import computation
from xlkit.rules.types import Texts, Types
from xlkit.template.content import Content
from xlkit.template.layout import Sizing
from xlkit.template.row_finder import RowFinder, answer_text
from xlkit.values.split import split_value
from xlkit.values.text import squeeze


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
        key = squeeze(answer_text(member.get(name)))
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
            row = rows.get(
                tuple(squeeze(answer_text(answer.get(name))) for name in sorted(headers))
            )
            if row is None:
                self.problems.append(f"answers.{placed.path}[{number}]: the form has no such row")
                continue
            self._row(placed, instance, row, _without(answer, headers))

    def _table(
        self, placed: PlacedBlock, table: Table, instance: int, given: Sequence[Mapping[str, Any]]
    ) -> None:
        declared = self.spares.get(placed.path, table.spares)
        rows = rows_of(self._form, placed, declared + len(given))
        chosen = RowFinder(self._form, placed, rows).assign(given)
        for answer, row in zip(given, chosen, strict=True):
            self._row(placed, instance, row, _without(answer, set(row.fixed)))
            if row.kind is RowKind.SPARE:
                needed = row.number
                if needed > declared:
                    declared = self.spares[placed.path] = needed

    def _row(self, placed: PlacedBlock, instance: int, row: Row, given: Mapping[str, Any]) -> None:
        known = {field_.name: field_ for field_ in placed.block.fields}
        written = {name: answer_text(value) for name, value in _without_parts(known, given)}
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
            elif text != "" and self.issued.get(key) != text:
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


def _without_parts(
    known: Mapping[str, BaseField], given: Mapping[str, Any]
) -> Iterator[tuple[str, Any]]:
    """The answers without the parts of values, which only repeat them."""
    for name, value in given.items():
        whole = known.get(name.removesuffix(PARTS_SUFFIX))
        if name in known or not isinstance(whole, IndicatorField):
            yield name, value


def _is_rows(given: Any) -> bool:
    return isinstance(given, list) and all(isinstance(item, Mapping) for item in given)


def _without(answer: Mapping[str, Any], names: set[str]) -> dict[str, Any]:
    return {name: value for name, value in answer.items() if name not in names}
