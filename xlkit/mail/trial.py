"""A mail that somebody sends to himself, to see whether mails go out and come in."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from datetime import datetime
from email import message_from_bytes

from xlkit.errors import MailError
from xlkit.mail.composing import compose
from xlkit.mail.conversation import Conversation, converse
from xlkit.mail.imap import ImapServer
from xlkit.mail.message import Message, message_id
from xlkit.mail.secrets import Password
from xlkit.mail.sending import Delivery, SmtpOutbox
from xlkit.mail.settings import Imap, MailSettings, Sender
from xlkit.mail.trouble import Kind, in_words
from xlkit.sentences import Told
from xlkit.sources.headers import raw_header, words
from xlkit.wording import word

_PAUSES = (0, 2, 4, 8, 16)
"""Seconds before each look: a mail may take some time on its way."""
_MOST = 50
"""Mails that came last, among which it is looked for."""


def trial_letter(sender: Sender, *, now: datetime, token: str, language: str) -> Message:
    """The mail; the token tells it from others of its kind."""
    return Message(
        message_id=message_id(None, "mail test", token, domain=sender.mailbox.domain),
        to=(sender.mailbox,),
        subject=word("trial_subject", language, file="mail", token=token),
        text=word("trial_text", language, file="mail").strip(),
        date=now,
    )


def send_trial(
    letter: Message,
    settings: MailSettings,
    password: Password | None,
    *,
    language: str,
    context: ssl.SSLContext | None,
    timeout: float,
) -> Delivery:
    """Sends it, once and to nobody else: who gets a copy of every mail gets none of this.

    Raises:
        MailError: no line to the server came about.
    """
    alone = settings.sender.model_copy(update={"cc": ()})
    once = settings.outgoing.model_copy(update={"retries": 0})
    own = settings.model_copy(update={"sender": alone, "smtp": once})
    with SmtpOutbox(own, password, language=language, context=context, timeout=timeout) as outbox:
        return outbox.send(compose(letter, alone), letter)


def folder_of_trial(
    letter: Message,
    imap: Imap,
    password: Password,
    *,
    language: str,
    server: ImapServer,
    sleep: Callable[[float], None],
) -> str:
    """The folder that it arrived in.

    Raises:
        MailError: it did not arrive within half a minute.
        OSError: the server was lost.
        ImapRefused: it does not let in, or does not show a folder.
    """
    for pause in _PAUSES:
        if pause:
            sleep(pause)
        # Another line each time: some servers show an open one nothing new.
        line = converse(server, password)
        try:
            folder = _found(letter, imap.folders, line)
        finally:
            line.close()
        if folder is not None:
            return folder
    raise MailError(Told(in_words(Kind.UNSEEN, imap, language)), Kind.UNSEEN)


def _found(letter: Message, folders: tuple[str, ...], line: Conversation) -> str | None:
    for folder in folders:
        name, _ = line.open(folder)
        came = list(line.listed(letter.date.date(), lambda _: False))[-_MOST:]
        if any(_is_same(letter, line.head(mail.uid)) for mail in reversed(came)):
            return name
    return None


def _is_same(letter: Message, head: bytes) -> bool:
    """Some servers give mails an id of their own, and keep ours in a header of their own."""
    if letter.message_id.encode("ascii") in head:
        return True
    return words(raw_header(message_from_bytes(head), "subject")).strip() == letter.subject
