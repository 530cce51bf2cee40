"""What happened in a round, or to one unit of it, in the order in which it was entered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from xlkit.ledger.mails import MailCame, MailDone, Posted, Posting
from xlkit.ledger.record import Record
from xlkit.ledger.records import (
    Closed,
    Dispatched,
    FormRaised,
    Keyed,
    Merged,
    PassedOver,
    Received,
    Recognised,
    Rejected,
    Reopened,
    Reviewed,
    RoundOpened,
    Seen,
    UnitListed,
    UnitState,
    Waived,
)
from xlkit.round.desk import Round
from xlkit.round.owners import Owners
from xlkit.round.posts import away_text
from xlkit.round.whence import Whence, whence_of
from xlkit.sources import Passed, said
from xlkit.sources.automatic import MailKind
from xlkit.wording import word


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that happened: when (in the round's time zone), by whom, to whom, in words."""

    at: datetime
    by: str
    unit: str
    text: str


def story(round_: Round, unit: str | None = None) -> Iterator[Line]:
    """What happened, the oldest first; with `unit`, only what is that unit's.

    A file's arrival is the unit's that it was recognised as, a mail that of the unit which it
    follows a mail to, or whose address it is from. What the first meeting of a file says is not
    said twice.
    """
    entries = round_.ledger.entries(round_.id)
    owners = Owners(entries, whence_of(round_, entries))
    teller = _Teller(round_.language, owners.whence)
    met: set[str] = set()
    for entry in entries:
        whose = owners.of(entry.record)
        is_first = isinstance(entry.record, Seen) and entry.record.sha256 not in met
        if isinstance(entry.record, Seen):
            met.add(entry.record.sha256)
        text = teller.text(entry.record)  # of each, for what changed since the one before
        is_told = is_first or owners.is_told(entry.record)
        if not is_told and (unit is None or unit in whose):
            owner = whose[0] if len(whose) == 1 else unit or ""
            yield Line(entry.at.astimezone(round_.zone), entry.by, owner, text)


def story_report(lines: Iterator[Line]) -> list[dict[str, Any]]:
    """The story as JSON."""
    return [
        {"at": line.at.isoformat(), "by": line.by, "unit": line.unit or None, "what": line.text}
        for line in lines
    ]


class _Teller:
    """Puts records into words."""

    def __init__(self, language: str, whence: Whence) -> None:
        self._language = language
        self._whence = whence
        self._names: dict[str, str] = {}
        self._listed: dict[str, UnitListed] = {}

    def text(self, record: Record) -> str:
        match record:
            case UnitListed():
                return self._listing(record)
            case Dispatched():
                values = {
                    "document": record.file,
                    "serial": record.serial,
                    "number": record.correction,
                }
                return self._say(f"sent_{record.kind}", **values)
            case Received():
                self._names[record.sha256] = record.name
                return self._say("received", document=record.name, source=self._at(record))
            case Seen():
                return self._say("seen", document=record.name, source=self._at(record))
            case PassedOver():
                passed = Passed(source=self._at(record), why=record.why, detail=record.detail)
                return self._say("passed", why=said(passed, self._language).message)
            case Recognised():
                return self._say(
                    f"recognised_{record.standing}",
                    document=self._name(record.sha256),
                    unit=f"{record.unit} {record.unit_name}".strip(),
                    year=record.year or "?",
                )
            case Reviewed():
                return self._review(record)
            case Rejected():
                key = "rejected" if record.why else "rejection_ended"
                return self._say(key, document=self._name(record.sha256), why=record.why)
            case Waived():
                key = "waiver_ended" if record.withdrawn else "waived"
                until = record.until.isoformat() if record.until else self._say("no_end")
                return self._say(key, title=record.title, why=record.why, until=until)
            case _:
                return self._of_round(record)

    def _of_mail(self, record: Record) -> str:
        match record:
            case Posting():
                return self._say(
                    "posting", title=record.title, addresses=", ".join(record.addresses)
                )
            case Posted():
                return self._say(f"posted_{record.outcome}", why=record.detail)
            case MailCame():
                return self._say(
                    f"mail_{record.kind}",
                    title=record.title,
                    sender=record.sender,
                    addresses=", ".join(record.failed),
                    why=away_text(record) if record.kind == MailKind.AWAY else record.reason,
                )
            case MailDone():
                return self._say(f"mail_{record.how}")
        raise AssertionError(f"no words for {type(record).__name__}")

    def _of_round(self, record: Record) -> str:
        match record:
            case RoundOpened():
                return self._say(
                    "opened", form=record.form, year=record.year, due=record.due.isoformat()
                )
            case Keyed():
                key = "keyed" if record.key else "keyed_none"
                return self._say(key, known=record.key) + self._because(record.why)
            case FormRaised():
                return self._say("raised", version=record.version)
            case Merged():
                return self._say(
                    "merged", document=record.file, units=record.units, rows=record.rows
                )
            case Closed():
                return self._say("closed", why=self._because(record.why))
            case Reopened():
                return self._say("reopened", why=self._because(record.why))
        return self._of_mail(record)

    def _review(self, record: Reviewed) -> str:
        return self._say(
            "reviewed",
            document=self._name(record.sha256),
            state=self._say(f"state_{record.state}"),
            errors=record.errors,
            warnings=record.warnings,
        )

    def _listing(self, record: UnitListed) -> str:
        before = self._listed.get(record.unit)
        self._listed[record.unit] = record
        why = self._because(record.why)
        if record.state is UnitState.MERGED:
            return self._say("unit_merged", into=record.successor) + why
        if record.state is UnitState.REMOVED:
            return self._say("unit_removed") + why
        if before is None or before.state is not UnitState.ACTIVE:
            return self._say("unit_listed", name=record.name) + why
        return self._say("and").join(self._changes(before, record)) + why

    def _changes(self, before: UnitListed, after: UnitListed) -> Iterator[str]:
        if before.name != after.name:
            yield self._say("unit_renamed", before=before.name, after=after.name)
        if before.due != after.due and after.due is not None:
            yield self._say("unit_due", due=after.due.isoformat())
        for name in ("parent", "emails", "contact"):
            was, now = getattr(before, name), getattr(after, name)
            if was != now:
                yield self._say(f"unit_{name}", before=self._of(was), after=self._of(now))
        if before.members != after.members:
            yield self._say("unit_members")

    def _of(self, value: str | tuple[str, ...]) -> str:
        """A text, or several; a word for none."""
        texts = (value,) if isinstance(value, str) else value
        return ", ".join(filter(None, texts)) or self._say("nothing")

    def _at(self, record: Received | Seen | PassedOver) -> str:
        return self._whence.of(record.source)

    def _because(self, why: str) -> str:
        return self._say("because", why=why) if why else ""

    def _name(self, sha256: str) -> str:
        return self._names.get(sha256, sha256[:12])

    def _say(self, key: str, **values: object) -> str:
        texts = {name: str(value) for name, value in values.items()}
        return word(key, self._language, file="round", **texts)
