"""A form's definition as a round froze it: no later edit and no upgrade changes it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

from xlkit.files import write_whole
from xlkit.form.library import form_path, vocabulary_path
from xlkit.form.model import Form
from xlkit.rules.registry import load_checked

_VERSION = re.compile(r"v([0-9]+)")
_DEFINITION = "form.yaml"


def freeze(form: Form, source: str | Path, folder: Path) -> str:
    """Copies the definition, after the vocabularies that it uses; gives the digest of all.

    Raises:
        OutputError: the folder cannot be written.
    """
    for name, data in _files(form, source):
        write_whole(_home(folder, form.version) / name, data)
    return digest_of(form, source)


def digest_of(form: Form, source: str | Path) -> str:
    """A fingerprint of a definition with its vocabularies."""
    found = hashlib.sha256()
    for name, data in _files(form, source):
        found.update(f"{name}\0{len(data)}\0".encode())
        found.update(data)
    return found.hexdigest()


def frozen_forms(folder: Path) -> tuple[Form, ...]:
    """Every version that was frozen, the newest first; one that was not frozen whole is none.

    Raises:
        FormError: a definition in the folder is broken, or of a language that is unknown here.
    """
    found = {
        int(match[1]): path
        for path in folder.glob(f"v*/{_DEFINITION}")
        if (match := _VERSION.fullmatch(path.parent.name))
    }
    return tuple(load_checked(found[version]) for version in sorted(found, reverse=True))


def _home(folder: Path, version: int) -> Path:
    return folder / f"v{version}"


def _files(form: Form, source: str | Path) -> Iterator[tuple[str, bytes]]:
    path = source if isinstance(source, Path) else form_path(source)
    for name in sorted(form.use):
        yield f"{name}.yaml", vocabulary_path(name, path.parent).read_bytes()
    yield _DEFINITION, path.read_bytes()
