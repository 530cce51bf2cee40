"""The round without mail: files lie in the inbox, and others bring what lies in the outbox."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from xlkit.demo.packing import posted, zipped
from xlkit.demo.script import Day, Packing, Sending, Workbook
from xlkit.files import write_whole
from xlkit.identity import Identity
from xlkit.ledger.records import Dispatched, DispatchKind
from xlkit.round.collecting import Collected, collect
from xlkit.round.covers import Parcel
from xlkit.round.desk import Round
from xlkit.round.issuing import issued_content
from xlkit.round.standing import Standing
from xlkit.round.units import identity_of
from xlkit.template.content import Content


@dataclass(frozen=True, slots=True)
class Brought:
    """What a department sends, made."""

    sending: Sending
    standing: Standing
    data: bytes


class Carrier(Protocol):
    """How things get from the bureau to departments and back."""

    @property
    def by_mail(self) -> bool:
        """Whether mails are sent, and what is done only then."""

    def issued(self, standing: Standing, wanted: Workbook) -> tuple[Identity, Content]:
        """The workbook that a department was sent: the first one, or the last."""

    def correction(self, standing: Standing) -> bytes:
        """The last workbook that a department is to correct."""

    def bring(self, day: Day, brought: Sequence[Brought]) -> None:
        """Brings to the bureau what departments send on a day."""

    def collect(self) -> tuple[Collected, tuple[str, ...]]:
        """Takes in what came, and says more of it, a line each."""

    def send(self, parcels: Sequence[Parcel]) -> tuple[str, ...]:
        """Sends what waits to units, and says what became of it, a line each."""


def dispatched(standing: Standing, kind: DispatchKind) -> Dispatched:
    """The last thing of a kind that was made for a unit."""
    return [it.record for it in standing.dispatches if it.record.kind is kind][-1]


def archives(brought: Sequence[Brought], day: Day) -> Iterator[tuple[str, Brought, bytes]]:
    """The archives of a day: name, what lies in it first, and its bytes."""
    names = dict.fromkeys(item.sending.archive for item in brought if item.sending.archive)
    for name in names:
        members = [item for item in brought if item.sending.archive == name]
        files = [(item.sending.file, item.data) for item in members]
        yield name, members[0], zipped(Path(name).stem, files, day.day)


@dataclass(frozen=True, slots=True)
class ByHand:
    """Everything goes through folders."""

    round_: Round
    by_mail: bool = False

    def issued(self, standing: Standing, wanted: Workbook) -> tuple[Identity, Content]:
        serial = 1 if wanted is Workbook.FIRST else standing.serial
        identity = identity_of(self.round_, standing.unit, serial)
        return identity, issued_content(self.round_, standing)

    def correction(self, standing: Standing) -> bytes:
        sent = dispatched(standing, DispatchKind.CORRECTION)
        return (self.round_.folder.sent_back / sent.file).read_bytes()

    def bring(self, day: Day, brought: Sequence[Brought]) -> None:
        inbox = self.round_.folder.inbox / f"{day.day:%m-%d}"
        for item in brought:
            sending = item.sending
            match sending.packing:
                case Packing.FILE:
                    write_whole(inbox / sending.file, item.data)
                case Packing.MAIL:
                    mail = posted(sending, item.standing, item.data, day.day)
                    write_whole(inbox / f"{Path(sending.file).stem}.eml", mail)
        for name, _, data in archives(brought, day):
            write_whole(inbox / name, data)

    def collect(self) -> tuple[Collected, tuple[str, ...]]:
        return collect(self.round_), ()

    def send(self, parcels: Sequence[Parcel]) -> tuple[str, ...]:
        return ()
