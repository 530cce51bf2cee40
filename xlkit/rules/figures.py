"""Sums of cells that rules compare, as the workbook works them out."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from xlkit.form.fields import AmountField, IntegerField, PercentField, Reference
from xlkit.form.model import Form, PlacedBlock
from xlkit.rules.check import SCALE
from xlkit.rules.formula import Cell, Literal, Node, Words
from xlkit.rules.live import area, later, spoken
from xlkit.rules.terms import added, both, call, compared, over, when

#: Decimals to which sums of binary numbers are compared.
EXACT = 6


def summed(form: Form, home: PlacedBlock, references: Sequence[Reference]) -> Node:
    """The sum of the references; percentages in percent points."""
    parts = [_one(form, home, reference) for reference in references]
    return call("ROUND", added(parts), SCALE)


def given(form: Form, home: PlacedBlock, references: Sequence[Reference]) -> Node:
    """Whether any cell of the references holds a number."""
    counts: list[Node] = []
    for reference in references:
        if reference.block is None:
            counts.append(call("COUNT", Cell(reference.field)))
        else:
            where = area(form, home, reference)
            counts.append(over(lambda span: call("COUNT", span), where))
    return compared(added(counts), ">", 0)


def decided(
    form: Form, home: PlacedBlock, references: Sequence[Reference], unsure: Words, node: Node
) -> Node:
    """The words of a rule, as far as the cells that it reads are sound by themselves."""
    if not all(_is_number(form, home, reference) for reference in references):
        return unsure
    return spoken(form, home, references, unsure, node)


def holds_between(left: Node, sign: str, right: Node) -> Node:
    """A comparison of two sums to the decimals that binary numbers keep."""
    difference = call("ROUND", compared(left, "-", right), EXACT)
    return compared(difference, sign, 0)


def fails_where(
    form: Form,
    home: PlacedBlock,
    sides: Sequence[Sequence[Reference]],
    fails: Node,
    words: Words,
    unsure: Words,
) -> Node:
    """The words where every side holds a number and the condition is met."""
    present = [given(form, home, side) for side in sides]
    node = when(both(*present), when(fails, words))
    return decided(form, home, [item for side in sides for item in side], unsure, node)


def differs(
    form: Form,
    home: PlacedBlock,
    sides: tuple[Sequence[Reference], Sequence[Reference]],
    near: Decimal,
    words: Words,
) -> Node:
    """The words where two sums differ by more than the tolerance."""
    one, other = (summed(form, home, side) for side in sides)
    apart = call("ABS", compared(one, "-", other))
    fails = holds_between(apart, ">", Literal(float(near)))
    return fails_where(form, home, sides, fails, words, later(home, words.field))


def _one(form: Form, home: PlacedBlock, reference: Reference) -> Node:
    placed = form.block(reference.block) if reference.block else home
    found: Node = (
        call("SUM", Cell(reference.field))
        if reference.block is None
        else over(lambda span: call("SUM", span), area(form, home, reference))
    )
    percent = isinstance(placed.field(reference.field), PercentField)
    return compared(found, "*", 100) if percent else found


def _is_number(form: Form, home: PlacedBlock, reference: Reference) -> bool:
    placed = form.block(reference.block) if reference.block else home
    return isinstance(placed.field(reference.field), AmountField | IntegerField | PercentField)
