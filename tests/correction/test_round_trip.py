"""Correction workbooks hold what was written, whatever was done to the return.

A short run; `python -m tests.correction` makes hundreds.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.correction.trial import corrected, faults, texts, typed
from tests.mutants.make import mutant
from tests.mutants.sound import prefilled
from tests.samples import FOLDER
from tests.validation.returns import ECONOMY, FORMS, published_raw
from xlkit.correction.carried import as_issued, carried_content
from xlkit.form.rows import Row, RowKind
from xlkit.submission.raw import RawSubmission
from xlkit.template.content import Content
from xlkit.template.plan import plan

SAMPLES = sorted(path.name for path in FOLDER.iterdir() if path.suffix in (".xlsx", ".xls", ".ods"))
NUMBER, SEED = 10, 2


@pytest.mark.parametrize("name", SAMPLES)
def test_of_every_sample(name: str, tmp_path: Path) -> None:
    assert list(faults(FOLDER / name, tmp_path)) == []


@pytest.mark.parametrize("number", range(NUMBER))
@pytest.mark.parametrize("form", FORMS)
def test_of_spoilt_returns(form: str, number: int, tmp_path: Path) -> None:
    made = mutant(form, SEED, number)
    path = tmp_path / f"came{made.source.suffix}"
    path.write_bytes(made.data)
    assert list(faults(path, tmp_path)) == []


def test_what_the_bureau_filled_in_stays_locked(tmp_path: Path) -> None:
    path = tmp_path / "prefilled.xlsx"
    path.write_bytes(prefilled().data)
    assert list(faults(path, tmp_path)) == []
    came, made = corrected(path)
    assert made is not None
    assert came.raw.identity is not None
    assert made.workbook().identity.issued == came.raw.identity.issued


def test_more_rows_than_there_were_spares() -> None:
    raw = with_rows_put_in(published_raw(ECONOMY), 9)
    content = carried_content(raw)
    fresh = untouched(raw, content)
    assert not typed(raw) - typed(fresh)
    assert content.sizing.spares["long_indicators"] == 9 + 2


def test_a_cleared_preset_stays_cleared() -> None:
    raw = published_raw(ECONOMY)
    cleared = [
        replace(row, texts={**row.texts, "value": ("", row.texts["value"][1], "")})
        if row.row.units.get("value")
        else row
        for row in raw.rows
    ]
    emptied = replace(raw, rows=tuple(cleared))
    fresh = untouched(emptied, carried_content(emptied))
    assert texts(fresh) == texts(emptied) != texts(raw)


def untouched(raw: RawSubmission, content: Content) -> RawSubmission:
    """The return that its correction workbook would be, if it came back as it went out."""
    assert raw.form is not None
    assert raw.identity is not None
    layout = plan(raw.form, content.sizing, raw.identity.language)
    return as_issued(raw, content, raw.identity, layout)


def with_rows_put_in(raw: RawSubmission, number: int) -> RawSubmission:
    """The return with rows among those of a table, like one that was filled there."""
    pattern = next(r for r in raw.rows if r.path == "long_indicators" and r.filled and r.row.fixed)
    level = pattern.row.fixed["level1"]
    made = [
        replace(
            pattern,
            row=Row(mark=f"inserted-{at}", kind=RowKind.SPARE),
            top=1_000 + at,
            texts={**pattern.texts, "level1": ("", level, ""), "level3": ("", f"指标{at}", "")},
        )
        for at in range(1, number + 1)
    ]
    return replace(raw, rows=(*raw.rows, *made))
