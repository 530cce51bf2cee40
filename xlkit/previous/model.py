"""What a unit answered last year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from xlkit.form.model import Form


@dataclass(frozen=True)
class PreviousAnswers:
    """The canonical answers of one unit, of whatever form.

    With the `definition` that they were given in, rows are matched by their keys and money
    is converted; without it rows are matched by their names, and money is of this year's unit.
    """

    answers: Mapping[str, Any] = field(repr=False)
    form: str = ""
    version: int | None = None
    year: int | None = None
    definition: Form | None = field(default=None, repr=False)


def block_rows(answers: Mapping[str, Any], name: str) -> Sequence[Mapping[str, Any]]:
    """The rows of a block; a record is one row; () where the answers have none of that name."""
    given = answers.get(name)
    if isinstance(given, Mapping):
        return (given,)
    if isinstance(given, Sequence) and not isinstance(given, str):
        return tuple(row for row in given if isinstance(row, Mapping))
    return ()
