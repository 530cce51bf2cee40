"""The way to an IMAP server, and how it fails; the only module that uses imap_tools.

Its shortcuts are left aside where they would reach further than asked: setting a flag or moving
there expunges whatever else somebody had marked as deleted, and MOVE is never seen on servers
that tell of it after the login.
"""

from __future__ import annotations

import contextlib
import imaplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from xlkit.errors import UsageError
from xlkit.mail.trust import trust
from xlkit.sentences import English

if TYPE_CHECKING:
    from imap_tools import BaseMailBox
    from imap_tools.folder import FolderInfo

    from xlkit.mail.secrets import Password
    from xlkit.mail.settings import Imap

    Box = BaseMailBox
    Folder = FolderInfo

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

    @classmethod
    def of(
        cls, said: Imap, *, timeout: float = 60, context: ssl.SSLContext | None = None
    ) -> ImapServer:
        """The server that the settings name; `context` instead of whom they trust."""
        believed = context or trust(said.ca)
        return cls(said.host, said.port, said.user, said.security, timeout, believed)


def connected(server: ImapServer) -> Box:
    """A connection to a server, encrypted as its settings say, before the login.

    Raises:
        OSError: no such host, nothing listens, no certificate that is trusted, no answer in time.
        ImapRefused: the server offers no encryption.
    """
    return asked("CONNECT", lambda: _connected(server))


def _connected(server: ImapServer) -> Box:
    from imap_tools import MailBox, MailBoxUnencrypted

    if server.security not in _WAYS:
        raise UsageError(
            English(f"security = {server.security!r}: right is one of {', '.join(_WAYS)}")
        )
    if server.security == "tls":
        return MailBox(server.host, server.port, server.timeout, ssl_context=_trust(server))
    box = MailBoxUnencrypted(server.host, server.port, server.timeout)
    if server.security == "starttls":  # imap_tools leaves the line open where that fails
        try:
            _encrypt(box, server)
        except BaseException:
            with contextlib.suppress(OSError):
                box.client.shutdown()
            raise
    return box


def _encrypt(box: Box, server: ImapServer) -> None:
    if "STARTTLS" not in box.client.capabilities:
        raise ImapRefused("STARTTLS", "the server offers no TLS at this port")
    asked("STARTTLS", lambda: box.client.starttls(_trust(server)))


def _trust(server: ImapServer) -> ssl.SSLContext:
    return server.context or trust()


def log_in(box: Box, server: ImapServer, password: Password) -> None:
    """Logs in. What goes wrong is told outside of what knew the password, and without it.

    Raises:
        OSError: the line broke.
        ImapRefused: the server refuses the login.
    """
    failure = _failed_login(box, server.user, password)
    if failure is not None:
        raise failure


def _failed_login(box: Box, user: str, password: Password) -> ImapRefused | OSError | None:
    text = password.reveal()
    is_plain = (user + text).isascii() and (user + text).isprintable()  # as it is in a line
    way = box.login if is_plain else box.login_utf8
    try:
        asked("LOGIN", lambda: way(user, text, initial_folder=None))
    except ImapRefused as refused:
        return ImapRefused(refused.command, password.hidden_in(refused.said))
    except OSError as error:
        error.__cause__ = error.__context__ = None  # their frames know it
        return error.with_traceback(None)
    return None


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
