"""Findings without the content of private fields, for everybody but the department itself.

A finding of a private field says where and what kind of trouble; what stands there does not
leave the return. That goes for findings of other fields, too, that quote one: of a comparison,
of a sheet's odd cells, of rows that are called by a private name. Which checks look at a private
field is told here, too (`is_looked_at`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from xlkit import wording
from xlkit.findings import Explanation, Finding, Waiver
from xlkit.form.blocks import Table
from xlkit.form.model import Form, PlacedBlock
from xlkit.form.texts import fill, say
from xlkit.rules.check import Check
from xlkit.rules.registry import form_checks
from xlkit.submission.model import Submission
from xlkit.submission.raw import RawSubmission

_NO_WORDS_OF_PEOPLE = frozenset({"message", "number", "other"})
"""Params that never repeat what a respondent wrote, unless rows have private names."""


@dataclass(frozen=True)
class Privacy:
    """What of a form is private, and the words that stand in its place."""

    form: Form
    language: str = "zh"
    year: int | None = None

    @cached_property
    def fields(self) -> dict[str, frozenset[str]]:
        """The private fields of each block that has any, by its path."""
        found = {
            placed.path: frozenset(field.name for field in placed.block.fields if field.private)
            for placed in self.form.blocks
        }
        return {path: names for path, names in found.items() if names}

    def cells(self, raw: RawSubmission) -> frozenset[str]:
        """The cells of private fields in a returned file, as `sheet!B7`."""
        return frozenset(
            f"{row.sheet}!{cell}"
            for row in raw.rows
            for name in self.fields.get(row.path, ())
            for cell in row.cells.get(name, ())
        )

    def without(self, finding: Finding, cells: Collection[str] = ()) -> Finding:
        """The finding without what is private; its place and its code stay.

        `cells` are those of private fields in its file. What was written of it goes, too: it
        tells what stands there, or whom to ask.
        """
        if not self.fields:
            return finding
        hidden = wording.word("hidden", self.language, file="master")
        quotes = not self._cells_are_open(finding, cells) or finding.rule in self._asking
        placed = block_of(self.form, finding.block)
        if placed is not None:
            own = self.fields.get(placed.path, frozenset())
            if not self.names_rows(placed):
                said = {**finding.params, "other": hidden} if "other" in finding.params else None
                finding = replace(
                    finding, row=None, where=self._label(placed), params=said or finding.params
                )
            if len(own) == len(placed.block.fields):
                finding = replace(
                    finding,
                    explanation=_hidden(finding.explanation, hidden),
                    waiver=_unwhy(finding.waiver, hidden),
                )
            quotes = quotes or finding.field in own
        return _unsaid(finding, hidden) if quotes else finding

    def names_rows(self, placed: PlacedBlock) -> bool:
        """Whether a row may be called by its name: the field that names it is not private."""
        block = placed.block
        return not isinstance(block, Table) or not placed.field(block.key_field).private

    def _cells_are_open(self, finding: Finding, cells: Collection[str]) -> bool:
        return not any(cell in cells for cell in finding.cells)

    @cached_property
    def _asking(self) -> frozenset[str]:
        """The checks whose sentences may quote a private field, by their ids."""
        return frozenset(
            check.id
            for checks in form_checks(self.form).values()
            for check in checks
            if any(is_looked_at(self, check, path, name) for path, name in self._all())
        )

    def _all(self) -> Iterator[tuple[str, str]]:
        for path, names in self.fields.items():
            for name in names:
                yield path, name

    def _label(self, placed: PlacedBlock) -> str:
        """What people call the block; the group's label, else its name, where it has none."""
        label = placed.block.label
        if label is None and placed.group is not None:
            label = self.form.groups[placed.group].label
        if label is None:
            return placed.name
        return fill(say(label, self.language), year=self.year).strip()


def without_private(
    finding: Finding,
    form: Form,
    language: str = "zh",
    year: int | None = None,
    cells: Collection[str] = (),
) -> Finding:
    """The finding without what is private in that form; of many, ask one `Privacy`."""
    return Privacy(form, language, year).without(finding, cells)


def findings_without_private(submission: Submission, language: str = "zh") -> tuple[Finding, ...]:
    """The findings of a return as others than its department may see them."""
    raw = submission.raw
    if raw.form is None:
        return submission.findings
    privacy = Privacy(raw.form, language, raw.identity.year if raw.identity else None)
    cells = privacy.cells(raw)
    return tuple(privacy.without(found, cells) for found in submission.findings)


def is_looked_at(privacy: Privacy, check: Check, path: str, name: str) -> bool:
    """Whether a check reads what stands in that field of that block, not only that it does."""
    form = privacy.form
    elsewhere = (*check.references, *check.reads_elsewhere, *check.matches)
    if any(
        reference.field == name and form.block(reference.block or check.block).path == path
        for reference in elsewhere
    ):
        return True
    if check.block != path:
        return False
    if check.prepare is not None or name in (*check.reads, *check.reads_column):
        return True
    return bool({root for root in columns_of(check) if is_content(root, name)})


def columns_of(check: Check) -> frozenset[str]:
    """The columns of its frame that a check looks at; `*` where it looks at all."""
    import polars as pl

    said = (check.passes, check.value, check.expected, check.together, *check.params.values())
    found: set[str] = set()
    for expression in said:
        if isinstance(expression, pl.Expr):
            found.update(expression.meta.root_names())
            if expression.meta.has_multiple_outputs():
                found.add("*")
    return frozenset(found)


def is_content(column: str, name: str) -> bool:
    """Whether a frame's column tells what stands in a field; its state does not."""
    if column in (f"{name}.state", f"{name}.computed"):
        return False
    return column in (name, "*") or column.startswith(f"{name}.")


def block_of(form: Form, path: str | None) -> PlacedBlock | None:
    """The block that a finding names, if it names one."""
    return next((placed for placed in form.blocks if placed.path == path), None)


def _unsaid(finding: Finding, hidden: str) -> Finding:
    params = {
        name: text if name in _NO_WORDS_OF_PEOPLE else hidden
        for name, text in finding.params.items()
    }
    return replace(
        finding,
        value=hidden if finding.value is not None else None,
        expected=hidden if finding.expected is not None else None,
        params=params,
        explanation=_hidden(finding.explanation, hidden),
        waiver=_unwhy(finding.waiver, hidden),
    )


def _unwhy(waiver: Waiver | None, hidden: str) -> Waiver | None:
    return replace(waiver, why=hidden) if waiver is not None else None


def _hidden(explanation: Explanation | None, hidden: str) -> Explanation | None:
    return replace(explanation, text=hidden) if explanation is not None else None
