"""The command line: a command is parse, call, print, exit.

Exit codes: 0 fine, 1 findings of severity error, 2 usage, above 2 a named failure (the
classes of `xlkit.errors`), 70 a mistake of ours.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Annotated, Any

import typer

from xlkit.cli import console, form, mail, returns, round, template  # noqa: A004  (a noun)
from xlkit.cli.correct import correct
from xlkit.cli.demo import demo
from xlkit.cli.help_page import speak
from xlkit.cli.language import prompt_language
from xlkit.cli.report import report
from xlkit.cli.translation import usage_error
from xlkit.errors import XlkitError
from xlkit.sentences import Sentence

USAGE = 2
INTERNAL = 70
INTERRUPTED = 130

#: What typer raises for a call that it cannot parse; where the class lives depends on its version.
_ParseError: type[Exception] = next(
    base for base in typer.BadParameter.__mro__ if base.__name__ == "ClickException"
)

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Structured answers out of many people by workbook, and back into one trusted whole.",
)
app.command()(form.forms)
app.add_typer(form.app, name="form")
app.command()(template.template)
app.command()(returns.read)
app.command()(returns.check)
app.command()(correct)
app.command()(report)
app.command()(returns.merge)
app.command()(returns.checks)
app.add_typer(round.app, name="round")
app.add_typer(mail.app, name="mail")
app.command()(demo)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        console.result(f"xlkit {version('xlkit')}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Structured answers out of many people by workbook, and back into one trusted whole."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command and gives its exit code; no failure ends in a traceback."""
    console.prepare()
    words = list(sys.argv[1:] if arguments is None else arguments)
    language = prompt_language(words)
    if (strange := next((word for word in words if not _is_sayable(word)), None)) is not None:
        console.fail(Sentence("half-a-sign", word=repr(strange)), language)
        return USAGE
    try:
        code = _command(language)(args=words, prog_name="xlkit", standalone_mode=False)
    except _ParseError as error:
        if language == "en":
            error.show(sys.stderr)  # type: ignore[attr-defined]
        else:
            console.talk(usage_error(error, language))
        return USAGE
    except XlkitError as error:
        console.fail(error, language)
        return error.exit_code
    except (KeyboardInterrupt, typer.Abort):
        console.fail(Sentence("interrupted"), language)
        return INTERRUPTED
    except BrokenPipeError:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115
        return 0
    except Exception as error:
        if os.environ.get("XLKIT_DEBUG"):
            raise
        console.fail(Sentence("own-mistake", kind=type(error).__name__, said=error), language)
        return INTERNAL
    return code if isinstance(code, int) else 0


def _command(language: str) -> Any:
    """All commands, which show their help in that language."""
    command = typer.main.get_command(app)
    speak(command, language)
    return command


def _is_sayable(word: str) -> bool:
    """Whether the system could have that as the name of a file."""
    try:
        os.fsencode(word)
    except UnicodeEncodeError:
        return False
    return True


def run() -> None:
    """The `xlkit` program."""
    sys.exit(main())
