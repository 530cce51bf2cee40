"""Echo: a cell that only repeats another cell of its row."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import TYPE_CHECKING, ClassVar

from xlkit.findings import Severity
from xlkit.form.model import Form
from xlkit.form.texts import Name
from xlkit.rules.check import Check
from xlkit.rules.formula import Cell, Look
from xlkit.rules.kind import Rule, beside, type_problems
from xlkit.rules.live import FILLED, Hidden, Live, is_sound
from xlkit.rules.spelling import WORDS, bare, with_squeezed
from xlkit.rules.terms import both, call, compared, either, when

if TYPE_CHECKING:
    import polars as pl


class Echo(Rule):
    """One finding for a column of a table: the cells that say nothing of their own."""

    kind: ClassVar[str] = "echo"
    face: ClassVar[str] = (
        "Shown beside the row, of a record below it, where the cells are alike but for line "
        "breaks and blanks; other spellings are found on return."
    )
    weight: ClassVar[Severity] = Severity.WARNING

    block: str
    fields: tuple[Name, ...]
    """Fields of words, from left to right; each may repeat one before it."""

    def problems(self, form: Form) -> Iterator[str]:
        found = list(type_problems(form, self.block, self.fields, WORDS, "holds no words"))
        yield from found
        if not found and len(self.fields) == 1:
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
                each=True,
                value=pl.col(name).str.head(40),
                params={"other": placed.field(other).label},
                message=self.said(form),
                prepare=self._add,
            )

    def _add(self, frame: pl.DataFrame) -> pl.DataFrame:
        for name in self.fields:
            frame = with_squeezed(frame, name, f"{self.id}.{name}.text")
        return frame

    def hidden(self, form: Form) -> Iterator[Hidden]:
        for name in self.fields:
            yield bare(form.block(self.block), name)

    def live(self, form: Form) -> Iterator[Live]:
        yield from super().live(form)
        placed = form.block(self.block)
        for number, name in enumerate(self.fields[1:], start=1):
            own = Cell(name, Look.BARE)
            alike = [
                both(call("EXACT", own, Cell(other, Look.BARE)), is_sound(other))
                for other in self.fields[:number]
            ]
            said = both(compared(own, "<>", ""), is_sound(name), either(*alike))
            words = when(said, self.words(placed, name, "cell-repeats"))
            yield beside(placed, when(compared(FILLED, ">", 0), words))
