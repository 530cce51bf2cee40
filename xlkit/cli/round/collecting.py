"""`xlkit round collect`: what came, taken in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from xlkit.cli import console
from xlkit.cli.options import JobsOption
from xlkit.cli.round.desk import DAYS, HERE, ByOption, DryOption, RoundOption, hand, say, working
from xlkit.cli.round.fetching import fetched, in_full, mail_lines
from xlkit.sentences import Sentence

if TYPE_CHECKING:
    from xlkit.round.collecting import Collected, Met
    from xlkit.round.desk import Round
    from xlkit.round.fetching import Mails
    from xlkit.round.whence import Whence


FilesArgument = Annotated[
    list[Path] | None,
    typer.Argument(
        metavar="PATH...",
        help="Workbooks, folders, .zip and .eml files.",
        show_default="the round's inbox",
    ),
]
SenderOption = Annotated[
    str | None, typer.Option(metavar="CODE", help="The unit that the files are from, by your word.")
]
ReceivedOption = Annotated[
    datetime | None,
    typer.Option(
        metavar="DATE",
        formats=[*DAYS, "%Y-%m-%dT%H:%M"],
        help="When they came, if not now; mails say it themselves.",
    ),
]


def collect(
    paths: FilesArgument = None,
    unit: SenderOption = None,
    received: ReceivedOption = None,
    mail: Annotated[
        bool, typer.Option("--mail", help="Fetch mail first, as the round's mail.toml says.")
    ] = False,
    folder: RoundOption = HERE,
    jobs: JobsOption = None,
    by: ByOption = "",
    dry_run: DryOption = False,
) -> None:
    """Take in what came: keep it, read it, find out whose it is, and check it.

    Files stay where they are; what was taken in before is known by its content. A workbook is
    known by what stands in it, not by its name.
    """
    from xlkit.errors import UsageError
    from xlkit.round.collecting import collect
    from xlkit.round.whence import whence_of

    if unit is not None and not paths:
        raise UsageError(Sentence("unit-files"))
    if mail and (paths or received):
        raise UsageError(Sentence("mail-files"))
    with working(folder, hand(by, dry=dry_run, jobs=jobs)) as round_:
        if mail:
            mails = fetched(round_)
            for line in _mailed(round_, mails):
                console.result(line)
            _must_be_checked(round_, mails.collected)
            return
        moment = received.replace(tzinfo=received.tzinfo or round_.zone) if received else None
        with console.counting("collect") as advance:
            found = collect(round_, paths or [], unit=unit, received=moment, each=advance)
        for line in _lines(round_, found, whence_of(round_)):
            console.result(line)
        _must_be_checked(round_, found)


def _mailed(round_: Round, mails: Mails) -> Iterator[str]:
    """What the mailbox brought, mails and returns."""
    from xlkit.round.whence import whence_of

    if mails.is_nothing:
        yield say("said_no_mail", round_.language)
        return
    whence = whence_of(round_)
    yield from mail_lines(round_, mails, whence)
    if not mails.collected.is_nothing:
        yield from _lines(round_, mails.collected, whence)


def _must_be_checked(round_: Round, found: Collected) -> None:
    """Says that nothing was checked without the round's key, and ends with why."""
    from xlkit.round.keys import must_hold_key

    if not found.is_checked:
        console.result(say("said_unchecked", round_.language))
        must_hold_key(round_)


def _lines(round_: Round, found: Collected, whence: Whence) -> Iterator[str]:
    language = round_.language
    verdicts = {item.sha256: item for item in found.reviewed}
    for met in found.came:
        yield say("said_met", language, source=whence.of(met.source), what=_what(met, language))
        verdict = verdicts.pop(met.received.sha256, None)
        if verdict is None and _counts(met):
            yield "  " + say("said_superseded", language)
        elif verdict is not None and not met.is_known:
            yield "  " + say(
                "said_verdict",
                language,
                state=say(f"state_{verdict.state}", language),
                errors=verdict.errors,
                warnings=verdict.warnings,
            )
    for passed in found.passed:
        yield in_full(whence.passed(passed), language)
    for verdict in verdicts.values():
        state = say(f"state_{verdict.state}", language)
        yield say("said_changed", language, unit=verdict.unit, state=state)
    if found.passed_before:
        yield say("said_passed_before", language, number=found.passed_before)
    if not (found.met or found.passed or found.passed_before):
        yield say("said_nothing_came", language, place=round_.folder.inbox.absolute())
        return
    still = len(found.met) - len(found.came)
    yield say("said_collected", language, came=len(found.came), still=still)


def _counts(met: Met) -> bool:
    """Whether a file that came is a new return of a unit."""
    return not met.is_known and met.recognised is not None and met.recognised.standing == "return"


def _what(met: Met, language: str) -> str:
    known = met.recognised
    if known is None:
        return say("stray_unread", language)
    unit = f"{known.unit} {known.unit_name}".strip()
    if met.is_known:
        what = say(f"said_{known.standing}", language, unit=unit, serial=known.serial, year="")
        return say("said_again", language, unit=unit or what)
    key = "said_return" if known.standing == "return" else f"said_{known.standing}"
    return say(key, language, unit=unit, serial=known.serial, year=known.year or "?")
