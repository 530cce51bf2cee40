"""The bureau's roll beside the returns: who is in, who is late, who has not answered."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from xlkit.values.text import squeeze


class Progress(StrEnum):
    """How far a unit is in a round."""

    NOT_SENT = "not_sent"
    """Its workbook did not go out yet."""
    WRITTEN = "written"
    """Its workbook is there, and no mail with it is known to have gone out."""
    SENT = "sent"
    """Its workbook went out; nothing came back."""
    RETURNED = "returned"
    """Something came back that nobody looked at, or that could not be read."""
    ERRORS = "errors"
    EXPLAIN = "explain"
    """Without errors, but with warnings to correct or explain."""
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    """The bureau sent it back."""
    REMOVED = "removed"
    """Taken off the roll; it owes nothing."""
    MERGED = "merged"
    """Became part of another unit, which answers for it."""

    @property
    def owes(self) -> bool:
        """Whether a return is wanted of the unit."""
        return self not in (Progress.REMOVED, Progress.MERGED)


@dataclass(frozen=True, slots=True)
class RollLine:
    """A unit of the roll. `returns` and `waived` count files that came and findings let stand."""

    unit: str
    name: str
    parent: str
    state: Progress
    due: date | None = None
    received: datetime | None = None
    """When the return that counts came in."""
    is_late: bool = False
    returns: int = 0
    waived: int = 0
    note: str = ""
    is_merged: bool = False
    """Whether its return is in the master, which says so itself."""


@dataclass(frozen=True, slots=True)
class Group:
    """What is told of some units together; `key` names its words."""

    key: str
    lines: tuple[RollLine, ...]


_SILENT = (Progress.NOT_SENT, Progress.WRITTEN, Progress.SENT)
_GROUPS: tuple[tuple[str, Callable[[RollLine], bool]], ...] = (
    ("in", lambda line: line.is_merged),
    ("silent", lambda line: line.state in _SILENT),
    ("late", lambda line: line.is_late and line.state.owes),
    ("returned", lambda line: line.state is Progress.RETURNED and not line.is_merged),
    ("wrong", lambda line: line.state in (Progress.ERRORS, Progress.EXPLAIN)),
    ("rejected", lambda line: line.state is Progress.REJECTED),
    ("waived", lambda line: line.waived > 0),
    ("gone", lambda line: not line.state.owes),
)


def roll_of(lines: Iterable[RollLine], merged: Iterable[str]) -> tuple[RollLine, ...]:
    """The roll by parent and code; `merged` are the codes of the units in the master."""
    known = {squeeze(unit) for unit in merged}
    told = (replace(line, is_merged=squeeze(line.unit) in known) for line in lines)
    return tuple(sorted(told, key=lambda line: (line.parent, line.unit, line.name)))


def groups(roll: Sequence[RollLine]) -> tuple[Group, ...]:
    """Who is in, who has not answered, who is late and so on; a unit may be in several.

    Groups without units are left out, but the first two: that nobody is missing is worth telling.
    """
    found = [Group(key, tuple(filter(test, roll))) for key, test in _GROUPS]
    return (*found[:2], *(group for group in found[2:] if group.lines))


def owing(roll: Iterable[RollLine]) -> int:
    """How many units a return is wanted of."""
    return sum(line.state.owes for line in roll)
