"""Same name: one indicator that stands in a table twice under different headings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from xlkit.findings import Severity
from xlkit.form.model import Form
from xlkit.form.texts import Name
from xlkit.rules.check import Check
from xlkit.rules.kind import Rule, field_problems
from xlkit.rules.names import bare_name
from xlkit.values.text import squeeze

if TYPE_CHECKING:
    import polars as pl


class SameName(Rule):
    """Blanks, widths and notes in brackets make no other name. Rows alike in all are `unique`'s."""

    kind: ClassVar[str] = "same_name"
    weight: ClassVar[Severity] = Severity.WARNING

    block: str
    name: Name
    """The field that names the indicator."""
    under: tuple[Name, ...] = ()
    """The fields of the headings that it stands under."""

    def problems(self, form: Form) -> Iterator[str]:
        yield from field_problems(form, self.block, (self.name, *self.under))

    def checks(self, form: Form) -> Iterator[Check]:
        import polars as pl

        placed = form.block(self.block)
        key, within = f"{self.id}.name", ("_submission", "_instance")
        named = pl.col(key).is_not_null()
        first = pl.col("_where").first().over(*within, key)
        repeats = pl.int_range(pl.len()).over(*within, key) > 0
        alike = pl.int_range(pl.len()).over(*within, *self.under, self.name) > 0
        yield Check(
            id=self.id,
            code="name-repeated",
            severity=self.severity_,
            block=placed.path,
            passes=~(named & repeats & ~alike),
            fields=(self.name,),
            reads=self.under,
            value=pl.col(self.name),
            params={"other": first},
            message=self.said(form),
            prepare=self._add,
        )

    def _add(self, frame: pl.DataFrame) -> pl.DataFrame:
        import polars as pl

        names = {
            text: squeeze(bare_name(text)) or None
            for text in frame[self.name].drop_nulls().unique().to_list()
        }
        key = pl.col(self.name).replace_strict(names, default=None, return_dtype=pl.String)
        return frame.with_columns(pl.when("_filled").then(key).alias(f"{self.id}.name"))
