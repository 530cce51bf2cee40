"""A line to the server that mail goes out by: opened and logged in, and mails handed over it."""

from __future__ import annotations

import contextlib
import re
import smtplib
import ssl
from collections.abc import Mapping, Sequence

from xlkit.errors import MailError
from xlkit.mail.secrets import Password
from xlkit.mail.settings import Security, Smtp
from xlkit.mail.trouble import Kind, Reply, kind_of, trouble
from xlkit.mail.trust import trust

#: What a program calls itself: the name of an office's machine may be in Chinese, which no
#: server takes, and finding it out can take long. Mail programs do the same.
_OWN_NAME = "[127.0.0.1]"
_READY = 354
#: Servers look for viruses before they answer to a mail's end: RFC 5321 grants ten minutes.
_PATIENCE = 5
_DOT = re.compile(rb"(?m)^\.")

Answers = Mapping[str, Reply | None]
"""The server's answer for each address; None where nobody knows whether it took the mail."""


class LineLostError(Exception):
    """The line broke before the server can have taken the mail."""

    def __init__(self, kind: Kind) -> None:
        self.kind = kind
        super().__init__(kind)


class ServerOut:
    """A line that is open. Mails go over it one by one."""

    def __init__(
        self,
        server: Smtp,
        *,
        language: str,
        context: ssl.SSLContext | None,
        timeout: float,
    ) -> None:
        """Opens the line, encrypted as the settings say.

        Raises:
            MailError: it did not come about; says what to do.
        """
        self._server, self._language, self._timeout = server, language, timeout
        self.handed = 0
        """How many mails went over it."""
        self._context = context or trust(server.ca)
        self._client = self._opened()

    def _opened(self) -> smtplib.SMTP:
        try:
            return self._connected()
        except smtplib.SMTPConnectError as error:
            raise self._trouble(Reply.of(error.smtp_code, error.smtp_error)) from None
        except smtplib.SMTPServerDisconnected:
            raise self._trouble(Kind.SILENT) from None
        except smtplib.SMTPResponseException as error:
            raise self._trouble(Reply.of(error.smtp_code, error.smtp_error)) from None
        except smtplib.SMTPNotSupportedError:
            raise self._trouble(Kind.NO_STARTTLS) from None
        except (OSError, EOFError, UnicodeError) as error:
            raise self._trouble(error) from None

    def _connected(self) -> smtplib.SMTP:
        server, timeout = self._server, self._timeout
        host, port = server.host, server.port
        if server.security is Security.TLS:
            return smtplib.SMTP_SSL(host, port, _OWN_NAME, timeout=timeout, context=self._context)
        client = smtplib.SMTP(host, port, _OWN_NAME, timeout=timeout)
        try:
            if server.security is Security.STARTTLS:
                client.starttls(context=self._context)
        except BaseException:
            client.close()
            raise
        return client

    def log_in(self, password: Password) -> None:
        """Logs in; a line that is not let in is hung up.

        What goes wrong is told outside of what knew the password: no traceback leads there.

        Raises:
            MailError: the server does not let this user in; says what to do.
        """
        said = self._refused_login(password)
        if said is None:
            return
        self.close()
        if isinstance(said, Kind):
            raise self._trouble(said)
        kind = kind_of(said)
        if kind is Kind.REFUSED:
            kind = Kind.LOGIN
        raise trouble(kind, self._server, self._language, said=str(said))

    def _refused_login(self, password: Password) -> Kind | Reply | None:
        client = self._client
        if not (password.reveal().isascii() and self._server.user.isascii()):
            return Kind.PASSWORD_SIGNS
        try:
            client.login(self._server.user, password.reveal())
        except smtplib.SMTPResponseException as error:
            reply = Reply.of(error.smtp_code, error.smtp_error)
            return Reply(reply.code, password.hidden_in(reply.text))
        except smtplib.SMTPServerDisconnected:
            return Kind.LOGIN  # QQ hangs up on a wrong password
        except smtplib.SMTPException:
            return Kind.NO_LOGIN
        except OSError as error:
            return kind_of(error)
        finally:
            client.user = client.password = ""
        return None

    def _trouble(self, cause: Exception | Reply | Kind) -> MailError:
        return trouble(cause, self._server, self._language)

    def hand_over(self, sender: str, recipients: Sequence[str], data: bytes) -> Answers:
        """What the server says to a mail, for each of those it is for.

        Raises:
            LineLostError: the line broke, and the server has not taken the mail.
        """
        self.handed += 1
        answers: dict[str, Reply | None] = {}
        try:
            refused = self._announced(sender, recipients, len(data), answers)
            taken = [address for address in recipients if address not in answers]
            if refused is None and taken:
                refused = Reply.of(*self._client.docmd("DATA"))
                if refused.code == _READY:
                    return answers | dict.fromkeys(taken, self._delivered(data))
            answers |= dict.fromkeys(taken, refused)
        except smtplib.SMTPServerDisconnected:
            raise LineLostError(Kind.LOST) from None
        except smtplib.SMTPResponseException as error:
            raise LineLostError(kind_of(Reply.of(error.smtp_code, error.smtp_error))) from None
        except OSError as error:
            raise LineLostError(kind_of(error)) from None
        self._start_anew()
        return answers

    def _start_anew(self) -> None:
        """Has the server forget a mail that it did not take; a line that broke is hung up."""
        try:
            self._client.rset()
        except (OSError, smtplib.SMTPException):
            self._client.close()

    def _announced(
        self, sender: str, recipients: Sequence[str], size: int, answers: dict[str, Reply | None]
    ) -> Reply | None:
        """The answer that holds for all; those to single addresses go into `answers`."""
        client = self._client
        client.ehlo_or_helo_if_needed()
        most = client.esmtp_features.get("size", "")
        if most.isdecimal() and 0 < int(most) < size:
            return Reply(552, f"message size {size} exceeds the maximum of {most}")
        options = [f"size={size}"] if client.has_extn("size") else []
        reply = Reply.of(*client.mail(sender, options))
        if not reply.is_good:
            return reply
        for address in recipients:
            reply = Reply.of(*client.rcpt(address))
            if not reply.is_good:
                answers[address] = reply
        return None

    def _delivered(self, data: bytes) -> Reply | None:
        """The answer to the mail itself; None where the line broke after its end was sent."""
        sock = self._client.sock
        assert sock is not None
        sock.sendall(_DOT.sub(b"..", data) + b".\r\n")  # where that fails, its end did not go out
        try:
            sock.settimeout(self._timeout * _PATIENCE)
            reply = Reply.of(*self._client.getreply())
            sock.settimeout(self._timeout)
        except (OSError, smtplib.SMTPException):
            self._client.close()
            return None
        return reply if reply.code >= 200 else None  # noqa: PLR2004  (-1 for no number at all)

    @property
    def is_open(self) -> bool:
        """Whether it can be used, as far as this end knows."""
        return self._client.sock is not None

    def close(self) -> None:
        """Takes leave, and hangs up."""
        with contextlib.suppress(OSError, smtplib.SMTPException):
            self._client.quit()
        self._client.close()


def line_to(
    server: Smtp,
    password: Password | None,
    *,
    language: str,
    context: ssl.SSLContext | None,
    timeout: float,
) -> ServerOut:
    """A line that is open and, where the server wants that, logged in.

    Raises:
        MailError: it did not come about; says what to do.
    """
    if server.user and password is None:
        raise trouble(Kind.PASSWORD_MISSING, server, language)
    line = ServerOut(server, language=language, context=context, timeout=timeout)
    if server.user and password is not None:
        line.log_in(password)
    return line
