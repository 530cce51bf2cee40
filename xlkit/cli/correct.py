"""The command that makes correction workbooks: `xlkit correct`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from xlkit.cli import console
from xlkit.cli.options import (
    FormsOption,
    JobsOption,
    LangOption,
    PasswordOption,
    PathsArgument,
    SettingsOption,
    UnitNameOption,
    UnitOption,
    reader_of,
)
from xlkit.cli.reviewing import reviewed
from xlkit.cli.targets import speaks_of_one, targets
from xlkit.sentences import Sentence

if TYPE_CHECKING:
    from xlkit.correction.correct import Correction
    from xlkit.submission.model import Submission
    from xlkit.template.writer import Issue


OutOption = Annotated[
    Path,
    typer.Option(
        "--out", metavar="PATH", help="The correction workbook; of several, a folder for them."
    ),
]


def correct(  # noqa: PLR0917  (each is an option of the command)
    paths: PathsArgument,
    lang: LangOption,
    out: OutOption,
    form: FormsOption = None,
    unit: UnitOption = None,
    unit_name: UnitNameOption = "",
    password: PasswordOption = "",
    settings: SettingsOption = None,
    jobs: JobsOption = None,
) -> None:
    """Make the workbook in which a department mends or explains what is wrong in its return.

    It is a fresh template with the answers as they were written, what is wrong marked at its
    cell and listed on the first sheet, with a cell for the explanation of each warning. Sent
    back, it is read like any return. The return itself is never changed.

    Exit code 1 where a file could not be corrected: it is no workbook of a known form, or
    does not say whose it is (name its --form and --unit).
    """
    from xlkit.correction.correct import corrections
    from xlkit.errors import UsageError
    from xlkit.identity import key_from_environment
    from xlkit.template.writer import Issue

    if unit is not None and len(paths) != 1:
        raise UsageError(Sentence("one-unit"))
    issue = Issue(key_from_environment(), password)
    is_one = speaks_of_one(paths)
    _check_out(out, paths, is_one=is_one)
    run = reviewed(paths, reader_of(paths, form, unit, unit_name, settings), lang, jobs)
    made = corrections(run, lang, vouched=unit is not None)
    chosen = [item for item in made if item is not None]
    files = targets(out, [item.file_stem for item in chosen], ".xlsx", is_one=is_one)
    _write(files, chosen, issue, lang)
    refused = [
        submission for submission, item in zip(run.submissions, made, strict=True) if item is None
    ]
    if refused:
        _tell(refused, lang)
        raise typer.Exit(1)


def _check_out(out: Path, paths: Sequence[Path], *, is_one: bool) -> None:
    """Raises UsageError where workbooks could not be put where they are wanted."""
    from xlkit.errors import UsageError
    from xlkit.files import shown

    if not is_one and (out.is_file() or out.suffix.lower() == ".xlsx"):
        raise UsageError(Sentence("out-folder", path=shown(out)))
    if out.resolve() in {path.resolve() for path in paths if not path.is_dir()}:
        raise UsageError(Sentence("out-return", path=shown(out)))


def _write(files: Sequence[Path], made: Sequence[Correction], issue: Issue, lang: str) -> None:
    """Each correction workbook to its file, with what is left to do in it."""
    from xlkit.files import write_whole

    for target, correction in zip(files, made, strict=True):
        write_whole(target, correction.workbook(issue).data)
        console.result(str(target))
        _tell_left(correction, lang)


def _tell(refused: Sequence[Submission], lang: str) -> None:
    from xlkit.reporting.text import report

    console.talk(report(refused, lang))


def _tell_left(correction: Correction, lang: str) -> None:
    from xlkit.template.notes import Weight

    weights = [note.weight for note in correction.notes.notes]
    if not correction.is_needed:
        console.told("nothing_left", lang)
        return
    errors, warnings = weights.count(Weight.ERROR), weights.count(Weight.WARNING)
    console.told("still_left", lang, errors=errors, warnings=warnings)
