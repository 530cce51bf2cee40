"""Submissions as bytes without their forms, to go from one process to another."""

from __future__ import annotations

import pickle
from io import BytesIO
from typing import Any

from xlkit.form.model import Form, PlacedBlock
from xlkit.submission.model import Submission
from xlkit.submission.shelf import FormShelf


def pack(submission: Submission) -> bytes:
    """The submission; its form and the form's blocks are named only."""
    target = BytesIO()
    _Packer(target, pickle.HIGHEST_PROTOCOL).dump((submission.raw.form, submission))
    return target.getvalue()


def unpack(data: bytes, shelf: FormShelf) -> Submission:
    """The submission, of the very form that the shelf holds under that name."""
    submission: Submission = _Unpacker(BytesIO(data), shelf).load()[1]
    return submission


class _Packer(pickle.Pickler):
    def persistent_id(self, item: Any) -> tuple[str, int] | str | None:
        if isinstance(item, PlacedBlock):
            return item.path
        return (item.form, item.version) if isinstance(item, Form) else None


class _Unpacker(pickle.Unpickler):  # its bytes come from our own worker
    def __init__(self, source: BytesIO, shelf: FormShelf) -> None:
        super().__init__(source)
        self._shelf = shelf
        self._blocks: dict[str, PlacedBlock] = {}

    def persistent_load(self, named: tuple[str, int] | str) -> Form | PlacedBlock:
        """The form comes first, then its blocks by path."""
        if isinstance(named, str):
            return self._blocks[named]
        form = self._shelf.find(*named)
        assert form is not None, "the worker read by a form of this very shelf"
        self._blocks = {placed.path: placed for placed in form.blocks}
        return form
