"""Links in a mail to files that were left on a net disk or with a mail service."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from xlkit.wording import message_file

_LINK = re.compile(r"https?://[^\s\"'<>()（）【】《》“”，。；、]+", re.IGNORECASE)
_LONGEST = 500


def disk_links(text: str) -> tuple[str, ...]:
    """The links of a text that lead to a service of `messages/net_disks.toml`, each once."""
    return tuple(dict.fromkeys(_found(text)))


def _found(text: str) -> Iterator[str]:
    services = message_file("net_disks")["services"]
    for match in _LINK.finditer(text):
        link = match[0][:_LONGEST]
        try:
            parts = urlsplit(link)
            host = (parts.hostname or "").lower()
        except ValueError:  # an address in brackets that is none
            continue
        for service in services:
            name, _, path = service.partition("/")
            if (host == name or host.endswith(f".{name}")) and parts.path.startswith(f"/{path}"):
                yield link
                break
