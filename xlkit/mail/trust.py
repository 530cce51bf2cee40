"""Who is believed: the system's authorities, one that an office named, and this machine."""

from __future__ import annotations

import ipaddress
import ssl

from xlkit.errors import MailError
from xlkit.sentences import Sentence, system_says


def trust(ca: str = "") -> ssl.SSLContext:
    """What a connection believes; with a file of authorities (PEM) those, and nobody else.

    Raises:
        MailError: the file cannot be read, or no certificate is in it.
    """
    try:
        return ssl.create_default_context(cafile=ca or None)
    except ssl.SSLError:
        said = Sentence("ca-empty", path=ca)
    except OSError as error:
        said = Sentence("ca-unread", path=ca, said=system_says(error))
    raise MailError(said, "settings")


def is_loopback(host: str) -> bool:
    """Whether a server is this machine itself."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.casefold() == "localhost"
