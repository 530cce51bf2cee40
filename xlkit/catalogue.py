"""The words and the weight of every code that a finding can have."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from xlkit.findings import Finding, Severity
from xlkit.wording import message_file, word


@dataclass(frozen=True, slots=True)
class Said:
    """A finding in a reader's language: what it is called, what is wrong, what to do."""

    title: str
    message: str
    hint: str


def codes() -> tuple[str, ...]:
    """Every code, in the order of the catalogue."""
    return tuple(message_file("findings"))


def severity_of(code: str) -> Severity:
    """How much a code weighs where nothing else is said; KeyError for an unknown code."""
    return Severity(message_file("findings")[code]["severity"])


def title_of(code: str, language: str) -> str:
    """The name of a code in a few words."""
    return str(_words(code, language)["title"])


def say(finding: Finding, language: str) -> Said:
    """The finding in words: where, what, and what to do."""
    words = _words(finding.code, language)
    blanks = defaultdict(
        str,
        {
            **finding.params,
            "where": finding.where or _place(finding),
            "value": words.get("values", {}).get(finding.value, finding.value or ""),
            "expected": finding.expected or "",
            "cells": ", ".join(finding.cells),
        },
    )
    title = str(words["title"])
    return Said(
        title=word("on_trial", language, file="report", title=title) if finding.beta else title,
        message=finding.params.get("message") or words["message"].format_map(blanks),
        hint=_hint(words, finding).format_map(blanks),
    )


def _hint(words: dict[str, Any], finding: Finding) -> str:
    """What to do; where something was probably meant, that comes first."""
    if finding.params.get("suggestion") and "hint_suggestion" in words:
        return str(words["hint_suggestion"])
    return str(words["hint"])


def explain(code: str, language: str) -> Said:
    """The page of a code: its sentences with their blanks named."""
    words = _words(code, language)
    return Said(words["title"], words["message"], words["hint"])


def example_of(code: str, language: str) -> Said | None:
    """The code's sentences filled as they might come; None where no example is written."""
    blanks = message_file("examples").get(code)
    if blanks is None:
        return None
    given = dict(blanks)
    finding = Finding(
        code=code,
        severity=severity_of(code),
        where=given.pop("where", ""),
        value=given.pop("value", None),
        expected=given.pop("expected", None),
        params=given,
    )
    return say(finding, language)


def near_codes(text: str) -> tuple[str, ...]:
    """The codes that a text may have been meant for, the nearest first."""
    return tuple(get_close_matches(text.lower(), codes(), n=3, cutoff=0.5))


def _words(code: str, language: str) -> dict[str, Any]:
    """The sentences of a code; `values` are words for values that are words of ours."""
    entry = message_file("findings")[code]
    found: dict[str, Any] = entry.get(language) or entry["en"]
    return found


def _place(finding: Finding) -> str:
    """The place as the form names it, for findings that no row of a block bears."""
    return finding.cells[0] if finding.cells else finding.params.get("sheet", "")
