"""`xlkit round issue` and `return`: what goes to the outbox."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

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

if TYPE_CHECKING:
    from xlkit.round.desk import Round
    from xlkit.round.issuing import Issued
    from xlkit.round.standing import Standing


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
        before = chosen(round_, units or [])
        with console.progress(len(before), "issue") as advance:
            done = issue(round_, units or [], again=again, sizes=sizes, each=advance)
        for item in done:
            console.result(str(item.path))
        made = {item.standing.code for item in done}
        console.talk(_issued(round_, done, [it for it in before if it.code not in made]))
        if mail or drafts:
            waiting = issued_parcels(round_, units or [])
            deliver(round_, waiting, drafts=drafts, unsure=unsure)


def _issued(round_: Round, done: Sequence[Issued], others: Sequence[Standing]) -> str:
    """How many workbooks were written, and how the other units have theirs."""
    from xlkit.master.roll import Progress

    language = round_.language
    written = sum(item.state is Progress.WRITTEN for item in others)
    tried = "_tried" if round_.hand.dry else ""
    parts = [say(f"said_issued{tried}", language, number=len(done))]
    if len(others) > written:
        parts.append(say("said_issued_before", language, number=len(others) - written))
    if written:
        parts.append(say("said_written_before", language, number=written))
    return say("then", language).join(parts) + say("full_stop", language)


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
            tried = "_tried" if round_.hand.dry else ""
            key = f"said_answered{tried}" if done else "said_none_to_answer"
            console.talk(say(key, round_.language, number=len(done), workbooks=workbooks))
        if waiting:
            deliver(round_, waiting, drafts=drafts, unsure=unsure)
