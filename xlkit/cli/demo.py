"""The command that shows the whole job: `xlkit demo`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from xlkit.cli import console
from xlkit.cli.options import LangOption
from xlkit.cli.round.tables import status_texts
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

    After each day stands the table of `xlkit round status`. What is left in the folder can be
    looked at, and worked on: cd DIR/round, then xlkit round status.
    """
    from xlkit.demo.play import play

    master = play(folder, lang, console.talk, _show)
    console.talk(word("open", lang, file="demo", path=str(master)))
    console.result(str(master))


def _show(round_: Round) -> None:
    from xlkit.round.status import status_of

    for text in status_texts(status_of(round_), round_, owing=False):
        console.talk(text)
