"""Settings of mail tried step by step on their servers, each step told with what to do."""

from __future__ import annotations

import contextlib
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

from xlkit.errors import MailError
from xlkit.mail.conversation import Conversation
from xlkit.mail.imap import ImapRefused, ImapServer, connected, log_in
from xlkit.mail.message import Message
from xlkit.mail.secrets import KEYRING, Password, Secrets
from xlkit.mail.sending import Outcome
from xlkit.mail.server_out import ServerOut
from xlkit.mail.settings import Imap, MailSettings, Security, Smtp
from xlkit.mail.steps import Part, Step, Way
from xlkit.mail.trial import folder_of_trial, send_trial
from xlkit.mail.trouble import Kind, in_words, trouble
from xlkit.sentences import Told
from xlkit.wording import word

Line = TypeVar("Line", ServerOut, Conversation)

_FAILURES = (MailError, OSError, UnicodeError, ImapRefused)
_PATIENCE = 20.0
"""Seconds that a server may take for an answer."""


def probe(
    settings: MailSettings,
    secrets: Secrets,
    *,
    language: str = "zh",
    letter: Message | None = None,
    sleep: Callable[[float], None] = time.sleep,
    context: ssl.SSLContext | None = None,
    timeout: float = _PATIENCE,
) -> Iterator[Step]:
    """The steps, each as soon as it was made; what a failed one leaves impossible is left out.

    `letter`, if there is one, is sent to oneself when all before went well. `context` says which
    certificates are trusted, what the settings say where it is None.
    """
    tried = _Probe(settings, secrets, language, context, timeout, sleep)
    if settings.smtp is not None:
        yield from tried.out(settings.smtp)
    if settings.imap is not None:
        yield from tried.come(settings.imap)
    if letter is not None and settings.smtp is not None and not tried.has_failed:
        yield from tried.trial(letter)


