"""What a returned workbook holds, before any text is understood."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from xlkit.findings import Finding
from xlkit.form.fields import BaseField
from xlkit.form.model import Form, PlacedBlock
from xlkit.form.rows import Row, RowKind
from xlkit.identity import Identity, Signature
from xlkit.rules.types import Texts
from xlkit.template.layout import Sizing

_INSERTED = "inserted-"


class Verdict(StrEnum):
    """What became of a workbook between issue and return."""

    INTACT = "intact"
    """As it was issued, answers apart."""
    REPAIRED = "repaired"
    """Printed or computed cells were changed; what was issued counts."""
    RESTRUCTURED = "restructured"
    """Rows, columns or sheets were moved, added, removed or renamed; the answers were found."""
    FOREIGN = "foreign"
    """No workbook of a form that is known here."""
    UNREADABLE = "unreadable"
    """Nothing could be read from it."""

    @property
    def is_read(self) -> bool:
        return self not in (Verdict.FOREIGN, Verdict.UNREADABLE)


@dataclass(frozen=True, slots=True)
class RawRow:
    """A row of a block as it came back.

    `texts` are what stands in each field's cells, `cells` the addresses of those cells in
    the returned file (operator, number, unit where there are three). `top` is its row there.
    """

    placed: PlacedBlock
    instance: int
    row: Row
    sheet: str
    top: int
    texts: Mapping[str, Texts]
    cells: Mapping[str, tuple[str, ...]]
    filled: bool
    """Whether anything was typed into it: presets alone do not count."""
    formulas: Mapping[str, bool | None] = field(default_factory=dict)
    """For each computed cell, whether it still holds a formula; None where that is not told."""
    pending: frozenset[str] = frozenset()
    """Typed fields with a formula whose result was not saved; their text is the formula."""
    gone: frozenset[str] = frozenset()
    """Fields whose column was deleted: nobody knows what was answered there."""

    @property
    def path(self) -> str:
        return self.placed.path

    @property
    def is_inserted(self) -> bool:
        """Whether the department put it in; it has a row of its own making, then."""
        return self.row.mark.startswith(_INSERTED)


def inserted_row(number: int) -> Row:
    """What a row that the department put in has for a row of the form."""
    return Row(mark=f"{_INSERTED}{number}", kind=RowKind.SPARE)


def is_typed(row: Row, name: str, texts: Texts) -> bool:
    """Whether a field's cells hold anything but what they went out with."""
    operator, text, unit = texts
    if operator.strip() or (text.strip() and text != row.defaults.get(name, "")):
        return True
    return bool(unit.strip()) and unit != row.units.get(name, "")


def fills(field: BaseField) -> bool:
    """Whether what the bureau put into a field and locked puts its row to use.

    A value of last year does not: it says nothing of this year's row.
    """
    return field.previous is None


@dataclass(frozen=True, slots=True)
class CellCount:
    """Every non-empty cell of a workbook is one of these."""

    frame: int = 0
    answers: int = 0
    named: int = 0

    @property
    def total(self) -> int:
        return self.frame + self.answers + self.named


@dataclass(frozen=True, slots=True)
class Outside:
    """Content that is no answer and was not issued: a cell `sheet!B7` and its text."""

    cell: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RawSubmission:
    """One returned file. Without a form (foreign, unreadable) there are only findings."""

    file: str
    sha256: str
    """Of the whole file; '' of one without an end, or of more than a gigabyte."""
    verdict: Verdict
    findings: tuple[Finding, ...] = ()
    form: Form | None = field(default=None, repr=False)
    identity: Identity | None = None
    signature: Signature = Signature.UNVERIFIED
    rows: tuple[RawRow, ...] = field(default=(), repr=False)
    cells: CellCount = CellCount()
    sizing: Sizing = field(default_factory=Sizing)
    """The spare rows and sheets that it was read with."""
    outside: tuple[Outside, ...] = field(default=(), repr=False)
    is_masked: bool = False
    """Whether what stood in private fields was left out: it came from the cache."""
    claimed: Identity | None = None
    """What the workbook says of itself, where a clerk said whose it is."""
    explanations: Mapping[str, str] = field(default_factory=dict, repr=False)
    """What was written of findings, by the keys that a correction workbook gave them."""
