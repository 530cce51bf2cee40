"""Coverage: each of the named levels has at least one row."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from xlkit.form.fields import ChoiceField
from xlkit.form.model import Form
from xlkit.form.references import unknown
from xlkit.rules.check import Check, once
from xlkit.rules.kind import Rule, field_problems


class Coverage(Rule):
    """A preset row that must be filled counts: where it is empty, that is said of the row."""

    kind: ClassVar[str] = "coverage"

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
