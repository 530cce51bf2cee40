"""Compare: one sum against another, such as a score and its weight."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Literal

from xlkit.form.model import Form
from xlkit.rules.check import Check, as_text, once, total_of
from xlkit.rules.figures import fails_where, holds_between, summed
from xlkit.rules.kind import Rule, home_of, parse_all, placed_live, reference_problems
from xlkit.rules.live import Live, later
from xlkit.rules.terms import negated


class Compare(Rule):
    """Exact decimals: no tolerance, unlike a balance."""

    kind: ClassVar[str] = "compare"
    face: ClassVar[str] = (
        "Shown beside the row or below the block; a figure that is no stored number "
        "leaves it to the return."
    )

    left: tuple[str, ...]
    sign: Literal["<=", "<", ">=", ">"]
    right: tuple[str, ...]
    block: str | None = None
    """The table in whose rows fields without a block stand."""

    def problems(self, form: Form) -> Iterator[str]:
        yield from reference_problems(form, self.block, (*self.left, *self.right))

    def checks(self, form: Form) -> Iterator[Check]:
        left, right = parse_all(self.left), parse_all(self.right)
        home = home_of(form, self.block, (*left, *right))
        one, other = total_of(left), total_of(right)
        passes = {"<=": one <= other, "<": one < other, ">=": one >= other, ">": one > other}
        cells = (*left, *right)
        yield Check(
            id=self.id,
            code="compare-broken",
            severity=self.severity_,
            block=home.path,
            passes=once(self.block, passes[self.sign]),
            fields=tuple(item.field for item in cells if item.block is None),
            references=tuple(item for item in cells if item.block is not None),
            value=as_text(one),
            expected=as_text(other),
            params={"sign": self.sign},
            message=self.said(form),
        )

    def live(self, form: Form) -> Iterator[Live]:
        left, right = parse_all(self.left), parse_all(self.right)
        home = home_of(form, self.block, (*left, *right))
        one, other = summed(form, home, left), summed(form, home, right)
        words = self.words(home, left[0].field, "compare-broken")
        fails = negated(holds_between(one, self.sign, other))
        found = fails_where(form, home, (left, right), fails, words, later(home, words.field))
        yield placed_live(home, self.block, found)
