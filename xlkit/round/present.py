"""The present of a round: what its ledger amounts to today."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from xlkit.errors import RoundError
from xlkit.round.desk import Round
from xlkit.round.folding import standings
from xlkit.round.standing import Standing, Stray
from xlkit.sentences import Either, Sentence

#: Units of a like name that are worth naming.
_MOST_LIKE = 5


def present(round_: Round) -> tuple[tuple[Standing, ...], tuple[Stray, ...]]:
    """Where every unit stands, by parent and code, and the files that count for none."""
    entries = round_.ledger.entries(round_.id)
    is_by_mail = round_.folder.mail_settings.is_file()
    return standings(entries, round_.opened, round_.zone, round_.today, is_by_mail=is_by_mail)


def units_of(round_: Round) -> dict[str, Standing]:
    """Where every unit stands, by its code."""
    return {item.code: item for item in present(round_)[0]}


def unit_of(round_: Round, code: str) -> Standing:
    """Where a unit stands; it may be named by its code, its name, or both as they are shown.

    Raises:
        RoundError: the round has no such unit, or several of that name.
    """
    units = units_of(round_)
    if code in units:
        return units[code]
    wanted = " ".join(code.split())
    if wanted in units:
        return units[wanted]
    named = [
        item
        for item in units.values()
        if wanted in (item.unit.name, f"{item.code} {item.unit.name}")
    ]
    if len(named) == 1:
        return named[0]
    if named:
        raise RoundError(Sentence("unit-several", code=code, codes=[item.code for item in named]))
    raise RoundError(Sentence("unit-unknown", code=code, like=_like(wanted, units.values())))


def _like(text: str, units: Iterable[Standing]) -> Sentence | str:
    """The units whose name has that text in it, as a question; '' for none or many."""
    found = [f"{item.code} {item.unit.name}" for item in units if text and text in item.unit.name]
    return Sentence("is-it", found=Either(found)) if 0 < len(found) <= _MOST_LIKE else ""


def chosen(round_: Round, codes: Sequence[str]) -> tuple[Standing, ...]:
    """The units of those codes or names; where none is named, all on the roster by their codes.

    Raises:
        RoundError: one of them is unknown, or is no longer on the roster.
    """
    if not codes:
        active = (item for item in present(round_)[0] if item.is_active)
        return tuple(sorted(active, key=lambda item: item.code))
    found = tuple(dict.fromkeys(unit_of(round_, code).code for code in codes))
    units = units_of(round_)
    gone = [code for code in found if not units[code].is_active]
    if gone:
        raise RoundError(Sentence("units-gone", codes=gone))
    return tuple(units[code] for code in found)
