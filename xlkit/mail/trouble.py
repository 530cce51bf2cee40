"""What goes wrong with mail servers, in plain words with what to do."""

from __future__ import annotations

import errno
import re
import socket
import ssl
from dataclasses import dataclass
from enum import StrEnum

from xlkit.errors import MailError
from xlkit.mail.imap import FolderUnknown, ImapRefused
from xlkit.mail.providers import provider_of
from xlkit.mail.settings import Imap, Server
from xlkit.sentences import Told
from xlkit.sources.archive import decoded
from xlkit.wording import one_line, signs, word


class Kind(StrEnum):
    """What went wrong; `trouble_…` in messages/mail.toml says what to do about it."""

    PASSWORD_MISSING = "password-missing"  # noqa: S105
    PASSWORD_SIGNS = "password-signs"  # noqa: S105
    LOGIN = "login"
    LOGIN_OFTEN = "login-often"
    UNSAFE = "unsafe"
    NO_LOGIN = "no-login"
    NO_STARTTLS = "no-starttls"
    NOT_TLS = "not-tls"
    TLS = "tls"
    CERTIFICATE = "certificate"
    NAME = "name"
    CLOSED = "closed"
    TIMEOUT = "timeout"
    UNREACHABLE = "unreachable"
    SILENT = "silent"
    LOST = "lost"
    BUSY = "busy"
    LIMIT = "limit"
    DAY_LIMIT = "day-limit"
    SIZE = "size"
    SPAM = "spam"
    SENDER = "sender"
    RECIPIENT = "recipient"
    FULL = "full"
    FOLDER = "folder"
    KEYRING = "keyring"
    UNSEEN = "unseen"
    REFUSED = "refused"
    UNSURE = "unsure"
    OTHER = "other"

    @property
    def is_passing(self) -> bool:
        """Whether the same may go well a little later, with nothing changed."""
        return self in _PASSING


_PASSING = frozenset(
    {
        *(Kind.NAME, Kind.CLOSED, Kind.TIMEOUT, Kind.UNREACHABLE, Kind.SILENT, Kind.LOST),
        *(Kind.BUSY, Kind.LIMIT),
    }
)
#: Kinds that the provider's hint of its password belongs to.
_ABOUT_PASSWORDS = frozenset({Kind.PASSWORD_MISSING, Kind.PASSWORD_SIGNS, Kind.LOGIN, Kind.UNSAFE})

#: Words of servers by what they mean, the first that fits counts. Sources: the providers' lists
#: of replies (网易 退信代码, QQ and exmail 退信, Alibaba DirectMail, Gmail SMTP errors).
_SAID = {
    Kind.UNSAFE: ("unsafe login",),
    Kind.LOGIN_OFTEN: (r"too (?:much|many) (?:fail|invalid|auth|login)",),
    Kind.LOGIN: (
        signs("login"),
        r"authentication (?:fail|is req|req|unsucc|cred)|has no permission",
        r"(?:password|username)\b.*(?:incorrect|wrong|invalid|not accepted)",
    ),
    Kind.SENDER: (
        r"must (?:be same as|equal) auth|same as authori[sz]ation|not owned by user",
        r"from address and the authenti|\"from\" header|sender address rejected",
        r"sender is unvalidated|mail from invalid",
    ),
    Kind.FULL: (
        r"over ?quota|mailbox (?:is )?full|mailbox.*quota",
        r"insufficient (?:system )?storage|storage allocation",
    ),
    Kind.DAY_LIMIT: (
        r"\bmi:stc|\brp:trc|5\.4\.5|sending quota|quota exceeded",
        r"\b(?:daily|monthly|day)\b.*(?:quota|limit|exceed)",
    ),
    Kind.LIMIT: (
        r"\bmi:(?:sfq|dmc|ccl)|\brp:(?:drc|qrc|ccl)|\bhl:(?:icc|ifc|ifq|itc|rep|mep)",
        r"frequen|throttl|\brate\b|too many|too fast|(?<!size )limit exceeded",
    ),
    Kind.SIZE: (
        r"mailsize|too (?:large|big)|is too long|exceed.*size",
        r"(?:size|length)\b.*(?:exceed|limit|maxim)",
    ),
    Kind.SPAM: (r"\bdt:|spam|blacklist|\brbl|mi:spb|content (?:denied|reject)|suspicious",),
    Kind.RECIPIENT: (
        r"5\.1\.[0-6]|user (?:not|unknown|suspend|reject|in black)|unknown user",
        r"no such|not (?:found|exist)|invalid (?:user|recipient|rcpt|mailbox)",
        r"mailbox unavail|mailbox not|recipient|address syntax",
    ),
}
#: What an IMAP server's words are looked through for; all else they have is about sending.
_ABOUT_LOGINS = frozenset({Kind.UNSAFE, Kind.LOGIN_OFTEN, Kind.LOGIN})
_LOGIN_CODES = frozenset({530, 534, 535, 538})
_NOT_TLS = ("WRONG_VERSION_NUMBER", "UNKNOWN_PROTOCOL", "HTTP_REQUEST", "RECORD_LAYER_FAILURE",
            "UNEXPECTED_EOF", "PACKET_LENGTH_TOO_LONG")  # fmt: skip
#: Errno of an unreachable network and host; those of Windows have numbers of their own.
_FAR = {errno.ENETUNREACH, errno.EHOSTUNREACH, 10051, 10065}
_MOST_SAID = 300


