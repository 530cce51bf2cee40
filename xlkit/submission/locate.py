"""Where the parts of a layout stand in a returned sheet, after whatever was done to it."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import count, pairwise

from xlkit.submission.grid import Grid
from xlkit.template.layout import FIRST_COLUMN, MARK_COLUMN, BlockPlace, Layout, Role, SheetPlace
from xlkit.values.text import squeeze

Cell = tuple[int, int]

#: Printed texts that must agree on a displacement before it is believed without any marks.
_ENOUGH = 4
_PLACEHOLDER = re.compile(r"\{[^{}]*\}")


@dataclass(frozen=True, slots=True)
class Placement:
    """A sheet of the layout found in a returned workbook.

    `rows` and `columns` give the returned number of each planned one; those that are not in
    them are gone.
    """

    place: SheetPlace
    grid: Grid
    rows: Mapping[int, int]
    columns: Mapping[int, int]
    marked: bool
    """Whether the hidden marks were there; otherwise printed texts told the place."""

    @property
    def moved_columns(self) -> bool:
        return any(planned != column for planned, column in self.columns.items())

    def cell(self, row: int, column: int) -> Cell | None:
        """The returned place of a planned cell; None where its row or its column is gone."""
        return self.in_row(self.rows.get(row), column)

    def in_row(self, row: int | None, column: int) -> Cell | None:
        """The cell of a returned row in a planned column; None where either is gone."""
        found = self.columns.get(column)
        return None if row is None or found is None else (row, found)


def locate(layout: Layout, grids: Iterable[Grid]) -> tuple[dict[str, Placement], list[Grid]]:
    """The sheets of the layout by id, and the grids that are none of them."""
    left = list(grids)
    found: dict[str, Placement] = {}
    by_mark = _by_mark(left)
    for place in layout.sheets:
        grid = _best(by_mark.get(f"xlkit:{place.id}", ()), place.name, left)
        placement = _by_marks(place, grid) if grid else None
        if placement is None:
            grid = next((item for item in left if item.name == place.name), None)
            placement = _by_texts(place, grid) if grid else None
        if placement is not None:
            found[place.id] = placement
            left.remove(placement.grid)
    return found, left


def inserted_rows(placement: Placement, block: BlockPlace) -> list[int]:
    """Returned rows that stand among a table's rows, or right below them, and are no rows of it.

    The line of checks under the table parts nothing: rows below it are right below, too.
    """
    rows = [placement.rows[row.top] for row in block.rows if row.top in placement.rows]
    if not rows:
        return []
    known = set(placement.rows.values())
    columns = {placement.columns.get(slot.box.left) for row in block.rows for slot in row.slots}
    filled = {row for row, column in placement.grid.cells if column in columns}
    among = [row for row in range(min(rows), max(rows)) if row not in known and row in filled]
    check, below = placement.rows.get(block.check.row), max(rows) + 1
    while below == check or (below in filled and below not in known):
        if below != check:
            among.append(below)
        below += 1
    return among


def _best(grids: Iterable[Grid], name: str, left: list[Grid]) -> Grid | None:
    """Of several sheets with one mark, the one that kept its name: the others are copies."""
    offered = [grid for grid in grids if grid in left]
    return next((grid for grid in offered if grid.name == name), offered[0] if offered else None)


def _by_mark(grids: Iterable[Grid]) -> dict[str, list[Grid]]:
    found: dict[str, list[Grid]] = defaultdict(list)
    for grid in grids:
        for mark in {cell.text for cell in grid.cells.values() if cell.text.startswith("xlkit:")}:
            found[mark].append(grid)
    return found


def _by_marks(place: SheetPlace, grid: Grid) -> Placement | None:
    """The placement that the hidden column tells; None where its marks are gone."""
    texts: dict[str, list[Cell]] = defaultdict(list)
    for cell, content in grid.cells.items():
        texts[content.text].append(cell)
    home = texts.get(f"xlkit:{place.id}", [None])[0]
    if home is None:
        return None
    column = home[1]
    marks = {text.box.top: text.text for text in place.printed() if text.role is Role.MARK}
    anchors: dict[int, int] = {}
    for row, mark in marks.items():
        rows = [cell[0] for cell in texts.get(mark, ()) if cell[1] == column]
        if rows:
            anchors[row] = rows[0]
    found = _all_rows(place, grid, anchors, set(marks))
    return Placement(place, grid, found, _columns(place, grid, found, column), marked=True)


def _all_rows(
    place: SheetPlace, grid: Grid, anchors: Mapping[int, int], marked: set[int]
) -> dict[int, int]:
    """Every planned row: marked ones where their mark is, others between their neighbours.

    A row that bore a mark and has lost it is gone. One that never bore a mark stands where
    its printed texts are, else with the marked row below. Rows that follow a row without a
    mark of their own (a long text spans several) go with the marked row above. Rows between
    blocks hold nothing and are nowhere.
    """
    inside = {
        row
        for block in place.blocks
        for item in block.rows
        for slot in item.slots
        for row in range(slot.box.top + 1, slot.box.bottom + 1)
        if row not in marked
    }
    known, taken = sorted(anchors), set(anchors.values())
    last = max((row for row, _ in grid.cells), default=0)
    texts = _texts_of_rows(place)
    returned: dict[int, list[str]] = defaultdict(list)
    for (row, _), cell in grid.cells.items():
        returned[row].append(squeeze(cell.text))
    rows: dict[int, int] = {}
    for row in range(1, place.last_row + 1):
        if row in anchors:
            rows[row] = anchors[row]
        elif row not in marked and (row in inside or row in texts):
            above = max((mark for mark in known if mark < row), default=None)
            below = min((mark for mark in known if mark > row), default=None)
            guide = above if row in inside or below is None else below
            if guide is None:
                continue
            rows[row] = anchors[guide] + row - guide
            if row in texts and row not in inside:
                first = anchors[above] + 1 if above is not None else 1
                end = anchors[below] if below is not None else last + 1
                near = sorted(range(first, end), key=lambda at: abs(at - rows[row]))
                there = (at for at in near if _says(returned[at], texts[row]))
                rows[row] = next(there, rows[row])
            if rows[row] < 1 or rows[row] in taken:
                del rows[row]
    return rows


def _texts_of_rows(place: SheetPlace) -> dict[int, list[tuple[str, ...]]]:
    """The printed texts of each row without marks, in the pieces between their placeholders."""
    found: dict[int, list[tuple[str, ...]]] = defaultdict(list)
    for text in place.printed():
        pieces = tuple(filter(None, map(squeeze, _PLACEHOLDER.split(text.text))))
        if text.role is not Role.MARK and pieces:
            found[text.box.top].append(pieces)
    return found


def _says(texts: Iterable[str], printed: Iterable[tuple[str, ...]]) -> bool:
    """Whether a returned row says any of the printed texts."""
    return any(
        all(piece in text for piece in pieces)
        if len(pieces) > 1 or len(pieces[0]) > len(text)
        else text.startswith(pieces[0])
        for pieces in printed
        for text in texts
    )


def _columns(
    place: SheetPlace, grid: Grid, rows: Mapping[int, int], mark_column: int
) -> dict[int, int]:
    """The planned columns: where their headings and labels stand, else beside their neighbours.

    One that stands left of its neighbours was moved there, if none of them stands there too.
    Those that nothing tells of are gone where the columns around them leave too little room:
    what stands there would else be read as the answers of another column.
    """
    votes: dict[int, Counter[int]] = defaultdict(Counter)
    by_row: dict[int, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for (row, column), cell in grid.cells.items():
        by_row[row][squeeze(cell.text)].append(column)
    for text in place.printed():
        if text.role is Role.MARK or text.box.top not in rows or "{" in text.text:
            continue
        for column in by_row[rows[text.box.top]].get(squeeze(text.text), ()):
            votes[text.box.left][column] += 2 if column == text.box.left else 1
    most: Counter[int] = Counter()
    for counted in votes.values():
        most |= counted
    columns, last = {MARK_COLUMN: mark_column}, mark_column
    untold: list[int] = []
    for column in place.all_columns[1:]:
        likely = [item for item, number in votes[column].most_common() if number == most[item]]
        ahead = [item for item in likely if item > last]
        behind = [item for item in likely if item not in columns.values()]
        if not ahead and not behind:
            untold.append(column)
            continue
        columns[column] = (ahead or behind)[0]
        if not ahead or columns[column] - last > len(untold):
            columns.update(zip(untold, count(last + 1)))
        last = max(last, *columns.values())
        untold.clear()
    columns.update(zip(untold, count(last + 1)))
    return columns


def _by_texts(place: SheetPlace, grid: Grid) -> Placement | None:
    """The placement that most printed texts agree on; None where too few do.

    Of its columns only that of the marks may be gone beyond the edge of the sheet.
    """
    where: dict[str, list[Cell]] = defaultdict(list)
    for cell, content in grid.cells.items():
        where[squeeze(content.text)].append(cell)
    votes: Counter[Cell] = Counter()
    for text in place.printed():
        cells = where.get(squeeze(text.text), ()) if text.role is not Role.MARK else ()
        for row, column in cells:
            if column - text.box.left + FIRST_COLUMN > 0:
                votes[row - text.box.top, column - text.box.left] += 1
    if not votes or votes.most_common(1)[0][1] < _ENOUGH:
        return None
    down, right = votes.most_common(1)[0][0]
    rows = {row: row + down for row in range(1, place.last_row + 1) if row + down > 0}
    columns = {column: column + right for column in place.all_columns}
    return Placement(place, grid, rows, columns, marked=False)


def is_in_order(rows: Iterable[int]) -> bool:
    """Whether returned rows still stand in the order of the layout."""
    return all(one < other for one, other in pairwise(rows))
