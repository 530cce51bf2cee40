"""The command that shows the whole job: `xlkit demo`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from xlkit.cli import console
from xlkit.cli.options import LangOption
from xlkit.cli.round.fetching import in_full, mail_lines
from xlkit.cli.round.tables import status_texts, total_text
from xlkit.wording import word

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xlkit.round.desk import Round
    from xlkit.round.fetching import Mails


def demo(
    lang: LangOption,
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="Where everything is left to open.")
    ] = Path("demo"),
    mail: Annotated[
        bool, typer.Option("--mail", help="By mail, on real servers on this machine (Linux).")
    ] = False,
) -> None:
    """Play a round of 31 made-up units: sent, returned, corrected, merged.

    After each step stands how many units stand where, after each day the table of
    `xlkit round status`. What is left in the folder can be
    looked at, and worked on: cd DIR/round, then xlkit round status.

    With --mail everything goes through mailboxes. That takes Dovecot (apt install
    dovecot-imapd) and aiosmtpd (pip install 'xlkit[mail-demo]').
    """
    from xlkit.demo.play import play

    master = _by_mail(folder, lang) if mail else play(folder, lang, console.talk, _show)
    console.talk(word("open", lang, file="demo", path=str(master)))
    console.result(str(master))


def _by_mail(folder: Path, language: str) -> Path:
    from xlkit.demo.by_mail import post_office
    from xlkit.demo.play import play_by_mail
    from xlkit.demo.script import play

    with post_office(play()) as office:
        master, shown = play_by_mail(folder, language, console.talk, _show, _told, office)
    number, path = str(len(shown.files)), str(shown.file)
    text = word("mails", language, file="demo", unit=shown.unit, number=number, path=path)
    console.talk(text)
    return master


def _told(round_: Round, mails: Mails) -> Iterator[str]:
    from xlkit.round.whence import whence_of

    whence = whence_of(round_)
    yield from mail_lines(round_, mails, whence)
    for passed in mails.collected.passed:
        yield in_full(whence.passed(passed), round_.language)


def _show(round_: Round, is_day_over: bool) -> None:
    from xlkit.round.status import status_of

    status = status_of(round_)
    if is_day_over:
        for text in status_texts(status, round_, owing=False):
            console.talk(text)
    else:
        console.talk(total_text(status, round_.language))
