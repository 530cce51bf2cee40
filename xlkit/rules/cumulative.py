"""Cumulative: figures of a record that never fall from one to the next, and end at a bound."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import ClassVar

from xlkit.form.blocks import Record
from xlkit.form.fields import PercentField, Reference
from xlkit.form.model import Form, PlacedBlock
from xlkit.rules.check import NUMBER, Check, as_text, once
from xlkit.rules.figures import fails_where, given, summed
from xlkit.rules.formula import Node
from xlkit.rules.kind import Rule, parse_all, placed_live, reference_problems
from xlkit.rules.live import Live, is_open, later
from xlkit.rules.terms import both, compared, negated, when


class Cumulative(Rule):
    """A spending plan by dates: each figure contains those before it."""

    kind: ClassVar[str] = "cumulative"
    face: ClassVar[str] = "Shown below the record."

    fields: tuple[str, ...]
    """References into one record, in their order in time."""
    end: Decimal | None = None
    """What the last figure must be; percent points for percentages."""

    def problems(self, form: Form) -> Iterator[str]:
        found = list(reference_problems(form, None, self.fields))
        yield from found
        if not found and len({item.block for item in parse_all(self.fields)}) != 1:
            yield "the fields of a cumulative rule stand in one record"
            return
        if not found and not isinstance(
            form.block(parse_all(self.fields)[0].block or "").block, Record
        ):
            yield "the fields of a cumulative rule stand in a record"

    def checks(self, form: Form) -> Iterator[Check]:
        import polars as pl

        references = parse_all(self.fields)
        placed = form.block(references[0].block or "")
        names = [item.field for item in references]
        unit = "%" if isinstance(placed.field(names[0]), PercentField) else ""
        for before, name in pairwise(names):
            yield Check(
                id=f"{self.id}.{name}",
                code="plan-not-rising",
                severity=self.severity_,
                block=placed.path,
                passes=once(None, pl.col(name) >= pl.col(before)),
                fields=(name,),
                reads=(before,),
                value=pl.concat_str([as_text(pl.col(name)), pl.lit(unit)]),
                expected=pl.concat_str([pl.lit("≥"), as_text(pl.col(before)), pl.lit(unit)]),
                params={"before": pl.concat_str([as_text(pl.col(before)), pl.lit(unit)])},
                message=self.said(form),
            )
        if self.end is not None:
            last = names[-1]
            # A last figure that falls is named by the check before.
            falls = (pl.col(last) < pl.col(names[-2])) if len(names) > 1 else pl.lit(value=False)
            yield Check(
                id=f"{self.id}.end",
                code="plan-not-complete",
                severity=self.severity_,
                block=placed.path,
                passes=once(
                    None,
                    falls.fill_null(value=False)
                    | (pl.col(last) == pl.lit(self.end, dtype=NUMBER())),
                ),
                fields=(last,),
                value=pl.concat_str([as_text(pl.col(last)), pl.lit(unit)]),
                expected=f"{self.end}{unit}",
                message=self.said(form),
            )

    def live(self, form: Form) -> Iterator[Live]:
        references = parse_all(self.fields)
        placed = form.block(references[0].block or "")
        sums = [summed(form, placed, (item,)) for item in references]
        for number, (before, item) in enumerate(pairwise(references)):
            words = self.words(placed, item.field, "plan-not-rising")
            falls = compared(sums[number + 1], "<", sums[number])
            unsure = later(placed, item.field)
            found = fails_where(form, placed, ((item,), (before,)), falls, words, unsure)
            yield placed_live(placed, None, found)
        if self.end is not None:
            found = self._ends(form, placed, references, sums)
            yield placed_live(placed, None, found)

    def _ends(
        self,
        form: Form,
        placed: PlacedBlock,
        references: Sequence[Reference],
        sums: Sequence[Node],
    ) -> Node:
        """The words for a last figure that is not the end; one that falls is named before."""
        last = references[-1]
        unit = "%" if isinstance(placed.field(last.field), PercentField) else ""
        words = self.words(placed, last.field, "plan-not-complete", f"{self.end:f}{unit}")
        unsure = later(placed, last.field)
        ends = compared(sums[-1], "=", float(self.end or 0))
        fails: Node = negated(ends)
        if len(sums) > 1:
            before = references[-2:-1]
            falls = both(given(form, placed, before), compared(sums[-1], "<", sums[-2]))
            fails = both(fails, negated(falls))
        found = fails_where(form, placed, ((last,),), fails, words, unsure)
        if len(sums) > 1:
            found = when(is_open(form, placed, references[-2]), unsure, found)
        return found
