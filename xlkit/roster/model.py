"""Reporting units and what the bureau knows of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from xlkit.errors import UsageError
from xlkit.sentences import Sentence


@dataclass(frozen=True, slots=True)
class Unit:
    """A reporting unit; `members` are the prefilled fields of each group's members."""

    code: str
    name: str
    parent: str = ""
    emails: tuple[str, ...] = ()
    contact: str = ""
    members: Mapping[str, tuple[Mapping[str, str], ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Roster:
    """Units in the order of the list; every code stands once."""

    units: tuple[Unit, ...]
    ignored: tuple[str, ...] = ()
    """Headings of columns that mean nothing to the form."""

    def unit(self, code: str) -> Unit:
        """The unit of that code.

        Raises:
            UsageError: the roster has no such unit.
        """
        for unit in self.units:
            if unit.code == code:
                return unit
        raise UsageError(Sentence("roster-unit", code=code))
