import zipfile
from datetime import UTC, date, datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from tests.master.runs import (
    ECONOMY,
    SCIENCE,
    ZUNHUA,
    filled,
    published,
    returned,
    run,
    sample,
    unreadable_amount,
    without_goal,
)
from xlkit.form.load import load_form
from xlkit.master.consolidate import consolidate
from xlkit.master.model import Master
from xlkit.master.pages import fitting
from xlkit.master.sheets import FIRST, HEAD, arranged
from xlkit.master.writer import write_master

NASTY = [
    "=1+1",
    '=HYPERLINK("http://example.org","x")',
    "+1",
    "-1",
    "@SUM(A1)",
    "{=1}",
    "'=1",
    "http://example.org",
    "<r>x</r>",
    "_x0041_",
    "1E3",
    "007",
    "\t=1",
]


@cache
def _tricky_form() -> Any:
    return load_form(Path(__file__).with_name("tricky.yaml"))


@cache
def _tricky() -> Master:
    rows = [
        {"name": text, "amount": str(n - 3), "people": str(n), "day": "2024-03-05", "rate": "12.5%"}
        for n, text in enumerate(NASTY)
    ]
    people = [{"person": "赵钱孙李周", "role": "出纳会计主管"}]
    answers = {"items": rows, "others": [{"name": "甲"}], "people": people}
    data = filled(_tricky_form(), answers, ("1", "=甲局"), 2024)
    return consolidate(run({"=a.xlsx": data}, _tricky_form()), include_errors=True)


@cache
def _book(*, include_errors: bool = False) -> Workbook:
    master = consolidate(published(), include_errors=include_errors)
    return load_workbook(BytesIO(write_master(master)))


def _column(sheet: Worksheet, label: str) -> int:
    return next(cell.column for cell in sheet[HEAD] if cell.value == label)


def test_texts_stay_texts_and_numbers_numbers() -> None:
    master = _tricky()
    book = load_workbook(BytesIO(write_master(master)))
    sheet = book[arranged(master).tables[0, 0][0].sheet]
    names, amounts = _column(sheet, "名称"), _column(sheet, "金额（元）")
    cells = [sheet.cell(FIRST + n, names) for n in range(len(NASTY))]
    # The reader takes plain blanks off the ends; whatever is left, tabs too, is a text.
    assert [cell.value for cell in cells] == [text.strip(" \r\n") for text in NASTY]
    assert {cell.data_type for cell in cells} == {"s"}
    numbers = [sheet.cell(FIRST + n, amounts) for n in range(len(NASTY))]
    assert [cell.value for cell in numbers] == [n - 3 for n in range(len(NASTY))]
    assert {cell.data_type for cell in numbers} == {"n"}
    assert sheet.cell(FIRST, _column(sheet, "日期")).value.date() == date(2024, 3, 5)
    assert sheet.cell(FIRST, _column(sheet, "比例")).value == pytest.approx(0.125)


def test_only_our_own_formulas_stand_in_the_workbook() -> None:
    book = load_workbook(BytesIO(write_master(_tricky())))
    formulas = [
        cell.value for sheet in book for row in sheet for cell in row if cell.data_type == "f"
    ]
    assert formulas
    assert all(str(text).startswith(("=SUBTOTAL(109,", "=SUM(", "=J", "=K")) for text in formulas)


def test_names_of_sheets_are_ones_that_excel_takes() -> None:
    book = load_workbook(BytesIO(write_master(_tricky())))
    assert len({name.casefold() for name in book.sheetnames}) == len(book.sheetnames)
    for name in book.sheetnames:
        assert len(name) <= 31
        assert not set(name) & set("[]:*?/\\")


def test_names_of_private_rows_are_told_nowhere() -> None:
    master = _tricky()
    assert "赵钱孙李周" not in str(master)
    with zipfile.ZipFile(BytesIO(write_master(master))) as package:
        everything = b"".join(map(package.read, package.namelist())).decode()
    assert "赵钱孙李周" not in everything
    assert "出纳会计主管" in everything


def test_every_row_names_the_cell_that_holds_it() -> None:
    sources = {name: load_workbook(BytesIO(returned(name))) for name in (ECONOMY, SCIENCE, ZUNHUA)}
    book, checked = _book(), 0
    fields = {
        "部门总体资金情况": "2024年金额（万元）",
        "项目基本情况": "项目编码",
        "分项绩效目标": "职责活动",
    }
    for title, label in fields.items():
        sheet = book[title]
        value, source = _column(sheet, label), _column(sheet, "来源")
        for row in range(FIRST, sheet.auto_filter.ref and _last(sheet) + 1):
            file, place, cell = str(sheet.cell(row, source).value).split("!")
            there = sources[file.removesuffix(".xlsx")][place][cell]
            here = sheet.cell(row, value).value
            if there.data_type != "f":
                assert there.value == here, (title, row)
                checked += 1
    assert checked == 12 + 4 + 4


def test_sources_list_every_row_with_its_cells() -> None:
    master = consolidate(published())
    sheet = _book()["数据来源"]
    rows = list(sheet.iter_rows(min_row=FIRST, values_only=True))
    assert len(rows) == sum(len(t.rows) for part in master.parts for t in part.tables)
    books = {f"{n}.xlsx": load_workbook(BytesIO(returned(n))) for n in (ECONOMY, SCIENCE, ZUNHUA)}
    for table, label, _, _, file, place, number, cells, digest in rows:
        assert digest in {entry.sha256 for entry in master.entries}
        found = books[file][place][cells]
        texts = [cell.value for line in _lines(found) for cell in line]
        assert found if number == 0 else texts
        if table == "绩效指标":
            assert label in texts


