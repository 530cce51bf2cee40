"""From failures to findings: where, what was found, what was expected."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from xlkit.findings import Finding
from xlkit.form.fields import ChoiceField
from xlkit.form.model import Form
from xlkit.form.rows import RowKind
from xlkit.form.texts import fill, say
from xlkit.rules.types import Types
from xlkit.submission.model import CastRow, Submission, where, written_text
from xlkit.validation.failures import Failure
from xlkit.validation.rows import Rows, addresses
from xlkit.wording import word


class Teller:
    """Says what failed in the returns of a run."""

    def __init__(
        self, form: Form, submissions: Sequence[Submission], rows: Rows, language: str
    ) -> None:
        self.form = form
        self.submissions = submissions
        self.language = language
        self._rows = rows
        self._types = Types(form)

    def finding(self, failure: Failure) -> Finding:
        """The finding of a failure: its cells, its place in words, and what its message says."""
        check, row = failure.check, failure.row
        raw = self.submissions[failure.submission].raw
        named = check.fields[0] if check.fields else None
        whole = bool(check.reads_column) or check.together is not None
        own_place = (
            ""
            if named is None and check.references
            else where(self.form, raw, row, named, self.language, whole_block=whole)
        )
        params = self._printed(failure)
        if check.message is not None:
            params["message"] = say(check.message, self.language)
        if check.code == "choice-not-in-list" and named is not None:
            params["suggestion"] = self._suggestion(row, named)
        value = failure.words[0].value
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
            expected=failure.words[0].expected,
            where=own_place or self._where_of_references(failure),
            rule=check.id,
            beta=check.beta,
            params=params,
        )

    def _printed(self, failure: Failure) -> dict[str, str]:
        """The blanks of the message; columns are named as the returned workbook has them."""
        identity = self.submissions[failure.submission].raw.identity
        year = identity.year if identity else None
        own = {name for name, said in failure.check.params.items() if isinstance(said, str)}
        return {
            name: fill(text, year=year) if name in own else text
            for name, text in failure.params.items()
        }

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

    def _where_of_references(self, failure: Failure) -> str:
        raw = self.submissions[failure.submission].raw
        places = [
            where(self.form, raw, other, reference.field, self.language)
            for reference in failure.check.references[:2]
            for other in self._rows.of(failure.submission, failure.row, reference)[:1]
        ]
        return " / ".join(dict.fromkeys(places))

    def _cells(self, failure: Failure) -> Iterator[str]:
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
            for other, name in self._rows.matching(failure, row):
                yield from addresses(other, name)
        if check.reads_column:
            yield from self._free_cell(failure)

    def _free_cell(self, failure: Failure) -> Iterator[str]:
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


def merged(found: list[tuple[CastRow, Finding]], language: str) -> list[Finding]:
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
            where=word("joint", language, file="report").join((first.where, label)),
            params={**finding.params, **first.params},
        )
    return made
