"""What a department changed between two returns, answer by answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePath

from xlkit.errors import UsageError
from xlkit.form.blocks import Table
from xlkit.form.fields import BaseField
from xlkit.form.model import Form
from xlkit.form.renames import Renames
from xlkit.rules.types import normal_text
from xlkit.sentences import Sentence
from xlkit.submission.model import CastRow, State, Submission, where, written_text
from xlkit.validation.match import Pair, matched
from xlkit.validation.rows import CellId, Rows, addresses, cell_id
from xlkit.wording import word


class Kind(StrEnum):
    """What became of an answer."""

    ADDED = "added"
    """Its row or member is new."""
    REMOVED = "removed"
    """Its row or member is no more, or is not asked for any more."""
    CHANGED = "changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One answer that is another than before; its texts are as they were written.

    The cells are `sheet!B7`, each in its own file, '' where there is none. Block, field and row
    are those of the later return, of the earlier one where only that has them.
    """

    kind: Kind
    where: str
    before: str
    after: str
    cell_before: str
    cell_after: str
    block: str
    field: str
    row: str | None = None
    instance: int | None = None


def changes(
    before: Submission, after: Submission, language: str = "zh", *, private: bool = False
) -> tuple[Change, ...]:
    """What differs in the answers of two returns, in the order of the later one.

    What reads the same is the same, however it was written and wherever it stands. A computed
    value is told only where no typed answer explains it. Private answers are masked unless
    `private`.

    Raises:
        UsageError: one of them was not read, or they are of different forms.
    """
    old, new = _form(before), _form(after)
    if old.form != new.form:
        raise UsageError(
            Sentence(
                "compare-forms",
                before=_file(before),
                old=old.form,
                after=_file(after),
                new=new.form,
            )
        )
    return tuple(_Comparison(before, after, language, private=private).changes())


class _Comparison:
    def __init__(
        self, before: Submission, after: Submission, language: str, *, private: bool
    ) -> None:
        self._sides = (before, after)
        self._forms = (_form(before), _form(after))
        self._language, self._private = language, private
        self._names = Renames(self._forms[1])
        self._rows = [
            Rows(form, ((number, row) for row in side.rows))
            for number, (form, side) in enumerate(zip(self._forms, self._sides, strict=True))
        ]
        self._typed: set[CellId] = set()
        """Cells of either side whose typed answers differ."""

    def changes(self) -> Iterator[Change]:
        pairs = list(matched(*self._sides, self._names))
        cells = [(pair, *names) for pair in pairs for names in self._fields(pair)]
        for pair, old, new in cells:
            if not self._is_computed(pair, old, new) and self._differs(pair, old, new):
                self._typed |= set(self._cells(pair, old, new))
        for pair, old, new in cells:
            told = set(self._cells(pair, old, new)) & self._typed
            if told or (
                self._is_computed(pair, old, new)
                and None not in pair
                and self._differs(pair, old, new)
                and not self._is_explained(pair, old, new)
            ):
                yield self._change(pair, old, new)

    def _fields(self, pair: Pair) -> Iterator[tuple[str, str]]:
        """Each field of a pair of rows by its names in both forms, '' where a form lacks it."""
        before, after = pair
        named = {}
        if before is not None:
            named = {self._names.field(before.raw.path, name): name for name in before.states}
        has = after.states if after is not None else {}
        for name in dict.fromkeys((*has, *named)):
            yield named.get(name, ""), name if name in has else ""

    def _is_computed(self, pair: Pair, old: str, new: str) -> bool:
        return any(
            row is not None and name in row.raw.formulas
            for row, name in zip(pair, (old, new), strict=True)
        )

    def _differs(self, pair: Pair, old: str, new: str) -> bool:
        before, after = _read(pair[0], old), _read(pair[1], new)
        return before != after

    def _cells(self, pair: Pair, old: str, new: str) -> Iterator[CellId]:
        for number, (row, name) in enumerate(zip(pair, (old, new), strict=True)):
            if row is not None and name:
                yield cell_id(number, row, name)

    def _is_explained(self, pair: Pair, old: str, new: str) -> bool:
        """Whether anything typed that a computed cell depends on differs."""
        for number, (row, name) in enumerate(zip(pair, (old, new), strict=True)):
            if row is None or not name:
                continue
            inputs = self._rows[number].inputs(number, row, name)
            if any(cell_id(number, other, field) in self._typed for other, field in inputs):
                return True
        return False

    def _change(self, pair: Pair, old: str, new: str) -> Change:
        before, after = pair
        row, name, side = (after, new, 1) if after is not None and new else (before, old, 0)
        assert row is not None, "one of the two is there"
        field = row.raw.placed.field(name)
        texts = [_written(one, of) for one, of in zip(pair, (old, new), strict=True)]
        if field.private and not self._private:
            hidden = word("hidden", self._language, file="master")
            texts = [hidden if text else "" for text in texts]
        cells = _places(pair, old, new)
        return Change(
            kind=_kind(pair, new),
            where=self._where(row, name, side),
            before=texts[0],
            after=texts[1],
            cell_before=cells[0],
            cell_after=cells[1],
            block=row.raw.path,
            field=name,
            row=row.key if self._names_rows(row) else None,
            instance=row.raw.instance or None,
        )

    def _where(self, row: CastRow, name: str, side: int) -> str:
        return where(
            self._forms[side],
            self._sides[side].raw,
            row,
            name,
            self._language,
            whole_block=not self._names_rows(row),
        )

    def _names_rows(self, row: CastRow) -> bool:
        block = row.raw.placed.block
        if not isinstance(block, Table) or self._private:
            return True
        return not row.raw.placed.field(block.key_field).private


def _kind(pair: Pair, new: str) -> Kind:
    if pair[0] is None:
        return Kind.ADDED
    return Kind.REMOVED if pair[1] is None or not new else Kind.CHANGED


def _read(row: CastRow | None, name: str) -> tuple[str, bool]:
    """What an answer is read as, and whether it could be."""
    if row is None or not name:
        return "", True
    if row.states[name] is State.REFUSED:
        return " ".join(_written(row, name).split()), False
    field: BaseField = row.raw.placed.field(name)
    return normal_text(field, row.values[name]), True


def _written(row: CastRow | None, name: str) -> str:
    """What stands in the cells of an answer; a computed one has what it computes."""
    if row is None or not name:
        return ""
    if name in row.raw.formulas:
        return normal_text(row.raw.placed.field(name), row.values[name])
    return written_text(row.raw, name, row.values[name])


def _places(pair: Pair, old: str, new: str) -> tuple[str, str]:
    """The cell of an answer in both files; of three cells the first that differs."""
    parts = [
        row.raw.texts[name] if row is not None and name else ("", "", "")
        for row, name in zip(pair, (old, new), strict=True)
    ]
    part = next((n for n in range(3) if parts[0][n].strip() != parts[1][n].strip()), 1)
    found = []
    for row, name in zip(pair, (old, new), strict=True):
        cells = row.raw.cells.get(name, ()) if row is not None else ()
        if row is not None and len(cells) > part and None not in pair and old and new:
            found.append(f"{row.raw.sheet}!{cells[part]}")
        elif row is not None and name:
            found.append(next(addresses(row, name), ""))
        else:
            found.append("")
    return found[0], found[1]


def _form(submission: Submission) -> Form:
    if submission.raw.form is None:
        raise UsageError(Sentence("compare-unread", file=_file(submission)))
    return submission.raw.form


def _file(submission: Submission) -> str:
    return PurePath(submission.raw.file).name
