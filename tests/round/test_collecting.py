"""What comes is archived, entered, recognised by its identity and checked; each thing once."""

from __future__ import annotations

import hashlib
import os
import shutil
from datetime import UTC, date, datetime, timedelta

import pytest

from tests.round.desk import FORM, KEY, Bureau, filled
from tests.sources.made import Entry, archive
from xlkit.errors import RoundError
from xlkit.identity import Identity
from xlkit.ledger.records import PassedOver, Received, Seen
from xlkit.master.roll import Progress
from xlkit.round.closing import close_round, reopen_round
from xlkit.round.collecting import collect
from xlkit.round.present import present, units_of
from xlkit.rules.registry import load_checked
from xlkit.template.writer import Issue, render

WRONG = {"contact": {"name": "", "phone": "0315-6123456"}}


def stray_of(bureau: Bureau) -> dict[str, str]:
    with bureau.work() as round_:
        _, strays = present(round_)
        return {item.received.name: item.recognised.standing for item in strays if item.recognised}


def test_a_return_is_known_by_what_stands_in_it_not_by_its_name(bureau):
    bureau.receive("302-教育局.xlsx", filled(bureau.issued("301")))
    with bureau.work() as round_:
        found = collect(round_)
    assert [item.recognised.unit for item in found.met if item.recognised] == ["301"]
    assert bureau.states()["301"] is Progress.ACCEPTED
    assert bureau.states()["302"] is Progress.SENT


def test_every_file_is_archived_by_its_content(bureau):
    data = filled(bureau.issued("301"))
    bureau.receive("一份.xlsx", data)
    with bureau.work() as round_:
        collect(round_)
    digest = hashlib.sha256(data).hexdigest()
    kept = bureau.path / "archive" / digest[:2] / f"{digest}.xlsx"
    assert kept.read_bytes() == data


def test_the_inbox_taken_in_twice_is_taken_in_once(bureau):
    bureau.receive("a.xlsx", filled(bureau.issued("301")))
    bureau.receive("b.xlsx", filled(bureau.issued("302"), **WRONG))
    with bureau.work() as round_:
        collect(round_)
        before = round_.ledger.entries(round_.id)
        again = collect(round_)
        assert round_.ledger.entries(round_.id) == before
    assert (len(again.met), again.came, again.reviewed) == (2, (), ())


def test_the_same_bytes_elsewhere_are_said_and_count_once(bureau, tmp_path):
    path = bureau.receive("a.xlsx", filled(bureau.issued("301")))
    other = tmp_path / "邮件附件"
    other.mkdir()
    shutil.copy(path, other / "再发一次.xlsx")
    with bureau.work() as round_:
        collect(round_)
        found = collect(round_, [other])
        assert [item.is_known for item in found.came] == [True]
        standing = units_of(round_)["301"]
    assert (len(standing.returns), standing.again) == (1, 1)


def test_a_later_return_supersedes_and_the_earlier_one_stays(bureau):
    bureau.receive("a.xlsx", filled(bureau.issued("301"), **WRONG))
    with bureau.work() as round_:
        collect(round_)
    assert bureau.states()["301"] is Progress.ERRORS
    bureau.clock.on(date(2026, 11, 20))
    bureau.receive("b.xlsx", filled(bureau.issued("301")))
    with bureau.work() as round_:
        collect(round_)
    standing = bureau.unit("301")
    assert [item.state for item in standing.returns] == [Progress.ERRORS, Progress.ACCEPTED]
    assert not standing.is_twice_on_one_day


def test_a_wrong_return_after_an_accepted_one_leaves_that_one_to_be_merged(bureau):
    bureau.receive("a.xlsx", filled(bureau.issued("301")))
    with bureau.work() as round_:
        collect(round_)
    bureau.receive("b.xlsx", filled(bureau.issued("301"), **WRONG))
    with bureau.work() as round_:
        collect(round_)
    standing = bureau.unit("301")
    assert standing.state is Progress.ERRORS
    assert standing.accepted is not None
    assert standing.accepted.number == 1
    assert standing.is_twice_on_one_day


def test_an_older_workbook_is_a_return_that_must_be_made_again(bureau):
    bureau.answered_in_an_older_workbook("303")
    standing = bureau.unit("303")
    assert standing.state is Progress.ERRORS
    reviewed = standing.returns[0].reviewed
    assert reviewed is not None
    assert [item["code"] for item in reviewed.findings] == ["serial-older"]


@pytest.mark.parametrize(
    ("change", "standing"),
    [
        ({"round": "small-form-2026-ffff", "year": 2026}, "other-year"),
        ({"round": "small-form-2027-ffff"}, "other-round"),
        ({"unit": "999"}, "unknown-unit"),
        ({"unit": "", "unit_name": ""}, "no-unit"),
    ],
)
def test_a_workbook_that_is_not_for_here_counts_for_nobody(bureau, change, standing):
    known = {
        "round": "small-form-2027-0a1b",
        "year": 2027,
        "unit": "301",
        "unit_name": "发展改革局",
        "form": "small-form",
        "version": 1,
    }
    identity = Identity(**{**known, **change})
    data = render(load_checked(FORM), identity, issue=Issue(KEY)).data
    bureau.receive("a.xlsx", data)
    with bureau.work() as round_:
        collect(round_)
    assert stray_of(bureau) == {"a.xlsx": standing}
    assert set(bureau.states().values()) == {Progress.SENT}


