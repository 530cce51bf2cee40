"""The command that shows the whole job: `xlkit demo`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from xlkit.cli import console
from xlkit.cli.options import LangOption


def demo(
    lang: LangOption,
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="Where everything is left to open.")
    ] = Path("demo"),
) -> None:
    """Play the whole job on the samples: templates, returns, checks, master workbook."""
    from xlkit.demo import play

    opened = play(folder, lang, console.talk)
    console.result(str(opened))
