"""Words of workbooks and reports, from the message files beside this module."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import Any

LANGUAGES = ("zh", "en")


@cache
def message_file(name: str) -> dict[str, Any]:
    """The content of one file of `xlkit/messages`."""
    file = resources.files("xlkit") / "messages" / f"{name}.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))


def signs(key: str) -> str:
    """The pattern of `messages/mail_signs.toml` by which mails of that kind are known."""
    patterns: list[str] = message_file("mail_signs")[key]
    return "|".join(patterns)


def word(key: str, language: str, *, file: str = "workbook", **values: str) -> str:
    """The text of that key in that language, its blanks filled; KeyError where there is none."""
    entry = message_file(file)[key]
    text: str = entry.get(language) or entry["en"]
    return text.format(**values) if values else text


def words(key: str, language: str, *, file: str = "workbook") -> tuple[str, ...]:
    """The paragraphs of that key in that language."""
    entry = message_file(file)[key]
    return tuple(entry.get(language) or entry["en"])


def one_line(text: str) -> str:
    """A text as one line of signs that can be seen: nobody can write another's lines with it."""
    seen = "".join(sign if sign.isprintable() else " " for sign in text)
    return " ".join(seen.split())
