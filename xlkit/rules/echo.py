"""Echo: a cell that only repeats another cell of its row."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import TYPE_CHECKING, ClassVar

from xlkit.findings import Severity
from xlkit.form.fields import ChoiceField, IndicatorField, TextField
from xlkit.form.model import Form, PlacedBlock
from xlkit.form.texts import Name, fill, say
from xlkit.rules.check import Check
from xlkit.rules.kind import Rule, field_problems
from xlkit.values.text import squeeze

if TYPE_CHECKING:
    import polars as pl


class Echo(Rule):
    """One finding for a column of a table: the cells that say nothing of their own."""

    kind: ClassVar[str] = "echo"
    weight: ClassVar[Severity] = Severity.WARNING

    block: str
    fields: tuple[Name, ...]
    """Fields of words, from left to right; each may repeat one before it."""

    def problems(self, form: Form) -> Iterator[str]:
        found = list(field_problems(form, self.block, self.fields))
        yield from found
        if found:
            return
        placed = form.block(self.block)
        for name in self.fields:
            if not isinstance(placed.field(name), TextField | ChoiceField | IndicatorField):
                yield f"'{self.block}.{name}' holds no words"
        if len(self.fields) == 1:
            yield "'fields' names two fields or more"

    def checks(self, form: Form) -> Iterator[Check]:
        import polars as pl

        placed = form.block(self.block)
        for name, other in ((two, one) for one, two in combinations(self.fields, 2)):
            texts = [f"{self.id}.{field}.text" for field in (name, other)]
            yield Check(
                id=f"{self.id}.{name}.{other}",
                code="cell-repeats",
                severity=self.severity_,
                block=placed.path,
                passes=~(pl.col("_filled") & (pl.col(texts[0]) == pl.col(texts[1]))),
                fields=(name,),
                reads=(other,),
                together=pl.col("_instance"),
                value=pl.col(name).str.head(40),
                params={"other": _label(form, placed, other)},
                message=self.said(form),
                prepare=self._add,
            )

    def _add(self, frame: pl.DataFrame) -> pl.DataFrame:
        import polars as pl

        for name in self.fields:
            words = {
                text: squeeze(text) or None for text in frame[name].drop_nulls().unique().to_list()
            }
            key = pl.col(name).replace_strict(words, default=None, return_dtype=pl.String)
            frame = frame.with_columns(key.alias(f"{self.id}.{name}.text"))
        return frame


def _label(form: Form, placed: PlacedBlock, name: str) -> str:
    return fill(say(placed.field(name).label, form.languages[0]))
