"""Mail providers: where their servers are, what they let programs do, and which password."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType

from xlkit.wording import message_file, word


@dataclass(frozen=True, slots=True)
class Provider:
    """What is known of a provider; `smtp` and `imap` have host, port and security."""

    name: str
    domains: tuple[str, ...]
    smtp: Mapping[str, str | int]
    imap: Mapping[str, str | int]
    password: str
    """`code`, `client`, `own` or `none`: what a program logs in with."""
    needs_id: bool
    per_minute: int
    per_connection: int

    def hint(self, language: str) -> str:
        """What its password for programs is and where to get it."""
        own = f"password_{self.name}"
        key = own if own in message_file("mail") else f"password_{self.password}"
        return word(key, language, file="mail")

    def title(self, language: str) -> str:
        """What people call it."""
        return word(f"provider_{self.name}", language, file="mail")


@cache
def providers() -> Mapping[str, Provider]:
    """The providers by their names."""
    file = resources.files("xlkit.mail") / "providers.toml"
    listed = tomllib.loads(file.read_text(encoding="utf-8"))
    return MappingProxyType({name: _provider(name, said) for name, said in listed.items()})


def _provider(name: str, said: Mapping[str, object]) -> Provider:
    lists = {key: tuple(value) for key, value in said.items() if isinstance(value, list)}
    return Provider(name, **(said | lists))  # type: ignore[operator]


def provider_of(address: str) -> Provider | None:
    """The provider whose domain an address has; None for an office's own domain."""
    domain = address.rpartition("@")[2].casefold()
    return next((found for found in providers().values() if domain in found.domains), None)


def provider_at(host: str) -> Provider | None:
    """The provider that a server belongs to; None for any other server."""
    name = host.casefold().rstrip(".")
    for found in providers().values():
        if name in (found.smtp["host"], found.imap["host"]):
            return found
    return None
