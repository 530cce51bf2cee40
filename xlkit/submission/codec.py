"""Submissions as JSON and back, by the types that their classes declare.

Made for bytes that anybody may have written: nothing is run, every value has the type that its
class declares or there is no answer at all. A class that declares a new type of value is refused
when this module is first used, so that none is ever kept wrongly.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from xlkit.form.model import Form, PlacedBlock
from xlkit.form.rows import Row, RowKind, rows_of
from xlkit.submission.model import CastRow, Submission
from xlkit.submission.raw import RawRow, RawSubmission
from xlkit.submission.shelf import FormShelf
from xlkit.template.layout import Sizing

Turn = Callable[[Any], Any]


class Strange(Exception):
    """A value that is not what its place declares."""


@dataclass(frozen=True, slots=True)
class Codec:
    """How values of one declared type are written and read."""

    write: Turn
    read: Turn


@dataclass(frozen=True)
class FormRows:
    """A form's blocks, and their rows as they go out, for one sizing."""

    form: Form
    sizing: Sizing

    def __post_init__(self) -> None:
        blocks = {placed.path: placed for placed in self.form.blocks}
        rows = {
            path: {row.mark: row for row in rows_of(self.form, placed, self._spares(path))}
            for path, placed in blocks.items()
        }
        object.__setattr__(self, "blocks", blocks)
        object.__setattr__(self, "rows", rows)

    blocks: Mapping[str, PlacedBlock] = None  # type: ignore[assignment]
    rows: Mapping[str, Mapping[str, Row]] = None  # type: ignore[assignment]

    def _spares(self, path: str) -> int | None:
        return self.sizing.spares.get(path)


def to_json(submission: Submission, rows: FormRows | None) -> str:
    """The submission as one text; form, blocks and rows as they go out are named only.

    Raises:
        Strange: it holds what cannot be written.
    """
    raw = submission.raw
    if [row.raw for row in submission.rows] != list(raw.rows):
        raise Strange("rows were cast that were not read")
    content = [
        _parts(RawSubmission, _RAW_APART).write(raw),
        [raw.form.form, raw.form.version] if raw.form is not None else None,
        [_written_row(row, rows) for row in submission.rows],
        _parts(Submission, _APART).write(submission),
    ]
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


def from_json(
    text: str, shelf: FormShelf, rows_for: Callable[[Form, Sizing], FormRows]
) -> Submission | None:
    """The submission, of the very form that the shelf holds; None where the text is none."""
    try:
        raw, named, rows, whole = json.loads(text)
        own = _parts(RawSubmission, _RAW_APART).read(raw)
        form = _form(named, shelf)
        known = rows_for(form, own["sizing"]) if form is not None else None
        made = [_read_row(row, known) for row in _exactly(list)(rows)]
        told = _parts(Submission, _APART).read(whole)
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
    own = _parts(RawRow, _ROW_APART).write(raw)
    return [raw.path, mark, own, _parts(CastRow, _CAST_APART).write(row)]


def _read_row(content: Any, rows: FormRows | None) -> CastRow:
    path, mark, own, cast = content
    if rows is None or not isinstance(mark, str):
        raise Strange("rows without a form")
    row = rows.rows[path].get(mark) or _put_in(mark)
    raw = RawRow(placed=rows.blocks[path], row=row, **_parts(RawRow, _ROW_APART).read(own))
    return CastRow(raw, **_parts(CastRow, _CAST_APART).read(cast))


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


# by declared types


@cache
def _parts(kind: type, apart: tuple[str, ...]) -> Codec:
    """The fields of a dataclass by name, without those that are written apart."""
    hints = get_type_hints(kind)
    names = [item.name for item in fields(kind) if item.name not in apart]
    codecs = [codec_of(hints[name]) for name in names]
    paired = [(name, codec.write) for name, codec in zip(names, codecs, strict=True)]
    reading = [codec.read for codec in codecs]

    def write(value: Any) -> list[Any]:
        return [turn(getattr(value, name)) for name, turn in paired]

    def read(content: Any) -> dict[str, Any]:
        if type(content) is not list or len(content) != len(names):
            raise Strange(kind.__name__)
        turned = [turn(item) for turn, item in zip(reading, content, strict=True)]
        return dict(zip(names, turned, strict=True))

    return Codec(write, read)


