"""One lazy pandera pass over a table: the rows that failed its checks, or had no answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandera.polars as pa
import polars as pl

from xlkit.form.model import Form
from xlkit.rules.check import Check, of_language
from xlkit.submission.model import CastRow
from xlkit.validation.frames import Table, with_matches, with_references
from xlkit.validation.schema import schema_of
from xlkit.validation.undecided import unanswered


@dataclass(frozen=True, slots=True)
class Asked:
    """The row that a check was asked of and did not pass, or rows of a return together."""

    check: Check
    submission: int
    rows: tuple[CastRow, ...]

    @property
    def row(self) -> CastRow:
        return self.rows[0]


@dataclass(frozen=True, slots=True)
class Words:
    """What a check's messages say of one row."""

    value: str | None
    expected: str | None
    params: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Failure(Asked):
    """What failed a check; `words` are those of its rows, the first one's are told."""

    words: tuple[Words, ...]

    @property
    def turn(self) -> tuple[bool, int, bool]:
        """What is wrong by itself comes first, then the graver, then causes."""
        return (not self.check.own, self.check.severity.rank, not self.check.before)

    @property
    def params(self) -> Mapping[str, str]:
        """The blanks of the message; of rows together, how many they are."""
        told = self.words[0].params
        return told if self.check.together is None else {**told, "count": str(len(self.rows))}

    def alone(self) -> Iterator[Failure]:
        """Each row as a failure of its own."""
        for row, words in zip(self.rows, self.words, strict=True):
            yield replace(self, rows=(row,), words=(words,))


def asked_frame(
    tables: Mapping[str, Table], form: Form, table: Table, checks: Sequence[Check]
) -> pl.DataFrame:
    """The table's frame with every column that its checks read."""
    references = [item for check in checks for item in check.references]
    frame = with_references(tables, form, table, references)
    matches = [item for check in checks for item in check.matches]
    frame = with_matches(tables, form, table, frame, matches)
    for check in checks:
        if check.prepare is not None:
            frame = check.prepare(frame)
    return frame


def without_answer(table: Table, frame: pl.DataFrame, checks: Sequence[Check]) -> Iterator[Asked]:
    """The rows of which declared rules could not be decided."""
    for check, rows in unanswered(frame, checks):
        for number, row in (table.rows[index] for index in rows):
            yield Asked(check, number, (row,))


def failed(table: Table, frame: pl.DataFrame, checks: Sequence[Check]) -> Iterator[Failure]:
    """The rows that fail, check by check; those that fail together are one failure."""
    by_id = {check.id: check for check in checks}
    try:
        schema_of(table.placed, checks).validate(frame, lazy=True)
    except pa.errors.SchemaErrors as errors:
        cases = errors.failure_cases
        for name, group in cases.group_by("check", maintain_order=True):
            rows = sorted(set(group["index"].to_list()))
            yield from _of_check(table, frame, by_id[str(name[0])], rows)


def _of_check(
    table: Table, frame: pl.DataFrame, check: Check, rows: list[int]
) -> Iterator[Failure]:
    said = _sentences(frame, check)[rows]
    groups: dict[tuple[int, object], list[tuple[CastRow, Words]]] = {}
    for index, words in zip(rows, said.iter_rows(named=True), strict=True):
        number, row = table.rows[index]
        group = index if check.together is None else words["together"]
        groups.setdefault((number, group), []).append((row, _words(check, words)))
    for (number, _), found in groups.items():
        failing, told = zip(*found, strict=True)
        yield Failure(check, number, failing, told)


def _words(check: Check, said: Mapping[str, Any]) -> Words:
    params = {name: said[f"param:{name}"] or "" for name in check.params}
    return Words(said["value"], said["expected"], params)


def _sentences(frame: pl.DataFrame, check: Check) -> pl.DataFrame:
    """What the messages of a check say, for every row."""

    def text(said: pl.Expr | str | None, name: str) -> pl.Expr:
        expression = pl.lit(said, dtype=pl.String) if not isinstance(said, pl.Expr) else said
        return expression.cast(pl.String).alias(name)

    return frame.with_columns(
        text(check.value, "value"),
        text(check.expected, "expected"),
        (pl.lit(None) if check.together is None else check.together).alias("together"),
        *[text(of_language(said, ""), f"param:{name}") for name, said in check.params.items()],
    )
