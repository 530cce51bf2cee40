"""Other values of the same indicator: in the same row, or in the row of the same key elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from xlkit.form.fields import BaseField, IndicatorField, Reference
from xlkit.form.model import Form, PlacedBlock
from xlkit.form.texts import say
from xlkit.rules.check import match_of
from xlkit.rules.kind import field_problems, parse_all


@dataclass(frozen=True)
class Other:
    """A value that another is held against, and what the form calls it."""

    reference: Reference
    field: BaseField
    label: Mapping[str, str]
    """By language."""

    @property
    def fields(self) -> tuple[str, ...]:
        """The cell as one of the same row, where it is one."""
        return (self.reference.field,) if self.reference.block is None else ()

    @property
    def matches(self) -> tuple[Reference, ...]:
        """The cell as one of another table, where it is one."""
        return (self.reference,) if self.reference.block is not None else ()

    def column(self, part: str = "") -> str:
        """The frame's column of the value, or of a part of it."""
        return match_of(self.reference, part)


def others(form: Form, placed: PlacedBlock, texts: tuple[str, ...]) -> Iterator[Other]:
    """The values that references mean, seen from a row of the block."""
    for reference in parse_all(texts):
        home = placed if reference.block is None else form.block(reference.block)
        field = home.field(reference.field)
        above = None if home is placed else home.block.label
        labels = (field.label,) if above is None else (above, field.label)
        said = {
            language: " › ".join(say(label, language) for label in labels)
            for language in form.languages
        }
        yield Other(reference, field, said)


def other_problems(form: Form, block: str, field: str, texts: tuple[str, ...]) -> Iterator[str]:
    """Why an indicator value, or those it is held against, mean nothing."""
    found = list(field_problems(form, block, (field,)))
    yield from found
    if found:
        return
    placed = form.block(block)
    if not isinstance(placed.field(field), IndicatorField):
        yield f"'{block}.{field}' is no indicator value"
    for text in texts:
        try:
            reference = Reference.parse(text)
        except ValueError as error:
            yield str(error)
            continue
        problems = list(field_problems(form, reference.block or block, (reference.field,)))
        yield from problems
        if problems:
            continue
        home = form.block(reference.block or block)
        if reference.row is not None:
            yield f"'{text}': the row of the same key is meant; right would be block.field"
        elif reference.block is not None and home is placed:
            yield f"'{text}' is of the same row; right would be '{reference.field}'"
        elif home.group is not None and home.group != placed.group:
            yield f"'{text}' stands in a group that '{block}' is not in"
        elif not isinstance(home.field(reference.field), IndicatorField):
            yield f"'{text}' is no indicator value"
