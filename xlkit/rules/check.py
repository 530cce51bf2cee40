"""One check of one table: the face of a rule that pandera runs.

A check looks at the frame of its block: one row for each row of each submission, with

- `_submission`, `_unit` (null where none is named) and `_from` (what to call its return),
  `_instance` (member of a group, 0 outside), `_first` (first row of its block in its
  instance), `_key`, `_filled`, `_expected` (must be filled, whatever else is),
  `_total` (only repeats what other rows say),
  `_active` (its instance is in use);
- each field's value under its name, null where it is empty or could not be read, and under
  `<field>.state` `empty`, `read` or `refused`; an indicator value also as `.number`, `.unit`
  and `.kind`;
- for each reference that the check needs, its sum under `@<reference>`, null where blank,
  and `@<reference>?`, whether it is known;
- for each of its `matches`, the field's columns under `~<reference>`, `~<reference>.unit` …,
  from the row of the same key in the other table; null where no row, or no single one, has it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from xlkit.findings import Severity
from xlkit.form.fields import Reference
from xlkit.form.texts import Text, say

if TYPE_CHECKING:
    import polars as pl

    Blank = pl.Expr | Text | Mapping[str, str] | Mapping[str, pl.Expr]

Prepare = Callable[["pl.DataFrame"], "pl.DataFrame"]


@dataclass(frozen=True, kw_only=True)
class Check:
    """A question that each row of a frame answers with true, false, or null: cannot decide.

    `fields` are the cells of the failing row that the finding names; `references` cells
    elsewhere that it names too. An `own` check is about a value by itself: where it fails,
    other checks that read the cell say nothing. `reads` are fields of the same row that the answer
    depends on besides, `reads_column` fields of every row of the instance. `value`, `expected` and
    `params` fill the message from the failing row; a plain text of `params` is the form's own,
    whose placeholders are filled as they were printed; a mapping has one for each of the form's
    languages. `reads_elsewhere` are cells of other rows that the answer depends on and the finding
    does not name. `matches` are columns of another table, of which the row of the same key counts
    and is named.

    A check that is asked `before` others names the cause of what those would only see: where
    it fails, no check of the same or less weight speaks of the cells it names, nor of those of
    the fields it `leaves` that are empty in the failing rows. The failing rows of a return that
    have the same value of `together` are one finding; where `each` of them is wrong by itself, one
    that something else explains does not silence the others.
    """

    id: str
    """Names the check within its form; that of a declared rule begins with the rule's id."""
    code: str
    severity: Severity
    block: str
    passes: pl.Expr
    fields: tuple[str, ...] = ()
    references: tuple[Reference, ...] = ()
    own: bool = False
    reads: tuple[str, ...] = ()
    reads_column: tuple[str, ...] = ()
    reads_elsewhere: tuple[Reference, ...] = ()
    matches: tuple[Reference, ...] = ()
    before: bool = False
    leaves: tuple[str, ...] = ()
    together: pl.Expr | None = None
    each: bool = False
    column: str | None = None
    """The frame's column that the check belongs to; None for one about whole rows."""
    value: pl.Expr | None = None
    expected: pl.Expr | str | None = None
    params: Mapping[str, Blank] = field(default_factory=dict)
    message: Text | None = None
    prepare: Prepare | None = None
    rule: str | None = None
    """The id of the declared rule that it belongs to; None for what a field demands."""
    beta: bool = False
    """Whether that rule is on trial."""

    def in_language(self, language: str) -> Check:
        """The check with what the form has words for in several languages in that one."""
        params = {name: of_language(said, language) for name, said in self.params.items()}
        message = None if self.message is None else say(self.message, language)
        return replace(self, params=params, message=message)


def of_language(said: Blank, language: str) -> pl.Expr | str:
    """What fills a blank in that language, else in the first that it has words in."""
    if not isinstance(said, Mapping):
        return said
    by_language: Mapping[str, pl.Expr | str] = said
    return by_language.get(language, next(iter(by_language.values())))


def column_of(reference: Reference) -> str:
    """The frame's column that holds a reference's sum."""
    return reference.field if reference.block is None else f"@{reference}"


def match_of(reference: Reference, part: str = "") -> str:
    """The frame's column of a field, or of a part of it, in this row or in the matching one."""
    name = reference.field if reference.block is None else f"~{reference}"
    return f"{name}.{part}" if part else name


def known(reference: Reference) -> pl.Expr:
    """Whether every cell that a reference means could be read."""
    import polars as pl

    if reference.block is None:
        return pl.col(f"{reference.field}.state") != "refused"
    return pl.col(f"@{reference}?")


def total_of(references: tuple[Reference, ...]) -> pl.Expr:
    """The sum of the references, null where all are blank or one is not known."""
    import polars as pl

    values = [pl.col(column_of(reference)) for reference in references]
    decided = pl.all_horizontal(
        *[known(reference) for reference in references],
        pl.any_horizontal(*[value.is_not_null() for value in values]),
    )
    zero = pl.lit(Decimal(0), dtype=NUMBER())
    total = pl.sum_horizontal(*[value.cast(NUMBER()).fill_null(zero) for value in values])
    return pl.when(decided).then(total)


def once(block: str | None, passes: pl.Expr) -> pl.Expr:
    """The answer for every row of the named table, or, without one, for an instance's first."""
    import polars as pl

    in_use = pl.col("_active") if block is None else pl.col("_active") & pl.col("_filled")
    asked = in_use & pl.col("_first") if block is None else in_use
    return ~asked | passes


def NUMBER() -> pl.DataType:  # noqa: N802  (a type, loaded when it is needed)
    """The exact decimals that all numbers of a frame are."""
    import polars as pl

    return pl.Decimal(38, SCALE)


SCALE = 8
"""Decimals that frames keep; a number with more keeps them as text."""


def tolerance(decimals: int) -> Decimal:
    """Half a unit of the last declared decimal."""
    return Decimal(5).scaleb(-decimals - 1)


def as_text(number: pl.Expr) -> pl.Expr:
    """A number as people write it, without trailing zeros."""
    import polars as pl

    text = number.cast(pl.String)
    return (
        pl.when(text.str.contains(".", literal=True))
        .then(text.str.strip_chars_end("0").str.strip_chars_end("."))
        .otherwise(text)
    )
