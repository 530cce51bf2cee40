"""A reviewed return as the letter that its department gets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import PurePath

from xlkit.catalogue import expected_of, say, waiver_text
from xlkit.findings import Explanation, Finding, Severity, worst_first
from xlkit.form.texts import fill
from xlkit.form.texts import say as text_of
from xlkit.reporting.letter import Entry, Former, Letter, Outcome, Rejection, Sheet, Weight
from xlkit.reporting.state import State, state_of
from xlkit.reporting.text import MOST_SENTENCES, alike, ranges
from xlkit.submission.model import Submission
from xlkit.submission.raw import Verdict
from xlkit.wording import one_line, word, words


def letter_of(
    submission: Submission,
    language: str,
    *,
    due: date | None = None,
    sender: str = "",
    unit: tuple[str, str] | None = None,
    rejection: Rejection | None = None,
    former: Former | None = None,
    workbook: bool | None = None,
) -> Letter:
    """What is to be said to the department that a reviewed return came from.

    `unit` is its code and name, for a file that does not say whose it is; `rejection` the bureau's
    word, `former` an earlier letter that no longer holds; `workbook` whether a correction workbook
    goes with the letter, as far as that is known.
    """
    raw = submission.raw
    identity = raw.identity
    code, name = (identity.unit, identity.unit_name) if identity else unit or ("", "")
    year = identity.year if identity else None
    title = fill(text_of(raw.form.title, language), year=year) if raw.form else ""
    general, sheets = _numbered(_sheets(submission, language))
    return Letter(
        language=language,
        outcome=_outcome(submission),
        unit=one_line(name) or one_line(code),
        code=one_line(code),
        form=one_line(title),
        year=year,
        file=one_line(PurePath(raw.file).name),
        due=due,
        due_text=day_text(due, language) if due else "",
        sender=one_line(sender),
        general=general,
        sheets=sheets,
        notices=tuple(_notices(submission, language)),
        rejection=rejection,
        former=former,
        workbook=workbook,
    )


def _outcome(submission: Submission) -> Outcome:
    verdict = submission.raw.verdict
    if not verdict.is_read:
        return Outcome.FOREIGN if verdict is Verdict.FOREIGN else Outcome.UNREADABLE
    if state_of(submission) is State.ERRORS:
        return Outcome.ERRORS
    is_open = any(found.is_open for found in submission.findings)
    return Outcome.EXPLAIN if is_open else Outcome.PASSED


def _sheets(submission: Submission, language: str) -> Iterator[Sheet]:
    """The whole file, then its sheets: those with answers in their order, then the others."""
    homes = {(row.path, row.instance): row.sheet for row in submission.raw.rows}
    parts: dict[str, list[Finding]] = {name: [] for name in ("", *homes.values())}
    for found in submission.findings:
        if found.severity is not Severity.NOTICE:
            parts.setdefault(_sheet_of(found, homes), []).append(found)
    writer = _Writer(submission, language)
    for name, findings in parts.items():
        entries = [writer.entry(group, name) for group in _alike(findings, language)]
        order = list(Weight)
        entries.sort(key=lambda entry: order.index(entry.weight))
        yield Sheet(one_line(name), tuple(entries))


def _sheet_of(found: Finding, homes: dict[tuple[str, int], str]) -> str:
    """The sheet that a finding is about; '' for the whole file."""
    if found.cells:
        return found.cells[0].rpartition("!")[0]
    named = found.params.get("sheet", "")
    if named in homes.values():
        return named
    return homes.get((found.block or "", found.instance or 0), "")


def _alike(findings: Sequence[Finding], language: str) -> Iterator[tuple[Finding, ...]]:
    """Findings with one thing to do, of which the department wrote the same, if anything."""
    for group in alike(worst_first(findings), language):
        written: dict[Explanation | None, list[Finding]] = {}
        for found in group:
            written.setdefault(found.explanation, []).append(found)
        yield from map(tuple, written.values())


def _notices(submission: Submission, language: str) -> Iterator[Entry]:
    writer = _Writer(submission, language)
    notices = [found for found in submission.findings if found.severity is Severity.NOTICE]
    yield from (writer.entry(group, "") for group in alike(notices, language))


def _numbered(sheets: Iterable[Sheet]) -> tuple[tuple[Entry, ...], tuple[Sheet, ...]]:
    """General part and sheets with what is to be done numbered through; empty ones left out."""
    number = 0
    numbered = []
    for sheet in sheets:
        entries = []
        for entry in sheet.entries:
            number += entry.weight.is_open
            entries.append(replace(entry, number=number) if entry.weight.is_open else entry)
        numbered.append(replace(sheet, entries=tuple(entries)))
    general, *others = numbered
    return general.entries, tuple(sheet for sheet in others if sheet.entries)


class _Writer:
    def __init__(self, submission: Submission, language: str) -> None:
        form = submission.raw.form
        self._least = str(form.explanations.min_length) if form else ""
        self._language = language

    def entry(self, group: Sequence[Finding], sheet: str) -> Entry:
        """Findings that are alike as one entry of that sheet, without its number."""
        first = group[0]
        said = say(first, self._language)
        told = said.message + said.hint
        messages = tuple(dict.fromkeys(one_line(say(one, self._language).message) for one in group))
        same = len({found.expected for found in group}) == 1
        written = first.explanation
        lack = written.lack if written else None
        return Entry(
            number=None,
            weight=_weight(first),
            title=one_line(said.title),
            cells=one_line(self._cells(group, sheet)),
            messages=messages[:MOST_SENTENCES],
            more=max(0, len(messages) - MOST_SENTENCES),
            expected=one_line(expected_of(first, told, self._language)) if same else "",
            hint=one_line(said.hint),
            explanation=one_line(written.text) if written else "",
            rejected=_word(f"letter_{lack}", self._language, least=self._least) if lack else "",
            waiver=one_line(waiver_text(first.waiver, self._language)) if first.waiver else "",
        )

    def _cells(self, group: Sequence[Finding], own: str) -> str:
        """The cells of the sheet itself first, then those of others with their sheet's name."""
        by_sheet: dict[str, list[str]] = {own: []}
        for found in group:
            for cell in found.cells:
                sheet, _, place = cell.rpartition("!")
                by_sheet.setdefault(sheet, []).append(place)
        named = (
            f"{'' if sheet == own else sheet} {ranges(places, self._language)}".strip()
            for sheet, places in by_sheet.items()
            if places
        )
        return _word("letter_next_sheet", self._language).join(named)


def _weight(found: Finding) -> Weight:
    if found.severity is Severity.NOTICE:
        return Weight.TRIAL if found.beta else Weight.NOTICE
    if found.waiver is not None:
        return Weight.WAIVED
    if found.severity is Severity.ERROR:
        return Weight.ERROR
    return Weight.WARNING if found.is_open else Weight.EXPLAINED


def day_text(day: date, language: str) -> str:
    """A day as people write it."""
    month = words("letter_months", language, file="report")[day.month - 1]
    return _word("letter_day", language, year=str(day.year), month=month, day=str(day.day))


def _word(key: str, language: str, **values: str) -> str:
    return word(key, language, file="report", **values)
