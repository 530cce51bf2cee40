"""Options that several commands share."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from xlkit.cli.console import default_language
from xlkit.cli.targets import speaks_of_one

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlkit.submission.read import Reader


class Language(StrEnum):
    zh = "zh"
    en = "en"


FormArgument = Annotated[str, typer.Argument(metavar="FORM", help="A form's name, or a form.yaml.")]
SheetsLangOption = Annotated[str | None, typer.Option(help="Language of the sheets.")]
AsJsonOption = Annotated[bool, typer.Option("--json", help="As JSON.")]
FormsOption = Annotated[
    list[str] | None,
    typer.Option(
        "--form",
        metavar="FORM",
        help="A form the workbooks may be of: a name or a form.yaml. "
        "With one workbook and one form, the workbook is read by it, whatever it says.",
    ),
]
LangOption = Annotated[
    Language,
    typer.Option(
        "--lang",
        help="Language of messages.",
        default_factory=lambda: Language(default_language()),
        show_default="XLKIT_LANG, else zh",
    ),
]
PathsArgument = Annotated[
    list[Path],
    typer.Argument(metavar="PATH...", help="Workbooks, or folders with workbooks."),
]
JobsOption = Annotated[
    int | None,
    typer.Option(
        "--jobs",
        min=1,
        metavar="N",
        help="Files read at the same time.",
        show_default="one per CPU",
    ),
]
PasswordOption = Annotated[
    str,
    typer.Option(
        "--password", envvar="XLKIT_PASSWORD", help="Password of the sheets.", show_default="none"
    ),
]
SparesOption = Annotated[
    int | None,
    typer.Option(
        "--spares", min=0, max=200, metavar="N", help="Empty sheets for members of a group."
    ),
]
SpareRowsOption = Annotated[
    list[str] | None,
    typer.Option(
        "--spare-rows", metavar="BLOCK=N", help="Spare rows of a table; may be given again."
    ),
]
UnitOption = Annotated[
    str | None,
    typer.Option(
        "--unit", metavar="CODE", help="The unit that the one workbook given is from, by your word."
    ),
]
UnitNameOption = Annotated[
    str, typer.Option("--unit-name", metavar="NAME", help="That unit's name.")
]
SettingsOption = Annotated[
    Path | None,
    typer.Option(
        "--settings",
        envvar="XLKIT_SETTINGS",
        metavar="FILE",
        help="A TOML file with the limits for returned files (docs/security.md).",
    ),
]


def reader_of(
    paths: Sequence[Path],
    forms: Sequence[str] | None,
    unit: str | None = None,
    unit_name: str = "",
    settings: Path | None = None,
) -> Reader:
    """How this run reads workbooks: by the forms named, with the key of the environment.

    One form named for one workbook is an order; for several, or for folders, it is an offer.
    """
    from xlkit.identity import key_from_environment
    from xlkit.rules.registry import load_checked
    from xlkit.submission.limits import DEFAULT_LIMITS
    from xlkit.submission.read import Reader
    from xlkit.submission.settings import limits_from
    from xlkit.submission.shelf import FormShelf

    given = [load_checked(form) for form in forms or ()]
    named = None if unit is None else (unit, unit_name)
    limits = DEFAULT_LIMITS if settings is None else limits_from(settings)
    is_ordered = len(given) == 1 and speaks_of_one(paths)
    shelf = FormShelf(given)
    return Reader(shelf, key_from_environment(), limits, unit=named, is_ordered=is_ordered)
