"""What the bureau lets stand, in the master: merged, marked, and told with who and why."""

from __future__ import annotations

from datetime import date
from functools import cache
from io import BytesIO
from pathlib import Path

import polars as pl
from openpyxl import Workbook, load_workbook

from tests.master.runs import ECONOMY, SCIENCE, filled, returned, run, unreadable_amount
from xlkit.findings import Severity, Waiver
from xlkit.form.load import load_form
from xlkit.master.consolidate import consolidate
from xlkit.master.export import write_parquet
from xlkit.master.model import Master, State
from xlkit.master.sheets import FIRST, HEAD
from xlkit.master.writer import write_master
from xlkit.validation.explanations import finding_keys
from xlkit.validation.review import Review
from xlkit.validation.waivers import waived

A, B = ("1", "甲局"), ("2", "乙局")
TODAY = date(2026, 11, 21)
WAIVER = Waiver("李科长", "预算尚未批复，先报大数", date(2026, 12, 31), TODAY)


def _waived(came: Review, *codes: str) -> Review:
    """The run with all findings of those codes waived."""
    return Review(
        tuple(
            waived(
                item,
                {
                    key: WAIVER
                    for key, found in zip(finding_keys(item), item.findings, strict=True)
                    if found.code in codes
                },
                TODAY,
            )
            for item in came.submissions
        ),
        came.forms,
    )


@cache
def _master() -> Master:
    came = run(
        {
            "a.xlsx": returned(ECONOMY, unit=A, change=unreadable_amount),
            "b.xlsx": returned(SCIENCE, unit=B),
        }
    )
    return consolidate(_waived(came, "amount-not-a-number", "past-with-operator"))


@cache
def _book() -> Workbook:
    return load_workbook(BytesIO(write_master(_master())))


def test_a_return_with_waived_errors_is_merged_and_counted() -> None:
    one = next(entry for entry in _master().entries if entry.unit == "1")
    assert one.state is State.ACCEPTED
    assert (one.counts[Severity.ERROR], one.open_errors) == (1, 0)
    assert one.waived[Severity.ERROR] == 1
    assert one.counts[Severity.WARNING] == (
        one.open_warnings + one.explained_warnings + one.waived[Severity.WARNING]
    )


def test_rows_are_marked_as_those_that_are_merged_with_errors() -> None:
    sheet = _book()["部门总体资金情况"]
    heads = [cell.value for cell in sheet[HEAD]]
    standing, current = heads.index("审核情况") + 1, heads.index("2024年金额（万元）") + 1
    said = {sheet.cell(row, 2).value: sheet.cell(row, standing).value for row in range(FIRST, 30)}
    assert (said["甲局"], said["乙局"]) == ("有豁免", "待说明")
    cell = sheet.cell(FIRST, current)
    assert cell.value == "约一千万"
    assert cell.fill.fgColor.rgb == "FFFBD5D0"
    assert "李科长于2026-11-21同意豁免，有效期至2026-12-31" in cell.comment.text
    beside = sheet.cell(FIRST, heads.index("情况说明") + 1).value
    assert beside.endswith("：预算尚未批复，先报大数")
    assert "含有错误已豁免的填报" in sheet["A2"].value


def test_findings_tell_who_let_them_stand() -> None:
    sheet = _book()["问题清单"]
    heads = [cell.value for cell in sheet[HEAD]]
    rows = [
        dict(zip(heads, row, strict=True))
        for row in sheet.iter_rows(min_row=FIRST, values_only=True)
    ]
    of_error = next(row for row in rows if row["问题代码"] == "amount-not-a-number")
    assert (of_error["程度"], of_error["办理状态"]) == ("错误", "已豁免")
    assert of_error["情况说明"].startswith("李科长于")
    assert of_error["处理办法"] is None


def test_the_overview_counts_them() -> None:
    sheet = _book()["总览"]
    texts = [str(cell) for row in sheet.iter_rows(values_only=True) for cell in row if cell]
    assert any("经财政局同意豁免" in text for text in texts)
    assert "已豁免" in texts
    row = next(row for row in sheet.iter_rows(values_only=True) if row[2] == "甲局")
    assert (row[6], row[10]) == (0, _master().entries[0].all_waived)


def test_without_waivers_nothing_is_told_of_them() -> None:
    master = consolidate(run({"b.xlsx": returned(SCIENCE, unit=B)}))
    book = load_workbook(BytesIO(write_master(master)))
    texts = [str(c.value) for sheet in book for row in sheet for c in row if c.value]
    assert not any("豁免" in text for text in texts)


def test_parquet_carries_waivers(tmp_path: Path) -> None:
    write_parquet(_master(), tmp_path)
    findings = pl.read_parquet(tmp_path / "findings.parquet")
    (row,) = findings.filter(pl.col("code") == "amount-not-a-number").to_dicts()
    assert (row["open"], row["waived_by"], row["waived_until"], row["waived_at"]) == (
        False,
        "李科长",
        date(2026, 12, 31),
        TODAY,
    )
    units = pl.read_parquet(tmp_path / "units.parquet")
    assert units["waived"].sum() == _master().waived > 0


def test_why_something_private_was_waived_stays_private() -> None:
    form = load_form(Path(__file__).parent / "private.yaml")
    came = _waived(
        run({"a": filled(form, {"about": {"title": "甲"}}, A, 2024)}, form), "required-missing"
    )
    hidden, open_ = (consolidate(came, private=private) for private in (False, True))
    for master, wanted in ((hidden, {"（不公开）", WAIVER.why}), (open_, {WAIVER.why})):
        said = {one.finding.waiver.why for one in master.findings if one.finding.waiver}
        assert said == wanted
