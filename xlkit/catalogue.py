"""The words and the weight of every code that a finding can have."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from xlkit.findings import Finding, Severity, Waiver
from xlkit.wording import LANGUAGES, message_file, word


@dataclass(frozen=True, slots=True)
class Said:
    """A finding in a reader's language: what it is called, what is wrong, what to do."""

    title: str
    message: str
    hint: str
    """What the department has to do."""
    clerk_hint: str = ""
    """What the bureau's clerk has to do, which no department is told; '' for nothing."""


#: Codes whose `expected` is for programs: nobody reads a regular expression.
_NOT_FOR_PEOPLE = frozenset({"pattern-mismatch"})
#: Signs of comparisons, as people write them.
_SHOWN = {"<=": "≤", ">=": "≥"}
_CODE = re.compile(r"[a-z]+(-[a-z0-9]+)+")
#: The codes that packages brought; only ever added to.
_ADDED: dict[str, Mapping[str, Any]] = {}


def codes() -> tuple[str, ...]:
    """Every code, in the order of the catalogue."""
    return (*message_file("findings"), *_ADDED)


def is_known(code: str) -> bool:
    """Whether the code has words."""
    return code in _ADDED or code in message_file("findings")


def add_codes(entries: Mapping[str, Mapping[str, Any]]) -> None:
    """Takes in the codes of a package, each written as one of `messages/findings.toml`.

    Raises:
        ValueError: a code is no code, is another's, or lacks its weight or its words.
    """
    for code, entry in entries.items():
        if not _CODE.fullmatch(code):
            raise ValueError(f"'{code}' is no code; right would be words in small letters with '-'")
        if is_known(code) and _ADDED.get(code) != entry:
            raise ValueError(f"the code '{code}' is taken")
        if entry.get("severity") not in list(Severity):
            raise ValueError(f"'{code}' lacks 'severity': {', '.join(Severity)}")
        for language in LANGUAGES:
            said = entry.get(language, {})
            missing = [part for part in ("title", "message", "hint") if not said.get(part)]
            if missing:
                raise ValueError(f"'{code}' lacks {', '.join(missing)} in '{language}'")
    _ADDED.update(entries)


def severity_of(code: str) -> Severity:
    """How much a code weighs where nothing else is said; KeyError for an unknown code."""
    return Severity(_entry(code)["severity"])


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
    for name in _entry(finding.code).get("lists", ()):
        blanks[name] = _listed(blanks[name], language)
    title = str(words["title"])
    return Said(
        title=word("on_trial", language, file="report", title=title) if finding.beta else title,
        message=finding.params.get("message") or words["message"].format_map(blanks),
        hint=_hint(words, finding).format_map(blanks),
        clerk_hint=words.get("clerk_hint", "").format_map(blanks),
    )


@dataclass(frozen=True, slots=True)
class Message:
    """What is wrong by a finding, as a part of an error's sentence."""

    finding: Finding

    def in_language(self, language: str) -> str:
        return say(self.finding, language).message


def waiver_text(waiver: Waiver, language: str) -> str:
    """Who waived a finding, when, until when, and why, in one sentence."""
    at = f"{waiver.at:%Y-%m-%d}"
    until = "" if waiver.until is None else waiver.until.isoformat()
    key = "waiver_until" if until else "waiver"
    return word(key, language, file="report", by=waiver.by, why=waiver.why, at=at, until=until)


def expected_of(finding: Finding, told: str, language: str) -> str:
    """What was wanted, where the sentences told do not say it anyway; '' for nothing."""
    expected = finding.expected or ""
    if "expected" in _entry(finding.code).get("lists", ()):
        expected = _listed(expected, language)
    known = expected.lstrip("≥≤") in told
    if known or finding.code in _NOT_FOR_PEOPLE:
        return ""
    return f"{_SHOWN.get(sign := finding.params.get('sign', ''), sign)}{expected}"


def _listed(text: str, language: str) -> str:
    """A list of names as people of that language write it."""
    return text.replace("、", word("joint", language, file="report"))


def _hint(words: dict[str, Any], finding: Finding) -> str:
    """What to do; where something was probably meant, that comes first."""
    if finding.params.get("suggestion") and "hint_suggestion" in words:
        return str(words["hint_suggestion"])
    return str(words["hint"])


def explain(code: str, language: str) -> Said:
    """The page of a code: its sentences with their blanks named."""
    words = _words(code, language)
    return Said(words["title"], words["message"], words["hint"], words.get("clerk_hint", ""))


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


def _entry(code: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = _ADDED.get(code) or message_file("findings")[code]
    return found


def _words(code: str, language: str) -> dict[str, Any]:
    """The sentences of a code; `values` are words for values that are words of ours."""
    entry = _entry(code)
    found: dict[str, Any] = entry.get(language) or entry["en"]
    return found


def _place(finding: Finding) -> str:
    """The place as the form names it, for findings that no row of a block bears."""
    return finding.cells[0] if finding.cells else finding.params.get("sheet", "")
