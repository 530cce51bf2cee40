"""Changes while a round runs are new rows; the log tells them with who and when."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.round.desk import FORM, ROSTER, filled
from xlkit.errors import RoundError
from xlkit.master.roll import Progress
from xlkit.roster import Unit, read_roster
from xlkit.round.changing import (
    add_unit,
    change_unit,
    move_deadline,
    remove_unit,
    take_roster,
)
from xlkit.round.collecting import collect
from xlkit.round.issuing import issue
from xlkit.round.present import units_of
from xlkit.round.raising import raise_form
from xlkit.round.returning import send_back
from xlkit.round.status import status_of, status_report
from xlkit.round.story import story
from xlkit.rules.registry import load_checked


def test_a_unit_comes_in_late_and_gets_its_workbook(bureau):
    with bureau.work() as round_:
        add_unit(round_, Unit("305", "实验小学", "教育局"), "新设")
        assert units_of(round_)["305"].state is Progress.NOT_SENT
        assert [item.standing.code for item in issue(round_)] == ["305"]
        with pytest.raises(RoundError, match="on the roster already"):
            add_unit(round_, Unit("305", "实验小学"))


def test_a_renamed_unit_keeps_its_return(bureau):
    bureau.receive("a.xlsx", filled(bureau.issued("301")))
    with bureau.work() as round_:
        collect(round_)
        change = change_unit(round_, "301", name="发展和改革局", emails=("new@example.cn",))
        assert change.names == ("name", "emails")
    standing = bureau.unit("301")
    assert (standing.unit.name, standing.state) == ("发展和改革局", Progress.ACCEPTED)


def test_a_merged_unit_owes_nothing_and_its_return_does_not_count(bureau):
    bureau.receive("a.xlsx", filled(bureau.issued("304")))
    with bureau.work() as round_:
        remove_unit(round_, "304", "学校合并", into="303")
        collect(round_)
        report = status_report(status_of(round_))
    assert bureau.unit("304").state is Progress.MERGED
    assert report["total"]["units"] == 3
    assert [(item["what"], item["unit"]) for item in report["strays"]] == [("unknown-unit", "304")]
    with bureau.work() as round_, pytest.raises(RoundError, match="no longer on the roster: 304"):
        issue(round_, ["304"])


def test_a_removed_unit_can_be_taken_up_again(bureau):
    with bureau.work() as round_:
        remove_unit(round_, "304", "撤销")
        add_unit(round_, Unit("304", "第二中学", "教育局"))
    assert bureau.unit("304").state is Progress.SENT


def test_a_unit_is_not_merged_into_itself_nor_removed_without_a_reason(bureau):
    with bureau.work() as round_:
        with pytest.raises(RoundError, match="into itself"):
            remove_unit(round_, "304", "x", into="第二中学")
        with pytest.raises(RoundError, match="--why"):
            remove_unit(round_, "304", "")
        with pytest.raises(RoundError, match="no unit '999'"):
            remove_unit(round_, "999", "x")


def test_a_day_is_moved_for_one_unit_or_for_all(bureau):
    with bureau.work() as round_:
        move_deadline(round_, date(2026, 12, 20), ["301"], "灾情")
        units = units_of(round_)
        assert (units["301"].due, units["302"].due) == (date(2026, 12, 20), date(2026, 12, 10))
        assert len(move_deadline(round_, date(2026, 12, 31))) == 4
        assert {item.due for item in units_of(round_).values()} == {date(2026, 12, 31)}


def test_a_changed_roster_brings_what_is_new_and_leaves_the_rest(bureau, tmp_path):
    file = tmp_path / "new.csv"
    file.write_text(
        ROSTER.replace("第一中学", "第一高级中学").replace("B1,20", "B2,20")
        + "306,体育局,市政府,,,\n",
        encoding="utf-8",
    )
    with bureau.work() as round_:
        roster = read_roster(file, round_.form)
        changes = take_roster(round_, roster, "年中调整")
        assert [(change.after.unit, change.names) for change in changes] == [
            ("303", ("name", "members")),
            ("306", ()),
        ]
        assert take_roster(round_, roster) == ()
        less = read_roster(file, round_.form)
        gone = type(less)(less.units[1:])
        assert take_roster(round_, gone) == ()
        assert [c.after.unit for c in take_roster(round_, gone, remove_missing=True)] == ["301"]


@pytest.fixture
def newer(tmp_path) -> Path:
    """Version 2 of the form."""
    path = tmp_path / "newer" / "form.yaml"
    path.parent.mkdir()
    text = FORM.read_text(encoding="utf-8").replace("version: 1", "version: 2")
    path.write_text(text.replace("max_length: 200", "max_length: 300"), encoding="utf-8")
    return path


def test_a_higher_version_of_the_form_carries_answers_over(bureau, newer):
    bureau.receive("a.xlsx", filled(bureau.issued("301")))
    with bureau.work() as round_:
        with pytest.raises(RoundError, match="not newer"):
            raise_form(round_, str(FORM))
        raise_form(round_, str(newer))
    with bureau.work() as round_:
        assert round_.form.version == 2
        issue(round_, ["301"], again=True)
        collect(round_)
        (answer,) = send_back(round_)
    assert answer.workbook is not None
    bureau.receive("b.xlsx", answer.workbook.read_bytes())
    with bureau.work() as round_:
        collect(round_)
        standing = units_of(round_)["301"]
    assert [item.recognised.version for item in standing.returns] == [1, 2]
    assert standing.state is Progress.ACCEPTED
    assert load_checked(newer).version == 2


@pytest.mark.parametrize("dry", [False, True])
def test_a_raised_form_is_sent_and_read_by_the_same_process(bureau, newer, dry):
    with bureau.work(dry=dry) as round_:
        before = round_.form
        assert round_.reader.shelf.given == (before,)
        raise_form(round_, str(newer))
        assert (round_.form.version, round_.forms[1]) == (2, before)
        assert round_.reader.shelf.given == round_.shelf.given == round_.forms
        issue(round_, ["301"], again=True)
        sent = units_of(round_)["301"].issues[-1]
    assert (sent.serial, sent.version) == (2, 2)
    with bureau.work() as round_:
        assert round_.form.version == (1 if dry else 2)


def test_a_version_that_was_frozen_by_half_is_none_and_can_be_raised_again(bureau, newer):
    """What a process leaves that was killed while it froze the new version."""
    half = bureau.path / "forms" / "v2"
    half.mkdir()
    (half / "common.yaml").write_text("lists: {}\n", encoding="utf-8")
    with bureau.work() as round_:
        assert round_.form == load_checked(FORM)
        raise_form(round_, str(newer))
    with bureau.work() as round_:
        assert round_.form == load_checked(newer)


def test_the_log_tells_the_story_of_a_unit(bureau):
    bureau.receive("a.xlsx", filled(bureau.issued("301")))
    with bureau.work() as round_:
        collect(round_)
        change_unit(round_, "301", "更名", name="发展和改革局")
        own = [line.text for line in story(round_, "301")]
        all_ = [line.text for line in story(round_)]
    assert own == [
        "列入名单：发展改革局",
        "下发：301-发展改革局.xlsx（第 1 次）",
        "收到 a.xlsx（inbox/a.xlsx）",
        "a.xlsx 是 301 发展改革局 的填报",
        "审核 a.xlsx：已通过，错误 0，需说明 0",
        "名称由“发展改革局”改为“发展和改革局”（更名）",
    ]
    assert len(all_) > len(own)
    assert all_[0].startswith("开始：small-form")
