"""What a department sends as it reaches the bureau: in a mail, or in an archive."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from email.message import EmailMessage

from xlkit.demo.script import Sending
from xlkit.round.standing import Standing

_WORKBOOK = "vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A mail that a person writes; the same letter is the same mail in every play.

    `mark` tells it from other letters of the day. It answers `before`, where there is one, and
    brings `file`, and `inner`, a mail that is forwarded.
    """

    sender: str
    to: str
    title: str
    text: str
    day: date
    mark: str
    before: EmailMessage | None = field(default=None, repr=False)
    file: tuple[str, bytes] | None = field(default=None, repr=False)
    inner: EmailMessage | None = field(default=None, repr=False)

    def mail(self) -> EmailMessage:
        """The letter as a mail program writes it."""
        mail = EmailMessage()
        mail["From"] = self.sender
        mail["To"] = self.to
        mail["Subject"] = self.title
        mail["Date"] = datetime(self.day.year, self.day.month, self.day.day, 1, tzinfo=UTC)
        mail["Message-ID"] = f"<{self.day:%m%d}.{self.mark}@example.cn>"
        if self.before is not None:
            earlier = self.before["References"], self.before["Message-ID"]
            mail["In-Reply-To"] = self.before["Message-ID"]
            mail["References"] = " ".join(filter(None, earlier))
        mail.set_content(self.text)
        if self.file is not None:
            name, data = self.file
            kind = "zip" if name.endswith(".zip") else _WORKBOOK
            mail.add_attachment(data, maintype="application", subtype=kind, filename=name)
        if self.inner is not None:
            mail.add_attachment(self.inner)
        if mail.is_multipart():
            mail.set_boundary(f"{self.day:%m%d}-{self.mark}")
        return mail


def posted(sending: Sending, standing: Standing, data: bytes, day: date) -> bytes:
    """A mail of a department with its workbook, as a clerk saves it in the inbox."""
    letter = Letter(
        sender=standing.unit.emails[0],
        to="budget@example.cn",
        title=sending.file,
        text=standing.unit.name,
        day=day,
        mark=standing.code,
        file=(sending.file, data),
    )
    return letter.mail().as_bytes()


def zipped(folder: str, members: list[tuple[str, bytes]], day: date) -> bytes:
    """An archive of a department and those below it."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, data in members:
            moment = (day.year, day.month, day.day, 9, 0, 0)
            archive.writestr(zipfile.ZipInfo(f"{folder}/{name}", moment), data)
    return target.getvalue()
