"""Workbook and validator say the same of random answers; many by `python -m tests.parity`."""

from __future__ import annotations

import pytest

from tests.parity.make import random_content
from tests.parity.trial import cached, recalculated, rendered, worked_out
from tests.validation.returns import FORMS, the_form
from xlkit.template.live import LiveChecks
from xlkit.template.stored import Stored

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
