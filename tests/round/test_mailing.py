"""A round by mail, on a real IMAP and a real SMTP server: out, in, back, and nothing twice."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from tests.round.desk import DUE, FINANCE, ROSTER, SECRET, UNITS, Bureau, filled
from xlkit.cli.round.tables import status_texts
from xlkit.demo.post_office import HOST, PostOffice
from xlkit.errors import MailError
from xlkit.ledger.mails import MailCame, MailDone, Posted, Posting
from xlkit.ledger.records import PassedOver, Received
from xlkit.mail import Imap, MailSettings, Password, Security, Sender, Smtp, SmtpOutbox
from xlkit.mail.fetching import Inbox
from xlkit.mail.imap import ImapServer
from xlkit.mail.sending import Outcome
from xlkit.master.roll import Progress
from xlkit.round.changing import change_unit
from xlkit.round.covers import answer_parcels, issued_parcels
from xlkit.round.fetching import fetch
from xlkit.round.issuing import issue
from xlkit.round.mailing import Mailed, Why, post
from xlkit.round.posts import Fate
from xlkit.round.reminding import reminders
from xlkit.round.returning import send_back
from xlkit.round.status import status_of, status_report
from xlkit.round.story import story

NO_NAME = {"contact": {"name": "", "phone": "0315-6123456"}}


@dataclass
class Desk:
    """A bureau with a mailbox, and the departments' mailboxes."""

    bureau: Bureau
    office: PostOffice
    naps: list[float] = field(default_factory=list)

    @property
    def settings(self) -> MailSettings:
        server = {"host": HOST, "user": FINANCE}
        return MailSettings(
            sender=Sender(address=FINANCE, name="样例县财政局"),
            smtp=Smtp(**server, port=self.office.smtp_port, security=Security.STARTTLS, retries=1),
            imap=Imap(**server, port=self.office.imaps_port),
        )

    @contextmanager
    def outbox(self) -> Iterator[SmtpOutbox]:
        with SmtpOutbox(
            self.settings,
            Password(SECRET, "test"),
            sleep=self.naps.append,
            context=self.office.trust(),
        ) as outbox:
            yield outbox

    def post(self, parcels, **more) -> tuple[Mailed, ...]:
        with self.bureau.work() as round_, self.outbox() as outbox:
            return post(round_, parcels(round_), outbox, self.settings.sender, **more)

    def issue(self, **more) -> tuple[Mailed, ...]:
        with self.bureau.work() as round_:
            issue(round_)
        return self.post(issued_parcels, **more)

    def answer(self, **more) -> tuple[Mailed, ...]:
        with self.bureau.work() as round_:
            send_back(round_)
        return self.post(answer_parcels, **more)

    def remind(self, **more) -> tuple[Mailed, ...]:
        return self.post(lambda round_: reminders(round_, **more))

    def fetch(self, move_to: str = ""):
        server = ImapServer(
            HOST, self.office.imaps_port, FINANCE, timeout=10, context=self.office.trust()
        )
        with self.bureau.work() as round_, Inbox(server, Password(SECRET, "test")) as inbox:
            return fetch(round_, inbox, move_to=move_to)

    def letters(self, code: str) -> list[EmailMessage]:
        """The mails that lie in a unit's mailbox."""
        return [_read(data) for data in self.office.letters(UNITS[code])]

    def reply(self, code: str, data: bytes, *, sender: str = "", name: str = "回复.xlsx") -> str:
        """Sends a workbook back as an answer to the unit's last mail; gives the mail's id."""
        before = self.letters(code)[-1] if self.letters(code) else None
        mail = EmailMessage()
        mail["From"] = sender or UNITS[code]
        mail["To"] = FINANCE
        mail["Subject"] = "回复：报送"
        mail["Message-ID"] = f"<{code}.{len(self.office.letters(FINANCE))}@example.cn>"
        if before is not None:
            mail["In-Reply-To"] = before["Message-ID"]
            mail["References"] = " ".join([*_thread(before), before["Message-ID"]])
        mail.set_content("请查收。")
        mail.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
        self.office.deliver(FINANCE, mail.as_bytes())
        return str(mail["Message-ID"])

    def records(self, kind):
        with self.bureau.work() as round_:
            return [entry.record for entry in round_.ledger.entries(round_.id, kind)]