def test_equal_input_gives_equal_bytes() -> None:
    created = datetime(2024, 5, 1, tzinfo=UTC)
    one = write_master(consolidate(published()), created=created)
    assert one == write_master(consolidate(published()), created=created)
    assert one != write_master(consolidate(published()))


def test_long_tables_go_on_on_further_sheets() -> None:
    master = consolidate(published())
    book = load_workbook(BytesIO(write_master(master, most_rows=30)))
    parts = [name for name in book.sheetnames if name.startswith("年度绩效指标")]
    assert parts == ["年度绩效指标", "年度绩效指标 (2)", "年度绩效指标 (3)", "年度绩效指标 (4)"]
    assert all(sheet.max_row <= 30 for sheet in book if sheet.title != "总览")
    names = [
        book[name].cell(row, 5).value
        for name in parts
        for row in range(FIRST, _last(book[name]) + 1)
    ]
    table = next(t for t in master.parts[0].tables if t.path == "annual_indicators")
    place = [column.name for column in table.columns].index("level3")
    assert names == [row.values[place] for row in table.rows]
    assert "SUMIFS('部门总体资金情况'!" in book["全部合计"]["D6"].value


def test_sheets_are_ready_to_be_read_and_printed() -> None:
    for sheet in _book():
        if sheet.sheet_state != "visible":
            continue
        assert sheet.page_setup.orientation == "landscape"
        assert int(sheet.page_setup.paperSize) == 9
        assert sheet.page_setup.fitToHeight == 0
        if sheet.title not in ("总览", "全部合计"):
            assert sheet.auto_filter.ref.startswith(f"A{HEAD}:")
            assert sheet.print_title_rows == f"${HEAD}:${HEAD}"
            assert sheet.freeze_panes.endswith(str(FIRST))
    assert _book()["部门总体资金情况"]["F4"].number_format == "#,##0.00"


def test_the_overview_has_a_chart_for_each_form() -> None:
    with zipfile.ZipFile(BytesIO(write_master(consolidate(published())))) as package:
        charts = [name for name in package.namelist() if name.startswith("xl/charts/chart")]
    assert len(charts) == 2


def test_errors_that_were_merged_are_said_in_clear_words() -> None:
    files = {
        "a": returned(ECONOMY),
        "b": returned(SCIENCE, change=unreadable_amount),
    }
    master = consolidate(run(files), include_errors=True)
    book = load_workbook(BytesIO(write_master(master)))
    texts = [str(cell.value) for row in book["总览"] for cell in row if cell.value]
    assert any("汇入了 1 份仍有错误的填报" in text for text in texts)
    assert any("无法读取，按原文列出，没有计入合计" in text for text in texts)
    assert "有错误，仍汇入" in texts
    funding = book["部门总体资金情况"]
    assert funding.cell(FIRST + 8, _column(funding, "审核情况")).value == "含错误"
    shown = funding.cell(FIRST + 8, _column(funding, "2024年金额（万元）"))
    assert (shown.value, shown.data_type) == ("约一千万", "s")


def test_places_of_findings_lead_to_their_rows() -> None:
    book = _book()
    sheet, linked = book["问题清单"], 0
    for row in range(FIRST, _last(sheet) + 1):
        cell = sheet.cell(row, _column(sheet, "位置"))
        if cell.hyperlink is not None:
            title, _, target = cell.hyperlink.location.rpartition("!")
            there = [c.value for c in book[title.strip("'")][int(target[1:])]]
            assert sheet.cell(row, _column(sheet, "单位名称")).value in there
            linked += 1
    assert linked > 10


@pytest.mark.parametrize(
    "files",
    [
        {},
        {"a": b"hello"},
        {"a": returned(ECONOMY, change=without_goal)},
    ],
    ids=["nothing", "no workbook", "only errors"],
)
def test_a_run_without_data_is_a_workbook_too(files: dict[str, bytes]) -> None:
    master = consolidate(run(files))
    for language in ("zh", "en"):
        book = load_workbook(BytesIO(write_master(consolidate(run(files), language=language))))
        assert len(book.sheetnames) >= 3
    assert len(master.entries) == len(files)


def test_texts_longer_than_a_cell_are_cut_with_a_word() -> None:
    # Only other formats than Excel's can hold so much.
    def wordy(answers: dict[str, Any]) -> None:
        answers["narrative"]["functions"] = "职" * 1_900

    master = consolidate(run({"a": returned(ECONOMY, change=wordy)}))
    assert write_master(master)
    cut = fitting("职" * 40_000, "zh")
    assert len(cut) < 32_767
    assert cut.endswith("（全文见原文件）")
    assert fitting("职" * 32_767, "zh") == "职" * 32_767


def test_published_amounts_are_in_the_workbook() -> None:
    projects = sample(ZUNHUA)["answers"]["projects"]
    sheet = _book()["项目基本情况"]
    budgets = [sheet.cell(FIRST + n, _column(sheet, "预算数（万元）")).value for n in range(4)]
    assert budgets == [float(project["budget"]) for project in projects]
    total = sheet.cell(FIRST + 5, _column(sheet, "预算数（万元）")).value
    assert total == "=SUBTOTAL(109,F4:F7)"


def _last(sheet: Worksheet) -> int:
    """The last row of data."""
    return int("".join(filter(str.isdigit, sheet.auto_filter.ref.partition(":")[2])))


def _lines(found: Any) -> Any:
    return found if isinstance(found, tuple) else ((found,),)