@dataclass
class _Probe:
    settings: MailSettings
    secrets: Secrets
    language: str
    context: ssl.SSLContext | None
    timeout: float
    sleep: Callable[[float], None]
    has_failed: bool = False
    _passwords: dict[Way, Password] = field(default_factory=dict)

    def out(self, smtp: Smtp) -> Iterator[Step]:
        """The steps of the server that mail goes out by."""
        yield self._password(Way.OUT, smtp)
        yield (reached := self._reached(Way.OUT, smtp))
        if not reached.ok:
            return
        step, line = self._opened(Way.OUT, smtp, lambda: self._line_out(smtp))
        with contextlib.closing(line) if line else contextlib.nullcontext():
            yield step
            password = self._passwords.get(Way.OUT)
            if line and password:
                yield self._login(Way.OUT, smtp, lambda: line.log_in(password))

    def come(self, imap: Imap) -> Iterator[Step]:
        """The steps of the server that mail comes in by."""
        yield self._password(Way.IN, imap)
        yield (reached := self._reached(Way.IN, imap))
        if not reached.ok:
            return
        step, line = self._opened(Way.IN, imap, lambda: self._line_in(imap))
        with contextlib.closing(line) if line else contextlib.nullcontext():
            yield step
            password = self._passwords.get(Way.IN)
            if line and password:
                yield from self._inside(imap, line, password)

    def _inside(self, imap: Imap, line: Conversation, password: Password) -> Iterator[Step]:
        def log() -> None:
            log_in(line.box, self._server(imap), password)
            line.identify()

        yield (login := self._login(Way.IN, imap, log))
        if login.ok:
            yield self._step(Part.FOLDERS, Way.IN, imap, lambda: self._folders(imap, line))

    def trial(self, letter: Message) -> Iterator[Step]:
        """The mail to oneself, and whether it comes back."""
        smtp, imap = self.settings.outgoing, self.settings.imap
        sent = self._step(Part.SENT, Way.OUT, smtp, lambda: self._sent(letter))
        yield sent
        password = self._passwords.get(Way.IN)
        if imap is not None and sent.ok and password is not None:
            yield self._step(Part.SEEN, Way.IN, imap, lambda: self._seen(letter, imap, password))

    def _step(self, part: Part, way: Way, server: Smtp | Imap, act: Callable[[], str]) -> Step:
        try:
            return Step(part, way, True, act())
        except _FAILURES as error:
            return self._failed(part, way, server, error)

    def _opened(
        self, way: Way, server: Smtp | Imap, act: Callable[[], Line]
    ) -> tuple[Step, Line | None]:
        """The line that this opens, and what is said of it."""
        try:
            line = act()
        except _FAILURES as error:
            return self._failed(Part.ENCRYPTED, way, server, error), None
        return Step(Part.ENCRYPTED, way, True, self._encryption(server)), line

    def _failed(self, part: Part, way: Way, server: Smtp | Imap, error: Exception) -> Step:
        self.has_failed = True
        failure = error
        if not isinstance(failure, MailError):
            failure = trouble(error, server, self.language)
        if part is Part.ENCRYPTED and failure.kind == Kind.TIMEOUT:  # it was reached before
            failure = trouble(Kind.SILENT, server, self.language)
        return Step(part, way, False, failure.in_language(self.language), failure.kind)

    def _line_out(self, smtp: Smtp) -> ServerOut:
        return ServerOut(smtp, language=self.language, context=self.context, timeout=self.timeout)

    def _line_in(self, imap: Imap) -> Conversation:
        return Conversation(connected(self._server(imap)))

    def _password(self, way: Way, server: Smtp | Imap) -> Step:
        return self._step(Part.PASSWORD, way, server, lambda: self._where_from(way, server))

    def _where_from(self, way: Way, server: Smtp | Imap) -> str:
        if not server.user:
            return self._say("found_no_login")
        ask = self.secrets.smtp if way is Way.OUT else self.secrets.imap
        try:
            password = ask(server.user)
        except MailError as error:
            said = in_words(Kind.KEYRING, server, self.language)
            raise MailError(
                Told(said + self._say("system_says", said=error.in_language(self.language))),
                error.kind,
            ) from None
        if password is None:
            raise trouble(Kind.PASSWORD_MISSING, server, self.language)
        self._passwords[way] = password
        if password.source == KEYRING:
            return self._say("found_password_keyring", user=server.user)
        return self._say("found_password", source=password.source)

    def _reached(self, way: Way, server: Smtp | Imap) -> Step:
        def reach() -> str:
            socket.create_connection((server.host, server.port), self.timeout).close()
            return self._say("found_reached", host=server.host, port=str(server.port))

        return self._step(Part.REACHED, way, server, reach)

    def _encryption(self, server: Smtp | Imap) -> str:
        if server.security is Security.NONE:
            return self._say("found_encrypted_none")
        values = {"security": server.security.upper(), "ca": server.ca}
        return self._say("found_encrypted_ca" if server.ca else "found_encrypted", **values)

    def _login(self, way: Way, server: Smtp | Imap, act: Callable[[], None]) -> Step:
        def log() -> str:
            act()
            return self._say("found_login", user=server.user)

        return self._step(Part.LOGIN, way, server, log)

    def _folders(self, imap: Imap, line: Conversation) -> str:
        names = [line.open(folder)[0] for folder in imap.folders]
        return self._say("found_folders", folders=", ".join(names))

    def _sent(self, letter: Message) -> str:
        delivery = send_trial(
            letter, self.settings, self._passwords.get(Way.OUT),
            language=self.language, context=self.context, timeout=self.timeout,
        )  # fmt: skip
        if delivery.outcome is not Outcome.TAKEN:
            raise MailError(Told(delivery.detail), delivery.outcome)
        address = self.settings.sender.address
        return self._say("found_sent", subject=letter.subject, address=address)

    def _seen(self, letter: Message, imap: Imap, password: Password) -> str:
        folder = folder_of_trial(
            letter, imap, password,
            language=self.language, server=self._server(imap), sleep=self.sleep,
        )  # fmt: skip
        return self._say("found_seen", folder=folder)

    def _server(self, imap: Imap) -> ImapServer:
        return ImapServer.of(imap, timeout=self.timeout, context=self.context)

    def _say(self, key: str, **values: str) -> str:
        return word(key, self.language, file="mail", **values)
