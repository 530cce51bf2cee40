"""What a mail brings along: its attachments, and the links to files that it leaves elsewhere."""

from __future__ import annotations

import base64
import binascii
import html
import mimetypes
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from email import message_from_bytes
from email.errors import InvalidBase64CharactersDefect, InvalidBase64LengthDefect
from email.message import Message

from xlkit.sources.automatic import MailKind, kind_of
from xlkit.sources.bounces import Failure, failure_of
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
#: What servers write, with the mail that it is about behind it: nobody sent that.
_REPORTS = frozenset({"multipart/report", "message/delivery-status"})
_NAMELESS = "attachment"
_SHOWN = re.compile(r"\bcid:([^\s\"'<>)]+)", re.IGNORECASE)
_LARGEST_LOGO = 50_000
"""Bytes; a picture of a filled form has more."""
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
    """A mail's attachments, those of mails that it forwards among them, and links to disks.

    `has_photo` where its page shows a picture that is larger than signatures have. What no
    person wrote has neither: its `kind` says so, and `failure` what a bounce is about.
    """

    origin: Origin
    parts: tuple[Attachment, ...]
    links: tuple[str, ...]
    has_photo: bool = False
    kind: MailKind = MailKind.LETTER
    failure: Failure | None = None


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
    known = _origin(message, origin)
    leaves = tuple(_leaves(message))
    text = html.unescape(
        "\n".join(_text(leaf) for leaf, _ in leaves if _is_body(leaf))[:_LONGEST_BODY]
    )
    shown = frozenset(f"<{name}>" for name in _SHOWN.findall(text))
    parts: list[Attachment] = []
    has_photo = False
    for leaf, inline in leaves:
        if _is_body(leaf):
            continue
        if _is_passed_over(leaf, shown, inline=inline):
            has_photo = has_photo or len(_bytes(leaf) or b"") > _LARGEST_LOGO
        else:
            parts.append(_attachment(leaf))
    kind = kind_of(message, has_files=bool(parts))
    if kind is not MailKind.LETTER:
        failure = failure_of(message) if kind is MailKind.BOUNCE else None
        return Mail(known, (), (), kind=kind, failure=failure)
    return Mail(known, tuple(parts), disk_links(text), has_photo)


def _origin(message: Message, outer: Origin) -> Origin:
    """Who sent a mail and when it came; inside another, that other counts.

    When a forwarded mail had come to whoever forwards it says nothing of when it came here.
    """
    if outer.is_of_mail:
        return outer
    sent = sent_at(message)
    return replace(
        outer,
        stamp=raw_header(message, "message-id").strip() or outer.stamp,
        sender=sender_of(message),
        sent_at=sent,
        received_at=received_at(message) or sent,
        is_of_mail=True,
    )


def _leaves(message: Message, *, inline: bool = False) -> Iterator[tuple[Message, bool]]:
    """The parts without parts of their own; and whether each belongs to a page of the mail."""
    payload = message.get_payload()
    kind = message.get_content_type()
    packed = kind == "message/rfc822" and _is_base64(message)
    if packed or not isinstance(payload, list):
        yield message, inline
    elif kind not in _REPORTS and not (kind == "message/rfc822" and _is_automatic(payload)):
        for part in payload:
            if isinstance(part, Message):
                yield from _leaves(part, inline=inline or kind == "multipart/related")


def _is_automatic(parts: Sequence[object]) -> bool:
    """Whether what somebody forwards was written by no person, so that its files are no returns."""
    return any(
        kind_of(part, has_files=True) is not MailKind.LETTER
        for part in parts
        if isinstance(part, Message)
    )


def _is_body(leaf: Message) -> bool:
    """Whether a part is what the sender wrote, rather than a file."""
    return (
        leaf.get_content_type() in _BODIES
        and not file_name(leaf)
        and leaf.get_content_disposition() != "attachment"
    )


def _is_passed_over(leaf: Message, on_page: Collection[str], *, inline: bool) -> bool:
    """Pictures that a page shows, and signatures: nobody attached them."""
    if leaf.get_content_type() in _SIGNATURES:
        return True
    attached = leaf.get_content_disposition() == "attachment"
    is_named = raw_header(leaf, "content-id").strip() in on_page
    on_its_own = not attached and bool(leaf["Content-ID"] or leaf["Content-Disposition"])
    return leaf.get_content_maintype() == "image" and (inline or is_named or on_its_own)


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
