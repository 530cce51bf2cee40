"""Commands about form definitions: `xlkit forms`, `xlkit form check|layout|schema`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from xlkit.cli import console
from xlkit.cli.options import FormArgument, LangOption

app = typer.Typer(no_args_is_help=True, help="Form definitions: check, layout, schema.")


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
        console.talk(f"{len(problems)} problems")
        raise typer.Exit(1)
    console.talk(f"{file}: no problems")


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
        console.talk(f"{out}: written")


@app.command()
def layout(
    form: FormArgument,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
    projects: Annotated[
        int | None,
        typer.Option(min=0, max=500, metavar="N", help="Members of the form's groups."),
    ] = None,
    lang: Annotated[str | None, typer.Option(help="Language of the sheets.")] = None,
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
