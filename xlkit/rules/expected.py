"""Which units an indicator's name or its preset row lets expect, as lists of the workbook."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from xlkit.form.blocks import Table
from xlkit.form.fields import ChoiceField, IndicatorField
from xlkit.form.lists import UnitHint
from xlkit.form.model import Form, PlacedBlock
from xlkit.form.rows import rows_of
from xlkit.rules import defined_names as names
from xlkit.rules.formula import Cell, Literal, Name, Node
from xlkit.rules.live import odd, says_nothing
from xlkit.rules.names import bare_name
from xlkit.rules.terms import both, call, compared, either, empty, how_many, listed, negated, when


@dataclass(frozen=True, slots=True)
class Expectation:
    """Names that end so have one of the units, and none of the others."""

    endings: tuple[str, ...]
    units: tuple[str, ...]
    not_units: tuple[str, ...]

    @classmethod
    def of(cls, hint: UnitHint) -> Expectation:
        return cls(hint.endings, hint.units, hint.not_units)

    @classmethod
    def preset(cls, unit: str) -> Expectation:
        return cls((), (unit,), ())


def expectations(form: Form) -> tuple[Expectation, ...]:
    """What the form's hints lead to expect, in their order, then the units of preset rows."""
    presets = dict.fromkeys(
        row.node.unit
        for placed in form.blocks
        for row in rows_of(form, placed, 0)
        if row.node is not None and row.node.unit
    )
    return (
        *map(Expectation.of, form.unit_hints),
        *(Expectation.preset(unit) for unit in presets if unit),
    )


def expectation_of(form: Form, name: str) -> Expectation:
    """What a name leads to expect: the first hint that is for its ending; else nothing."""
    bare = bare_name(name)
    found = (hint for hint in form.unit_hints if bare.endswith(hint.endings))
    hint = next(found, None)
    return Expectation((), (), ()) if hint is None else Expectation.of(hint)


def fitting(form: Form, expectation: Expectation) -> Iterator[str]:
    """The units that an expectation allows: those it names and those that convert to them."""
    known = [form.unit(name) for name in expectation.units]
    dimensions = {unit.dimension for unit in known if unit is not None}
    for unit in form.units:
        if unit.name in expectation.units or unit.dimension in dimensions:
            yield unit.name
            yield from unit.aliases


def barred(form: Form, expectation: Expectation) -> Iterator[str]:
    """The units that an expectation rules out."""
    for unit in form.units:
        if unit.name in expectation.not_units:
            yield unit.name
            yield from unit.aliases


# hints of names that are typed, in the workbook


def hinting_fields(form: Form, placed: PlacedBlock) -> tuple[str, ...]:
    """The fields whose names' hints have a hidden column of their own in the workbook."""
    block = placed.block
    if not isinstance(block, Table) or not form.unit_hints:
        return ()
    has_values = any(isinstance(field, IndicatorField) for field in block.fields)
    return (block.key_field,) if has_values else ()


def name_hint(form: Form, placed: PlacedBlock, field: str) -> Node:
    """Which of the form's hints a typed name is for, from 1; 0 for none, -1 where unclear."""
    name = Cell(field)
    node: Node = Literal(0)
    for number in reversed(range(len(form.unit_hints))):
        endings = Name(names.endings_name(number))
        end = call("EXACT", call("RIGHT", name, call("LEN", endings)), endings)
        node = when(compared(how_many(end), ">", 0), Literal(number + 1), node)
    known = when(_is_unclear(placed, field), Literal(-1), node)
    return call("IFERROR", when(empty(name), Literal(0), known), Literal(-1))


def _is_unclear(placed: PlacedBlock, field_name: str) -> Node:
    """Whether the name ends in brackets, or may be read as another."""
    name = Cell(field_name)
    bracket = call("ISNUMBER", call("FIND", call("RIGHT", name, 1), ")\uff09"))
    doubts = [says_nothing(name), odd(name), bracket]
    field = placed.field(field_name)
    if isinstance(field, ChoiceField) and field.tree:
        level = names.level_name(field.tree, field.level or 1)
        every = listed(name, Name(level + names.ALL))
        doubts.append(both(every, negated(listed(name, Name(level)))))
    return either(*doubts)
