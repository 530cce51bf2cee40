"""Workbook and validator say the same of random answers; many by `python -m tests.parity`."""

from __future__ import annotations

import pytest
from openpyxl import load_workbook

from tests.parity.make import random_content
from tests.parity.trial import cached, recalculated, rendered, worked_out
from tests.validation.returns import FORMS, the_form
from xlkit.cells import address
from xlkit.rules.live import Mark
from xlkit.template.content import Content
from xlkit.template.live import LiveChecks
from xlkit.template.printed import help_lines, help_sheet_name
from xlkit.template.stored import Stored
from xlkit.template.summary import SheetState, summary_cells, summary_places

FEW = 2
"""Workbooks of each form that LibreOffice fills here."""


@pytest.mark.parametrize("form", FORMS)
def test_checks_as_worked_out_here_agree_with_what_is_found(form):
    outcomes = [worked_out(form, seed) for seed in range(1_000, 1_006)]
    assert [fault for outcome in outcomes for fault in outcome.faults] == []
    assert sum(outcome.said for outcome in outcomes) > 50


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("seed", range(FEW))
def test_checks_as_libreoffice_computes_them_agree_with_what_is_found(form, seed, office, tmp_path):
    assert recalculated(form, seed, office, tmp_path).faults == ()


@pytest.mark.parametrize("form", FORMS)
def test_checks_go_out_with_the_values_that_libreoffice_computes(form, office, tmp_path):
    """Formulas written out and worked out here have one meaning."""
    layout, content = random_content(the_form(form), 77)
    made = rendered(form, content)
    source, target = tmp_path / "made.xlsx", tmp_path / "computed.xlsx"
    source.write_bytes(made.data)
    office.save(source, target)
    live = LiveChecks(made.layout, Stored(made.layout.form, content), 2024)
    computed = cached(layout, target.read_bytes())
    shown = {
        (sheet.name, row): text for sheet in layout.sheets for row, text in live.said(sheet).items()
    }
    assert {row: computed[row] for row in shown} == shown
    assert sum(map(bool, shown.values())) > 10


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("seed", [None, 5, 77])
def test_the_first_sheet_goes_out_as_libreoffice_computes_it(form, seed, office, tmp_path):
    content = Content() if seed is None else random_content(the_form(form), seed)[1]
    made = rendered(form, content)
    source = tmp_path / "made.xlsx"
    source.write_bytes(made.data)
    name = help_sheet_name(made.layout)
    sheet = load_workbook(source, data_only=True)[name]
    places = sorted(summary_places(made.layout, made.identity))
    out = {f"{name}!{address(*at)}": sheet.cell(*at).value or "" for at in places}
    computed = office.recalculated(source, list(out))
    assert {cell: value or "" for cell, value in computed.items()} == out


def test_the_first_sheet_counts_only_what_there_is():
    """A new workbook has nothing wrong in it yet, so nothing is said of errors."""
    made = rendered("project-performance", Content())
    live = LiveChecks(made.layout, Stored(made.layout.form, Content()), 2024)
    states = {
        sheet.id: SheetState.of(live.said(sheet), used=live.is_used(sheet))
        for sheet in made.layout.sheets
    }
    lines = help_lines(made.layout, made.identity)
    whole = next(iter(summary_cells(made.layout, lines, states)))
    assert str(whole.value).startswith(Mark.MISSING)
