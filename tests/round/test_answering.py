"""What goes back to departments: each return is answered once, and again when it was decided on."""

from __future__ import annotations

from datetime import date

import pytest

from tests.round.desk import FORM, KEY, Bureau, filled, indicator
from xlkit.errors import RoundError
from xlkit.master.roll import Progress
from xlkit.round.collecting import collect
from xlkit.round.deciding import reject, short_name, take_back, waive, withdraw
from xlkit.round.present import units_of
from xlkit.round.returning import send_back
from xlkit.round.reviewing import difference, reviewed
from xlkit.rules.registry import load_checked
from xlkit.submission.canonical import answers
from xlkit.submission.cast import cast
from xlkit.submission.read import Reader
from xlkit.submission.shelf import FormShelf

NO_NAME = {"contact": {"name": "", "phone": "0315-6123456"}}
NO_UNIT = {
    "indicators": [
        indicator("产出", "数量", "完成率", "≥95%"),
        indicator("产出", "质量", "合格率", "≥98"),
        indicator("效益", "社会效益", "受益人数", "≥300人"),
    ]
}


def read(data: bytes):
    return cast(Reader(FormShelf([load_checked(FORM)]), KEY).read_bytes(data, "x.xlsx"))


def came(bureau: Bureau, code: str, **changes) -> None:
    number = len(list((bureau.path / "inbox").iterdir()))
    bureau.receive(f"{number}.xlsx", filled(bureau.issued(code), **changes))
    with bureau.work() as round_:
        collect(round_)


def test_what_is_wrong_goes_back_and_what_is_right_is_said(bureau):
    came(bureau, "301")
    came(bureau, "302", **NO_NAME)
    with bureau.work() as round_:
        done = send_back(round_)
    assert [(item.standing.code, item.workbook is not None) for item in done] == [
        ("301", False),
        ("302", True),
    ]
    assert done[0].letter.name == "301-发展改革局-回信1.txt"
    assert "通过" in done[0].letter.read_text(encoding="utf-8")
    assert "必填" in done[1].letter.read_text(encoding="utf-8")
    with bureau.work() as round_:
        assert send_back(round_) == ()


def test_a_correction_comes_back_twice_and_is_accepted(bureau):
    came(bureau, "302", **NO_NAME)
    with bureau.work() as round_:
        send_back(round_)
    sent = sorted(path.name for path in (bureau.path / "outbox" / "return").iterdir())
    assert sent == ["302-教育局-更正表1.txt", "302-教育局-更正表1.xlsx"]
    first = read(bureau.sent_back("302"))
    assert first.raw.identity is not None
    assert (first.raw.identity.correction, first.raw.identity.unit) == (1, "302")
    bureau.receive(
        "c1.xlsx", filled(bureau.sent_back("302"), contact={"name": "", "phone": "0315-6123457"})
    )
    with bureau.work() as round_:
        collect(round_)
        send_back(round_)
    bureau.receive("c2.xlsx", filled(bureau.sent_back("302")))
    with bureau.work() as round_:
        collect(round_)
    standing = bureau.unit("302")
    assert [item.recognised.correction for item in standing.returns] == [0, 1, 2]
    assert standing.state is Progress.ACCEPTED


def test_an_answer_is_given_again_on_demand_only(bureau):
    came(bureau, "302", **NO_NAME)
    with bureau.work() as round_:
        send_back(round_)
        assert send_back(round_, ["302"]) == ()
        (again,) = send_back(round_, ["302"], again=True)
    assert again.workbook is not None
    assert again.workbook.name == "302-教育局-更正表2.xlsx"


def test_an_older_workbook_goes_back_as_the_new_one_with_its_answers(bureau):
    bureau.answered_in_an_older_workbook("303")
    with bureau.work() as round_:
        send_back(round_)
    fresh = read(bureau.sent_back("303"))
    assert fresh.raw.identity is not None
    assert fresh.raw.identity.serial == 2
    assert answers(fresh)["goal"] == {"text": "把事情办好，让群众满意。"}
    bureau.receive("b.xlsx", bureau.sent_back("303"))
    with bureau.work() as round_:
        collect(round_)
    assert bureau.unit("303").state is Progress.ACCEPTED


def test_the_bureaus_remarks_stand_at_their_cells(bureau):
    came(bureau, "301")
    (cell,) = next(
        row.cells["text"] for row in read(bureau.issued("301")).raw.rows if row.path == "goal"
    )
    with bureau.work() as round_:
        standing = reject(round_, "发展改革局", "目标太空", [(f"基本!{cell}", "=说说怎么做")])
        assert standing.state is Progress.REJECTED
        (answer,) = send_back(round_)
    letter = answer.letter.read_text(encoding="utf-8")
    assert "目标太空" in letter
    assert "=说说怎么做" in letter
    assert answer.workbook is not None
    with bureau.work() as round_:
        assert collect(round_).reviewed == ()
        assert send_back(round_) == ()
        assert take_back(round_, "301").state is Progress.ACCEPTED


def test_a_remark_needs_a_cell_for_an_answer_and_a_rejection_a_reason(bureau):
    came(bureau, "301")
    with bureau.work() as round_:
        with pytest.raises(RoundError, match="'基本!A1' is no cell for an answer"):
            reject(round_, "301", "不对", [("基本!A1", "?")])
        with pytest.raises(RoundError, match="--why"):
            reject(round_, "301", " ")
        with pytest.raises(RoundError, match="nothing came"):
            reject(round_, "302", "不对")


