"""Servers that open nothing before they were told who asks: 163, 126, yeah.net."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.mail.boxes import letter, secret
from tests.mail.stranger import UNSAFE, Stranger
from xlkit.mail import conversation
from xlkit.mail.fetching import Inbox, Left, Place
from xlkit.mail.imap import ImapRefused, ImapServer
from xlkit.sources import said


def at(stranger, password="right", user="jia@163.com"):
    return Inbox(ImapServer("127.0.0.1", stranger.port, user, "none", 10), secret(password))


@pytest.mark.parametrize("tells", [True, False])
def test_such_a_server_is_told_and_gives_its_mails(tells):
    mail = letter("甲")
    with Stranger(mail, tells=tells) as stranger:
        with at(stranger) as box:
            (came,) = box.new(frozenset())
            assert box.done([came.place]) == (came.place,)
        heard = stranger.heard
    assert came.data == mail
    assert came.place == Place("INBOX", 1, 1320000001)
    assert came.received_at == datetime(2026, 11, 21, 1, 30, tzinfo=UTC)
    assert heard.count("ID") == 1
    assert heard.index("LOGIN") < heard.index("ID")
    assert [word for word in heard if word in ("EXAMINE", "SELECT")][-2:] == ["EXAMINE", "SELECT"]
    assert heard[-2:] == ["STORE", "LOGOUT"]


def test_what_it_says_when_it_is_not_told(monkeypatch):
    """The fake refuses as 163 does: without the introduction nothing could be fetched."""
    monkeypatch.setattr(conversation, "_WHO", "NIL")
    with (
        Stranger() as stranger,
        at(stranger) as box,
        pytest.raises(ImapRefused) as raised,
    ):
        list(box.new(frozenset()))
    assert (raised.value.command, raised.value.said) == ("SELECT", UNSAFE)


def test_a_login_that_it_refuses():
    with Stranger() as stranger, pytest.raises(ImapRefused) as raised:
        at(stranger, "wrong").__enter__()
    assert raised.value.command == "LOGIN"
    assert raised.value.said == "LOGIN Login error or password error"


def test_tls_that_is_not_there():
    server = ImapServer("127.0.0.1", 0, "jia@163.com", "starttls", 10)
    with Stranger() as stranger:
        there = ImapServer(server.host, stranger.port, server.user, "starttls", 2)
        with pytest.raises((OSError, ImapRefused)):
            Inbox(there, secret("right")).__enter__()


def test_a_mail_that_the_server_does_not_give_stays_and_keeps_no_other_back():
    first, third = letter("甲"), letter("丙")
    with Stranger(first, None, third) as stranger, at(stranger) as box:
        came, left, last = box.new(frozenset())
    assert (came.data, last.data) == (first, third)
    assert isinstance(left, Left)
    assert (left.why, left.detail) == ("mail-not-given", "FETCH 邮件读取失败")
    assert left.passed.source == "INBOX › 1320000002"
    assert "FETCH 邮件读取失败" in said(left.passed, "zh").message


def test_moving_touches_no_mail_that_a_server_tells_of_besides():
    with Stranger(letter("甲"), letter("乙")) as stranger, at(stranger) as box:
        place = Place("INBOX", 1, 1320000002)
        box.done([place], "已收取")
    touched = [line for line in stranger.asked if "COPY" in line or "EXPUNGE" in line]
    assert touched == ['UID COPY 1320000002 "&XfJlNlPW-"', "UID EXPUNGE 1320000002"]
