"""The command that writes letters to departments: `xlkit report`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from xlkit.cli import console
from xlkit.cli.options import (
    FormsOption,
    JobsOption,
    LangOption,
    SettingsOption,
    UnitNameOption,
    UnitOption,
    reader_of,
)
from xlkit.cli.reviewing import reviewed
from xlkit.cli.targets import speaks_of_one, targets
from xlkit.sentences import Sentence

if TYPE_CHECKING:
    from xlkit.reporting.letter import Letter


class Format(StrEnum):
    text = "text"
    html = "html"

    @property
    def suffix(self) -> str:
        return ".html" if self is Format.html else ".txt"


WorkbooksArgument = Annotated[
    list[Path],
    typer.Argument(metavar="WORKBOOK...", help="Returned workbooks, or folders with them."),
]
FormatOption = Annotated[
    Format, typer.Option("--format", help="Text to paste, or a page to print and mail.")
]
OutOption = Annotated[
    Path | None, typer.Option(metavar="PATH", help="The letter; for several workbooks, a folder.")
]
DueOption = Annotated[
    datetime | None,
    typer.Option(formats=["%Y-%m-%d"], metavar="YYYY-MM-DD", help="The last day to send it back."),
]
SenderOption = Annotated[str, typer.Option("--from", metavar="NAME", help="Who signs it.")]
TemplatesOption = Annotated[
    Path | None, typer.Option(metavar="DIR", help="An office's own templates (docs/letters.md).")
]


def report(  # noqa: PLR0917  (each is an option of the command)
    paths: WorkbooksArgument,
    lang: LangOption,
    format_: FormatOption = Format.text,
    out: OutOption = None,
    due: DueOption = None,
    sender: SenderOption = "",
    templates: TemplatesOption = None,
    form: FormsOption = None,
    unit: UnitOption = None,
    unit_name: UnitNameOption = "",
    settings: SettingsOption = None,
    jobs: JobsOption = None,
) -> None:
    """Write each return's findings as a letter to its department.

    It answers and does not judge: exit code 0 where the letters were written, whatever is in
    them.
    """
    from xlkit.errors import UsageError
    from xlkit.reporting.lettering import letter_of
    from xlkit.reporting.stationery import Kind, Stationery

    is_one = speaks_of_one(paths)
    if unit is not None and not is_one:
        raise UsageError(Sentence("one-unit"))
    _check_out(out, format_, is_one=is_one)
    stationery = Stationery(templates)
    run = reviewed(paths, reader_of(paths, form, unit, unit_name, settings), lang, jobs)
    day, known = due.date() if due else None, (unit or "", unit_name)
    letters = [
        letter_of(submission, lang, due=day, sender=sender, unit=known)
        for submission in run.submissions
    ]
    kind = Kind.HTML if format_ is Format.html else Kind.TEXT
    texts = [stationery.write(letter, kind) for letter in letters]
    if out is None:
        _show(letters, texts, format_)
    else:
        _write(targets(out, map(_stem, letters), format_.suffix, is_one=is_one), texts)


def _check_out(out: Path | None, format_: Format, *, is_one: bool) -> None:
    """Raises UsageError where letters could not be put where they are wanted."""
    from xlkit.errors import UsageError
    from xlkit.files import WORKBOOK_SUFFIXES, shown

    if out is None:
        if format_ is Format.html and not is_one:
            raise UsageError(Sentence("letters-html"))
    elif not is_one and out.exists() and not out.is_dir():
        raise UsageError(Sentence("out-file", path=shown(out)))
    elif is_one and not out.is_dir() and out.suffix.lower() in WORKBOOK_SUFFIXES:
        raise UsageError(Sentence("out-workbook", path=shown(out)))


def _show(letters: Sequence[Letter], texts: Sequence[str], format_: Format) -> None:
    show = console.result_html if format_ is Format.html else console.result
    show("\n".join(_separated(letters, texts)))


def _separated(letters: Sequence[Letter], texts: Sequence[str]) -> Iterator[str]:
    """One letter as it is, several with a line before each that names its file."""
    for letter, text in zip(letters, texts, strict=True):
        if len(letters) > 1:
            yield f"{'=' * 16} {letter.file} {'=' * 16}\n"
        yield text


def _stem(letter: Letter) -> str:
    """What a letter's file is called: by its unit, else by the file that came."""
    from xlkit.files import file_stem

    unit = [letter.code, letter.unit if letter.unit != letter.code else ""]
    return file_stem(*unit) if any(unit) else file_stem(Path(letter.file).stem)


def _write(paths: Sequence[Path], texts: Sequence[str]) -> None:
    from xlkit.files import shown, write_whole

    for path, text in zip(paths, texts, strict=True):
        write_whole(path, text.encode("utf-8"))
        console.result(shown(path))
