"""Sending to a real server: what it takes, puts off, refuses or leaves open, and how often."""

from __future__ import annotations

import logging
import socket
import threading
import traceback
from contextlib import contextmanager

import pytest

from tests.mail.certificates import make_certificates
from tests.mail.letters import letter
from tests.mail.smtp_server import SmtpServer
from xlkit.demo.certificate import certificate
from xlkit.errors import MailError
from xlkit.mail import (
    Attachment,
    Delivery,
    Drafts,
    Kind,
    Mailbox,
    MailSettings,
    Outcome,
    Password,
    SmtpOutbox,
    compose,
)

SECRET = "abcdefghijklmnop"
USER = "budget@163.com"


class Time:
    """A clock that goes on when somebody waits."""

    def __init__(self) -> None:
        self.now = 0.0
        self.waits: list[float] = []

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += seconds


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def server(certificates):
    tls = certificates.server_context()
    with SmtpServer(user=USER, password=SECRET, tls=tls) as running:
        yield running


def settings(server, **smtp) -> MailSettings:
    given = {"host": "127.0.0.1", "port": server.port, "user": USER, "per_minute": 1000}
    return MailSettings.model_validate(
        {"from": {"address": USER, "name": "预算科"}, "smtp": given | smtp}
    )


@pytest.fixture
def outbox(server, certificates, time):
    """Makes outboxes to the server; all are closed at the end."""
    opened: list[SmtpOutbox] = []

    def make(password: str | None = SECRET, language: str = "zh", **smtp) -> SmtpOutbox:
        found = SmtpOutbox(
            settings(server, **smtp),
            Password(password, "test") if password is not None else None,
            language=language,
            clock=time.clock,
            sleep=time.sleep,
            context=certificates.trusting(),
            timeout=5,
        )
        opened.append(found)
        return found

    yield make
    for found in opened:
        found.close()


def send(outbox: SmtpOutbox, message=None) -> Delivery:
    message = message or letter()
    return outbox.send(compose(message, outbox._settings.sender), message)


def test_mails_arrive_as_they_were_composed_over_one_line(outbox, server):
    box = outbox()
    for number in range(3):
        message = letter(number, text="第一行\n.第二行\n..\n.", cc=(Mailbox("c@example.com"),))
        assert send(box, message) == Delivery(Outcome.TAKEN, "250 Mail OK queued as smtp1")
        taken = server.mails[-1]
        assert taken.data == compose(message, box._settings.sender)
        assert (taken.sender, taken.recipients) == (
            USER,
            (f"unit{number}@example.com", "c@example.com"),
        )
    assert server.connections == 1
    assert server.logins == [(USER, SECRET)]


def test_plain_text_with_dots_arrives_as_it_is(outbox, server):
    message = letter(text=".\n..\n.x\n", attachments=())
    send(outbox(), message)
    assert server.mails[0].data == compose(message, outbox()._settings.sender)
    assert b"\r\n..\r\n" in server.mails[0].data


def test_starttls_is_begun_before_anything_else_is_said(certificates, time):
    context = certificates.server_context()
    with SmtpServer(user=USER, password=SECRET, starttls=context) as server:
        found = settings(server, security="starttls")
        with SmtpOutbox(
            found, Password(SECRET, "test"), context=certificates.trusting(), timeout=5
        ) as box:
            assert send(box).outcome is Outcome.TAKEN


def test_a_server_on_this_machine_may_want_no_login(time):
    with (
        SmtpServer() as server,
        SmtpOutbox(settings(server, security="none", user=""), None, timeout=5) as box,
    ):
        assert send(box).outcome is Outcome.TAKEN


def test_the_line_is_opened_anew_after_so_many_mails(outbox, server):
    box = outbox(per_connection=2)
    assert {send(box, letter(n)).outcome for n in range(5)} == {Outcome.TAKEN}
    assert server.connections == 3


def test_no_more_go_in_a_minute_than_are_wanted(outbox, server, time):
    box = outbox(per_minute=3)
    for number in range(7):
        send(box, letter(number))
        time.now += 1
    assert time.waits == [57, 57]
    assert len(server.mails) == 7


def test_a_server_that_takes_few_mails_of_a_line_is_tried_again(outbox, server, time):
    server.whims.per_connection = 2
    box = outbox()
    assert {send(box, letter(n)).outcome for n in range(5)} == {Outcome.TAKEN}
    assert len(server.mails) == 5
    assert time.waits == [15, 15]


