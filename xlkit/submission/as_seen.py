"""Answers that stand in the file otherwise than people think: worked out, unseen, merged, dates."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from xlkit.catalogue import severity_of
from xlkit.cells import parse_address
from xlkit.findings import Finding
from xlkit.form.fields import IndicatorField, TextField
from xlkit.identity import Identity
from xlkit.submission.grid import Cell, CellKind, Grid
from xlkit.submission.locate import Placement
from xlkit.submission.raw import RawRow, is_typed
from xlkit.template.layout import cell_name

Place = tuple[int, int]


@dataclass(slots=True)
class _Answers:
    """The cells of one sheet that take answers, and those that are to be spoken of."""

    grid: Grid
    open: dict[Place, str] = field(default_factory=dict)
    """Every cell that takes an answer, with its address."""
    noted: dict[str, list[Place]] = field(default_factory=lambda: defaultdict(list))

    def findings(self) -> Iterator[Finding]:
        for code, places in self.noted.items():
            yield self._finding(code, places)
        for box in self.grid.merged:
            inside = [
                place
                for place in self.open
                if box.top <= place[0] <= box.bottom and box.left <= place[1] <= box.right
            ]
            if len(inside) > 1:
                yield self._finding("answers-merged", sorted(inside), area=box.a1())

    def _finding(self, code: str, places: list[Place], **params: str) -> Finding:
        cells = [self.grid.cells[place] for place in places if place in self.grid.cells]
        return Finding(
            code=code,
            severity=severity_of(code),
            cells=tuple(f"{self.grid.name}!{self.open[place]}" for place in places),
            value="；".join(_said(cell, code)[:40] for cell in cells[:3]),
            params={"sheet": self.grid.name, "number": str(len(places)), **params},
        )


def as_seen(
    rows: Iterable[RawRow], placements: Iterable[Placement], identity: Identity
) -> Iterator[Finding]:
    """One finding a sheet for each way in which answers are not what they look like."""
    sheets = {placement.grid.name: _Answers(placement.grid) for placement in placements}
    for raw in rows:
        answers = sheets[raw.sheet]
        for name, cells in raw.cells.items():
            if _is_open(raw, name, identity):
                places = {parse_address(cell): cell for cell in cells}
                answers.open.update(places)
                for place in places:
                    content = answers.grid.cells.get(place)
                    if content is not None:
                        for code in _oddities(raw, name, answers.grid, place, content):
                            answers.noted[code].append(place)
    for answers in sheets.values():
        yield from answers.findings()


def _is_open(raw: RawRow, name: str, identity: Identity) -> bool:
    """Whether a field's cells were there to be typed into."""
    if name in raw.formulas or not raw.placed.field(name).takes_input:
        return False
    return cell_name(raw.path, raw.instance, raw.row.mark, name) not in identity.issued


def _oddities(raw: RawRow, name: str, grid: Grid, place: Place, content: Cell) -> Iterator[str]:
    if content.formula is not None and content.calculated:
        yield "formula-typed"
    if content.kind is CellKind.DATE and isinstance(
        raw.placed.field(name), TextField | IndicatorField
    ):
        yield "date-in-text"
    unseen = grid.hidden or place[0] in grid.hidden_rows or place[1] in grid.hidden_columns
    if unseen and content.text and is_typed(raw.row, name, raw.texts[name]):
        yield "hidden-content"


def _said(cell: Cell, code: str) -> str:
    return (cell.formula or "") if code == "formula-typed" else cell.text
