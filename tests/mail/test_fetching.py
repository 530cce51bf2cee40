"""Fetching from a real IMAP server."""

from __future__ import annotations

import ssl
import traceback
from datetime import UTC, date, datetime

import pytest

from tests.mail.boxes import BOXES, clerk, fresh, inbox, letter, secret, seen, server
from tests.mail.relay import Relay
from xlkit.demo.post_office import HOST
from xlkit.mail.fetching import Fetched, Inbox, Left, Place
from xlkit.mail.imap import FolderUnknown, ImapRefused
from xlkit.sources import said


def put(office, user, *subjects, folder="INBOX", size=0):
    """Lays mails into a folder and gives their bytes by subject."""
    mails = {subject: letter(subject, size=size) for subject in subjects}
    with clerk(office, user) as box:
        if folder != "INBOX" and not box.folder.exists(folder):
            box.folder.create(folder)
        for data in mails.values():
            box.append(data, folder)
    return mails


def fetched(box, known=(), **more):
    return list(box.new(frozenset(known), **more))


def test_mails_come_byte_for_byte_and_unread_until_they_are_done(office):
    user = fresh()
    mails = put(office, user, "甲", "乙", "丙")
    with inbox(office, user) as box:
        came = fetched(box)
        assert [item.data for item in came] == list(mails.values())
        assert [item.place.uid for item in came] == [1, 2, 3]
        assert {item.place.folder for item in came} == {"INBOX"}
        assert seen(office, user) == {"甲": False, "乙": False, "丙": False}
        places = [item.place for item in came[:2]]
        assert box.done(places) == tuple(places)
    assert seen(office, user) == {"甲": True, "乙": True, "丙": False}


def test_a_mail_that_smtp_brought_comes_as_it_was_handed_in(office):
    user = fresh()
    data = letter("甲")
    office.deliver(user, data)
    with inbox(office, user) as box:
        (came,) = fetched(box)
    assert came.data == data
    assert came.received_at is not None
    assert abs(came.received_at - datetime.now(UTC)).days == 0


def test_two_runs_fetch_nothing_twice_even_what_somebody_has_read(office):
    user = fresh()
    put(office, user, "甲", "乙")
    with clerk(office, user) as box:
        list(box.fetch(mark_seen=True))
    with inbox(office, user) as box:
        first = fetched(box)
    put(office, user, "丙")
    with inbox(office, user) as box:
        second = fetched(box, [item.place for item in first])
    assert len(first) == 2
    assert [b"=?utf-8?b?5LiZ?=" in item.data for item in second] == [True]


def test_mails_since_a_day(office):
    user = fresh()
    with clerk(office, user) as box:
        for day in (1, 9, 10, 20):
            box.append(letter(str(day)), dt=datetime(2026, 11, day, 12, tzinfo=UTC))
    with inbox(office, user) as box:
        came = fetched(box, since=date(2026, 11, 10))
    # The day before counts: servers keep days by clocks of their own.
    assert [item.received_at.day for item in came] == [9, 10, 20]
    assert came[0].received_at == datetime(2026, 11, 9, 12, tzinfo=UTC)


def test_what_comes_while_one_looks_and_what_goes(office):
    user = fresh()
    put(office, user, "甲", "乙", "丙")
    with inbox(office, user) as box:
        looking = box.new(frozenset())
        first = next(looking)
        with clerk(office, user) as other:
            other.delete(["2"])
        put(office, user, "丁")
        rest = list(looking)
        again = fetched(box, [item.place for item in (first, *rest)])
    assert [item.place.uid for item in rest] == [3]
    assert [item.place.uid for item in again] == [4]


@pytest.mark.parametrize("which", ["office", "old_office", "oldest_office"])
def test_moving_takes_those_that_are_done_and_no_other(which, request):
    office, user = request.getfixturevalue(which), fresh()
    put(office, user, "甲", "乙", "丙")
    with inbox(office, user) as box:
        came = fetched(box)
        assert box.done([came[0].place], "已收取/2026年") == (came[0].place,)
        assert box.done([came[0].place], "已收取/2026年") == (came[0].place,)
        assert [item.place.uid for item in fetched(box)] == [2, 3]
    assert list(seen(office, user, "已收取/2026年")) == ["甲"]
    assert list(seen(office, user)) == ["乙", "丙"]


@pytest.mark.parametrize("which", ["old_office", "oldest_office"])
def test_moving_expunges_nothing_that_somebody_else_deleted(which, request):
    office, user = request.getfixturevalue(which), fresh()
    put(office, user, "甲", "乙")
    with clerk(office, user) as other:
        other.client.uid("STORE", "2", "+FLAGS", "(\\Deleted)")
    with inbox(office, user) as box:
        box.done([Place("INBOX", fetched(box)[0].place.uidvalidity, 1)], "done")
    assert "乙" in seen(office, user)
    assert list(seen(office, user, "done")) == ["甲"]


def test_marking_expunges_nothing_that_somebody_else_deleted(office):
    user = fresh()
    put(office, user, "甲", "乙")
    with clerk(office, user) as other:
        other.client.uid("STORE", "2", "+FLAGS", "(\\Deleted)")
    with inbox(office, user) as box:
        box.done([item.place for item in fetched(box)])
    assert seen(office, user) == {"甲": True, "乙": True}


def test_folders_are_found_by_the_names_that_people_read(office):
    user = fresh()
    put(office, user, "甲", folder="其他文件夹/2026报送&自评")
    put(office, user, "乙", folder="Returns")
    with inbox(office, user, folders=("2026报送&自评", "returns", "收件箱")) as box:
        came = fetched(box)
        assert [item.place.folder for item in came] == ["其他文件夹/2026报送&自评", "Returns"]
        assert len(box.done([item.place for item in came])) == 2
        assert "其他文件夹/2026报送&自评" in box.there()
    assert seen(office, user, "Returns") == {"乙": True}


