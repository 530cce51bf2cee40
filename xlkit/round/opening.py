"""A round opened: its folder made, its form frozen, its units listed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path

from xlkit.errors import RoundError, UsageError
from xlkit.files import is_half_written, shown, write_whole
from xlkit.form.model import Form
from xlkit.identity import key_id
from xlkit.ledger.database import tells_password
from xlkit.ledger.records import Keyed, RoundOpened, UnitListed
from xlkit.ledger.store import Ledger
from xlkit.roster import read_roster
from xlkit.round.desk import Hand, zone_of
from xlkit.round.folder import Folder, Settings
from xlkit.round.frozen_form import digest_of, freeze
from xlkit.round.last_year import take_previous
from xlkit.round.units import listed
from xlkit.rules.registry import load_checked
from xlkit.sentences import Sentence

TIMEZONE = "Asia/Shanghai"
#: Signs of the token in a round's name.
_NAME_SIGNS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a round is opened with.

    `ledger` is a database's URL without a password, '' for a file in the folder; `previous` last
    year's round, or its master.
    """

    form: str
    year: int
    due: date
    roster: Path
    previous: Path | None = None
    timezone: str = TIMEZONE
    language: str | None = None
    ledger: str = ""
    sender: str = ""


@dataclass(frozen=True, slots=True)
class Begun:
    """A round as it was opened."""

    settings: Settings
    units: tuple[UnitListed, ...]
    unused: tuple[str, ...] = ()
    """Headings of the roster's columns that nothing is made of."""


def open_round(path: Path, plan: Plan, hand: Hand, token: Callable[[], str]) -> Begun:
    """Opens a round in a folder; run again with the same words, it finishes what was begun.

    The settings come first, so that a second run goes on under the same name.
    `token` gives the part of the round's name that no other round has.

    Raises:
        RoundError: another round lives in the folder, or the words are not those of the first time.
        UsageError: the ledger's URL tells a password.
        RosterError, FormError, LedgerError, OutputError: what they are given is wrong.
    """
    _without_password(plan.ledger)
    zone_of(plan.timezone)
    form = load_checked(plan.form)
    opened = _opened(plan, form)
    roster = read_roster(plan.roster, form)
    units = tuple(map(listed, roster.units))
    folder = Folder(path)
    name = f"{form.form}-{plan.year}-{token()[:_NAME_SIGNS]}"
    settings = _settings(folder, plan, opened.language, name)
    if not hand.dry:
        _settle(folder, settings)
        _begin(folder, settings, hand, opened, units)
        _lay_out(folder, form, plan)
        if plan.previous is not None:
            take_previous(folder, plan.previous, form, hand)
    return Begun(settings, units, roster.ignored)


def _without_password(ledger: str) -> None:
    """Refuses a URL whose password the settings would show to all who may read the folder."""
    if ledger and tells_password(ledger):
        raise UsageError(Sentence("ledger-password"))


def _opened(plan: Plan, form: Form) -> RoundOpened:
    """The round as the ledger keeps it: the words that a second run has to say again."""
    return RoundOpened(
        form=form.form,
        version=form.version,
        form_digest=digest_of(form, plan.form),
        year=plan.year,
        due=plan.due,
        timezone=plan.timezone,
        language=form.language(plan.language),
    )


def _settings(folder: Folder, plan: Plan, language: str, name: str) -> Settings:
    """The settings of the folder; those that stand there already are kept."""
    if folder.settings_file.exists():
        return folder.settings()
    if folder.path.exists() and not all(map(is_half_written, folder.path.iterdir())):
        raise RoundError(Sentence("folder-taken", path=shown(folder.path)))
    return Settings(round=name, language=language, ledger=plan.ledger, sender=plan.sender)


def _settle(folder: Folder, settings: Settings) -> None:
    """Writes the settings, unless they are; a database that cannot be used is named by no file."""
    if folder.settings_file.exists():
        return
    if settings.ledger:
        Ledger.open(settings.ledger, create=True).close()
    folder.write_settings(settings)


def _lay_out(folder: Folder, form: Form, plan: Plan) -> None:
    """The folder's parts, the same ones however often it is done."""
    freeze(form, plan.form, folder.forms)
    roster = folder.path / f"roster{plan.roster.suffix.lower()}"
    write_whole(roster, plan.roster.read_bytes())
    for part in (folder.inbox, folder.issued, folder.sent_back):
        part.mkdir(parents=True, exist_ok=True)


def _begin(
    folder: Folder,
    settings: Settings,
    hand: Hand,
    opened: RoundOpened,
    units: Sequence[UnitListed],
) -> None:
    """The ledger's first rows, in one step."""
    with Ledger.open(settings.ledger or folder.ledger_file, create=True) as ledger:
        known = [entry.record for entry in ledger.entries(settings.round, RoundOpened)]
        if not known:
            key = Keyed(key=key_id(hand.key) if hand.key is not None else "")
            ledger.add(settings.round, hand.by, hand.clock(), opened, *units, key)
        elif known[0] != opened:
            raise RoundError(
                Sentence(
                    "round-differs",
                    path=shown(folder.path),
                    round=settings.round,
                    differences=list(_differences(known[0], opened)),
                )
            )


def _differences(known: RoundOpened, opened: RoundOpened) -> Iterator[Sentence]:
    """The words that are not those of the first time."""
    for part in fields(RoundOpened):
        before, after = getattr(known, part.name), getattr(opened, part.name)
        if before != after:
            yield Sentence("difference", part=part.name, before=before, after=after)
