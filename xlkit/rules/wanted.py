"""Wanted: a field that must be filled in the rows where something else is so."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar, Literal

from xlkit.form.fields import ChoiceField, Reference
from xlkit.form.model import Form, PlacedBlock
from xlkit.form.texts import Name, fill, say
from xlkit.rules.check import Check, as_text, total_of
from xlkit.rules.figures import given, holds_between, summed
from xlkit.rules.formula import Cell, Node
from xlkit.rules.kind import Rule, field_problems, parse_all, reference_problems
from xlkit.rules.live import FILLED, Live, later, spoken
from xlkit.rules.terms import both, call, compared, either, empty, when
from xlkit.rules.total import condition_problems, said_in
from xlkit.values.text import squeeze

if TYPE_CHECKING:
    import polars as pl


class Wanted(Rule):
    """A reason for a score below its weight, or for an answer that asks for one."""

    kind: ClassVar[str] = "wanted"
    face: ClassVar[str] = "Shown beside the row."

    block: str
    field: str
    when: dict[Name, tuple[str, ...]] = {}
    """Each of these fields of the row says one of these names."""
    left: tuple[str, ...] = ()
    sign: Literal["<=", "<", ">=", ">"] | None = None
    right: tuple[str, ...] = ()
    """This comparison of sums holds, exactly."""

    def problems(self, form: Form) -> Iterator[str]:
        found = list(field_problems(form, self.block, (self.field, *self.when)))
        yield from found
        compared = [bool(self.left), self.sign is not None, bool(self.right)]
        if any(compared) != all(compared):
            yield "a comparison needs all of 'left', 'sign' and 'right'"
        if not self.when and not any(compared):
            yield "say where it is wanted: 'when', or 'left', 'sign' and 'right'"
        if not found:
            yield from condition_problems(form, form.block(self.block), self.when)
            yield from reference_problems(form, self.block, (*self.left, *self.right))

    def checks(self, form: Form) -> Iterator[Check]:
        import polars as pl

        placed = form.block(self.block)
        left, right = parse_all(self.left), parse_all(self.right)
        conditions = [said_in(self.when)] if self.when else []
        compared = []
        if self.sign is not None:
            one, other = total_of(left), total_of(right)
            holds = {"<=": one <= other, "<": one < other, ">=": one >= other, ">": one > other}
            conditions.append(holds[self.sign])
            compared.append(pl.format("{} {} {}", as_text(one), pl.lit(self.sign), as_text(other)))
        cells = (*left, *right)
        empty = pl.col(f"{self.field}.state") == "empty"
        asked = pl.col("_active") & pl.col("_filled") & pl.all_horizontal(conditions)
        yield Check(
            id=self.id,
            code="wanted-missing",
            severity=self.severity_,
            block=placed.path,
            passes=~(asked & empty),
            fields=(self.field,),
            references=tuple(item for item in cells if item.block is not None),
            reads=(*self.when, *(item.field for item in cells if item.block is None)),
            params={
                "because": {
                    language: pl.concat_str(
                        [*(_said(placed, name, language) for name in self.when), *compared],
                        separator="、",
                    )
                    for language in form.languages
                }
            },
            message=self.said(form),
        )

    def live(self, form: Form) -> Iterator[Live]:
        placed = form.block(self.block)
        left, right = parse_all(self.left), parse_all(self.right)
        conditions: list[Node] = []
        for name, wanted in self.when.items():
            said = [
                call("EXACT", Cell(name), text) for text in _spellings(form, placed, name, wanted)
            ]
            conditions.append(either(*said))
        if self.sign is not None:
            one, other = summed(form, placed, left), summed(form, placed, right)
            conditions += [given(form, placed, left), given(form, placed, right)]
            conditions.append(holds_between(one, self.sign, other))
        reads = (*map(Reference.parse, self.when), *left, *right)
        unsure = later(placed, self.field)
        words = self.words(placed, self.field, "wanted-missing")
        node = when(both(*conditions), words)
        asked = both(compared(FILLED, ">", 0), empty(Cell(self.field)))
        found = when(asked, spoken(form, placed, reads, unsure, node))
        yield Live(placed.path, row=lambda _row: found)


def _spellings(
    form: Form, placed: PlacedBlock, name: str, wanted: tuple[str, ...]
) -> tuple[str, ...]:
    """The names and whatever else reading takes for them."""
    field = placed.field(name)
    choices = form.choices(field) if isinstance(field, ChoiceField) else ()
    others = [alias for one in choices if one.name in wanted for alias in one.aliases]
    return tuple(dict.fromkeys((*wanted, *others, *map(squeeze, (*wanted, *others)))))


def _said(placed: PlacedBlock, name: str, language: str) -> pl.Expr:
    """What a row says in a field, with the field's label in that language."""
    import polars as pl

    label = fill(say(placed.field(name).label, language))
    return pl.format("{} {}", pl.lit(label), pl.col(name))
