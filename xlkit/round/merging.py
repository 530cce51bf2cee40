"""The accepted returns of a round as one master, with who is in it and who is not."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from xlkit.ledger.records import Merged
from xlkit.master.consolidate import consolidate
from xlkit.master.export import write_parquet
from xlkit.master.model import Master
from xlkit.master.roll import RollLine
from xlkit.master.writer import write_master
from xlkit.reporting.state import State, state_of
from xlkit.round.counted import Counted, counted
from xlkit.round.desk import Round
from xlkit.round.judging import judge, run_of
from xlkit.round.present import present
from xlkit.round.standing import Standing


@dataclass(frozen=True)
class Consolidated:
    """A master, which units are in it with what, and which are not.

    `fallen` are units whose return was accepted and no longer stands.
    """

    master: Master
    path: Path
    counted: Counted
    fallen: tuple[str, ...]

    @property
    def units(self) -> int:
        """How many units are in it."""
        return self.counted.units

    @property
    def missing(self) -> tuple[str, ...]:
        """The units that owe a return that is accepted."""
        return tuple(item.code for item in self.counted.missing)


def merge(
    round_: Round,
    *,
    private: bool = False,
    parquet: bool = False,
    each: Callable[[Path], None] | None = None,
) -> Consolidated:
    """Writes the master of each unit's last accepted return; the same ones give the same bytes.

    Verdicts are given anew: a return that was accepted by a waiver that has run out stays out,
    and is named.

    Raises:
        RoundError: a file is no longer in the archive.
        OutputError: the master cannot be written.
    """
    standings, _ = present(round_)
    accepted = [
        (item, last) for item in standings if item.is_active and (last := item.accepted) is not None
    ]
    found = judge(round_, accepted, private=private, each=each)
    kept = [item for item in found if state_of(item.submission) is State.ACCEPTED]
    merged = {item.standing.code for item in kept}
    master = consolidate(
        run_of(kept), private=private, language=round_.language, roll=_roll(round_, standings)
    )
    data = write_master(master)
    round_.write(round_.folder.master, data)
    if parquet and not round_.hand.dry:
        write_parquet(master, round_.folder.parquet)
    round_.add(_row(master, data, round_.folder.master.name, len(kept)))
    fallen = tuple(item.standing.code for item in found if item.standing.code not in merged)
    return Consolidated(master, round_.folder.master, counted(standings, fallen), fallen)


def _row(master: Master, data: bytes, file: str, units: int) -> Merged:
    """What the ledger keeps of a master."""
    return Merged(
        sha256=hashlib.sha256(data).hexdigest(),
        file=file,
        units=units,
        rows=sum(entry.rows for entry in master.entries),
    )


def _roll(round_: Round, standings: Sequence[Standing]) -> tuple[RollLine, ...]:
    """The units as the master lists them; which of them are merged it says itself."""
    names = {item.code: f"{item.code} {item.unit.name}" for item in standings}
    return tuple(_line(item, round_.zone, names) for item in standings)


def _line(item: Standing, zone: ZoneInfo, names: Mapping[str, str]) -> RollLine:
    reviewed = item.last.reviewed if item.last else None
    return RollLine(
        unit=item.code,
        name=item.unit.name,
        parent=item.unit.parent,
        state=item.state,
        due=item.due,
        received=item.last.received.received_at.astimezone(zone) if item.last else None,
        is_late=item.is_late,
        returns=len(item.returns),
        waived=reviewed.waived if reviewed else 0,
        note=names.get(item.unit.successor, ""),
    )
