"""The ground of a sheet: its columns, and its rows, taken from the top down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from xlkit.cells import Box
from xlkit.template.columns import Span, spans
from xlkit.template.layout import FIRST_COLUMN, MARK_COLUMN, CheckLine, Role, Text

ROW = 21.0
"""Points that a row takes."""
_CHECK = 19.0


@dataclass
class Ground:
    """What of a sheet is taken so far. `widths` are those of its columns from B on."""

    widths: tuple[float, ...]
    row: int = 1
    """The row that comes next."""
    heights: dict[int, float] = field(default_factory=dict)

    @property
    def end(self) -> int:
        """The last column, counted as spans are."""
        return len(self.widths) - 1

    def next(self, height: float | None = None) -> int:
        """The row that comes next, of that height; without one, programs fit it to its texts."""
        row = self.row
        if height is not None:
            self.heights[row] = height
        self.row += 1
        return row

    def shared(self, wanted: Sequence[float]) -> tuple[Span, ...]:
        """The columns, shared among those that want so much of them."""
        return spans(self.widths, wanted)

    def span(self, row: int, span: Span, bottom: int | None = None) -> Box:
        return Box(row, FIRST_COLUMN + span[0], bottom or row, FIRST_COLUMN + span[1])

    def whole(self, row: int) -> Box:
        return self.span(row, (0, self.end))

    def check_line(self, path: str) -> CheckLine:
        """The next row as the line under a block."""
        row = self.next(_CHECK)
        return CheckLine(self.whole(row), row_mark(path, "$", row))


def row_mark(path: str, mark: str, row: int) -> Text:
    """The text in the hidden column that names a row of a block."""
    return Text(Box(row, MARK_COLUMN, row, MARK_COLUMN), f"{path}/{mark}", Role.MARK)
