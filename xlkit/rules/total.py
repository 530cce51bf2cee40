"""Total: figures that must add up to a number that the form names, such as weights to 100."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar

from xlkit.findings import Severity
from xlkit.form.blocks import Table
from xlkit.form.fields import ChoiceField, Reference
from xlkit.form.model import Form, PlacedBlock
from xlkit.form.texts import Name
from xlkit.rules.check import NUMBER, Check, as_text, once, tolerance, total_of
from xlkit.rules.figures import fails_where, holds_between, summed
from xlkit.rules.formula import Literal
from xlkit.rules.kind import (
    Rule,
    decimals_of,
    field_problems,
    home_of,
    parse_all,
    placed_live,
    reference_problems,
)
from xlkit.rules.live import Live, in_use, later
from xlkit.rules.terms import call, compared

if TYPE_CHECKING:
    import polars as pl


class Total(Rule):
    """Equal within half a unit of the last decimal; blank parts count as nothing."""

    kind: ClassVar[str] = "total"
    face: ClassVar[str] = "Shown below the block; with `only`, decided on return."

    parts: tuple[str, ...]
    value: Decimal
    """What the parts add up to; percent points for percentages."""
    only: dict[Name, tuple[str, ...]] = {}
    """Rows that count: those where each of these fields says one of these names."""

    def problems(self, form: Form) -> Iterator[str]:
        found = list(reference_problems(form, None, self.parts))
        yield from found
        if not self.parts:
            yield "'parts' names nothing to add up"
        if found or not self.parts or not self.only:
            return
        references = parse_all(self.parts)
        placed = form.block(references[0].block or "")
        columns = all(
            item.row is None and form.block(item.block or "") is placed for item in references
        )
        if not columns or not isinstance(placed.block, Table):
            yield "with 'only' the parts are columns of one table: block.field"
            return
        yield from field_problems(form, placed.path, tuple(self.only))
        yield from condition_problems(form, placed, self.only)

    def checks(self, form: Form) -> Iterator[Check]:
        import polars as pl

        parts = parse_all(self.parts)
        home = home_of(form, None, parts)
        added = total_of(parts) if not self.only else _total_where(parts, self.only)
        value = pl.lit(self.value, dtype=NUMBER())
        near = tolerance(decimals_of(form, home, parts))
        yield Check(
            id=self.id,
            code="total-differs",
            severity=self.severity_,
            block=home.path,
            passes=once(None, (added - value).abs() <= near),
            references=parts,
            reads_elsewhere=tuple(Reference(home.path, None, name) for name in self.only),
            value=as_text(added),
            expected=f"{self.value:f}",
            params={
                "difference": as_text((added - value).abs()),
                "only": "、".join(name for names in self.only.values() for name in names),
            },
            message=self.said(form),
        )

    def live(self, form: Form) -> Iterator[Live]:
        parts = parse_all(self.parts)
        home = home_of(form, None, parts)
        words = self.words(home, parts[0].field, "total-differs", f"{self.value:f}")
        unsure = later(home, words.field)
        if self.only:
            # Which rows count depends on names that may be spelt in other ways.
            if self.severity_ is Severity.ERROR:
                yield Live(home.path, whole=in_use(home, unsure))
            return
        near = float(tolerance(decimals_of(form, home, parts)))
        difference = compared(summed(form, home, parts), "-", float(self.value))
        fails = holds_between(call("ABS", difference), ">", Literal(near))
        found = fails_where(form, home, (parts,), fails, words, unsure)
        yield placed_live(home, None, found)


def condition_problems(
    form: Form, placed: PlacedBlock, names: dict[Name, tuple[str, ...]]
) -> Iterator[str]:
    """Why a row can never say one of these names."""
    known = {field.name: field for field in placed.block.fields}
    for name, wanted in names.items():
        field = known.get(name)
        if isinstance(field, ChoiceField) and not field.open:
            offered = [choice.name for choice in form.choices(field)]
            for text in wanted:
                if text not in offered:
                    yield f"'{text}' is not among the names of '{name}': {', '.join(offered)}"


def said_in(names: dict[Name, tuple[str, ...]]) -> pl.Expr:
    """Whether a row says one of these names in each of these fields."""
    import polars as pl

    return pl.all_horizontal(
        [pl.col(name).is_in(list(wanted)).fill_null(value=False) for name, wanted in names.items()]
    )


def _total_where(parts: tuple[Reference, ...], only: dict[Name, tuple[str, ...]]) -> pl.Expr:
    """The sum of columns over such rows, null where all are blank or one is not known."""
    import polars as pl

    instance = ("_submission", "_instance")
    counts = said_in(only)
    sums, filled, known = [], [], []
    for part in parts:
        number = pl.when(counts).then(pl.col(part.field).cast(NUMBER()))
        sums.append(number.sum().over(*instance))
        filled.append(number.is_not_null().any().over(*instance))
        refused = counts & (pl.col(f"{part.field}.state") == "refused")
        known.append(~refused.any().over(*instance))
    decided = pl.all_horizontal(*known, pl.any_horizontal(*filled))
    return pl.when(decided).then(pl.sum_horizontal(*sums))
