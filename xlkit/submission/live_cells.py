"""The live checks of a returned workbook: what of them is as issued, what somebody wrote over."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator

from xlkit.rules.formula import Look
from xlkit.rules.live import TEXT_END, Mark
from xlkit.rules.operations import FUNCTIONS
from xlkit.submission.grid import Cell as Content
from xlkit.submission.grid import Grid
from xlkit.submission.locate import Placement
from xlkit.template.lines import live_column
from xlkit.template.said import is_said, without_texts
from xlkit.values.text import squeeze
from xlkit.wording import LANGUAGES, word

Cell = tuple[int, int]

_FLAGS = ("-1", "0", "1", "2", "3", "4", "5", "6", "7", "8", "9")
"""What hidden cells count and number."""
_CALLED = re.compile(r"([A-Z][A-Z0-9.]*)\(")
_OURS = FUNCTIONS | {"INDEX", "OFFSET", "INDIRECT", "MIN", "TRUE", "FALSE"}
"""What formulas of checks call; LibreOffice writes truths as functions."""
_CELL = r"\[?\.?\$[A-Z]+\$?[0-9]+\]?"
_LOOKS = re.compile(rf'(?:of:)?=(?:""|{_CELL}(?:&{_CELL})*)')
"""A check that has nothing to say, or puts together what hidden cells say."""
_UNUSED = tuple(word("sheet_unused", language) for language in LANGUAGES)


def live_cells(
    placement: Placement, known: Collection[Cell], prints: str
) -> Iterator[tuple[Cell, bool]]:
    """Every filled cell where checks stand, but the known ones, and whether a check is there.

    Checks are told by their formulas, which say what those of the issued workbook said, as
    `prints` tell, and those that people see also by what they show: hidden ones show what stood
    there before, where a program saved new answers without working formulas out. Formats that do
    not tell formulas leave what they show, which begins with a mark, or is part of the answers
    beside it.
    """
    grid = placement.grid
    columns, lines = _columns(placement), _lines(placement)
    figures = _figures(placement)
    said = _texts_of_rows(grid, columns)
    visible = placement.columns.get(placement.place.check_column)
    for cell, content in sorted(grid.cells.items()):
        if cell not in known and (cell[1] in columns or cell in lines):
            told = _is_told(grid, content, prints)
            seen = cell in lines or cell[1] == visible
            shown = _is_ours(content) if seen else _is_hidden_check(content, said[cell[0]])
            figure = cell[1] in figures and _is_number(content.text)
            yield cell, told and (shown or figure)


def _columns(placement: Placement) -> frozenset[int]:
    """The check column and the hidden ones behind it, as returned."""
    place = placement.place
    planned = range(place.check_column, place.all_columns[-1] + 1)
    return frozenset(found for found in map(placement.columns.get, planned) if found is not None)


def _lines(placement: Placement) -> frozenset[Cell | None]:
    """The cells of the lines under blocks."""
    return frozenset(placement.cell(*block.check.box.first) for block in placement.place.blocks)


def _texts_of_rows(grid: Grid, columns: Collection[int]) -> dict[int, list[str]]:
    texts: dict[int, list[str]] = defaultdict(list)
    for (row, column), content in grid.cells.items():
        if column not in columns:
            texts[row].append(content.text)
    return texts


def _is_words(content: Content) -> bool:
    """Whether a cell shows what the check column can show."""
    return not content.text or content.text.startswith(tuple(Mark))


def _is_told(grid: Grid, content: Content, prints: str) -> bool:
    """Whether a cell has a formula that calls and says what checks do, as far as is told."""
    if content.formula is None:
        return not grid.tells_formulas
    return _calls_ours(content.formula) and is_said(content.formula, prints)


def _calls_ours(formula: str) -> bool:
    return set(_CALLED.findall(without_texts(formula))) <= _OURS


def _is_ours(content: Content) -> bool:
    """Whether a cell shows what a check can show, or is a check whose result was not saved.

    The formula of one holds a mark, or only looks at hidden cells whose formulas do.
    """
    if content.text or not content.formula:
        return _is_words(content)
    marked = any(mark in content.formula for mark in Mark)
    return marked or _LOOKS.fullmatch(content.formula) is not None


def is_check(grid: Grid, content: Content, prints: str) -> bool:
    """Whether a cell holds a check and shows what one can show."""
    return _is_told(grid, content, prints) and _is_ours(content)


def is_state(grid: Grid, content: Content, prints: str) -> bool:
    """Whether a cell of the first sheet shows what the state of the workbook can be."""
    if content.formula is None and grid.tells_formulas:
        return False
    if content.formula and not is_said(content.formula, prints):
        return False
    text = content.text
    if not text and content.formula:
        return _is_state_formula(content.formula)
    counted = text.isascii() and text.isdecimal()
    return _is_words(content) or counted or text.startswith("#'") or text in _UNUSED


def _is_state_formula(formula: str) -> bool:
    """Whether a formula whose result was not saved shows a mark, leads to a sheet, or counts."""
    if any(mark in formula for mark in (*Mark, "#'")):
        return True
    return '"' not in formula and _calls_ours(formula)


def _is_hidden_check(content: Content, beside: Collection[str]) -> bool:
    """Whether a hidden cell works something out, or shows what a check can show."""
    return _CALLED.search(content.formula or "") is not None or _is_shown(content, beside)


def _is_shown(content: Content, beside: Collection[str]) -> bool:
    """Whether a cell shows what a check can show: flags, or what the row's answers say."""
    if _is_words(content) or content.text in _FLAGS:
        return True
    answers = "".join(map(squeeze, beside))
    return all(squeeze(piece) in answers for piece in content.text.split(TEXT_END))


def _figures(placement: Placement) -> frozenset[int]:
    """The hidden columns of figures that rules work out, as returned."""
    place = placement.place
    planned = (
        live_column(place, block, look, name)
        for block in place.blocks
        for look, name in block.hidden
        if look is Look.MONEY
    )
    return frozenset(found for found in map(placement.columns.get, planned) if found is not None)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