def test_a_folder_of_two_names_is_looked_into_once(office):
    user = fresh()
    put(office, user, "甲")
    with inbox(office, user, folders=("INBOX", "收件箱", "inbox")) as box:
        assert [item.place.folder for item in fetched(box)] == ["INBOX"]


def test_a_folder_that_is_not_there_is_said_with_those_that_are(office):
    user = fresh()
    put(office, user, "甲", folder="报送")
    with (
        inbox(office, user, folders=("报表",)) as box,
        pytest.raises(FolderUnknown) as raised,
    ):
        fetched(box)
    assert raised.value.folder == "报表"
    assert set(raised.value.there) == {"INBOX", "报送"}


def test_two_folders_of_one_last_part_are_not_guessed_between(office):
    user = fresh()
    put(office, user, "甲", folder="a/报送")
    put(office, user, "乙", folder="b/报送")
    with inbox(office, user, folders=("报送",)) as box, pytest.raises(FolderUnknown):
        fetched(box)


def test_a_mail_that_is_too_large_stays_and_is_said_and_keeps_no_other_back(office):
    user = fresh()
    put(office, user, "甲局报送", size=200_000)
    put(office, user, "乙")
    with inbox(office, user, max_bytes=100_000) as box:
        left, came = fetched(box)
        assert fetched(box, [left.place, came.place]) == []
    assert isinstance(left, Left)
    assert isinstance(came, Fetched)
    assert left.size > 200_000
    passed = left.passed
    assert passed.source == "INBOX › 甲局报送"
    assert passed.sender == "jia@qq.com"
    assert passed.sent_at == datetime(2026, 11, 21, 1, 30, tzinfo=UTC)
    assert "没有下载" in said(passed, "zh").message
    assert seen(office, user) == {"甲局报送": False, "乙": False}


def test_numbers_that_do_not_hold_any_more_are_fetched_again_and_never_marked(office):
    user = fresh()
    for subject in ("甲", "乙"):
        office.deliver(user, letter(subject))
    with inbox(office, user) as box:
        first = fetched(box)
    office.renumber(user)
    with inbox(office, user) as box:
        second = fetched(box, [item.place for item in first])
        assert box.done([item.place for item in first]) == ()
        assert not any(seen(office, user).values())
        assert len(box.done([item.place for item in second])) == 2
    assert sorted(item.data for item in second) == sorted(item.data for item in first)
    assert not {item.place for item in first} & {item.place for item in second}
    assert len({item.place.stem for item in (*first, *second)}) == 4


@pytest.mark.parametrize("after", [0, 3_000, 40_000, 70_000, 110_000])
def test_a_connection_that_is_cut_midway_is_made_again(office, after):
    user = fresh()
    mails = put(office, user, "甲", "乙", "丙", size=30_000)
    slept = []
    with Relay(office.imaps_port, cut=[10_000 + after]) as relay:
        where = server(office, user, port=relay.port)
        with Inbox(where, secret(BOXES[user]), sleep=slept.append) as box:
            came = fetched(box)
    assert [item.data for item in came] == list(mails.values())
    assert slept == ([2.0] if relay.was_cut else [])
    assert relay.was_cut or after == 110_000


def test_a_connection_that_is_cut_again_and_again_is_given_up(office):
    user = fresh()
    put(office, user, "甲", size=30_000)
    slept = []
    with Relay(office.imaps_port, cut=[12_000] * 9) as relay:
        where = server(office, user, port=relay.port)
        with (
            Inbox(where, secret(BOXES[user]), sleep=slept.append) as box,
            pytest.raises((ConnectionError, ssl.SSLError)),
        ):
            fetched(box)
    assert slept == [2.0, 4.0]


@pytest.mark.parametrize("user", ["zh@cz.gov.cn", "finance@qq.com"])
@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_ways_to_log_in(office, user, security):
    port = office.imaps_port if security == "tls" else office.imap_port
    with Inbox(server(office, user, port=port, security=security), secret(BOXES[user])) as box:
        assert "INBOX" in box.there()


def test_a_wrong_password_is_refused_in_the_servers_words(office):
    box = Inbox(server(office, "finance@qq.com"), secret("not it"))
    with pytest.raises(ImapRefused) as raised, box:
        pass
    assert raised.value.command == "LOGIN"
    assert "Authentication failed" in raised.value.said
    error = raised.value
    assert (error.__context__, error.__cause__) == (None, None)
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    local = [frame.f_locals for frame in frames if "xlkit." in str(frame.f_globals["__name__"])]
    assert len(local) > 2
    assert "not it" not in f"{error!r} {error} {box!r} {local}"


def test_a_certificate_that_nobody_trusts_is_an_error(office):
    with pytest.raises(OSError, match="CERTIFICATE_VERIFY_FAILED"):
        Inbox(server(office, "finance@qq.com", context=None), secret("x")).__enter__()


def test_a_port_of_another_kind_is_an_error(office):
    for port, security in ((office.imap_port, "tls"), (office.smtp_port, "starttls")):
        where = server(office, "finance@qq.com", port=port, security=security, timeout=2)
        with pytest.raises((OSError, ImapRefused)):
            Inbox(where, secret("x")).__enter__()


def test_nothing_listens(office):
    with pytest.raises(ConnectionRefusedError):
        Inbox(server(office, "finance@qq.com", host=HOST, port=1), secret("x")).__enter__()
