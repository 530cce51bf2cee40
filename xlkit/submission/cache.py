"""What was read of a file once, so that the same bytes are not read again.

A cached answer is the cast submission before anything was judged. It is found by the sha256 of
its file and counts only for the same edition (`xlkit.submission.edition`): forms with all that
they take in, limits, signing key, a clerk's order, language, xlkit's own source, Python and the
parsing libraries. Verdicts, waivers and what is between returns are always worked out afresh,
and so are the name of the file and what its signature proves.

What stands in private fields is not kept: a mask stands there (`xlkit.submission.masking`), and
the copy says so (`raw.is_masked`). A return that would not be judged the same by its masked copy
is not kept at all and is read again.

Whatever lies in the folder, an answer is right or there is none. Where there is a key, nobody
without it can write one; where there is none, the folder should be as well kept as the returns
themselves. A folder that cannot be written costs time only.
"""

from __future__ import annotations

import contextlib
import json
import re
import stat
from dataclasses import replace
from pathlib import Path

from xlkit.errors import OutputError
from xlkit.files import write_whole
from xlkit.form.model import Form
from xlkit.submission.codec import Strange
from xlkit.submission.edition import edition_of
from xlkit.submission.masking import Masks
from xlkit.submission.model import Submission
from xlkit.submission.read import Reader
from xlkit.submission.seal import sealed, unsealed
from xlkit.submission.submission_json import FormRows, from_json, to_json
from xlkit.template.layout import Sizing

_DIGEST = re.compile(r"[0-9a-f]{64}")
_LANGUAGE = re.compile(r"[A-Za-z-]{1,12}")
_MOST_BYTES = 64 << 20
#: What depends on the machine and its hour, or on layouts frozen since, and not on the file.
_PASSING = frozenset({"reader-died", "layout-unknown"})


class AnswerCache:
    """Cast submissions by the sha256 of their files, in a folder that may be deleted any time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._editions: list[tuple[Reader, str, str]] = []
        self._masks: list[Masks] = []
        self._rows: list[FormRows] = []

    def get(self, sha256: str, reader: Reader, language: str, name: str = "") -> Submission | None:
        """What was read of those bytes, under the name that the file has now; None if unknown.

        Raises:
            NoCodec: submissions declare a type that nobody has said how to write.
        """
        path = self._path(sha256, language)
        data = _content(path) if path is not None else None
        if data is None:
            return None
        content = unsealed(data, self._about(sha256, reader, language), reader.key)
        if content is None:
            return None
        try:
            text = content.decode("utf-8", "surrogatepass")
        except UnicodeDecodeError:
            return None
        found = from_json(text, reader.shelf, self._rows_for)
        if found is None or found.raw.sha256 != sha256:
            return None
        claimed = found.raw.claimed or found.raw.identity
        if claimed is not None and claimed.signature(reader.key) is not found.raw.signature:
            return None
        return replace(found, raw=replace(found.raw, file=name))

    def put(self, submission: Submission, reader: Reader, language: str) -> None:
        """Keeps what was read of a file, where that may be kept.

        Raises:
            NoCodec: submissions declare a type that nobody has said how to write.
        """
        raw = submission.raw
        path = self._path(raw.sha256, language)
        if path is None or any(found.code in _PASSING for found in submission.findings):
            return
        if reader.shelf.layouts and raw.identity is not None and not raw.identity.layout:
            return
        text = self._text(submission, language)
        if text is None:
            return
        about = self._about(raw.sha256, reader, language)
        data = sealed(text.encode("utf-8", "surrogatepass"), about, reader.key)
        with contextlib.suppress(OutputError):
            write_whole(path, data, lasting=False)

    def _text(self, submission: Submission, language: str) -> str | None:
        """The submission as it may be kept, without its file's name."""
        raw = submission.raw
        kept, secrets = submission, frozenset[str]()
        if raw.form is not None:
            masks = self._masks_of(raw.form, language)
            secrets = masks.secrets(submission)
            masked = masks.of(submission)
            if masked is None:
                return None
            kept = masked
        kept = replace(kept, raw=replace(kept.raw, file=""))
        rows = self._rows_for(raw.form, raw.sizing) if raw.form is not None else None
        try:
            text = to_json(kept, rows)
        except Strange:
            return None
        return None if any(_as_written(secret) in text for secret in secrets) else text

    def _path(self, sha256: str, language: str) -> Path | None:
        if not _DIGEST.fullmatch(sha256) or not _LANGUAGE.fullmatch(language):
            return None
        return self._folder / sha256[:2] / f"{sha256}.{language}"

    def _about(self, sha256: str, reader: Reader, language: str) -> str:
        for known, spoken, edition in self._editions:
            if known is reader and spoken == language:
                return f"{sha256} {edition}"
        edition = edition_of(reader, language)
        self._editions[:] = [(reader, language, edition)]
        return f"{sha256} {edition}"

    def _masks_of(self, form: Form, language: str) -> Masks:
        for known in self._masks:
            if known.form is form and known.language == language:
                return known
        self._masks.append(Masks(form, language))
        return self._masks[-1]

    def _rows_for(self, form: Form, sizing: Sizing) -> FormRows:
        """The rows of a form; those of the last sizings are kept, since returns are alike."""
        for known in self._rows:
            if known.form is form and known.sizing == sizing:
                return known
        self._rows[:] = [FormRows(form, sizing), *self._rows[:7]]
        return self._rows[0]


def _content(path: Path) -> bytes | None:
    """A plain file's bytes; None of anything else, or of more than any answer has."""
    try:
        status = path.lstat()
        if not stat.S_ISREG(status.st_mode) or status.st_size > _MOST_BYTES:
            return None
        with path.open("rb") as file:
            return file.read(_MOST_BYTES)
    except OSError:
        return None


def _as_written(text: str) -> str:
    """A text as JSON has it, without its quotes."""
    return json.dumps(text, ensure_ascii=False)[1:-1]
