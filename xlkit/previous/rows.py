"""Which row of this year's block each row of last year's answers belongs to.

Last year's answers are values by field, from a master as well, and have no marks: rows are told by
their printed texts, which give keys where last year's form is known, and by their names. Where
there are marks, `correction/reissue.py` goes by them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from xlkit.form.blocks import Record, Table
from xlkit.form.fields import BaseField, ChoiceField
from xlkit.form.model import Form, PlacedBlock
from xlkit.form.rows import Row, RowKind, rows_of
from xlkit.rules.types import Types
from xlkit.template.row_finder import RowFinder, answer_text
from xlkit.values.text import squeeze

Given = Mapping[str, Any]
Match = tuple[Row, Given]


class RowMatcher:
    """Matches rows by key where both definitions are known, else by name; never by position."""

    def __init__(self, form: Form, then: Form | None) -> None:
        self._form = form
        self._types = Types(form)
        self._then = then

    def matches(
        self, placed: PlacedBlock, name: str, given: Sequence[Given], spares: int
    ) -> list[Match]:
        """The row of this year for each of last year's rows of the block of that name.

        Rows of tables that are not printed go to free rows under their heading, then to
        spare ones, of which there are as many as are needed.
        """
        block = placed.block
        if isinstance(block, Record):
            row = rows_of(self._form, placed)[0]
            return [(row, given[0])] if len(given) == 1 else []
        rows = rows_of(self._form, placed, spares + len(given))
        found = dict(self._printed(placed, name, given, rows))
        if isinstance(block, Table):
            rest = [one for one in range(len(given)) if one not in found]
            printed = self._printed_then(name, given)
            named = [one for one in rest if one not in printed and self.name_of(placed, given[one])]
            free = [row for row in rows if row.kind is not RowKind.PRESET]
            chosen = RowFinder(self._form, placed, free).assign([given[one] for one in named])
            found |= dict(zip(named, chosen, strict=True))
        return [(row, given[number]) for number, row in sorted(found.items(), key=_first)]

    def name_of(self, placed: PlacedBlock, given: Mapping[str, Any]) -> str:
        """The name of a row of a table as two years have it in common; '' where it has none."""
        assert isinstance(placed.block, Table)
        field = placed.field(placed.block.key_field)
        return self._said(field, answer_text(given.get(field.name)))

    def _said(self, field: BaseField, text: str) -> str:
        cast = self._types.cast(field, ("", text, "")) if isinstance(field, ChoiceField) else None
        return squeeze(str(cast.value) if cast is not None and cast.value else text)

    def _printed(
        self, placed: PlacedBlock, name: str, given: Sequence[Given], rows: Sequence[Row]
    ) -> Iterator[tuple[int, Row]]:
        """The printed row of each of last year's rows that has one, each at most once."""
        open_ = {row.mark: row for row in rows if row.kind is RowKind.PRESET}
        left = dict(enumerate(given))
        for chosen in (self._by_key, self._by_texts, self._by_name):
            found = chosen(placed, name, left, list(open_.values()))
            for number, row in found.items():
                if row.mark in open_:
                    del left[number], open_[row.mark]
                    yield number, row

    def _by_key(
        self, placed: PlacedBlock, name: str, given: Mapping[int, Given], rows: Sequence[Row]
    ) -> dict[int, Row]:
        keys = {row.key: row for row in rows}
        then = self._printed_then(name, given)
        return {number: keys[key] for number, key in then.items() if key in keys}

    def _printed_then(
        self, name: str, given: Mapping[int, Given] | Sequence[Given]
    ) -> dict[int, str | None]:
        """The keys of rows that were printed last year, where its definition is known."""
        answers = dict(given) if isinstance(given, Mapping) else dict(enumerate(given))
        if self._then is None or name not in {placed.name for placed in self._then.blocks}:
            return {}
        known = self._then.block(name)
        printed = [row for row in rows_of(self._then, known) if row.kind is RowKind.PRESET]
        found = {}
        for number, answer in answers.items():
            fits = [row for row in printed if _says(row, answer)]
            if len(fits) == 1:
                found[number] = fits[0].key
        return found

    def _by_texts(
        self, placed: PlacedBlock, name: str, given: Mapping[int, Given], rows: Sequence[Row]
    ) -> dict[int, Row]:
        found = {}
        for number, answer in given.items():
            fits = [
                row
                for row in rows
                if row.fixed
                and all(
                    self._said(field, answer_text(answer.get(field.name)))
                    == squeeze(row.fixed[field.name])
                    for field in placed.block.fields
                    if field.name in row.fixed
                )
                and (isinstance(placed.block, Table) or _says(row, answer))
            ]
            if len(fits) == 1:
                found[number] = fits[0]
        return found

    def _by_name(
        self, placed: PlacedBlock, name: str, given: Mapping[int, Given], rows: Sequence[Row]
    ) -> dict[int, Row]:
        """By the name alone, where it is the only one of both years."""
        if not isinstance(placed.block, Table):
            return {}
        names = {number: self.name_of(placed, answer) for number, answer in given.items()}
        key = placed.block.key_field
        printed = [squeeze(row.fixed.get(key, "")) for row in rows]
        once = Counter(names.values())
        return {
            number: rows[printed.index(said)]
            for number, said in names.items()
            if said and once[said] == 1 and printed.count(said) == 1
        }


def _says(row: Row, answer: Given) -> bool:
    """Whether an answer names the row by all of its printed texts."""
    return bool(row.fixed) and all(
        squeeze(answer_text(answer.get(name))) == squeeze(text) for name, text in row.fixed.items()
    )


def _first(item: tuple[int, Row]) -> int:
    return item[0]
