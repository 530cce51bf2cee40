"""A mail as a value, and the id that the same mail has however often it is made."""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass, field
from datetime import datetime

from xlkit.errors import UsageError
from xlkit.mail.addresses import Mailbox
from xlkit.mail.folding import is_id
from xlkit.sentences import English

#: Named here, for the system's own list differs from machine to machine.
_TYPES = {
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".xls": "application/vnd.ms-excel",
    ".ods": "application/vnd.oasis.opendocument.spreadsheet",
    ".pdf": "application/pdf",
    ".zip": "application/zip",
}
_ANY_TYPE = "application/octet-stream"
_LONGEST_NAME = 255
"""Bytes: no system has files with longer names, and with percent signs it fits into a line."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a mail.

    Raises:
        UsageError: no file can have that name.
    """

    name: str
    data: bytes = field(repr=False)

    def __post_init__(self) -> None:
        name = self.name
        bad = not name.isprintable() or any(sign in name for sign in '/\\"<>|?*:')
        if bad or not name.strip() or len(name.encode("utf-8")) > _LONGEST_NAME:
            raise UsageError(English(f"{name!r} is no name of a file that every system takes"))

    @property
    def type(self) -> str:
        """Its media type, by the ending of its name."""
        return _TYPES.get("." + self.name.rpartition(".")[2].lower(), _ANY_TYPE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A mail before it is put into bytes; `date` has a time zone.

    `in_reply_to` and `references` are ids as the answered mail has them; what is no id there
    is left out. `label` names its draft among others; one that `is_answer` was written because
    of another mail, as a program's answer is.

    Raises:
        UsageError: it goes to nobody, or its id or date are none.
    """

    message_id: str
    to: tuple[Mailbox, ...]
    subject: str
    text: str = field(repr=False)
    date: datetime
    cc: tuple[Mailbox, ...] = ()
    html: str | None = field(default=None, repr=False)
    attachments: tuple[Attachment, ...] = ()
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    label: str = ""
    is_answer: bool = False

    def __post_init__(self) -> None:
        if not self.to:
            raise UsageError(English("a mail goes to somebody: 'to' is empty"))
        if not is_id(self.message_id):
            raise UsageError(
                English(f"{self.message_id!r} is no message id; message_id() makes one")
            )
        if self.date.utcoffset() is None:
            raise UsageError(English("the date of a mail has a time zone"))


def message_id(key: bytes | None, round_id: str, *parts: str, domain: str) -> str:
    """The id of the mail of that round that those parts tell from all others.

    It is derived, so that a mail that is made once more after a crash is known to be the same;
    with the round's key nobody else can tell what it will be.
    """
    said = json.dumps([round_id, *parts], ensure_ascii=True).encode("ascii")
    digest = hmac.new(key or b"", said, hashlib.sha256).hexdigest()
    return f"<xlkit.{digest[:32]}@{domain}>"
