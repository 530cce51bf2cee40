"""Declared rules that had no answer for a return: which, why, and which cells they wait for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import polars as pl

from xlkit.findings import Undecided, Why
from xlkit.rules.check import Check


def unanswered(frame: pl.DataFrame, checks: Sequence[Check]) -> Iterator[tuple[Check, list[int]]]:
    """The declared rules among the checks, each with the rows that it has no answer for."""
    declared = [check for check in checks if check.rule is not None]
    if not declared:
        return
    nulls = frame.select(check.passes.is_null().alias(check.id) for check in declared)
    for check in declared:
        yield check, nulls[check.id].arg_true().to_list()


@dataclass(frozen=True, slots=True)
class Needed:
    """A cell that an answer depends on, and what is the matter with it."""

    cells: tuple[str, ...]
    refused: bool
    wrong: bool
    empty: bool


@dataclass
class Tally:
    """The undecided rules of one return, as they are met."""

    _found: dict[tuple[str, str, Why], dict[str, None]] = field(default_factory=dict)
    _rows: dict[tuple[str, str, Why], int] = field(default_factory=dict)

    def add(self, rule: str, block: str, needed: Sequence[Needed]) -> None:
        """Counts one row of a rule; the worst that holds of its cells is why."""
        why, missing = _reason(needed)
        key = (rule, block, why)
        self._rows[key] = self._rows.get(key, 0) + 1
        cells = self._found.setdefault(key, {})
        cells.update((cell, None) for item in missing for cell in item.cells)

    def undecided(self) -> Iterator[Undecided]:
        for (rule, block, why), cells in self._found.items():
            rows = self._rows[rule, block, why]
            yield Undecided(rule=rule, block=block, why=why, rows=rows, cells=tuple(cells))


def _reason(needed: Sequence[Needed]) -> tuple[Why, Sequence[Needed]]:
    for why, missing in (
        (Why.UNREADABLE, [item for item in needed if item.refused]),
        (Why.WRONG, [item for item in needed if item.wrong]),
        (Why.EMPTY, [item for item in needed if item.empty]),
    ):
        if missing:
            return why, missing
    return Why.UNMATCHED, needed
