"""Whether one target is weaker than another value of the same indicator."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Literal, NamedTuple

from xlkit.form.model import Form, PlacedBlock
from xlkit.rules.names import bare_name
from xlkit.values.reading import ValueKind

Direction = Literal["up", "down"]
_UP, _DOWN = frozenset("≥>"), frozenset("≤<")
_SIGNS = _UP | _DOWN


class Seen(NamedTuple):
    """An indicator value as a frame holds it."""

    kind: str | None
    operator: str | None
    digits: str | None
    unit: str | None


#: The columns of a value that `Seen` is made of.
PARTS = ("kind", "operator", "digits", "unit")


class Directions:
    """Whether more or less is better, for the rows of one block."""

    def __init__(self, form: Form, placed: PlacedBlock, name: str) -> None:
        self._form = form
        fields = form.tree_fields(placed)
        self.levels = tuple(fields[level].name for level in sorted(fields))
        """The fields whose names lead to an indicator's place in its tree."""
        self._name = name
        self._known: dict[tuple[str | None, ...], Direction | None] = {}
        self._tree = fields[1].tree if 1 in fields else None
        self._hints = sorted(
            ((ending, hint.direction) for hint in form.direction_hints for ending in hint.endings),
            key=lambda hint: -len(hint[0]),
        )

    def of(
        self, operators: Sequence[str | None], levels: tuple[str | None, ...], name: str | None
    ) -> Direction | None:
        """By the signs, else the indicator's node, its name's ending, or the nodes above it.

        None where nothing says so, or signs contradict each other.
        """
        signs = {sign for sign in operators if sign and sign in _SIGNS}
        if signs:
            if signs <= _UP:
                return "up"
            return "down" if signs <= _DOWN else None
        key = (name, *levels)
        if key not in self._known:
            self._known[key] = self._unsigned(levels, name)
        return self._known[key]

    def _unsigned(self, levels: tuple[str | None, ...], name: str | None) -> Direction | None:
        chain = self._chain(levels)
        own = chain[-1] if self._name in self.levels and len(chain) == len(self.levels) else None
        if own is not None:
            return own
        bare = bare_name(name or "")
        hinted = next((way for ending, way in self._hints if bare.endswith(ending)), None)
        return hinted or next((way for way in reversed(chain) if way is not None), None)

    def _chain(self, levels: Sequence[str | None]) -> list[Direction | None]:
        """The directions of the nodes that the names lead to, as far as the tree knows them."""
        found: list[Direction | None] = []
        for end in range(1, len(levels) + 1):
            names = tuple(name or "" for name in levels[:end])
            node = self._form.node(self._tree, names) if self._tree else None
            if node is None:
                break
            found.append(node.direction)
        return found


def is_weaker(form: Form, target: Seen, other: Seen, direction: Direction | None) -> bool | None:
    """Whether the target asks for less than the other value; None where that is open.

    Numbers are compared in one unit, words by their places on a scale, the best word first.
    """
    if target.kind == other.kind == ValueKind.LEVEL:
        return _is_lower_level(form, target.digits or "", other.digits or "")
    if not target.kind == other.kind == ValueKind.NUMBER or direction is None:
        return None
    numbers = _in_one_unit(form, target, other)
    if numbers is None:
        return None
    return numbers[0] < numbers[1] if direction == "up" else numbers[0] > numbers[1]


def _in_one_unit(form: Form, one: Seen, other: Seen) -> tuple[Decimal, Decimal] | None:
    numbers = Decimal(one.digits or 0), Decimal(other.digits or 0)
    if (one.unit or None) == (other.unit or None) or _is_bare_zero(one) or _is_bare_zero(other):
        return numbers
    units = form.unit(one.unit or ""), form.unit(other.unit or "")
    if units[0] is None or units[1] is None or units[0].dimension != units[1].dimension:
        return None
    return numbers[0] * units[0].factor, numbers[1] * units[1].factor


def _is_bare_zero(seen: Seen) -> bool:
    return not seen.unit and not Decimal(seen.digits or 0)


def _is_lower_level(form: Form, target: str, other: str) -> bool | None:
    for scale in form.scales.values():
        words = [choice.name for choice in scale]
        if target in words and other in words:
            return words.index(target) > words.index(other)
    return None
