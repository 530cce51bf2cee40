"""Received files, kept by their content before anything reads them, and never changed."""

from __future__ import annotations

import hashlib
from pathlib import Path, PurePath

from xlkit.errors import RoundError
from xlkit.files import WORKBOOK_SUFFIXES, shown, write_whole
from xlkit.ledger.records import Received
from xlkit.round.folder import Folder
from xlkit.sentences import Sentence


def keep(folder: Folder, data: bytes, suffix: str) -> str:
    """Archives a file and gives its sha256; what is there already is left as it is.

    Raises:
        OutputError: the archive cannot be written.
    """
    digest = hashlib.sha256(data).hexdigest()
    path = folder.archived(digest, suffix)
    if not _holds(path, digest):
        write_whole(path, data)
    return digest


def suffix_of(name: str) -> str:
    """The ending that a file is archived under; one that no workbook has is left out."""
    suffix = PurePath(name).suffix.lower()
    return suffix if suffix in WORKBOOK_SUFFIXES else ""


def path_of(folder: Folder, received: Received) -> Path:
    """The archived file.

    Raises:
        RoundError: it is gone.
    """
    path = folder.archived(received.sha256, received.suffix)
    if not path.is_file():
        raise RoundError(
            Sentence(
                "archive-gone",
                path=shown(path),
                name=received.name,
                day=f"{received.received_at:%Y-%m-%d}",
            )
        )
    return path


def _holds(path: Path, digest: str) -> bool:
    """Whether the archive has that very file, whole."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == digest
    except OSError:
        return False