def codec_of(hint: Any) -> Codec:
    """The codec of a declared type.

    Raises:
        Strange: there is none: nobody has said how such a value is written.
    """
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        return _union(inner)
    if origin is tuple and inner[-1:] == (Ellipsis,):
        return _many(codec_of(inner[0]), tuple)
    if origin is tuple:
        return _fixed(tuple(map(codec_of, inner)))
    if origin is frozenset:
        return _many(codec_of(inner[0]), frozenset, sorted)
    if origin is Mapping and inner[0] is str:
        return _mapping(codec_of(inner[1]))
    return _single(hint)


def _single(hint: Any) -> Codec:
    if hint in (str, int, bool):
        return Codec(_exactly(hint), _exactly(hint))
    if hint is Decimal:
        return Codec(str, lambda text: Decimal(_exactly(str)(text)))
    if hint is date:
        return Codec(date.isoformat, lambda text: date.fromisoformat(_exactly(str)(text)))
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return Codec(lambda item: item.value, hint)
    if isinstance(hint, type) and is_dataclass(hint):
        parts = _parts(hint, ())
        return Codec(parts.write, lambda content: hint(**parts.read(content)))
    raise Strange(f"nobody has said how {hint!r} is written")


def _exactly(kind: type) -> Turn:
    def turn(value: Any) -> Any:
        if type(value) is not kind:
            raise Strange(f"{value!r} is not {kind.__name__}")
        return value

    return turn


def _union(kinds: tuple[Any, ...]) -> Codec:
    """A value or none; of several kinds, all but a text are led by the name of theirs."""
    others = {kind.__name__: (kind, codec_of(kind)) for kind in kinds if kind is not NoneType}
    optional = NoneType in kinds
    if len(others) == 1:
        ((_, only),) = others.values()
        return Codec(_or_none(only.write, optional), _or_none(only.read, optional))

    def write(value: Any) -> Any:
        if type(value) is str and "str" in others:
            return value
        name = type(value).__name__
        kind, codec = others.get(name, (None, None))
        if codec is None or type(value) is not kind:
            raise Strange(f"{value!r} is of none of {', '.join(others)}")
        return [name, codec.write(value)]

    def read(content: Any) -> Any:
        if type(content) is str and "str" in others:
            return content
        name, inner = content
        return others[name][1].read(inner)

    return Codec(_or_none(write, optional), _or_none(read, optional))


def _or_none(turn: Turn, optional: bool) -> Turn:
    return (lambda value: None if value is None else turn(value)) if optional else turn


def _many(one: Codec, kind: Callable[[Any], Any], order: Callable[[Any], Any] = list) -> Codec:
    read_one, write_one = one.read, one.write

    def read(content: Any) -> Any:
        return kind([read_one(item) for item in _exactly(list)(content)])

    return Codec(lambda items: [write_one(item) for item in order(items)], read)


def _fixed(codecs: tuple[Codec, ...]) -> Codec:
    def read(content: Any) -> Any:
        paired = zip(codecs, _exactly(list)(content), strict=True)
        return tuple([codec.read(item) for codec, item in paired])

    def write(items: Any) -> Any:
        return [codec.write(item) for codec, item in zip(codecs, items, strict=True)]

    return Codec(write, read)


def _mapping(of: Codec) -> Codec:
    def read(content: Any) -> Any:
        turn = of.read
        return {name: turn(item) for name, item in _exactly(dict)(content).items()}

    def write(items: Any) -> Any:
        turn, named = of.write, _exactly(str)
        return {named(name): turn(item) for name, item in items.items()}

    return Codec(write, read)
