"""What a bounce says: whom a mail did not reach, which mail, and why."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message

from xlkit.sources.automatic import status_blocks
from xlkit.sources.bodies import text_of
from xlkit.sources.headers import raw_header, sender_of
from xlkit.wording import signs

_LONGEST = 300
"""Signs of a reason."""
_ADDRESS = r"[A-Za-z0-9._%+=-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+"
_ANY = re.compile(_ADDRESS)
_NAMED = re.compile(
    rf"(?:{signs('recipient')}"
    rf"|recipients?|deliver(?:ed)? to)(?: address)?\s*[:：]?\s*[<(（\"]?\s*({_ADDRESS})"
    rf"|^\s*<({_ADDRESS})>\s*:",
    re.IGNORECASE | re.MULTILINE,
)
_REASON = re.compile(
    rf"(?:{signs('reason')})\s*[:：]?\s*(.+?)\s*"
    rf"(?={signs('after_reason')}|-{{5,}}|\n\s*\n\s*\n|\Z)",
    re.DOTALL,
)
_CODES = re.compile(r"(?<![\d.])([45]\d\d)[ -]#?(?:([45]\.\d{1,3}\.\d{1,3})(?![\d.]))?")
_STATUS = re.compile(r"(?<![\d.])([45]\.\d{1,3}\.\d{1,3})(?![\d.])")
_ID = re.compile(r"<[^<>\s]+>")
#: Coremail and Exchange tell it in headers of their own.
_ABOUT = (
    "in-reply-to", "references", "x-cm-original-message-id", "x-ms-exchange-parent-message-id",
)  # fmt: skip
_POSTMEN = ("postmaster@", "mailer-daemon@", "kefu@", "mail-daemon@")


@dataclass(frozen=True, slots=True)
class Failure:
    """A delivery that failed.

    `recipients` are addresses in small letters; `status` is a code of RFC 3463 (5.1.1), else of
    SMTP (550), else ''; `about` is the Message-ID of the mail that failed, as far as it is told.
    """

    recipients: tuple[str, ...]
    status: str
    reason: str
    about: str


def failure_of(message: Message) -> Failure:
    """What a bounce says, for machines where it does, else in its text."""
    blocks = [block for block in status_blocks(message) if _is_of_recipient(block)]
    said = " ".join(raw_header(block, "diagnostic-code") for block in blocks)
    text = text_of(message)
    recipients = [*map(_recipient, blocks), *_header_addresses(message)]
    statuses = [raw_header(block, "status").strip() for block in blocks]
    return Failure(
        tuple(dict.fromkeys(filter(None, recipients))) or _recipients_in(message, text),
        _status(statuses, said, text),
        _reason(said, text),
        _about(message, text),
    )


def message_ids(text: str) -> tuple[str, ...]:
    """The Message-IDs in a header, each once."""
    return tuple(dict.fromkeys(_ID.findall(text)))


def _is_of_recipient(block: Message) -> bool:
    action = raw_header(block, "action").strip().lower()
    return "final-recipient" in block and action in ("", "failed")


def _recipient(block: Message) -> str:
    """Whom the mail was meant for; another address may have failed, where that one forwards."""
    for name in ("original-recipient", "final-recipient"):
        match = _ANY.search(raw_header(block, name).partition(";")[2])
        if match:
            return match[0].lower()
    return ""


def _header_addresses(message: Message) -> list[str]:
    return [found.lower() for found in _ANY.findall(raw_header(message, "x-failed-recipients"))]


def _recipients_in(message: Message, text: str) -> tuple[str, ...]:
    """Whom a text names as those whom a mail did not reach; else the first stranger in it."""
    ours = {item.lower() for name in ("to", "from", "delivered-to")
            for item in _ANY.findall(raw_header(message, name))}  # fmt: skip
    own = {sender_of(message).lower(), *ours}

    def strangers(found: Iterator[str]) -> tuple[str, ...]:
        small = (item.lower().rstrip(".") for item in found)
        return tuple(dict.fromkeys(x for x in small if x not in own and not x.startswith(_POSTMEN)))

    named = strangers(first or second for first, second in _NAMED.findall(text))
    return named or strangers(iter(_ANY.findall(text)))[:1]


def _status(statuses: list[str], said: str, text: str) -> str:
    """The most telling code: a status of 5.0.0 says nothing, and its server's words may."""
    given = next((item for item in statuses if not item.endswith(".0.0")), "")
    if given:
        return given
    for words in (said, text):
        for pattern in (_CODES, _STATUS):
            for match in pattern.finditer(words):
                return match[match.lastindex or 1]
    return next(iter(statuses), "")


def _reason(said: str, text: str) -> str:
    """Why, in the words of whoever wrote the bounce for people, else of the other server."""
    match = _REASON.search(text)
    if match is not None:
        return _short(match[1])
    if said:
        return _short(re.sub(r"(?i)^\s*smtp\s*;", "", said))
    coded = (x for x in text.splitlines() if _CODES.search(x) or _STATUS.search(x))
    return _short(next(coded, ""))


def _short(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()[:_LONGEST].rstrip()


def _about(message: Message, text: str) -> str:
    """The Message-ID of the mail that did not arrive."""
    for part in message.walk():
        original = _original(part)
        if original is not None:
            # Microsoft's servers give mails numbers of their own.
            for name in ("x-microsoft-original-message-id", "message-id"):
                found = message_ids(raw_header(original, name))
                if found:
                    return found[0]
    for name in _ABOUT:
        found = message_ids(raw_header(message, name))
        if found:
            return found[-1]
    told = re.search(r"message-id\s*[:：]\s*(<[^<>\s]+>)", text, re.IGNORECASE)
    return told[1] if told else ""


def _original(part: Message) -> Message | None:
    if part.get_content_type() == "text/rfc822-headers":
        payload = part.get_payload(decode=True)
        return message_from_bytes(payload) if isinstance(payload, bytes) else None
    payload = part.get_payload()
    if part.get_content_type() == "message/rfc822" and isinstance(payload, list) and payload:
        return payload[0] if isinstance(payload[0], Message) else None
    return None
