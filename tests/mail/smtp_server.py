"""A real SMTP server on loopback, with the whims of those that offices have."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword


@dataclass
class Whims:
    """What the server does besides taking mails; all may be changed while it runs.

    Attempts are counted from 1 over all connections: each MAIL is one. The line breaks at
    `mail`, at `data` (in the middle of it), `unanswered` (taken, but nothing is said),
    `untaken` (not taken, and nothing is said) or `answered`; at `silent` it stays, and nothing
    is said of the mail that was taken.
    """

    refused: Mapping[str, str] = field(default_factory=dict)
    """By address: the answer to RCPT."""
    greylisted: set[str] = field(default_factory=set)
    """Addresses that are put off the first time."""
    per_connection: int | None = None
    """Mails of a connection; more are put off with 450."""
    limited: dict[int, str] = field(default_factory=dict)
    """By number of the attempt, over all: the answer to MAIL."""
    ends: dict[int, str] = field(default_factory=dict)
    """By number of the attempt: the answer to the mail itself."""
    drops: dict[int, str] = field(default_factory=dict)
    """By number of the attempt: where the line breaks."""
    login: str = "535 Error: authentication failed"
    """The answer to a wrong password."""
    greeting: str = ""
    """An answer that the server greets with, instead of serving."""


@dataclass(frozen=True)
class Taken:
    """A mail that the server has."""

    sender: str
    recipients: tuple[str, ...]
    data: bytes


class SmtpServer:
    """A server that runs from `with` to its end; `mails` are what it took."""

    def __init__(
        self,
        *,
        user: str = "",
        password: str = "",
        tls: ssl.SSLContext | None = None,
        starttls: ssl.SSLContext | None = None,
        most: int = 30_000_000,
        deliver: Callable[[Taken], None] | None = None,
    ) -> None:
        self.whims = Whims()
        self.mails: list[Taken] = []
        self.attempts = 0
        self.connections = 0
        self.logins: list[tuple[str, str]] = []
        self._deliver = deliver
        self._lines: list[Any] = []
        self._account = (user, password)
        words: dict[str, Any] = {"data_size_limit": most, "ident": "loopback", "timeout": 60}
        if user:
            words |= {"authenticator": self._authenticated, "auth_require_tls": False}
        if starttls is not None:
            words |= {"tls_context": starttls, "require_starttls": True}
        server = self

        class _Controller(Controller):
            def factory(self) -> SMTP:
                server.connections += 1
                return _Session(self.handler, **self.SMTP_kwargs)

            def _trigger_server(self) -> None:
                self.port = server.port  # the system chose one
                super()._trigger_server()

        class _Session(SMTP):
            def connection_made(self, transport: Any) -> None:
                if server.whims.greeting:
                    transport.write(server.whims.greeting.encode("utf-8") + b"\r\n")
                    transport.close()
                    return
                server._lines.append(transport)
                super().connection_made(transport)

            async def smtp_DATA(self, arg: str) -> None:  # noqa: N802
                if server.whims.drops.get(server.attempts) == "data":
                    await self.push("354 go on")
                    self.transport.abort()
                    return
                await super().smtp_DATA(arg)

        self._controller = _Controller(self, hostname="127.0.0.1", port=0, ssl_context=tls, **words)

    def __enter__(self) -> Self:
        self._controller.start()
        self.connections = 0  # starting opens one
        return self

    def __exit__(self, *_: object) -> None:
        """Hangs up on everybody, and is gone."""
        gone = asyncio.run_coroutine_threadsafe(self._hang_up(), self._controller.loop)
        gone.result(timeout=10)
        self._controller.stop()

    async def _hang_up(self) -> None:
        for transport in self._lines:
            transport.abort()
        for _ in range(10):  # each is closed in a later turn of the loop
            await asyncio.sleep(0)

    @property
    def port(self) -> int:
        return int(self._controller.server.sockets[0].getsockname()[1])

    def _authenticated(self, server: Any, session: Any, envelope: Any, way: str, data: Any) -> Any:
        assert isinstance(data, LoginPassword)
        given = (data.login.decode(), data.password.decode())
        self.logins.append(given)
        if given == self._account:
            return AuthResult(success=True)
        return AuthResult(success=False, handled=False, message=self.whims.login)

    async def handle_MAIL(  # noqa: N802
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        self.attempts += 1
        session.mails = getattr(session, "mails", 0) + 1
        if self._account[0] and not session.authenticated:
            return "530 Authentication required"
        if self.whims.drops.get(self.attempts) == "mail":
            server.transport.abort()
            return "421 gone"
        if self.attempts in self.whims.limited:
            return self.whims.limited[self.attempts]
        most = self.whims.per_connection
        if most is not None and session.mails > most:
            return "450 MI:DMC too many mails in this connection"
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        if address in self.whims.refused:
            return self.whims.refused[address]
        if address in self.whims.greylisted:
            self.whims.greylisted.discard(address)
            return "451 4.7.1 Greylisted, please try again in some minutes"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        where = self.whims.drops.get(self.attempts, "")
        if self.attempts in self.whims.ends:
            return self.whims.ends[self.attempts]
        if where != "untaken":
            taken = Taken(envelope.mail_from, tuple(envelope.rcpt_tos), envelope.content)
            self.mails.append(taken)
            if self._deliver is not None:
                self._deliver(taken)
        if where == "silent":
            await asyncio.Event().wait()
        if where in ("unanswered", "untaken"):
            server.transport.abort()
        if where == "answered":
            server.transport.write(b"250 Mail OK queued\r\n")
            server.transport.close()
        return "250 Mail OK queued as smtp1"
