"""What a mail brings along: its attachments, and the links to files that it leaves elsewhere."""

from __future__ import annotations

import base64
import binascii
import html
import mimetypes
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from email import message_from_bytes
from email.errors import InvalidBase64CharactersDefect, InvalidBase64LengthDefect
from email.message import Message

from xlkit.sources.headers import (
    file_name,
    raw_header,
    received_at,
    sender_of,
    sent_at,
)
from xlkit.sources.links import disk_links
from xlkit.sources.model import Origin, Unfit

_DAMAGE = (InvalidBase64CharactersDefect, InvalidBase64LengthDefect)
_SIGNATURES = frozenset({"application/pkcs7-signature", "application/x-pkcs7-signature",
                         "application/pgp-signature"})  # fmt: skip
_SEALED = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime",
                     "application/pgp-encrypted"})  # fmt: skip
_OUTLOOK_PACKET = frozenset({"application/ms-tnef", "application/vnd.ms-tnef"})
_BODIES = frozenset({"text/plain", "text/html"})
_NAMELESS = "attachment"
_LONGEST_BODY = 2_000_000
"""Signs of a body that are searched for links."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file in a mail; `unfit` where it could not be got out."""

    name: str
    data: bytes = field(default=b"", repr=False)
    unfit: Unfit | None = None


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail's attachments, those of mails that it forwards among them, and links to disks."""

    origin: Origin
    parts: tuple[Attachment, ...]
    links: tuple[str, ...]


def read_mail(data: bytes, origin: Origin) -> Mail:
    """The mail in those bytes; `origin` is of the file that it lay in.

    Raises:
        Unfit: no mail, or one whose parts stand in one another too deep to be followed.
    """
    try:
        message = message_from_bytes(data)
        return _mail(message, origin)
    except (RecursionError, ValueError, LookupError, TypeError, AttributeError) as failure:
        # Versions of the standard library differ in what broken mails make them raise.
        raise Unfit("damaged", f"{type(failure).__name__}: {failure}") from failure


def _mail(message: Message, origin: Origin) -> Mail:
    if not message.keys():
        raise Unfit("not-a-workbook", "unknown")
    sent = sent_at(message)
    known = replace(
        origin,
        stamp=raw_header(message, "message-id").strip() or origin.stamp,
        sender=sender_of(message),
        sent_at=sent,
        received_at=received_at(message) or sent,
    )
    parts: list[Attachment] = []
    bodies: list[str] = []
    for leaf, inline in _leaves(message):
        if _is_body(leaf):
            bodies.append(_text(leaf))
        elif not _is_passed_over(leaf, inline=inline):
            parts.append(_attachment(leaf))
    text = html.unescape("\n".join(bodies)[:_LONGEST_BODY])
    return Mail(known, tuple(parts), disk_links(text))


def _leaves(message: Message, *, inline: bool = False) -> Iterator[tuple[Message, bool]]:
    """The parts without parts of their own; and whether each belongs to a page of the mail."""
    payload = message.get_payload()
    kind = message.get_content_type()
    packed = kind == "message/rfc822" and _is_base64(message)
    if packed or not isinstance(payload, list):
        yield message, inline
    elif kind != "message/delivery-status":
        for part in payload:
            if isinstance(part, Message):
                yield from _leaves(part, inline=inline or kind == "multipart/related")


def _is_body(leaf: Message) -> bool:
    """Whether a part is what the sender wrote, rather than a file."""
    return (
        leaf.get_content_type() in _BODIES
        and not file_name(leaf)
        and leaf.get_content_disposition() != "attachment"
    )


def _is_passed_over(leaf: Message, *, inline: bool) -> bool:
    """Pictures that a page shows, and signatures: nobody attached them."""
    if leaf.get_content_type() in _SIGNATURES:
        return True
    attached = leaf.get_content_disposition() == "attachment"
    shown = inline or (not attached and bool(leaf["Content-ID"] or leaf["Content-Disposition"]))
    return leaf.get_content_maintype() == "image" and shown


def _attachment(leaf: Message) -> Attachment:
    kind = leaf.get_content_type()
    name = file_name(leaf) or _NAMELESS + (mimetypes.guess_extension(kind) or "")
    if kind == "message/rfc822":
        name = name if name.lower().endswith(".eml") else f"{_NAMELESS}.eml"
    if kind in _OUTLOOK_PACKET or name.lower() == "winmail.dat":
        return Attachment(name, unfit=Unfit("winmail"))
    if kind in _SEALED:
        return Attachment(name, unfit=Unfit("mail-encrypted"))
    data = _bytes(leaf)
    if data is None or leaf.get_content_maintype() == "multipart":
        return Attachment(name, unfit=Unfit("attachment-damaged"))
    return Attachment(name, data)


def _bytes(leaf: Message) -> bytes | None:
    """A part's content; None where its base64 is damaged."""
    if leaf.is_multipart():  # a forwarded mail in base64, which the standard forbids
        inner = leaf.get_payload(0)
        text = inner.get_payload() if isinstance(inner, Message) else ""
        try:
            return base64.b64decode(str(text).encode("ascii", "replace"), validate=False)
        except binascii.Error:
            return None
    payload = leaf.get_payload(decode=True)
    if any(isinstance(defect, _DAMAGE) for defect in leaf.defects):
        return None
    return payload if isinstance(payload, bytes) else b""


def _is_base64(message: Message) -> bool:
    return str(message.get("Content-Transfer-Encoding", "")).strip().lower() == "base64"


def _text(leaf: Message) -> str:
    payload = leaf.get_payload(decode=True)
    raw = payload if isinstance(payload, bytes) else b""
    return raw.decode("utf-8", "replace")
