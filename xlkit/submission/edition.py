"""The edition of a reading: a digest of everything that it depends on besides the file's bytes."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Iterator
from dataclasses import asdict
from functools import cache
from importlib.metadata import PackageNotFoundError, entry_points, version
from pathlib import Path
from typing import Any

from xlkit.form.library import builtin_folder
from xlkit.identity import key_id
from xlkit.rules.plugins import GROUP, package_of
from xlkit.submission.read import Reader

_PACKAGE = Path(__file__).resolve().parent.parent
#: The libraries that take part in reading, as their packages are called.
_LIBRARIES = (
    "defusedxml",
    "msoffcrypto-tool",
    "odfpy",
    "openpyxl",
    "polars",
    "pydantic",
    "xlrd",
)


def edition_of(reader: Reader, language: str) -> str:
    """The digest of forms with all that they take in, limits, key, code and versions.

    Two readings of the same bytes that have it in common give the same answer, as long as the
    layout of these bytes is known to both or planned by both: frozen layouts are named by what
    they are and never change, so the many others of a round do not count.
    """
    content = {
        "forms": [form.model_dump_json() for form in reader.shelf.given],
        "limits": asdict(reader.limits),
        "key": key_id(reader.key) if reader.key is not None else None,
        "unit": reader.unit,
        "ordered": reader.is_ordered,
        "language": language,
        "code": _code(),
    }
    text = json.dumps(content, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


@cache
def _code() -> dict[str, Any]:
    """What this process runs: it does not change while it runs."""
    from pyexpat import EXPAT_VERSION

    return {
        "xlkit": _version("xlkit"),
        "source": _source_digest(),
        "python": [platform.python_implementation(), platform.python_version(), EXPAT_VERSION],
        "libraries": {name: _version(name) for name in _LIBRARIES},
        "rules": sorted(package_of(entry) for entry in entry_points(group=GROUP)),
    }


def _source_digest() -> str:
    """Of every module and message file of ours, and of the built-in definitions."""
    digest = hashlib.sha256()
    for path in _sources():
        content = path.read_bytes()
        digest.update(f"{path.name} {len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()


def _sources() -> Iterator[Path]:
    yield from sorted((*_PACKAGE.rglob("*.py"), *(_PACKAGE / "messages").glob("*.toml")))
    yield from sorted(builtin_folder("templates").rglob("*.yaml"))


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
