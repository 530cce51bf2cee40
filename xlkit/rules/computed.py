"""Computed cells, both faces: the formula in the workbook, the value on return."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import reduce
from typing import Protocol

from xlkit.form.blocks import Matrix, Record
from xlkit.form.fields import AmountField, Computed, IntegerField, PercentField, Reference
from xlkit.form.model import PlacedBlock

_PERCENT = Decimal(100)
#: Digits enough for any quotient of numbers that a cell can hold, two-digit exponents included.
_EXACT = Context(prec=400)


@dataclass(frozen=True, slots=True)
class Outcome:
    """A number, nothing, or not known because a cell that it needs could not be read."""

    value: Decimal | None = None
    known: bool = True
    percent: bool = False
    """The number counts percent points, which a product takes as hundredths."""


UNKNOWN = Outcome(known=False)
BLANK = Outcome()

Look = Callable[[Reference], Sequence[Outcome]]
"""The cells that a reference means: one, or a table's whole column."""


class Resolver(Protocol):
    """Where a reference lies, in the words of a formula."""

    def cells(self, reference: Reference) -> str: ...


def computation(placed: PlacedBlock, key: str | None, name: str) -> Computed | None:
    """How a cell is computed; None for a cell that is typed. `key` is a preset row's key.

    In a matrix, the numbers of a total row are the sums of its parts, and a share is that
    of the row in its total.
    """
    field = placed.field(name)
    if not isinstance(field, AmountField | IntegerField | PercentField):
        return None
    block = placed.block
    if not isinstance(block, Record) and key is not None:
        row = next((row for row in block.rows if row.key == key), None)
        if row is not None and name in row.without:
            return None
    if not isinstance(block, Matrix) or key is None:
        return field.computed
    if field.computed is not None and field.computed.share is not None:
        part = f"{placed.name}[{key}].{field.computed.share}"
        whole = f"{placed.name}[{block.row(key).total or key}].{field.computed.share}"
        return Computed(ratio=(part, whole))
    parts = [part for part in block.parts_of(key) if name not in part.without]
    if parts and not isinstance(field, PercentField):
        return Computed(sum=tuple(f"{placed.name}[{part.key}].{name}" for part in parts))
    return field.computed


def formula(computed: Computed, resolver: Resolver, decimals: int) -> str:
    """The formula of a computed cell; blank as long as nothing is there to compute from."""
    if computed.ratio is not None:
        (part, one), (_, other) = (_read(resolver, text) for text in computed.ratio)
        return f'=IF(OR(COUNT({part})=0,N({other})=0),"",ROUND({one}/{other},{decimals + 2}))'
    if computed.product is not None:
        (left, one), (right, other) = (_read(resolver, text) for text in computed.product)
        return f'=IF(OR(COUNT({left})=0,COUNT({right})=0),"",ROUND({one}*{other},{decimals}))'
    parts = ",".join(resolver.cells(reference) for reference in computed.references())
    return f'=IF(COUNT({parts})=0,"",SUM({parts}))'


def _read(resolver: Resolver, text: str) -> tuple[str, str]:
    """The cells that a reference means, and the one number in them: a column is added up."""
    reference = Reference.parse(text)
    cells = resolver.cells(reference)
    return cells, cells if reference.block is None or reference.row else f"SUM({cells})"


def evaluate(computed: Computed, look: Look, decimals: int) -> Outcome:
    """What the computed cell must show; a percentage in percent points."""
    if computed.ratio is not None:
        part, whole = (total(look(Reference.parse(text))) for text in computed.ratio)
        if not (part.known and whole.known):
            return UNKNOWN
        if part.value is None or not whole.value:
            return BLANK
        share = _EXACT.divide(_EXACT.multiply(part.value, _PERCENT), whole.value)
        return Outcome(share.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP, _EXACT))
    if computed.product is not None:
        return _product([look(Reference.parse(text)) for text in computed.product], decimals)
    return total([cell for reference in computed.references() for cell in look(reference)])


def _product(factors: Sequence[Sequence[Outcome]], decimals: int) -> Outcome:
    """The factors multiplied, rounded; nothing where one of them is blank."""
    found = Decimal(1)
    for cells in factors:
        factor = total(cells)
        if not factor.known:
            return UNKNOWN
        if factor.value is None:
            return BLANK
        hundredths = any(cell.percent for cell in cells)
        value = _EXACT.divide(factor.value, _PERCENT) if hundredths else factor.value
        found = _EXACT.multiply(found, value)
    return Outcome(found.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP, _EXACT))


def total(cells: Sequence[Outcome]) -> Outcome:
    """The sum of cells: unknown if one is, nothing where all are blank."""
    if not all(cell.known for cell in cells):
        return UNKNOWN
    values = [cell.value for cell in cells if cell.value is not None]
    return Outcome(reduce(_EXACT.add, values)) if values else BLANK
