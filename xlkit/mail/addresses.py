"""Addresses as every mail server takes them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from xlkit.errors import AddressError
from xlkit.sentences import Sentence
from xlkit.wording import one_line

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LOCAL = re.compile(rf"{_ATOM}(?:\.{_ATOM})*")
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
_DOMAIN = re.compile(rf"{_LABEL}(?:\.{_LABEL})+")
#: Source: RFC 5321, 4.5.3.1.
_LONGEST_LOCAL, _LONGEST = 64, 254


@dataclass(frozen=True, slots=True)
class Mailbox:
    """An address and whose it is; a domain in Chinese is kept as servers write it.

    Raises:
        AddressError: no mail can be sent to that address.
    """

    address: str
    name: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "address", plain_address(self.address))
        object.__setattr__(self, "name", one_line(self.name))

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]


def plain_address(text: str) -> str:
    """The address in a text that holds nothing else.

    Raises:
        AddressError: it is no address, or one that only few servers take (with other signs than
            ASCII before the @).
    """
    local, sign, domain = text.strip().rpartition("@")
    if not domain.isascii():
        try:
            domain = domain.encode("idna").decode("ascii")
        except UnicodeError:
            domain = ""
    fits = len(local) <= _LONGEST_LOCAL and len(local) + len(domain) < _LONGEST
    if not (sign and fits and _LOCAL.fullmatch(local) and _DOMAIN.fullmatch(domain)):
        raise AddressError(Sentence("address-wrong", text=one_line(text)))
    return f"{local}@{domain}"
