"""Submissions as JSON and back, for the cache of answers.

Forms, blocks and rows as they go out are named only: they come from the shelf again.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from xlkit.form.model import Form, PlacedBlock
from xlkit.form.rows import Row, RowKind, rows_of
from xlkit.submission.codec import Strange, exactly, parts_of
from xlkit.submission.model import CastRow, Submission
from xlkit.submission.raw import RawRow, RawSubmission
from xlkit.submission.shelf import FormShelf
from xlkit.template.layout import Sizing


@dataclass(frozen=True)
class FormRows:
    """A form's blocks, and their rows as they go out, for one sizing."""

    form: Form
    sizing: Sizing

    @cached_property
    def blocks(self) -> Mapping[str, PlacedBlock]:
        return {placed.path: placed for placed in self.form.blocks}

    @cached_property
    def rows(self) -> Mapping[str, Mapping[str, Row]]:
        """The rows of each block by their marks."""
        return {
            path: {row.mark: row for row in rows_of(self.form, placed, self._spares(path))}
            for path, placed in self.blocks.items()
        }

    def _spares(self, path: str) -> int | None:
        return self.sizing.spares.get(path)


def to_json(submission: Submission, rows: FormRows | None) -> str:
    """The submission as one text; form, blocks and rows as they go out are named only.

    Raises:
        Strange: it holds what is not as declared.
        NoCodec: nobody has said how a type that it declares is written.
    """
    raw = submission.raw
    if [row.raw for row in submission.rows] != list(raw.rows):
        raise Strange("rows were cast that were not read")
    content = [
        parts_of(RawSubmission, _RAW_APART).write(raw),
        [raw.form.form, raw.form.version] if raw.form is not None else None,
        [_written_row(row, rows) for row in submission.rows],
        parts_of(Submission, _APART).write(submission),
    ]
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


def from_json(
    text: str, shelf: FormShelf, rows_for: Callable[[Form, Sizing], FormRows]
) -> Submission | None:
    """The submission, of the very form that the shelf holds; None where the text is none.

    Raises:
        NoCodec: nobody has said how a type that submissions declare is written.
    """
    try:
        raw, named, rows, whole = json.loads(text)
        own = parts_of(RawSubmission, _RAW_APART).read(raw)
        form = _form(named, shelf)
        known = rows_for(form, own["sizing"]) if form is not None else None
        made = [_read_row(row, known) for row in exactly(list)(rows)]
        told = parts_of(Submission, _APART).read(whole)
        return Submission(
            RawSubmission(**own, form=form, rows=tuple(row.raw for row in made)),
            rows=tuple(made),
            **told,
        )
    except (Strange, ValueError, TypeError, KeyError, ArithmeticError, RecursionError):
        return None


#: Parts that are written in their own way.
_RAW_APART = ("form", "rows")
_APART = ("raw", "rows", "undecided")
_ROW_APART = ("placed", "row")
_CAST_APART = ("raw",)


def _written_row(row: CastRow, rows: FormRows | None) -> list[Any]:
    raw, mark = row.raw, row.raw.row.mark
    if rows is None or rows.blocks.get(raw.path) is not raw.placed:
        raise Strange(f"{raw.path} is no block of the form")
    if rows.rows[raw.path].get(mark) != raw.row and raw.row != _put_in(mark):
        raise Strange(f"{raw.path}/{mark} is no row of the form")
    own = parts_of(RawRow, _ROW_APART).write(raw)
    return [raw.path, mark, own, parts_of(CastRow, _CAST_APART).write(row)]


def _read_row(content: Any, rows: FormRows | None) -> CastRow:
    path, mark, own, cast = content
    if rows is None or not isinstance(mark, str):
        raise Strange("rows without a form")
    row = rows.rows[path].get(mark) or _put_in(mark)
    raw = RawRow(placed=rows.blocks[path], row=row, **parts_of(RawRow, _ROW_APART).read(own))
    return CastRow(raw, **parts_of(CastRow, _CAST_APART).read(cast))


def _put_in(mark: str) -> Row:
    """A row that the department put in."""
    return Row(mark=mark, kind=RowKind.SPARE)


def _form(named: Any, shelf: FormShelf) -> Form | None:
    if named is None:
        return None
    name, version = named
    form = shelf.find(name, version)
    if form is None or (form.form, form.version) != (name, version):
        raise Strange(f"there is no form {name!r}")
    return form
