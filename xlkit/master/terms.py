"""The words of a master: its own, and a form's labels as this run reads them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from xlkit import wording
from xlkit.findings import Finding
from xlkit.form.blocks import Table
from xlkit.form.fields import AmountField, BaseField
from xlkit.form.model import Form, PlacedBlock
from xlkit.form.texts import Text, fill, say
from xlkit.rules.types import Types
from xlkit.submission.private import Privacy
from xlkit.submission.raw import RawSubmission


def word(key: str, language: str, **values: str) -> str:
    """A text of the master's message file, its blanks filled."""
    return wording.word(key, language, file="master", **values)


@dataclass(frozen=True)
class Terms:
    """How a form is spoken of in one run: language, budget year where all agree, privacy."""

    form: Form
    types: Types
    language: str
    year: int | None
    private: bool

    def text(self, text: Text) -> str:
        """A text of the form with its year filled in."""
        return fill(say(text, self.language), year=self.year).strip()

    def word(self, key: str, **values: str) -> str:
        return word(key, self.language, **values)

    def shown(self, field: BaseField) -> bool:
        return self.private or not field.private

    @cached_property
    def _privacy(self) -> Privacy:
        return Privacy(self.form, self.language, self.year)

    def told(self, finding: Finding, closed: frozenset[str]) -> Finding:
        """The finding without what may not be shown; `closed` are the cells of its file."""
        return finding if self.private else self._privacy.without(finding, closed)

    def closed(self, raw: RawSubmission) -> frozenset[str]:
        """The cells of a returned file that may not be shown."""
        return frozenset() if self.private else self._privacy.cells(raw)

    def fields(self, placed: PlacedBlock) -> tuple[BaseField, ...]:
        """The fields of a block that may be shown."""
        return self._fields[placed.path]

    @cached_property
    def _fields(self) -> dict[str, tuple[BaseField, ...]]:
        return {
            placed.path: tuple(filter(self.shown, placed.block.fields))
            for placed in self.form.blocks
        }

    def names_rows(self, placed: PlacedBlock) -> bool:
        """Whether a row may be called by its name: the field that names it is not private."""
        block = placed.block
        return not isinstance(block, Table) or self.shown(placed.field(block.key_field))

    def block_label(self, placed: PlacedBlock) -> str:
        """What people call the block; the group's label, else its name, where it has none."""
        if placed.block.label is not None:
            return self.text(placed.block.label)
        return self.text(self.form.groups[placed.group].label) if placed.group else placed.name

    def field_label(self, field: BaseField) -> str:
        """The field's label, with the unit of money where it has one."""
        label, unit = self.text(field.label), self.unit(field)
        return self.word("with_unit", label=label, unit=unit) if unit else label

    def unit(self, field: BaseField) -> str:
        """The unit that an amount is in; '' for everything else."""
        unit = self.types.amount_unit(field) if isinstance(field, AmountField) else None
        return unit.name if unit else ""
