"""`xlkit round open`, `roster` and `form`: what a round begins with."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from xlkit.cli import console
from xlkit.cli.options import Language
from xlkit.cli.rosters import tell_unused
from xlkit.cli.round import keys
from xlkit.cli.round.desk import DAYS, HERE, ByOption, DryOption, RoundOption, hand, say, working
from xlkit.sentences import Sentence

if TYPE_CHECKING:
    from xlkit.ledger.records import UnitListed

#: Units without an address that are named.
_MOST_NAMED = 10

FolderArgument = Annotated[Path, typer.Argument(metavar="DIR", help="A new folder for the round.")]
FormOption = Annotated[str, typer.Option(metavar="FORM", help="A form's name, or a form.yaml.")]
YearOption = Annotated[int, typer.Option(min=1990, max=2100, help="The budget year.")]
DayOption = Annotated[
    datetime,
    typer.Option(metavar="DATE", formats=DAYS, help="The last day, as 2027-03-10."),
]
RosterOption = Annotated[Path, typer.Option("--roster", metavar="FILE", help="The units.")]
PreviousOption = Annotated[
    Path | None,
    typer.Option(
        metavar="DIR|MASTER", help="Last year's round, master workbook or Parquet folder."
    ),
]
LedgerOption = Annotated[
    str,
    typer.Option(
        metavar="URL",
        help="A PostgreSQL database, for several clerks at once.",
        show_default="a file in the folder",
    ),
]
SenderOption = Annotated[str, typer.Option(metavar="TEXT", help="Who signs the letters.")]
ZoneOption = Annotated[str, typer.Option(metavar="ZONE", help="The time zone of the last day.")]
WorkbooksLangOption = Annotated[
    Language | None, typer.Option("--lang", help="Language of workbooks and letters.")
]


def open_(  # noqa: PLR0917  (each is an option of the command)
    folder: FolderArgument,
    form: FormOption,
    year: YearOption,
    due: DayOption,
    roster_: RosterOption,
    previous: PreviousOption = None,
    ledger: LedgerOption = "",
    sender: SenderOption = "",
    timezone: ZoneOption = "Asia/Shanghai",
    lang: WorkbooksLangOption = None,
    by: ByOption = "",
    dry_run: DryOption = False,
) -> None:
    """Open a round: freeze the form and the roster in a folder of its own.

    The same words once more finish what was begun. The key in XLKIT_KEY signs the workbooks.
    """
    from secrets import token_hex

    from xlkit.round.opening import Plan, open_round

    plan = Plan(
        form=form,
        year=year,
        due=due.date(),
        roster=roster_,
        previous=previous,
        timezone=timezone,
        language=lang,
        ledger=ledger,
        sender=sender,
    )
    own = hand(by, dry=dry_run)
    begun = open_round(folder, plan, own, lambda: token_hex(8))
    settings, units = begun.settings, begun.units
    console.result(str(folder))
    key = "dry" if dry_run else "said_opened"
    words = {"round": settings.round, "units": len(units), "folder": _quoted(folder)}
    console.talk(say(key, settings.language, **words))
    tell_unused(roster_, begun.unused, settings.language)
    if own.key is None and (dry_run or not keys.has_key(folder, own)):
        for line in keys.without_key(settings.language, token_hex(32)):
            console.talk(line)
    if not dry_run:
        for line in _of_mail(units, settings.language):
            console.talk(line)


def _of_mail(units: Sequence[UnitListed], language: str) -> Iterator[str]:
    """How a round by mail goes on: the mailbox, and the addresses that are missing."""
    yield say("said_opened_mail", language)
    silent = [unit.unit for unit in units if not unit.emails]
    if silent:
        named = say("parts", language).join(silent[:_MOST_NAMED])
        key = "said_no_addresses" if len(silent) <= _MOST_NAMED else "said_no_addresses_more"
        yield say(key, language, number=len(silent), codes=named)


def roster(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The workbook to write (.xlsx).")],
    form: Annotated[
        str | None,
        typer.Option(metavar="FORM", help="The form it is for.", show_default="the round's"),
    ] = None,
    folder: RoundOption = HERE,
    lang: Annotated[Language | None, typer.Option("--lang", help="Its language.")] = None,
) -> None:
    """Write a roster workbook: empty with --form, else with the units of the round.

    Filled in, it is given to `xlkit round open`, or to `xlkit round unit take`.
    """
    from xlkit.errors import UsageError
    from xlkit.files import shown, write_whole
    from xlkit.roster import roster_workbook
    from xlkit.round.present import present
    from xlkit.round.units import as_unit
    from xlkit.rules.registry import load_checked

    if file.suffix.lower() != ".xlsx":
        raise UsageError(Sentence("roster-suffix", path=shown(file)))
    if file.exists():
        raise UsageError(Sentence("roster-there", path=shown(file)))
    if form is not None:
        definition = load_checked(form)
        language = definition.language(lang)
        data = roster_workbook(definition, language)
        next_ = say("said_roster_empty", language, form=form, roster=_quoted(file))
    else:
        with working(folder, hand("")) as round_:
            active = [as_unit(item.unit) for item in present(round_)[0] if item.is_active]
            data = roster_workbook(round_.form, lang or round_.language, active)
            next_ = say(
                "said_roster_full", round_.language, units=len(active), roster=_quoted(file)
            )
    write_whole(file, data)
    console.result(str(file))
    console.talk(next_)


def form(
    definition: Annotated[
        str, typer.Argument(metavar="FORM", help="The form.yaml of a higher version.")
    ],
    folder: RoundOption = HERE,
    by: ByOption = "",
    dry_run: DryOption = False,
) -> None:
    """Raise the form's version: what is sent from now on is of the new one.

    Returns of the old version still come in; the answers are carried over into a workbook of
    the new one, which `return` sends, as does `issue --again`.
    """
    from xlkit.round.raising import raise_form

    with working(folder, hand(by, dry=dry_run)) as round_:
        raised = raise_form(round_, definition)
        console.result(say("raised", round_.language, version=raised.version))
        console.talk(say("said_raised", round_.language))


def _quoted(path: Path) -> str:
    """A path to paste after a command."""
    text = str(path)
    return f'"{text}"' if any(sign.isspace() for sign in text) else text