def _read(data: bytes) -> EmailMessage:
    found = message_from_bytes(data, policy=policy.default)
    assert isinstance(found, EmailMessage)
    return found


def _thread(mail: EmailMessage) -> list[str]:
    return str(mail["References"] or "").split()


def workbook_of(mail: EmailMessage) -> bytes:
    (part,) = mail.iter_attachments()
    return part.get_content()


@pytest.fixture
def desk(opened) -> Iterator[Desk]:
    boxes = dict.fromkeys([FINANCE, *UNITS.values(), "e@example.cn"], SECRET)
    with PostOffice(boxes, clock=opened.clock) as office:
        yield Desk(opened, office)


def fates(mailed) -> dict[str, object]:
    return {
        item.parcel.standing.code: item.delivery.outcome if item.delivery else item.why
        for item in mailed
    }


def test_every_unit_gets_its_workbook_once(desk):
    assert fates(desk.issue()) == dict.fromkeys(UNITS, Outcome.TAKEN)
    assert desk.issue() == ()
    for code in UNITS:
        (mail,) = desk.letters(code)
        assert workbook_of(mail) == desk.bureau.issued(code)
        assert mail["From"] == f"样例县财政局 <{FINANCE}>"
        assert desk.bureau.unit(code).unit.name in mail["Subject"]
        (sent,) = desk.bureau.unit(code).posts
        assert sent.posting.message_id == mail["Message-ID"]
        assert sent.fate is Fate.TAKEN


def test_a_round_goes_out_comes_in_and_is_answered_in_its_thread(desk):
    desk.issue()
    asked = desk.reply("301", filled(desk.bureau.issued("301")))
    wrong = desk.reply("302", filled(desk.bureau.issued("302"), **NO_NAME))
    mails = desk.fetch()
    assert [mail.kind for mail in mails.came] == ["letter", "letter"]
    assert mails.done == 2
    assert desk.bureau.states()["301"] is Progress.ACCEPTED
    assert desk.bureau.states()["302"] is Progress.ERRORS
    assert fates(desk.answer()) == {"301": Outcome.TAKEN, "302": Outcome.TAKEN}
    assert desk.answer() == ()
    right, correct = desk.letters("301")[-1], desk.letters("302")[-1]
    assert (right["In-Reply-To"], correct["In-Reply-To"]) == (asked, wrong)
    first = desk.letters("302")[0]["Message-ID"]
    assert _thread(correct) == [first, wrong]
    assert "已通过" in right["Subject"]
    assert "请改正" in correct["Subject"]
    assert list(right.iter_attachments()) == []
    assert workbook_of(correct) == desk.bureau.sent_back("302")
    letter = next((desk.bureau.path / "outbox" / "return").glob("302-*.txt"))
    body = correct.get_body().get_content().replace("\r\n", "\n")
    assert body.startswith(letter.read_text(encoding="utf-8").rstrip())
    mended = desk.reply("302", filled(workbook_of(correct)))
    desk.fetch()
    assert fates(desk.answer()) == {"302": Outcome.TAKEN}
    assert _thread(desk.letters("302")[-1]) == [first, wrong, correct["Message-ID"], mended]
    assert desk.bureau.states()["302"] is Progress.ACCEPTED


def test_fetching_again_brings_nothing_and_leaves_what_is_none_of_ours(desk):
    desk.issue()
    desk.reply("301", filled(desk.bureau.issued("301")))
    private = EmailMessage()
    private["From"], private["To"], private["Subject"] = "friend@example.org", FINANCE, "周末"
    private.set_content("一起吃饭吗？")
    desk.office.deliver(FINANCE, private.as_bytes())
    first = desk.fetch()
    assert (len(first.came), first.others, first.done) == (1, 1, 1)
    again = desk.fetch()
    assert (again.came, again.others, again.done) == ((), 0, 0)
    assert len(desk.records(Received)) == 1
    kept = list((desk.bureau.path / "inbox" / "mail").iterdir())
    assert len(kept) == 1
    assert "周末" not in "".join(map(str, desk.records(MailCame)))
    assert [item.how for item in desk.records(MailDone)] == ["seen"]


