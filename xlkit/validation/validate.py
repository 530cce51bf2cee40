"""The findings of a run: one lazy pandera pass per table over all submissions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from xlkit.cells import parse_address
from xlkit.findings import Finding, Severity, Undecided
from xlkit.form.model import Form
from xlkit.rules.registry import form_checks
from xlkit.submission.model import CastRow, Submission
from xlkit.validation.failures import Asked, Failure, asked_frame, failed, without_answer
from xlkit.validation.frames import build_tables
from xlkit.validation.rows import CellId, Rows, addresses, cell_id
from xlkit.validation.telling import Teller, merged
from xlkit.validation.undecided import Needed, Tally


def validate(
    form: Form, submissions: Sequence[Submission], language: str = "zh", *, undecided: bool = True
) -> list[Submission]:
    """The submissions with what is wrong in their answers added to their findings.

    All are of that form. A value that is wrong by itself is named once, at its cell; checks
    that depend on it then say nothing. Which rules these are is told too, unless nobody asks:
    that takes as long as the checks themselves.
    """
    run = _Run(form, submissions, language)
    found = run.findings()
    silent = run.undecided() if undecided else {}
    return [
        replace(
            submission,
            findings=tuple(
                sorted(
                    (*submission.findings, *found.get(number, ())), key=_reading_order(submission)
                )
            ),
            undecided=tuple(silent.get(number, ())),
        )
        for number, submission in enumerate(submissions)
    ]


def _reading_order(submission: Submission) -> Callable[[Finding], tuple[int, int, int]]:
    """Where a finding stands in the returned file: sheet, row, column of its first cell."""
    sheets = {
        name: number
        for number, name in enumerate(dict.fromkeys(r.raw.sheet for r in submission.rows))
    }

    def place(finding: Finding) -> tuple[int, int, int]:
        if not finding.cells:
            return (-1, 0, 0)
        sheet, _, cell = finding.cells[0].rpartition("!")
        return (sheets.get(sheet, len(sheets)), *parse_address(cell))

    return place


@dataclass
class _Run:
    """Which failures are told: one cause is one finding, whatever else fails because of it."""

    form: Form
    submissions: Sequence[Submission]
    language: str
    _spoken: dict[CellId, int] = field(default_factory=dict)
    """Cells of which enough is said, with the rank of the least severity to be silent."""
    _open: list[Asked] = field(default_factory=list)
    """Rows of declared rules without an answer."""

    def __post_init__(self) -> None:
        self._tables = build_tables(self.form, self.submissions, self.language)
        rows = (row for table in self._tables.values() for row in table.rows)
        self._rows = Rows(self.form, rows)
        self._teller = Teller(self.form, self.submissions, self._rows, self.language)

    def findings(self) -> dict[int, list[Finding]]:
        """What is wrong, by submission, in the order of the form."""
        failures = sorted(self._failures(), key=lambda failure: failure.turn)
        self._refused = frozenset(self._refused_cells())
        self._spoken = dict.fromkeys(self._refused, Severity.ERROR.rank)
        found: dict[int, list[tuple[CastRow, Finding]]] = {}
        for failure in map(self._unexplained, failures):
            cells = set(self._rows.depends(failure))
            told = not self._is_said(failure, cells)
            if told:
                finding = self._teller.finding(failure)
                found.setdefault(failure.submission, []).append((failure.row, finding))
                if failure.check.before:
                    self._say(self._rows.spoken_for(failure), failure.check.severity)
            elif not failure.check.own and failure.check.rule is not None:
                self._open.append(failure)
            if failure.check.own and failure.check.severity is Severity.ERROR:
                # One that something else explains blames no more than the cell it names.
                blamed = cells if told else set(self._rows.named(failure))
                self._say(blamed, Severity.ERROR)
        return {number: merged(findings, self.language) for number, findings in found.items()}

    def _failures(self) -> list[Failure]:
        """Everything that failed; what had no answer is left open."""
        found: list[Failure] = []
        for path, declared in form_checks(self.form).items():
            checks = [check.in_language(self.language) for check in declared]
            table = self._tables[path]
            frame = asked_frame(self._tables, self.form, table, checks)
            self._open += without_answer(table, frame, checks)
            found += failed(table, frame, checks)
        return found

    def _unexplained(self, failure: Failure) -> Failure:
        """The failure without the rows that something graver explains, where others are left."""
        if not failure.check.each:
            return failure
        left = [one for one in failure.alone() if not self._is_said(one, self._rows.depends(one))]
        if not left:
            return failure
        rows, words = tuple(one.row for one in left), tuple(one.words[0] for one in left)
        return replace(failure, rows=rows, words=words)

    def _is_said(self, failure: Failure, cells: Iterable[CellId]) -> bool:
        """Whether something graver, or the cause, was already told of a cell it depends on."""
        rank = failure.check.severity.rank
        return any(self._spoken.get(cell, rank + 1) <= rank for cell in cells)

    def _say(self, cells: Iterable[CellId], severity: Severity) -> None:
        for cell in cells:
            self._spoken[cell] = min(severity.rank, self._spoken.get(cell, severity.rank))

    def undecided(self) -> dict[int, list[Undecided]]:
        """The declared rules without an answer, by submission; after `findings`."""
        found: dict[int, Tally] = {}
        for asked in self._open:
            needed = [
                Needed(
                    tuple(addresses(row, name)),
                    refused=(cell := cell_id(asked.submission, row, name)) in self._refused,
                    wrong=cell in self._spoken,
                    empty=row.states.get(name) == "empty",
                )
                for row, name in self._rows.needs(asked)
            ]
            tally = found.setdefault(asked.submission, Tally())
            tally.add(asked.check.rule or asked.check.id, asked.row.raw.path, needed)
        return {number: list(tally.undecided()) for number, tally in found.items()}

    def _refused_cells(self) -> Iterator[CellId]:
        """Cells that casting already spoke of."""
        for number, submission in enumerate(self.submissions):
            for row in submission.rows:
                for name, state in row.states.items():
                    if state == "refused" and name not in row.raw.formulas:
                        yield cell_id(number, row, name)
