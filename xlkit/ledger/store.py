"""A ledger: records are added to it, and read back as they happened or as they stand now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from operator import attrgetter
from pathlib import Path
from types import TracebackType
from typing import Any, Generic, Self, TypeVar, overload

from sqlalchemy import Connection, Insert, RowMapping, Table, func, select, text
from sqlalchemy.dialects import postgresql, sqlite

from xlkit.errors import LedgerError, UsageError
from xlkit.ledger.database import Database, database
from xlkit.ledger.migrations import migrate
from xlkit.ledger.record import Record
from xlkit.ledger.records import KINDS
from xlkit.ledger.rows import aware, detail, header, record_of
from xlkit.ledger.said import unsaid
from xlkit.ledger.tables import DETAILS, ENTRIES, PRESENT, name_of
from xlkit.sentences import English, Sentence

R_co = TypeVar("R_co", bound=Record, covariant=True)
R = TypeVar("R", bound=Record)

#: Seconds to wait while somebody else adds.
WAIT = 30.0
#: The index that lets a subject stand once; both databases want its own words to find it by.
_ONCE = ", ".join(f"'{name_of(kind)}'" for kind in KINDS if kind.ONCE)
_ONCE_INDEX = {
    "index_elements": ["round", "kind", "subject"],
    "index_where": text(f"kind IN ({_ONCE})"),
}
_CHUNK = 1000


@dataclass(frozen=True, slots=True)
class Entry(Generic[R_co]):
    """A record as it stands in a ledger: its number, its round, when (UTC), by whom."""

    id: int
    round: str
    at: datetime
    by: str
    record: R_co


class Ledger:
    """The memory of rounds. Rows are only ever added; the present is a view of them.

        with Ledger.open(folder / "ledger.sqlite") as ledger:
            ledger.add("2026", "Li", now, Closed(why="all in"))

    Every method raises `LedgerError` where the database fails.
    """

    def __init__(self, opened: Database) -> None:
        self._database = opened

    @classmethod
    def open(cls, url: str | Path, *, create: bool = False, wait: float = WAIT) -> Self:
        """The ledger in a file or at a URL, brought to the version of today.

        Args:
            url: a path, `sqlite:///FILE` or `postgresql://user:password@server/database`.
            create: makes one where there is none.
            wait: seconds to wait, at each step, for others who add.

        Raises:
            UsageError: a URL of something else.
            LedgerError: none there, damaged, on a network drive, of a newer xlkit, not reached.
        """
        opened = database(url, create=create, wait=wait)
        try:
            migrate(opened, create=create)
        except BaseException:
            opened.close()
            raise
        return cls(opened)

    def close(self) -> None:
        """Lets go of the server, or of the file."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def add(
        self, round: str, by: str, at: datetime, *records: Record, changes_only: bool = False
    ) -> tuple[Entry[Record], ...]:
        """Adds records, all or none, and gives those that stand because of this.

        A record that may stand once and stands already, in the ledger or earlier among these,
        is kept out and not in the answer; with `changes_only`, so is every record that
        equals the last one of its subject. Numbers grow in the order of commits.

        Raises:
            UsageError: a time without a zone, a number that no database takes.
        """
        aware(at, "at")
        shared = {"round": round, "at": at, "by": by}
        rows = [(record, shared | header(record), detail(record)) for record in records]
        if not rows:
            return ()
        with self._database.writing() as connection:
            if changes_only:
                rows = unsaid(connection, rows)
            before = connection.execute(select(func.max(ENTRIES.c.id))).scalar() or 0
            numbered = [(before + place, *row) for place, row in enumerate(rows, start=1)]
            _add_headers(connection, numbered)
            standing = _numbers_after(connection, before)
            kept = [item for item in numbered if item[0] in standing]
            _add_details(connection, kept)
        moment = at.astimezone(UTC)
        return tuple(Entry(number, round, moment, by, record) for number, record, _, _ in kept)

    @overload
    def entries(
        self, round: str, kind: type[R], /, *, unit: str | None = None, after: int = 0
    ) -> tuple[Entry[R], ...]: ...

    @overload
    def entries(
        self, round: str, /, *kinds: type[Record], unit: str | None = None, after: int = 0
    ) -> tuple[Entry[Record], ...]: ...

    def entries(
        self, round: str, /, *kinds: type[Record], unit: str | None = None, after: int = 0
    ) -> tuple[Entry[Any], ...]:
        """What happened in a round, in order: of these kinds (else all), of this unit (else all).

        Records that name no unit, as receipts, belong to the unit "". Only numbers over `after`.
        """
        found: list[Entry[Any]] = []
        with self._database.reading() as connection:
            for kind in dict.fromkeys(kinds or KINDS):
                chosen = DETAILS[kind]
                wanted = (
                    select(ENTRIES.c.round, ENTRIES.c.at, ENTRIES.c.by, *chosen.c)
                    .join(ENTRIES, ENTRIES.c.id == chosen.c.entry)
                    .where(ENTRIES.c.round == round, ENTRIES.c.kind == name_of(kind))
                    .where(ENTRIES.c.id > after)
                )
                if unit is not None:
                    wanted = wanted.where(ENTRIES.c.unit == unit)
                found += self._entries(kind, connection.execute(wanted).mappings().all())
        return tuple(sorted(found, key=attrgetter("id")))

    def last(self, round: str, kind: type[R]) -> Mapping[Any, Entry[R]]:
        """The present: for each subject of a kind its last entry, in the order they were added.

        The subject is the value of the one field that `kind.SUBJECT` names; of several, or none,
        it is the tuple of them: `last(r, UnitListed)["301"]`, `last(r, Closed).get(())`.
        """
        view = PRESENT[kind]
        with self._database.reading() as connection:
            wanted = select(view).where(view.c.round == round).order_by(view.c.entry)
            found = self._entries(kind, connection.execute(wanted).mappings().all())
        return {entry.record.subject: entry for entry in found}

    def rounds(self) -> tuple[str, ...]:
        """The rounds that anything is known of, the oldest first."""
        first = func.min(ENTRIES.c.id)
        wanted = select(ENTRIES.c.round).group_by(ENTRIES.c.round).order_by(first)
        with self._database.reading() as connection:
            return tuple(connection.execute(wanted).scalars())

    def copy_to(self, other: Ledger) -> int:
        """Copies everything, numbers and all, to an empty ledger; gives how many entries.

        Raises:
            UsageError: the other one is not empty.
        """
        with self._database.reading() as source, other._database.writing() as target:
            if target.execute(select(ENTRIES.c.id).limit(1)).first():
                raise UsageError(
                    English(f"{other._database.place}: a ledger is copied to an empty one only")
                )
            for chosen in (ENTRIES, *DETAILS.values()):
                order = next(iter(chosen.primary_key))
                rows = source.execute(select(chosen).order_by(order)).mappings()
                for part in rows.partitions(_CHUNK):
                    target.execute(chosen.insert(), [dict(row) for row in part])
            return target.execute(select(func.count()).select_from(ENTRIES)).scalar_one()

    def _entries(self, kind: type[R], rows: Sequence[RowMapping]) -> list[Entry[R]]:
        try:
            return [
                Entry(row["entry"], row["round"], row["at"], row["by"], record_of(kind, row))
                for row in rows
            ]
        except ValueError as error:
            raise LedgerError(
                Sentence(
                    "ledger-odd",
                    place=self._database.place,
                    kind=kind.__name__,
                    said=error,
                )
            ) from None


