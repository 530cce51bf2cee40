"""An SMTP server on loopback that delivers to where it is told, and can be made difficult."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import ssl

    from aiosmtpd.controller import Controller
    from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

Deliver = Callable[[str, str, bytes], None]
"""Takes the sender's address, the recipient's, and the mail."""


@dataclass
class Mood:
    """How the server treats its clients; may be changed while it runs."""

    refused: dict[str, str] = field(default_factory=dict)
    """The reply to RCPT TO, by address."""
    replies: list[str] = field(default_factory=list)
    """Replies to the next mails, one each, instead of taking them; '' takes it."""
    drop: Literal["", "before taking", "after taking"] = ""
    """Whether the line is cut when a mail has come whole, without any reply."""
    per_connection: int = 0
    """Mails taken on one connection, 421 afterwards; 0 for any number."""
    taken: list[tuple[str, tuple[str, ...], bytes]] = field(default_factory=list)
    """What was taken: sender, recipients, mail."""


@dataclass
class Post:
    """The server's side of its conversations; passwords by user."""

    passwords: Mapping[str, str] = field(repr=False)
    knows: Callable[[str], bool]
    deliver: Deliver
    mood: Mood

    def authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any
    ) -> AuthResult:
        from aiosmtpd.smtp import AuthResult, LoginPassword

        right = isinstance(data, LoginPassword) and (
            self.passwords.get(data.login.decode("utf-8", "replace").lower())
            == data.password.decode("utf-8", "replace")
        )
        wrong = "535 5.7.8 Error: authentication failed: incorrect authorization code"
        return AuthResult(success=right, handled=right, message=None if right else wrong)

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if not session.authenticated:
            return "530 5.7.0 Authentication required"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(  # noqa: N802  (aiosmtpd's name)
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address.lower() in self.mood.refused:
            return self.mood.refused[address.lower()]
        if not self.knows(address):
            return f"550 5.1.1 <{address}>: Recipient address rejected: User unknown"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        mood = self.mood
        taken = getattr(session, "xlkit_taken", 0)
        if mood.per_connection and taken >= mood.per_connection:
            return "421 4.7.0 Too many mails on this connection"
        if mood.drop == "before taking":
            return self._cut(server)
        if mood.replies and (reply := mood.replies.pop(0)):
            return reply
        session.xlkit_taken = taken + 1  # type: ignore[attr-defined]
        data = envelope.content if isinstance(envelope.content, bytes) else b""
        sender = envelope.mail_from or ""
        mood.taken.append((sender, tuple(envelope.rcpt_tos), data))
        for address in envelope.rcpt_tos:
            self.deliver(sender, address, data)
        return self._cut(server) if mood.drop == "after taking" else "250 2.0.0 OK"

    def _cut(self, server: SMTP) -> str:
        if isinstance(server.transport, asyncio.WriteTransport):
            server.transport.abort()
        return "421 cut"


def listening(
    post: Post, port: int, context: ssl.SSLContext, *, tls: bool, most: int
) -> Controller:
    """A server that listens: with TLS from the start, or with STARTTLS, which it insists on.

    Mails over `most` bytes are refused with 552.
    """
    from aiosmtpd.controller import Controller

    # It warns on standard error of what it itself does at every login.
    logging.getLogger("mail.log").addHandler(logging.NullHandler())
    said: dict[str, Any] = {
        "authenticator": post.authenticate,
        "data_size_limit": most,
        "enable_SMTPUTF8": True,
        "ident": "xlkit demo",
        "hostname": "localhost",
    }
    if tls:  # aiosmtpd knows of no encryption but its own STARTTLS
        said["auth_require_tls"] = False
    else:
        said |= {"tls_context": context, "require_starttls": True}

    class Listening(Controller):
        def factory(self) -> SMTP:
            from aiosmtpd.smtp import SMTP

            return SMTP(self.handler, loop=self.loop, **said)

    controller = Listening(
        post, hostname="127.0.0.1", port=port, ssl_context=context if tls else None
    )
    controller.start()
    return controller
