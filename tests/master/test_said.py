"""What departments wrote of warnings, in the master."""

import zipfile
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from tests.master.runs import (
    ECONOMY,
    SCIENCE,
    ZUNHUA,
    Writes,
    explained,
    filled,
    returned,
    run,
    without_goal,
)
from xlkit.form.load import load_form
from xlkit.master.consolidate import consolidate
from xlkit.master.export import write_parquet
from xlkit.master.model import Master
from xlkit.master.sheets import FIRST, HEAD
from xlkit.master.writer import write_master
from xlkit.reporting.json import check_report
from xlkit.validation.review import Review

TAIL = "项目已于上年完工验收，本年只安排尾款，所以比上年减少"
PLAN = "长期目标按规划确定，年度目标是争取目标，两者口径不同"
FORMULA = '=HYPERLINK("http://example.org")有三名退休人员尚未补充'
YEARBOOK = "上年年报只公布了下限，没有准确数，故按年报填写"
WAITING, ACCEPTED = ("1", "甲局"), ("2", "乙局")


def _some(key: dict[str, str]) -> str:
    """Explains a few warnings, one of them too shortly; the others wait."""
    if key["row"] == "training":
        return "太短"
    if key["code"] == "target-weaker":
        return FORMULA if key["row"] == "staff_control" else PLAN
    return {"change-unexplained": TAIL, "past-with-operator": YEARBOOK}.get(key["code"], "")


def _all(key: dict[str, str]) -> str:
    return f"本单位逐项核对过，{key['row'] or '本表'}的数据出自财务决算"


def _without_benefits(answers: dict[str, Any]) -> None:
    """Leaves out what the form asks for in a table: a warning of the table as a whole."""
    rows = answers["annual_indicators"]
    answers["annual_indicators"] = [row for row in rows if row["level2"] != "生态效益"]


@cache
def _back(name: str, unit: tuple[str, str], writes: Writes) -> bytes:
    return explained(returned(name, unit=unit), writes)


@cache
def _review() -> Review:
    files = {
        "a.xlsx": _back(ECONOMY, WAITING, _some),
        "b.xlsx": _back(SCIENCE, ACCEPTED, _all),
        "c.xlsx": returned(SCIENCE, unit=("3", "丙局"), change=without_goal),
        "z.xlsx": explained(returned(ZUNHUA), _all),
    }
    return run(files)


@cache
def _master() -> Master:
    return consolidate(_review())


@cache
def _book() -> Workbook:
    return load_workbook(BytesIO(write_master(_master())))


def _column(sheet: Worksheet, label: str) -> int:
    return next(cell.column for cell in sheet[HEAD] if cell.value == label)


def _row(sheet: Worksheet, *texts: str) -> int:
    """The first row that holds all those texts."""
    rows = sheet.iter_rows(min_row=FIRST)
    return next(row[0].row for row in rows if set(texts) <= {cell.value for cell in row})


def _beside(sheet: Worksheet, row: int) -> str | None:
    return sheet.cell(row, _column(sheet, "情况说明")).value


def test_an_explanation_stands_beside_the_row_and_on_every_figure_that_it_is_about() -> None:
    sheet = _book()["部门总体资金情况"]
    row = _row(sheet, "甲局", "特定目标类项目支出")
    assert _beside(sheet, row) == f"2024年金额：{TAIL}"
    for label, marked in (
        ("2024年金额（万元）", True),
        ("2023年金额（万元）", True),
        ("2022年金额（万元）", False),
    ):
        cell = sheet.cell(row, _column(sheet, label))
        assert (cell.comment is not None) is marked, label
        assert (cell.fill.fgColor.rgb == "FFD5EBDC") is marked, label
        assert not marked or cell.comment.text.endswith(f"单位说明：{TAIL}")
        assert cell.number_format == "#,##0.00"
    others = [_beside(sheet, n) for n in range(FIRST, sheet.max_row) if n != row]
    assert sum(text is not None for text in others) == 1


def test_what_compares_two_tables_stands_beside_the_first_and_on_both() -> None:
    book = _book()
    long, annual = book["长期绩效指标"], book["年度绩效指标"]
    name = "“三公”经费变动率"
    row, other = _row(long, "甲局", name), _row(annual, "甲局", name)
    assert _beside(long, row) == f"指标值：{PLAN}"
    assert _beside(annual, other) is None
    assert PLAN in long.cell(row, _column(long, "指标值")).comment.text
    assert PLAN in annual.cell(other, _column(annual, "预期当年实现值")).comment.text


