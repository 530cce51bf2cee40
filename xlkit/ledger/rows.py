"""Records as rows, and rows as records."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar, get_type_hints

from xlkit.errors import UsageError
from xlkit.ledger.record import Record
from xlkit.ledger.records import KINDS
from xlkit.ledger.tables import name_of
from xlkit.sentences import English

#: Bytes; PostgreSQL indexes no row over 2,704 (a third of a page).
#: Source: PostgreSQL 15, access/nbtree.h, BTMaxItemSize.
_LONGEST_SUBJECT = 500
_LARGEST = 2**63 - 1

R = TypeVar("R", bound=Record)


def header(record: Record) -> dict[str, Any]:
    """What the shared row says of a record itself: its kind, its subject, its unit."""
    return {
        "kind": name_of(type(record)),
        "subject": _subject(record),
        "unit": getattr(record, "unit", ""),
    }


def _subject(record: Record) -> str:
    """The subject as a JSON list, or its digest where that is too long to be indexed."""
    parts = [getattr(record, name) for name in record.SUBJECT]
    text = json.dumps(parts, ensure_ascii=False, separators=(",", ":"))
    packed = text.encode("utf-8", "surrogatepass")
    short = len(packed) <= _LONGEST_SUBJECT
    return text if short else f"sha256:{hashlib.sha256(packed).hexdigest()}"


def detail(record: Record) -> dict[str, Any]:
    """The fields of a record as its own table takes them.

    Raises:
        UsageError: a time without a zone, or a number that no database takes.
    """
    row = {item.name: getattr(record, item.name) for item in fields(record)}  # type: ignore[arg-type]
    for name, value in row.items():
        place = f"{type(record).__name__}.{name}"
        if isinstance(value, datetime):
            aware(value, place)
        if isinstance(value, int) and abs(value) > _LARGEST:
            raise UsageError(English(f"{place}: a number of over 63 bits; no ledger takes it"))
    return row


def aware(moment: datetime, place: str) -> None:
    """Refuses a time that says no zone: nobody could tell later which instant it was.

    Raises:
        UsageError: so it is.
    """
    if moment.utcoffset() is None:
        raise UsageError(
            English(f"{place}: {moment.isoformat()} has no time zone; give one, such as UTC")
        )


def record_of(kind: type[R], row: Mapping[Any, Any]) -> R:
    """The record that a row of a kind's table holds."""
    words = _WORDS[kind]
    return kind(**{name: words.get(name, _same)(row[name]) for name in _NAMES[kind]})


def _same(value: Any) -> Any:
    return value


_NAMES = {kind: tuple(item.name for item in fields(kind)) for kind in KINDS}  # type: ignore[arg-type]
_HINTS = {kind: get_type_hints(kind) for kind in KINDS}
#: The fields of a kind that are one of a few words.
_WORDS = {
    kind: {
        name: hint
        for name, hint in _HINTS[kind].items()
        if isinstance(hint, type) and issubclass(hint, StrEnum)
    }
    for kind in KINDS
}
