"""Balance: two sums that must be equal, such as income and spending."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from xlkit.form.model import Form
from xlkit.rules.check import Check, as_text, once, tolerance, total_of
from xlkit.rules.figures import differs
from xlkit.rules.kind import (
    Rule,
    decimals_of,
    home_of,
    parse_all,
    placed_live,
    reference_problems,
)
from xlkit.rules.live import Live


class Balance(Rule):
    """Equal within half a unit of the last decimal that the fields declare."""

    kind: ClassVar[str] = "balance"
    face: ClassVar[str] = (
        "Shown beside the row or below the block; a figure that is no stored number "
        "leaves it to the return."
    )

    left: tuple[str, ...]
    right: tuple[str, ...]
    block: str | None = None
    """The table in whose rows fields without a block stand."""

    def problems(self, form: Form) -> Iterator[str]:
        yield from reference_problems(form, self.block, (*self.left, *self.right))

    def checks(self, form: Form) -> Iterator[Check]:
        left, right = parse_all(self.left), parse_all(self.right)
        home = home_of(form, self.block, left)
        one, other = total_of(left), total_of(right)
        near = tolerance(decimals_of(form, home, (*left, *right)))
        yield Check(
            id=self.id,
            code="balance-broken",
            severity=self.severity_,
            block=home.path,
            passes=once(self.block, (one - other).abs() <= near),
            fields=tuple(item.field for item in (*left, *right) if item.block is None),
            references=tuple(item for item in (*left, *right) if item.block is not None),
            value=as_text(one),
            expected=as_text(other),
            params={"difference": as_text((one - other).abs())},
            message=self.said(form),
        )

    def live(self, form: Form) -> Iterator[Live]:
        left, right = parse_all(self.left), parse_all(self.right)
        home = home_of(form, self.block, left)
        near = tolerance(decimals_of(form, home, (*left, *right)))
        words = self.words(home, (*left, *right)[0].field, "balance-broken")
        found = differs(form, home, (left, right), near, words)
        yield placed_live(home, self.block, found)
