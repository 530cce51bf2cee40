"""What people wrote beside cells, in notes, comments and text boxes, where nothing is read."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from xlkit.cells import address
from xlkit.findings import Finding, Severity
from xlkit.form.texts import fill
from xlkit.identity import Identity
from xlkit.submission.grid import ReturnedWorkbook
from xlkit.submission.named import finding
from xlkit.template.notes import Weight, say
from xlkit.template.signs import REMARK_END
from xlkit.wording import LANGUAGES, word

_SHOWN = 40
_OFFERED = ("offered_row", "offered_value", "offered_locked")


def remarks(workbook: ReturnedWorkbook, identity: Identity) -> Iterator[Finding]:
    """One finding a sheet that has remarks other than those that it was issued with."""
    for grid in workbook.sheets:
        said = {cell: _theirs(text, identity.year) for cell, text in grid.remarks.items()}
        cells = sorted(cell for cell, text in said.items() if text)
        if cells:
            yield finding(
                "remarks-unread",
                Severity.NOTICE,
                cells=tuple(f"{grid.name}!{address(*cell)}" for cell in cells),
                value="；".join(said[cell][:_SHOWN] for cell in cells[:3]),
                sheet=grid.name,
                number=str(len(cells)),
            )


def _theirs(text: str, year: int | None) -> str:
    """What a department wrote: all of a remark, or what stands behind the end of one of ours."""
    _, end, behind = text.partition(REMARK_END)
    if end:
        return behind.strip()
    return "" if _is_issued(text, year) else text.strip()


def _is_issued(text: str, year: int | None) -> bool:
    """Whether a remark without an end is one of ours, from before they had any."""
    tails = tuple(
        fill(word(key, language), year=year) for language in LANGUAGES for key in _OFFERED
    )
    return text.startswith(_heads()) or text.rstrip().endswith(tails)


@cache
def _heads() -> tuple[str, ...]:
    """What comments of corrections begin with."""
    blank = dict.fromkeys(("title", "problem", "to_do"), "\0")
    return tuple(
        say("comment", language, weight=say(f"weight_{weight}", language), **blank).split("\0")[0]
        for language in LANGUAGES
        for weight in Weight
        if weight is not Weight.RESTORED
    )
