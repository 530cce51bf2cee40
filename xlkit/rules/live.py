"""The face of a check that the workbook shows itself, while the department still has it.

What it says is sure: an error that it shows is found on return too, and where it shows
neither error nor `LATER` none is. What it cannot decide, full-width digits or a pattern, it
leaves to the return and says so.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from xlkit.findings import Severity
from xlkit.form.fields import Reference
from xlkit.form.model import Form, PlacedBlock
from xlkit.form.rows import Row, RowKind
from xlkit.rules import defined_names as names
from xlkit.rules.computed import computation
from xlkit.rules.formula import Area, Cell, Look, Name, Node, One, Words
from xlkit.rules.terms import (
    added,
    both,
    call,
    compared,
    count_of,
    either,
    empty,
    holds,
    how_many,
    negated,
    over,
    when,
)


class Mark(StrEnum):
    """How words of the workbook begin; they are counted by it."""

    WRONG = "✗"
    MISSING = "○"
    EXPLAIN = "△"
    LATER = "◇"
    """Decided on return."""
    SOUND = "✓"


COUNTED = (Mark.WRONG, Mark.MISSING, Mark.EXPLAIN, Mark.LATER)
"""Marks of words that somebody has to do something about, the worst first."""


@dataclass(frozen=True, slots=True)
class Live:
    """What a rule says in the workbook: beside each row of a block, or once below it.

    `row` gives the formula for a row, or None where the rule does not speak of it; `whole`
    the one below the block. Both give '' or words.
    """

    block: str
    row: Callable[[Row], Node | None] | None = None
    whole: Node | None = None
    keys: tuple[str, ...] = ()
    """Fields whose texts the rule compares with those of other rows."""


@dataclass(frozen=True, slots=True)
class Hidden:
    """A hidden cell that a rule has beside every row of a block; rules share like ones.

    `name` is that of a field, or, where no two rules can share it, the rule's.
    """

    block: str
    look: Look
    name: str
    make: Callable[[Row], Node]


TEXT_END = "\ue000"
"""A sign that nobody types, between texts that are looked through together."""
FILLED = Cell("", Look.FILLED)
"""Above 0 where something was surely typed into the row, below where that is not sure."""
DOUBTFUL = 2
"""What stands there where a name in the row may be taken for another on return."""
ACTIVE = Cell("", Look.ACTIVE)
"""1 where something was surely typed into the sheet of a group's member."""


def mark_of(severity: Severity) -> Mark | None:
    """The mark of a finding of that weight; notices are for the return."""
    return {Severity.ERROR: Mark.WRONG, Severity.WARNING: Mark.EXPLAIN}.get(severity)


def wrong(placed: PlacedBlock, field: str, code: str) -> Words:
    return Words(Mark.WRONG, field, code, placed.path)


def later(placed: PlacedBlock, field: str) -> Words:
    return Words(Mark.LATER, field, "", placed.path)


def in_use(placed: PlacedBlock, node: Node) -> Node:
    """The words, as far as the block's sheet is in use."""
    return node if placed.group is None else when(compared(ACTIVE, "=", 1), node)


def is_asked(row: Row) -> bool:
    """Whether the row must be filled, whatever else is."""
    return row.kind in (RowKind.PRESET, RowKind.RECORD) and not row.optional


# what a cell surely is


def number(cell: Node) -> Node:
    return call("ISNUMBER", cell)


def says_nothing(cell: Node) -> Node:
    """Whether a cell is empty, or has a sign before all others that nobody sees."""
    bare = call("TRIM", call("SUBSTITUTE", call("CLEAN", cell), "\u3000", ""))
    # A blank behind an empty text: programs differ in whether nothing is found in a text.
    first = call("LEFT", compared(bare, "&", "\u3000"), 1)
    return negated(call("ISERROR", call("FIND", first, One(names.BLANKS))))


def odd(cell: Node) -> Node:
    """Whether reading may take the text for another: padding, wide signs, line breaks."""
    cleaned = compared(call("LEN", call("CLEAN", cell)), "<>", call("LEN", cell))
    return either(number(cell), cleaned, holds(cell, Name(names.ODD)))


def digits_in(cell: Node) -> Node:
    """How many plain digits stand in a text."""
    without = call("SUBSTITUTE", cell, Name(names.DIGITS), "")
    return call("SUMPRODUCT", compared(call("LEN", cell), "-", call("LEN", without)))


def is_decimal(cell: Node) -> Node:
    """Whether a text is nothing but a few plain digits, with or without a point among them."""
    points = count_of(cell, ".")
    return both(
        compared(call("LEN", cell), ">", 0),
        compared(call("LEN", cell), "<=", _FEW_DIGITS),
        compared(call("LEFT", cell, 1), "<>", "."),
        compared(call("RIGHT", cell, 1), "<>", "."),
        compared(points, "<=", 1),
        compared(compared(digits_in(cell), "+", points), "=", call("LEN", cell)),
    )


_FEW_DIGITS = 15
"""Digits that every program keeps."""


# cells that a rule reads


def area(
    form: Form,
    home: PlacedBlock,
    reference: Reference,
    look: Look = Look.WHOLE,
    *,
    above: bool = False,
    rule: str = "",
) -> Area:
    """The cells of a reference seen from a block; `above`: down to the formula's own row."""
    path = form.block(reference.block).path if reference.block else home.path
    return Area(path, reference.row, reference.field, look, above, rule)


def is_sound(name: str) -> Node:
    """Whether nothing at all is said of a field of the row by itself."""
    return empty(Cell(name, Look.OWN))


def is_wrong(form: Form, home: PlacedBlock, reference: Reference) -> Node:
    """Whether a cell of a reference is wrong or missing by itself: then no rule speaks of it."""
    return _is_marked(form, home, reference, (Mark.WRONG.value, Mark.MISSING.value))


def is_open(form: Form, home: PlacedBlock, reference: Reference) -> Node:
    """Whether a cell of a reference is only read on return."""
    return _is_marked(form, home, reference, (Mark.LATER.value,))


def spoken(
    form: Form, home: PlacedBlock, references: Sequence[Reference], unsure: Node, node: Node
) -> Node:
    """The words of a rule, as far as the cells that it reads are sound by themselves."""
    wrong = either(*[is_wrong(form, home, reference) for reference in references])
    opened = either(*[is_open(form, home, reference) for reference in references])
    return call("IFERROR", when(wrong, "", when(opened, unsure, node)), unsure)


def _is_marked(form: Form, home: PlacedBlock, reference: Reference, marks: tuple[str, ...]) -> Node:
    inputs = _inputs(form, home, reference)
    if inputs:
        return either(*[_is_marked(form, home, item, marks) for item in inputs])
    if reference.block is None:
        own = Cell(reference.field, Look.OWN)
        return either(*[call("ISNUMBER", call("FIND", mark, own)) for mark in marks])

    def found(span: Node) -> Node:
        return added([how_many(call("ISNUMBER", call("FIND", mark, span))) for mark in marks])

    return compared(over(found, area(form, home, reference, Look.OWN)), ">", 0)


def _inputs(form: Form, home: PlacedBlock, reference: Reference) -> list[Reference]:
    """What a computed cell is computed from; [] for typed ones."""
    placed = form.block(reference.block) if reference.block else home
    computed = computation(placed, reference.row, reference.field)
    if computed is None:
        return []
    inside = [
        Reference(placed.path, reference.row, item.field)
        if item.block is None and reference.block is not None
        else item
        for item in computed.references()
    ]
    return [item for item in inside if item != reference]
