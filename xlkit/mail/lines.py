"""What an IMAP server's lines say, and the numbers that go into ours."""

from __future__ import annotations

import imaplib
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

_UID = re.compile(rb"\bUID (\d+)")
_SIZE = re.compile(rb"\bRFC822\.SIZE (\d+)")
_PORTION = 200
"""Numbers in one command: lines that servers take end at some thousand bytes."""
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


@dataclass(frozen=True, slots=True)
class Listed:
    """A mail on the server, before its content: its number, size in bytes, and when it came."""

    uid: int
    size: int
    received_at: datetime | None


def since_day(day: date | None) -> str:
    """What asks for the mails since a day, and the day before: servers have clocks of their own."""
    if day is None:
        return "ALL"
    start = day - timedelta(days=1)
    return f"SINCE {start.day}-{_MONTHS[start.month - 1]}-{start.year}"


def portions(uids: Sequence[int]) -> Iterator[Sequence[int]]:
    """The numbers, as many at a time as fit into a command."""
    for at in range(0, len(uids), _PORTION):
        yield uids[at : at + _PORTION]


def _line(item: Any) -> bytes:
    if isinstance(item, tuple):
        item = item[0]
    return item if isinstance(item, bytes) else b""


def uid_of(item: Any) -> int:
    """The number of the mail that an item of an answer is about; 0 where it does not say."""
    match = _UID.search(_line(item))
    return int(match[1]) if match else 0


def listed(item: Any) -> Listed | None:
    """The mail that an item of an answer lists."""
    size = _SIZE.search(_line(item))
    if not uid_of(item) or size is None:
        return None
    return Listed(uid_of(item), int(size[1]), _moment(_line(item)))


def _moment(line: bytes) -> datetime | None:
    """INTERNALDATE of a line, which imaplib reads as the local time of this machine."""
    local = imaplib.Internaldate2tuple(line)
    return datetime.fromtimestamp(time.mktime(local), UTC) if local else None
