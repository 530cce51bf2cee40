"""Findings as lines of text, in the manner of a good linter: where, code, what, what to do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict

from xlkit.catalogue import say
from xlkit.findings import Finding, Severity, count, has_errors, worst_first
from xlkit.submission.model import Submission
from xlkit.wording import word

_MOST_CELLS = 3


def report(submissions: Sequence[Submission], language: str) -> str:
    """The findings of every file, the worst first, and a last line that counts."""
    lines: list[str] = []
    for submission in submissions:
        lines += [*_file(submission, language), ""]
    wrong = sum(has_errors(item.findings) for item in submissions)
    lines.append(
        _word(
            "total",
            language,
            files=str(len(submissions)),
            sound=str(len(submissions) - wrong),
            wrong=str(wrong),
        )
    )
    return "\n".join(lines)


def unit_of(submission: Submission) -> str:
    """Code and name of the unit that a return is from; '' where it names none."""
    identity = submission.raw.identity
    return " ".join(filter(None, (identity.unit, identity.unit_name))) if identity else ""


def _file(submission: Submission, language: str) -> Iterator[str]:
    verdict = _word(f"verdict_{submission.raw.verdict}", language)
    unit = unit_of(submission)
    yield "  ".join(filter(None, (submission.raw.file, unit, verdict)))
    if submission.raw.verdict.is_read:
        numbers = {name: str(number) for name, number in asdict(submission.raw.cells).items()}
        yield f"  {_word('cells', language, **numbers)}"
    if not submission.findings:
        yield f"  {_word('no_findings', language)}"
        return
    for finding in worst_first(submission.findings):
        yield from _finding(finding, language)
    tally = {severity.value: str(number) for severity, number in count(submission.findings).items()}
    yield f"  {_word('counts', language, **tally)}"


def _finding(finding: Finding, language: str) -> Iterator[str]:
    said = say(finding, language)
    weight = _word(f"severity_{finding.severity}", language)
    place = cells(finding, language)
    yield f"  {weight} {place} [{finding.code}]" if place else f"  {weight} [{finding.code}]"
    yield f"    {said.message}"
    if said.hint and finding.severity is not Severity.NOTICE:
        yield f"    {_word('hint', language)}{said.hint}"


def cells(finding: Finding, language: str) -> str:
    """The cells of a finding, the first few by name."""
    shown = ", ".join(finding.cells[:_MOST_CELLS])
    if len(finding.cells) <= _MOST_CELLS:
        return shown
    return f"{shown} {_word('more_cells', language, number=str(len(finding.cells)))}"


def _word(key: str, language: str, **values: str) -> str:
    return word(key, language, file="report", **values)
