"""The bureau's own words on a return: of the whole of it, or at one of its cells."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from xlkit.catalogue import severity_of
from xlkit.cells import Box, address, parse_address
from xlkit.findings import Finding
from xlkit.form.model import Form
from xlkit.form.rows import CellKey
from xlkit.form.texts import fill
from xlkit.form.texts import say as text_of
from xlkit.submission.model import CastRow, Submission, where, written_text
from xlkit.submission.raw import RawRow
from xlkit.template.layout import BlockPlace
from xlkit.template.notes import say
from xlkit.template.plan import plan
from xlkit.validation.rows import addresses

BUREAU_CODES = frozenset({"return-rejected", "bureau-remark"})
"""The codes of findings that are the bureau's words."""

_LINE_ENDS = re.compile(r"\r\n|[\r\x0b\x0c\x85\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class Remark:
    """What somebody at the bureau says of a return; without a cell, of the whole of it."""

    text: str
    by: str = ""
    cell: CellKey | None = None


def place_of(submission: Submission, place: str) -> CellKey | None:
    """The answer that stands in a cell `sheet!B7` of the returned file; None for no answer's.

    Any cell of a merged range is that range's; quotes, `$` and small letters do not matter.
    The sheet may be left out where only one sheet has an answer there.
    """
    sheet, _, cell = place.strip().replace("！", "!").rpartition("!")
    if sheet[:1] == sheet[-1:] == "'" and len(sheet) > 1:
        sheet = sheet[1:-1].replace("''", "'")
    try:
        at = parse_address(cell.strip())
    except ValueError:
        return None
    for found in (_exactly(submission, at), _within(submission, at)):
        meant = [key for name, key in found if not sheet or name.casefold() == sheet.casefold()]
        if meant:
            return meant[0] if len(set(meant)) == 1 else None
    return None


def cells_of(submission: Submission, cell: CellKey) -> tuple[str, ...]:
    """The cells `sheet!B7` of the returned file where an answer stands; () where it has none."""
    row = _row(submission, cell)
    return tuple(addresses(row, cell[3])) if row is not None else ()


def remarked(submission: Submission, remarks: Sequence[Remark], language: str = "zh") -> Submission:
    """The submission with the bureau's words as errors before its other findings.

    A remark at a cell that the return does not have is told without a cell.
    """
    made = tuple(_finding(submission, remark, language) for remark in remarks)
    return replace(submission, findings=(*made, *submission.findings)) if made else submission


def _finding(submission: Submission, remark: Remark, language: str) -> Finding:
    code = "return-rejected" if remark.cell is None else "bureau-remark"
    made = Finding(
        code=code,
        severity=severity_of(code),
        where=say("whole", language),
        params={"text": _legible(remark.text), "by": _legible(remark.by)},
    )
    form, cell = submission.raw.form, remark.cell
    if cell is None or form is None:
        return made
    path, instance, _, name = cell
    made = replace(made, block=path, field=name, instance=instance or None)
    row = _row(submission, cell)
    if row is None:
        identity = submission.raw.identity
        return replace(
            made, where=_named(form, cell, language, identity.year if identity else None)
        )
    return replace(
        made,
        cells=tuple(addresses(row, name)),
        row=row.key,
        value=written_text(row.raw, name, row.values.get(name)),
        where=where(form, submission.raw, row, name, language),
    )


def _row(submission: Submission, cell: CellKey) -> CastRow | None:
    path, instance, mark, name = cell
    for row in submission.rows:
        at = (row.raw.path, row.raw.instance, row.raw.row.mark)
        if at == (path, instance, mark) and name in row.raw.cells:
            return row
    return None


def _named(form: Form, cell: CellKey, language: str, year: int | None) -> str:
    """Block and field of a cell in people's words, as far as the form has them."""
    path, _, _, name = cell
    placed = next((one for one in form.blocks if one.path == path), None)
    if placed is None:
        return f"{path} › {name}"
    shown = language if language in form.languages else form.languages[0]
    labels = [placed.block.label, *(one.label for one in placed.block.fields if one.name == name)]
    return " › ".join(
        fill(text_of(label, shown), year=year) for label in labels if label is not None
    )


def _exactly(submission: Submission, at: tuple[int, int]) -> Iterator[tuple[str, CellKey]]:
    for row in submission.raw.rows:
        for name, cells in row.cells.items():
            if address(*at) in cells:
                yield row.sheet, _key(row, name)


def _within(submission: Submission, at: tuple[int, int]) -> Iterator[tuple[str, CellKey]]:
    """The answers over whose merged cells that place lies."""
    raw = submission.raw
    if raw.form is None or raw.identity is None:
        return
    layout = plan(raw.form, raw.sizing, raw.identity.language)
    blocks = {(block.path, block.instance): block for _, block in layout.blocks()}
    for row in raw.rows:
        block = blocks.get((row.path, row.instance))
        for name, box in _boxes(block, row) if block is not None else ():
            if box.top <= at[0] <= box.bottom and box.left <= at[1] <= box.right:
                yield row.sheet, _key(row, name)


def _boxes(block: BlockPlace, row: RawRow) -> Iterator[tuple[str, Box]]:
    """The cells of each field of a row where they came back, as large as they were issued."""
    place = next((one for one in block.rows if one.row.mark == row.row.mark), None)
    for slot in place.slots if place is not None else ():
        issued = slot.box
        for cell in row.cells.get(slot.field, ())[:1]:
            top, left = parse_address(cell)
            height, width = issued.bottom - issued.top, issued.right - issued.left
            yield slot.field, Box(top, left, top + height, left + width)


def _key(row: RawRow, name: str) -> CellKey:
    return row.path, row.instance, row.row.mark, name


def _legible(text: str) -> str:
    """What a clerk typed, without signs that no file can hold."""
    plain = _LINE_ENDS.sub("\n", text)
    return "".join(_seen(sign) for sign in plain).strip()


def _seen(sign: str) -> str:
    kind = unicodedata.category(sign)
    if sign == "\n" or kind not in ("Cc", "Cs", "Cn"):
        return sign
    return " " if kind == "Cc" else ""
