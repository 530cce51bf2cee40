"""What a mail to a unit carries and says: its workbook, its answer, or what it still owes."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from xlkit.form.texts import say
from xlkit.ledger.mails import Purpose
from xlkit.ledger.records import Dispatched, DispatchKind
from xlkit.mail import Attachment
from xlkit.mail.kinds import thread_before
from xlkit.master.roll import Progress
from xlkit.reporting.cover import cover_of
from xlkit.reporting.stationery import Written
from xlkit.round.decided import OUTCOMES, former_of
from xlkit.round.desk import Round
from xlkit.round.posts import about_of
from xlkit.round.present import chosen
from xlkit.round.standing import Standing
from xlkit.wording import word


@dataclass(frozen=True, slots=True)
class Parcel:
    """Something for a unit; `about` tells it from all else that goes to the unit.

    `in_reply_to` is the mail that it answers or follows. `is_changed` where a file of it in the
    outbox is missing, or is not the one that was made; `names` are those files.
    """

    standing: Standing
    purpose: Purpose
    about: str
    attachments: tuple[Attachment, ...] = ()
    letter: str = field(default="", repr=False)
    owed: tuple[str, ...] = ()
    in_reply_to: str = ""
    is_changed: bool = False
    names: tuple[str, ...] = ()
    made_as: Purpose = Purpose.ISSUE
    """The command that makes its workbook anew: a reminder carries that of another."""


def issued_parcels(round_: Round, codes: Sequence[str] = ()) -> tuple[Parcel, ...]:
    """The present workbook of each unit that has not returned anything in it."""
    found = []
    for standing in chosen(round_, codes):
        waits = standing.state in (Progress.WRITTEN, Progress.SENT)
        if waits and standing.issues:
            found.append(carrying(round_, standing, Purpose.ISSUE, standing.issues[-1]))
    return tuple(found)


def answer_parcels(round_: Round, codes: Sequence[str] = ()) -> tuple[Parcel, ...]:
    """The answer to each unit's last return, where it was made and nothing was decided since."""
    found = []
    for standing in chosen(round_, codes):
        answer = standing.answer
        if answer is not None and standing.is_answered:
            found.append(carrying(round_, standing, Purpose.RETURN, answer.sent))
    return tuple(found)


def carrying(round_: Round, standing: Standing, purpose: Purpose, sent: Dispatched) -> Parcel:
    """The files of what lies in the outbox, if they are those that were made."""
    folder = round_.folder.issued if purpose is Purpose.ISSUE else round_.folder.sent_back
    main = folder / sent.file
    data = round_.content(main)
    is_changed = data is None or hashlib.sha256(data).hexdigest() != sent.sha256
    letter = _letter(round_, main) if purpose is Purpose.RETURN else ""
    is_changed = is_changed or letter is None
    attached = () if sent.kind is DispatchKind.LETTER else (Attachment(main.name, data or b""),)
    return Parcel(
        standing,
        purpose,
        about=about_of(sent),
        attachments=attached,
        letter=letter or "",
        in_reply_to=thread_of(standing) if purpose is Purpose.RETURN else "",
        is_changed=is_changed,
        names=(main.name,),
        made_as=purpose,
    )


def _letter(round_: Round, main: Path) -> str | None:
    """The letter that lies beside a correction workbook, or that is the file itself."""
    data = round_.content(main.with_suffix(".txt"))
    return None if data is None else data.decode("utf-8-sig", "replace")


def thread_of(standing: Standing) -> str:
    """The id of the mail that brought the last return, else of the last one that was taken."""
    last = standing.last
    if last is not None and last.mail is not None and last.mail.message_id:
        return last.mail.message_id
    taken = [item.posting.message_id for item in standing.posts if item.fate.is_done]
    return taken[-1] if taken else ""


def thread_to(round_: Round, standing: Standing, answered: str) -> tuple[str, ...]:
    """The ids of the thread up to a mail that is answered, as far as that mail tells them."""
    mail = standing.last.mail if standing.last is not None else None
    if mail is None or mail.message_id != answered:  # one of ours: none of those before is known
        return (answered,) if answered else ()
    data = round_.content(round_.folder.mails / mail.file) if mail.file else None
    return (*thread_before(data or b""), answered)


def in_words(round_: Round, parcel: Parcel) -> Written:
    """The subject and the text of the mail that the parcel goes with.

    Raises:
        LetterError: an office's template cannot be used.
    """
    standing, language = parcel.standing, round_.language
    is_answer = parcel.purpose is Purpose.RETURN
    cover = cover_of(
        parcel.purpose,
        language,
        unit=(standing.code, standing.unit.name),
        form=say(round_.form.title, language),
        year=round_.opened.year,
        due=standing.due,
        today=round_.today,
        sender=round_.settings.sender,
        contact=standing.unit.contact,
        files=[item.name for item in parcel.attachments],
        owed=parcel.owed,
        again=parcel.purpose is Purpose.ISSUE and standing.serial > 1,
        answers=_answered(standing),
        letter=parcel.letter,
        outcome=OUTCOMES.get(standing.state) if is_answer else None,
        is_rejection=is_answer and standing.state is Progress.REJECTED,
        is_change=is_answer and _is_change(round_, standing),
    )
    return round_.stationery.mail(cover)


def _is_change(round_: Round, standing: Standing) -> bool:
    """Whether the last answer says something else than one before it that surely arrived."""
    answered = standing.last.answered if standing.last is not None else ()
    before = former_of(round_, standing, answered, answered[-1].verdict) if answered else None
    return before is not None and before.is_sure


def _answered(standing: Standing) -> str:
    mail = standing.last.mail if standing.last is not None else None
    return mail.title if mail is not None else ""


def owed_by(standing: Standing, language: str) -> tuple[str, ...]:
    """What a unit has still to do, in words; nothing where the bureau has the next move."""
    last, state = standing.last, standing.state
    if not standing.owes or not standing.issues:
        return ()
    if state in (Progress.WRITTEN, Progress.SENT):
        return (word("owed_return", language, file="round"),)
    if last is None or not standing.is_answered or state not in OUTCOMES:
        return ()
    reviewed = last.reviewed
    counts = {
        "errors": str(reviewed.errors if reviewed else 0),
        "warnings": str(reviewed.warnings if reviewed else 0),
        "document": last.received.name,
    }
    return (word(f"owed_{state}", language, file="round", **counts),)