_Numbered = tuple[int, Record, dict[str, Any], dict[str, Any]]


def _add_headers(connection: Connection, numbered: Sequence[_Numbered]) -> None:
    once = [{"id": number, **row} for number, record, row, _ in numbered if record.ONCE]
    always = [{"id": number, **row} for number, record, row, _ in numbered if not record.ONCE]
    if once:
        connection.execute(_unless_standing(connection, ENTRIES), once)
    if always:
        connection.execute(ENTRIES.insert(), always)


def _unless_standing(connection: Connection, table: Table) -> Insert:
    """An insertion that passes over what stands, and fails at any other clash."""
    if connection.dialect.name == "sqlite":
        return sqlite.insert(table).on_conflict_do_nothing(**_ONCE_INDEX)  # type: ignore[arg-type]
    return postgresql.insert(table).on_conflict_do_nothing(**_ONCE_INDEX)  # type: ignore[arg-type]


def _numbers_after(connection: Connection, before: int) -> set[int]:
    """The numbers that this transaction added; nobody else adds before it ends."""
    return set(connection.execute(select(ENTRIES.c.id).where(ENTRIES.c.id > before)).scalars())


def _add_details(connection: Connection, kept: Sequence[_Numbered]) -> None:
    rows: dict[type[Record], list[dict[str, Any]]] = defaultdict(list)
    for number, record, _, row in kept:
        rows[type(record)].append({"entry": number, **row})
    for kind, chosen in rows.items():
        connection.execute(DETAILS[kind].insert(), chosen)
