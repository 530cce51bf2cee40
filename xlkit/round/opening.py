"""A round opened: its folder made, its form frozen, its units listed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path

from xlkit.errors import RoundError, UsageError
from xlkit.files import is_half_written, shown, write_whole
from xlkit.form.model import Form
from xlkit.identity import Identity
from xlkit.ledger.database import tells_password
from xlkit.ledger.records import FormRaised, RoundOpened, UnitListed
from xlkit.ledger.store import Ledger
from xlkit.roster import Unit, read_roster
from xlkit.round.desk import Hand, Round, zone_of
from xlkit.round.folder import Folder, Settings
from xlkit.round.frozen_form import digest_of, freeze
from xlkit.round.last_year import take_previous
from xlkit.rules.registry import load_checked

TIMEZONE = "Asia/Shanghai"
_TOKEN = 4


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


def open_round(
    path: Path, plan: Plan, hand: Hand, token: Callable[[], str]
) -> tuple[Settings, tuple[UnitListed, ...]]:
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
    language = form.language(plan.language)
    roster = read_roster(plan.roster, form)
    opened = RoundOpened(
        form=form.form,
        version=form.version,
        form_digest=digest_of(form, plan.form),
        year=plan.year,
        due=plan.due,
        timezone=plan.timezone,
        language=language,
    )
    units = tuple(listed(unit) for unit in roster.units)
    folder = Folder(path)
    settings = _settings(folder, plan, language, f"{form.form}-{plan.year}-{token()[:_TOKEN]}")
    if not hand.dry:
        if not folder.settings_file.exists():
            if settings.ledger:  # a database that cannot be used is said before a file names it
                Ledger.open(settings.ledger, create=True).close()
            folder.write_settings(settings)
        _begin(folder, settings, hand, opened, units)
        _lay_out(folder, form, plan)
        if plan.previous is not None:
            take_previous(folder, plan.previous, form, hand)
    return settings, units


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


def _without_password(ledger: str) -> None:
    """Refuses a URL whose password the settings would show to all who may read the folder."""
    if ledger and tells_password(ledger):
        raise UsageError(
            "--ledger: leave the password out of the URL: round.toml would show it to everybody "
            "who can read the folder. Each clerk keeps it in ~/.pgpass (on Windows "
            "%APPDATA%\\postgresql\\pgpass.conf), or in the environment variable PGPASSWORD"
        )


def _settings(folder: Folder, plan: Plan, language: str, name: str) -> Settings:
    """The settings of the folder; those that stand there already are kept."""
    if folder.settings_file.exists():
        return folder.settings()
    if folder.path.exists() and not all(map(is_half_written, folder.path.iterdir())):
        raise RoundError(
            f"{shown(folder.path)}: is not empty, and no round lives there. "
            "Name a folder that does not exist yet"
        )
    return Settings(round=name, language=language, ledger=plan.ledger, sender=plan.sender)


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
            ledger.add(settings.round, hand.by, hand.clock(), opened, *units)
        elif known[0] != opened:
            other = [
                f"{part.name} was {getattr(known[0], part.name)}, not {getattr(opened, part.name)}"
                for part in fields(RoundOpened)
                if getattr(known[0], part.name) != getattr(opened, part.name)
            ]
            raise RoundError(
                f"{shown(folder.path)}: round {settings.round} was opened already, with other "
                f"words: {'; '.join(other)}. Changes have commands of their own: deadline, form, "
                "unit (xlkit round --help); another round needs another folder"
            )


def raise_form(round_: Round, source: str) -> Form:
    """Takes in a newer version of the form; workbooks sent from now on are of that one.

    Raises:
        RoundError: it is another form, or no newer version.
        FormError: the definition has problems.
    """
    round_.must_be_open()
    form = load_checked(source)
    if form.form != round_.form.form:
        raise RoundError(f"this round is of form {round_.form.form}, not of {form.form}")
    if form.version <= round_.form.version:
        raise RoundError(
            f"version {form.version} is not newer than {round_.form.version}, which this round "
            "has. A changed form needs a higher 'version' in its form.yaml"
        )
    digest = digest_of(form, source)
    if not round_.hand.dry:
        freeze(form, source, round_.folder.forms)
    round_.add(FormRaised(form=form.form, version=form.version, form_digest=digest))
    return form


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
