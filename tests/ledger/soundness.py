"""Whether a ledger's database is whole: every entry has its one row of details, and a file is."""

from __future__ import annotations

from pathlib import Path

from xlkit.ledger.database import database
from xlkit.ledger.tables import DETAILS, ENTRIES


def sound(place: str | Path) -> None:
    """Holds that every entry is whole, and that the file is."""
    opened = database(place, create=False, wait=5)
    with opened.reading() as connection:
        heads = {row.id: row.kind for row in connection.execute(ENTRIES.select())}
        details = {
            row.entry: table.name
            for table in DETAILS.values()
            for row in connection.execute(table.select())
        }
        assert heads == details
        if opened.is_sqlite:
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
    opened.close()
