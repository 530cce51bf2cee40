"""What `mail.toml` in a round's folder says: whose mail it is, and the servers; no password."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)

from xlkit.errors import MailError
from xlkit.files import shown
from xlkit.mail.addresses import Mailbox, plain_address
from xlkit.mail.filling import filled, refused_keys, told, unknown_provider
from xlkit.mail.providers import Provider, provider_at, provider_of, providers
from xlkit.mail.trust import is_loopback, trust
from xlkit.sentences import Sentence, located, system_says
from xlkit.wording import one_line

SETTINGS = "mail.toml"
_LONGEST = 65_536
_FOLDER = "folder"
_HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|[0-9A-Fa-f:]*:[0-9A-Fa-f:]+")
_Port = Annotated[int, Field(ge=1, le=65535, strict=True)]
_Count = Annotated[int, Field(ge=1, le=10_000, strict=True)]


class Security(StrEnum):
    """How a connection is kept from others' eyes."""

    TLS = "tls"
    """From the first byte on."""
    STARTTLS = "starttls"
    """Once the server has said that it can."""
    NONE = "none"
    """Not at all: on this machine only."""


class _Table(BaseModel):
    model_config = ConfigDict(
        frozen=True, extra="forbid", populate_by_name=True, hide_input_in_errors=True
    )


