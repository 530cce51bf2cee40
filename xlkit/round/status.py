"""The state of a round at a glance, as values and as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from xlkit.errors import RoundError
from xlkit.master.roll import Progress
from xlkit.round.desk import Round
from xlkit.round.letters import Letter
from xlkit.round.outgoing import answered_at, reminded_at
from xlkit.round.posts import Post
from xlkit.round.present import present
from xlkit.round.standing import Standing, Stray, counts_of
from xlkit.sentences import Sentence

#: The states in the order in which a unit goes through them, the last ones aside.
COUNTED = (
    Progress.NOT_SENT,
    Progress.WRITTEN,
    Progress.SENT,
    Progress.RETURNED,
    Progress.ERRORS,
    Progress.EXPLAIN,
    Progress.REJECTED,
    Progress.ACCEPTED,
)


@dataclass(frozen=True, slots=True)
class Tally:
    """How many units stand where; `late` are those after their day, come or not."""

    units: int
    states: Mapping[Progress, int]
    late: int

    @classmethod
    def of(cls, found: Iterable[Standing]) -> Tally:
        """The tally of those units that are on the roster."""
        active = [item for item in found if item.is_active]
        return cls(len(active), counts_of(active), sum(item.is_late for item in active))


@dataclass(frozen=True, slots=True)
class Status:
    """Every unit and every file that counts for none, with the tallies of all and by parent."""

    round: str
    form: str
    version: int
    year: int
    is_closed: bool
    zone: ZoneInfo
    units: tuple[Standing, ...] = field(repr=False)
    strays: tuple[Stray, ...] = field(repr=False)

    @property
    def total(self) -> Tally:
        return Tally.of(self.units)

    @property
    def by_parent(self) -> Mapping[str, Tally]:
        """The tallies of the departments above the units; '' holds those without one."""
        groups: dict[str, list[Standing]] = {}
        for item in self.units:
            if item.is_active:
                groups.setdefault(item.unit.parent, []).append(item)
        return {parent: Tally.of(found) for parent, found in groups.items()}


def status_of(round_: Round, parents: Sequence[str] = ()) -> Status:
    """The round's state; with `parents`, of the units below these only.

    Raises:
        RoundError: no unit stands below one of the parents.
    """
    units, strays = present(round_)
    known = sorted({item.unit.parent for item in units if item.unit.parent})
    if unknown := [name for name in parents if name not in known]:
        raise RoundError(
            Sentence("parent-unknown", unknown=unknown, known=known or Sentence("none"))
        )
    opened = round_.opened
    chosen = tuple(item for item in units if not parents or item.unit.parent in parents)
    return Status(
        round=round_.id,
        form=opened.form,
        version=round_.form.version,
        year=opened.year,
        is_closed=round_.is_closed,
        zone=round_.zone,
        units=chosen,
        strays=() if parents else strays,
    )


def status_report(status: Status) -> dict[str, Any]:
    """The state as JSON; days as ISO 8601, no addresses and no contacts."""
    return {
        "round": status.round,
        "form": status.form,
        "version": status.version,
        "year": status.year,
        "closed": status.is_closed,
        "total": _tally(status.total),
        "parents": {parent: _tally(tally) for parent, tally in status.by_parent.items()},
        "units": [_unit(item, status.zone) for item in status.units],
        "strays": [_stray(item) for item in status.strays],
    }


def _tally(tally: Tally) -> dict[str, int]:
    states = {state.value: tally.states[state] for state in COUNTED}
    return {"units": tally.units, **states, "late": tally.late}


def _unit(item: Standing, zone: ZoneInfo) -> dict[str, Any]:
    last, reviewed = item.last, item.last.reviewed if item.last else None
    return {
        "unit": item.code,
        "name": item.unit.name,
        "parent": item.unit.parent,
        "state": item.state.value,
        "late": item.is_late,
        "due": item.due.isoformat(),
        "serial": item.serial,
        "received": item.received_on.isoformat() if item.received_on else None,
        "returns": len(item.returns),
        "same_file_again": item.again,
        "two_on_one_day": item.is_twice_on_one_day,
        "older_serial": last is not None and last.recognised.standing == "older-serial",
        "errors": reviewed.errors if reviewed else 0,
        "warnings": reviewed.warnings if reviewed else 0,
        "waived": reviewed.waived if reviewed else 0,
        "answered": item.is_answered,
        "answered_on": _day(answered_at(item), zone),
        "reminded_on": _day(reminded_at(item), zone),
        "accepted": item.accepted.sha256 if item.accepted else None,
        "file": last.received.name if last else None,
        "successor": item.unit.successor or None,
        "stranger": bool(item.stranger),
        "mail": _mail(item.posts[-1]) if item.posts else None,
        "letter": _letter(item.letter, zone) if item.letter else None,
    }


def _day(at: datetime | None, zone: ZoneInfo) -> str | None:
    return at.astimezone(zone).date().isoformat() if at is not None else None


def _letter(letter: Letter, zone: ZoneInfo) -> dict[str, Any]:
    """A mail that waits for an answer, without its sender and its subject."""
    return {"on": _day(letter.at, zone), "why": letter.why}


def _mail(post: Post) -> dict[str, Any]:
    """The last mail to a unit, without addresses."""
    return {
        "purpose": post.posting.purpose.value,
        "at": post.at.isoformat(),
        "fate": post.fate.value,
        "missed": len(post.lost),
        "away": bool(post.away),
    }


def _stray(item: Stray) -> dict[str, Any]:
    known = item.recognised
    return {
        "file": item.received.name,
        "source": item.received.source,
        "sha256": item.received.sha256,
        "what": known.standing if known else None,
        "unit": known.unit if known else None,
        "unit_name": known.unit_name if known else None,
        "year": known.year if known else None,
        "round": known.of_round if known else None,
    }
