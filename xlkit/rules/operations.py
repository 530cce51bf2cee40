"""What formulas make of their parts: signs between them, functions of them, sums over areas.

Only functions that Excel 2010, WPS and LibreOffice share are known.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from xlkit.rules.arithmetic import FAULT, KNOWN, Value, as_number, by_operator, called
from xlkit.rules.formula import Area, Cell, Node, Sight, Span


@dataclass(frozen=True, slots=True)
class Op:
    """Two values with a sign between them; of lists, item by item."""

    sign: str
    left: Node
    right: Node

    def excel(self, sight: Sight) -> str:
        return f"({self.left.excel(sight)}{self.sign}{self.right.excel(sight)})"

    def value(self, sight: Sight) -> Value:
        return by_operator(self.sign, self.left.value(sight), self.right.value(sight))


@dataclass(frozen=True, slots=True)
class Call:
    """A function of arguments."""

    name: str
    arguments: tuple[Node, ...]

    def excel(self, sight: Sight) -> str:
        listed = ",".join(item.excel(sight) for item in self.arguments)
        return f"--{listed}" if self.name == "N_" else f"{self.name}({listed})"

    def value(self, sight: Sight) -> Value:
        if self.name == "IF":
            return self._chosen(sight)
        if self.name in _LOOKING:
            return _LOOKING[self.name](self.arguments, sight)
        if self.name == "IFERROR":
            first = self.arguments[0].value(sight)
            return self.arguments[1].value(sight) if first is FAULT else first
        return called(self.name, [item.value(sight) for item in self.arguments])

    def _chosen(self, sight: Sight) -> Value:
        """Only the branch that is taken is worked out."""
        condition = self.arguments[0].value(sight)
        if condition is FAULT or isinstance(condition, list):
            return FAULT
        return self.arguments[1 if condition else 2].value(sight)


@dataclass(frozen=True, slots=True)
class Over:
    """The sum of what is made of every stretch of areas that lie side by side."""

    areas: tuple[Area, ...]
    make: Callable[..., Node]

    def excel(self, sight: Sight) -> str:
        count = len(sight.areas(self.areas[0]))
        return f"({'+'.join(self._part(number).excel(sight) for number in range(count)) or '0'})"

    def _part(self, number: int) -> Node:
        return self.make(*[Span(area, number) for area in self.areas])

    def value(self, sight: Sight) -> Value:
        total = 0.0
        for number in range(len(sight.contents(self.areas[0]))):
            part = self._part(number).value(sight)
            if part is FAULT:
                return part
            total += as_number(part)
        return total


def _shape(arguments: Sequence[Node], sight: Sight) -> Value:
    cell = arguments[-1]
    return sight.shape(cell) if isinstance(cell, Cell) else FAULT


def _rows(arguments: Sequence[Node], sight: Sight) -> Value:
    """The rows of a list: every one begins in the first row of its sheet."""
    entries = arguments[0].value(sight)
    return [float(row) for row, _ in enumerate(entries if isinstance(entries, list) else [], 1)]


_LOOKING = {"CELL": _shape, "ROW": _rows}
"""Functions that ask of a cell more than its content."""

FUNCTIONS = frozenset({*KNOWN, *_LOOKING, "IF", "IFERROR"})
"""The functions that trees may call."""
