"""`xlkit round merge` and `close`: the end of a round."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from xlkit.cli import console
from xlkit.cli.options import JobsOption
from xlkit.cli.round.desk import (
    HERE,
    ByOption,
    DryOption,
    PrivateOption,
    RoundOption,
    WhyOption,
    because,
    hand,
    say,
    working,
)

if TYPE_CHECKING:
    from xlkit.round.counted import Counted


def merge(
    parquet: Annotated[
        bool, typer.Option("--parquet", help="Every table as Parquet, too.")
    ] = False,
    private: PrivateOption = False,
    folder: RoundOption = HERE,
    jobs: JobsOption = None,
    by: ByOption = "",
    dry_run: DryOption = False,
) -> None:
    """Merge the last accepted return of each unit into the round's master workbook.

    Exit code 1 where a unit that owes a return is not in it.
    """
    from xlkit.round.merging import merge

    with working(folder, hand(by, dry=dry_run, jobs=jobs)) as round_:
        with console.counting("merge") as advance:
            done = merge(round_, private=private, parquet=parquet, each=advance)
        console.result(str(done.path))
        key = "said_merged" if done.missing else "said_all_in"
        console.talk(say(key, round_.language, units=done.units, missing=len(done.missing)))
        for line in _earlier(done.counted, round_.language):
            console.talk(line)
        for unit in done.fallen:
            console.talk(say("said_fallen", round_.language, unit=unit))
    if done.missing:
        raise typer.Exit(1)


def close(
    reopen: Annotated[bool, typer.Option("--reopen", help="Open it again.")] = False,
    why: WhyOption = "",
    folder: RoundOption = HERE,
    by: ByOption = "",
    dry_run: DryOption = False,
) -> None:
    """Close the round: nothing more is sent or taken in. What it holds can still be merged."""
    from xlkit.round.closing import close_round, reopen_round

    with working(folder, hand(by, dry=dry_run)) as round_:
        if reopen:
            reopen_round(round_, why)
            console.result(say("reopened", round_.language, why=because(why, round_.language)))
            return
        found = close_round(round_, why)
        console.result(say("closed", round_.language, why=because(why, round_.language)))
        if found.missing:
            console.talk(say("said_owing", round_.language, missing=len(found.missing)))
        for line in _earlier(found, round_.language):
            console.talk(line)


def _earlier(found: Counted, language: str) -> Iterator[str]:
    """The units that are in the master with an earlier return, a line each."""
    for item in found.earlier:
        key = "said_asked_anew" if item.is_asked_anew else "said_earlier"
        yield say(
            key,
            language,
            unit=f"{item.code} {item.unit.name}",
            number=item.accepted.number if item.accepted is not None else "",
            last=len(item.returns),
        )
