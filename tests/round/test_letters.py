"""Mails of departments that brought nothing: whose they are, and until when they wait."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import count
from zoneinfo import ZoneInfo

import pytest

from xlkit.ledger.mails import MailCame, Posted, Posting, Purpose
from xlkit.ledger.records import (
    Dispatched,
    DispatchKind,
    PassedOver,
    Received,
    Recognised,
    RoundOpened,
    Seen,
    UnitListed,
)
from xlkit.ledger.store import Entry
from xlkit.master.roll import Progress
from xlkit.round.folding import standings
from xlkit.round.outgoing import answered_at, is_answer_waiting, reminded_at
from xlkit.round.standing import Standing

NOON = datetime(2026, 11, 27, 4, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Shanghai")
OPENED = RoundOpened(
    form="f", version=1, form_digest="", year=2027, due=date(2026, 12, 10),
    timezone="Asia/Shanghai", language="zh",
)  # fmt: skip
ASKED = Posting(
    message_id="<1@x>", unit="302", purpose=Purpose.ISSUE, about="1", title="请填报",
    addresses=("b@example.cn",), sha256="s",
)  # fmt: skip
TAKEN = Posted(message_id="<1@x>", unit="302", outcome="taken")
ISSUED = Dispatched(
    unit="302", kind=DispatchKind.ISSUE, serial=1, correction=0, version=1, file="302.xlsx",
    sha256="b", layout="l",
)  # fmt: skip


def letter(file="1.eml", sender="b@example.cn", kind="letter", **more):
    return MailCame(
        place=file, file=file, kind=kind, message_id=f"<{file}>", sender=sender, title="怎么填",
        sent_at=NOON, **more,
    )  # fmt: skip


def came(sha256="r", source="inbox/302.xlsx"):
    """A return of 302 as the ledger has it."""
    return (
        Received(sha256=sha256, name="302.xlsx", suffix=".xlsx", size=1, received_at=NOON,
                 source=source),
        Seen(sha256=sha256, name="302.xlsx", source=source, stamp="1"),
        Recognised(sha256=sha256, standing="return", unit="302", serial=1),
    )  # fmt: skip


def reminder(number=2, outcome="taken"):
    sent = {"message_id": f"<{number}@x>", "unit": "302"}
    return (
        Posting(purpose=Purpose.REMIND, about="2026-11-28", title="催", sha256="s",
                addresses=("b@example.cn",), **sent),
        Posted(outcome=outcome, **sent),
    )  # fmt: skip


def stands(*records, emails=("b@example.cn",), code="302") -> Standing:
    listed = [
        UnitListed(unit="302", name="教育局", emails=emails),
        UnitListed(unit="303", name="一中", emails=("c@example.cn",)),
    ]
    numbers = count(1)
    entries = [Entry(next(numbers), "r", NOON, "", record) for record in (*listed, *records)]
    found, _ = standings(entries, OPENED, ZONE, date(2026, 11, 28))
    return next(item for item in found if item.code == code)


@pytest.mark.parametrize(
    ("records", "waits"),
    [
        ((letter(),), True),
        ((letter(sender="B@Example.cn"),), True),
        ((letter(sender="home@example.org"),), False),
        ((ASKED, TAKEN, letter(sender="home@example.org", about="<1@x>")), True),
        ((letter(kind="away"),), False),
        ((letter(), *reminder()), False),
        ((letter(), *reminder(outcome="draft")), False),
        ((letter(), *reminder(outcome="refused")), True),
        ((letter(), *came()), False),
        ((*came(), letter()), True),
        # The mail with the workbook came first, though both were fetched before it was read.
        ((letter("w.eml"), letter("q.eml"), *came(source="inbox/mail/w.eml › 302.xlsx")), True),
        ((letter("q.eml"), letter("w.eml"), *came(source="inbox/mail/w.eml › 302.xlsx")), False),
    ],
)  # fmt: skip
def test_a_letter_waits_until_something_comes_or_goes(records, waits):
    assert (stands(*records).letter is not None) is waits


@pytest.mark.parametrize(
    ("why", "is_question"), [("mail-without-attachment", True), ("net-disk-link", False)]
)
def test_a_letter_knows_why_it_brought_nothing(why, is_question):
    passed = PassedOver(source="inbox/mail/1.eml", stamp="1", why=why)
    found = stands(letter(), passed).letter
    assert found is not None
    assert (found.why, found.is_question, found.at) == (why, is_question, NOON)


def test_a_mail_that_follows_one_to_another_unit_is_that_units():
    followed = letter(sender="c@example.cn", about="<1@x>")
    assert stands(ASKED, TAKEN, followed).letter is not None
    assert stands(ASKED, TAKEN, followed, code="303").letter is None


def test_a_mail_from_an_address_that_a_unit_had_is_its_still():
    moved = UnitListed(unit="302", name="教育局", emails=("new@example.cn",))
    assert stands(moved, letter()).letter is not None


@pytest.mark.parametrize(
    ("records", "state", "fate"),
    [
        ((), Progress.NOT_SENT, None),
        ((ISSUED,), Progress.SENT, None),
        ((ISSUED, ASKED, TAKEN), Progress.SENT, "taken"),
        ((ISSUED, ASKED), Progress.WRITTEN, "unsure"),
        ((ISSUED, ASKED, Posted(message_id="<1@x>", unit="302", outcome="draft")),
         Progress.WRITTEN, "draft"),
        ((ISSUED, ASKED, Posted(message_id="<1@x>", unit="302", outcome="refused")),
         Progress.WRITTEN, "refused"),
        ((ISSUED, ASKED, Posted(message_id="<1@x>", unit="302", outcome="refused"), *reminder()),
         Progress.SENT, "taken"),
        ((ASKED, TAKEN, ISSUED), Progress.WRITTEN, None),
    ],
)  # fmt: skip
def test_a_workbook_is_sent_once_a_mail_brought_it(records, state, fate):
    found = stands(*records)
    assert (found.state, found.issue_fate) == (state, fate)


def test_when_a_unit_was_reminded_and_answered():
    assert reminded_at(stands(ISSUED, ASKED, TAKEN)) is None
    assert reminded_at(stands(ISSUED, ASKED, TAKEN, *reminder())) == NOON
    assert reminded_at(stands(ISSUED, ASKED, TAKEN, *reminder(outcome="draft"))) is None
    answer = Dispatched(
        unit="302", kind=DispatchKind.CORRECTION, serial=1, correction=1, version=1,
        file="a.xlsx", sha256="c", layout="l", answers="r",
    )  # fmt: skip
    asked = (ISSUED, ASKED, TAKEN, *reminder(), *came(), answer)
    waiting = stands(*asked)
    assert (answered_at(waiting), is_answer_waiting(waiting), reminded_at(waiting)) == (
        None,
        True,
        None,
    )
    sent = {"message_id": "<3@x>", "unit": "302"}
    mail = Posting(purpose=Purpose.RETURN, about="a", title="", sha256="s",
                   addresses=("b@example.cn",), **sent)  # fmt: skip
    posted = stands(*asked, mail, Posted(outcome="taken", **sent))
    assert (answered_at(posted), is_answer_waiting(posted)) == (NOON, False)
    by_hand = stands(ISSUED, *came(), answer)
    assert (answered_at(by_hand), is_answer_waiting(by_hand)) == (NOON, False)
