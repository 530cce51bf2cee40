"""What tells that somebody saw to a cell of a correction workbook: its text, or what it is told.

A typed cell is seen to when it changes. A computed one nobody can type into: it is seen to
when the words of the checks beside or below it change, and where these said nothing of it,
when its value does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from xlkit.rules.computed import computation
from xlkit.rules.live import COUNTED, Mark
from xlkit.template.layout import BlockPlace, Layout, SheetPlace
from xlkit.template.live import LiveChecks
from xlkit.template.notes import CellPlace
from xlkit.template.stored import Stored, as_shown_text


@dataclass(frozen=True, slots=True)
class Watched:
    """A cell and the text that it goes out with, as `cell&""` says it.

    `number` is the value of a computed one; a typed one may be cut, the others are locked.
    """

    place: CellPlace
    text: str
    is_typed: bool = True
    number: float | None = None


Watch = Mapping[CellPlace, Sequence[Watched]]
"""What to watch for each cell that a finding may be about, the line below a block too."""


def watch(layout: Layout, stored: Stored, live: LiveChecks) -> Watch:
    """What a workbook of that content watches."""
    found: dict[CellPlace, Sequence[Watched]] = {}
    for sheet in layout.sheets:
        told = _told(sheet, live)
        for block in sheet.blocks:
            found.update(_of_block(sheet, block, stored, told))
    return found


def _told(sheet: SheetPlace, live: LiveChecks) -> dict[int, Watched]:
    """The checks of a sheet that say what is to be done, by row."""
    asking = tuple(mark for mark in COUNTED if mark is not Mark.LATER)
    return {
        row: Watched((sheet.name, row, sheet.check_column), words, is_typed=False)
        for row, words in live.said(sheet).items()
        if words.startswith(asking)
    }


def _of_block(
    sheet: SheetPlace, block: BlockPlace, stored: Stored, told: Mapping[int, Watched]
) -> Iterator[tuple[CellPlace, Sequence[Watched]]]:
    line = block.check.box.top
    yield (sheet.name, *block.check.box.first), [told[line]] if line in told else []
    for row in block.rows:
        said = [told[top] for top in (row.top, line) if top in told]
        for slot in row.slots:
            place = (sheet.name, *slot.box.first)
            value = stored.value(block, row.row, slot.field, slot.part)
            text = as_shown_text(value)
            if computation(block.placed, row.row.key, slot.field) is None:
                yield place, [Watched(place, text)]
            else:
                number = value if isinstance(value, float) else None
                yield place, said or [Watched(place, text, is_typed=False, number=number)]
