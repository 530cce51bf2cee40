"""Mails as drafts in a folder, for a mail program to open and send."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from xlkit.files import file_stem, shown, write_whole
from xlkit.mail.message import Message
from xlkit.mail.sending import Delivery, Outcome

_DRAFT = b"X-Unsent: 1\r\n"
"""Outlook and Thunderbird open a file with it for writing on, not for reading."""


@dataclass(frozen=True, slots=True)
class Drafts:
    """A folder that mails are laid down in; the same mail is the same file."""

    folder: Path

    def send(self, data: bytes, message: Message) -> Delivery:
        """Writes a mail, composed, as a draft.

        Raises:
            OutputError: the folder cannot be written.
        """
        path = self.path(message)
        write_whole(path, _DRAFT + data)
        return Delivery(Outcome.DRAFT, shown(path))

    def path(self, message: Message) -> Path:
        """Where that mail lies, or will."""
        digest = hashlib.sha256(message.message_id.encode("utf-8")).hexdigest()[:8]
        stem = file_stem(message.label or message.subject)
        return self.folder / f"{stem}-{digest}.eml"
