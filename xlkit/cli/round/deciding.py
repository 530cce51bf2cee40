"""`xlkit round reject` and `waive`: the bureau's own word."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from xlkit.cli import console
from xlkit.cli.round.desk import (
    DAYS,
    HERE,
    ByOption,
    DryOption,
    RoundOption,
    UnitArgument,
    WhyOption,
    hand,
    say,
    tell_whose_name,
    working,
)
from xlkit.sentences import Sentence

if TYPE_CHECKING:
    from xlkit.round.standing import Standing


def reject(
    unit: UnitArgument,
    why: WhyOption = "",
    cells: Annotated[
        list[str] | None,
        typer.Option(
            "--cell",
            metavar="SHEET!CELL=TEXT",
            help="A remark at a cell of the returned file; may be given again.",
        ),
    ] = None,
    take_back: Annotated[
        bool, typer.Option("--take-back", help="End the rejection: the checks count again.")
    ] = False,
    folder: RoundOption = HERE,
    by: ByOption = "",
    dry_run: DryOption = False,
) -> None:
    """Reject a unit's last return with remarks of your own, whatever the checks say.

    `return` then sends a correction workbook with the reason and with each remark at its cell.
    """
    from xlkit.errors import UsageError
    from xlkit.round import deciding

    if take_back and (why or cells):
        raise UsageError(Sentence("take-back-alone"))
    remarks = [_remark(text) for text in cells or ()]
    with working(folder, hand(by, dry=dry_run)) as round_:
        tell_whose_name(round_)
        if take_back:
            standing = deciding.take_back(round_, unit)
        else:
            standing = deciding.reject(round_, unit, why, remarks)
        console.result(_state(standing, round_.language))
        if not take_back:
            console.talk(say("said_reject_next", round_.language, unit=standing.code))


def waive(
    unit: UnitArgument,
    finding: Annotated[
        str, typer.Argument(metavar="FINDING", help="Its short name in `review`, or its code.")
    ],
    why: WhyOption = "",
    until: Annotated[
        datetime | None,
        typer.Option(metavar="DATE", formats=DAYS, help="The last day on which it counts."),
    ] = None,
    withdraw: Annotated[bool, typer.Option("--withdraw", help="End the waiver.")] = False,
    folder: RoundOption = HERE,
    by: ByOption = "",
    dry_run: DryOption = False,
) -> None:
    """Let a finding stand, in this return of the unit and in later ones."""
    from xlkit.catalogue import say as words_of
    from xlkit.errors import UsageError
    from xlkit.round import deciding
    from xlkit.round.present import unit_of

    if withdraw and (why or until):
        raise UsageError(Sentence("withdraw-alone"))
    with working(folder, hand(by, dry=dry_run)) as round_:
        tell_whose_name(round_)
        if withdraw:
            title = deciding.withdraw(round_, unit, finding).title
            console.result(say("waiver_ended", round_.language, title=title))
        else:
            day = until.date() if until else None
            found = deciding.waive(round_, unit, finding, why, day)
            title = words_of(found, round_.language).title
            end = day.isoformat() if day else say("no_end", round_.language)
            console.result(say("waived", round_.language, title=title, why=why, until=end))
        console.result(_state(unit_of(round_, unit), round_.language))


def _state(standing: Standing, language: str) -> str:
    unit = f"{standing.code} {standing.unit.name}"
    return say("said_unit", language, unit=unit, what=say(f"state_{standing.state}", language))


def _remark(text: str) -> tuple[str, str]:
    from xlkit.errors import UsageError

    address, sign, said = text.replace("＝", "=", 1 if "=" not in text else 0).partition("=")
    if not sign or not said.strip():
        raise UsageError(Sentence("cell-text", text=text))
    return address.strip(), said.strip()
