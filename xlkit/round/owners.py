"""Whose each record of a round's ledger is."""

from __future__ import annotations

from collections.abc import Sequence

from xlkit.ledger.mails import MailCame, MailDone
from xlkit.ledger.record import Record
from xlkit.ledger.records import PassedOver, Received, Recognised, Seen
from xlkit.ledger.store import Entry
from xlkit.round.letters import NO_FILE, file_of
from xlkit.round.whence import Whence

#: Why mails are passed over that the ledger has as mails: they are told as that.
_OF_MAILS = frozenset({NO_FILE, "mail-away", "mail-bounced", "mail-notice"})


class Owners:
    """Whose each record is."""

    def __init__(self, entries: Sequence[Entry[Record]], whence: Whence) -> None:
        self.whence = whence
        self._recognised = {
            entry.record.sha256: entry.record.unit
            for entry in entries
            if isinstance(entry.record, Recognised)
        }
        self._mails = {
            entry.record.place: entry.record
            for entry in entries
            if isinstance(entry.record, MailCame)
        }

    def of(self, record: Record) -> tuple[str, ...]:
        """The units; none where it is the round's."""
        match record:
            case Received() | Seen() | Recognised():
                units: tuple[str, ...] = (self._recognised.get(record.sha256, ""),)
            case MailCame():
                units = self.whence.writers.of(record)
            case MailDone():
                mail = self._mails.get(record.place)
                units = self.whence.writers.of(mail) if mail is not None else ()
            case PassedOver():
                units = self.whence.owner(record.source)
            case _:
                units = (getattr(record, "unit", ""),)
        return tuple(filter(None, units))

    def is_told(self, record: Record) -> bool:
        """Whether it only says once more of a mail what the mail's own line says."""
        if not isinstance(record, PassedOver) or record.why not in _OF_MAILS:
            return False
        return file_of(record.source) in self.whence.mails
