"""Which cells of a returned workbook are accounted for, and as what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from xlkit.cells import address
from xlkit.submission.grid import Grid
from xlkit.submission.raw import CellCount, Outside

Cell = tuple[int, int]


@dataclass
class Tally:
    """Which cells of each sheet are accounted for, and as what."""

    frame: dict[str, set[Cell]] = field(default_factory=lambda: defaultdict(set))
    answers: dict[str, set[Cell]] = field(default_factory=lambda: defaultdict(set))
    named: dict[str, set[Cell]] = field(default_factory=lambda: defaultdict(set))

    def count(self, grids: Sequence[Grid]) -> CellCount:
        """How many cells are each; one that is several things counts once."""
        frame = answers = named = 0
        for grid in grids:
            is_frame = self.frame[grid.name]
            is_answer = self.answers[grid.name] & set(grid.cells) - is_frame
            frame += len(is_frame)
            answers += len(is_answer)
            named += len(self.named[grid.name] - is_frame - is_answer)
        return CellCount(frame, answers, named)

    def outside(self, grids: Sequence[Grid]) -> Iterator[Outside]:
        """The cells that findings name and that are nothing else, as they were typed."""
        for grid in grids:
            known = self.frame[grid.name] | self.answers[grid.name]
            for cell in sorted(self.named[grid.name] - known):
                content = grid.cells[cell]
                text = content.text or content.formula or ""
                yield Outside(f"{grid.name}!{address(*cell)}", text)

    def left(self, grid: Grid) -> list[Cell]:
        """Non-empty cells that are none of these, in reading order."""
        known = self.frame[grid.name] | self.answers[grid.name] | self.named[grid.name]
        return sorted(cell for cell in grid.cells if cell not in known)
