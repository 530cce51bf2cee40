from decimal import Decimal
from typing import Any

from tests.master.runs import ECONOMY, SCIENCE, ZUNHUA, by_hand, published, returned, run, sample
from xlkit.master.consolidate import consolidate
from xlkit.master.model import Kind, Master, Table


def _master(**options: Any) -> Master:
    return consolidate(published(), **options)


def _table(master: Master, path: str) -> Table:
    return next(t for part in master.parts for t in part.tables if t.path == path)


def _rows(table: Table) -> list[dict[str, Any]]:
    names = [column.name for column in table.columns]
    return [dict(zip(names, row.values, strict=True)) for row in table.rows]


def test_matrix_rows_come_with_their_labels_and_recomputed_totals() -> None:
    rows = _rows(_table(_master(), "funding"))
    assert len(rows) == 16
    total = next(r for r in rows if r["_unit"] == "420700-301" and r["_line"] == 8)
    assert (total["section"], total["item"]) == ("支出构成", "合计")
    assert total["current"] == by_hand(ECONOMY, "合计", "current", "支出构成")
    assert total["share"] == Decimal("100.00")


def test_totals_are_those_made_by_hand() -> None:
    items = {item.key: item for item in _table(_master(), "funding").items}
    for key, item, section in (
        ("income_total", "合计", "收入构成"),
        ("spending_total", "合计", "支出构成"),
        ("spending_staff", "人员类项目支出", ""),
        ("spending_special", "特定目标类项目支出", ""),
    ):
        for field in ("current", "prior_2", "prior_1"):
            hand = sum(by_hand(name, item, field, section) for name in (ECONOMY, SCIENCE))
            assert items[key].values[field] == hand
    staff, spending = items["spending_staff"].values, items["spending_total"].values
    assert staff["share"] == round(staff["current"] * 100 / spending["current"], 2)


def test_projects_are_told_with_their_number_and_added_once() -> None:
    table = _table(_master(), "projects")
    projects = sample(ZUNHUA)["answers"]["projects"]
    assert [row["code"] for row in _rows(table)] == [project["code"] for project in projects]
    assert [row["_instance"] for row in _rows(table)] == [1, 2, 3, 4]
    hand = sum(Decimal(project["budget"]) for project in projects)
    assert [item.values["budget"] for item in table.items] == [hand] == [Decimal("64.96")]


def test_rows_in_a_group_name_their_member() -> None:
    rows = _rows(_table(_master(), "projects.indicators"))
    assert len(rows) == 37
    first = rows[0]
    assert (first["_member"], first["_member_name"]) == (
        "13028122P00306010001X",
        "工信局购置公务用车",
    )
    assert (first["value"], first["value.number"], first["value.unit"]) == (
        "10.96万元", Decimal("10.96"), "万元",
    )  # fmt: skip
    assert (rows[1]["value"], rows[1]["value.operator"]) == ("≥95%", "≥")


def test_each_unit_has_its_money() -> None:
    master = _master()
    department, project = master.parts
    assert [m.label for m in department.measures[:2]] == [
        "收入构成 合计 2024年金额",
        "收入构成 合计 2022年金额",
    ]
    money = [master.entries[number].money for number in department.entries]
    assert [one[0] for one in money] == [
        by_hand(name, "合计", "current", "收入构成") for name in (ECONOMY, SCIENCE)
    ]
    assert [m.field for m in project.measures] == ["budget", "fiscal", "other"]
    assert master.entries[project.entries[0]].money == (Decimal("64.96"), Decimal("64.96"), None)


def test_only_filled_rows_stand_in_tables() -> None:
    master = _master()
    given = {name: sample(name)["answers"] for name in (ECONOMY, SCIENCE)}
    for path in ("long_indicators", "annual_indicators"):
        assert len(_table(master, path).rows) == sum(len(one[path]) for one in given.values())


def test_private_fields_stay_out_unless_wanted() -> None:
    closed, open_ = _master(), _master(private=True)
    assert "contact" not in [t.path for part in closed.parts for t in part.tables]
    assert [row["phone"] for row in _rows(_table(open_, "contact"))]


def test_findings_of_private_fields_do_not_tell_their_content() -> None:
    def bad_phone(answers: dict[str, Any]) -> None:
        answers["contact"]["phone"] = "电话１２３秘密"

    review = run({"a": returned(ECONOMY, change=bad_phone)})
    closed, open_ = consolidate(review), consolidate(review, private=True)
    assert "秘密" in str(open_.findings)
    assert "秘密" not in str(closed.findings)
    assert len(closed.findings) == len(open_.findings)


def test_columns_have_the_kinds_of_their_fields() -> None:
    columns = {column.name: column for column in _table(_master(), "funding").columns}
    assert columns["current"].kind is Kind.AMOUNT
    assert columns["current"].label == "2024年金额（万元）"
    assert columns["share"].kind is Kind.PERCENT
    assert not columns["share"].summed
    annual = {column.name: column for column in _table(_master(), "annual_indicators").columns}
    assert annual["prior_2.unit"].tucked
    assert not annual["value.unit"].tucked
