"""What Typer and the commands' own help say, in the reader's language.

Typer asks gettext for a small part of its sentences only. So its sentences are known by their
form; the English of all texts stands where they are said, their translations stand beside it in
`messages/help.toml`.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any, NamedTuple

from xlkit.wording import message_file

_FILE = "help"
_BLANK = re.compile(r"\\\{(\w+)\\\}")
#: A name of what is to be given, in brackets or with dots, as [UNIT...] is.
_NAME = re.compile(r"([\[('\"]*)(.+?)([\])'\"]*(?:\.\.\.)?[\])'\"]*)")


class _Form(NamedTuple):
    """A sentence of Typer with its blanks, and what is said instead."""

    pattern: re.Pattern[str]
    entry: dict[str, str]


def translated(text: str, language: str) -> str:
    """A text of Typer or of a command in that language; as it is where there are no words."""
    if language == "en":
        return text
    whole = _texts().get(text)
    if whole is not None:
        return str(whole[language])
    for pattern, entry in _forms():
        found = pattern.fullmatch(text)
        if found is not None:
            parts = {name: translated(part, language) for name, part in found.groupdict().items()}
            return entry[language].format(**parts)
    return named(text, language)


def usage_error(error: Any, language: str) -> str:
    """What is said of a call that Typer cannot parse: how it is meant, and what is wrong."""
    context = getattr(error, "ctx", None)
    said: str = error.format_message()
    if context is not None and said == context.get_help():  # a group without its command
        return said
    problem = f"xlkit: {translated(said, language)}"
    if context is None:
        return problem
    option = context.help_option_names[0]
    hint = translated(f"Try '{context.command_path} {option}' for help.", language)
    return f"{context.get_usage()}\n{hint}\n\n{problem}"


@cache
def _texts() -> dict[str, dict[str, str]]:
    return {entry["en"].strip(): entry for entry in message_file(_FILE)["texts"]}


@cache
def _forms() -> tuple[_Form, ...]:
    return tuple(_Form(_pattern(entry["en"]), entry) for entry in message_file(_FILE)["forms"])


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(_BLANK.sub(r"(?P<\1>.+?)", re.escape(text)), re.DOTALL)


def named(text: str, language: str) -> str:
    """A name of what is to be given, as people read it; its brackets stay around it."""
    names = message_file(_FILE)["names" if language == "zh" else "kinds"]
    found = _NAME.fullmatch(text)
    if text in names or found is None:
        return str(names.get(text, text))
    return f"{found[1]}{names.get(found[2], found[2])}{found[3]}"
