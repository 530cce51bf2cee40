"""Who is believed: the system's authorities, one that an office named, and this machine."""

from __future__ import annotations

import ipaddress
import ssl

from xlkit.errors import MailError


def trust(ca: str = "") -> ssl.SSLContext:
    """What a connection believes; with a file of authorities (PEM) those, and nobody else.

    Raises:
        MailError: the file cannot be read, or no certificate is in it.
    """
    try:
        return ssl.create_default_context(cafile=ca or None)
    except ssl.SSLError:
        said = "holds no certificate of an authority in PEM (-----BEGIN CERTIFICATE-----)"
    except OSError as error:
        said = f"cannot be read: {error.strerror or error}"
    raise MailError(f"{ca}: {said}. Ask who runs the mail server for its file", "settings")


def is_loopback(host: str) -> bool:
    """Whether a server is this machine itself."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.casefold() == "localhost"
