"""A unit as the ledger keeps it, as the roster has it, and as its workbook names it."""

from __future__ import annotations

from datetime import date

from xlkit.identity import Identity
from xlkit.ledger.records import UnitListed
from xlkit.roster import Unit
from xlkit.round.desk import Round


def listed(unit: Unit, due: date | None = None, why: str = "") -> UnitListed:
    """A unit of the roster as the ledger keeps it."""
    return UnitListed(
        unit=unit.code,
        name=unit.name,
        parent=unit.parent,
        emails=unit.emails,
        contact=unit.contact,
        members=unit.members,
        due=due,
        why=why,
    )


def as_unit(record: UnitListed) -> Unit:
    """A unit of the ledger as the roster has it."""
    return Unit(
        code=record.unit,
        name=record.name,
        parent=record.parent,
        emails=tuple(record.emails),
        contact=record.contact,
        members=record.members,
    )


def identity_of(round_: Round, unit: UnitListed, serial: int) -> Identity:
    """What the workbook of a unit says of itself."""
    return Identity(
        form=round_.form.form,
        version=round_.form.version,
        round=round_.id,
        unit=unit.unit,
        unit_name=unit.name,
        year=round_.opened.year,
        serial=serial,
        language=round_.language,
    )