OUTSIDE = "stranger@example.org"


@pytest.mark.parametrize(
    ("sender", "name", "data", "is_kept"),
    [
        (OUTSIDE, "照片.jpg", b"\xff\xd8\xff" * 9, False),
        (OUTSIDE, "发票.pdf", b"%PDF-1.7", False),
        (OUTSIDE, "报送.rar", b"Rar!\x1a\x07", True),
        (OUTSIDE, "报送.xls", b"x", True),
        (OUTSIDE, "附件", b"PK\x03\x04", True),
        ("a@example.cn", "照片.jpg", b"\xff\xd8\xff" * 9, True),
        ("A@Example.cn", "发票.pdf", b"%PDF-1.7", True),
    ],
)
def test_of_mails_of_others_nothing_is_kept(desk, sender, name, data, is_kept):
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, FINANCE, "附件"
    mail["Message-ID"] = "<1@example.org>"
    mail.set_content("请查收。")
    mail.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    desk.office.deliver(FINANCE, mail.as_bytes())
    found = desk.fetch()
    assert (len(found.came), found.others) == ((1, 0) if is_kept else (0, 1))
    kept = list((desk.bureau.path / "inbox").rglob("*.eml"))
    assert len(kept) == is_kept


def test_a_letter_without_a_workbook_stays_unread_for_the_clerk(desk):
    desk.issue()
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = UNITS["301"], FINANCE, "回复：问题"
    mail["Message-ID"] = "<q@example.cn>"
    mail["In-Reply-To"] = desk.letters("301")[0]["Message-ID"]
    mail.set_content("这一栏怎么填？")
    desk.office.deliver(FINANCE, mail.as_bytes())
    found = desk.fetch()
    assert ([item.kind for item in found.came], found.done) == (["letter"], 0)
    assert ([item.title for item in found.questions], found.collected.passed) == (
        ["回复：问题"],
        (),
    )


def test_what_was_taken_in_before_a_run_was_ended_is_marked_by_the_next(desk):
    desk.issue()
    desk.reply("301", filled(desk.bureau.issued("301")))

    class Ended(Exception):
        pass

    class Cut(Inbox):
        def done(self, places, move_to=""):
            raise Ended

    server = ImapServer(
        HOST, desk.office.imaps_port, FINANCE, timeout=10, context=desk.office.trust()
    )
    with (
        pytest.raises(Ended),
        desk.bureau.work() as round_,
        Cut(server, Password(SECRET, "test")) as inbox,
    ):
        fetch(round_, inbox)
    assert len(desk.records(Received)) == 1
    assert desk.records(MailDone) == []
    assert desk.fetch(move_to="已收").done == 1
    assert [item.how for item in desk.records(MailDone)] == ["moved"]
    assert desk.office.letters(FINANCE) == []


def test_a_stranger_s_mail_counts_by_the_workbook_and_is_noted(desk):
    desk.issue()
    desk.reply("301", filled(desk.bureau.issued("301")), sender="e@example.cn")
    desk.fetch()
    standing = desk.bureau.unit("301")
    assert (standing.state, standing.stranger) == (Progress.ACCEPTED, "e@example.cn")
    desk.answer()
    assert "已通过" in desk.letters("301")[-1]["Subject"]
    assert desk.office.letters("e@example.cn") == []
    with desk.bureau.work() as round_:
        units = {item["unit"]: item for item in status_report(status_of(round_))["units"]}
    assert (units["301"]["stranger"], units["302"]["stranger"]) == (True, False)


def test_a_return_that_another_unit_of_the_roster_sends_is_not_said_to_be_from_nobody_on_it(desk):
    desk.issue()
    desk.reply("302", filled(desk.bureau.issued("302")), sender=UNITS["301"])
    desk.fetch()
    with desk.bureau.work() as round_:
        said = "".join(status_texts(status_of(round_), round_, owing=False))
    assert "a@example.cn 不是该单位登记的邮箱" in said
    assert "名册" not in said


