"""Control: a figure of a unit is the one that the bureau has for it."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import ClassVar

from xlkit.form.model import Form
from xlkit.rules.check import NUMBER, Check, as_text, once, tolerance, total_of
from xlkit.rules.kind import Rule, decimals_of, home_of, parse_all, reference_problems


class Control(Rule):
    """Equal within half a unit of the last decimal; a unit without a figure is not asked."""

    kind: ClassVar[str] = "control"

    parts: tuple[str, ...]
    """References into blocks outside groups, or whole columns, that are added up."""
    units: dict[str, Decimal]
    """The figure of each unit, by its code."""

    def problems(self, form: Form) -> Iterator[str]:
        found = list(reference_problems(form, None, self.parts))
        yield from found
        if not self.parts:
            yield "'parts' names nothing to add up"
        if not self.units:
            yield "'units' names no unit"
        if all(placed.group is not None for placed in form.blocks):
            yield "every block is in a group; a control figure is of a whole return"

    def checks(self, form: Form) -> Iterator[Check]:
        import polars as pl

        parts = parse_all(self.parts)
        # Asked once for a return: where a group's figures are added up, from outside the group.
        home = home_of(form, None, parts)
        if home.group is not None:
            home = next(placed for placed in form.blocks if placed.group is None)
        added = total_of(parts)
        figure = pl.col("_unit").replace_strict(
            list(self.units), list(self.units.values()), default=None, return_dtype=NUMBER()
        )
        near = tolerance(decimals_of(form, home, parts))
        yield Check(
            id=self.id,
            code="control-differs",
            severity=self.severity_,
            block=home.path,
            passes=once(None, (added - figure).abs() <= near),
            references=parts,
            value=as_text(added),
            expected=as_text(figure),
            params={"difference": as_text((added - figure).abs())},
            message=self.said(form),
        )
