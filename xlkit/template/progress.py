"""The live progress of a correction workbook's list: was a finding seen to, how many are left."""

from __future__ import annotations

from collections.abc import Sequence

from xlkit.cells import column_letter, quoted_sheet
from xlkit.rules.live import Mark
from xlkit.template import formulas
from xlkit.template.layout import Layout
from xlkit.template.notes import WATCHED, Column, ListLine, Note, Notes, Weight, say
from xlkit.template.watching import Watch, Watched

#: How far a computed number may be off that is still the same, as a share of it.
_SAME = 1e-9


class Progress:
    """Formulas of the list's last column and of its count, each with its first value."""

    def __init__(self, layout: Layout, notes: Notes, watch: Watch) -> None:
        self._notes = notes
        self._watch = watch
        self._language = layout.language
        self._edges = {sheet.name: sheet.edge_column for sheet in layout.sheets}

    def is_tracked(self, note: Note) -> bool:
        """Whether the list can tell that a finding was seen to."""
        if note.weight is not Weight.ERROR:
            return note.tracked
        return note.tracked and bool(self.watched(note))

    def watched(self, note: Note) -> Sequence[Watched]:
        """What is watched for a finding, typed cells first; it stands from `WATCHED` on."""
        places = note.cells or ((note.goal,) if note.goal is not None else ())
        found = dict.fromkeys(one for place in places for one in self._watch.get(place, ()))
        return sorted(found, key=lambda one: not one.is_typed)[:WATCHED]

    def of(self, row: int, line: ListLine, note: Note) -> tuple[str, str]:
        """Of a finding in that row of the list: was a cell changed, was it explained?"""
        if note.weight is Weight.WAIVED:
            value = self._said(Mark.SOUND, "status_waived")
            return f'="{value}"', value
        takes = line.takes_explanation
        waiting = self._said(Mark.MISSING, "status_to_answer" if takes else "status_to_correct")
        explained = self._said(Mark.SOUND, "status_explained")
        formula = f'"{waiting}"'
        watched = self.watched(note)
        if watched:
            changed = self._said(Mark.SOUND, "status_changed")
            formula = f'IF({self._are_same(row, watched)},{formula},"{changed}")'
        if takes:
            formula = f'IF({self._is_explained(row)},"{explained}",{formula})'
        return f"={formula}", explained if note.weight is Weight.EXPLAINED else waiting

    def whole(self, cells: str) -> tuple[str, str]:
        """How many are left to do, of those whose progress stands in these cells."""
        count = f'SUMPRODUCT(--(LEFT({cells},1)="{Mark.MISSING}"))'
        open_ = [one for one in self._notes.notes if one.weight in (Weight.ERROR, Weight.WARNING)]
        unseen = [note for note in open_ if not self.is_tracked(note)]
        left = len(open_) - len(unseen)
        key = "state_done"
        if unseen:
            of_the_whole = not any(note.tracked for note in unseen)
            key = "state_done_rejected" if of_the_whole else "state_done_others"
        done = self._said(Mark.SOUND, key)
        before, _, after = say("state_left", self._language).partition("{number}")
        value = f"{Mark.MISSING}{before}{left}{after}" if left else done
        return f'=IF({count}=0,"{done}","{Mark.MISSING}{before}"&{count}&"{after}")', value

    def _are_same(self, row: int, watched: Sequence[Watched]) -> str:
        """Whether the watched cells hold what they held."""
        same = (
            self._is_same(one, _own(row, column))
            for column, one in enumerate(watched, start=Column.WATCHED)
        )
        return f"AND({','.join(same)})"

    def _is_same(self, one: Watched, held: str) -> str:
        cell = self._cell(one)
        if one.number is None:
            return f'EXACT({cell}&"",{held})'
        near = f"ABS({cell}-{one.number!r})<={max(abs(one.number), 1.0) * _SAME!r}"
        return f"IF(ISNUMBER({cell}),{near},FALSE)"

    def _is_explained(self, row: int) -> str:
        """Whether there is an explanation, long enough, and another than the one rejected."""
        text = _own(row, Column.EXPLANATION)
        enough = f"LEN(TRIM({text}))>={self._notes.least}"
        return f"AND({enough},NOT(EXACT({text},{_own(row, Column.REJECTED)})))"

    def _cell(self, one: Watched) -> str:
        sheet, row, column = one.place
        prefix = f"{quoted_sheet(sheet)}!"
        if not one.is_typed:
            return formulas.locked(row, column, sheet=prefix)
        return formulas.of_row(column, self._edges[sheet], f"${row}", prefix)

    def _said(self, mark: Mark, key: str) -> str:
        return f"{mark}{say(key, self._language)}"


def _own(row: int, column: int) -> str:
    """A cell of the list's own row."""
    return f"${column_letter(column)}${row}"
