"""One random workbook tried: made, recalculated, read, judged, compared."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from pathlib import Path

from openpyxl import load_workbook

from tests.filling import typed_answers
from tests.office import Office
from tests.parity.compare import Row, differences, pieces
from tests.parity.make import random_content
from tests.validation.returns import judge, returned, the_form
from xlkit.findings import Finding
from xlkit.identity import Identity
from xlkit.rules.live import Mark
from xlkit.submission.model import CastRow, Submission
from xlkit.template.content import Content
from xlkit.template.layout import Layout
from xlkit.template.live import LiveChecks
from xlkit.template.stored import Stored
from xlkit.template.writer import Rendered, render
from xlkit.values.text import squeeze


@dataclass(frozen=True)
class Outcome:
    """What came of one workbook: differences, how many rows spoke, and how many of those later."""

    faults: tuple[str, ...]
    rows: int
    said: int
    later: int


def rendered(form_name: str, content: Content) -> Rendered:
    form = the_form(form_name)
    identity = Identity(form.form, form.version, unit="420700-301", unit_name="样例局", year=2024)
    return render(form, identity, content)


def worked_out(form_name: str, seed: int) -> Outcome:
    """The workbook with the answers in it, its checks as this program works them out."""
    form = the_form(form_name)
    layout, content = random_content(form, seed)
    made = rendered(form_name, content)
    live = LiveChecks(made.layout, Stored(form, content), 2024)
    shown = {
        (sheet.name, row): text
        for sheet in made.layout.sheets
        for row, text in live.said(sheet).items()
    }
    return judged(layout, shown, made.data)


def recalculated(form_name: str, seed: int, office: Office, folder: Path) -> Outcome:
    """The empty template, filled, recalculated and saved by LibreOffice."""
    form = the_form(form_name)
    layout, content = random_content(form, seed)
    source, target = folder / f"blank-{seed}.xlsx", folder / f"filled-{seed}.xlsx"
    source.write_bytes(rendered(form_name, Content(sizing=layout.sizing)).data)
    office.save(source, target, list(typed_answers(layout, content)))
    data = target.read_bytes()
    return judged(layout, cached(layout, data), data)


def cached(layout: Layout, data: bytes) -> Mapping[Row, str]:
    """What the check columns of a saved workbook show."""
    book = load_workbook(BytesIO(data), data_only=True)
    return {
        (sheet.name, row): str(book[sheet.name].cell(row, sheet.check_column).value or "")
        for sheet in layout.sheets
        for row in range(2, sheet.last_row + 1)
    }


def judged(layout: Layout, shown: Mapping[Row, str], data: bytes) -> Outcome:
    raw = returned(data)
    (submission,) = judge(raw)
    faults = differences(layout, shown, submission.findings, partial(is_unclear, submission))
    faults += [
        f"a formula fails: {row} {text}" for row, text in shown.items() if _FAILED.search(text)
    ]
    said = pieces(shown)
    later = sum(piece.mark is Mark.LATER for piece in said)
    return Outcome(tuple(faults), len(shown), len(said), later)


def is_unclear(submission: Submission, item: Finding) -> bool:
    """Whether a finding rests on texts that mean another than they say, or on other sheets."""
    if item.code == "text-repeated" and len({cell.split("!")[0] for cell in item.cells}) > 1:
        return item.instance is not None and item.block != "projects"
    return any(
        _is_odd(text)
        for row in submission.rows
        if (row.raw.path, row.raw.instance) == (item.block, item.instance or 0)
        if item.code in _OF_COLUMNS or _holds(row, item)
        for texts in row.raw.texts.values()
        for text in texts
    )


def _holds(row: CastRow, item: Finding) -> bool:
    cells = {f"{row.raw.sheet}!{cell}" for cells in row.raw.cells.values() for cell in cells}
    return not cells.isdisjoint(item.cells)


def _is_odd(text: str) -> bool:
    bare = text.translate(dict.fromkeys(map(ord, "\n\r \u3000")))
    return squeeze(bare) != bare.casefold()


#: Findings that hold a row against all others of its block.
_OF_COLUMNS = ("name-repeated", "cost-not-budget")
_FAILED = re.compile("#[A-Z]|Err:")