@pytest.mark.parametrize(
    "answer",
    [
        "421 HL:IFC too many mails",
        "450 MI:DMC",
        "451 MI:SFQ 163 smtp7",
        "452 Too many recipients",
        "550 Mail frequency limited",
        "550 Connection frequency limited",
    ],
)
def test_a_limit_is_waited_for_and_the_mail_goes_out_once(outbox, server, time, answer):
    server.whims.limited = {2: answer, 3: answer}
    box = outbox()
    assert [send(box, letter(n)).outcome for n in range(2)] == [Outcome.TAKEN] * 2
    assert time.waits == [15, 60]
    assert [mail.recipients for mail in server.mails] == [
        ("unit0@example.com",),
        ("unit1@example.com",),
    ]


def test_what_is_put_off_for_too_long_is_for_later(outbox, server, time):
    server.whims.limited = dict.fromkeys(range(1, 99), "451 MI:SFQ 163 smtp7")
    delivery = send(outbox(retries=4))
    assert delivery.outcome is Outcome.LATER
    assert "per_minute" in delivery.detail
    assert "451 MI:SFQ 163 smtp7" in delivery.detail
    assert time.waits == [15, 60, 240, 300]
    assert server.mails == []


@pytest.mark.parametrize("answer", ["550 MI:STC", "552 Daily sending quota exceeded"])
def test_a_limit_of_the_day_is_not_waited_for(outbox, server, time, answer):
    server.whims.limited = {1: answer}
    delivery = send(outbox())
    assert (delivery.outcome, time.waits) == (Outcome.LATER, [])
    assert "明天" in delivery.detail


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("554 DT:SPM 163 smtp1", "垃圾邮件"),
        ("552 Requested mail action aborted: exceeded mailsize limit", "邮件太大"),
        ("550 no", "拒收"),
    ],
)
def test_a_refused_mail_is_not_tried_again(outbox, server, time, answer, said):
    server.whims.ends = {1: answer}
    delivery = send(outbox())
    assert (delivery.outcome, time.waits) == (Outcome.REFUSED, [])
    assert said in delivery.detail
    assert answer in delivery.detail
    assert server.mails == []


def test_who_is_refused_keeps_nobody_from_getting_it(outbox, server):
    server.whims.refused = {"no@example.com": "550 5.1.1 User not found"}
    to = (Mailbox("no@example.com"), Mailbox("yes@example.com"))
    delivery = send(outbox(), letter(to=to))
    assert delivery.outcome is Outcome.TAKEN
    (refusal,) = delivery.refused
    assert (refusal.address, refusal.later) == ("no@example.com", False)
    assert "no@example.com" in refusal.detail
    assert "名册" in refusal.detail
    assert [mail.recipients for mail in server.mails] == [("yes@example.com",)]


def test_nobody_left_is_a_refusal(outbox, server):
    server.whims.refused = {"unit1@example.com": "550 User not found"}
    box = outbox()
    assert send(box).outcome is Outcome.REFUSED
    assert send(box, letter(2)).outcome is Outcome.TAKEN
    assert server.connections == 1


def test_who_was_put_off_gets_it_later_and_the_others_no_second_time(outbox, server, time):
    server.whims.greylisted = {"slow@example.com"}
    to = (Mailbox("slow@example.com"), Mailbox("fast@example.com"))
    assert send(outbox(), letter(to=to)) == Delivery(Outcome.TAKEN, "250 Mail OK queued as smtp1")
    assert [mail.recipients for mail in server.mails] == [
        ("fast@example.com",),
        ("slow@example.com",),
    ]
    assert time.waits == [15]


def test_a_mail_too_large_for_the_server_is_not_begun(certificates, outbox, server):
    tls = certificates.server_context()
    with SmtpServer(user=USER, password=SECRET, tls=tls, most=2000) as small:
        found = settings(small)
        with SmtpOutbox(
            found, Password(SECRET, "test"), context=certificates.trusting(), timeout=5
        ) as box:
            big = letter(attachments=(Attachment("a.xlsx", bytes(9000)),))
            assert send(box, big).outcome is Outcome.REFUSED
            assert small.attempts == 0
            assert send(box, letter(2, attachments=())).outcome is Outcome.TAKEN


def test_a_line_that_breaks_before_the_mail_is_handed_over_doubles_nothing(outbox, server, time):
    server.whims.drops = {1: "mail"}
    assert send(outbox()).outcome is Outcome.TAKEN
    assert (len(server.mails), time.waits) == (1, [15])


def test_a_line_that_was_idle_for_too_long_is_opened_anew_at_once(outbox, server, time):
    server.whims.drops = {2: "mail"}
    box = outbox()
    assert [send(box, letter(n)).outcome for n in range(2)] == [Outcome.TAKEN] * 2
    assert (len(server.mails), server.connections, time.waits) == (2, 2, [])


