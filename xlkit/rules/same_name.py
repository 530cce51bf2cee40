"""Same name: one indicator that stands in a table twice under different headings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from xlkit.findings import Severity
from xlkit.form.blocks import Record
from xlkit.form.fields import ChoiceField, Reference, TextField
from xlkit.form.model import Form, PlacedBlock
from xlkit.form.rows import rows_of
from xlkit.form.texts import Name
from xlkit.rules.check import Check
from xlkit.rules.formula import Area, Cell, Look, Node
from xlkit.rules.kind import Rule, beside, field_problems
from xlkit.rules.live import DOUBTFUL, FILLED, Hidden, Live, area, is_sound
from xlkit.rules.names import bare_name
from xlkit.rules.spelling import bare, called, with_squeezed
from xlkit.rules.terms import both, call, compared, how_many, multiplied, over, when

if TYPE_CHECKING:
    import polars as pl


class SameName(Rule):
    """Blanks, widths and notes in brackets make no other name. Rows alike in all are `unique`'s."""

    kind: ClassVar[str] = "same_name"
    face: ClassVar[str] = (
        "Shown beside the row whose name stands above it already, but for blanks and a note "
        "in brackets; other spellings are found on return."
    )
    weight: ClassVar[Severity] = Severity.WARNING

    block: str
    name: Name
    """The field that names the indicator."""
    under: tuple[Name, ...] = ()
    """The fields of the headings that it stands under."""

    def problems(self, form: Form) -> Iterator[str]:
        yield from field_problems(form, self.block, self._fields)

    def checks(self, form: Form) -> Iterator[Check]:
        import polars as pl

        placed = form.block(self.block)
        key, within = f"{self.id}.name", ("_submission", "_instance")
        named = pl.col(key).is_not_null()
        printed = pl.col("_key").is_in(self._printed(form, placed))
        # A printed name is nobody's mistake: the row that somebody named so is told.
        where = pl.col("_where").first().over(*within, key)
        first = pl.coalesce(pl.col("_where").filter(printed).first().over(*within, key), where)
        typed = pl.int_range(pl.len()).over(*within, key, printed) > 0
        repeats = ~printed & (typed | printed.any().over(*within, key))
        every = (*within, *self.under, self.name)
        typed_alike = pl.int_range(pl.len()).over(*every, printed) > 0
        alike = typed_alike | printed.any().over(*every)
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

        key = f"{self.id}.name"
        frame = with_squeezed(frame, self.name, key, bare_name)
        return frame.with_columns(pl.when("_filled").then(key).alias(key))

    def _printed(self, form: Form, placed: PlacedBlock) -> list[str]:
        """The keys of the rows in which the name is printed."""
        return [row.key for row in rows_of(form, placed) if row.key and self.name in row.fixed]

    def hidden(self, form: Form) -> Iterator[Hidden]:
        placed = form.block(self.block)
        if self._is_seen(placed):
            yield bare(placed, self.name)
            yield called(placed, self.name)

    def live(self, form: Form) -> Iterator[Live]:
        yield from super().live(form)
        placed = form.block(self.block)
        if self._is_seen(placed):
            words = beside(placed, self._beside(form, placed), unless_printed=self.name)
            yield replace(words, keys=self._fields)

    def _is_seen(self, placed: PlacedBlock) -> bool:
        """Whether the workbook can compare the names; a record has but one row."""
        seen = isinstance(placed.field(self.name), TextField | ChoiceField)
        return seen and not isinstance(placed.block, Record)

    def _beside(self, form: Form, placed: PlacedBlock) -> Node:
        """The words of a row of a name from above, or of a printed one, that differs in others."""
        repeats = both(
            compared(self._bearers(form, placed), ">", 1),
            compared(self._doubtful(form, placed), "=", 0),
            *self._alone(form, placed),
            *[is_sound(name) for name in self._fields],
        )
        words = self.words(placed, self.name, "name-repeated")
        asked = both(compared(FILLED, ">", 0), compared(self._own, "<>", ""))
        return call("IFERROR", when(asked, when(repeats, words)), "")

    @property
    def _own(self) -> Cell:
        """The row's own name, as names are compared."""
        return Cell(self.name, Look.CALLED)

    @property
    def _fields(self) -> tuple[str, ...]:
        return (self.name, *self.under)

    def _bearers(self, form: Form, placed: PlacedBlock) -> Node:
        """In how many rows the name stands: from the top to this one, and where it is printed."""

        def typed(names: Node, used: Node) -> Node:
            return _counted(call("EXACT", names, self._own), compared(used, ">", 0))

        def printed(names: Node, bare: Node, used: Node) -> Node:
            return _counted(
                call("EXACT", bare, self._own), compared(names, "=", ""), compared(used, ">", 0)
            )

        column = partial(_column, form, placed, self.name)
        above = over(typed, column(Look.CALLED, above=True), column(Look.FILLED, above=True))
        whole = over(printed, column(Look.CALLED), column(Look.BARE), column(Look.FILLED))
        return compared(above, "+", whole)

    def _doubtful(self, form: Form, placed: PlacedBlock) -> Node:
        """In how many rows of that name, from the top to this one, use is in doubt."""

        def doubtful(names: Node, used: Node) -> Node:
            return _counted(call("EXACT", names, self._own), compared(used, "=", DOUBTFUL))

        column = partial(_column, form, placed, self.name)
        return over(doubtful, column(Look.CALLED, above=True), column(Look.FILLED, above=True))

    def _alone(self, form: Form, placed: PlacedBlock) -> tuple[Node, Node]:
        """Whether no row from above, and no printed one, is the same in all fields."""

        def same(spans: Sequence[Node]) -> list[Node]:
            return [call("EXACT", s, Cell(n)) for n, s in zip(self._fields, spans, strict=True)]

        def alike_above(*spans: Node) -> Node:
            return _counted(*same(spans))

        def alike(names: Node, *spans: Node) -> Node:
            return _counted(*same(spans), compared(names, "=", ""))

        column = partial(_column, form, placed)
        above = [column(name, Look.WHOLE, above=True) for name in self._fields]
        whole = [column(name, Look.WHOLE) for name in self._fields]
        return (
            compared(over(alike_above, *above), "=", 1),
            compared(over(alike, column(self.name, Look.CALLED), *whole), "=", 0),
        )


def _column(form: Form, placed: PlacedBlock, name: str, look: Look, *, above: bool = False) -> Area:
    """What a look shows of a field in every row, or in those from the top to this one."""
    return area(form, placed, Reference(placed.path, None, name), look, above=above)


def _counted(*conditions: Node) -> Node:
    """In how many rows all conditions hold."""
    if len(conditions) == 1:
        return how_many(*conditions)
    return call("SUMPRODUCT", multiplied(conditions))
