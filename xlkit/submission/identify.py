"""Whose workbook this is: its identity from wherever programs left it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import count, takewhile

from xlkit.form.model import Form
from xlkit.form.rows import RowKind, rows_of
from xlkit.identity import Identity, from_chunks, to_chunks
from xlkit.submission.grid import Grid, ReturnedWorkbook
from xlkit.template.layout import Sizing
from xlkit.template.printed import IDENTITY_SHEET

#: The share of a workbook's row marks that a form must know to be taken for its own.
_MOST_MARKS = 0.9
_ROW_MARK = re.compile(r"[a-z][a-z0-9_.]*/[\w-]+")
_NUMBER = re.compile(r"[0-9]+$")
_SHEET_MARK = re.compile(r"xlkit:([1-9][0-9]{0,2})\.([0-9]{1,3})")


def identities(workbook: ReturnedWorkbook) -> tuple[Identity, ...]:
    """Every identity that the workbook carries, the fullest first; copies are left out."""
    found: list[Identity] = []
    for text in _texts(workbook):
        identity = Identity.from_json(text)
        if identity is None:
            continue
        if all(identity.canonical() != other.canonical() for other in found):
            found.append(identity)
    return tuple(found)


def identity_grid(workbook: ReturnedWorkbook) -> Grid | None:
    """The hidden sheet that holds the identity, whatever its name is now."""
    for grid in workbook.sheets:
        first = grid.cells.get((1, 1))
        if first is not None and first.text == IDENTITY_SHEET:
            return grid
    return None


def identity_cells(grid: Grid) -> tuple[tuple[int, int], ...]:
    """The mark of the identity's sheet, and the cells below each other that are the identity.

    Those of an identity whose texts are not the issued ones are left out: they were changed.
    A reader of such pieces passes over what stands behind their end; that is no part of it.
    """
    chunks = _chunk_cells(grid)
    text = from_chunks([grid.cells[cell].text for cell in chunks]) or ""
    identity = Identity.from_json(text)
    if identity is None or not (identity.is_whole or not identity.issued_digest):
        return ((1, 1),)
    left = "".join(to_chunks(text))
    found = [(1, 1)]
    for cell in chunks:
        piece = grid.cells[cell].text
        if not piece or not left.startswith(piece):
            break
        left = left.removeprefix(piece)
        found.append(cell)
    return tuple(found)


def assumed_identity(form: Form, workbook: ReturnedWorkbook) -> Identity:
    """An identity for a workbook that has lost its own, sized by the sheets that are there."""
    members = dict.fromkeys(form.groups, 0)
    for grid in workbook.sheets:
        for cell in grid.cells.values():
            match = _SHEET_MARK.fullmatch(cell.text)
            if match is None or int(match[1]) > len(form.sheets):
                continue
            repeat = form.sheets[int(match[1]) - 1].repeat
            if repeat is not None:
                members[repeat.group] = max(members[repeat.group], min(int(match[2]), 200))
    sizing = Sizing({name: number for name, number in members.items() if number})
    return Identity(
        form=form.form,
        version=form.version,
        language=form.languages[0],
        sizing=sizing.numbers(),
    )


def likeliest(forms: Iterable[Form], workbook: ReturnedWorkbook) -> Form | None:
    """The one form that nearly all of the marks are of; None where none or several are."""
    texts = {cell.text for grid in workbook.sheets for cell in grid.cells.values()}
    named = {_NUMBER.sub("", text) for text in texts if _ROW_MARK.fullmatch(text)}
    enough = max(1, _MOST_MARKS * len(named))
    likely = [form for form in forms if len(named & _row_marks(form)) >= enough]
    return likely[0] if len(likely) == 1 else None


def _row_marks(form: Form) -> set[str]:
    """The marks of all rows, without the numbers of those that are alike."""
    marks = (
        f"{placed.path}/{'line-' if row.kind is RowKind.RECORD else row.mark}"
        for placed in form.blocks
        for row in rows_of(form, placed)
    )
    return {_NUMBER.sub("", mark) for mark in marks}


def is_marked(workbook: ReturnedWorkbook) -> bool:
    """Whether any sheet still bears one of our marks."""
    return any(
        cell.text.startswith("xlkit:") for grid in workbook.sheets for cell in grid.cells.values()
    )


def with_issued(identity: Identity, others: tuple[Identity, ...]) -> Identity:
    """The identity with the issued texts of a copy that still has them."""
    for other in others:
        if not identity.issued and other.issued and other.canonical() == identity.canonical():
            return replace(identity, issued=other.issued)
    return identity


def _texts(workbook: ReturnedWorkbook) -> Iterator[str]:
    grid = identity_grid(workbook)
    if grid is not None:
        yield from_chunks([grid.cells[cell].text for cell in _chunk_cells(grid)]) or ""
    yield from_chunks(_numbered(workbook.properties, "xlkit")) or ""
    yield from_chunks(_numbered(workbook.names, "_xlkit_")) or ""


def _chunk_cells(grid: Grid) -> list[tuple[int, int]]:
    rows = takewhile(lambda row: (row, 2) in grid.cells, count(1))
    return [(row, 2) for row in rows]


def _numbered(texts: Mapping[str, str], stem: str) -> list[str]:
    chunks: list[str] = []
    while f"{stem}{len(chunks) + 1}" in texts:
        chunks.append(texts[f"{stem}{len(chunks) + 1}"])
    return chunks
