"""The way to an IMAP server, and how it fails; the only module that uses imap_tools.

Its shortcuts are left aside where they would reach further than asked: setting a flag or moving
there expunges whatever else somebody had marked as deleted, and MOVE is never seen on servers
that tell of it after the login.
"""

from __future__ import annotations

import imaplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from xlkit.errors import UsageError

if TYPE_CHECKING:
    from imap_tools import BaseMailBox

    Box = BaseMailBox

T = TypeVar("T")

_WAYS = ("tls", "starttls", "none")


class Lost(ConnectionError):
    """The connection ended in the middle; what was asked may be asked again on another."""


class ImapRefused(Exception):
    """The server said no: to which command, and in its own words."""

    def __init__(self, command: str, said: str) -> None:
        super().__init__(f"{command}: {said}")
        self.command = command
        self.said = said


class FolderUnknown(ImapRefused):
    """A folder that is not on the server; `there` are those that are."""

    def __init__(self, folder: str, there: tuple[str, ...]) -> None:
        super().__init__("SELECT", folder)
        self.folder = folder
        self.there = there


@dataclass(frozen=True, slots=True)
class ImapServer:
    """Where mails are fetched; `context` is who is trusted, by default whom the system trusts."""

    host: str
    port: int
    user: str
    security: str = "tls"
    """`tls` from the first byte on, `starttls`, or `none`."""
    timeout: float = 60
    """Seconds without a word from the server."""
    context: ssl.SSLContext | None = field(default=None, repr=False, compare=False)


def connected(server: ImapServer) -> Box:
    """A connection to a server, before the login.

    Raises:
        OSError: no such host, nothing listens, no certificate that is trusted, no answer in time.
    """
    return asked("CONNECT", lambda: _connected(server))


def _connected(server: ImapServer) -> Box:
    from imap_tools import MailBox, MailBoxUnencrypted

    if server.security not in _WAYS:
        raise UsageError(f"security = {server.security!r}: right is one of {', '.join(_WAYS)}")
    if server.security == "tls":
        return MailBox(server.host, server.port, server.timeout, ssl_context=_trust(server))
    return MailBoxUnencrypted(server.host, server.port, server.timeout)


def _trust(server: ImapServer) -> ssl.SSLContext:
    return server.context or ssl.create_default_context()


def log_in(box: Box, server: ImapServer, password: str) -> None:
    """Encrypts the line where that is still to be done, and logs in.

    Raises:
        ImapRefused: the server offers no encryption, or refuses the login.
    """
    if server.security == "starttls":  # imap_tools leaves the line open where that fails
        if "STARTTLS" not in box.client.capabilities:
            raise ImapRefused("STARTTLS", "the server offers no TLS at this port")
        asked("STARTTLS", lambda: box.client.starttls(_trust(server)))
    said = server.user + password
    is_plain = said.isascii() and said.isprintable()  # what goes into a line as it is
    way = box.login if is_plain else box.login_utf8
    asked("LOGIN", lambda: way(server.user, password, initial_folder=None))


def encoded(folder: str) -> str:
    """A folder's name as a server takes it, in modified UTF-7 and in quotes."""
    from imap_tools.utils import encode_folder

    return encode_folder(folder).decode("ascii")


def asked(command: str, step: Callable[[], T]) -> T:
    """What a step gives, with every way of failing brought down to two."""
    from imap_tools.errors import UnexpectedCommandStatusError

    try:
        answer = step()
    except imaplib.IMAP4.readonly as error:  # no lost connection, though its class says so
        raise ImapRefused(command, str(error)) from error
    except imaplib.IMAP4.abort as error:
        raise Lost(str(error)) from error
    except UnexpectedCommandStatusError as error:
        raise ImapRefused(command, _words(error.command_result[1])) from error
    except imaplib.IMAP4.error as error:
        raise ImapRefused(command, str(error)) from error
    if isinstance(answer, tuple) and answer and answer[0] in ("NO", "BAD"):
        raise ImapRefused(command, _words(answer[1]))
    return answer


def _words(data: Any) -> str:
    """What a server said, as text: in UTF-8, or in GBK."""
    from xlkit.sources.archive import decoded

    parts = data if isinstance(data, list) else [data]
    return " ".join(decoded(item) if isinstance(item, bytes) else str(item) for item in parts)
