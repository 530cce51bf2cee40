"""Mails as bytes: the same mail, the same bytes."""

from __future__ import annotations

import base64
import hashlib
from email.utils import format_datetime

from xlkit.mail.addresses import Mailbox
from xlkit.mail.folding import address_header, file_headers, ids_header, text_header
from xlkit.mail.message import Attachment, Message, Purpose
from xlkit.mail.settings import Sender

_LONGEST_LINE = 76


def recipients(message: Message, sender: Sender) -> tuple[Mailbox, ...]:
    """Everybody whom a mail goes to, each once: to, its own cc, and those that get all mails."""
    return (*_once(message.to, ()), *copied(message, sender))


def copied(message: Message, sender: Sender) -> tuple[Mailbox, ...]:
    """Who gets a copy and is not written to anyway."""
    always = tuple(Mailbox(address) for address in sender.cc)
    return _once((*message.cc, *always), message.to)


def _once(boxes: tuple[Mailbox, ...], known: tuple[Mailbox, ...]) -> tuple[Mailbox, ...]:
    found = {box.address.casefold(): box for box in reversed(boxes)}
    taken = {box.address.casefold() for box in known}
    named = dict.fromkeys(box.address.casefold() for box in boxes)
    return tuple(found[address] for address in named if address not in taken)


def compose(message: Message, sender: Sender) -> bytes:
    """The mail as it is sent: ASCII in lines that end in CRLF, whatever it says.

    Written here and not by `email.message`: that folds names of attachments in a way that some
    mail programs cannot read, and differently from one Python to the next.
    """
    body = _body(message)
    return _headers(message, sender).encode("ascii") + body


def _headers(message: Message, sender: Sender) -> str:
    ids = (*message.references, *([message.in_reply_to] if message.in_reply_to else []))
    reply_to = [Mailbox(sender.reply_to, sender.name)] if sender.reply_to else []
    return "".join(
        (
            f"Date: {format_datetime(message.date)}\r\n",
            address_header("From", [sender.mailbox]),
            address_header("To", _once(message.to, ())),
            address_header("Cc", copied(message, sender)),
            address_header("Reply-To", reply_to),
            text_header("Subject", message.subject),
            f"Message-ID: {message.message_id}\r\n",
            ids_header("In-Reply-To", [message.in_reply_to]),
            ids_header("References", ids),
            f"Auto-Submitted: {_auto(message.purpose)}\r\n",
            "MIME-Version: 1.0\r\n",
        )
    )


def _auto(purpose: Purpose) -> str:
    """Keeps other machines from answering; people see nothing of it (RFC 3834)."""
    return "auto-replied" if purpose is Purpose.RETURN else "auto-generated"


def _body(message: Message) -> bytes:
    said = _text(message.text, "plain")
    if message.html is not None:
        said = _several("alternative", [said, _text(message.html, "html")])
    if not message.attachments:
        return said
    return _several("mixed", [said, *map(_file, message.attachments)])


def _text(text: str, kind: str) -> bytes:
    lines = text.encode("utf-8", "replace").splitlines()
    data = b"".join(line + b"\r\n" for line in lines)
    is_plain = data.isascii() and all(len(line) <= _LONGEST_LINE for line in lines)
    way, shown = ("7bit", data) if is_plain else ("base64", _base64(data))
    headers = (
        f'Content-Type: text/{kind}; charset="utf-8"\r\nContent-Transfer-Encoding: {way}\r\n\r\n'
    )
    return headers.encode("ascii") + shown


def _file(attachment: Attachment) -> bytes:
    headers = file_headers(attachment.type, attachment.name)
    return f"{headers}\r\n".encode("ascii") + _base64(attachment.data)


def _several(kind: str, parts: list[bytes]) -> bytes:
    """Parts between lines that none of them can hold, for those lines come of what they say."""
    edge = b"=_" + hashlib.sha256(b"".join(parts)).hexdigest()[:32].encode("ascii")
    headers = b'Content-Type: multipart/%b;\r\n boundary="%b"\r\n\r\n' % (kind.encode(), edge)
    inner = b"".join(b"--%b\r\n%b\r\n" % (edge, part) for part in parts)
    return b"%b%b--%b--\r\n" % (headers, inner, edge)


def _base64(data: bytes) -> bytes:
    return base64.encodebytes(data).replace(b"\n", b"\r\n")
