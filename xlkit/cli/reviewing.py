"""What commands on returned workbooks have in common: files taken in and judged."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from xlkit.cli import console
from xlkit.sentences import Sentence

if TYPE_CHECKING:
    from xlkit.submission.read import Reader
    from xlkit.validation.review import Review


def reviewed(paths: Sequence[Path], reader: Reader, lang: str, jobs: int | None) -> Review:
    """The workbooks named and those in folders named, judged; a long run shows how far it is.

    Raises:
        UsageError: there is no workbook, or a path does not exist.
    """
    from xlkit.errors import UsageError
    from xlkit.files import workbooks
    from xlkit.validation.review import review

    found = workbooks(paths)
    if not found:
        raise UsageError(Sentence("no-workbook"))
    with console.progress(len(found), "reading") as advance:
        return review(found, reader, lang, each=advance, jobs=jobs)
