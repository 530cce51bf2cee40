"""`xlkit round unit …` and `deadline`: changes of the roster while the round runs."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from xlkit.cli import console
from xlkit.cli.rosters import tell_unused
from xlkit.cli.round.desk import (
    DAYS,
    HERE,
    ByOption,
    DryOption,
    RoundOption,
    UnitArgument,
    UnitsArgument,
    WhyOption,
    hand,
    say,
    working,
)
from xlkit.sentences import Sentence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlkit.round.changing import Change

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Units added, changed, merged and removed while the round runs.",
)

CodeArgument = Annotated[str, typer.Argument(metavar="CODE", help="The unit's code.")]
ParentOption = Annotated[str | None, typer.Option(metavar="NAME", help="The department above it.")]
EmailsOption = Annotated[
    list[str] | None, typer.Option("--email", metavar="ADDRESS", help="May be given again.")
]
ContactOption = Annotated[str | None, typer.Option(metavar="TEXT", help="Whom to speak to.")]


@app.command()
def add(  # noqa: PLR0917  (each is an option of the command)
    code: CodeArgument,
    name: Annotated[str, typer.Argument(metavar="NAME", help="The unit's name.")],
    parent: ParentOption = None,
    email: EmailsOption = None,
    contact: ContactOption = None,
    why: WhyOption = "",
    folder: RoundOption = HERE,
    by: ByOption = "",
    dry_run: DryOption = False,
) -> None:
    """Take a unit up, also one that had been removed."""
    from xlkit.roster import Unit
    from xlkit.round.changing import add_unit

    unit = Unit(code, name, parent or "", tuple(email or ()), contact or "")
    with working(folder, hand(by, dry=dry_run)) as round_:
        _tell([add_unit(round_, unit, why)], round_.language)


@app.command("set")
def set_(  # noqa: PLR0917  (each is an option of the command)
    unit: UnitArgument,
    name: Annotated[str | None, typer.Option(metavar="NAME", help="Its new name.")] = None,
    parent: ParentOption = None,
    email: EmailsOption = None,
    contact: ContactOption = None,
    why: WhyOption = "",
    folder: RoundOption = HERE,
    by: ByOption = "",
    dry_run: DryOption = False,
) -> None:
    """Change a unit's name, parent, addresses or contact."""
    from xlkit.errors import UsageError
    from xlkit.round.changing import change_unit

    given: dict[str, Any] = {
        "name": name,
        "parent": parent,
        "emails": tuple(email) if email else None,
        "contact": contact,
    }
    parts = {key: value for key, value in given.items() if value is not None}
    if not parts:
        raise UsageError(Sentence("no-change"))
    with working(folder, hand(by, dry=dry_run)) as round_:
        _tell([change_unit(round_, unit, why, **parts)], round_.language)


@app.command()
def remove(
    unit: UnitArgument,
    into: Annotated[
        str | None, typer.Option(metavar="UNIT", help="The unit that it was merged into.")
    ] = None,
    why: WhyOption = "",
    folder: RoundOption = HERE,
    by: ByOption = "",
    dry_run: DryOption = False,
) -> None:
    """Take a unit off the roster, or merge it into another; what came from it is kept."""
    from xlkit.round.changing import remove_unit

    with working(folder, hand(by, dry=dry_run)) as round_:
        _tell([remove_unit(round_, unit, why, into)], round_.language)


@app.command()
def take(
    roster: Annotated[Path, typer.Argument(metavar="FILE", help="The roster as it is now.")],
    remove_missing: Annotated[
        bool, typer.Option("--remove-missing", help="Take units off that the file does not have.")
    ] = False,
    why: WhyOption = "",
    folder: RoundOption = HERE,
    by: ByOption = "",
    dry_run: DryOption = False,
) -> None:
    """Make the round's units those of a roster: new ones, other names, addresses and projects."""
    from xlkit.roster import read_roster
    from xlkit.round.changing import take_roster

    with working(folder, hand(by, dry=dry_run)) as round_:
        read = read_roster(roster, round_.form)
        tell_unused(roster, read.ignored, round_.language)
        _tell(take_roster(round_, read, why, remove_missing=remove_missing), round_.language)


def deadline(
    due: Annotated[
        datetime, typer.Argument(metavar="DATE", formats=DAYS, help="The last day, as 2027-03-10.")
    ],
    units: UnitsArgument = None,
    why: WhyOption = "",
    folder: RoundOption = HERE,
    by: ByOption = "",
    dry_run: DryOption = False,
) -> None:
    """Move the last day, of the units named or of all."""
    from xlkit.round.changing import move_deadline

    with working(folder, hand(by, dry=dry_run)) as round_:
        changes = move_deadline(round_, due.date(), units or [], why)
        console.result(
            say("said_due", round_.language, number=len(changes), due=due.date().isoformat())
        )


def _tell(changes: Sequence[Change], language: str) -> None:
    for change in changes:
        is_new = change.before is None or change.before.state != "active"
        key = "unit_listed" if is_new else "said_set"
        if change.after.state != "active":
            key = f"unit_{change.after.state}"
        parts = say("parts", language).join(say(f"part_{name}", language) for name in change.names)
        text = say(key, language, name=change.after.name, parts=parts, into=change.after.successor)
        console.result(say("said_unit", language, unit=change.after.unit, what=text))
    moved = [item.after.unit for item in changes if item.before and "members" in item.names]
    if moved:
        console.talk(say("said_members", language, units=" ".join(moved)))
    if not changes:
        console.talk(say("said_nothing", language))
