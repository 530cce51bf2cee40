"""What a file holds, as far as it is read, and the digest of all of it."""

from __future__ import annotations

import hashlib
import os
import stat
from dataclasses import dataclass
from pathlib import Path

from xlkit.errors import UsageError
from xlkit.files import shown
from xlkit.sentences import Sentence, system_says
from xlkit.submission.limits import DEFAULT_LIMITS, Limits

#: Bytes of a file that is too large to be read and yet has its digest taken, and of a piece.
_MOST_DIGESTED, _PIECE = 1 << 30, 1 << 20


@dataclass(frozen=True, slots=True)
class Content:
    """What a file holds: of one that is too large just enough to tell, but its whole digest."""

    data: bytes
    sha256: str
    """'' where it could not be taken: a file of more than a gigabyte, or one without an end."""

    @classmethod
    def whole(cls, data: bytes) -> Content:
        """The content of a file of which these are all bytes."""
        return cls(data, hashlib.sha256(data).hexdigest())


def content_of(path: Path, limits: Limits = DEFAULT_LIMITS) -> Content:
    """The file's content as far as it is read, and the digest of all of it.

    Raises:
        UsageError: there is no such file, or it cannot be opened.
    """
    try:
        with path.open("rb") as file:
            data = file.read(limits.max_bytes + 1)
            digest = hashlib.sha256(data)
            if len(data) > limits.max_bytes:
                status = os.fstat(file.fileno())
                if not stat.S_ISREG(status.st_mode) or status.st_size > _MOST_DIGESTED:
                    return Content(data, "")
                while piece := file.read(_PIECE):
                    digest.update(piece)
            return Content(data, digest.hexdigest())
    except OSError as error:
        raise UsageError(
            Sentence("cannot-open", path=shown(path), said=system_says(error))
        ) from error
