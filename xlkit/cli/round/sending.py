"""`xlkit round issue` and `return`: what goes to the outbox."""

from __future__ import annotations

from typing import Annotated

import typer

from xlkit.cli import console
from xlkit.cli.options import PasswordOption, SpareRowsOption, SparesOption
from xlkit.cli.round.desk import (
    HERE,
    ByOption,
    DryOption,
    RoundOption,
    UnitsArgument,
    hand,
    say,
    working,
)
from xlkit.cli.round.keys import telling_key
from xlkit.cli.round.mailing import DraftsOption, MailOption, UnsureOption, deliver
from xlkit.sentences import Sentence


def issue(
    units: UnitsArgument = None,
    *,
    again: Annotated[
        bool,
        typer.Option("--again", help="New workbooks for the units named; older ones are void."),
    ] = False,
    mail: MailOption = False,
    drafts: DraftsOption = False,
    unsure: UnsureOption = False,
    spares: SparesOption = None,
    spare_rows: SpareRowsOption = None,
    folder: RoundOption = HERE,
    password: PasswordOption = "",
    by: ByOption = "",
    dry_run: DryOption = False,
) -> None:
    """Write the workbooks of the units that have none yet to the outbox; with --mail, send them.

    Run again it goes on where it was ended, and does nothing for units that have theirs.
    """
    from xlkit.cli.spare_rows import spare_rows_of
    from xlkit.round.covers import issued_parcels
    from xlkit.round.issuing import Sizes, issue
    from xlkit.round.present import chosen

    own = hand(by, dry=dry_run, password=password)
    with working(folder, own) as round_, telling_key(round_):
        sizes = Sizes(spare_rows_of(round_.form, spare_rows or []), spares)
        total = len(chosen(round_, units or []))
        with console.progress(total, "issue") as advance:
            done = issue(round_, units or [], again=again, sizes=sizes, each=advance)
        for item in done:
            console.result(str(item.path))
        console.talk(
            say("said_issued", round_.language, number=len(done), others=total - len(done))
        )
        if mail or drafts:
            waiting = issued_parcels(round_, units or [])
            deliver(round_, waiting, drafts=drafts, unsure=unsure)


def return_(
    units: UnitsArgument = None,
    *,
    again: Annotated[
        bool, typer.Option("--again", help="Answer the units named once more.")
    ] = False,
    mail: MailOption = False,
    drafts: DraftsOption = False,
    unsure: UnsureOption = False,
    folder: RoundOption = HERE,
    password: PasswordOption = "",
    by: ByOption = "",
    dry_run: DryOption = False,
) -> None:
    """Answer what came: correction workbooks and letters to the outbox; with --mail, by mail.

    Each return is answered once; again when it was checked or decided upon anew.
    """
    from xlkit.errors import UsageError
    from xlkit.round.covers import answer_parcels
    from xlkit.round.returning import send_back

    if again and not units:
        raise UsageError(Sentence("return-again"))
    own = hand(by, dry=dry_run, password=password)
    with working(folder, own) as round_, telling_key(round_):
        with console.counting("return") as advance:
            done = send_back(round_, units or [], again=again, each=advance)
        for item in done:
            for path in filter(None, (item.workbook, item.letter)):
                console.result(str(path))
        workbooks = sum(item.workbook is not None for item in done)
        waiting = answer_parcels(round_, units or []) if mail or drafts else ()
        if done or not waiting:
            key = "said_answered" if done else "said_none_to_answer"
            console.talk(say(key, round_.language, number=len(done), workbooks=workbooks))
        if waiting:
            deliver(round_, waiting, drafts=drafts, unsure=unsure)
