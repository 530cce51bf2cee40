"""Repeated: one long text that was pasted into many rows of a column."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, ClassVar

from pydantic import Field

from xlkit.findings import Severity
from xlkit.form.fields import Reference, TextField
from xlkit.form.model import Form, PlacedBlock
from xlkit.form.texts import Name
from xlkit.rules import defined_names as names
from xlkit.rules.check import Check
from xlkit.rules.formula import Cell, Look, Node
from xlkit.rules.formula import Name as Listed
from xlkit.rules.kind import Rule, beside, type_problems
from xlkit.rules.live import Hidden, Live, area, is_sound
from xlkit.rules.spelling import bare, with_squeezed
from xlkit.rules.terms import both, call, compared, holds, how_many, negated, over, when


class Repeated(Rule):
    """One finding for a text, over all rows of a return and all members of its group."""

    kind: ClassVar[str] = "repeated"
    face: ClassVar[str] = (
        "Shown beside each row of a table that says so often what others of its sheet say, and "
        "below a member's record that says what others before it say, alike but for line breaks "
        "and blanks; other spellings, and rows of several sheets, are found on return."
    )
    weight: ClassVar[Severity] = Severity.WARNING

    block: str
    fields: tuple[Name, ...]
    """Texts, each column by itself."""
    length: Annotated[int, Field(ge=1)] = 10
    """Signs from which on a text counts, blanks left out."""
    times: Annotated[int, Field(ge=2)] = 3
    """Rows from which on it is told."""

    def problems(self, form: Form) -> Iterator[str]:
        yield from type_problems(form, self.block, self.fields, (TextField,), "is no text")

    def checks(self, form: Form) -> Iterator[Check]:
        placed = form.block(self.block)
        for name in self.fields:
            yield self._check(form, placed, name)

    def _check(self, form: Form, placed: PlacedBlock, name: str) -> Check:
        import polars as pl

        text = f"{self.id}.{name}.text"
        many = pl.len().over("_submission", text) >= self.times
        return Check(
            id=f"{self.id}.{name}",
            code="text-repeated",
            severity=self.severity_,
            block=placed.path,
            passes=~(many & (pl.col(text).str.len_chars() >= self.length)),
            fields=(name,),
            together=pl.col(text),
            value=pl.col(name).str.head(40),
            message=self.said(form),
            prepare=lambda frame: with_squeezed(frame, name, text),
        )

    def hidden(self, form: Form) -> Iterator[Hidden]:
        for name in self.fields:
            yield bare(form.block(self.block), name)

    def live(self, form: Form) -> Iterator[Live]:
        yield from super().live(form)
        placed = form.block(self.block)
        for name in self.fields:
            yield beside(placed, self._beside(form, placed, name))

    def _beside(self, form: Form, placed: PlacedBlock, name: str) -> Node:
        """The words of a row whose text stands often enough in the column beside it."""
        own = Cell(name, Look.BARE)
        column = area(
            form,
            placed,
            Reference(placed.path, None, name),
            Look.BARE,
            above=placed.is_group_record,
        )
        alike = over(lambda span: how_many(call("EXACT", span, own)), column)
        often = compared(alike, ">=", self.times)
        sure = both(is_sound(name), often, negated(holds(own, Listed(names.ODD))))
        long = compared(call("LEN", own), ">=", self.length)
        words = when(sure, self.words(placed, name, "text-repeated"))
        return call("IFERROR", when(long, words), "")
