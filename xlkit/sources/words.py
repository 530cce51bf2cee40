"""Why something was not taken, in a clerk's words."""

from __future__ import annotations

from typing import Any

from xlkit.catalogue import Said
from xlkit.sources.model import Passed
from xlkit.wording import message_file


def reasons() -> tuple[str, ...]:
    """Every reason, in the order of its file."""
    return tuple(message_file("sources"))


def said(passed: Passed, language: str) -> Said:
    """What was not taken and where it lay, why, and what to do."""
    entry = message_file("sources")[passed.why]
    words: dict[str, Any] = entry.get(language) or entry["en"]
    detail = words.get("details", {}).get(passed.detail, passed.detail)
    blanks = {"where": passed.source, "detail": detail}
    return Said(words["title"], words["message"].format(**blanks), words["hint"].format(**blanks))


def title_of(why: str, language: str) -> str:
    """A reason in a word or two."""
    entry = message_file("sources")[why]
    return str((entry.get(language) or entry["en"])["title"])
