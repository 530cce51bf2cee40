"""Commands about form definitions: `xlkit forms`, `xlkit form check|layout|schema|preview`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from xlkit.cli import console
from xlkit.cli.options import (
    AsJsonOption,
    FormArgument,
    JobsOption,
    LangOption,
    PathsArgument,
    SheetsLangOption,
    reader_of,
)
from xlkit.sentences import Sentence

app = typer.Typer(no_args_is_help=True, help="Form definitions: check, layout, schema, preview.")


def forms(lang: LangOption) -> None:
    """List the built-in forms."""
    from xlkit.form.library import builtin_forms
    from xlkit.form.load import load_form
    from xlkit.form.texts import say

    for name, path in builtin_forms().items():
        form = load_form(path)
        console.result(f"{name}  v{form.version}  {say(form.title, lang)}")


@app.command()
def check(
    file: Annotated[str, typer.Argument(metavar="FILE", help="A form.yaml, or a form's name.")],
) -> None:
    """Report every problem of a definition at once, with file and line.

    Exit code 1 where there is any.
    """
    from xlkit.rules.registry import form_problems

    problems = form_problems(file)
    for problem in problems:
        console.result(problem)
    if problems:
        console.told("form_problems", None, number=len(problems))
        raise typer.Exit(1)
    console.told("form_sound", None, path=file)


@app.command()
def schema(
    out: Annotated[Path | None, typer.Option(help="Write to this file instead.")] = None,
) -> None:
    """Print the JSON Schema of the form language, for editors."""
    import json

    from xlkit.files import write_whole
    from xlkit.rules.registry import language_schema

    if out is None:
        console.result_json(language_schema())
    else:
        text = json.dumps(language_schema(), ensure_ascii=False, indent=1) + "\n"
        write_whole(out, text.encode("utf-8"))
        console.told("schema_written", None, path=out)


@app.command()
def layout(
    form: FormArgument,
    as_json: AsJsonOption = False,
    projects: Annotated[
        int | None,
        typer.Option(min=0, max=500, metavar="N", help="Members of the form's groups."),
    ] = None,
    lang: SheetsLangOption = None,
) -> None:
    """Show where everything of a form lies: sheets, rows, columns, cells."""
    from xlkit.rules.registry import load_checked
    from xlkit.template.describe import describe, describe_lines
    from xlkit.template.layout import Sizing
    from xlkit.template.plan import plan

    definition = load_checked(form)
    members = {} if projects is None else dict.fromkeys(definition.groups, projects)
    planned = plan(definition, Sizing(members), lang)
    if as_json:
        console.result_json(describe(planned))
    else:
        console.result("\n".join(describe_lines(planned)))


@app.command()
def preview(
    form: FormArgument,
    paths: PathsArgument,
    lang: LangOption,
    against: Annotated[
        str | None,
        typer.Option(
            metavar="OLDFORM",
            help="The form that the returns were issued from.",
            show_default="the built-in form of that name",
        ),
    ] = None,
    as_json: AsJsonOption = False,
    jobs: JobsOption = None,
) -> None:
    """Say what a changed form would find in returns at hand, beside what their own form finds."""
    from xlkit.errors import UsageError
    from xlkit.files import workbooks
    from xlkit.reporting.preview import preview_report, preview_text
    from xlkit.rules.registry import load_checked
    from xlkit.submission.intake import take_in
    from xlkit.validation.preview import preview as compare

    changed = load_checked(form)
    found = workbooks(paths)
    if not found:
        raise UsageError(Sentence("no-workbook"))
    reader = reader_of((), [against] if against is not None else None)
    with console.progress(len(found), "reading") as advance:
        taken = take_in(found, reader, lang, jobs=jobs, each=advance)
    said = compare(changed, taken, lang)
    if as_json:
        console.result_json(preview_report(said))
    else:
        console.result(preview_text(said, lang))
