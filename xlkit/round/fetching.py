"""Mails of a mailbox, taken in: laid into the inbox, collected, and only then marked as done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from xlkit.ledger.mails import MailCame, MailDone, Posting
from xlkit.ledger.records import PassedOver, RoundOpened, Seen, UnitListed
from xlkit.mail.fetching import Fetched, Inbox, Left, Place
from xlkit.mail.kinds import Sorted, letter_kind
from xlkit.round.collecting import Collected, collect
from xlkit.round.desk import Round
from xlkit.round.letters import NO_FILE, file_of
from xlkit.sources import Passed
from xlkit.sources.automatic import MailKind
from xlkit.sources.kinds import is_packed, may_matter
from xlkit.sources.mail import Attachment, read_mail
from xlkit.sources.model import Origin, Unfit

#: A mail that has nothing to do with the round; nothing of it is kept.
OTHER = "other"
SEEN, MOVED = "seen", "moved"


@dataclass(frozen=True, slots=True)
class Mails:
    """What a look into the mailbox gave.

    `came` are the mails that are the round's, `left` those that stay on the server with the
    reason why, `others` how many are none of the round's. `done` were marked or moved. What
    `collected` passed over holds no bounces and away notes about our mails, and no letters without
    any file: those are in `came`, the last in `questions` too.
    """

    came: tuple[MailCame, ...]
    left: tuple[Passed, ...]
    others: int
    collected: Collected
    done: int
    questions: tuple[MailCame, ...] = ()

    @property
    def is_nothing(self) -> bool:
        """Whether there was nothing new, neither in the mailbox nor in the inbox."""
        new = (self.came, self.left, self.others, self.done)
        return not any(new) and self.collected.is_nothing


def fetch(
    round_: Round,
    inbox: Inbox,
    *,
    move_to: str = "",
    each: Callable[[Path], None] | None = None,
) -> Mails:
    """Fetches what is new since the round was opened, takes it in, and marks it last.

    A mail is the round's if it brings what may be or hold a workbook, comes from an address of the
    roster with a file or a link to one, follows a mail of ours, or says what became of one; of
    every other one nothing is kept, and it is left as it lies, unread.

    A mail is a whole file in the inbox before the ledger knows of it, and has its receipts in the
    ledger before the server is told that it is done with: a run that was ended goes on from there.

    Raises:
        OSError, ImapRefused: the mailbox cannot be used.
        RoundError: the round is closed.
    """
    round_.must_be_open()
    ours = {entry.record.message_id for entry in round_.ledger.entries(round_.id, Posting)}
    listed = round_.ledger.last(round_.id, UnitListed).values()
    roster = {address.casefold() for entry in listed for address in entry.record.emails}
    known = {place_of(entry.record.place) for entry in round_.ledger.entries(round_.id, MailCame)}
    opened = round_.ledger.entries(round_.id, RoundOpened)[0]
    since = opened.at.astimezone(round_.zone).date()
    came: list[MailCame] = []
    left: list[Passed] = []
    for item in inbox.new(known, since):
        if isinstance(item, Left):
            left.append(item.passed)
        else:
            came.append(_kept(round_, item, ours, roster))
    fresh = {entry.record for entry in round_.add(*map(_passed_over, left))}
    collected = collect(round_, _folders(round_), each=each)
    spoken = {
        it.file for it in came if it.kind in (MailKind.BOUNCE, MailKind.AWAY) and it.about in ours
    }
    bare = {file_of(item.source) for item in collected.passed if item.why == NO_FILE}
    asking = tuple(item for item in came if item.file and item.file in bare)
    told = spoken | {item.file for item in asking}
    besides = [item for item in collected.passed if file_of(item.source) not in told]
    done = _finished(round_, inbox, move_to)
    return Mails(
        tuple(item for item in came if item.kind != OTHER),
        tuple(item for item in left if _passed_over(item) in fresh),
        sum(item.kind == OTHER for item in came),
        replace(collected, passed=tuple(besides)),
        done,
        asking,
    )


def _kept(round_: Round, item: Fetched, ours: set[str], roster: set[str]) -> MailCame:
    """Lays a mail into the inbox, then enters that it came; of others' only that there was one."""
    known = letter_kind(item.data)
    place = text_of(item.place)
    if not _is_ours(item.data, known, ours, roster):
        record = MailCame(place=place, file="", kind=OTHER, message_id="", sender="", title="")
    else:
        file = round_.folder.mails / f"{item.place.stem}.eml"
        round_.write(file, item.data)
        record = MailCame(
            place=place,
            file=file.name,
            kind=known.kind.value,
            message_id=known.message_id,
            sender=known.sender,
            title=known.subject,
            sent_at=known.sent_at,
            about=known.about or _followed(known, ours),
            failed=known.failed,
            reason=known.reason or known.status,
        )
    round_.add(record)
    return record


def _followed(known: Sorted, ours: set[str]) -> str:
    """The mail of ours that a mail answers, or has last in its thread; '' for none."""
    thread = (known.in_reply_to, *reversed(known.references))
    return next((item for item in thread if item in ours), "")


def _is_ours(data: bytes, known: Sorted, ours: set[str], roster: set[str]) -> bool:
    if ours & {known.about, known.in_reply_to, *known.references}:
        return True
    if known.kind is not MailKind.LETTER:
        return False
    try:
        mail = read_mail(data, Origin(""))
    except Unfit:
        return True
    if known.sender.casefold() in roster:
        return bool(mail.parts or mail.links or mail.has_photo)
    return any(_may_be_returned(part) for part in mail.parts)


def _may_be_returned(part: Attachment) -> bool:
    """Whether an attachment of somebody unknown may be or hold a workbook; a picture is none."""
    return is_packed(part.name) or may_matter(part.name, part.data)


def _folders(round_: Round) -> Sequence[Path]:
    """The inbox; in a dry run also where its mails were written."""
    written = round_.folder.written_at(round_.folder.inbox)
    places = dict.fromkeys((round_.folder.inbox, written))
    return [place for place in places if place.is_dir()]


def _passed_over(item: Passed) -> PassedOver:
    return PassedOver(source=item.source, stamp=item.stamp, why=item.why, detail=item.detail)


def _finished(round_: Round, inbox: Inbox, move_to: str) -> int:
    """Tells the server of the mails that are dealt with, those of ended runs among them.

    A mail is dealt with if a file of it was taken in, or if it speaks of a mail of ours by
    itself; a letter that somebody has to read stays unread.
    """
    if round_.hand.dry:
        return 0
    done = {entry.record.place for entry in round_.ledger.entries(round_.id, MailDone)}
    files = {file_of(entry.record.source) for entry in round_.ledger.entries(round_.id, Seen)}
    waiting = [
        entry.record
        for entry in round_.ledger.entries(round_.id, MailCame)
        if entry.record.place not in done and _is_dealt_with(entry.record, files)
    ]
    places = inbox.done([place_of(item.place) for item in waiting], move_to)
    how = MOVED if move_to else SEEN
    round_.add(*(MailDone(place=item.place, how=how) for item in waiting))
    return len(places)


def _is_dealt_with(mail: MailCame, files: set[str]) -> bool:
    if mail.kind == OTHER:
        return False
    return mail.kind != MailKind.LETTER or mail.file in files


def text_of(place: Place) -> str:
    """A mail's place as the ledger has it."""
    return f"{place.uidvalidity}/{place.uid}/{place.folder}"


def place_of(text: str) -> Place:
    """The place in a text of the ledger."""
    validity, uid, folder = text.split("/", 2)
    return Place(folder, int(validity), int(uid))
