"""The roll in the master: every unit that was asked, and how it stands."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import cache
from io import BytesIO
from pathlib import Path

import polars as pl
import pytest
from openpyxl import Workbook, load_workbook

from tests.master.runs import ECONOMY, SCIENCE, published, returned, run, without_goal
from xlkit.master.consolidate import consolidate
from xlkit.master.export import write_parquet
from xlkit.master.model import Master
from xlkit.master.roll import Progress, RollLine, groups, owing
from xlkit.master.sheets import FIRST, HEAD
from xlkit.master.writer import write_master

DUE = date(2026, 11, 30)
CAME = datetime(2026, 12, 1, 9, 5, tzinfo=UTC)
ROLL = (
    RollLine("4", "丁局", "农业口", Progress.SENT, DUE, is_late=True),
    RollLine(
        "1", "甲局", "工业口", Progress.ACCEPTED, DUE, CAME, is_late=True, returns=2, waived=1
    ),
    RollLine("2", "乙局", "工业口", Progress.EXPLAIN, DUE, CAME, returns=1),
    RollLine("3", "丙局", "", Progress.ERRORS, DUE, CAME, returns=3, note="=1+1 电话联系过"),
    RollLine("5", "戊局", "农业口", Progress.REJECTED, DUE, CAME, returns=1, is_merged=True),
    RollLine("6", "己局", "农业口", Progress.MERGED, note="并入甲局"),
    RollLine("7", "庚局", "农业口", Progress.NOT_SENT, DUE),
)


@cache
def master() -> Master:
    files = {
        "a.xlsx": returned(ECONOMY, unit=("1", "甲局")),
        "b.xlsx": returned(SCIENCE, unit=("2", "乙局")),
        "c.xlsx": returned(SCIENCE, unit=("3", "丙局"), change=without_goal),
        "x.xlsx": returned(ECONOMY, unit=("99", "外来局")),
    }
    return consolidate(run(files), roll=ROLL)


@cache
def book() -> Workbook:
    return load_workbook(BytesIO(write_master(master())))


def test_the_master_itself_says_who_is_in() -> None:
    assert {line.unit for line in master().roll if line.is_merged} == {"1", "2"}
    assert [line.unit for line in master().roll] == ["3", "4", "5", "6", "7", "1", "2"]


def test_a_unit_that_became_part_of_another_owes_nothing() -> None:
    assert owing(master().roll) == 6


def test_groups_tell_who_is_in_late_silent_and_so_on() -> None:
    found = {group.key: [line.unit for line in group.lines] for group in groups(master().roll)}
    assert found == {
        "in": ["1", "2"],
        "silent": ["4", "7"],
        "late": ["4", "1"],
        "wrong": ["3", "2"],
        "rejected": ["5"],
        "waived": ["1"],
        "gone": ["6"],
    }


def test_every_unit_is_listed_with_filter_and_links() -> None:
    sheet = book()["报送情况"]
    heads = [cell.value for cell in sheet[HEAD]]
    rows = {
        row[2]: dict(zip(heads, row, strict=True))
        for row in sheet.iter_rows(min_row=FIRST, values_only=True)
    }
    assert list(rows) == ["3", "4", "5", "6", "7", "1", "2"]
    assert rows["1"] == {
        "序号": 6, "主管部门": "工业口", "单位代码": "1", "单位名称": "甲局", "状态": "已通过",
        "已汇入": "是", "截止日期": "2026-11-30", "收到时间": "2026-12-01 09:05", "迟报": "迟报",
        "报送次数": 2, "已豁免": 1, "备注": None,
    }  # fmt: skip
    assert rows["3"]["备注"] == "=1+1 电话联系过"
    assert sheet.auto_filter.ref == f"A{HEAD}:L{FIRST + 6}"
    links = {
        cell.coordinate: cell.hyperlink.location for row in sheet for cell in row if cell.hyperlink
    }
    assert links[f"D{FIRST + 5}"].endswith(f"!A{FIRST}")
    assert set(links) == {"D9", "E9", "D10", "E10", "E4"}
    for location in links.values():
        name, _, cell = location.rpartition("!")
        assert book()[name.strip("'")][cell].value is not None


def test_the_overview_states_them_with_counts() -> None:
    sheet = book()["总览"]
    said = {row[0]: (row[3], row[4]) for row in sheet.iter_rows(values_only=True) if row[0]}
    assert "报送情况：应报 6 个单位" in said
    assert said["已汇入"] == (2, "1 甲局、2 乙局")
    assert said["还没有报送"] == (2, "4 丁局、7 庚局")
    assert said["迟报"][0] == 2
    assert any(str(key).startswith("有 1 份文件的单位不在名单上：外来局") for key in said)


def test_many_units_are_named_in_part() -> None:
    many = [RollLine(str(n), f"局{n}", "", Progress.SENT) for n in range(100, 300)]
    out = load_workbook(BytesIO(write_master(consolidate(run({}), roll=many))))
    texts = [str(cell.value) for row in out["总览"] for cell in row if cell.value]
    assert any(text.endswith("等 200 个单位，见“报送情况”") for text in texts)
    assert out["报送情况"].max_row == FIRST + 199


def test_a_long_roll_goes_on_on_a_second_sheet() -> None:
    many = [RollLine(str(n), f"局{n}", "", Progress.SENT) for n in range(30)]
    data = write_master(consolidate(run({}), roll=many), most_rows=20)
    assert {"报送情况", "报送情况 (2)"} <= set(load_workbook(BytesIO(data)).sheetnames)


def test_the_order_of_the_roll_changes_nothing() -> None:
    review = run({"a.xlsx": returned(ECONOMY, unit=("1", "甲局"))})
    there = write_master(consolidate(review, roll=ROLL))
    assert there == write_master(consolidate(review, roll=ROLL[::-1]))


def test_without_a_roll_there_is_no_such_sheet(tmp_path: Path) -> None:
    plain = consolidate(published())
    assert plain.roll == ()
    assert "报送情况" not in load_workbook(BytesIO(write_master(plain))).sheetnames
    assert not any(path.name == "roll.parquet" for path in write_parquet(plain, tmp_path))


def test_parquet_carries_it(tmp_path: Path) -> None:
    write_parquet(master(), tmp_path)
    frame = pl.read_parquet(tmp_path / "roll.parquet")
    assert frame.columns == list(RollLine.__dataclass_fields__)
    assert frame.filter(pl.col("unit") == "1").row(0, named=True) | {"received": ""} == {
        "unit": "1", "name": "甲局", "parent": "工业口", "state": "accepted", "due": DUE,
        "received": "", "is_late": True, "returns": 2, "waived": 1, "note": "", "is_merged": True,
    }  # fmt: skip


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_state_has_words(language: str) -> None:
    lines = [RollLine(state.value, state.value, "", state) for state in Progress]
    data = write_master(consolidate(run({}), roll=lines, language=language))
    sheet = load_workbook(BytesIO(data))["报送情况" if language == "zh" else "Roll"]
    said = {sheet.cell(row, 5).value for row in range(FIRST, sheet.max_row + 1)}
    assert len(said) == len(Progress)