def test_a_bounce_is_told_and_the_corrected_address_gets_it(desk):
    desk.issue()
    (mail,) = desk.letters("303")
    bounce = (
        f"From: MAILER-DAEMON@example.cn\r\nTo: {FINANCE}\r\nSubject: Undelivered Mail\r\n"
        "Message-ID: <bounce@example.cn>\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nfailed\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; example.cn\r\n\r\nFinal-Recipient: rfc822; c@example.cn\r\n"
        "Action: failed\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp; 550 no such user\r\n\r\n"
        f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: {mail['Message-ID']}\r\n"
        "Subject: x\r\n\r\n--b--\r\n"
    )
    desk.office.deliver(FINANCE, bounce.encode())
    found = desk.fetch()
    assert [item.kind for item in found.came] == ["bounce"]
    assert found.collected.passed == ()
    (sent,) = desk.bureau.unit("303").posts
    assert (sent.fate, list(sent.lost)) == (Fate.BOUNCED, ["c@example.cn"])
    assert fates(desk.issue()) == {"303": Why.STUCK}
    with desk.bureau.work() as round_:
        change_unit(round_, "303", emails=("e@example.cn",))
        told = [line.text for line in story(round_, "303")]
    assert any("no such user" in text for text in told)
    assert fates(desk.issue()) == {"303": Outcome.TAKEN}
    (came,) = desk.office.letters("e@example.cn")
    assert workbook_of(_read(came)) == desk.bureau.issued("303")
    assert desk.issue() == ()


def test_what_the_server_may_have_is_sent_again_on_demand_only(desk):
    desk.office.mood.drop = "after taking"
    assert set(fates(desk.issue()).values()) == {Outcome.UNSURE}
    desk.office.mood.drop = ""
    assert set(fates(desk.issue()).values()) == {Why.UNSURE}
    assert [len(desk.letters(code)) for code in UNITS] == [1, 1, 1, 1]
    assert set(fates(desk.issue(unsure=True)).values()) == {Outcome.TAKEN}
    for code in UNITS:
        first, second = desk.letters(code)
        assert first["Message-ID"] == second["Message-ID"]
        assert first.as_bytes() == second.as_bytes()


def test_a_run_that_was_ended_after_the_ledger_knew_sends_nothing_twice(desk):
    class Ended(BaseException):
        pass

    class Cut(SmtpOutbox):
        def send(self, data, message):
            super().send(data, message)
            raise Ended

    with desk.bureau.work() as round_:
        issue(round_)
    with (
        pytest.raises(Ended),
        desk.bureau.work() as round_,
        Cut(desk.settings, Password(SECRET, "test"), context=desk.office.trust()) as outbox,
    ):
        post(round_, issued_parcels(round_), outbox, desk.settings.sender)
    assert len(desk.letters("301")) == 1
    assert (len(desk.records(Posting)), desk.records(Posted)) == (1, [])
    assert fates(desk.issue()) == {
        "301": Why.UNSURE,
        **dict.fromkeys(("302", "303", "304"), Outcome.TAKEN),
    }
    assert [len(desk.letters(code)) for code in UNITS] == [1, 1, 1, 1]


def test_what_is_put_off_is_sent_by_the_next_run(desk):
    desk.office.mood.replies += ["450 busy"] * 2
    first = fates(desk.issue())
    assert first["301"] is Outcome.LATER
    assert desk.naps
    assert fates(desk.issue()) == {"301": Outcome.TAKEN}
    assert [post.fate for post in desk.bureau.unit("301").posts] == [Fate.LATER, Fate.TAKEN]


def test_a_server_that_is_not_there_posts_nothing(desk):
    with desk.bureau.work() as round_:
        issue(round_)
    gone = desk.settings.model_copy(
        update={"smtp": desk.settings.smtp.model_copy(update={"port": 1})}
    )
    with (
        desk.bureau.work() as round_,
        SmtpOutbox(gone, Password(SECRET, "test"), sleep=desk.naps.append) as outbox,
        pytest.raises(MailError),
    ):
        post(round_, issued_parcels(round_), outbox, gone.sender)
    assert {item.outcome for item in desk.records(Posted)} == {"later"}
    assert set(fates(desk.issue()).values()) == {Outcome.TAKEN}