def test_a_line_that_breaks_in_the_middle_of_a_large_mail_doubles_nothing(outbox, server):
    server.whims.drops = {1: "data"}
    big = letter(attachments=(Attachment("a.xlsx", bytes(12_000_000)),))
    assert send(outbox(), big).outcome is Outcome.TAKEN
    assert len(server.mails) == 1


@pytest.mark.parametrize(("where", "taken"), [("unanswered", 1), ("untaken", 0)])
def test_what_the_server_may_have_taken_is_not_sent_again(outbox, server, time, where, taken):
    server.whims.drops = {1: where}
    box = outbox()
    delivery = send(box)
    assert delivery.outcome is Outcome.UNSURE
    assert "已发送" in delivery.detail
    assert (len(server.mails), time.waits, server.attempts) == (taken, [], 1)
    assert send(box, letter(2)).outcome is Outcome.TAKEN


def test_a_server_that_says_nothing_to_a_mail_leaves_it_open(certificates, server, time):
    server.whims.drops = {1: "silent"}
    with SmtpOutbox(
        settings(server),
        Password(SECRET, "test"),
        clock=time.clock,
        sleep=time.sleep,
        context=certificates.trusting(),
        timeout=0.2,
    ) as box:
        assert send(box).outcome is Outcome.UNSURE
    assert (len(server.mails), time.waits) == (1, [])


def test_a_line_that_breaks_after_the_answer_is_opened_for_the_next_mail(outbox, server, time):
    server.whims.drops = {1: "answered"}
    box = outbox()
    assert [send(box, letter(n)).outcome for n in range(2)] == [Outcome.TAKEN] * 2
    assert (len(server.mails), time.waits) == (2, [])


def test_a_server_gone_for_good_is_told(certificates, time):
    with SmtpServer(user=USER, password=SECRET, tls=certificates.server_context()) as server:
        box = SmtpOutbox(
            settings(server, retries=1),
            Password(SECRET, "test"),
            clock=time.clock,
            sleep=time.sleep,
            context=certificates.trusting(),
            timeout=5,
        )
        assert send(box).outcome is Outcome.TAKEN
    with pytest.raises(MailError) as caught:
        send(box, letter(2))
    assert caught.value.kind == Kind.CLOSED
    box.close()


@pytest.mark.parametrize(
    ("answer", "kind", "said"),
    [
        ("535 Error: authentication failed", Kind.LOGIN, "授权码"),
        (
            "535 Login Fail. Please enter your authorization code to login. More information at",
            *(Kind.LOGIN, "授权码"),
        ),
        (
            "535 Login fail. Account is abnormal, password is incorrect, login frequency limited",
            *(Kind.LOGIN, "IMAP/SMTP"),
        ),
        ("535 Unsafe Login. Please contact kefu@188.com for help", Kind.UNSAFE, "不安全"),
        ("451 Requested mail action not taken: too much fail authentication", Kind.LOGIN_OFTEN,
         "半小时"),
        ("550 User has no permission", Kind.LOGIN, "IMAP/SMTP"),
        (f"535 not {SECRET}", Kind.LOGIN, "***"),
    ],
)  # fmt: skip
def test_a_login_that_fails_is_told_without_the_password(
    outbox, server, answer, kind, said, caplog, capsys
):
    server.whims.login = answer
    password = SECRET if SECRET in answer else "wrong" + SECRET
    server._account = (USER, "other")
    box = outbox(password)
    with caplog.at_level(logging.DEBUG), pytest.raises(MailError) as caught:
        box.connect()
    assert caught.value.kind == kind
    assert said in str(caught.value)
    error = caught.value
    assert (error.__context__, error.__cause__) == (None, None)
    told = f"{error} {box!r} {vars(box)!r} {capsys.readouterr()}"
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    local = [frame.f_locals for frame in frames if "xlkit" in str(frame.f_globals["__name__"])]
    logged = [record.getMessage() for record in caplog.records if record.name != "mail.log"]
    assert len(local) > 2
    assert password not in told + repr(local) + repr(logged)


def test_a_password_with_other_signs_is_told_without_them(outbox, server):
    with pytest.raises(MailError) as caught:
        outbox("密" + SECRET).connect()
    assert caught.value.kind == Kind.PASSWORD_SIGNS
    assert SECRET not in str(caught.value)
    assert caught.value.__context__ is None
    assert server.logins == []


def test_a_password_that_nobody_gave_is_asked_for(outbox):
    with pytest.raises(MailError, match="XLKIT_MAIL_PASSWORD") as caught:
        outbox(None).connect()
    assert caught.value.kind == Kind.PASSWORD_MISSING


