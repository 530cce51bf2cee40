"""How values become JSON and come back, by the types that their classes declare.

Made for bytes that anybody may have written: nothing is run, every value has the type that its
class declares or it is `Strange`. A class that declares a type of which nobody has said how its
values are written has no codec at all (`NoCodec`), so that none is ever kept wrongly.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

Turn = Callable[[Any], Any]


class Strange(Exception):
    """A value that is not what its place declares."""


class NoCodec(Exception):
    """A declared type that nobody has said how to write: a mistake of ours and of no file.

    No `TypeError`, since strange values raise that, too, and are passed over.
    """


@dataclass(frozen=True, slots=True)
class Codec:
    """How values of one declared type are written and read."""

    write: Turn
    read: Turn


@cache
def parts_of(kind: type, apart: tuple[str, ...]) -> Codec:
    """The fields of a dataclass by name, without those that are written apart.

    Raises:
        NoCodec: nobody has said how one of its types is written.
    """
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
        NoCodec: there is none: nobody has said how such a value is written.
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
        return Codec(exactly(hint), exactly(hint))
    if hint is Decimal:
        return Codec(str, lambda text: Decimal(exactly(str)(text)))
    if hint in (date, datetime):
        return Codec(hint.isoformat, lambda text: hint.fromisoformat(exactly(str)(text)))
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return Codec(lambda item: item.value, hint)
    if isinstance(hint, type) and is_dataclass(hint):
        parts = parts_of(hint, ())
        return Codec(parts.write, lambda content: hint(**parts.read(content)))
    raise NoCodec(f"nobody has said how {hint!r} is written; give it a codec in {__name__}")


def exactly(kind: type) -> Turn:
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
        return kind([read_one(item) for item in exactly(list)(content)])

    return Codec(lambda items: [write_one(item) for item in order(items)], read)


def _fixed(codecs: tuple[Codec, ...]) -> Codec:
    def read(content: Any) -> Any:
        paired = zip(codecs, exactly(list)(content), strict=True)
        return tuple([codec.read(item) for codec, item in paired])

    def write(items: Any) -> Any:
        return [codec.write(item) for codec, item in zip(codecs, items, strict=True)]

    return Codec(write, read)


def _mapping(of: Codec) -> Codec:
    def read(content: Any) -> Any:
        turn = of.read
        return {name: turn(item) for name, item in exactly(dict)(content).items()}

    def write(items: Any) -> Any:
        turn, named = of.write, exactly(str)
        return {named(name): turn(item) for name, item in items.items()}

    return Codec(write, read)