def test_one_explanation_of_several_figures_is_written_once() -> None:
    sheet = _book()["年度绩效指标"]
    row = _row(sheet, "甲局", "工业互联网二级节点标识量突破")
    assert _beside(sheet, row) == f"2022年指标值、2023年指标值：{YEARBOOK}"


def test_an_explanation_that_looks_like_a_formula_stays_a_text() -> None:
    sheet = _book()["长期绩效指标"]
    row = _row(sheet, "甲局", "在职人员控制率")
    cell = sheet.cell(row, _column(sheet, "情况说明"))
    assert (cell.value, cell.data_type) == (f"指标值：{FORMULA}", "s")
    findings = _book()["问题清单"]
    cells = [row[_column(findings, "情况说明") - 1] for row in findings.iter_rows(min_row=FIRST)]
    assert {cell.data_type for cell in cells if cell.value == FORMULA} == {"s"}


def test_records_and_rows_of_groups_have_theirs() -> None:
    sheet = _book()["职能、任务与目标"]
    assert "情况说明" not in [cell.value for cell in sheet[HEAD]]
    said = load_workbook(
        BytesIO(write_master(consolidate(run({"a": _back(ECONOMY, WAITING, _all)}))))
    )
    sheet = said["职能、任务与目标"]
    assert _beside(sheet, FIRST) == "长期目标（截止年）：本单位逐项核对过，本表的数据出自财务决算"
    indicators = _book()["绩效指标"]
    texts = [_beside(indicators, row) for row in range(FIRST, FIRST + 37)]
    assert sum(text is not None for text in texts) == 6
    assert next(filter(None, texts)).startswith("绩效指标描述：")


def test_what_is_said_of_a_whole_table_stands_beside_its_first_row() -> None:
    came = returned(ECONOMY, unit=WAITING, change=_without_benefits)
    master = consolidate(run({"a": explained(came, _all)}))
    table = next(t for t in master.parts[0].tables if t.path == "annual_indicators")
    assert "整表（" in str(table.rows[0].values[-1])
    assert not any("整表（" in str(row.values[-1]) for row in table.rows[1:])


def test_findings_tell_who_has_to_act_and_open_ones_come_first() -> None:
    sheet = _book()["问题清单"]
    names = ("程度", "办理状态", "单位名称", "问题代码", "情况说明", "处理办法")
    places = [_column(sheet, name) - 1 for name in names]
    rows = [[row[n] for n in places] for row in sheet.iter_rows(min_row=FIRST, values_only=True)]
    assert rows[0][:3] == ["错误", "待改正", "丙局"]
    states = [state for weight, state, *_ in rows if weight == "需说明"]
    first_explained = states.index("已说明")
    assert all(state.startswith("待说明") for state in states[:first_explained])
    assert set(states[first_explained:]) == {"已说明"}
    short = next(row for row in rows if row[4] == "太短")
    assert short[1:4] == ["待说明（原说明太短）", "甲局", "target-weaker"]
    assert all((hint is None) == (state == "已说明") for _, state, _, _, _, hint in rows)
    assert {state for weight, state, *_ in rows if weight == "提示"} == {"不用处理"}
    assert sheet.auto_filter.ref.endswith(f"{FIRST + len(_master().findings) - 1}")


def test_the_overview_counts_what_is_open_and_what_was_explained() -> None:
    sheet = _book()["总览"]
    found = {}
    for row in sheet.iter_rows(values_only=True):
        for name in ("甲局", "乙局", "丙局"):
            if row[2] == name:
                found[name] = (row[3], row[7], row[8])
    waiting, accepted, wrong = (e for e in _master().entries if e.form.startswith("department"))
    assert (waiting.open_warnings, waiting.explained_warnings) == (7, 7)
    assert found == {
        "甲局": ("待说明（7），已汇入", 7, 7),
        "乙局": ("已通过，已汇入", 0, accepted.explained_warnings),
        "丙局": ("有错误，未汇入", wrong.open_warnings, 0),
    }
    totals = next(row for row in sheet.iter_rows() if row[2].value == "合计")
    assert [totals[n].value[:13] for n in (7, 8)] == ["=SUBTOTAL(109"] * 2
    texts = [str(cell) for row in sheet.iter_rows(values_only=True) for cell in row if cell]
    total = waiting.open_warnings + wrong.open_warnings
    assert any(f"还有 2 个单位的 {total} 条问题等待说明" in text for text in texts)


