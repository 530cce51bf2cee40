"""A round is opened once, finished if it was begun, and starts from last year's answers."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from tests.round.desk import DUE, FORM, KEY, ROSTER, Bureau, filled
from xlkit.errors import RoundError
from xlkit.ledger.records import RoundOpened
from xlkit.ledger.store import Ledger
from xlkit.master.roll import Progress
from xlkit.round.collecting import collect
from xlkit.round.issuing import issue
from xlkit.round.merging import merge
from xlkit.round.opening import Plan, open_round
from xlkit.round.present import units_of
from xlkit.round.status import status_of
from xlkit.rules.registry import load_checked
from xlkit.submission.canonical import answers
from xlkit.submission.cast import cast
from xlkit.submission.read import Reader
from xlkit.submission.shelf import FormShelf


def plan_of(bureau: Bureau, **more) -> Plan:
    file = bureau.path.with_name("roster.csv")
    file.write_text(ROSTER, encoding="utf-8")
    return Plan(**{"form": str(FORM), "year": 2027, "due": DUE, "roster": file, **more})


def files_of(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_opened_again_with_the_same_words_nothing_changes(opened):
    before = files_of(opened.path)
    opened.open()
    assert files_of(opened.path) == before


def test_a_begun_round_is_finished_under_its_name(tmp_path):
    bureau = Bureau(tmp_path / "round")
    bureau.path.mkdir()
    (bureau.path / "round.toml").write_text('round = "begun"\nlanguage = "zh"\n', encoding="utf-8")
    bureau.open()
    with bureau.work() as round_:
        assert round_.id == "begun"
        assert round_.opened.year == 2027
        assert len(units_of(round_)) == 4


@pytest.mark.parametrize("work", [issue, collect, status_of], ids=lambda work: work.__name__)
@pytest.mark.parametrize("frozen", [[], ["common.yaml"]], ids=["nothing", "half"])
def test_a_round_whose_form_was_not_frozen_says_so_until_it_is_opened_again(tmp_path, work, frozen):
    """What a process leaves that was killed after the ledger's first rows."""
    bureau = Bureau(tmp_path / "round")
    bureau.open()
    forms = bureau.path / "forms"
    before = files_of(forms)
    for path in (forms / "v1").iterdir():
        if path.name not in frozen:
            path.unlink()
    file = bureau.receive("a.xlsx", b"hello")
    said = "forms: holds no form.* small-form-2027-0a1b .*`xlkit round open` again with the same"
    with bureau.work() as round_, pytest.raises(RoundError, match=said):
        work(round_)
    bureau.open()
    assert files_of(forms) == before
    file.unlink()
    with bureau.work() as round_:
        work(round_)
        assert round_.form == load_checked(FORM)


def test_other_words_are_refused_and_change_nothing(opened):
    before = files_of(opened.path)
    with pytest.raises(RoundError, match="opened already, with other words"):
        open_round(opened.path, plan_of(opened, due=date(2027, 1, 1)), opened.hand, lambda: "x")
    assert files_of(opened.path) == before


def test_a_folder_with_other_things_in_it_is_left_alone(tmp_path):
    bureau = Bureau(tmp_path / "documents")
    bureau.path.mkdir()
    (bureau.path / "letter.txt").write_text("private", encoding="utf-8")
    with pytest.raises(RoundError, match="is not empty"):
        bureau.open()
    assert [path.name for path in bureau.path.iterdir()] == ["letter.txt"]


def test_a_folder_without_a_round_is_said_to_be_none(tmp_path):
    with pytest.raises(RoundError, match="--round DIR"), Bureau(tmp_path).work():
        pass


def test_a_time_zone_that_nobody_knows_is_refused(opened, tmp_path):
    with pytest.raises(RoundError, match="Asia/Shanghai"):
        open_round(
            tmp_path / "x", plan_of(opened, timezone="Asia/Tangshan"), opened.hand, lambda: "x"
        )


def test_the_form_is_frozen_with_its_vocabulary(opened):
    kept = sorted(path.name for path in (opened.path / "forms" / "v1").iterdir())
    assert kept == ["common.yaml", "form.yaml"]
    assert load_checked(opened.path / "forms" / "v1" / "form.yaml") == load_checked(FORM)


