"""The parts of an indicator value as formulas."""

from __future__ import annotations

from xlkit.form.fields import IndicatorField
from xlkit.rules import defined_names as names
from xlkit.rules.formula import Cell, Literal, Look, Name, Node
from xlkit.rules.terms import call, compared


def value_cells(field: IndicatorField) -> tuple[Node, Node, Node]:
    """Operator, number and unit of a value as formulas; a single cell's unit is what ends it."""
    if field.split:
        return (
            Cell(field.name, Look.OPERATOR),
            Cell(field.name, Look.NUMBER),
            Cell(field.name, Look.UNIT),
        )
    cell, rest = Cell(field.name), Cell(field.name, Look.REST)
    return (
        Literal(""),
        rest,
        call("RIGHT", cell, compared(call("LEN", cell), "-", call("LEN", rest))),
    )


def without_unit(field: IndicatorField) -> Node:
    """A single cell's text without the longest unit that it ends with."""
    cell, units = Cell(field.name), Name(names.UNITS + names.ALL)
    ends = call("EXACT", call("RIGHT", cell, call("LEN", units)), units)
    longest = call("SUMPRODUCT", call("MAX", compared(ends, "*", call("LEN", units))))
    rest = call("LEFT", cell, compared(call("LEN", cell), "-", longest))
    return call("IFERROR", rest, "")
