"""The steps that settings of mail are tried in, and the first of them: they are read."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from xlkit.errors import MailError
from xlkit.files import shown
from xlkit.mail.settings import MailSettings, not_there
from xlkit.sentences import located
from xlkit.wording import word


class Part(StrEnum):
    """What is tried, in this order."""

    SETTINGS = "settings"
    PASSWORD = "password"  # noqa: S105
    REACHED = "reached"
    ENCRYPTED = "encrypted"
    LOGIN = "login"
    FOLDERS = "folders"
    SENT = "sent"
    SEEN = "seen"


class Way(StrEnum):
    """Which server a step is about."""

    OUT = "smtp"
    IN = "imap"


@dataclass(frozen=True, slots=True)
class Step:
    """What came of a step: `said` is what was found, or what went wrong and what to do.

    `kind` is a name of `xlkit.mail.Kind` for what went wrong, '' where nothing did.
    """

    part: Part
    way: Way | None
    ok: bool
    said: str
    kind: str = ""


def read_step(file: Path, language: str) -> tuple[MailSettings | None, Step]:
    """The settings in a file, None where they are of no use, and the step that reads them."""
    path = shown(file)
    if not file.exists():
        said = word("no_settings", language, file="mail", path=path)
        if (missing := not_there(file)).key != "no-such-file":
            said = located(path, missing).in_language(language)
        return None, Step(Part.SETTINGS, None, False, said, "settings")
    try:
        settings = MailSettings.read(file)
    except MailError as error:
        said = word("wrong_settings", language, file="mail", said=error.in_language(language))
        return None, Step(Part.SETTINGS, None, False, said, error.kind)
    address = settings.sender.address
    said = word("found_settings", language, file="mail", path=path, address=address)
    return settings, Step(Part.SETTINGS, None, True, said)
