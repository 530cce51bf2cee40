"""Share: a typed percentage that must be that of a part in a whole."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from xlkit.form.fields import PercentField, Reference
from xlkit.form.model import Form
from xlkit.rules.check import Check, as_text, once, total_of
from xlkit.rules.figures import fails_where, summed
from xlkit.rules.formula import Literal
from xlkit.rules.kind import Rule, home_of, parse_all, placed_live, reference_problems
from xlkit.rules.live import Live, later
from xlkit.rules.terms import call, compared, when


class Share(Rule):
    """Equal within half a unit of the percentage's last decimal.

    Rounded shares that do not add up to 100 are no mistake, so nothing adds them up.
    """

    kind: ClassVar[str] = "share"
    face: ClassVar[str] = (
        "Shown beside the row or below the block; a figure that is no stored number "
        "leaves it to the return."
    )

    share: str
    part: str
    whole: str
    block: str | None = None
    """The table in whose rows fields without a block stand."""

    def problems(self, form: Form) -> Iterator[str]:
        texts = (self.share, self.part, self.whole)
        found = list(reference_problems(form, self.block, texts))
        yield from found
        if not found and not isinstance(self._field(form), PercentField):
            yield f"'{self.share}' is no percent field"

    def checks(self, form: Form) -> Iterator[Check]:
        import polars as pl

        share, part, whole = parse_all((self.share, self.part, self.whole))
        home = home_of(form, self.block, (share, part, whole))
        field = self._field(form)
        decimals = field.decimals if isinstance(field, PercentField) else 0
        stated = total_of((share,)).cast(pl.Float64)
        of, divisor = total_of((part,)).cast(pl.Float64), total_of((whole,)).cast(pl.Float64)
        computed = pl.when(divisor != 0).then(of * 100 / divisor)
        # A hair more than half a unit: these quotients are binary numbers.
        near = 0.5 * 10**-decimals + 1e-9
        cells = (share, part, whole)
        yield Check(
            id=self.id,
            code="share-differs",
            severity=self.severity_,
            block=home.path,
            passes=once(self.block, (stated - computed).abs() <= near),
            fields=tuple(item.field for item in cells if item.block is None),
            references=tuple(item for item in cells if item.block is not None),
            value=pl.concat_str([as_text(total_of((share,))), pl.lit("%")]),
            expected=pl.concat_str([computed.round(decimals).cast(pl.String), pl.lit("%")]),
            message=self.said(form),
        )

    def live(self, form: Form) -> Iterator[Live]:
        share, part, whole = parse_all((self.share, self.part, self.whole))
        home = home_of(form, self.block, (share, part, whole))
        field = self._field(form)
        decimals = field.decimals if isinstance(field, PercentField) else 0
        stated, of, divisor = (summed(form, home, (item,)) for item in (share, part, whole))
        difference = compared(stated, "-", compared(compared(of, "*", 100), "/", divisor))
        near = 0.5 * 10**-decimals + 1e-9
        fails = when(
            compared(divisor, "=", 0),
            Literal(literal=False),
            compared(call("ABS", difference), ">", near),
        )
        words = self.words(home, share.field, "share-differs")
        sides = ((share,), (part,), (whole,))
        found = fails_where(form, home, sides, fails, words, later(home, words.field))
        yield placed_live(home, self.block, found)

    def _field(self, form: Form) -> object:
        reference = Reference.parse(self.share)
        return form.block(reference.block or self.block or "").field(reference.field)
