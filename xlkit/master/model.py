"""The master as values: who entered, one table per block, what was found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from xlkit.findings import Finding, Severity
from xlkit.form.fields import Computed
from xlkit.master.roll import RollLine
from xlkit.submission.raw import Verdict

Value = str | Decimal | int | date | None
"""What stands in a cell. A text in a column of numbers is a value that could not be read."""


class State(StrEnum):
    """What became of a return."""

    ACCEPTED = "accepted"
    """Without errors but waived ones, and merged; warnings may still wait to be explained."""
    INCLUDED = "included"
    """Merged in spite of its errors."""
    ERRORS = "errors"
    UNIT_TWICE = "unit-twice"
    """Another file speaks for the same unit; neither is merged."""
    NO_UNIT = "no-unit"
    DUPLICATE = "duplicate"
    """The same bytes as a file before it, which counts for both."""
    FOREIGN = "foreign"
    UNREADABLE = "unreadable"

    @property
    def is_merged(self) -> bool:
        return self in (State.ACCEPTED, State.INCLUDED)


class Kind(StrEnum):
    """How the values of a column are kept."""

    TEXT = "text"
    INTEGER = "integer"
    AMOUNT = "amount"
    PERCENT = "percent"
    """In percent points: 100 is 100%."""
    NUMBER = "number"
    """An exact decimal with as many places as were written."""
    DATE = "date"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table.

    `name` is the field's, a part of it (`value.unit`), or begins with `_` where the column
    is ours. `width` is the most that its text may take, in columns of text.
    """

    name: str
    label: str
    kind: Kind = Kind.TEXT
    decimals: int = 0
    width: float = 40
    summed: bool = False
    tucked: bool = False
    """A detail that is folded away at first."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a row was read: the return, its sheet, the row's number, its first cell, its range."""

    entry: int
    sheet: str
    row: int
    cell: str
    cells: str


@dataclass(frozen=True, slots=True)
class Said:
    """An explanation that counts, or a waiver, and what it was written of."""

    title: str
    message: str
    text: str
    is_waiver: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table; its values stand in the order of the columns."""

    values: tuple[Value, ...]
    origin: Origin
    label: str = ""
    is_total: bool = False
    """Holds the sum of other rows, so it is not added up again."""
    said: Mapping[str, tuple[Said, ...]] = field(default_factory=dict)
    """The explanations of its figures by column; the one of ours holds them together."""


@dataclass(frozen=True, slots=True)
class Item:
    """A line of the county's totals: a printed row of a matrix, or a whole block.

    `line` is the number of the printed row, which its rows bear too. `values` are by
    column; `computed` says which of them follow from others of the block.
    """

    key: str | None
    line: int | None
    labels: tuple[str, ...]
    values: Mapping[str, Decimal | None]
    computed: Mapping[str, Computed] = field(default_factory=dict)
    is_total: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """One block of one form over all merged returns."""

    form: str
    path: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...] = field(repr=False)
    items: tuple[Item, ...] = ()
    """The totals; () where nothing can be added up."""
    item_labels: tuple[str, ...] = ()
    """Names of the columns whose texts are an item's labels; () where all rows are one item."""
    unread: int = 0
    """Cells of columns of numbers that stand as written and are in no total."""

    @property
    def totalled(self) -> tuple[Column, ...]:
        """The columns that the totals show."""
        names = {name for item in self.items for name in item.values}
        return tuple(column for column in self.columns if column.name in names)


@dataclass(frozen=True, slots=True)
class Measure:
    """Money that is told for each unit; measures of one `topic` belong in one chart."""

    path: str
    key: str | None
    field: str
    label: str
    topic: str
    unit: str
    decimals: int


@dataclass(frozen=True, slots=True)
class Entry:
    """A return and what became of it; `money` is in the order of its part's measures."""

    file: str
    sha256: str
    form: str
    unit: str
    unit_name: str
    year: int | None
    state: State
    verdict: Verdict
    rows: int
    counts: Mapping[Severity, int]
    open_warnings: int = 0
    """Warnings without an explanation that counts."""
    money: tuple[Decimal | None, ...] = ()
    waived: Mapping[Severity, int] = field(default_factory=dict)
    """How many of each severity the bureau lets stand; they are counted among the others too."""

    @property
    def waived_errors(self) -> int:
        return self.waived.get(Severity.ERROR, 0)

    @property
    def open_errors(self) -> int:
        return self.counts[Severity.ERROR] - self.waived_errors

    @property
    def explained_warnings(self) -> int:
        waived = self.waived.get(Severity.WARNING, 0)
        return self.counts[Severity.WARNING] - self.open_warnings - waived

    @property
    def all_waived(self) -> int:
        return sum(self.waived.values())

    @property
    def waits(self) -> bool:
        """Whether it is merged, and accepted as soon as its last warnings are explained."""
        return self.state is State.ACCEPTED and self.open_warnings > 0


@dataclass(frozen=True, slots=True)
class Part:
    """What the run has of one form; `entries` are numbers in the master's entries."""

    form: str
    version: int
    title: str
    year: int | None
    measures: tuple[Measure, ...]
    entries: tuple[int, ...]
    tables: tuple[Table, ...]


@dataclass(frozen=True, slots=True)
class ListedFinding:
    """A finding in words. `place` is the part, table and row of the master that it speaks of."""

    entry: int
    finding: Finding
    title: str
    message: str
    hint: str
    """What to do: the department, then the bureau."""
    place: tuple[int, int, int] | None = None


@dataclass(frozen=True, slots=True)
class Master:
    """Everything that the county's workbook shows.

    Entries stand by form, in each the merged ones first, then by unit.
    """

    language: str
    includes_errors: bool
    private: bool
    entries: tuple[Entry, ...]
    parts: tuple[Part, ...] = field(repr=False)
    findings: tuple[ListedFinding, ...] = field(repr=False)
    roll: tuple[RollLine, ...] = field(default=(), repr=False)
    """Every unit that was asked, by parent and code; () where nobody said whom that is."""

    @property
    def strays(self) -> tuple[int, ...]:
        """The entries that are of no form."""
        known = {number for part in self.parts for number in part.entries}
        return tuple(number for number in range(len(self.entries)) if number not in known)

    @property
    def waived(self) -> int:
        """How many findings the bureau lets stand."""
        return sum(entry.all_waived for entry in self.entries)

    def count(self, *states: State) -> int:
        """How many entries are in one of those states."""
        return sum(entry.state in states for entry in self.entries)
