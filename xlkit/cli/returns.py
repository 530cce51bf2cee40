"""Commands on returned workbooks: `xlkit read`, `check`, `merge`, and `xlkit checks`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from xlkit.cli import console
from xlkit.cli.options import (
    FormsOption,
    JobsOption,
    LangOption,
    PathsArgument,
    SettingsOption,
    UnitNameOption,
    UnitOption,
    reader_of,
)
from xlkit.cli.reviewing import reviewed
from xlkit.sentences import Sentence


class Format(StrEnum):
    text = "text"
    json = "json"


FormatOption = Annotated[Format, typer.Option("--format", help="How to print.")]
ExplainOption = Annotated[
    str | None,
    typer.Option(metavar="CODE", help="Show the page of a code, or of a form's rule, instead."),
]


def read(
    workbook: Annotated[Path, typer.Argument(metavar="WORKBOOK", help="A returned workbook.")],
    lang: LangOption,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON: canonical answers.")] = False,
    raw: Annotated[bool, typer.Option("--raw", help="Answers as they were written.")] = False,
    form: FormsOption = None,
    unit: UnitOption = None,
    unit_name: UnitNameOption = "",
    settings: SettingsOption = None,
) -> None:
    """Read the answers of a returned workbook.

    Exit code 1 where it is no workbook of a known form, or cannot be read.
    """
    from xlkit.reporting.json import finding_report, read_report
    from xlkit.reporting.text import file_lines
    from xlkit.submission.intake import take_in

    (submission,) = take_in(
        [workbook], reader_of([workbook], form, unit, unit_name, settings), lang
    )
    content = read_report(submission, raw=raw)
    content["findings"] = [finding_report(item, lang) for item in submission.findings]
    if as_json:
        console.result_json(content)
    elif submission.raw.verdict.is_read:
        console.result("\n".join(_lines(content["answers"])))
    if not as_json:
        console.talk("\n".join(file_lines(submission, lang)))
    if not submission.raw.verdict.is_read:
        raise typer.Exit(1)


def check(  # noqa: PLR0917  (each is an option of the command)
    lang: LangOption,
    paths: Annotated[
        list[Path] | None,
        typer.Argument(metavar="PATH...", help="Workbooks, or folders with workbooks."),
    ] = None,
    format_: FormatOption = Format.text,
    form: FormsOption = None,
    unit: UnitOption = None,
    unit_name: UnitNameOption = "",
    settings: SettingsOption = None,
    jobs: JobsOption = None,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Also say which rules could not be decided.")
    ] = False,
    explain: ExplainOption = None,
) -> None:
    """Say what is wrong in returned workbooks: where, what, and what to do.

    Exit code 1 where anything is an error.
    """
    from xlkit.errors import UsageError
    from xlkit.findings import has_errors
    from xlkit.reporting.json import check_report
    from xlkit.reporting.text import report

    if explain is not None:
        _explain(explain, form or (), lang, format_)
        return
    if not paths:
        raise UsageError(Sentence("nothing-given"))
    if unit is not None and len(paths) != 1:
        raise UsageError(Sentence("one-unit"))
    run = reviewed(paths, reader_of(paths, form, unit, unit_name, settings), lang, jobs)
    if format_ is Format.json:
        console.result_json(check_report(run.submissions, lang))
    else:
        console.result(report(run.submissions, lang, verbose=verbose))
    if any(has_errors(item.findings) for item in run.submissions):
        raise typer.Exit(1)


def _explain(name: str, forms: Sequence[str], lang: str, format_: Format) -> None:
    from xlkit.form.library import builtin_forms
    from xlkit.reporting.page import page, page_text
    from xlkit.rules.registry import load_checked

    known = [load_checked(form) for form in forms or builtin_forms()]
    if format_ is Format.json:
        console.result_json(page(name, known, lang))
    else:
        console.result(page_text(name, known, lang))


def merge(
    paths: PathsArgument,
    lang: LangOption,
    out: Annotated[Path, typer.Option("--out", metavar="MASTER.xlsx", help="The master workbook.")],
    parquet: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Every table as Parquet, too.")
    ] = None,
    *,
    include_errors: Annotated[
        bool, typer.Option(help="Take returns with errors in, and say so on the sheet.")
    ] = False,
    private: Annotated[bool, typer.Option(help="Show personal fields, too.")] = False,
    form: FormsOption = None,
    settings: SettingsOption = None,
    jobs: JobsOption = None,
) -> None:
    """Merge sound returns into one master workbook; the others are listed in it.

    Exit code 1 where a return was left out or has errors.
    """
    from xlkit.files import write_whole
    from xlkit.findings import has_errors
    from xlkit.master.consolidate import consolidate
    from xlkit.master.export import write_parquet
    from xlkit.master.writer import write_master

    run = reviewed(paths, reader_of(paths, form, settings=settings), lang, jobs)
    master = consolidate(run, include_errors=include_errors, private=private, language=lang)
    write_whole(out, write_master(master))
    console.result(str(out))
    for path in write_parquet(master, parquet) if parquet is not None else ():
        console.result(str(path))
    merged = sum(entry.state.is_merged for entry in master.entries)
    console.told("merged_of", lang, merged=merged, all=len(master.entries))
    if has_errors(listed.finding for listed in master.findings):
        raise typer.Exit(1)


def checks(
    lang: LangOption,
    format_: FormatOption = Format.text,
) -> None:
    """List every finding that a check can have, with its weight."""
    from xlkit.catalogue import codes, explain, severity_of
    from xlkit.rules.registry import kinds

    dict(kinds())  # a package's codes are known once its kinds are loaded
    if format_ is Format.json:
        console.result_json(
            [
                {
                    "code": code,
                    "severity": severity_of(code).value,
                    "title": explain(code, lang).title,
                    "message": explain(code, lang).message,
                    "hint": explain(code, lang).hint,
                    "clerk_hint": explain(code, lang).clerk_hint or None,
                }
                for code in codes()
            ]
        )
        return
    for code in codes():
        console.result(f"{code:26}{severity_of(code).value:9}{explain(code, lang).title}")


def _lines(content: Any, path: str = "") -> Iterator[str]:
    """Answers as lines `block.row.field: text`, empty ones left out."""
    if isinstance(content, dict):
        for name, value in content.items():
            if not name.endswith("_parts"):
                yield from _lines(value, f"{path}.{name}" if path else name)
    elif isinstance(content, list):
        for number, item in enumerate(content, start=1):
            yield from _lines(item, f"{path}[{number}]")
    elif content != "":
        yield f"{path}: {content}"
