"""Changes while a round runs: units, their addresses, their days. Each is a new row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

from xlkit.errors import RoundError
from xlkit.ledger.records import UnitListed, UnitState
from xlkit.roster import Roster, Unit, is_address
from xlkit.round.collecting import recognise_all
from xlkit.round.desk import Round
from xlkit.round.present import chosen, units_of
from xlkit.round.standing import Standing
from xlkit.round.units import listed
from xlkit.sentences import Sentence


@dataclass(frozen=True, slots=True)
class Change:
    """What became of a unit: its row before, None for a new one, and after."""

    before: UnitListed | None
    after: UnitListed

    @property
    def names(self) -> tuple[str, ...]:
        """The parts that are not as they were."""
        if self.before is None:
            return ()
        return tuple(
            part.name
            for part in fields(UnitListed)
            if part.name != "why" and _part(self.before, part.name) != _part(self.after, part.name)
        )


def add_unit(round_: Round, unit: Unit, why: str = "") -> Change:
    """Takes a unit up, also one that had been removed.

    Raises:
        RoundError: it is on the roster already, has no code or name, or no address is one.
    """
    round_.must_be_open()
    unit = replace(unit, code=unit.code.strip())
    if not unit.code:
        raise RoundError(Sentence("unit-code"))
    known = units_of(round_).get(unit.code)
    if known is not None and known.is_active:
        raise RoundError(Sentence("unit-listed", code=unit.code, name=known.unit.name))
    before = known.unit if known is not None else None
    return _enter(round_, [Change(before, _sound(listed(unit, _shared_day(round_), why)))])[0]


def _shared_day(round_: Round) -> date | None:
    """The day that all units have now, where it is not the one that the round was opened with."""
    days = {item.due for item in units_of(round_).values() if item.is_active}
    return days.pop() if len(days) == 1 and days != {round_.opened.due} else None


def change_unit(round_: Round, code: str, why: str = "", **parts: Any) -> Change:
    """Changes parts of a unit: its name, parent, emails, contact, members.

    A name that changes stands in what is sent from now on; what was sent is taken in as before.

    Raises:
        RoundError: the unit is unknown or no longer on the roster, or what it is to have is none.
    """
    round_.must_be_open()
    (standing,) = chosen(round_, [code])
    after = _sound(replace(standing.unit, why=why, **parts))
    return _enter(round_, [Change(standing.unit, after)])[0]


def remove_unit(round_: Round, code: str, why: str, into: str | None = None) -> Change:
    """Takes a unit off the roster, or merges it into another one; its returns stay in the archive.

    Raises:
        RoundError: a unit is unknown or no longer on the roster, or no reason is given.
    """
    round_.must_be_open()
    if not why.strip():
        raise RoundError(Sentence("unit-remove-why"))
    (standing,) = chosen(round_, [code])
    successor = chosen(round_, [into])[0].code if into is not None else ""
    if successor == standing.code:
        raise RoundError(Sentence("unit-into-itself", code=standing.code))
    state = UnitState.MERGED if successor else UnitState.REMOVED
    after = replace(standing.unit, state=state, successor=successor, why=why)
    return _enter(round_, [Change(standing.unit, after)])[0]


def move_deadline(
    round_: Round, due: date, codes: Sequence[str] = (), why: str = ""
) -> tuple[Change, ...]:
    """Sets the last day of some units, or of all that are on the roster.

    Raises:
        RoundError: a unit is unknown or no longer on the roster.
    """
    round_.must_be_open()
    changes = [
        Change(standing.unit, replace(standing.unit, due=due, why=why))
        for standing in chosen(round_, codes)
    ]
    return _enter(round_, changes)


def take_roster(
    round_: Round, roster: Roster, why: str = "", *, remove_missing: bool = False
) -> tuple[Change, ...]:
    """Makes the round's units those of a roster: new ones, and what changed of known ones.

    Units that the roster does not have stay, unless `remove_missing`.
    """
    round_.must_be_open()
    known = units_of(round_)
    shared = _shared_day(round_)
    changes = [_taken(known.get(unit.code), unit, why, shared) for unit in roster.units]
    if remove_missing:
        there = {unit.code for unit in roster.units}
        changes += [
            Change(item.unit, replace(item.unit, state=UnitState.REMOVED, why=why))
            for item in known.values()
            if item.is_active and item.code not in there
        ]
    return _enter(round_, [change for change in changes if change.before is None or change.names])


def _taken(known: Standing | None, unit: Unit, why: str, shared: date | None) -> Change:
    """A unit of a roster beside what is known of it; its own last day stays."""
    if known is None:
        return Change(None, listed(unit, shared, why))
    return Change(known.unit, listed(unit, known.unit.due, why))


def _enter(round_: Round, changes: Sequence[Change]) -> tuple[Change, ...]:
    """Enters what changed, and checks the returns anew: rules may look across units.

    What came from a unit before it was on the roster counts from now on.
    """
    round_.add(*(change.after for change in changes))
    recognise_all(round_)
    return tuple(changes)


def _sound(unit: UnitListed) -> UnitListed:
    """The unit, its name without blanks around it."""
    if not unit.name.strip():
        raise RoundError(Sentence("unit-name", code=unit.unit))
    wrong = [email for email in unit.emails if not is_address(email)]
    if wrong:
        raise RoundError(Sentence("unit-emails", emails=wrong))
    return replace(unit, name=unit.name.strip())


def _part(unit: UnitListed, name: str) -> Any:
    value = getattr(unit, name)
    if name == "members":
        return {group: [dict(member) for member in listed_] for group, listed_ in value.items()}
    return value
