"""What happens in the demo, day by day, as its file says."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from xlkit.form.library import builtin_folder
from xlkit.wording import LANGUAGES

_FOLDER, _FILE = "round", "play.toml"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Workbook(StrEnum):
    """What a department works on."""

    ISSUED = "issued"
    """The workbook that it was sent last."""
    FIRST = "first"
    """The first one that it was sent, though there is a newer one."""
    CORRECTION = "correction"
    """The last one that came back to be corrected."""
    LAST_YEAR = "last-year"
    """The one of the year before."""
    SENT = "sent"
    """None: it sends once more what it sent last."""


class Packing(StrEnum):
    """What the bureau's inbox gets."""

    FILE = "file"
    MAIL = "mail"
    ZIP = "zip"


class Sending(_Part):
    """What a department sends in.

    Played by mail, all of it comes in mails, whatever its packing: from `sender` where that is
    not the unit's own address, and inside a mail that is forwarded where it `is_forwarded`.

    `change` gives answers other than those of everybody, by places `block.field` or
    `block[row].field`; `explain` is written of every warning. `text` is the content of a file
    that is no workbook at all.
    """

    unit: str = ""
    file: str
    of: Workbook = Workbook.ISSUED
    change: Mapping[str, str] = {}
    explain: str = ""
    packing: Packing = Packing.FILE
    archive: str = ""
    """The zip file that it lies in; those of one day that name the same lie together."""
    text: str = ""
    sender: str = ""
    is_forwarded: bool = False


class Note(_Part):
    """A mail without a workbook: an answer of a unit, or what somebody else writes."""

    unit: str = ""
    sender: str = ""
    title: str
    text: str


class Step(_Part):
    """A command of the clerk, with its words."""

    do: str
    units: tuple[str, ...] = ()
    words: Mapping[str, Any] = {}
    is_of_mail: bool = False
    """Whether it is done only where the round is played by mail."""


class Day(_Part):
    """A day: what came, by mail also `notes`, and what the clerk did."""

    day: date
    title: Mapping[str, str]
    came: tuple[Sending, ...] = ()
    notes: tuple[Note, ...] = ()
    steps: tuple[Step, ...] = ()

    def done(self, *, by_mail: bool) -> tuple[Step, ...]:
        """What the clerk does where the round is played by mail, or without."""
        return tuple(step for step in self.steps if by_mail or not step.is_of_mail)


class Post(_Part):
    """The mailboxes of a play by mail.

    `address` is the bureau's. `lost` are addresses that nobody has and that mails come back
    from, with what their server says; `away` what units answer to the first mail that they get.
    The mails to the unit `shown` are left to be looked at, the one of that number above all.
    """

    address: str
    lost: Mapping[str, str]
    away: Mapping[str, str]
    shown: str
    number: int


class Play(_Part):
    """The whole round; `answers` are those of everybody, for each unit times its own factor."""

    form: str
    year: int
    due: date
    sender: Mapping[str, str]
    post: Post
    days: tuple[Day, ...]


def folder() -> Path:
    """Where the demo's data lie."""
    return builtin_folder("sample_workbooks") / _FOLDER


def play() -> Play:
    """The demo as its file has it."""
    content = tomllib.loads((folder() / _FILE).read_text(encoding="utf-8"))
    found = Play.model_validate(content)
    assert all(language in day.title for day in found.days for language in LANGUAGES)
    return found


def answers() -> dict[str, Any]:
    """What a department of no particular kind answers, without a mistake."""
    content: dict[str, Any] = json.loads((folder() / "answers.json").read_text(encoding="utf-8"))
    return content


def roster() -> Path:
    """The units."""
    return folder() / "roster.csv"