class Sender(_Table):
    """Whose mail it is; `cc` get a copy of every mail."""

    address: str
    name: str = ""
    reply_to: str = ""
    cc: tuple[str, ...] = ()

    @field_validator("address")
    @classmethod
    def _address(cls, text: str) -> str:
        return _plain(text)

    @field_validator("reply_to")
    @classmethod
    def _reply_to(cls, text: str) -> str:
        return _plain(text) if text else ""

    @field_validator("cc")
    @classmethod
    def _cc(cls, texts: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(map(_plain, texts))

    @field_validator("name")
    @classmethod
    def _name(cls, text: str) -> str:
        return one_line(text)

    @property
    def mailbox(self) -> Mailbox:
        return Mailbox(self.address, self.name)


class Server(_Table):
    """A server and how it is reached; `user` is '' where it wants no login.

    `ca` is a file with the authority of its certificate, for a server whose authority the system
    does not know: beside mail.toml, unless it is absolute. Nobody else is believed then.
    """

    host: str
    port: _Port
    security: Security = Security.TLS
    user: str
    ca: str = ""

    @field_validator("host")
    @classmethod
    def _host(cls, text: str) -> str:
        if not _HOST.fullmatch(text):
            raise ValueError(Sentence("host-wrong"))
        return text

    @field_validator("ca")
    @classmethod
    def _ca(cls, text: str, info: ValidationInfo) -> str:
        if not text:
            return ""
        path = str((info.context or {}).get(_FOLDER, Path()) / text)
        try:
            trust(path)
        except MailError as error:
            raise ValueError(*error.args) from None
        return path

    @model_validator(mode="after")
    def _is_safe(self) -> Server:
        if self.ca and self.security is Security.NONE:
            raise ValueError(Sentence("ca-without-tls"))
        if self.security is Security.NONE and not is_loopback(self.host):
            raise ValueError(Sentence("security-none"))
        return self

    @property
    def provider(self) -> Provider | None:
        """The provider whose server it is, where that is known."""
        return provider_at(self.host)


class Smtp(Server):
    """The server that mail goes out by, and how gently it is treated."""

    per_minute: _Count = 20
    per_connection: _Count = 20
    retries: Annotated[int, Field(ge=0, le=10, strict=True)] = 3


class Imap(Server):
    """The server that mail comes in by; what was read in is marked, or moved to `move_to`."""

    user: Annotated[str, Field(min_length=1)]
    folders: Annotated[tuple[str, ...], Field(min_length=1)] = ("INBOX",)
    when_done: Literal["seen", "move"] = "seen"
    move_to: str = ""

    @model_validator(mode="after")
    def _has_a_place(self) -> Imap:
        if (self.when_done == "move") != bool(self.move_to):
            raise ValueError(Sentence("move-to"))
        if self.move_to in self.folders:
            raise ValueError(Sentence("move-from"))
        return self


class MailSettings(_Table):
    """The mail of a round.

    `smtp` is None where a mail program sends the drafts, `imap` where only sending is set up.
    """

    provider: str = ""
    sender: Sender = Field(alias="from")
    smtp: Smtp | None = None
    imap: Imap | None = None

    @property
    def outgoing(self) -> Smtp:
        """The server that mail goes out by.

        Raises:
            MailError: none is set up.
        """
        if self.smtp is None:
            raise MailError(Sentence("no-smtp", file=SETTINGS), "settings")
        return self.smtp

    @field_validator("provider")
    @classmethod
    def _provider(cls, name: str) -> str:
        problem = unknown_provider(name) if name else None
        if problem:
            raise ValueError(problem)
        return name

    @classmethod
    def read(cls, path: Path) -> MailSettings:
        """The settings in a file; what it leaves out comes from the address's provider.

        Raises:
            MailError: it cannot be read, holds a password, or is wrong; everything at once.
        """
        content = _content(path)
        problems = list(refused_keys(content))
        if problems:
            raise _wrong(path, problems)
        return cls._checked(content, _known(content), path)

    @classmethod
    def for_address(cls, address: str, *, provider: str = "", name: str = "") -> MailSettings:
        """The settings of an address, by its provider or by that of the name given.

        Raises:
            MailError: no address, or of a provider that is not known: its servers have to be
                written into mail.toml.
        """
        content: dict[str, Any] = {"from": {"address": plain_address(address), "name": name}}
        if provider:
            content["provider"] = provider
        found = _known(content)
        if found is None:
            raise MailError(
                Sentence(
                    "mail-provider",
                    what=provider or address,
                    known=list(providers()),
                    file=SETTINGS,
                ),
                "settings",
            )
        return cls.model_validate(filled(content, found))

    @classmethod
    def for_servers(cls, content: Mapping[str, Any], path: Path) -> MailSettings:
        """The settings of an office's own servers, as they would stand in the file at that path.

        Raises:
            MailError: something in them is wrong; everything at once.
        """
        return cls._checked(content, None, path)

    @classmethod
    def _checked(
        cls, content: Mapping[str, Any], provider: Provider | None, path: Path
    ) -> MailSettings:
        whole = filled(content, provider)
        try:
            return cls.model_validate(whole, context={_FOLDER: path.absolute().parent})
        except ValidationError as error:
            problems = list(told(error, cls))
        raise _wrong(path, problems)


def _known(content: Mapping[str, Any]) -> Provider | None:
    named = content.get("provider", "")
    if named:
        return providers().get(named) if isinstance(named, str) else None
    sender = content.get("from", {})
    address = sender.get("address", "") if isinstance(sender, dict) else ""
    return provider_of(address) if isinstance(address, str) else None


def _content(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            return tomllib.loads(file.read(_LONGEST).decode("utf-8-sig"))
    except FileNotFoundError:
        said = not_there(path)
    except OSError as error:
        said = Sentence("unopened", said=system_says(error))
    except UnicodeDecodeError:
        said = Sentence("not-utf8")
    except (ValueError, RecursionError) as error:
        said = Sentence("no-toml", said=error)
    raise _wrong(path, [said])


def not_there(path: Path) -> Sentence:
    """What is said where there are no settings; Notepad names a new file `mail.toml.txt`."""
    other = path.with_name(f"{path.name}.txt")
    if other.exists():
        return Sentence("txt-file", other=other.name, name=path.name)
    return Sentence("no-such-file")


def _wrong(path: Path, problems: Sequence[Sentence]) -> MailError:
    """Everything that is wrong with the settings in a file, a line each."""
    return MailError([located(shown(path), problem) for problem in problems], "settings")


def _plain(text: str) -> str:
    try:
        return plain_address(text)
    except MailError as error:
        raise ValueError(*error.args) from None
