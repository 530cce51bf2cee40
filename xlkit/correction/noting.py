"""From findings to the notes of a correction workbook."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from xlkit.catalogue import expected_of, waiver_text
from xlkit.catalogue import say as words_of
from xlkit.cells import parse_address
from xlkit.correction.reissue import Moved
from xlkit.correction.remarks import BUREAU_CODES
from xlkit.findings import Finding, Severity, worst_first
from xlkit.form.model import Form
from xlkit.form.texts import fill
from xlkit.form.texts import say as text_of
from xlkit.submission.model import Submission
from xlkit.submission.raw import Outside
from xlkit.template.layout import Layout
from xlkit.template.notes import CellPlace, Note, Notes, Weight, say
from xlkit.validation.explanations import finding_keys

#: Cells outside the places for answers that are listed one by one.
_MOST_OUTSIDE = 2_000
_MOST_SIGNS = 120
#: Signs of a remark on the list and in a comment: a row cannot be higher, a cell hold no more.
_MOST_WORDS = 4_000
#: Findings of a round about the file itself, which a workbook made anew puts right.
_OF_THE_FILE = frozenset({"serial-older"})
#: Findings of reading that say of a cell what the list of cells outside says.
_TOLD_OUTSIDE = frozenset({"stray-cells", "extra-sheet"})


def notes_of(
    came: Submission, fresh: Submission, layout: Layout, moved: Moved | None = None
) -> Notes:
    """What is to be said in the fresh workbook of the answers of the one that came.

    `fresh` is the return that the fresh workbook would be, `layout` its layout. What is wrong
    in it is to be mended; what was wrong only in the file that came is put right. In a workbook
    that the bureau made anew only what was wrong with the file itself is known to be put right.
    """
    language, form = layout.language, layout.form
    keys = finding_keys(fresh)
    writer = _Writer(form, layout)
    numbered = {id(found): key for found, key in zip(fresh.findings, keys, strict=True)}
    notes = [
        writer.note(found, numbered[id(found)])
        for found in worst_first(fresh.findings)
        if found.severity is not Severity.NOTICE
    ]
    left = set(keys)
    gone = [
        found
        for found, key in zip(came.findings, finding_keys(came), strict=True)
        if found.severity is not Severity.NOTICE and key not in left
        if moved is None or _is_of_the_file(found, came)
    ]
    told = _TOLD_OUTSIDE | BUREAU_CODES
    restored = [writer.restored(f) for f in worst_first(gone) if f.code not in told]
    return Notes(
        title=_title(came, layout),
        notes=(*notes, *restored),
        outside=tuple(_outside(came, moved.lost if moved is not None else (), language)),
        kept=fresh.raw.explanations,
        least=form.explanations.min_length,
    )


class _Writer:
    def __init__(self, form: Form, layout: Layout) -> None:
        self._form = form
        self._layout = layout
        self._language = layout.language

    def note(self, found: Finding, key: str) -> Note:
        said = words_of(found, self._language)
        cells = tuple(_places(found.cells))
        weight = Weight.ERROR if found.severity is Severity.ERROR else Weight.WARNING
        written = found.explanation
        expected = expected_of(found, said.message + said.hint, self._language)
        wanted = say("expected", self._language, expected=expected) if expected else ""
        to_do = "\n".join(filter(None, (wanted, said.hint)))
        if written is not None and written.lack is not None:
            least = str(self._form.explanations.min_length)
            lack = say(f"lack_{written.lack}", self._language, least=least)
            to_do = f"{lack}\n{to_do}"
        elif written is not None:
            weight = Weight.EXPLAINED
        if found.waiver is not None:
            weight = Weight.WAIVED
            waiver = waiver_text(found.waiver, self._language)
            to_do = say("waived_to_do", self._language, waiver=waiver)
        return Note(
            weight=weight,
            key=key,
            title=said.title,
            where=_few(found.cells, self._language) or found.where,
            found=_shortened(found.value or ""),
            problem=_within(said.message, self._language),
            to_do=to_do,
            cells=cells,
            goal=cells[0] if cells else self._block_of(found),
            explanation=written.text if written is not None else "",
            rejected=written is not None and not written.counts,
            tracked=found.code != "return-rejected",
        )

    def restored(self, found: Finding) -> Note:
        """What was wrong in the file that came and is right in the fresh one."""
        said = words_of(found, self._language)
        return Note(
            weight=Weight.RESTORED,
            key="",
            title=said.title,
            where=_few(found.cells, self._language),
            found=_shortened(found.value or ""),
            problem=said.message,
            to_do=say("restored_to_do", self._language),
        )

    def _block_of(self, found: Finding) -> CellPlace | None:
        """The line under the block that a finding without cells is about."""
        for sheet, block in self._layout.blocks():
            if block.path == found.block and block.instance == (found.instance or 0):
                return sheet.name, *block.check.box.first
        return None


def _places(cells: Sequence[str]) -> Iterator[CellPlace]:
    for cell in cells:
        sheet, _, place = cell.rpartition("!")
        try:
            yield sheet, *parse_address(place)
        except ValueError:  # a range is named by a block, not by a cell
            continue


def _is_of_the_file(found: Finding, came: Submission) -> bool:
    """Whether a finding is about the file that came, not about what was answered in it."""
    read = replace(found, explanation=None, waiver=None) in came.raw.findings
    return read or found.code in _OF_THE_FILE


def _within(text: str, language: str) -> str:
    """As much of a text as a cell and its comment show."""
    return text if len(text) <= _MOST_WORDS else text[:_MOST_WORDS] + say("cut", language)


def _shortened(text: str) -> str:
    """Enough of a text to know it by; the whole stands in its cell."""
    return text if len(text) <= _MOST_SIGNS else f"{text[:_MOST_SIGNS]}……"


def _few(cells: Sequence[str], language: str) -> str:
    """The first cell as people name it, and how many more there are."""
    if not cells:
        return ""
    sheet, _, place = cells[0].rpartition("!")
    named = f"{sheet} {place}".strip()
    number = str(len(cells))
    return named if len(cells) == 1 else say("and_more", language, cell=named, number=number)


def _outside(came: Submission, lost: Sequence[Outside], language: str) -> Iterator[tuple[str, str]]:
    """Cells whose content is not in the fresh workbook, the last line for those left out."""
    found = [*came.raw.outside, *lost, *_overwritten(came)]
    for item in found[:_MOST_OUTSIDE]:
        yield item.cell, item.text
    if len(found) > _MOST_OUTSIDE:
        yield "", say("more_outside", language, number=str(len(found) - _MOST_OUTSIDE))


def _overwritten(came: Submission) -> Iterator[Outside]:
    """What stood in cells that are computed or were filled in by the bureau."""
    for found in came.findings:
        if found.code in ("computed-overwritten", "prefilled-changed") and found.value:
            for cell in found.cells:
                yield Outside(cell, found.value)


def _title(came: Submission, layout: Layout) -> str:
    identity = came.raw.identity
    unit = identity.unit_name or identity.unit if identity else ""
    year = identity.year if identity else None
    title = fill(text_of(layout.form.title, layout.language), year=year)
    return say("title", layout.language, unit=unit, title=title).strip()
