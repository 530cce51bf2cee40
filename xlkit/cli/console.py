"""Where words go: results to stdout, talk and progress to stderr, on any console."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from xlkit.cli.language import prompt_language
from xlkit.sentences import Sayable
from xlkit.wording import word

#: From this many files on, a run shows how far it is.
_LONG_RUN = 20
#: Signs that terminals obey: what a return says must not be among them.
_STEERING = {
    code: f"\\u{code:04x}" for code in (*range(0x20), *range(0x7F, 0xA0)) if code not in b"\t\n"
}


def prepare() -> None:
    """Makes both streams write what they can: a sign that the console lacks is spelled out."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


def result(text: str) -> None:
    """Prints a result."""
    sys.stdout.write(text.rstrip("\n").translate(_STEERING) + "\n")
    sys.stdout.flush()


def result_json(content: Any) -> None:
    """Prints a result as JSON; in plain ASCII where the stream is not UTF-8."""
    result(json.dumps(content, ensure_ascii=not _is_utf8(), indent=1))


def result_html(text: str) -> None:
    """Prints a page; what is not plain ASCII as references where the stream is not UTF-8."""
    plain = text.encode("ascii", "xmlcharrefreplace").decode("ascii")
    result(text if _is_utf8() else plain)


def talk(text: str) -> None:
    """Says something about the run."""
    sys.stderr.write(text.rstrip("\n").translate(_STEERING) + "\n")
    sys.stderr.flush()


def fail(failure: Sayable, language: str) -> None:
    """Says why a command does not go on, in that language."""
    talk(f"xlkit: {failure.in_language(language)}")


@contextmanager
def progress(total: int, what: str) -> Iterator[Callable[[Path], None]]:
    """Something to call for each file; a long run on a terminal shows a bar."""
    if total < _LONG_RUN or not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(file=sys.stderr), transient=True) as bar:
        task = bar.add_task(what, total=total)
        yield lambda _: bar.advance(task)


@contextmanager
def counting(what: str) -> Iterator[Callable[[Path], None]]:
    """Something to call for each of nobody knows how many files; a terminal shows the count."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import MofNCompleteColumn, Progress, SpinnerColumn, TextColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"), MofNCompleteColumn())
    with Progress(*columns, console=Console(file=sys.stderr), transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda _: bar.advance(task)


def default_language() -> str:
    """The language of messages where none is asked for: `XLKIT_LANG`, else Chinese."""
    wanted = os.environ.get("XLKIT_LANG", "")[:2].lower()
    return wanted if wanted in ("zh", "en") else "zh"


def told(key: str, language: str | None, **values: object) -> None:
    """Says what a command did, in that language; without one, in that of the prompt."""
    spoken = prompt_language(()) if language is None else language
    talk(word(key, spoken, file="report", **{name: str(value) for name, value in values.items()}))


def _is_utf8() -> bool:
    return (sys.stdout.encoding or "ascii").lower().replace("-", "") == "utf8"