@pytest.mark.parametrize(
    ("emails", "why"), [((), Why.NO_ADDRESS), (("张三@example.cn",), Why.BAD_ADDRESS)]
)
def test_a_unit_that_cannot_be_written_to_is_named_and_keeps_no_other_back(desk, emails, why):
    with desk.bureau.work() as round_:
        change_unit(round_, "302", emails=emails)
    found = fates(desk.issue())
    assert found["302"] is why
    assert [code for code, fate in found.items() if fate is Outcome.TAKEN] == ["301", "303", "304"]


def test_a_workbook_that_was_changed_in_the_outbox_is_not_sent(desk):
    with desk.bureau.work() as round_:
        done = issue(round_)
    done[0].path.write_bytes(b"x")
    done[1].path.unlink()
    found = fates(desk.post(issued_parcels))
    assert [found[code] for code in ("301", "302")] == [Why.CHANGED] * 2
    assert desk.letters("301") == desk.letters("302") == []


def test_reminders_go_to_those_who_owe_with_what_they_owe_once_a_day(desk):
    desk.issue()
    desk.reply("301", filled(desk.bureau.issued("301")))
    desk.reply("302", filled(desk.bureau.issued("302"), **NO_NAME))
    desk.reply("303", filled(desk.bureau.issued("303"), **NO_NAME))
    desk.fetch()
    with desk.bureau.work() as round_:
        send_back(round_, ["302"])
    desk.bureau.clock.on(DUE)
    assert set(fates(desk.remind())) == {"302", "304"}
    assert desk.remind() == ()
    mended, asked = desk.letters("302")[-1], desk.letters("304")[-1]
    assert "1 处错误" in mended.get_body().get_content()
    assert workbook_of(mended) == desk.bureau.sent_back("302")
    assert "还没有报回" in asked.get_body().get_content()
    assert workbook_of(asked) == desk.bureau.issued("304")
    assert asked["In-Reply-To"] == desk.letters("304")[0]["Message-ID"]
    desk.bureau.clock.on(DUE + timedelta(days=1))
    assert set(fates(desk.remind())) == {"302", "304"}
    assert "已过期1天" in desk.letters("304")[-1]["Subject"]


def test_nobody_is_reminded_long_before_the_day_unless_named(desk):
    desk.issue()
    desk.bureau.clock.on(date(2026, 12, 1))
    with desk.bureau.work() as round_:
        assert reminders(round_) == ()
        assert [item.standing.code for item in reminders(round_, ["304"])] == ["304"]
        assert len(reminders(round_, within=9)) == 4


def test_a_dry_run_posts_nothing_and_shows_what_it_would(desk):
    shown = []

    class Screen:
        def send(self, data, message):
            from xlkit.mail import Delivery

            shown.append(message)
            return Delivery(Outcome.TAKEN)

    with desk.bureau.work(dry=True) as round_:
        issue(round_)
        done = post(round_, issued_parcels(round_), Screen(), desk.settings.sender)
    assert len(done) == len(shown) == 4
    assert all(message.attachments[0].data for message in shown)
    assert desk.records(Posting) == []
    assert not list((desk.bureau.path / "outbox").rglob("*.xlsx"))
    assert [desk.letters(code) for code in UNITS] == [[]] * 4


def test_a_mail_that_is_no_return_is_said_once(desk):
    desk.issue()
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = UNITS["301"], FINANCE, "网盘"
    mail["Message-ID"] = "<disk@example.cn>"
    mail.set_content("表格在这里：https://pan.baidu.com/s/1abc 提取码 1234")
    desk.office.deliver(FINANCE, mail.as_bytes())
    assert [item.why for item in desk.fetch().collected.passed] == ["net-disk-link"]
    assert desk.fetch().collected.passed == ()
    assert [item.why for item in desk.records(PassedOver)] == ["net-disk-link"]


def test_the_roster_s_addresses_are_those_of_the_mailboxes():
    assert all(address in ROSTER for address in UNITS.values())
