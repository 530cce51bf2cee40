"""Sum: a typed total that must be the sum of its parts."""

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


class Sum(Rule):
    """Equal within half a unit of the last decimal; blank parts count as nothing."""

    kind: ClassVar[str] = "sum"
    face: ClassVar[str] = (
        "Shown beside the row or below the block; a figure that is no stored number "
        "leaves it to the return."
    )

    total: str
    parts: tuple[str, ...]
    block: str | None = None
    """The table in whose rows fields without a block stand."""

    def problems(self, form: Form) -> Iterator[str]:
        yield from reference_problems(form, self.block, (self.total, *self.parts))

    def checks(self, form: Form) -> Iterator[Check]:
        total, parts = parse_all((self.total,)), parse_all(self.parts)
        home = home_of(form, self.block, (*total, *parts))
        stated, added = total_of(total), total_of(parts)
        near = tolerance(decimals_of(form, home, (*total, *parts)))
        cells = (*total, *parts)
        yield Check(
            id=self.id,
            code="sum-differs",
            severity=self.severity_,
            block=home.path,
            passes=once(self.block, (stated - added).abs() <= near),
            fields=tuple(item.field for item in cells if item.block is None),
            references=tuple(item for item in cells if item.block is not None),
            value=as_text(stated),
            expected=as_text(added),
            params={"difference": as_text((stated - added).abs())},
            message=self.said(form),
        )

    def live(self, form: Form) -> Iterator[Live]:
        total, parts = parse_all((self.total,)), parse_all(self.parts)
        home = home_of(form, self.block, (*total, *parts))
        near = tolerance(decimals_of(form, home, (*total, *parts)))
        words = self.words(home, total[0].field, "sum-differs")
        found = differs(form, home, (total, parts), near, words)
        yield placed_live(home, self.block, found)
