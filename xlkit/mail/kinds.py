"""What a mail that was fetched is: a letter, a bounce, an answer that nobody wrote."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from email import message_from_bytes
from email.message import Message
from email.parser import BytesHeaderParser

from xlkit.sources.automatic import MailKind
from xlkit.sources.bodies import gist_of, text_of
from xlkit.sources.bounces import message_ids
from xlkit.sources.headers import raw_header, sender_of, sent_at, words
from xlkit.sources.mail import read_mail
from xlkit.sources.model import Origin, Unfit

_LONGEST_SUBJECT = 500


@dataclass(frozen=True, slots=True)
class Sorted:
    """A mail's kind, its thread, and what a bounce or an away note says.

    Ids are with their brackets, '' where there are none. `about` is the id of the mail that a
    bounce or an away note is about. `failed` and `status` are of bounces: addresses in small
    letters, and a code such as 5.1.1; `reason` is why in the server's words, or what somebody who
    is away lets say.
    """

    kind: MailKind
    message_id: str
    in_reply_to: str
    references: tuple[str, ...]
    sender: str
    subject: str
    sent_at: datetime | None
    about: str = ""
    failed: tuple[str, ...] = ()
    status: str = ""
    reason: str = ""


def letter_kind(raw: bytes) -> Sorted:
    """What a mail is; one that is too broken to be told is a letter, so that it is looked at."""
    message = message_from_bytes(raw)
    try:
        mail = read_mail(raw, Origin(""))
    except Unfit:
        return _sorted(message, MailKind.LETTER)
    found = _sorted(message, mail.kind)
    if mail.kind is MailKind.AWAY:
        return replace(found, reason=gist_of(text_of(message)))
    if mail.failure is None:
        return found
    failure = mail.failure
    return _sorted(
        message, mail.kind, failure.about, failure.recipients, failure.status, failure.reason
    )


def thread_before(raw: bytes) -> tuple[str, ...]:
    """The ids of the mails that a mail follows, the first one first, as it tells them itself.

    Source: RFC 5322, 3.6.4: its References; without any, the mail it answers if that is one.
    """
    message = BytesHeaderParser().parsebytes(raw)
    listed = message_ids(raw_header(message, "references"))
    answered = message_ids(raw_header(message, "in-reply-to"))
    return listed or (answered if len(answered) == 1 else ())


def _sorted(
    message: Message,
    kind: MailKind,
    about: str = "",
    failed: tuple[str, ...] = (),
    status: str = "",
    reason: str = "",
) -> Sorted:
    ids = {
        name: message_ids(raw_header(message, name))
        for name in ("message-id", "in-reply-to", "references")
    }
    thread = (*ids["references"], *ids["in-reply-to"])
    return Sorted(
        kind=kind,
        message_id=next(iter(ids["message-id"]), ""),
        in_reply_to=next(iter(ids["in-reply-to"]), ""),
        references=ids["references"],
        sender=sender_of(message),
        subject=words(raw_header(message, "subject")).strip()[:_LONGEST_SUBJECT],
        sent_at=sent_at(message),
        about=about or ("" if kind is MailKind.LETTER else next(reversed(thread), "")),
        failed=failed,
        status=status,
        reason=reason,
    )
