"""Rows of a table that the department names, put to free and spare rows of another workbook."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from xlkit.form.renames import Renames
from xlkit.form.rows import SPARE, Row, RowKind, spare_row
from xlkit.submission.raw import RawRow
from xlkit.values.text import squeeze


class FreeRows:
    """Free and spare rows of a block, given to the department's own rows one after the other.

    `known` are all rows of the block, `named` what the bureau calls those that it offers, both
    by mark.
    """

    def __init__(self, known: Mapping[str, Row], named: Mapping[str, str]) -> None:
        self._known, self._named = known, named
        self._open = {mark: row for mark, row in known.items() if row.kind.is_own}
        self.spares = 0
        """How many spare rows there have to be."""

    def assign(
        self, rows: Sequence[RawRow], key_field: str, names: Renames
    ) -> Iterator[tuple[int, Row]]:
        """Each row, by its number in the returned sheet, with the row where it goes."""
        left = []
        for row in rows:
            mark = self._of_name(_name(row, key_field, names))
            if mark is None:
                left.append(row)
            else:
                yield row.top, self._take(mark)
        later = []
        for row in left:
            mark = names.row(row.path, row.row.mark)
            if mark in self._open and mark not in self._named:
                yield row.top, self._take(mark)
            else:
                later.append(row)
        for row in later:
            yield row.top, self._next(row)

    def _of_name(self, name: str) -> str | None:
        if not name:
            return None
        marks = (mark for mark, text in self._named.items() if text == name)
        return next((mark for mark in marks if mark in self._open), None)

    def _take(self, mark: str) -> Row:
        row = self._open.pop(mark)
        if row.kind is RowKind.SPARE:
            self.spares = max(self.spares, row.number)
        return row

    def _next(self, row: RawRow) -> Row:
        """A row under the same heading, else a spare one, else one that is not there yet."""
        series = row.row.series if row.row.kind is RowKind.FREE else SPARE
        for wanted in (series, SPARE):
            for mark, one in self._open.items():
                if one.series == wanted and mark not in self._named:
                    return self._take(mark)
        spare = [one for one in self._known.values() if one.kind is RowKind.SPARE]
        self.spares = max(self.spares, len(spare)) + 1
        defaults = spare[0].defaults if spare else {}
        return spare_row(self.spares, defaults)


def _name(row: RawRow, key_field: str, names: Renames) -> str:
    """What the department calls a row."""
    for old, texts in row.texts.items():
        if names.field(row.path, old) == key_field:
            return squeeze("".join(texts))
    return ""