def test_what_is_no_workbook_is_entered_and_told(bureau):
    bureau.receive("坏.xlsx", b"hello")
    bureau.receive("说明.docx", b"PK")
    with bureau.work() as round_:
        found = collect(round_)
        entered = [entry.record for entry in round_.ledger.entries(round_.id, PassedOver)]
    assert stray_of(bureau) == {"坏.xlsx": "unreadable"}
    assert [item.source for item in found.passed] == [item.source for item in entered]
    assert "说明.docx" in found.passed[0].source


def test_a_zip_with_names_in_gbk_is_taken_in(bureau, tmp_path):
    path = tmp_path / "各单位.zip"
    members = [
        Entry("填报/发改局.xlsx".encode("gb18030"), filled(bureau.issued("301"))),
        Entry(b"b.xlsx", filled(bureau.issued("302"))),
    ]
    path.write_bytes(archive(*members))
    with bureau.work() as round_:
        collect(round_, [path])
    states = bureau.states()
    assert (states["301"], states["302"]) == (Progress.ACCEPTED, Progress.ACCEPTED)


def test_a_clerk_says_whose_a_file_is(bureau):
    identity = Identity(form="small-form", version=1, year=2027)
    data = filled(render(load_checked(FORM), identity).data)
    path = bureau.receive("没有身份.xlsx", data)
    with bureau.work() as round_:
        collect(round_)
    assert bureau.states()["304"] is Progress.SENT
    with bureau.work(by="李会计") as round_:
        collect(round_, [path], unit="304")
    standing = bureau.unit("304")
    assert standing.last is not None
    assert standing.last.recognised.detail == "named"


def test_late_is_after_the_day_in_the_rounds_time_zone(bureau):
    bureau.receive("a.xlsx", filled(bureau.issued("301")))
    bureau.receive("b.xlsx", filled(bureau.issued("302")))
    with bureau.work() as round_:
        last = datetime(2026, 12, 10, 15, 59, tzinfo=UTC)  # 23:59 in China
        collect(round_, [bureau.path / "inbox" / "a.xlsx"], received=last)
        first = datetime(2026, 12, 10, 16, 0, tzinfo=UTC)  # 00:00 of the next day
        collect(round_, [bureau.path / "inbox" / "b.xlsx"], received=first)
    bureau.clock.on(date(2026, 12, 12))
    assert not bureau.unit("301").is_late
    assert bureau.unit("302").is_late
    assert bureau.unit("303").is_late


def test_a_run_that_ended_before_reading_is_gone_on_with(bureau):
    data = filled(bureau.issued("301"))
    path = bureau.receive("a.xlsx", data)
    digest = hashlib.sha256(data).hexdigest()
    with bureau.work() as round_:
        kept = round_.folder.archived(digest, ".xlsx")
        kept.parent.mkdir(parents=True)
        kept.write_bytes(data)
        round_.add(
            Received(
                sha256=digest,
                name="a.xlsx",
                suffix=".xlsx",
                size=len(data),
                received_at=bureau.clock(),
                source="inbox/a.xlsx",
            ),
            Seen(sha256=digest, name="a.xlsx", source="inbox/a.xlsx", stamp="1"),
        )
    path.unlink()
    with bureau.work() as round_:
        found = collect(round_)
    assert found.met == ()
    assert bureau.states()["301"] is Progress.ACCEPTED


def test_a_file_gone_from_the_archive_is_named(bureau):
    bureau.receive("a.xlsx", filled(bureau.issued("301")))
    with bureau.work() as round_:
        collect(round_)
    shutil.rmtree(bureau.path / "archive")
    shutil.rmtree(bureau.path / "cache", ignore_errors=True)
    bureau.receive("b.xlsx", filled(bureau.issued("302")))
    (bureau.path / "inbox" / "a.xlsx").unlink()
    with bureau.work() as round_, pytest.raises(RoundError, match=r"a\.xlsx.*Put it back"):
        collect(round_)


def test_a_closed_round_takes_nothing_in(bureau):
    with bureau.work() as round_:
        missing = close_round(round_, "已汇总").missing
        assert [item.code for item in missing] == ["301", "302", "303", "304"]
        with pytest.raises(RoundError, match="closed"):
            collect(round_)
        reopen_round(round_)
        collect(round_)


def test_a_dry_run_says_the_same_and_leaves_nothing(bureau):
    bureau.receive("a.xlsx", filled(bureau.issued("301")))

    def everything() -> dict[str, bytes]:
        return {
            str(path.relative_to(bureau.path)): path.read_bytes()
            for path in sorted(bureau.path.rglob("*"))
            if path.is_file() and not path.name.startswith("ledger.sqlite")
        }

    with bureau.work() as round_:
        entries = round_.ledger.entries(round_.id)
    before = everything()
    with bureau.work(dry=True) as round_:
        tried = collect(round_)
    assert everything() == before
    with bureau.work() as round_:
        assert round_.ledger.entries(round_.id) == entries
        done = collect(round_)
    assert [item.recognised for item in tried.met] == [item.recognised for item in done.met]
    assert tried.reviewed == done.reviewed


def test_what_killed_commands_left_is_swept_but_not_from_the_inbox(bureau):
    old = (bureau.clock() - timedelta(days=2)).timestamp()
    names = ("outbox/issue/.xlkit-1.part", "archive/ab/.xlkit-2.part", "inbox/.xlkit-3.part")
    for name in names:
        path = bureau.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"PK")
        os.utime(path, (old, old))
    with bureau.work(dry=True):
        assert all((bureau.path / name).exists() for name in names)
    with bureau.work() as round_:
        assert collect(round_).met == ()
    assert [name for name in names if (bureau.path / name).exists()] == [names[2]]
