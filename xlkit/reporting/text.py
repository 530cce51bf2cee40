"""Findings as lines of text, in the manner of a good linter: where, code, what, what to do.

Findings that say the same of many cells are one entry here; the JSON has each by itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace

from xlkit.catalogue import expected_of, say, waiver_text
from xlkit.cells import address, boxes, parse_address
from xlkit.findings import Finding, Severity, Undecided, count, worst_first
from xlkit.reporting.state import State, state_of
from xlkit.submission.model import Submission
from xlkit.submission.private import findings_without_private
from xlkit.wording import word

#: Codes whose messages are words of people, each to be told.
_EACH = frozenset({"return-rejected", "bureau-remark"})
#: Ranges of an entry that are named; the others are counted.
_MOST_RANGES = 8
#: Sentences of an entry with many findings.
MOST_SENTENCES = 3


def report(
    submissions: Sequence[Submission], language: str, *, verbose: bool = False, total: bool = True
) -> str:
    """The findings of every file, the worst first, and with `total` a line that counts the files.

    What stands in private fields is not told. `verbose` adds the rules that could not be decided.
    """
    lines: list[str] = []
    for full in submissions:
        submission = replace(full, findings=findings_without_private(full, language))
        lines += file_lines(submission, language)
        lines.append(_outcome(submission, language))
        lines += _undecided(submission.undecided, language) if verbose else ()
        lines.append("")
    if not total:
        return "\n".join(lines[:-1])
    states = [state_of(item) for item in submissions]
    lines.append(
        _word(
            "total",
            language,
            files=str(len(states)),
            accepted=str(states.count(State.ACCEPTED)),
            explain=str(states.count(State.EXPLAIN)),
            wrong=str(states.count(State.ERRORS)),
        )
    )
    return "\n".join(lines)


def unit_of(submission: Submission) -> str:
    """Code and name of the unit that a return is from; '' where it names none."""
    identity = submission.raw.identity
    return " ".join(filter(None, (identity.unit, identity.unit_name))) if identity else ""


def alike(findings: Sequence[Finding], language: str) -> tuple[tuple[Finding, ...], ...]:
    """The findings grouped: of one code, field and rule's weight, and with one thing to do."""
    groups: dict[tuple[object, ...], list[Finding]] = {}
    for found in findings:
        said = say(found, language)
        hint = (said.hint, said.clerk_hint, said.message if found.code in _EACH else "")
        answered = (found.is_open, found.explanation and found.explanation.lack, found.waiver)
        key = (found.severity, found.beta, found.code, found.block, found.field, *hint, *answered)
        groups.setdefault(key, []).append(found)
    return tuple(map(tuple, groups.values()))


def ranges(cells: Sequence[str], language: str) -> str:
    """Cells as people name them: each sheet once, runs as `J7–J12`, the first few."""
    by_sheet: dict[str, list[str]] = {}
    for cell in dict.fromkeys(cells):
        sheet, _, place = cell.rpartition("!")
        by_sheet.setdefault(sheet, []).append(place)
    named = []
    for sheet, places in by_sheet.items():
        first, *others = _runs(places, language)
        named += [f"{sheet}!{first}" if sheet else first, *others]
    shown = _word("and", language).join(named[:_MOST_RANGES])
    if len(named) <= _MOST_RANGES:
        return shown
    return f"{shown} {_word('more_cells', language, number=str(len(set(cells))))}"


def _runs(places: Sequence[str], language: str) -> list[str]:
    try:
        found = boxes(map(parse_address, places))
    except ValueError:  # a range that was merged stands as it is
        return list(places)
    return [
        address(*box.first)
        + ("" if box.is_cell else _word("to", language) + address(box.bottom, box.right))
        for box in found
    ]


def file_lines(submission: Submission, language: str) -> Iterator[str]:
    """One file: whose it is, what became of it, and its findings; no word on whether it passes."""
    verdict = _word(f"verdict_{submission.raw.verdict}", language)
    unit = unit_of(submission)
    yield "  ".join(filter(None, (submission.raw.file, unit, verdict)))
    if submission.raw.verdict.is_read:
        numbers = {name: str(number) for name, number in asdict(submission.raw.cells).items()}
        yield f"  {_word('cells', language, **numbers)}"
    for group in alike(worst_first(submission.findings), language):
        yield from _entry(group, language)


def _outcome(submission: Submission, language: str) -> str:
    """What has to be done with a return, in one line."""
    if not submission.findings:
        return f"  {_word('no_findings', language)}"
    tally = {severity.value: str(number) for severity, number in count(submission.findings).items()}
    state = _word(_state_key(submission), language)
    waived = sum(found.waiver is not None for found in submission.findings)
    key = "state_waived" if waived else "state"
    return f"  {_word(key, language, state=state, waived=str(waived), **tally)}"


def _state_key(submission: Submission) -> str:
    state = state_of(submission)
    if state is not State.ACCEPTED:
        return f"state_{state}"
    if any(found.waiver for found in submission.findings):
        return f"state_{state}_waived"
    explained = any(found.explanation for found in submission.findings)
    return f"state_{state}" if explained else f"state_{state}_plain"


def _entry(group: Sequence[Finding], language: str) -> Iterator[str]:
    """Findings that are alike: where and code, what, what was expected, what to do."""
    first = group[0]
    said = say(first, language)
    weight = _word(f"severity_{'beta' if first.beta else first.severity}", language)
    place = ranges([cell for found in group for cell in found.cells], language)
    yield "  " + " ".join(filter(None, (weight, place, f"[{first.code}]", said.title)))
    sentences = list(dict.fromkeys(say(found, language).message for found in group))
    for sentence in sentences[:MOST_SENTENCES]:
        yield from (f"    {line}" for line in sentence.split("\n"))
    if len(sentences) > MOST_SENTENCES:
        number = str(len(sentences) - MOST_SENTENCES)
        yield f"    {_word('more_alike', language, number=number)}"
    expected = expected_of(first, said.message + said.hint, language)
    if expected and len({found.expected for found in group}) == 1:
        yield f"    {_word('expected', language)}{expected}"
    yield from _explanations(group, language)
    if first.waiver is not None:
        yield f"    {' '.join(waiver_text(first.waiver, language).split())}"
    if first.severity is not Severity.NOTICE and first.is_open:
        for key, to_do in (("hint", said.hint), ("clerk_hint", said.clerk_hint)):
            if to_do:
                yield f"    {_word(key, language)}{to_do}"


def _explanations(group: Sequence[Finding], language: str) -> Iterator[str]:
    """What the department wrote of it, and why that does not count if it does not."""
    for written in dict.fromkeys(found.explanation for found in group):
        if written is not None:
            key = "explained" if written.counts else f"explained_{written.lack}"
            yield f"    {_word(key, language, text=' '.join(written.text.split()))}"


def _undecided(undecided: Sequence[Undecided], language: str) -> Iterator[str]:
    if undecided:
        yield f"  {_word('undecided', language)}"
    for item in undecided:
        said = _word(
            "undecided_rule",
            language,
            rule=item.rule,
            why=_word(f"why_{item.why}", language),
            rows=str(item.rows),
        )
        cells = ranges(item.cells, language) if item.cells else ""
        yield f"    {said}{_word('undecided_cells', language, cells=cells) if cells else ''}"


def _word(key: str, language: str, **values: str) -> str:
    return word(key, language, file="report", **values)
