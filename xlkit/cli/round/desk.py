"""What commands on a round have in common: the folder, who is working, only trying."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from xlkit.cli import console
from xlkit.wording import word

if TYPE_CHECKING:
    from xlkit.round.desk import Hand, Round

RoundOption = Annotated[
    Path,
    typer.Option(
        "--round",
        envvar="XLKIT_ROUND",
        metavar="DIR",
        help="The round's folder.",
        show_default="the present folder",
    ),
]
ByOption = Annotated[
    str,
    typer.Option(
        "--by",
        envvar="XLKIT_USER",
        metavar="NAME",
        help="Who is working, for the log.",
        show_default="the name on this computer",
    ),
]
DryOption = Annotated[
    bool, typer.Option("--dry-run", help="Only say what would be done: nothing is changed.")
]
PrivateOption = Annotated[bool, typer.Option("--private", help="Show personal fields, too.")]
WhyOption = Annotated[str, typer.Option("--why", metavar="TEXT", help="The reason, for the log.")]
UnitsArgument = Annotated[
    list[str] | None, typer.Argument(metavar="UNIT...", help="Codes or names of units; else all.")
]
UnitArgument = Annotated[str, typer.Argument(metavar="UNIT", help="A unit's code or name.")]

HERE = Path()
#: How days are written, the way of the computer and the way of the office.
DAYS = ["%Y-%m-%d", "%Y/%m/%d"]


def hand(by: str, *, dry: bool = False, password: str = "", jobs: int | None = None) -> Hand:
    """How this command works: by whom, with the key of the environment."""
    from xlkit.identity import key_from_environment
    from xlkit.round.desk import Hand, user

    return Hand(by=by or user(), key=key_from_environment(), password=password, dry=dry, jobs=jobs)


@contextmanager
def working(folder: Path, own: Hand) -> Iterator[Round]:
    """The round at work; a dry run says before and after that nothing is changed."""
    from xlkit.round.desk import at_work

    with at_work(folder, own) as round_:
        code = 0
        if own.dry:
            console.talk(say("dry_first", round_.language))
        try:
            yield round_
        except typer.Exit as ended:
            code = ended.exit_code
        if own.dry:
            console.talk(say("dry", round_.language))
    if code:
        raise typer.Exit(code)


def tell_whose_name(round_: Round) -> None:
    """Says whose name a decision bears, where that is an account which says nobody's name."""
    from xlkit.round.desk import is_nobodys_name

    if is_nobodys_name(round_.hand.by):
        console.talk(say("signed_by_account", round_.language, name=round_.hand.by or "?"))


def because(why: str, language: str) -> str:
    """A reason in brackets; '' where none was given."""
    return say("because", language, why=why) if why.strip() else ""


def say(key: str, language: str, **values: object) -> str:
    """A text of the round's commands."""
    texts = {name: str(value) for name, value in values.items()}
    return word(key, language, file="round", **texts)
