"""Mails to units: what lies in the outbox and was not posted yet, and what became of it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from xlkit.errors import AddressError, MailError
from xlkit.ledger.mails import Posted, Posting, Purpose
from xlkit.mail import Delivery, Mailbox, Message, Outbox, Outcome, Sender, compose, message_id
from xlkit.round.covers import Parcel, in_words, thread_to
from xlkit.round.desk import Round
from xlkit.round.keys import must_hold_key
from xlkit.round.posts import Fate, Post, posts_about


class Why(StrEnum):
    """Why a mail was not written."""

    NO_ADDRESS = "no-address"
    BAD_ADDRESS = "bad-address"
    CHANGED = "changed"
    """Its file in the outbox is not there, or not as it was made."""
    UNSURE = "unsure"
    """The server may have it already."""
    STUCK = "stuck"
    """It was refused or came back, and the unit has the same addresses still."""
    ELSEWHERE = "elsewhere"
    """Another clerk is sending it."""


@dataclass(frozen=True, slots=True)
class Mailed:
    """A mail to a unit: what became of it, or why it was not sent (then without `delivery`)."""

    parcel: Parcel
    message: Message | None = None
    delivery: Delivery | None = None
    why: Why | None = None
    detail: str = ""


def post(
    round_: Round,
    parcels: Sequence[Parcel],
    outbox: Outbox,
    sender: Sender,
    *,
    unsure: bool = False,
    each: Callable[[Mailed], None] | None = None,
) -> tuple[Mailed, ...]:
    """Posts what was not posted yet; a parcel that its unit has, or is to have, is passed over.

    The ledger knows of a mail before the server does, so that nothing is sent twice whatever
    ends the run. What may have been taken before is sent again only if `unsure`, with the same
    id as the first time.

    Raises:
        MailError: no line to the server came about; what was sent before is in the ledger.
        SecretError: the round has a key that this hand does not hold: ids of mails are made of it.
    """
    must_hold_key(round_)
    done = []
    for parcel in parcels:
        mailed = _mailed(round_, parcel, outbox, sender, unsure=unsure)
        if mailed is None:
            continue
        done.append(mailed)
        if each is not None:
            each(mailed)
    return tuple(done)


def _mailed(
    round_: Round, parcel: Parcel, outbox: Outbox, sender: Sender, *, unsure: bool
) -> Mailed | None:
    """None where the unit has it already."""
    earlier = posts_about(parcel.standing.posts, parcel.purpose, parcel.about)
    if any(item.fate.is_done for item in earlier):
        return None
    if parcel.is_changed:
        return Mailed(parcel, why=Why.CHANGED, detail=", ".join(parcel.names))
    unit = parcel.standing.unit
    if not unit.emails:
        return Mailed(parcel, why=Why.NO_ADDRESS)
    try:
        boxes = tuple(Mailbox(address, unit.contact or unit.name) for address in unit.emails)
    except AddressError as error:
        return Mailed(parcel, why=Why.BAD_ADDRESS, detail=error.in_language(round_.language))
    last = earlier[-1] if earlier else None
    if last is not None and last.fate is Fate.UNSURE and not unsure:
        return Mailed(parcel, why=Why.UNSURE)
    if last is not None and _is_stuck(last, boxes):
        return Mailed(parcel, why=Why.STUCK, detail=_reason(last))
    message = _message(round_, parcel, boxes, sender, earlier)
    return _sent(round_, parcel, message, outbox, sender, is_again=bool(_unsure(earlier)))


def _is_stuck(last: Post, boxes: Sequence[Mailbox]) -> bool:
    given = {address.casefold() for address in last.posting.addresses}
    same = {box.address.casefold() for box in boxes} == given
    return same and last.fate in (Fate.REFUSED, Fate.BOUNCED)


def _reason(last: Post) -> str:
    """Whom it did not reach; why was said when that came out."""
    return ", ".join(last.lost or last.posting.addresses)


def _unsure(earlier: Sequence[Post]) -> Post | None:
    return earlier[-1] if earlier and earlier[-1].fate is Fate.UNSURE else None


def _message(
    round_: Round,
    parcel: Parcel,
    boxes: tuple[Mailbox, ...],
    sender: Sender,
    earlier: Sequence[Post],
) -> Message:
    """The mail; one that may have been taken is the same mail once more, with its id and date."""
    before = _unsure(earlier)
    words = in_words(round_, parcel)
    known = (parcel.purpose, parcel.standing.code, parcel.about, str(len(earlier)))
    derived = message_id(round_.hand.key, round_.id, *known, domain=sender.mailbox.domain)
    moment = before.at if before else round_.hand.clock()
    return Message(
        message_id=before.posting.message_id if before else derived,
        to=boxes,
        subject=words.subject,
        text=words.text,
        date=moment.astimezone(round_.zone),
        attachments=parcel.attachments,
        in_reply_to=parcel.in_reply_to,
        references=thread_to(round_, parcel.standing, parcel.in_reply_to),
        label=f"{parcel.standing.code}_{parcel.standing.unit.name}-{parcel.purpose}",
        is_answer=parcel.purpose is Purpose.RETURN,
    )


def _sent(
    round_: Round,
    parcel: Parcel,
    message: Message,
    outbox: Outbox,
    sender: Sender,
    *,
    is_again: bool,
) -> Mailed:
    """Enters that it is sent, sends it, enters what became of it."""
    data = compose(message, sender)
    if not round_.add(_posting(parcel, message, data)) and not is_again:
        return Mailed(parcel, message, why=Why.ELSEWHERE)
    try:
        delivery = outbox.send(data, message)
    except MailError as error:
        said = error.in_language(round_.language)
        round_.add(_posted(parcel, message, Delivery(Outcome.LATER, said)))
        raise
    round_.add(_posted(parcel, message, delivery))
    return Mailed(parcel, message, delivery)


def _posting(parcel: Parcel, message: Message, data: bytes) -> Posting:
    return Posting(
        message_id=message.message_id,
        unit=parcel.standing.code,
        purpose=parcel.purpose,
        about=parcel.about,
        addresses=tuple(box.address for box in message.to),
        title=message.subject,
        sha256=hashlib.sha256(data).hexdigest(),
    )


def _posted(parcel: Parcel, message: Message, delivery: Delivery) -> Posted:
    return Posted(
        message_id=message.message_id,
        unit=parcel.standing.code,
        outcome=delivery.outcome.value,
        detail=delivery.detail,
        refused=tuple(
            {"address": item.address, "detail": item.detail} for item in delivery.refused
        ),
    )
