"""`xlkit round key`: which key a round is signed with, and another one taken."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from xlkit.cli import console
from xlkit.cli.round.desk import (
    HERE,
    ByOption,
    DryOption,
    RoundOption,
    WhyOption,
    because,
    hand,
    say,
    working,
)
from xlkit.sentences import Sentence

if TYPE_CHECKING:
    from xlkit.round.desk import Hand, Round


def key(
    take: Annotated[
        bool, typer.Option("--take", help="The key of this computer is the round's from now on.")
    ] = False,
    why: WhyOption = "",
    folder: RoundOption = HERE,
    by: ByOption = "",
    dry_run: DryOption = False,
) -> None:
    """Say which key signs the round's workbooks, and whether this computer has it.

    Keys are named by a short name that tells nothing about them. Exit code 6 where the round's
    key is not the one in XLKIT_KEY.
    """
    from xlkit.errors import UsageError
    from xlkit.round.keys import Fit, change_key, fit_of, known_key, must_hold_key, own_key

    if why and not take:
        raise UsageError(Sentence("key-why-alone"))
    with working(folder, hand(by, dry=dry_run)) as round_:
        language = round_.language
        if take:
            taken = change_key(round_, why)
            reason = because(taken.why, language)
            console.result(say("key_taken", language, known=taken.key, why=reason))
            return
        must_hold_key(round_)
        own = own_key(round_)
        word = "free" if fit_of(round_) is Fit.NONE and own else fit_of(round_)
        values = {"round": round_.id, "known": known_key(round_), "own": own}
        console.result(say(f"key_{word}", language, **values))


@contextmanager
def telling_key(round_: Round) -> Iterator[None]:
    """Says so where what was done inside made the key of this computer the round's."""
    from xlkit.round.keys import known_key

    before = known_key(round_)
    yield
    if (after := known_key(round_)) != before:
        console.talk(say("said_key_taken_up", round_.language, known=after))


def has_key(folder: Path, own: Hand) -> bool:
    """Whether the round of a folder has a key already."""
    from xlkit.round.keys import known_key

    with working(folder, own) as round_:
        return bool(known_key(round_))


def without_key(language: str, fresh: str) -> Iterator[str]:
    """What it means that a round has no key, and the line that gives it this fresh one."""
    from xlkit.round.keys import IS_WINDOWS, setting_line

    then = say("then_windows" if IS_WINDOWS else "then_posix", language)
    yield say("said_no_key", language, then=then)
    yield f"    {setting_line(fresh)}"
