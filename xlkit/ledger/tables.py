"""The tables and views of a ledger as SQLAlchemy sees them, made from the records' fields.

What they are in the database is said by the migrations alone; a test holds both equal.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields
from datetime import UTC, date, datetime
from enum import StrEnum
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

from sqlalchemy import JSON, BigInteger, Boolean, Column, Date, DateTime, MetaData, String, Table
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

from xlkit.ledger.record import Record
from xlkit.ledger.records import KINDS

#: What no database takes in a text: NUL and halves of surrogate pairs (names of files in an
#: encoding unknown here have them). They are kept as the sign for "substitute" and four digits.
_AWKWARD = re.compile("[\x00\x1a\ud800-\udfff]")
_KEPT = re.compile("\x1a([0-9a-f]{4})")


def kept(text: str) -> str:
    """A text that any database takes, and that `Words` gives back as it was."""
    return _AWKWARD.sub(lambda found: f"\x1a{ord(found[0]):04x}", text)


def _as_it_was(text: str) -> str:
    return _KEPT.sub(lambda found: chr(int(found[1], 16)), text)


def _each_text(value: Any, change: Any) -> Any:
    """A value with every text in it changed; what JSON calls a list is a tuple here."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, Mapping):
        return {change(name): _each_text(item, change) for name, item in value.items()}
    return tuple(_each_text(item, change) for item in value)


class Words(TypeDecorator[str]):
    """Any text, whatever signs are in it."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else kept(str(value))

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else _as_it_was(value)


class Tree(TypeDecorator[Any]):
    """Tuples and mappings of texts, as JSON whose order is kept."""

    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        return _each_text(value, kept)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        return _each_text(value, _as_it_was)


class Moment(TypeDecorator[datetime]):
    """An instant in UTC; SQLite, which has no type for it, keeps it as a text that sorts."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        chosen = String() if dialect.name == "sqlite" else DateTime(timezone=True)
        return dialect.type_descriptor(chosen)

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        instant = value.astimezone(UTC)
        return instant.isoformat(timespec="microseconds") if dialect.name == "sqlite" else instant

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if isinstance(value, str):
            return datetime.fromisoformat(value)
        return None if value is None else value.astimezone(UTC)


def name_of(kind: type[Record]) -> str:
    """The table of a kind of record: `unit_listed` for `UnitListed`."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", kind.__name__).lower()


_TYPES: dict[type, type[TypeEngine[Any]]] = {
    str: Words,
    int: BigInteger,
    bool: Boolean,
    date: Date,
    datetime: Moment,
}


def _column(name: str, hint: Any) -> Column[Any]:
    optional = get_origin(hint) is UnionType
    inner = next(item for item in get_args(hint) if item is not type(None)) if optional else hint
    if isinstance(inner, type) and issubclass(inner, StrEnum):
        inner = str
    return Column(name, _TYPES.get(inner, Tree)(), nullable=optional)


def _details(kind: type[Record]) -> list[Column[Any]]:
    hints = get_type_hints(kind)
    return [_column(item.name, hints[item.name]) for item in fields(kind)]  # type: ignore[arg-type]


def _entry() -> Column[int]:
    return Column("entry", BigInteger, primary_key=True, autoincrement=False)


_TABLES, _VIEWS = MetaData(), MetaData()

#: The row that every record has.
ENTRIES = Table(
    "entries",
    _TABLES,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("round", Words, nullable=False),
    Column("at", Moment, nullable=False),
    Column("by", Words, nullable=False),
    Column("kind", Words, nullable=False),
    Column("subject", Words, nullable=False),
    Column("unit", Words, nullable=False),
)
#: The table with the fields of each kind.
DETAILS = {kind: Table(name_of(kind), _TABLES, _entry(), *_details(kind)) for kind in KINDS}
#: The view of each kind that shows what counts now.
PRESENT = {
    kind: Table(
        f"last_{name_of(kind)}",
        _VIEWS,
        Column("round", Words),
        Column("at", Moment),
        Column("by", Words),
        _entry(),
        *_details(kind),
    )
    for kind in KINDS
}
