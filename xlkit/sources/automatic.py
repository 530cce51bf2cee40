"""Whether a mail was written by a person or by a program, and what kind of program."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.message import Message
from enum import StrEnum

from xlkit.sources.headers import raw_header, sender_of, words
from xlkit.wording import signs


class MailKind(StrEnum):
    """What a mail is to somebody who waits for returns."""

    LETTER = "letter"
    """What somebody sent, and whatever cannot be told for sure."""
    BOUNCE = "bounce"
    """A server's word that a mail was not delivered, and will not be."""
    AWAY = "away"
    """An answer that nobody wrote: out of office, 自动回复."""
    NOTICE = "notice"
    """A program's word that asks for nothing: a delay, a delivery, that something was read."""


_POSTMEN = frozenset(
    {"mailer-daemon", "postmaster", "mail-daemon", "mailerdaemon", "mdaemon", "bounce", "bounces"}
)
_FAILED, _DELAYED, _AWAY, _ANSWER = (
    re.compile(signs(key), re.IGNORECASE) for key in ("failed", "delayed", "away", "answer")
)
"""Of subjects. An answer quotes one, and subjects of ours speak of what is sent back, too."""
#: Headers that only answering machines set. X-Auto-Response-Suppress is not among them:
#: it asks machines for silence, and people's mails out of Exchange have it too.
#: Source: Microsoft, [MS-OXCMAIL] 2.1.3.2.
_MACHINES = (
    "x-autoreply", "x-auto-reply", "x-autorespond", "x-autoresponse", "x-autoreply-from",
    "x-mail-autoreply",
)  # fmt: skip
_REPORTS = "multipart/report"


def kind_of(message: Message, *, has_files: bool) -> MailKind:
    """What a mail is. One with files is a letter where only its subject speaks against it."""
    subject = words(raw_header(message, "subject"))
    if message.get_content_type() == _REPORTS:
        return _of_report(message, subject)
    if raw_header(message, "x-failed-recipients"):
        return MailKind.BOUNCE
    if is_postman(message) and not _ANSWER.match(subject) and not _AWAY.match(subject):
        if _DELAYED.search(subject):
            return MailKind.NOTICE
        if _FAILED.search(subject):
            return MailKind.BOUNCE
    return _of_answer(message, subject, has_files=has_files)


def is_postman(message: Message) -> bool:
    """Whether a mail is of a server itself: by its sender, or since no answer is taken."""
    local = sender_of(message).partition("@")[0].lower()
    return local in _POSTMEN or raw_header(message, "return-path").strip() == "<>"


def status_blocks(message: Message) -> Iterator[Message]:
    """What a delivery report says for machines: of the mail, then of each recipient."""
    for part in message.walk():
        if part.get_content_type() == "message/delivery-status":
            payload = part.get_payload()
            if isinstance(payload, list):
                yield from (block for block in payload if isinstance(block, Message))


def _of_report(message: Message, subject: str) -> MailKind:
    sort = str(message.get_param("report-type") or "").lower()
    blocks = list(status_blocks(message))
    if not blocks and sort not in ("", "delivery-status"):
        return MailKind.NOTICE  # that it was read (disposition-notification), or taken for spam
    actions = {raw_header(block, "action").strip().lower() for block in blocks} - {""}
    if actions:
        return MailKind.BOUNCE if "failed" in actions else MailKind.NOTICE
    return MailKind.NOTICE if _DELAYED.search(subject) else MailKind.BOUNCE


def _of_answer(message: Message, subject: str, *, has_files: bool) -> MailKind:
    # Behind the word may stand parameters, or a comment. Source: RFC 3834 5.
    submitted = re.split(r"[;(\s]", raw_header(message, "auto-submitted").strip().lower())[0]
    precedence = raw_header(message, "precedence").strip().lower().replace("-", "_")
    by_machine = any(raw_header(message, name).strip().lower() not in ("", "no", "false")
                     for name in _MACHINES)  # fmt: skip
    if submitted == "auto-replied" or precedence == "auto_reply" or by_machine:
        return MailKind.AWAY
    is_generated = submitted in ("auto-generated", "auto-notified")
    source = raw_header(message, "x-ms-exchange-generated-message-source").strip().lower()
    if source == "mailbox rules agent" and not has_files:  # with files, it forwards them
        return MailKind.AWAY
    if _AWAY.match(subject) and (is_generated or not has_files):
        return MailKind.AWAY
    # Offices' own systems send files under this header, and those are returns.
    return MailKind.NOTICE if is_generated and not has_files else MailKind.LETTER