def test_several_rounds_share_a_ledger(tmp_path):
    shared = Ledger.open(tmp_path / "shared.sqlite", create=True)
    shared.close()
    url = f"sqlite:///{tmp_path / 'shared.sqlite'}"
    for number in (1, 2):
        bureau = Bureau(tmp_path / f"round{number}")
        open_round(bureau.path, plan_of(bureau, ledger=url), bureau.hand, str(number).__str__)
        with bureau.work() as round_:
            issue(round_)
            assert len(round_.ledger.entries(round_.id, RoundOpened)) == 1
            assert len(round_.ledger.rounds()) == number


@pytest.fixture
def last_year(bureau) -> Bureau:
    """A round whose first unit was accepted and merged."""
    bureau.receive("a.xlsx", filled(bureau.issued("301")))
    with bureau.work() as round_:
        collect(round_)
        merge(round_, parquet=True)
    return bureau


def newer_form(folder: Path) -> Path:
    """The form with a column of last year's amounts."""
    text = FORM.read_text(encoding="utf-8")
    column = "{name: before, type: amount, label: 上年, previous: {from: [current]}}"
    marked = "          - {name: current, type: amount, label: 金额}\n"
    assert marked in text
    path = folder / "newer" / "form.yaml"
    path.parent.mkdir()
    path.write_text(text.replace(marked, f"{marked}          - {column}\n"), encoding="utf-8")
    return path


@pytest.mark.parametrize("source", ["", "master/master.xlsx", "master/parquet"])
def test_last_years_values_go_out_with_the_workbooks(last_year, tmp_path, source):
    form = newer_form(tmp_path)
    bureau = Bureau(tmp_path / "next")
    plan = plan_of(bureau, form=str(form), year=2028, previous=last_year.path / source)
    open_round(bureau.path, plan, bureau.hand, lambda: "next")
    with bureau.work() as round_:
        issue(round_)
    raw = Reader(FormShelf([load_checked(form)]), KEY).read_bytes(bureau.issued("301"), "x")
    before = {row["item"]: row["before"] for row in answers(cast(raw))["money"]}
    assert before == {"甲": "60.00", "乙": "40.00", "合计": "100.00"}
    plain = Reader(FormShelf([load_checked(form)]), KEY).read_bytes(bureau.issued("302"), "x")
    assert {row["before"] for row in answers(cast(plain))["money"]} == {""}


def test_nothing_personal_is_kept_of_last_year(tmp_path):
    form = tmp_path / "private" / "form.yaml"
    form.parent.mkdir()
    own = FORM.read_text(encoding="utf-8").replace("{name: phone,", "{name: phone, private: true,")
    form.write_text(own, encoding="utf-8")
    before, after = Bureau(tmp_path / "before"), Bureau(tmp_path / "after")
    open_round(before.path, plan_of(before, form=str(form)), before.hand, lambda: "last")
    with before.work() as round_:
        issue(round_)
    before.receive("a.xlsx", filled(before.issued("301")))
    with before.work() as round_:
        collect(round_)
    plan = plan_of(after, form=str(form), year=2028, previous=before.path)
    open_round(after.path, plan, after.hand, lambda: "next")
    kept = json.loads((after.path / "previous" / "answers.json").read_text(encoding="utf-8"))
    assert set(kept) == {"301"}
    assert kept["301"]["answers"]["contact"]["name"] == "张三"
    assert "phone" not in kept["301"]["answers"]["contact"]


def test_previous_that_is_not_there_is_said(opened, tmp_path):
    plan = plan_of(opened, previous=tmp_path / "nowhere")
    with pytest.raises(RoundError, match="is not there"):
        open_round(tmp_path / "x", plan, opened.hand, lambda: "x")


def test_a_merged_round_is_merged_to_the_same_bytes(last_year):
    first = (last_year.path / "master" / "master.xlsx").read_bytes()
    with last_year.work() as round_:
        done = merge(round_)
    assert done.path.read_bytes() == first
    assert (done.units, done.fallen, done.missing) == (1, (), ("302", "303", "304"))
    assert last_year.states()["301"] is Progress.ACCEPTED


def test_a_new_workbook_asks_for_a_new_return(last_year):
    with last_year.work() as round_:
        issue(round_, ["301"], again=True)
        standing = units_of(round_)["301"]
        assert (standing.state, standing.serial) == (Progress.SENT, 2)
        assert merge(round_).units == 1
    last_year.receive("b.xlsx", filled(last_year.issued("301")))
    with last_year.work() as round_:
        collect(round_)
    assert last_year.states()["301"] is Progress.ACCEPTED
