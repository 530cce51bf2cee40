"""Mails as bytes: the same mail, the same bytes."""

from __future__ import annotations

import email.message
import hashlib
from collections.abc import Iterator, Sequence
from email.encoders import encode_base64
from email.policy import compat32
from email.utils import format_datetime

from xlkit.mail.addresses import Mailbox
from xlkit.mail.folding import addresses, encoded, file_names, ids_of
from xlkit.mail.message import Attachment, Message
from xlkit.mail.settings import Sender
from xlkit.wording import one_line

Part = email.message.Message

_LONGEST_LINE = 76
#: Writes headers and texts as they are given.
_AS_IT_IS = compat32.clone(linesep="\r\n", max_line_length=None, mangle_from_=False)


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

    Its headers are folded here, since the library's newer way of it cuts names of attachments
    into pieces that some mail programs cannot read, and differs from one Python to the next.
    """
    mail = Part(_AS_IT_IS)
    for name, value in _headers(message, sender):
        if value or name == "Subject":
            mail[name] = value
    body = _body(message)
    for name, value in body.items():
        mail[name] = value
    mail.set_payload(body.get_payload())
    return mail.as_bytes()


def _headers(message: Message, sender: Sender) -> Iterator[tuple[str, str]]:
    ids = (*message.references, *([message.in_reply_to] if message.in_reply_to else []))
    reply_to = [Mailbox(sender.reply_to, sender.name)] if sender.reply_to else []
    yield "Date", format_datetime(message.date)
    yield "From", addresses("From", [sender.mailbox])
    yield "To", addresses("To", _once(message.to, ()))
    yield "Cc", addresses("Cc", copied(message, sender))
    yield "Reply-To", addresses("Reply-To", reply_to)
    yield "Subject", encoded(one_line(message.subject), "Subject")
    yield "Message-ID", message.message_id
    yield "In-Reply-To", ids_of([message.in_reply_to])
    yield "References", ids_of(ids)
    # Keeps other machines from answering; people see nothing of it. Source: RFC 3834.
    yield "Auto-Submitted", "auto-replied" if message.is_answer else "auto-generated"
    yield "MIME-Version", "1.0"


def _body(message: Message) -> Part:
    said = _text(message.text, "plain")
    if message.html is not None:
        said = _several("alternative", [said, _text(message.html, "html")])
    if not message.attachments:
        return said
    return _several("mixed", [said, *map(_file, message.attachments)])


def _text(text: str, kind: str) -> Part:
    lines = text.encode("utf-8", "replace").splitlines()
    part = Part(_AS_IT_IS)
    part["Content-Type"] = f'text/{kind}; charset="utf-8"'
    if all(line.isascii() and len(line) <= _LONGEST_LINE for line in lines):
        part["Content-Transfer-Encoding"] = "7bit"
        part.set_payload("".join(f"{line.decode('ascii')}\n" for line in lines))
    else:
        part.set_payload(b"".join(line + b"\r\n" for line in lines))
        encode_base64(part)
    return part


def _file(attachment: Attachment) -> Part:
    shown, filed = file_names(attachment.name)
    part = Part(_AS_IT_IS)
    part["Content-Type"] = f"{attachment.type};\n {shown}"
    part.set_payload(attachment.data)
    encode_base64(part)
    part["Content-Disposition"] = f"attachment;\n {filed}"
    return part


def _several(kind: str, parts: Sequence[Part]) -> Part:
    """Parts between lines that none of them can hold, for those lines come of what they say."""
    held = b"".join(part.as_bytes() for part in parts)
    edge = f"=_{hashlib.sha256(held).hexdigest()[:32]}"
    whole = Part(_AS_IT_IS)
    whole["Content-Type"] = f'multipart/{kind};\n boundary="{edge}"'
    whole.set_payload(list(parts))
    return whole
