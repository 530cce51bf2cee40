"""Coverage: each of the named levels has at least one row."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import ClassVar

from xlkit.form.fields import ChoiceField, Reference
from xlkit.form.model import Form, PlacedBlock
from xlkit.form.references import unknown
from xlkit.form.rows import rows_of
from xlkit.rules.check import Check, once
from xlkit.rules.formula import Look, Node, Words
from xlkit.rules.kind import Rule, field_problems
from xlkit.rules.live import Live, area, in_use, is_asked, later, spoken, wrong
from xlkit.rules.terms import added, call, compared, how_many, over, when
from xlkit.values.text import squeeze


class Coverage(Rule):
    """A preset row that must be filled counts: where it is empty, that is said of the row."""

    kind: ClassVar[str] = "coverage"
    face: ClassVar[str] = "Shown below the table."

    block: str
    field: str
    names: tuple[str, ...]

    def problems(self, form: Form) -> Iterator[str]:
        found = list(field_problems(form, self.block, (self.field,)))
        yield from found
        field = None if found else form.block(self.block).field(self.field)
        listed = isinstance(field, ChoiceField) and (
            field.list in form.lists or field.tree in form.trees
        )
        if isinstance(field, ChoiceField) and listed and not field.open:
            known = [choice.name for choice in form.choices(field)]
            yield from (unknown("name", name, known) for name in self.names if name not in known)

    def checks(self, form: Form) -> Iterator[Check]:
        import polars as pl

        placed = form.block(self.block)
        counts = pl.col("_filled") | pl.col("_expected")
        for number, name in enumerate(self.names, start=1):
            covered = (counts & (pl.col(self.field) == name)).any()
            yield Check(
                id=f"{self.id}.{number}",
                code="level-uncovered",
                severity=self.severity_,
                block=placed.path,
                passes=once(None, covered.over("_submission", "_instance")),
                reads_column=(self.field,),
                expected=name,
                params={"name": name},
                message=self.said(form),
            )

    def live(self, form: Form) -> Iterator[Live]:
        placed = form.block(self.block)
        printed = {
            row.fixed[self.field]
            for row in rows_of(form, placed)
            if self.field in row.fixed and is_asked(row)
        }
        column = Reference(placed.path, None, self.field)
        for name in self.names:
            if name not in printed:
                words = self.words(placed, self.field, "level-uncovered", name)
                rows = self._rows_saying(form, placed, name)
                said = spoken(form, placed, [column], later(placed, self.field), words)
                column_ = area(form, placed, column, Look.FILLED)
                maybe = compared(over(_unsure_rows, column_), ">", 0)
                said = when(maybe, later(placed, self.field), said)
                for child in self._children(form, placed):
                    said = when(child, "", said)
                found = when(compared(rows, "=", 0), said)
                yield Live(placed.path, whole=in_use(placed, found))

    def _children(self, form: Form, placed: PlacedBlock) -> Iterator[Node]:
        """Whether a name stands under a wrong one: then either may be the wrong one."""
        field = placed.field(self.field)
        if not isinstance(field, ChoiceField) or field.tree is None:
            return
        for level, child in form.tree_fields(placed).items():
            if level > (field.level or 1) and not child.open:
                words = wrong(placed, child.name, "child-not-under-parent")
                column = area(form, placed, Reference(placed.path, None, child.name), Look.OWN)
                yield compared(over(partial(_bearing, words), column), ">", 0)

    def _rows_saying(self, form: Form, placed: PlacedBlock, name: str) -> Node:
        """How many rows in use say the name, in any of its spellings."""
        field = placed.field(self.field)
        choices = form.choices(field) if isinstance(field, ChoiceField) else ()
        spellings = [name, *(a for one in choices if one.name == name for a in one.aliases)]
        where = area(form, placed, Reference(placed.path, None, self.field))
        used = area(form, placed, Reference(placed.path, None, self.field), Look.FILLED)
        counts: list[Node] = [
            over(partial(_saying, text), where, used)
            for text in dict.fromkeys((*spellings, *map(squeeze, spellings)))
        ]
        return added(counts)


def _bearing(words: Words, said: Node) -> Node:
    return how_many(call("ISNUMBER", call("FIND", words, said)))


def _unsure_rows(used: Node) -> Node:
    return how_many(compared(used, "<", 0))


def _saying(text: str, said: Node, used: Node) -> Node:
    """How many of the rows say the text and are in use."""
    return call("SUMPRODUCT", compared(call("EXACT", said, text), "*", compared(used, ">", 0)))
