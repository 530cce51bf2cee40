"""Not weaker: a target that asks for no less than another target, or than was reached before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, ClassVar

from xlkit.findings import Severity
from xlkit.form.fields import IndicatorField
from xlkit.form.model import Form, PlacedBlock
from xlkit.form.texts import Name
from xlkit.rules.check import Check
from xlkit.rules.kind import Rule, field_problems
from xlkit.rules.others import Other, other_problems, others
from xlkit.rules.strength import PARTS, Directions, Seen, is_weaker

if TYPE_CHECKING:
    import polars as pl


class NotWeaker(Rule):
    """What is better is said by the signs, the tree or the name; otherwise nothing is said."""

    kind: ClassVar[str] = "not_weaker"
    face: ClassVar[str] = (
        "Decided on return: rows of other tables are found by names made alike, and which way is "
        "better is known from signs, the tree and the ends of names together."
    )
    weight: ClassVar[Severity] = Severity.WARNING

    block: str
    field: Name
    """The target, an indicator value."""
    name: Name
    """The field that names the indicator."""
    than: tuple[str, ...]
    """Fields of the row, or `block.field`: the row of the same key. The first that is stronger
    counts."""

    def problems(self, form: Form) -> Iterator[str]:
        yield from field_problems(form, self.block, (self.name,))
        yield from other_problems(form, self.block, self.field, self.than)

    def checks(self, form: Form) -> Iterator[Check]:
        import polars as pl

        placed = form.block(self.block)
        held = tuple(others(form, placed, self.than))
        judge = _Judge(form, placed, self, held)
        for number, other in enumerate(held):
            past = isinstance(other.field, IndicatorField) and other.field.past
            yield Check(
                id=f"{self.id}.{number + 1}",
                code="target-below-past" if past else "target-weaker",
                severity=self.severity_,
                block=placed.path,
                passes=pl.col(judge.column) != number,
                fields=(self.field, *other.fields),
                matches=other.matches,
                reads=(self.name, *judge.levels),
                value=pl.col(self.field),
                expected=pl.col(other.column()),
                params={"other": other.label},
                message=self.said(form),
                prepare=judge.add,
            )


class _Judge:
    """Adds the number of the first value that a row's target is weaker than."""

    def __init__(
        self, form: Form, placed: PlacedBlock, rule: NotWeaker, held: tuple[Other, ...]
    ) -> None:
        self._form = form
        self._rule = rule
        self._held = held
        self._directions = Directions(form, placed, rule.name)
        self.levels = self._directions.levels
        self.column = f"{rule.id}.weaker"

    def add(self, frame: pl.DataFrame) -> pl.DataFrame:
        import polars as pl

        if self.column in frame.columns:
            return frame
        columns = [f"{self._rule.field}.{part}" for part in PARTS]
        columns += [other.column(part) for other in self._held for part in PARTS]
        values = frame.select(columns).iter_rows()
        names = frame.select(sorted({self._rule.name, *self.levels})).iter_rows(named=True)
        found = [self._first(row, said) for row, said in zip(values, names, strict=True)]
        return frame.with_columns(pl.Series(self.column, found, dtype=pl.Int32))

    def _first(self, row: tuple[str | None, ...], said: Mapping[str, str | None]) -> int | None:
        size = len(PARTS)
        target, *held = (Seen(*row[at : at + size]) for at in range(0, len(row), size))
        for number, other in enumerate(held):
            signs = (target.operator, other.operator)
            levels = tuple(said[name] for name in self.levels)
            direction = self._directions.of(signs, levels, said[self._rule.name])
            if is_weaker(self._form, target, other, direction):
                return number
        return None
