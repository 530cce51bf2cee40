from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl

from tests.master.runs import ECONOMY, SCIENCE, by_hand, published, returned, run, unreadable_amount
from xlkit.master.consolidate import consolidate
from xlkit.master.export import _column, write_parquet
from xlkit.master.model import Column, Kind


def test_every_block_has_a_file_of_its_own(tmp_path: Path) -> None:
    master = consolidate(published())
    written = write_parquet(master, tmp_path / "new")
    tables = {f"{part.form}.{t.path}.parquet" for part in master.parts for t in part.tables}
    assert {path.name for path in written} == {
        *tables,
        "findings.parquet",
        "sources.parquet",
        "units.parquet",
    }
    for part in master.parts:
        for table in part.tables:
            frame = pl.read_parquet(tmp_path / "new" / f"{part.form}.{table.path}.parquet")
            assert frame.height == len(table.rows)


def test_amounts_are_exact_decimals_with_their_source(tmp_path: Path) -> None:
    write_parquet(consolidate(published()), tmp_path)
    frame = pl.read_parquet(tmp_path / "department-performance.funding.parquet")
    assert isinstance(frame.schema["current"], pl.Decimal)
    assert frame.columns[:6] == ["_unit", "_unit_name", "_file", "_sha256", "_sheet", "_row"]
    totals = frame.filter((pl.col("_line") == 4) & (pl.col("_unit") == "420700-302"))
    assert totals["current"].to_list() == [by_hand(SCIENCE, "合计", "current", "收入构成")]
    assert totals["_row"].to_list() == [13]
    targets = pl.read_parquet(tmp_path / "project-performance.projects.indicators.parquet")
    assert targets["value.number"][0] == Decimal("10.96")


def test_what_cannot_be_read_is_null_and_stands_as_written(tmp_path: Path) -> None:
    review = run({"a": returned(ECONOMY, change=unreadable_amount)})
    write_parquet(consolidate(review, include_errors=True), tmp_path)
    frame = pl.read_parquet(tmp_path / "department-performance.funding.parquet")
    assert (frame["current"][0], frame["current.written"][0]) == (None, "约一千万")
    units = pl.read_parquet(tmp_path / "units.parquet")
    assert units["state"].to_list() == ["included"]
    findings = pl.read_parquet(tmp_path / "findings.parquet")
    assert findings["code"][0] == "amount-not-a-number"
    assert findings["cells"][0].to_list() == ["基本情况!D10"]


def test_an_empty_run_has_empty_files(tmp_path: Path) -> None:
    written = write_parquet(consolidate(run({})), tmp_path)
    assert [pl.read_parquet(path).height for path in written] == [0, 0, 0]


def test_columns_are_as_narrow_as_they_may_be_and_never_wrong() -> None:
    def kept(kind: Kind, values: list[object]) -> tuple[list[object], pl.DataType]:
        (series,) = _column(Column("x", "x", kind, 2), values)
        return series.to_list(), series.dtype

    long = Decimal("1" * 36 + ".123")
    assert kept(Kind.AMOUNT, [Decimal("1.2345"), None]) == (
        [Decimal("1.2345"), None],
        pl.Decimal(38, 4),
    )
    assert kept(Kind.AMOUNT, [long]) == ([str(long)], pl.String())
    assert kept(Kind.INTEGER, [2**70, 1]) == ([str(2**70), "1"], pl.String())
    assert kept(Kind.DATE, [date(2024, 1, 2)]) == ([date(2024, 1, 2)], pl.Date())