@contextmanager
def listening(answer: bytes | None = None):
    """A port where somebody listens and says that, or nothing."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        kept: list[socket.socket] = []

        def serve() -> None:
            with listener:
                try:
                    line, _ = listener.accept()
                except OSError:
                    return
                kept.append(line)
                if answer is not None:
                    line.sendall(answer)
                    line.close()

        thread = threading.Thread(target=serve)
        thread.start()
        yield listener.getsockname()[1]
        listener.close()
        thread.join(5)
        for line in kept:
            line.close()


def failing(port, certificates, *, trusted=True, timeout=0.5, language="zh", **smtp) -> MailError:
    given = {"host": "127.0.0.1", "port": port, "user": USER} | smtp
    found = MailSettings.model_validate({"from": {"address": USER}, "smtp": given})
    context = certificates.trusting() if trusted else None
    with (
        SmtpOutbox(
            found, Password(SECRET, "t"), context=context, timeout=timeout, language=language
        ) as box,
        pytest.raises(MailError) as caught,
    ):
        box.connect()
    return caught.value


def test_a_port_without_tls_is_told(certificates):
    with SmtpServer(user=USER, password=SECRET) as server:
        error = failing(server.port, certificates)
    assert error.kind == Kind.NOT_TLS
    assert 'security = "starttls"' in str(error)


def test_a_port_with_tls_talked_to_without_is_told(certificates, server):
    error = failing(server.port, certificates, security="starttls")
    assert error.kind == Kind.SILENT
    assert 'security = "tls"' in str(error)


def test_a_server_that_cannot_starttls_gets_no_password(certificates):
    with SmtpServer(user=USER, password=SECRET) as server:
        error = failing(server.port, certificates, security="starttls")
        assert server.logins == []
    assert error.kind == Kind.NO_STARTTLS


def test_a_server_without_login_is_told(certificates):
    with SmtpServer(tls=certificates.server_context()) as server:
        error = failing(server.port, certificates)
    assert error.kind == Kind.NO_LOGIN


def test_a_certificate_that_nobody_vouches_for_gets_no_password(certificates, server):
    error = failing(server.port, certificates, trusted=False)
    assert error.kind == Kind.CERTIFICATE
    assert server.logins == []


def test_a_certificate_of_another_server_gets_no_password(tmp_path):
    other = make_certificates(tmp_path, certificate(["smtp.example.com"], []))
    with SmtpServer(user=USER, password=SECRET, tls=other.server_context()) as server:
        error = failing(server.port, other)
        assert server.logins == []
    assert error.kind == Kind.CERTIFICATE
    assert "127.0.0.1" in str(error)


def test_a_closed_port_is_told(certificates):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    assert failing(port, certificates).kind == Kind.CLOSED


def test_a_server_that_is_not_there_is_told(certificates):
    error = failing(465, certificates, host="smtp.invalid")
    assert error.kind == Kind.NAME
    assert "smtp.invalid" in str(error)


def test_a_silent_port_is_told(certificates):
    with listening() as port:
        assert failing(port, certificates).kind == Kind.TIMEOUT
    with listening() as port:
        assert failing(port, certificates, security="starttls").kind == Kind.SILENT


def test_a_server_that_turns_away_says_why(certificates):
    with listening(b"554 IP in blacklist\r\n") as port:
        error = failing(port, certificates, security="starttls", language="en")
    assert "554 IP in blacklist" in str(error)
    with listening("421 连接太多\r\n".encode("gb18030")) as port:
        error = failing(port, certificates, security="starttls")
    assert error.kind == Kind.BUSY
    assert "421 连接太多" in str(error)


def test_nothing_is_left_of_the_password_in_the_line(outbox, server):
    box = outbox()
    box.connect()
    assert box._line is not None
    assert SECRET not in repr(vars(box._line._client))


def test_drafts_are_the_mail_with_a_mark_and_the_same_mail_is_the_same_file(tmp_path):
    drafts = Drafts(tmp_path / "草稿")
    message = letter(label="301-鄂州市经济和信息化局-issue")
    data = compose(message, settings(type("S", (), {"port": 1})).sender)
    first = drafts.send(data, message)
    assert drafts.send(data, message) == first
    assert first.outcome is Outcome.DRAFT
    (file,) = drafts.folder.iterdir()
    assert first.detail == str(file)
    assert file.name.startswith("301-鄂州市经济和信息化局-issue-")
    assert file.read_bytes() == b"X-Unsent: 1\r\n" + data
    drafts.send(data, letter(2, label=message.label))
    assert len(list(drafts.folder.iterdir())) == 2
    drafts.send(data, letter(3, subject="a/b:c?" * 100))
    assert len(list(drafts.folder.iterdir())) == 3