@dataclass(frozen=True, slots=True)
class Reply:
    """What a server answered: its number, 0 where it has none (IMAP), and its words."""

    code: int
    text: str

    @classmethod
    def of(cls, code: int, words: bytes | str) -> Reply:
        """An answer as it came over the line; QQ says some in GBK."""
        text = decoded(words) if isinstance(words, bytes) else words
        return cls(code, one_line(text)[:_MOST_SAID])

    @property
    def is_good(self) -> bool:
        return 200 <= self.code < 300  # noqa: PLR2004  (RFC 5321, 4.2.1)

    @property
    def is_later(self) -> bool:
        """Whether the same may be taken later: 4yz, and limits that some say with 5yz."""
        passing = 400 <= self.code < 500  # noqa: PLR2004
        return passing or kind_of(self) in (Kind.LIMIT, Kind.DAY_LIMIT)

    def __str__(self) -> str:
        return f"{self.code or ''} {self.text}".strip()


def kind_of(cause: Exception | Reply) -> Kind:
    """What went wrong, by the server's answer or by what the system says."""
    if isinstance(cause, ImapRefused):
        return _kind_of_refusal(cause)
    return _kind_of_reply(cause) if isinstance(cause, Reply) else _kind_of_error(cause)


def _kind_of_refusal(refused: ImapRefused) -> Kind:
    if isinstance(refused, FolderUnknown):
        return Kind.FOLDER
    if refused.command == "STARTTLS":
        return Kind.NO_STARTTLS
    kind = _kind_of_reply(Reply.of(0, refused.said))
    if kind in _ABOUT_LOGINS:
        return kind
    return Kind.LOGIN if refused.command == "LOGIN" else Kind.OTHER


def _kind_of_reply(reply: Reply) -> Kind:
    is_login = reply.code in _LOGIN_CODES
    for kind, patterns in _SAID.items():
        if is_login and kind not in (Kind.UNSAFE, Kind.LOGIN_OFTEN):
            return Kind.LOGIN
        if re.search("|".join(patterns), reply.text, re.IGNORECASE):
            return kind
    if not reply.code:
        return Kind.OTHER
    if reply.code == 452:  # noqa: PLR2004  (too many recipients, or no room)
        return Kind.LIMIT
    return Kind.BUSY if 400 <= reply.code < 500 else Kind.REFUSED  # noqa: PLR2004


def _kind_of_error(error: Exception) -> Kind:
    if isinstance(error, ssl.SSLCertVerificationError):
        return Kind.CERTIFICATE
    if isinstance(error, ssl.SSLError):
        said = str(error).upper().replace(" ", "_")
        return Kind.NOT_TLS if any(name in said for name in _NOT_TLS) else Kind.TLS
    if isinstance(error, socket.gaierror | UnicodeError):
        return Kind.NAME
    if isinstance(error, TimeoutError):
        return Kind.TIMEOUT
    if isinstance(error, ConnectionRefusedError):
        return Kind.CLOSED
    if isinstance(error, ConnectionError | EOFError):
        return Kind.LOST
    if isinstance(error, OSError) and error.errno in _FAR:
        return Kind.UNREACHABLE
    return Kind.OTHER


def in_words(
    kind: Kind,
    server: Server,
    language: str,
    *,
    said: str = "",
    address: str = "",
    folder: str = "",
    folders: str = "",
) -> str:
    """What went wrong and what to do; `said` is what server or system said of it."""
    values = {"host": server.host, "port": str(server.port), "user": server.user}
    values |= {"address": address, "folder": folder, "folders": folders}
    table = "imap" if isinstance(server, Imap) else "smtp"
    values |= {"table": table, "ports": word(f"ports_{table}", language, file="mail")}
    lines = [word(f"trouble_{kind}", language, file="mail", **values)]
    if kind in _ABOUT_PASSWORDS:
        provider = server.provider or provider_of(server.user)
        any_hint = word("password_any", language, file="mail")
        lines.append(provider.hint(language) if provider else any_hint)
    if said:
        lines.append(word("server_says", language, file="mail", said=said))
    return " ".join(lines) if language == "en" else "".join(lines)


def trouble(
    cause: Exception | Reply | Kind, server: Server, language: str, *, said: str = ""
) -> MailError:
    """An error that tells a clerk what went wrong with a server and what to do.

    It is to be raised outside of the `except` that it comes from where a password was in use
    there: nothing of what was at hand goes with it.
    """
    if isinstance(cause, Kind):
        return MailError(Told(in_words(cause, server, language, said=said)), cause)
    kind = kind_of(cause)
    if isinstance(cause, Reply):
        return MailError(Told(in_words(kind, server, language, said=said or str(cause))), kind)
    if isinstance(cause, FolderUnknown):
        there = ", ".join(map(one_line, cause.there))
        text = in_words(kind, server, language, folder=cause.folder, folders=there)
        return MailError(Told(text), kind)
    if isinstance(cause, ImapRefused):
        words = "" if kind is Kind.NO_STARTTLS else str(Reply.of(0, cause.said))
        return MailError(Told(in_words(kind, server, language, said=words)), kind)
    if isinstance(cause, ssl.SSLCertVerificationError):
        said = getattr(cause, "verify_message", "")
    elif kind in (Kind.OTHER, Kind.TLS):
        said = str(cause)
    text = in_words(kind, server, language)
    if said:
        gap = " " if language == "en" else ""
        text += gap + word("system_says", language, file="mail", said=said)
    return MailError(Told(text), kind)
