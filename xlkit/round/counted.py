"""Which return of each unit is in the master, and which units have none in it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from xlkit.round.standing import Standing


@dataclass(frozen=True, slots=True)
class Counted:
    """The units on the roster; each is in one of the three.

    `last` are in the master with their last return, `earlier` with one before it, since that was
    accepted and the last one is not, or since another is wanted; `missing` are not in it.
    """

    last: tuple[Standing, ...]
    earlier: tuple[Standing, ...]
    missing: tuple[Standing, ...]

    @property
    def units(self) -> int:
        """How many units are in the master."""
        return len(self.last) + len(self.earlier)


def counted(standings: Iterable[Standing], fallen: Collection[str] = ()) -> Counted:
    """The units by what of them is in the master; `fallen` have a return that no longer stands."""
    active = [item for item in standings if item.is_active]
    there = [item for item in active if item.accepted is not None and item.code not in fallen]
    codes = {item.code for item in there}
    return Counted(
        last=tuple(item for item in there if not item.counts_earlier),
        earlier=tuple(item for item in there if item.counts_earlier),
        missing=tuple(item for item in active if item.code not in codes),
    )
