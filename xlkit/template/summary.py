"""The state of the whole workbook on its first sheet: counted, in words, with a link."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from xlkit.cells import Box, column_letter, quoted_sheet
from xlkit.identity import Identity
from xlkit.rules.live import COUNTED, Mark
from xlkit.template import formulas
from xlkit.template.layout import FIRST_COLUMN, Layout, SheetPlace
from xlkit.template.live import LiveCell
from xlkit.template.printed import STATE, HelpLine, help_lines
from xlkit.wording import word

_BLOCKING = (Mark.WRONG, Mark.MISSING)
_WORDS = FIRST_COLUMN + 1
"""The column of the words; hidden behind it the four counts, and where to look first."""
_TARGET = _WORDS + len(COUNTED) + 1
#: Above any row of a sheet.
_NOWHERE = 2_000_000


@dataclass(frozen=True, slots=True)
class SheetState:
    """What the check column of a sheet says: how many of each mark, the first row to look at."""

    counts: Mapping[Mark, int]
    first: int | None
    used: bool

    @classmethod
    def of(cls, said: Mapping[int, str], *, used: bool) -> SheetState:
        counts = {mark: sum(text.count(mark) for text in said.values()) for mark in COUNTED}
        rows = [row for row, text in said.items() if any(mark in text for mark in _BLOCKING)]
        return cls(counts, min(rows, default=None), used)


def hidden_columns() -> tuple[int, int]:
    """The first and the last hidden column of the first sheet."""
    return _WORDS + 1, _TARGET


def summary_places(layout: Layout, identity: Identity) -> frozenset[tuple[int, int]]:
    """Row and column of every cell that `summary_cells` gives."""
    found: set[tuple[int, int]] = set()
    for line in help_lines(layout, identity):
        if line.live == STATE:
            found.add(line.box.first)
        elif line.live:
            found |= {(line.box.top, column) for column in range(_WORDS, _TARGET + 1)}
    return frozenset(found)


def summary_cells(
    layout: Layout, lines: Sequence[HelpLine], states: Mapping[str, SheetState]
) -> Iterator[LiveCell]:
    """The cells of the first sheet that count the others; `states` by id of the sheet."""
    summary = _Summary(layout, lines, states)
    yield summary.whole()
    for sheet in layout.sheets:
        yield from summary.of_sheet(sheet)


class _Summary:
    def __init__(
        self, layout: Layout, lines: Sequence[HelpLine], states: Mapping[str, SheetState]
    ) -> None:
        self._language = layout.language
        self._sheets = layout.sheets
        self._states = states
        self._rows = {line.live: line.box.top for line in lines if line.live}
        self._state = next(line.box for line in lines if line.live == STATE)

    def of_sheet(self, sheet: SheetPlace) -> Iterator[LiveCell]:
        row, state = self._rows[sheet.id], self._states[sheet.id]
        column = formulas.locked(
            1, sheet.check_column, sheet.last_row, f"{quoted_sheet(sheet.name)}!"
        )
        for number, mark in enumerate(COUNTED, start=_WORDS + 1):
            counted = f'=SUMPRODUCT(LEN({column})-LEN(SUBSTITUTE({column},"{mark}","")))'
            yield _cell(row, number, counted, state.counts[mark])
        target = f"#{quoted_sheet(sheet.name)}!{column_letter(FIRST_COLUMN)}"
        bad = "*".join(f'ISERROR(FIND("{mark}",{column}))' for mark in _BLOCKING)
        first = f"SUMPRODUCT(MIN(ROW({column})+{bad}*{_NOWHERE}))"
        blocking = f"({self._count(row, Mark.WRONG)}+{self._count(row, Mark.MISSING)})"
        written = f'=IF({blocking}=0,"","{_quoted(target)}"&{first})'
        yield _cell(row, _TARGET, written, f"{target}{state.first}" if state.first else "")
        yield self._words(sheet, row, state)

    def _words(self, sheet: SheetPlace, row: int, state: SheetState) -> LiveCell:
        """The counts of a sheet in words; they link to the first row to look at."""
        where = f"${column_letter(_TARGET)}${row}"
        total = "+".join(self._count(row, mark) for mark in COUNTED)
        parts = "&".join(self._part(self._count(row, mark), mark) for mark in COUNTED)
        sound = f"{Mark.SOUND}{word('block_sound', self._language)}"
        link = f'HYPERLINK({where},{parts}&"{_quoted(self._go)}")'
        text = f'IF({total}=0,"{sound}",IF({where}="",{parts},{link}))'
        if sheet.instance:
            active = formulas.locked(1, sheet.filled_column, None, f"{quoted_sheet(sheet.name)}!")
            text = f'IF({active}<=0,"{word("sheet_unused", self._language)}",{text})'
        return _cell(row, _WORDS, f"={text}", self._said(state, sound))

    def _said(self, state: SheetState, sound: str) -> str:
        if not state.used:
            return word("sheet_unused", self._language)
        if not any(state.counts.values()):
            return sound
        return self._parts(state.counts) + (self._go if state.first else "")

    def whole(self) -> LiveCell:
        """Whether the workbook is ready to be returned, with a link to what is not."""
        first, last = self._rows[self._sheets[0].id], self._rows[self._sheets[-1].id]
        sums = {mark: self._sum(first, last, mark) for mark in COUNTED}
        blocking = "+".join(sums[mark] for mark in _BLOCKING)
        letter = column_letter(_TARGET)
        cells = f"${letter}${first}:${letter}${last}"
        place = f'SUMPRODUCT(MIN(ROW({cells})+({cells}="")*{_NOWHERE}))'
        target = f"INDEX(${letter}:${letter},{place})"
        counts = "&".join(self._part(sums[mark], mark) for mark in COUNTED)
        ready = f"{Mark.SOUND}{word('ready', self._language)}"
        waiting = "&".join(
            f'IF({sums[mark]}>0,"  {mark}{self._label(mark)} "&{sums[mark]},"")'
            for mark in (Mark.EXPLAIN, Mark.LATER)
        )
        link = f'HYPERLINK({target},{counts}&"{_quoted(self._go)}")'
        formula = f'=IF({blocking}=0,"{ready}"&{waiting},{link})'
        return LiveCell(self._state, formula, self._whole_said(ready))

    def _whole_said(self, ready: str) -> str:
        totals = {
            mark: sum(state.counts[mark] for state in self._states.values()) for mark in COUNTED
        }
        if any(totals[mark] for mark in _BLOCKING):
            return self._parts(totals) + self._go
        more = [
            f"  {mark}{self._label(mark)} {totals[mark]}"
            for mark in (Mark.EXPLAIN, Mark.LATER)
            if totals[mark]
        ]
        return ready + "".join(more)

    def _parts(self, counts: Mapping[Mark, int]) -> str:
        return "".join(f"{m}{self._label(m)} {counts[m]}  " for m in COUNTED if counts[m])

    def _part(self, count: str, mark: Mark) -> str:
        return f'IF({count}>0,"{mark}{self._label(mark)} "&{count}&"  ","")'

    def _count(self, row: int, mark: Mark) -> str:
        return f"${column_letter(_WORDS + 1 + COUNTED.index(mark))}${row}"

    def _sum(self, first: int, last: int, mark: Mark) -> str:
        letter = column_letter(_WORDS + 1 + COUNTED.index(mark))
        return f"SUM(${letter}${first}:${letter}${last})"

    def _label(self, mark: Mark) -> str:
        return word(f"count_{mark.name.lower()}", self._language)

    @property
    def _go(self) -> str:
        return word("go_to_first", self._language)


def _cell(row: int, column: int, formula: str, value: str | float) -> LiveCell:
    return LiveCell(Box(row, column, row, column), formula, value, hidden=column > _WORDS)


def _quoted(text: str) -> str:
    return text.replace('"', '""')
