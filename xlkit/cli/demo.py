"""The command that shows the whole job: `xlkit demo`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from xlkit.cli import console
from xlkit.cli.options import LangOption
from xlkit.cli.round.tables import status_texts, total_text
from xlkit.wording import word

if TYPE_CHECKING:
    from xlkit.round.desk import Round


def demo(
    lang: LangOption,
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="Where everything is left to open.")
    ] = Path("demo"),
) -> None:
    """Play a round of 31 made-up units: sent, returned, corrected, merged.

    After each step stands how many units stand where, after each day the table of
    `xlkit round status`. What is left in the folder can be
    looked at, and worked on: cd DIR/round, then xlkit round status.
    """
    from xlkit.demo.play import play

    master = play(folder, lang, console.talk, _show)
    console.talk(word("open", lang, file="demo", path=str(master)))
    console.result(str(master))


def _show(round_: Round, is_day_over: bool) -> None:
    from xlkit.round.status import status_of

    status = status_of(round_)
    if is_day_over:
        for text in status_texts(status, round_, owing=False):
            console.talk(text)
    else:
        console.talk(total_text(status, round_.language))
