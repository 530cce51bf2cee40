"""Printed cells that came back with other texts, and how that is told."""

from __future__ import annotations

import re
from collections.abc import Sequence

from xlkit.catalogue import severity_of
from xlkit.cells import address
from xlkit.findings import Finding, Severity
from xlkit.submission.named import finding
from xlkit.submission.tally import Cell
from xlkit.values.text import squeeze

#: Changed cells of one sheet whose texts are all listed, as issued and as found.
_MOST_LISTED = 50
_PLACEHOLDER = re.compile(r"\{[^{}]*\}")


def is_as_printed(content: str, issued: str) -> bool:
    """Whether a cell says what was printed, blanks and the width of signs apart."""
    return content == issued or squeeze(content) == squeeze(issued)


def could_be_printed(content: str, template: str) -> bool:
    """Whether a cell says what was printed of a text with placeholders, whatever they stood for."""
    first, *rest = map(squeeze, _PLACEHOLDER.split(template))
    text = squeeze(content)
    if not rest or not text.startswith(first):
        return False
    at = len(first)
    for piece in rest[:-1]:
        at = text.find(piece, at) + len(piece)
        if at < len(piece):
            return False
    return text.endswith(rest[-1]) and len(text) - len(rest[-1]) >= at


def printed_over(
    sheet: str,
    code: str,
    cells: Sequence[tuple[Cell, str, str]],
    weight: Severity | None = None,
) -> Finding:
    """The cells of a sheet that say something else, each with what was issued and came back."""
    return finding(
        code,
        weight or severity_of(code),
        cells=tuple(f"{sheet}!{address(*cell)}" for cell, _, _ in cells),
        value="；".join(returned or "—" for _, _, returned in cells[:_MOST_LISTED]),
        expected="；".join(_told_once([issued for _, issued, _ in cells[:_MOST_LISTED]])),
        sheet=sheet,
        number=str(len(cells)),
    )


def _told_once(texts: Sequence[str]) -> Sequence[str]:
    """The texts; one where they are all the same."""
    return texts[:1] if len(set(texts)) == 1 else texts
