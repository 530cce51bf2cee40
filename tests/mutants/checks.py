"""Which cells of a returned file are live checks, told without the reader's own means."""

from __future__ import annotations

import re
from functools import cache
from io import BytesIO

from openpyxl import load_workbook

from tests.mutants.sound import correction
from tests.validation.returns import PUBLISHED, published
from xlkit.submission.grid import Cell, Grid

_MARKS = tuple("✓✗○△◇")
_LITERAL = re.compile('"((?:[^"]|"")*)"')
_FUNCTION = re.compile(r"([A-Z]{2,})\(")
_FLAG = re.compile("-?[0-9]{1,4}")
_PARTS = re.compile(r"(?:of:)?=\[?\.?\$[A-Z]+[0-9]+\]?(?:&\[?\.?\$[A-Z]+[0-9]+\]?)+")
"""Hidden cells put together, as a check does whose parts were too long for one formula."""


@cache
def _issued() -> tuple[frozenset[str], frozenset[str]]:
    """The texts and the functions in the formulas of issued workbooks."""
    texts: set[str] = set()
    functions: set[str] = set()
    for data in [published(name).data for name in PUBLISHED] + [correction(PUBLISHED[0])]:
        for sheet in load_workbook(BytesIO(data)).worksheets:
            for line in sheet.iter_rows():
                for cell in line:
                    if cell.data_type == "f":
                        texts.update(_LITERAL.findall(cell.value))
                        functions.update(_FUNCTION.findall(_LITERAL.sub("", cell.value)))
    return frozenset(texts), frozenset(functions)


def is_check(grid: Grid, at: tuple[int, int], cell: Cell, last_answer: int) -> bool:
    """Whether a cell is a check as it was issued, though moved; `last_answer` is a column.

    A formula of ours says nothing but what issued ones say. Left of the last answers only one
    that bears a mark can be.
    """
    behind = at[1] > last_answer
    if cell.formula is None:
        told = cell.text.startswith(_MARKS)
        return not grid.tells_formulas and (told or (behind and _is_helper(grid, at, cell)))
    texts, functions = _issued()
    said = {text for text in _LITERAL.findall(cell.formula) if not text.startswith("#'")}
    # LibreOffice writes truths as functions.
    called = set(_FUNCTION.findall(_LITERAL.sub("", cell.formula))) - {"TRUE", "FALSE"}
    marked = any(mark in text for text in said for mark in _MARKS)
    ours = marked or behind or _PARTS.fullmatch(cell.formula) is not None
    return said <= texts and called <= functions and ours


def _is_helper(grid: Grid, at: tuple[int, int], cell: Cell) -> bool:
    """Whether a hidden cell counts, points to a sheet, or repeats answers of its row."""
    if _FLAG.fullmatch(cell.text) or cell.text.startswith("#'"):
        return True
    beside = sorted(
        (column, _bare(other.text))
        for (row, column), other in grid.cells.items()
        if row == at[0] and column < at[1]
    )
    answers = "".join(text for _, text in beside)
    return all(_bare(piece) in answers for piece in cell.text.split("\ue000"))


def _bare(text: str) -> str:
    plain = text.translate(str.maketrans("（）", "()"))
    return "".join(plain.split())
