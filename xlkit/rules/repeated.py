"""Repeated: one long text that was pasted into many rows of a column."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import Field

from xlkit.findings import Severity
from xlkit.form.fields import TextField
from xlkit.form.model import Form, PlacedBlock
from xlkit.form.texts import Name
from xlkit.rules.check import Check
from xlkit.rules.kind import Rule, field_problems
from xlkit.values.text import squeeze

if TYPE_CHECKING:
    import polars as pl


class Repeated(Rule):
    """One finding for a text, over all rows of a return and all members of its group."""

    kind: ClassVar[str] = "repeated"
    weight: ClassVar[Severity] = Severity.WARNING

    block: str
    fields: tuple[Name, ...]
    """Texts, each column by itself."""
    length: Annotated[int, Field(ge=1)] = 10
    """Signs from which on a text counts, blanks left out."""
    times: Annotated[int, Field(ge=2)] = 3
    """Rows from which on it is told."""

    def problems(self, form: Form) -> Iterator[str]:
        found = list(field_problems(form, self.block, self.fields))
        yield from found
        if not found:
            placed = form.block(self.block)
            for name in self.fields:
                if not isinstance(placed.field(name), TextField):
                    yield f"'{self.block}.{name}' is no text"

    def checks(self, form: Form) -> Iterator[Check]:
        placed = form.block(self.block)
        for name in self.fields:
            yield self._check(form, placed, name)

    def _check(self, form: Form, placed: PlacedBlock, name: str) -> Check:
        import polars as pl

        def squeezed(texts: pl.Series) -> pl.Series:
            keys = {text: squeeze(text) for text in texts.drop_nulls().unique().to_list()}
            return texts.replace_strict(keys, default=None, return_dtype=pl.String)

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
            prepare=lambda frame: frame.with_columns(
                pl.col(name).map_batches(squeezed, return_dtype=pl.String).alias(text)
            ),
        )
