"""The findings of a run: one lazy pandera pass per table over all submissions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pandera.polars as pa
import polars as pl

from xlkit.cells import parse_address
from xlkit.findings import Finding, Severity, Undecided
from xlkit.form.fields import ChoiceField, Reference
from xlkit.form.model import Form
from xlkit.form.rows import RowKind
from xlkit.rules.check import Check
from xlkit.rules.registry import form_checks
from xlkit.rules.types import Types
from xlkit.submission.model import CastRow, Submission, where, written_text
from xlkit.validation.frames import Table, build_tables, with_matches, with_references
from xlkit.validation.rows import CellId, Rows, addresses, cell_id
from xlkit.validation.schema import schema_of
from xlkit.validation.undecided import Needed, Tally, unanswered


def validate(
    form: Form, submissions: Sequence[Submission], language: str = "zh"
) -> list[Submission]:
    """The submissions with what is wrong in their answers added to their findings.

    All are of that form. A value that is wrong by itself is named once, at its cell; checks
    that depend on it then say nothing.
    """
    run = _Run(form, submissions, language)
    found = run.findings()
    undecided = run.undecided()
    return [
        replace(
            submission,
            findings=tuple(
                sorted(
                    (*submission.findings, *found.get(number, ())), key=_reading_order(submission)
                )
            ),
            undecided=tuple(undecided.get(number, ())),
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


@dataclass(frozen=True, slots=True)
class _Asked:
    """The row that a check was asked of and did not pass, or rows of a return together."""

    check: Check
    submission: int
    rows: tuple[CastRow, ...]

    @property
    def row(self) -> CastRow:
        return self.rows[0]


@dataclass(frozen=True, slots=True)
class _Failure(_Asked):
    """What failed a check."""

    value: str | None
    expected: str | None
    params: Mapping[str, str]

    @property
    def turn(self) -> tuple[bool, int, bool]:
        """What is wrong by itself comes first, then the graver, then causes."""
        return (not self.check.own, self.check.severity.rank, not self.check.before)


@dataclass
class _Run:
    form: Form
    submissions: Sequence[Submission]
    language: str
    _spoken: dict[CellId, int] = field(default_factory=dict)
    """Cells of which enough is said, with the rank of the least severity to be silent."""
    _open: list[_Asked] = field(default_factory=list)
    """Rows of declared rules without an answer."""

    def __post_init__(self) -> None:
        self._tables = build_tables(self.form, self.submissions, self.language)
        self._types = Types(self.form)
        rows = (row for table in self._tables.values() for row in table.rows)
        self._rows = Rows(self.form, rows)

    def findings(self) -> dict[int, list[Finding]]:
        """What is wrong, by submission, in the order of the form."""
        failures = [
            failure
            for path, checks in form_checks(self.form).items()
            for failure in self._failures(self._tables[path], checks)
        ]
        self._refused = frozenset(self._refused_cells())
        self._spoken = dict.fromkeys(self._refused, Severity.ERROR.rank)
        found: dict[int, list[tuple[CastRow, Finding]]] = {}
        for failure in map(self._unexplained, sorted(failures, key=lambda item: item.turn)):
            cells = set(self._depends(failure))
            told = not self._is_said(failure, cells)
            if told:
                finding = self._finding(failure)
                found.setdefault(failure.submission, []).append((failure.row, finding))
                if failure.check.before:
                    self._say(self._explained(failure), failure.check.severity)
            elif not failure.check.own and failure.check.rule is not None:
                self._open.append(failure)
            if failure.check.own and failure.check.severity is Severity.ERROR:
                # One that something else explains blames no more than the cell it names.
                blamed = cells if told else set(self._named(failure))
                self._say(blamed, Severity.ERROR)
        return {number: _merged(findings) for number, findings in found.items()}

    def _unexplained(self, failure: _Failure) -> _Failure:
        """The failure without the rows that something graver explains, where others are left."""
        if not failure.check.each:
            return failure
        alone = [replace(failure, rows=(row,)) for row in failure.rows]
        left = [one.row for one in alone if not self._is_said(one, self._depends(one))]
        if not left or len(left) == len(failure.rows):
            return failure
        params = {**failure.params, "count": str(len(left))}
        return replace(failure, rows=tuple(left), params=params)

    def _is_said(self, failure: _Failure, cells: Iterable[CellId]) -> bool:
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
                for row, name in self._needs(asked)
            ]
            tally = found.setdefault(asked.submission, Tally())
            tally.add(asked.check.rule or asked.check.id, asked.row.raw.path, needed)
        return {number: list(tally.undecided()) for number, tally in found.items()}

    def _failures(self, table: Table, checks: Sequence[Check]) -> Iterator[_Failure]:
        references = [item for check in checks for item in _references_of(check)]
        frame = with_references(self._tables, self.form, table, references)
        matches = [item for check in checks for item in check.matches]
        frame = with_matches(self._tables, self.form, table, frame, matches)
        for check in checks:
            if check.prepare is not None:
                frame = check.prepare(frame)
        for check, rows in unanswered(frame, checks):
            for number, row in (table.rows[index] for index in rows):
                self._open.append(_Asked(check, number, (row,)))
        by_id = {check.id: check for check in checks}
        try:
            schema_of(table.placed, checks).validate(frame, lazy=True)
        except pa.errors.SchemaErrors as errors:
            cases = errors.failure_cases
            for name, group in cases.group_by("check", maintain_order=True):
                check = by_id[str(name[0])]
                rows = sorted(set(group["index"].to_list()))
                yield from self._failed_rows(table, frame, check, rows)

    def _failed_rows(
        self, table: Table, frame: pl.DataFrame, check: Check, rows: list[int]
    ) -> Iterator[_Failure]:
        said = _sentences(frame, check)[rows]
        groups: dict[object, list[tuple[CastRow, dict[str, Any]]]] = {}
        for index, words in zip(rows, said.iter_rows(named=True), strict=True):
            number, row = table.rows[index]
            group = index if check.together is None else (number, words["together"])
            groups.setdefault(group, []).append((row, words))
        for failed in groups.values():
            words = failed[0][1]
            params = {name: words[f"param:{name}"] or "" for name in check.params}
            if check.together is not None:
                params["count"] = str(len(failed))
            yield _Failure(
                check,
                words["_submission"],
                tuple(row for row, _ in failed),
                words["value"],
                words["expected"],
                params,
            )

    # cells

    def _refused_cells(self) -> Iterator[CellId]:
        """Cells that casting already spoke of."""
        for number, submission in enumerate(self.submissions):
            for row in submission.rows:
                for name, state in row.states.items():
                    if state == "refused" and name not in row.raw.formulas:
                        yield cell_id(number, row, name)

    def _depends(self, asked: _Asked) -> Iterator[CellId]:
        """Every typed cell that the answer of a check depends on."""
        for row, name in self._needs(asked):
            yield cell_id(asked.submission, row, name)

    def _needs(self, asked: _Asked) -> Iterator[tuple[CastRow, str]]:
        check, number = asked.check, asked.submission
        for row in asked.rows:
            cells = [(row, name) for name in (*check.fields, *check.reads)]
            cells += [
                (other, reference.field)
                for reference in (*check.references, *check.reads_elsewhere)
                for other in self._rows.of(number, row, reference)
            ]
            cells += self._matching(asked, row)
            instance = self._rows.beside(number, row)
            cells += [(other, name) for name in check.reads_column for other in instance]
            for at, name in cells:
                yield from self._rows.inputs(number, at, name)

    def _named(self, failure: _Failure) -> Iterator[CellId]:
        """The typed cells that a finding names as wrong, without those it compares them with."""
        for row in failure.rows:
            for name in failure.check.fields:
                for other, typed in self._rows.inputs(failure.submission, row, name):
                    yield cell_id(failure.submission, other, typed)

    def _explained(self, failure: _Failure) -> Iterator[CellId]:
        """The cells of the failing rows that the finding names, or says why they are empty."""
        check = failure.check
        for row in failure.rows:
            empty = (name for name in check.leaves if row.states.get(name) == "empty")
            for name in (*check.fields, *empty):
                yield cell_id(failure.submission, row, name)

    def _matching(self, asked: _Asked, row: CastRow) -> Iterator[tuple[CastRow, str]]:
        """The cells of other tables in the row of the same key."""
        for reference in asked.check.matches:
            for other in self._rows.of(asked.submission, row, reference):
                if other.key is not None and other.key == row.key:
                    yield other, reference.field

    # findings

    def _finding(self, failure: _Failure) -> Finding:
        check, row = failure.check, failure.row
        raw = self.submissions[failure.submission].raw
        named = check.fields[0] if check.fields else None
        whole = bool(check.reads_column) or check.together is not None
        own_place = (
            ""
            if named is None and check.references
            else where(self.form, raw, row, named, self.language, whole_block=whole)
        )
        params = dict(failure.params)
        if check.message is not None:
            params["message"] = check.message
        if check.code == "choice-not-in-list" and named is not None:
            params["suggestion"] = self._suggestion(row, named)
        value = failure.value
        if value is None and named is not None:
            value = written_text(row.raw, named).strip() if named in row.raw.texts else None
        return Finding(
            code=check.code,
            severity=check.severity,
            cells=tuple(dict.fromkeys(self._cells(failure))),
            block=row.raw.path,
            field=named or (check.reads_column[0] if check.reads_column else None),
            row=row.key if not whole else None,
            instance=row.raw.instance or None,
            value=value or None,
            expected=failure.expected,
            where=own_place or self._where_of_references(failure),
            rule=check.id,
            beta=check.beta,
            params=params,
        )

    def _suggestion(self, row: CastRow, name: str) -> str:
        field_ = row.raw.placed.field(name)
        text = row.values.get(name)
        if isinstance(field_, ChoiceField) and isinstance(text, str):
            return self._types.suggestion(field_, text, self._above(row, field_))
        return ""

    def _above(self, row: CastRow, field_: ChoiceField) -> tuple[str, ...]:
        """The names that the row says in the levels of the tree above a field."""
        levels = self.form.tree_fields(row.raw.placed) if field_.tree else {}
        above = [levels[number].name for number in range(1, field_.level or 1) if number in levels]
        said = [row.values.get(name) or row.raw.row.fixed.get(name) for name in above]
        return tuple(str(name) for name in said if name)

    def _where_of_references(self, failure: _Failure) -> str:
        raw = self.submissions[failure.submission].raw
        places = [
            where(self.form, raw, other, reference.field, self.language)
            for reference in failure.check.references[:2]
            for other in self._rows.of(failure.submission, failure.row, reference)[:1]
        ]
        return " / ".join(dict.fromkeys(places))

    def _cells(self, failure: _Failure) -> Iterator[str]:
        check = failure.check
        for row in failure.rows:
            for name in check.fields:
                yield from addresses(row, name)
                if check.code == "computed-missing":
                    for other, typed in self._rows.inputs(failure.submission, row, name):
                        yield from addresses(other, typed)
        for row in failure.rows:
            for reference in check.references:
                for other in self._rows.of(failure.submission, row, reference):
                    yield from addresses(other, reference.field)
            for other, name in self._matching(failure, row):
                yield from addresses(other, name)
        if check.reads_column:
            yield from self._free_cell(failure)

    def _free_cell(self, failure: _Failure) -> Iterator[str]:
        """The cell where a row that is missing could be written."""
        name = failure.check.reads_column[0]
        rows = [
            row
            for row in self._rows.beside(failure.submission, failure.row)
            if name in row.raw.cells
        ]
        free = next((row for row in rows if not row.raw.filled), rows[-1] if rows else None)
        if free is not None:
            yield from addresses(free, name)


def _references_of(check: Check) -> tuple[Reference, ...]:
    return check.references


def _sentences(frame: pl.DataFrame, check: Check) -> pl.DataFrame:
    """What the messages of a check say, for every row."""

    def text(said: pl.Expr | str | None, name: str) -> pl.Expr:
        expression = pl.lit(said, dtype=pl.String) if not isinstance(said, pl.Expr) else said
        return expression.cast(pl.String).alias(name)

    return frame.select(
        pl.col("_submission"),
        text(check.value, "value"),
        text(check.expected, "expected"),
        (pl.lit(None) if check.together is None else check.together).alias("together"),
        *[text(said, f"param:{name}") for name, said in check.params.items()],
    )


def _merged(found: list[tuple[CastRow, Finding]]) -> list[Finding]:
    """Several empty cells of one row are one finding: the row was not filled."""
    made: list[Finding] = []
    places: dict[tuple[object, ...], int] = {}
    for row, finding in found:
        key = (finding.severity, finding.block, finding.instance, row.raw.row.mark)
        mergeable = finding.code == "required-missing" and row.raw.row.kind is not RowKind.RECORD
        if not mergeable or key not in places:
            if mergeable:
                places[key] = len(made)
            made.append(finding)
            continue
        first = made[places[key]]
        label = finding.where.rpartition(" › ")[2]
        made[places[key]] = replace(
            first,
            cells=(*first.cells, *finding.cells),
            where=f"{first.where}、{label}",
            params={**finding.params, **first.params},
        )
    return made
