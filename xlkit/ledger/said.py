"""Which records say something that the ledger does not say already."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, select

from xlkit.ledger.record import Record
from xlkit.ledger.rows import record_of
from xlkit.ledger.tables import DETAILS, ENTRIES, name_of

#: A record with the row that all kinds have, and the row of its own kind.
Row = tuple[Record, dict[str, Any], dict[str, Any]]
_CHUNK = 500


def unsaid(connection: Connection, rows: Sequence[Row]) -> list[Row]:
    """The rows that differ from the last of their subject, in the ledger or earlier among them."""
    subjects: dict[tuple[type[Record], str], dict[str, None]] = defaultdict(dict)
    for record, head, _ in rows:
        subjects[type(record), head["round"]][head["subject"]] = None
    last = {
        (kind, round_, subject): record
        for (kind, round_), wanted in subjects.items()
        for subject, record in _last(connection, kind, round_, tuple(wanted))
    }
    kept = []
    for row in rows:
        record, head, _ = row
        key = (type(record), head["round"], head["subject"])
        if last.get(key) != record:
            kept.append(row)
            last[key] = record
    return kept


def _last(
    connection: Connection, kind: type[Record], round_: str, subjects: Sequence[str]
) -> Iterator[tuple[str, Record]]:
    """What was said of the subjects, in order: the last word of each comes last."""
    chosen = DETAILS[kind]
    for at in range(0, len(subjects), _CHUNK):
        wanted = (
            select(ENTRIES.c.subject, *chosen.c)
            .join(ENTRIES, ENTRIES.c.id == chosen.c.entry)
            .where(ENTRIES.c.round == round_, ENTRIES.c.kind == name_of(kind))
            .where(ENTRIES.c.subject.in_(subjects[at : at + _CHUNK]))
            .order_by(ENTRIES.c.id)
        )
        for row in connection.execute(wanted).mappings():
            yield row["subject"], record_of(kind, row)
