"""What the workbook shows without computing is what a real program computes."""

from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.master.runs import ECONOMY, SCIENCE, published, returned, run, unreadable_amount
from tests.office import Office
from xlkit.master.consolidate import consolidate
from xlkit.master.writer import write_master
from xlkit.validation.review import Review


def _spoilt() -> Review:
    return run({"a": returned(ECONOMY), "b": returned(SCIENCE, change=unreadable_amount)})


@pytest.mark.parametrize("most_rows", [1_048_576, 12], ids=["whole", "split"])
@pytest.mark.parametrize("spoilt", [False, True], ids=["sound", "with errors"])
def test_cached_totals_are_those_of_a_real_program(
    office: Office, tmp_path: Path, most_rows: int, *, spoilt: bool
) -> None:
    review = _spoilt() if spoilt else published()
    data = write_master(consolidate(review, include_errors=spoilt), most_rows=most_rows)
    path = tmp_path / "master.xlsx"
    path.write_bytes(data)
    cached = _cached(data)
    assert len(cached) > 30
    found = office.recalculated(path, list(cached))
    for cell, value in cached.items():
        wanted = pytest.approx(value, abs=1e-6) if isinstance(value, float | int) else value or ""
        assert found[cell] == wanted, cell


def _cached(data: bytes) -> dict[str, float | str | None]:
    """The stored result of every formula."""
    formulas = load_workbook(BytesIO(data))
    values = load_workbook(BytesIO(data), data_only=True)
    return {
        f"{sheet.title}!{cell.coordinate}": values[sheet.title][cell.coordinate].value
        for sheet in formulas
        for row in sheet
        for cell in row
        if cell.data_type == "f"
    }
