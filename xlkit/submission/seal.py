"""Bytes under a seal: damage, forgery and the answer to another question are noticed.

The digest before them is an HMAC where there is a key, so that nobody without it can make them
up; else it is a checksum, which tells damage, not malice.
"""

from __future__ import annotations

import hashlib
import hmac
import zlib

_MAGIC = b"xlkit answers 1\n"
_HEAD = len(_MAGIC) + hashlib.sha256().digest_size
_MOST_INFLATED = 256 << 20
_FAST = 1


def sealed(content: bytes, about: str, key: bytes | None) -> bytes:
    """The content, packed, behind a digest of it and of what it is about."""
    packed = zlib.compress(content, _FAST)
    return _MAGIC + _digest(packed, about, key) + packed


def unsealed(data: bytes, about: str, key: bytes | None) -> bytes | None:
    """The content; None where the bytes are damaged, of somebody else, or about other things."""
    packed = data[_HEAD:]
    proof = hmac.compare_digest(data[:_HEAD], _MAGIC + _digest(packed, about, key))
    if not proof:
        return None
    inflating = zlib.decompressobj()
    try:
        content = inflating.decompress(packed, _MOST_INFLATED)
    except zlib.error:
        return None
    return content if inflating.eof else None


def _digest(packed: bytes, about: str, key: bytes | None) -> bytes:
    said = hashlib.sha256(_MAGIC + about.encode("utf-8") + b"\n" + packed).digest()
    return said if key is None else hmac.new(b"xlkit cache " + key, said, hashlib.sha256).digest()