def test_a_waiver_counts_until_its_day_and_in_later_returns(bureau):
    came(bureau, "301", **NO_UNIT)
    assert bureau.states()["301"] is Progress.EXPLAIN
    with bureau.work() as round_:
        (name,) = filter(None, reviewed(round_, "301").names)
        waive(round_, "301", name, "局长办公会同意", date(2026, 12, 1))
    assert bureau.states()["301"] is Progress.ACCEPTED
    came(bureau, "301", **NO_UNIT, contact={"name": "李四"})
    assert bureau.states()["301"] is Progress.ACCEPTED
    bureau.clock.on(date(2026, 12, 2))
    with bureau.work() as round_:
        collect(round_)
    assert bureau.states()["301"] is Progress.EXPLAIN


def test_a_waiver_can_be_withdrawn(bureau):
    came(bureau, "301", **NO_UNIT)
    with bureau.work() as round_:
        waive(round_, "301", "unit-missing", "同意")
        (key,) = units_of(round_)["301"].waivers
        assert units_of(round_)["301"].state is Progress.ACCEPTED
        withdraw(round_, "301", short_name(key))
        assert units_of(round_)["301"].state is Progress.EXPLAIN
        with pytest.raises(RoundError, match="no waiver"):
            withdraw(round_, "301", short_name(key))


def test_a_waiver_needs_a_finding_a_reason_and_a_day_to_come(bureau):
    came(bureau, "301", **NO_UNIT)
    with bureau.work() as round_:
        with pytest.raises(RoundError, match="no finding 'nothing'"):
            waive(round_, "301", "nothing", "同意")
        with pytest.raises(RoundError, match="--why"):
            waive(round_, "301", "unit-missing", "")
        with pytest.raises(RoundError, match="is past"):
            waive(round_, "301", "unit-missing", "同意", date(2026, 10, 1))


def test_what_changed_between_returns_is_told_answer_by_answer(bureau):
    came(bureau, "301")
    came(bureau, "301", goal={"text": "另一个目标，更加具体一些。"})
    with bureau.work() as round_:
        found = difference(round_, "301")
        assert (found.first, found.second) == (1, 2)
        assert [(item.before, item.after) for item in found.changes] == [
            ("把事情办好，让群众满意。", "另一个目标，更加具体一些。")
        ]
        assert difference(round_, "301", 2, 2).changes == ()
        with pytest.raises(RoundError, match="no return number 3"):
            difference(round_, "301", 1, 3)


def test_a_letter_beside_a_workbook_never_says_that_all_is_well(bureau):
    bureau.answered_in_an_older_workbook("301")
    with bureau.work() as round_:
        (answer,) = send_back(round_)
    letter = answer.letter.read_text(encoding="utf-8")
    assert answer.workbook is not None
    assert "已通过" not in letter
    assert "必须改正 1 项" in letter
    assert "旧表" in letter


def answered(bureau: Bureau) -> list[str]:
    """The letters that are written now."""
    with bureau.work() as round_:
        done = send_back(round_)
        assert send_back(round_) == ()  # once is enough
    return [item.letter.read_text(encoding="utf-8") for item in done]


def test_a_rejection_is_called_one_and_ends_the_letter_before_it(bureau):
    came(bureau, "301")
    (letter,) = answered(bureau)
    assert "已通过" in letter
    assert "作废" not in letter
    bureau.clock.on(date(2026, 11, 5))
    with bureau.work() as round_:
        reject(round_, "301", "目标太空")
    bureau.clock.on(date(2026, 11, 6))
    (letter,) = answered(bureau)
    assert "结论：财政局退回了这份填报（王会计，2026年11月5日）" in letter
    assert "退回原因：目标太空" in letter
    assert "有错误" not in letter
    assert "我们2026年11月2日的回信（结论：已通过）作废，以本信为准。" in letter
    bureau.clock.on(date(2026, 11, 7))
    with bureau.work() as round_:
        take_back(round_, "301")
    (letter,) = answered(bureau)
    assert "结论：已通过" in letter
    assert "我们2026年11月6日的回信（结论：财政局退回）作废，以本信为准。" in letter
    assert "财政局已撤销那次退回。那封信要求的，不用再做。" in letter


def test_what_is_taken_back_before_a_letter_told_it_needs_no_letter(bureau):
    came(bureau, "301")
    assert len(answered(bureau)) == 1
    with bureau.work() as round_:
        reject(round_, "301", "目标太空")
        take_back(round_, "301")
        assert send_back(round_) == ()
        assert units_of(round_)["301"].is_answered


def test_another_reason_is_another_letter_and_the_same_one_is_none(bureau):
    came(bureau, "301")
    for why, letters in (("目标太空", 1), ("目标太空", 0), ("目标太多", 1)):
        with bureau.work() as round_:
            reject(round_, "301", why)
        assert len(answered(bureau)) == letters
    letter = bureau.path / "outbox" / "return" / "301-发展改革局-更正表2.txt"
    assert "（结论：财政局退回）作废" in letter.read_text(encoding="utf-8")


def test_a_waiver_that_ends_ends_the_letter_that_it_brought(bureau):
    came(bureau, "301", **NO_UNIT)
    (letter,) = answered(bureau)
    assert "作废" not in letter
    with bureau.work() as round_:
        waive(round_, "301", "unit-missing", "同意", date(2026, 11, 20))
    (letter,) = answered(bureau)
    assert "（结论：请核实或说明）作废" in letter
    bureau.clock.on(date(2026, 11, 21))
    with bureau.work() as round_:
        collect(round_)
    (letter,) = answered(bureau)
    assert "（结论：已通过）作废" in letter
    assert "不用再做" not in letter