def test_rows_say_how_their_return_stands_where_errors_are_among_them() -> None:
    master = consolidate(_review(), include_errors=True)
    table = next(t for t in master.parts[0].tables if t.path == "funding")
    place = [column.name for column in table.columns].index("_standing")
    said = {row.values[1]: row.values[place] for row in table.rows}
    assert said == {"甲局": "待说明", "乙局": "通过", "丙局": "含错误"}


def test_equal_explanations_give_equal_bytes() -> None:
    one = write_master(consolidate(_review()))
    assert one == write_master(consolidate(_review()))
    english = load_workbook(BytesIO(write_master(consolidate(_review(), language="en"))))
    assert "Explanation" in [cell.value for cell in english["Findings"][HEAD]]


def test_a_long_explanation_is_short_in_the_comment_and_whole_in_the_column() -> None:
    text = "本项资金按工程进度拨付，" * 100
    master = consolidate(run({"a": explained(returned(ECONOMY, unit=WAITING), lambda _: text)}))
    sheet = load_workbook(BytesIO(write_master(master)))["部门总体资金情况"]
    row = _row(sheet, "甲局", "特定目标类项目支出")
    assert _beside(sheet, row) == f"2024年金额：{text}"
    comment = sheet.cell(row, _column(sheet, "2024年金额（万元）")).comment.text
    assert len(comment) < 600
    assert comment.endswith("……（全文见“情况说明”列）")


def test_parquet_carries_explanations(tmp_path: Path) -> None:
    write_parquet(_master(), tmp_path)
    funding = pl.read_parquet(tmp_path / "department-performance.funding.parquet")
    said = funding.filter((pl.col("_line") == 7) & (pl.col("_unit") == "1"))
    assert said["_explanation"].to_list() == [f"2024年金额：{TAIL}"]
    plan = pl.read_parquet(tmp_path / "project-performance.projects.plan.parquet")
    assert plan["_explanation"].null_count() == plan.height > 0
    findings = pl.read_parquet(tmp_path / "findings.parquet")
    short = findings.filter(pl.col("explanation") == "太短").row(0, named=True)
    assert (short["open"], short["explanation_lack"]) == (True, "short")
    closed = findings.filter(~pl.col("open") & (pl.col("severity") == "warning"))
    assert closed["explanation"].null_count() == closed["explanation_lack"].drop_nulls().len() == 0
    units = pl.read_parquet(tmp_path / "units.parquet").filter(pl.col("unit") == "1")
    assert units.select("warnings", "open_warnings", "explained_warnings").row(0) == (14, 7, 7)


def test_json_carries_explanations() -> None:
    report = check_report(_review().submissions, "en")["files"]
    (file,) = (file for file in report if file["file"] == "a.xlsx")
    found = {(item["code"], item["row"]): item for item in file["findings"]}
    change = found["change-unexplained", "spending_special"]
    assert change["explanation"] == {"text": TAIL, "counts": True, "lack": None}
    assert change["open"] is False
    short = found["target-weaker", "training"]
    assert short["explanation"] == {"text": "太短", "counts": False, "lack": "short"}
    assert short["open"] is True
    unfinished = found["unit-unfinished", "工业互联网二级节点标识量突破"]
    assert (unfinished["explanation"], unfinished["open"]) == (None, True)


@pytest.mark.parametrize("private", [False, True])
def test_what_is_said_of_private_fields_stays_private(*, private: bool) -> None:
    form = load_form(Path(__file__).with_name("private.yaml"))
    came = filled(form, {"about": {"title": "甲"}}, WAITING, 2024)

    def of_each(key: dict[str, str]) -> str:
        field = {"goal": "目标尚待县政府研究确定", "phone": "请拨打王科长的手机联系"}
        return field[key["field"]]

    review = run({"a": explained(came, of_each, form)}, form)
    master = consolidate(review, private=private)
    data = write_master(master)
    sheet = load_workbook(BytesIO(data))["基本情况"]
    lines = str(_beside(sheet, FIRST)).splitlines()
    assert ("电话：请拨打王科长的手机联系" in lines) is private
    assert "目标：目标尚待县政府研究确定" in lines
    with zipfile.ZipFile(BytesIO(data)) as package:
        everything = b"".join(map(package.read, package.namelist())).decode()
    assert ("王科长" in everything) is private
