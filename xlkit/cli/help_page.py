"""The pages of `--help` in each language, also one whose signs have no blanks and two columns."""

from __future__ import annotations

import inspect
import re
import shutil
from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

from xlkit.cells import display_width
from xlkit.cli.translation import named, translated
from xlkit.wording import word

#: What Typer puts behind the help of an option: [env var: X; default: y].
_EXTRAS = re.compile(r"(?P<help>.*?)(?:\s\s|^)\[(?P<extras>.*)\]", re.DOTALL)
#: How a usage tells what must be given, and what may be given often: {UNIT}, [UNIT...]...
_BRACES = re.compile(r"\{(.*?)\}(?:(?<=\.\.\.\})\.\.\.)?|(?<=\.\.\.\])\.\.\.|\[(?=\[)|(?<=\])\]")
#: What kind of value an option takes, as Typer tells it: <int range>.
_KIND = re.compile(r"<[^<>]*>")
#: What is not parted at the end of a line: a word, or a sign with the punctuation behind it.
_UNIT = re.compile(r"(?:[!-~]+|.)[\u3001\u3002\u300b\u201d\uff01\uff09\uff0c\uff1a\uff1b\uff1f]*")
#: A line that goes on in the next one: where English sentences are broken in the code.
_LINE_END = re.compile(r"(?<!\n)\n(?!\n)")
_MOST_WIDTH = 100
_MARGIN, _GAP = 2, 2
_MOST_FIRST = 30
"""Columns for the names of options; a longer one has a line of its own."""

_Row = tuple[str, str]


def speak(command: Any, language: str) -> None:
    """Makes a command and those below it show their help and their usage in that language."""
    command.get_help = partial(_page, command, language)
    command.get_usage = partial(_usage, command, language)
    for below in getattr(command, "commands", {}).values():
        speak(below, language)


def _usage(command: Any, language: str, context: Any) -> str:
    pieces = _BRACES.sub(r"\1", " ".join(command.collect_usage_pieces(context)))
    usage = word("usage", language, file="help")
    return f"{usage}{context.command_path} {_named(pieces, language)}".rstrip()


def _page(command: Any, language: str, context: Any) -> str:
    width = min(shutil.get_terminal_size().columns, _MOST_WIDTH) - _MARGIN
    lines = [_usage(command, language, context), ""]
    lines += _folded(_help(command, language), width)
    for title, rows in _sections(command, language, context):
        if rows:
            lines += ["", translated(title, language), *_table(rows, width)]
    return "\n".join(lines)


def _help(command: Any, language: str) -> str:
    text = translated(inspect.cleandoc(command.help or ""), language)
    return _LINE_END.sub(" ", text) if language == "en" else text


def _sections(command: Any, language: str, context: Any) -> Iterator[tuple[str, list[_Row]]]:
    """What the page lists, under Typer's own headings."""
    rows: dict[str, list[_Row]] = {"argument": [], "option": []}
    for param in command.get_params(context):
        record = param.get_help_record(context)
        if record is not None:
            is_argument = param.param_type_name == "argument"
            name = _KIND.sub("", record[0]) if is_argument else record[0]
            row = (_named(name, language), _said(record[1], language))
            rows[param.param_type_name].append(row)
    yield "Arguments:", rows["argument"]
    yield "Options:", rows["option"]
    below = getattr(command, "commands", {})
    yield "Commands:", [(name, _first_line(one, language)) for name, one in below.items()]


def _first_line(command: Any, language: str) -> str:
    return _help(command, language).split("\n", 1)[0]


def _named(text: str, language: str) -> str:
    """The names in what a record or a usage says first."""
    whole = _KIND.sub(lambda found: named(found[0], language).replace(" ", "_"), text)
    return " ".join(named(name, language) for name in whole.split())


def _said(text: str, language: str) -> str:
    """The help of an option, and what Typer puts behind it."""
    found = _EXTRAS.fullmatch(text)
    if found is None:
        return translated(text, language)
    extras = translated("; ", language).join(
        translated(extra, language) for extra in found["extras"].split("; ")
    )
    return f"{translated(found['help'], language)}  [{extras}]".strip()


def _table(rows: Iterable[_Row], width: int) -> Iterator[str]:
    """Names and what they mean, in two columns."""
    listed = list(rows)
    widths = [display_width(first) for first, _ in listed]
    left = min(max(widths), _MOST_FIRST) + _GAP
    for (first, second), own in zip(listed, widths, strict=True):
        lines = [line.strip() for line in _folded(second, max(width - left, left))]
        if own + _GAP > left:
            yield f"{' ' * _MARGIN}{first}"
        else:
            yield f"{' ' * _MARGIN}{first}{' ' * (left - own)}{''.join(lines[:1])}".rstrip()
            lines = lines[1:]
        yield from (f"{' ' * (_MARGIN + left)}{line}" for line in lines)


def _folded(text: str, width: int) -> Iterator[str]:
    """The lines of a text, none wider than it may be, behind the margin."""
    for paragraph in text.split("\n"):
        line, used = "", 0
        for unit in _UNIT.findall(paragraph):
            own = display_width(unit)
            if line and used + own > width:
                yield f"{' ' * _MARGIN}{line.rstrip()}"
                line, used = "", 0
            if line or unit.strip():
                line, used = line + unit, used + own
        yield f"{' ' * _MARGIN}{line.rstrip()}".rstrip()
