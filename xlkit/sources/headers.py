"""The headers of a mail as people read them, however the program that wrote them encoded them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.utils import parseaddr, parsedate_to_datetime
from urllib.parse import unquote_to_bytes

from xlkit.sources.archive import decoded

#: Character sets under which senders write what only their big brother holds.
_WIDER = {"gb2312": "gb18030", "gbk": "gb18030", "gb_2312-80": "gb18030", "big5": "big5hkscs"}
_ENCODED_WORD = re.compile(r"=\?[^?\s]+\?[bBqQ]\?[^?]*\?=")
_PERCENT = re.compile(r"(?:%[0-9A-Fa-f]{2}|[^%])*%[0-9A-Fa-f]{2}(?:%[0-9A-Fa-f]{2}|[^%])*")
_BROKEN = "\ufffd"
#: Where a long header goes on in the next line (RFC 5322, 2.2.3).
_FOLD = re.compile(r"\r?\n(?=[ \t])")


def raw_header(message: Message, name: str) -> str:
    """The first header of that name, unfolded, raw bytes read as UTF-8 or GB18030; '' for none."""
    return next(_raw_headers(message, name), "")


def _raw_headers(message: Message, name: str) -> Iterator[str]:
    for key, value in message.raw_items():
        if key.lower() == name:
            text = _FOLD.sub("", str(value))
            yield decoded(text.encode("utf-8", "surrogateescape"))


def file_name(message: Message) -> str:
    """The name of an attachment; '' where it has none.

    RFC 2231, RFC 2047 (also within quotes, where it does not belong), raw bytes and percent
    signs, whichever of the two headers says it unbroken.
    """
    names = [
        _parameter(raw_header(message, "content-disposition"), "filename"),
        _parameter(raw_header(message, "content-type"), "name"),
    ]
    whole = [name for name in names if name and _BROKEN not in name]
    name = next(iter(whole or filter(None, names)), "")
    return re.split(r"[/\\]", name)[-1].strip() or name.strip()


def _parameter(header: str, name: str) -> str:
    if not header:
        return ""
    holder: Message = Message()
    holder["Content-Type"] = header
    try:
        value = holder.get_param(name)
    except (ValueError, LookupError, TypeError):
        return ""
    if isinstance(value, tuple):
        charset, _, text = value
        return decoded_as(text.encode("raw-unicode-escape"), charset or "")
    text = words(str(value or ""))
    if text.isascii() and _PERCENT.fullmatch(text):
        unquoted = decoded(unquote_to_bytes(text))
        return unquoted if not unquoted.isascii() else text
    return text


def words(text: str) -> str:
    """A header's text with its encoded words read; a sign may be cut between two of them."""
    if not _ENCODED_WORD.search(text):
        return text
    text = re.sub(r"\?=[ \t\r\n]+=\?", "?= =?", text)
    try:
        pieces = decode_header(text)
    except HeaderParseError:
        return text
    return "".join(
        piece if isinstance(piece, str) else _word(piece, charset) for piece, charset in pieces
    )


def _word(piece: bytes, charset: str | None) -> str:
    if charset is None:  # what stands between encoded words, in signs of the header itself
        return piece.decode("raw-unicode-escape", "replace")
    return decoded_as(piece, charset)


def decoded_as(raw: bytes, charset: str) -> str:
    """Bytes in the character set that is named, as far as that is one and is true."""
    for encoding in filter(None, (_WIDER.get(charset.lower(), charset),)):
        try:
            return raw.decode(encoding)
        except (UnicodeDecodeError, LookupError, ValueError):
            continue
    return decoded(raw)


def sender_of(message: Message) -> str:
    """The address in From; '' where there is none."""
    return parseaddr(words(raw_header(message, "from")))[1]


def sent_at(message: Message) -> datetime | None:
    """What Date says."""
    return _date(raw_header(message, "date"))


def received_at(message: Message) -> datetime | None:
    """What the last server to take the mail in says: its Received stands first."""
    return _date(raw_header(message, "received").rpartition(";")[2])


def _date(text: str) -> datetime | None:
    try:
        read = parsedate_to_datetime(text.strip())
        return read.astimezone(UTC) if read.tzinfo else read.replace(tzinfo=UTC)
    except (ValueError, TypeError, LookupError, OverflowError):
        return None
