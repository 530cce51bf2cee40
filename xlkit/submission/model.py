"""A return as values: rows, states of cells, repairs, and the places of answers in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from xlkit.errors import MaskedError
from xlkit.findings import Finding, Undecided
from xlkit.form.blocks import Matrix, Table
from xlkit.form.model import Form
from xlkit.form.texts import fill, say
from xlkit.rules.types import Value
from xlkit.sentences import Sentence
from xlkit.submission.raw import RawRow, RawSubmission
from xlkit.values.indicator import Indicator


class State(StrEnum):
    EMPTY = "empty"
    READ = "read"
    REFUSED = "refused"
    """Something stands there that could not be read; it is null for every later check."""


@dataclass(frozen=True, slots=True)
class CellRepair:
    """A repair and the cell that it was made in."""

    cell: str
    block: str
    field: str
    code: str
    raw: str
    value: str


@dataclass(frozen=True, slots=True)
class CastRow:
    """A row as values.

    `key` is the declared key of a preset row, else the normalised name that the department
    gave; `label` is what people call the row. `raw.filled` says whether it is in use.
    """

    raw: RawRow
    key: str | None
    label: str
    values: Mapping[str, Value | None]
    states: Mapping[str, State]

    @property
    def number(self) -> int:
        """The row's number in the returned sheet."""
        return self.raw.top


@dataclass(frozen=True)
class Submission:
    """A return as values, with everything that reading it found."""

    raw: RawSubmission
    rows: tuple[CastRow, ...] = field(default=(), repr=False)
    repairs: tuple[CellRepair, ...] = ()
    findings: tuple[Finding, ...] = ()
    undecided: tuple[Undecided, ...] = ()
    """Declared rules that validation could not decide."""


def with_private_content(submissions: Iterable[Submission], purpose: str) -> None:
    """Makes sure that what stood in private fields is there.

    Raises:
        MaskedError: a return came from the cache, which does not keep it.
    """
    for submission in submissions:
        if submission.raw.is_masked:
            raise MaskedError(Sentence("masked", file=submission.raw.file, purpose=purpose))


def where(
    form: Form,
    raw: RawSubmission,
    row: CastRow,
    name: str | None,
    language: str,
    *,
    whole_block: bool = False,
) -> str:
    """The place of an answer in people's words: block, row (not for the whole block), field."""
    shown = language if language in form.languages else form.languages[0]
    year = raw.identity.year if raw.identity else None
    placed = row.raw.placed
    group = form.groups[placed.group] if placed.group else None
    parts = []
    if group is not None:
        parts.append(f"{fill(say(group.label, shown), year=year)}{row.raw.instance:02d}")
    if placed.block.label is not None:
        parts.append(fill(say(placed.block.label, shown), year=year))
    if isinstance(placed.block, Matrix | Table) and not whole_block:
        parts.append(row.label)
    if name is not None:
        parts.append(fill(say(placed.field(name).label, shown), year=year))
    return " › ".join(part for part in parts if part)


def written_text(raw: RawRow, name: str, value: Value | None = None) -> str:
    """What was written in a field's cells, joined; a preset unit that `value` lacks is left out."""
    operator, text, unit = raw.texts[name]
    preset = bool(unit) and unit == raw.row.units.get(name)
    gave_way = isinstance(value, Indicator) and value.unit != unit
    if preset and (gave_way or not (operator or text)):
        return f"{operator}{text}"
    return f"{operator}{text}{unit}"
