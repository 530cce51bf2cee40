"""Who a workbook was made for and from what, signed."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from typing import Any

from xlkit.errors import SecretError
from xlkit.sentences import Sentence

#: The environment variable that holds the round's key: 64 hexadecimal digits.
KEY_VARIABLE = "XLKIT_KEY"
_KEY_BYTES = 32
#: A version, a serial or a year that a workbook claims; a larger one is no identity of ours.
_MOST = 1_000_000


class Signature(StrEnum):
    """What the signature of an identity proves."""

    VALID = "valid"
    """Issued with this key."""
    UNVERIFIED = "unverified"
    """No key here, or none when it was issued: nothing is proved, nothing is wrong."""
    INVALID = "invalid"
    """Signed with this key once, and changed since."""


@dataclass(frozen=True, slots=True)
class Identity:
    """What a workbook says of itself.

    `layout` is the digest of the layout it was rendered with; `sizing` the numbers of
    spare rows and sheets that the layout was planned with; `issued` the texts that were
    filled in and locked, by cell name `path#instance#mark#field`; `offered` where texts came
    from that were filled in to start with, and these texts: `0:95%`, `row:`; `checks` the prints
    of what its formulas say.
    """

    form: str
    version: int
    layout: str = ""
    round: str = ""
    unit: str = ""
    unit_name: str = ""
    year: int | None = None
    serial: int = 1
    correction: int = 0
    """How often it went back to be corrected."""
    language: str = "zh"
    sizing: Mapping[str, int] = field(default_factory=dict)
    issued: Mapping[str, str] = field(default_factory=dict)
    offered: Mapping[str, str] = field(default_factory=dict)
    checks: str = ""
    issued_digest: str = ""
    key_id: str = ""
    mac: str = ""

    def canonical(self) -> str:
        """The identity as the one JSON text that is signed: sorted keys, no blanks, no mac.

        The issued and offered texts and the prints of the checks count by their digest, so that
        short copies can be checked too.
        """
        left_out = ("mac", "issued", "offered", "checks")
        content = {name: value for name, value in _plain(self).items() if name not in left_out}
        return _json(content)

    def signed(self, key: bytes | None) -> Identity:
        """The identity with its HMAC-SHA256; unsigned where there is no key."""
        sealed = replace(self, issued_digest=_issued_digest(self), key_id="", mac="")
        if key is None:
            return sealed
        named = replace(sealed, key_id=key_id(key))
        return replace(named, mac=_mac(named, key))

    def signature(self, key: bytes | None) -> Signature:
        """What the mac proves to the holder of that key."""
        if key is None or not self.mac or self.key_id != key_id(key):
            return Signature.UNVERIFIED
        sound = self.is_whole and hmac.compare_digest(_mac(self, key).encode(), self.mac.encode())
        return Signature.VALID if sound else Signature.INVALID

    @property
    def is_assumed(self) -> bool:
        """Whether it stands for one that is lost: what went out says of which layout it is."""
        return not self.layout

    @property
    def is_whole(self) -> bool:
        """Whether the texts that count by their digest are as they were issued, or left out."""
        short = not self.issued and not self.offered and not self.checks
        return short or _issued_digest(self) == self.issued_digest

    def to_json(self, *, short: bool = False) -> str:
        """The identity with its mac, as it stands in the workbook; short: no texts of cells."""
        return _json(_plain(replace(self, issued={}, offered={}, checks="") if short else self))

    @classmethod
    def from_json(cls, text: str) -> Identity | None:
        """The identity that a text holds; None where it holds none."""
        try:
            content = json.loads(text)
            _json(content).encode("utf-8")  # half a surrogate pair could not be signed
            return cls(**{name: _typed(name, value) for name, value in content.items()})
        except (ValueError, TypeError, AttributeError, RecursionError):
            return None


def to_chunks(text: str, size: int = 240) -> list[str]:
    """A text as pieces of plain ASCII that fit where only short literals do."""
    packed = base64.urlsafe_b64encode(text.encode("utf-8")).decode("ascii")
    return [packed[start : start + size] for start in range(0, len(packed), size)]


def from_chunks(chunks: Sequence[str]) -> str | None:
    """The text that `to_chunks` cut up; None where the pieces do not fit together."""
    try:
        return base64.urlsafe_b64decode("".join(chunks).encode("ascii")).decode("utf-8")
    except (ValueError, UnicodeError):
        return None


def key_id(key: bytes) -> str:
    """A short name of a key that tells nothing about it."""
    return hashlib.sha256(b"xlkit key " + key).hexdigest()[:12]


def key_from_environment() -> bytes | None:
    """The key that `XLKIT_KEY` holds, or None where it is not set.

    Raises:
        SecretError: the variable is set, but not to 64 hexadecimal digits.
    """
    text = os.environ.get(KEY_VARIABLE, "").strip()
    if not text:
        return None
    try:
        key = bytes.fromhex(text)
    except ValueError as error:
        raise SecretError(Sentence("key-hex", variable=KEY_VARIABLE)) from error
    if len(key) != _KEY_BYTES:
        raise SecretError(
            Sentence("key-length", variable=KEY_VARIABLE, found=len(key), wanted=_KEY_BYTES)
        )
    return key


def _mac(identity: Identity, key: bytes) -> str:
    return hmac.new(key, identity.canonical().encode("utf-8"), hashlib.sha256).hexdigest()


def _issued_digest(identity: Identity) -> str:
    """Of what was issued alone where there is nothing else, as before there was anything else."""
    texts: dict[str, Any] = dict(identity.issued)
    if identity.offered or identity.checks:
        texts = {"issued": texts, "offered": dict(identity.offered)}
    if identity.checks:
        texts["checks"] = identity.checks
    return hashlib.sha256(_json(texts).encode("utf-8")).hexdigest()[:16]


def _json(content: Mapping[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _plain(identity: Identity) -> dict[str, Any]:
    content = asdict(identity)
    content["sizing"] = dict(identity.sizing)
    content["issued"] = dict(identity.issued)
    content["offered"] = dict(identity.offered)
    if not identity.offered:  # as with corrections
        del content["offered"]
    if not identity.checks:
        del content["checks"]
    if not identity.correction:  # so that what was signed before there were any stays valid
        del content["correction"]
    return content


def _typed(name: str, value: Any) -> Any:
    """The value of that part, or TypeError: a workbook may claim anything."""
    if name in ("version", "serial", "correction"):
        wanted: tuple[type, ...] = (int,)
    elif name == "year":
        wanted = (int, type(None))
    elif name in ("sizing", "issued", "offered"):
        if not isinstance(value, dict):
            raise TypeError(name)
        inner = int if name == "sizing" else str
        if not all(
            isinstance(item, inner) and not isinstance(item, bool) for item in value.values()
        ):
            raise TypeError(name)
        return value
    else:
        wanted = (str,)
    if not isinstance(value, wanted) or isinstance(value, bool):
        raise TypeError(name)
    if isinstance(value, int) and not 0 <= value <= _MOST:
        raise TypeError(name)
    return value
