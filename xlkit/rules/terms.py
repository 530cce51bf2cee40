"""What formulas are put together from: conditions, comparisons, questions put to lists."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial, reduce

from xlkit.rules.formula import Area, Literal, Node
from xlkit.rules.operations import Call, Op, Over


def call(name: str, *arguments: Node | str | float | bool) -> Call:
    return Call(name, tuple(map(node, arguments)))


def node(given: Node | str | float | bool) -> Node:
    """The part itself, or a literal of the value."""
    return Literal(given) if isinstance(given, str | int | float | bool) else given


def over(make: Callable[..., Node], *areas: Area) -> Over:
    return Over(areas, make)


def when(condition: Node, then: Node | str, otherwise: Node | str = "") -> Call:
    return call("IF", condition, then, otherwise)


def either(*conditions: Node) -> Node:
    return conditions[0] if len(conditions) == 1 else Call("OR", conditions)


def both(*conditions: Node) -> Node:
    return conditions[0] if len(conditions) == 1 else Call("AND", conditions)


def negated(condition: Node) -> Call:
    return call("NOT", condition)


def compared(left: Node | str | float, sign: str, right: Node | str | float) -> Op:
    return Op(sign, node(left), node(right))


def joined(parts: Sequence[Node]) -> Node:
    """The texts one behind the other."""
    return _chained("&", parts)


def added(parts: Sequence[Node]) -> Node:
    """The sum of the parts."""
    return _chained("+", parts)


def multiplied(parts: Sequence[Node]) -> Node:
    """The product of the parts; of conditions, whether all of them hold."""
    return _chained("*", parts)


def _chained(sign: str, parts: Sequence[Node]) -> Node:
    return reduce(partial(Op, sign), parts)


def how_many(condition: Node) -> Call:
    """How many items of a list answer yes; a failed one answers as `ISERROR` and its kin say."""
    return call("SUMPRODUCT", call("N_", condition))


def empty(cell: Node) -> Op:
    return compared(cell, "=", "")


def listed(cell: Node, names: Node) -> Op:
    """Whether a text is in a list to the letter; `*` and `?` mean themselves."""
    return compared(how_many(call("EXACT", names, cell)), ">", 0)


def similar(cell: Node, names: Node) -> Op:
    """Whether a text is in a list, whatever its case."""
    return compared(how_many(compared(names, "=", cell)), ">", 0)


def holds(cell: Node, names: Node) -> Op:
    """Whether any text of a list is somewhere in the cell."""
    return compared(how_many(call("ISNUMBER", call("FIND", names, cell))), ">", 0)


def count_of(cell: Node, sign: str) -> Node:
    """How often a sign stands in a text."""
    return compared(call("LEN", cell), "-", call("LEN", call("SUBSTITUTE", cell, sign, "")))
