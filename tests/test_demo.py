"""The demo's round ends as its script wants it to, and what it leaves can be worked on."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path

import pytest

from xlkit.cli import main
from xlkit.demo import dovecot, script
from xlkit.demo.by_mail import post_office
from xlkit.demo.department import changed
from xlkit.demo.machines import mail_of
from xlkit.demo.play import MASTER, ROUND, Shown, play, play_by_mail
from xlkit.demo.post_office import PostOffice
from xlkit.ledger.records import MailCame, MailDone, Posting
from xlkit.master.roll import Progress
from xlkit.previous import from_master
from xlkit.round.desk import Hand, Round, at_work
from xlkit.round.posts import Fate
from xlkit.round.present import present, units_of
from xlkit.round.standing import Standing, counts_of
from xlkit.rules.registry import load_checked


@pytest.fixture(scope="module")
def played(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    said: list[str] = []
    days: list[bool] = []
    assert play(folder, "zh", said.append, lambda _, over: days.append(over)) == folder / MASTER
    assert days.count(True) == len(script.play().days)
    assert len(days) == sum(len(day.done(by_mail=False)) for day in script.play().days)
    assert any("2026-12-14" in line for line in said)
    return folder


def test_every_place_that_is_changed_is_there():
    answers = script.answers()
    for day in script.play().days:
        for sending in day.came:
            for place in sending.change:
                assert changed(answers, {place: "something else"}) != answers, place


def test_every_unit_ends_where_it_should(played):
    with at_work(played / ROUND, Hand()) as round_:
        units = units_of(round_)
    ends = {
        state: sorted(code for code, item in units.items() if item.state is state)
        for state in Progress
    }
    assert ends[Progress.SENT] == ["205", "305"]
    assert ends[Progress.MERGED] == ["119"]
    assert len(ends[Progress.ACCEPTED]) == len(units) - 3
    assert [code for code, item in units.items() if len(item.returns) == 3] == ["103", "110"]
    late = ["109", "110", "120", "204", "302"]
    assert sorted(code for code in ends[Progress.ACCEPTED] if units[code].is_late) == late
    assert units["101"].again == 1
    assert units["110"].serial == 2


def test_the_master_holds_the_accepted_units(played):
    found = from_master(played / MASTER, load_checked(script.play().form))
    assert len(found) == 28
    assert found["103"].answers["funding"][0]["current"]


def test_the_round_can_be_worked_on(played, monkeypatch, capsys):
    monkeypatch.chdir(played / ROUND)
    assert main(["round", "status"]) == 0
    assert "样例县公安局" in capsys.readouterr().out
    assert main(["round", "log", "103"]) == 0
    assert capsys.readouterr().out.count("退回更正表：") == 2


#: Where units stand after each step of the round by mail: sent, errors, to be explained,
#: rejected, accepted; before the first step none was sent anything.
COUNTS = """
2026-11-02 set 0 0 0 0 0 · issue 31 0 0 0 0
2026-11-20 collect 18 4 1 0 7 · set 18 4 1 0 7 · issue 19 4 1 0 7 · return 19 4 1 0 7
2026-11-27 collect 19 1 0 0 11 · issue 20 1 0 0 10 · remove 19 1 0 0 10 · return 19 1 0 0 10
2026-12-08 collect 4 2 1 0 23 · reject 4 2 1 1 22 · return 4 2 1 1 22 · remind 4 2 1 1 22
2026-12-14 collect 2 0 1 0 27 · waive 2 0 0 0 28 · return 2 0 0 0 28 · remind 2 0 0 0 28
2026-12-14 merge 2 0 0 0 28
"""
#: What lies in the departments' mailboxes in the end.
MAILS = {
    "issue": "119",
    "issue return": "101 102 105 108 111 112 114 115 116 117 201 202 203 206 301 303 304",
    "issue return return": "104 106 107 113",
    "issue return return return": "103",
    "issue return issue return remind return": "110",
    "issue return remind return": "118 204 302",
    "issue remind return": "109 120",
    "issue remind remind": "205 305",
}
SHOWN_STATES = ("SENT", "ERRORS", "EXPLAIN", "REJECTED", "ACCEPTED")


@dataclass
class Posted:
    """The round by mail, played, with its servers still running."""

    folder: Path
    office: PostOffice
    shown: Shown
    counts: list[tuple[int, ...]]
    said: list[str]
    units: dict[str, Standing] = field(init=False)

    def __post_init__(self) -> None:
        with at_work(self.folder / ROUND, Hand()) as round_:
            self.units = units_of(round_)

    def mails(self, code: str) -> list[EmailMessage]:
        (address,) = self.units[code].unit.emails
        return [mail_of(data) for data in self.office.letters(address)]

    def records(self, kind):
        with at_work(self.folder / ROUND, Hand()) as round_:
            return [entry.record for entry in round_.ledger.entries(round_.id, kind)]


@pytest.fixture(scope="module")
def posted(tmp_path_factory) -> Iterator[Posted]:
    folder = tmp_path_factory.mktemp("mail")
    counts: list[tuple[int, ...]] = []
    said: list[str] = []

    def show(round_: Round, _: bool) -> None:
        tally = counts_of(present(round_)[0])
        counts.append(tuple(tally[Progress[name]] for name in SHOWN_STATES))

    with post_office(script.play()) as office:
        master, shown = play_by_mail(folder, "zh", said.append, show, lambda *_: (), office)
        assert master == folder / MASTER
        yield Posted(folder, office, shown, counts, said)


def _counts() -> dict[tuple[str, str], list[tuple[int, ...]]]:
    found: dict[tuple[str, str], list[tuple[int, ...]]] = {}
    for line in COUNTS.strip().splitlines():
        day, _, steps = line.partition(" ")
        for step in steps.split(" · "):
            name, *numbers = step.split()
            found.setdefault((day, name), []).append(tuple(map(int, numbers)))
    return found


def test_by_mail_units_stand_where_they_should_after_each_step(posted):
    steps = [
        (f"{day.day}", step.do) for day in script.play().days for step in day.done(by_mail=True)
    ]
    found: dict[tuple[str, str], list[tuple[int, ...]]] = {}
    for step, counts in zip(steps, posted.counts, strict=True):
        found.setdefault(step, []).append(counts)
    assert found == _counts()


def test_by_mail_every_unit_ends_where_it_does_without(posted, played):
    def ends(units):
        return {
            code: (item.state, item.is_late, len(item.returns), item.serial, item.again)
            for code, item in units.items()
        }

    with at_work(played / ROUND, Hand()) as round_:
        assert ends(posted.units) == ends(units_of(round_))


def test_the_masters_of_both_plays_say_the_same(posted, played):
    form = load_checked(script.play().form)
    by_mail, without = (
        {code: item.answers for code, item in from_master(folder / MASTER, form).items()}
        for folder in (posted.folder, played)
    )
    assert len(by_mail) == 28
    assert by_mail == without


def test_every_mailbox_has_the_mails_that_it_should_and_none_twice(posted):
    purposes = {item.message_id: item.purpose.value for item in posted.records(Posting)}
    expected = {code: kinds for kinds, codes in MAILS.items() for code in codes.split()}
    mails = {code: posted.mails(code) for code in posted.units}
    found = {
        code: " ".join(purposes[mail["Message-ID"]] for mail in those)
        for code, those in mails.items()
    }
    assert found == expected
    ids = [mail["Message-ID"] for those in mails.values() for mail in those]
    taken = {
        post.posting.message_id: post.fate for item in posted.units.values() for post in item.posts
    }
    assert len(ids) == len(set(ids))
    assert {name for name, fate in taken.items() if fate is Fate.TAKEN} == set(ids)
    assert [fate for fate in taken.values() if fate is not Fate.TAKEN] == [Fate.BOUNCED]
    for address in ("unit161@example.cn", "sfj.zhang@example.com", "friend@example.com"):
        assert posted.office.letters(address) == []


def test_answers_stand_in_the_thread_of_what_they_answer(posted):
    purposes = {item.message_id: item.purpose for item in posted.records(Posting)}
    came = {item.message_id for item in posted.records(MailCame) if item.kind == "letter"}
    own = script.play().post.address
    for code in posted.units:
        for mail in posted.mails(code):
            assert mail["From"].addresses[0].addr_spec == own
            if purposes[mail["Message-ID"]] == "return":
                assert mail["In-Reply-To"] in came, code
    assert posted.units["105"].stranger == "sfj.zhang@example.com"


def test_the_bureau_has_dealt_with_all_mails_but_those_that_somebody_has_to_read(posted):
    mails = posted.records(MailCame)
    kinds = [item.kind for item in mails]
    assert {kind: kinds.count(kind) for kind in kinds} == {
        "bounce": 1, "away": 1, "letter": 35, "other": 1,
    }  # fmt: skip
    own = script.play().post.address
    assert len(posted.office.letters(own)) == len(mails)
    box = posted.office.folder / "mail" / own
    unread = [
        mail_of(path.read_bytes())["Subject"]
        for path in sorted(box.glob("*/*.xlkit.localhost*"))
        if "S" not in path.name.partition(":2,")[2]
    ]
    assert unread == ["周末聚餐", "地震办绩效目标"]
    assert len(posted.records(MailDone)) == len(mails) - len(unread)


def test_the_mails_of_one_unit_are_left_to_be_looked_at(posted):
    own = script.play().post
    assert posted.shown.unit == posted.units[own.shown].unit.name
    (address,) = posted.units[own.shown].unit.emails
    kept = [path.read_bytes() for path in posted.shown.files]
    assert kept == posted.office.letters(address)
    shown = mail_of(posted.shown.file.read_bytes())
    assert "请改正" in shown["Subject"]
    assert [part.get_filename() for part in shown.iter_attachments()]


@pytest.mark.parametrize(
    ("missing", "said"),
    [("dovecot", "apt install dovecot-imapd"), ("aiosmtpd", "pip install 'xlkit[mail-demo]'")],
)
def test_where_a_server_is_missing_nothing_is_done(missing, said, tmp_path, monkeypatch, capsys):
    if missing == "dovecot":
        monkeypatch.setattr(dovecot, "_PLACES", ())
        monkeypatch.setenv("PATH", "")
    else:
        monkeypatch.setitem(sys.modules, "aiosmtpd.controller", None)
    assert main(["demo", "--mail", str(tmp_path / "demo")]) == 2
    assert said in capsys.readouterr().err
    assert not (tmp_path / "demo").exists()
