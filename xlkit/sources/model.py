"""What was met on a walk through folders, archives and mails, and how much may be taken in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from xlkit.submission.limits import Limits

_MIB = 1 << 20
_INSIDE = " › "
_LONGEST = 200
"""Signs of a name; file systems end at 255 bytes."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """The most that one file may bring along; sizes in bytes."""

    max_bytes: int = 100 * _MIB
    """Of the file, and of each file inside it."""
    max_inflated: int = 500 * _MIB
    """Of everything inside it together, unpacked."""
    max_ratio: int = 200
    """Unpacked to packed size of an archive, told apart only above `ratio_from`."""
    ratio_from: int = 10 * _MIB
    max_members: int = 5_000
    max_depth: int = 4
    """Archives and mails that stand in one another."""

    @property
    def limits(self) -> Limits:
        """What the screen may look at, to tell what a file is."""
        return Limits(max_bytes=self.max_bytes)


DEFAULT_ALLOWANCE = Allowance()


@dataclass(frozen=True, slots=True)
class Origin:
    """Which file of the disk or which mail something came with."""

    stamp: str
    sender: str = ""
    sent_at: datetime | None = None
    received_at: datetime | None = None
    is_of_mail: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """A file to be read as a return: a workbook, or what bears the name of one.

    `name` is for people and never a path. `source` says where it lay, archives and mails with
    what is inside them, each place once; `stamp` tells another file or mail at the same place.
    `received_at` is what a mail's last server says, else its own date; None outside mails.
    """

    name: str
    source: str
    data: bytes = field(repr=False)
    stamp: str
    sender: str = ""
    sent_at: datetime | None = None
    received_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Passed:
    """Something that was not taken, and why, as a code of `messages/sources.toml`."""

    source: str
    why: str
    detail: str = ""
    stamp: str = ""
    sender: str = ""
    sent_at: datetime | None = None
    received_at: datetime | None = None


class Unfit(Exception):
    """Ends the look at one file with the reason why it is not taken."""

    def __init__(self, why: str, detail: str = "") -> None:
        super().__init__(why)
        self.why = why
        self.detail = detail


@dataclass(slots=True)
class Meter:
    """Adds up what one file of the disk brings along."""

    allowance: Allowance
    inflated: int = 0
    members: int = 0

    def member(self) -> None:
        """Counts one file inside it.

        Raises:
            Unfit: one more than is allowed.
        """
        self.members += 1
        if self.members > self.allowance.max_members:
            raise Unfit("archive-too-many", str(self.allowance.max_members))

    def gathered(self, chunks: Iterable[bytes], packed: int) -> bytes:
        """What was unpacked out of so many bytes.

        Raises:
            Unfit: more than is allowed.
        """
        held: list[bytes] = []
        size, allowed = 0, self.allowance
        for chunk in chunks:
            size += len(chunk)
            self.inflated += len(chunk)
            if size > allowed.max_bytes:
                raise Unfit("too-large", mib(allowed.max_bytes))
            if self.inflated > allowed.max_inflated:
                raise Unfit("archive-bomb", mib(allowed.max_inflated))
            if size > allowed.ratio_from and size > allowed.max_ratio * max(packed, 1):
                raise Unfit("archive-bomb", f"{allowed.max_ratio}:1")
            held.append(chunk)
        return b"".join(held)


def mib(size: int) -> str:
    """A size in bytes as people say it."""
    return f"{size / _MIB:g} MiB"


def outermost(source: str) -> str:
    """The file of the disk that a place is in."""
    return source.split(_INSIDE, 1)[0]


def named(source: str) -> str:
    """The name of what lies innermost in a place."""
    return source.rsplit(_INSIDE, 1)[-1]


def inside(source: str, name: str) -> str:
    """Where something lies that is inside another."""
    return f"{source}{_INSIDE}{name}"


def printable(name: str) -> str:
    """A name that can be shown: no controls, no signs that turn the line around, not too long."""
    return "".join(sign if sign.isprintable() else "_" for sign in name)[:_LONGEST]
