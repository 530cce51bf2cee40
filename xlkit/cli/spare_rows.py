"""Spare rows as people name them on the command line: BLOCK=N."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from xlkit.errors import UsageError
from xlkit.sentences import Sentence

if TYPE_CHECKING:
    from xlkit.form.model import Form

#: As many as a form itself may declare.
_MOST_SPARES = 2_000


def spare_rows_of(form: Form, texts: Sequence[str]) -> dict[str, int]:
    """The numbers of spare rows by the path of their block.

    Raises:
        UsageError: a text that names no table of the form, or no number.
    """
    return dict(_spare_row(form, text) for text in texts)


def _spare_row(form: Form, text: str) -> tuple[str, int]:
    name, _, number = text.partition("=")
    tables = {placed.name: placed for placed in form.blocks if placed.block.kind == "table"}
    if name not in tables or not number.isdigit() or int(number) > _MOST_SPARES:
        raise UsageError(Sentence("spare-rows", text=text, known=list(tables)))
    return tables[name].path, int(number)
