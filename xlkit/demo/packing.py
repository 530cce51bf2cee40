"""What a department sends as it lies in the bureau's inbox: in a mail, or in an archive."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, date, datetime
from email.message import EmailMessage

from xlkit.demo.script import Sending
from xlkit.round.standing import Standing


def posted(sending: Sending, standing: Standing, data: bytes, day: date) -> bytes:
    """A mail of a department with its workbook; the same one in every play."""
    mail = EmailMessage()
    mail["From"] = standing.unit.emails[0]
    mail["To"] = "budget@example.cn"
    mail["Subject"] = sending.file
    moment = datetime(day.year, day.month, day.day, 1, tzinfo=UTC)
    mail["Date"] = moment
    mail["Message-ID"] = f"<{day:%m%d}.{standing.code}@example.cn>"
    mail.set_content(standing.unit.name)
    mail.add_attachment(
        data,
        maintype="application",
        subtype="vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        filename=sending.file,
    )
    mail.set_boundary(f"{day:%m%d}-{standing.code}")
    return mail.as_bytes()


def zipped(folder: str, members: list[tuple[str, bytes]], day: date) -> bytes:
    """An archive of a department and those below it."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, data in members:
            moment = (day.year, day.month, day.day, 9, 0, 0)
            archive.writestr(zipfile.ZipInfo(f"{folder}/{name}", moment), data)
    return target.getvalue()
