"""Last year's answers as what this year's workbook goes out with."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from xlkit.form.blocks import Table
from xlkit.form.fields import BaseField, IndicatorField, Source
from xlkit.form.model import Form, PlacedBlock
from xlkit.form.rows import CellKey, Row, RowKind
from xlkit.previous.model import PreviousAnswers, block_rows
from xlkit.previous.rows import Given, Match, RowMatcher
from xlkit.previous.values import Translator
from xlkit.rules.computed import computation
from xlkit.rules.types import Texts
from xlkit.template.content import Content
from xlkit.template.layout import OFFERED_ROW, Sizing
from xlkit.template.row_finder import answer_text
from xlkit.values.text import squeeze

_NUMBER = re.compile(r"[0-9.\-]+")
_ROOM = 2
"""Empty spare rows that a table keeps below those that were offered."""


def previous_content(form: Form, content: Content, previous: PreviousAnswers) -> Content:
    """The content with last year's values and rows where the form asks for them.

    What stands in `content` already stays. Values go to the rows of the same key or name, in
    groups to the members of the same key that the bureau issued; there are more spare rows
    where those of last year want more.
    """
    filler = _Filler(form, content, previous)
    for placed in form.blocks:
        filler.block(placed)
    return replace(
        content,
        sizing=Sizing(content.sizing.members, filler.spares),
        texts={**content.texts, **filler.texts},
        issued={**content.issued, **filler.issued},
        offered={**content.offered, **filler.offered},
    )


class _Filler:
    """Finds last year's value for each cell, block after block."""

    def __init__(self, form: Form, content: Content, previous: PreviousAnswers) -> None:
        self._form = form
        self._content = content
        self._previous = previous
        self._matcher = RowMatcher(form, previous.definition)
        self._translator = Translator(form, previous.definition)
        self.spares = dict(content.sizing.spares)
        self.texts: dict[CellKey, Texts] = {}
        self.issued: dict[CellKey, str] = {}
        self.offered: dict[CellKey, str] = {}

    def block(self, placed: PlacedBlock) -> None:
        fields = [field for field in placed.block.fields if field.previous is not None]
        offers = isinstance(placed.block, Table) and placed.block.previous is not None
        if not fields and not offers:
            return
        if placed.group is None:
            self._place(placed, 0, self._previous.answers, fields)
            return
        for instance, member in self._members(placed.group):
            self._place(placed, instance, member, fields)

    def _members(self, group: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
        """Last year's answers of each member that was issued again, by its key."""
        key = self._form.groups[group].key
        members = {
            squeeze(answer_text(member.get(key))): member
            for member in block_rows(self._previous.answers, group)
        }
        for (path, instance, _, name), text in self._content.issued.items():
            if (path, name) == (group, key) and squeeze(text) in members:
                yield instance, members[squeeze(text)]

    def _place(
        self,
        placed: PlacedBlock,
        instance: int,
        answers: Mapping[str, Any],
        fields: Sequence[BaseField],
    ) -> None:
        own = self._matches(placed, placed.name, answers)
        offered = {row.mark: given for row, given in own if row.kind is not RowKind.PRESET}
        rows = {row.mark: row for row, _ in own}
        known: dict[str, dict[str, Given]] = {placed.name: {row.mark: of for row, of in own}}
        for field in fields:
            for source in field.previous.sources if field.previous else ():
                name = source.reference.block or placed.name
                if name not in known:
                    matches = self._others(placed, name, answers, offered)
                    known[name] = {row.mark: of for row, of in matches}
                    rows |= {row.mark: row for row, _ in matches}
        may_offer = isinstance(placed.block, Table) and placed.block.previous is not None
        for mark, row in rows.items():
            if row.kind.is_own:
                if not may_offer or mark not in offered:
                    continue
                self._names(placed, instance, row, offered[mark])
            given = {name: of.get(mark) for name, of in known.items()}
            for field in fields:
                self._value(placed, instance, row, field, given)

    def _matches(self, placed: PlacedBlock, name: str, answers: Mapping[str, Any]) -> list[Match]:
        given = block_rows(answers, name)
        if placed.is_group_record and name == placed.name:
            given = (answers,)
        declared = getattr(placed.block, "spares", 0)
        spares = max(self.spares.get(placed.path, declared), declared)
        return self._matcher.matches(placed, name, given, spares)

    def _others(
        self,
        placed: PlacedBlock,
        name: str,
        answers: Mapping[str, Any],
        offered: Mapping[str, Given],
    ) -> list[Match]:
        """The rows of another block: printed ones as ever, others of the names that are offered."""
        answers = answers if name in answers else self._previous.answers
        found = [
            (row, given)
            for row, given in self._matches(placed, name, answers)
            if row.kind in (RowKind.PRESET, RowKind.RECORD)
        ]
        if not isinstance(placed.block, Table):
            return found
        by_name = self._once(placed, block_rows(answers, name))
        rows = {row.mark: row for row, _ in self._matches(placed, placed.name, answers)}
        return found + [
            (rows[mark], by_name[said])
            for mark, given in offered.items()
            if mark in rows and (said := self._matcher.name_of(placed, given)) in by_name
        ]

    def _once(self, placed: PlacedBlock, given: Sequence[Given]) -> dict[str, Given]:
        """The rows by their names, those left out that share one."""
        names = [self._matcher.name_of(placed, one) for one in given]
        return {name: one for name, one in zip(names, given, strict=True) if names.count(name) == 1}

    def _names(self, placed: PlacedBlock, instance: int, row: Row, given: Given) -> None:
        """What names a row that is offered, and what the form offers beside."""
        table = placed.block
        assert isinstance(table, Table)
        more = table.previous.fields if table.previous else ()
        for name in dict.fromkeys((*table.naming_fields, *more)):
            key = (placed.path, instance, row.mark, name)
            if name in row.fixed or name in row.without or self._is_taken(key):
                continue
            field = placed.field(name)
            texts = self._translator.texts(field, answer_text(given.get(name)))
            if texts is not None and field.takes_input:
                self.texts[key] = texts
                self.offered[key] = OFFERED_ROW
        if row.kind is RowKind.SPARE:
            needed = int(row.mark.rpartition("-")[2]) + _ROOM
            if needed > self.spares.get(placed.path, table.spares):
                self.spares[placed.path] = needed

    def _value(
        self,
        placed: PlacedBlock,
        instance: int,
        row: Row,
        field: BaseField,
        given: Mapping[str, Given | None],
    ) -> None:
        key = (placed.path, instance, row.mark, field.name)
        closed = field.name in row.fixed or field.name in row.without or self._is_taken(key)
        if closed or computation(placed, row.key, field.name) is not None:
            return
        assert field.previous is not None
        for number, source in enumerate(field.previous.sources):
            texts = self._found(placed, field, source, given)
            if texts is None:
                continue
            if not texts[2] and isinstance(field, IndicatorField) and _NUMBER.fullmatch(texts[1]):
                texts = (texts[0], texts[1], row.units.get(field.name, ""))
            if field.previous.locked:
                self.issued[key] = texts[1]
            else:
                self.texts[key] = texts
            self.offered[key] = str(number)
            return

    def _found(
        self,
        placed: PlacedBlock,
        field: BaseField,
        source: Source,
        given: Mapping[str, Given | None],
    ) -> Texts | None:
        name = source.reference.block or placed.name
        row = given.get(name)
        if row is None:
            return None
        text = answer_text(row.get(source.reference.field))
        return self._translator.texts(field, text, self._field_then(name, source.reference.field))

    def _field_then(self, block: str, name: str) -> BaseField | None:
        then = self._previous.definition
        try:
            return then.block(block).field(name) if then is not None else None
        except KeyError:
            return None

    def _is_taken(self, key: CellKey) -> bool:
        return key in self._content.texts or key in self._content.issued
