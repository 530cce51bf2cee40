"""Trying settings of mail on real servers: what each step says, and what to do where it fails."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.mail.boxes import BOXES, fresh, letter
from tests.mail.smtp_server import SmtpServer
from tests.mail.stranger import Stranger
from xlkit.demo.post_office import HOST
from xlkit.errors import MailError
from xlkit.mail import Kind, MailSettings, Outcome, Secrets
from xlkit.mail.probe import probe
from xlkit.mail.steps import Part, Way
from xlkit.mail.trial import trial_letter
from xlkit.wording import LANGUAGES

USER = "finance@qq.com"
OUT = [(Way.OUT, part) for part in (Part.PASSWORD, Part.REACHED, Part.ENCRYPTED, Part.LOGIN)]
IN = [
    (Way.IN, part)
    for part in (Part.PASSWORD, Part.REACHED, Part.ENCRYPTED, Part.LOGIN, Part.FOLDERS)
]
NO_NAME = "no-such-host.invalid"


def settings(office, user=USER, *, smtp=None, imap=None, **sender) -> MailSettings:
    """The post office's, in TLS; `smtp` and `imap` change the servers."""
    both = {"host": HOST, "user": user, "ca": str(office.authority)}
    return MailSettings.model_validate(
        {
            "from": {"address": user} | sender,
            "smtp": both | {"port": office.smtps_port} | (smtp or {}),
            "imap": both | {"port": office.imaps_port} | (imap or {}),
        }
    )


def passwords(text: str | None) -> Secrets:
    return Secrets({"XLKIT_MAIL_PASSWORD": text} if text else {})


def steps(said: MailSettings, password: str | None = BOXES[USER], **more):
    return list(probe(said, passwords(password), **({"timeout": 10} | more)))


def made(found):
    return [(step.way, step.part) for step in found]


def failed(found):
    return [(step.way, step.part, step.kind) for step in found if not step.ok]


def test_what_is_right_goes_well_in_every_step(office):
    said = settings(
        office,
        smtp={"port": office.smtp_port, "security": "starttls"},
        imap={"port": office.imap_port, "security": "starttls"},
    )
    for found in (steps(settings(office)), steps(said)):
        assert made(found) == [*OUT, *IN]
        assert failed(found) == []
        assert "XLKIT_MAIL_PASSWORD" in found[0].said
        assert str(office.authority) in found[2].said
        assert "INBOX" in found[-1].said


def test_whom_to_trust_may_be_handed_in(office):
    plain = {"ca": ""}
    said = settings(office, smtp=plain, imap=plain)
    assert failed(steps(said, context=office.trust())) == []


def changed(office, what: str) -> dict[str, object]:
    """What is wrong with a server, by its name."""
    return {
        "port": {"port": 1},
        "host": {"host": NO_NAME},
        "certificate": {"ca": ""},
    }[what]


@pytest.mark.parametrize(
    ("what", "part", "kind", "zh", "en"),
    [
        ("port", Part.REACHED, Kind.CLOSED, "端口写在 mail.toml 里", "usual are"),
        ("host", Part.REACHED, Kind.NAME, "请检查名字是否写对", "Check its name"),
        ("certificate", Part.ENCRYPTED, Kind.CERTIFICATE, "证书不可信", "is not to be trusted"),
    ],
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_server_that_is_not_as_was_said(office, what, part, kind, zh, en, language):
    wrong = changed(office, what)
    found = steps(settings(office, smtp=wrong, imap=wrong), language=language)
    assert failed(found) == [(Way.OUT, part, kind), (Way.IN, part, kind)]
    assert made(found) == [
        *OUT[: OUT.index((Way.OUT, part)) + 1],
        *IN[: IN.index((Way.IN, part)) + 1],
    ]
    assert all({"zh": zh, "en": en}[language] in step.said for step in found if not step.ok)


def test_another_authority_than_the_one_named_is_not_believed(office, certificates):
    other = {"ca": str(certificates.authority)}
    found = steps(settings(office, smtp=other, imap=other))
    assert failed(found) == [
        (way, Part.ENCRYPTED, Kind.CERTIFICATE) for way in (Way.OUT, Way.IN)
    ]  # fmt: skip


def test_tls_at_a_port_without(office):
    said = settings(office, smtp={"port": office.smtp_port}, imap={"port": office.imap_port})
    found = steps(said)
    assert failed(found) == [(way, Part.ENCRYPTED, Kind.NOT_TLS) for way in (Way.OUT, Way.IN)]
    assert all('security = "starttls"' in step.said for step in found if not step.ok)


def test_a_port_with_tls_and_no_tls_asked_for(office):
    """Both ends wait for the other to begin: it was reached, so it is no firewall alone."""
    wrong = {"security": "starttls"}
    found = steps(settings(office, smtp=wrong, imap=wrong), timeout=0.5)
    assert failed(found) == [(way, Part.ENCRYPTED, Kind.SILENT) for way in (Way.OUT, Way.IN)]
    assert all('security = "tls"' in step.said for step in found if not step.ok)


def test_a_server_that_cannot_starttls(office):
    with SmtpServer() as server:
        said = settings(office, smtp={"port": server.port, "security": "starttls"})
        found = steps(said)
    assert failed(found) == [(Way.OUT, Part.ENCRYPTED, Kind.NO_STARTTLS)]


@pytest.mark.parametrize(
    ("language", "hint"), [("zh", "生成授权码"), ("en", "wanted, not the QQ password")]
)
def test_a_wrong_password_is_told_with_where_the_right_one_is(office, language, hint):
    found = steps(settings(office), "mistaken-word", language=language)
    assert failed(found) == [(way, Part.LOGIN, Kind.LOGIN) for way in (Way.OUT, Way.IN)]
    told = [step.said for step in found if not step.ok]
    assert all(hint in said and "mistaken-word" not in said for said in told)


def test_no_password_at_all_and_the_servers_are_tried_nevertheless(office):
    found = steps(settings(office), None)
    assert failed(found) == [
        (way, Part.PASSWORD, Kind.PASSWORD_MISSING) for way in (Way.OUT, Way.IN)
    ]  # fmt: skip
    assert made(found) == [*OUT[:3], *IN[:3]]
    assert all("xlkit mail password" in step.said for step in found if not step.ok)


def test_a_keyring_that_does_not_open(office):
    class Locked:
        def get(self, user):
            raise MailError("KeyringLocked", "keyring")

        def put(self, user, password):
            raise NotImplementedError

    found = list(probe(settings(office), Secrets({}, Locked()), timeout=10))
    assert failed(found) == [(way, Part.PASSWORD, Kind.KEYRING) for way in (Way.OUT, Way.IN)]
    assert "解锁" in found[0].said
    assert "KeyringLocked" in found[0].said


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_folder_that_is_not_there_is_told_with_those_that_are(office, language):
    said = settings(office, imap={"folders": ("INBOX", "没有的")})
    found = steps(said, language=language)
    assert failed(found) == [(Way.IN, Part.FOLDERS, Kind.FOLDER)]
    assert "没有的" in found[-1].said
    assert "INBOX" in found[-1].said


def test_servers_that_want_no_login_or_no_encryption(office):
    with SmtpServer() as server:
        said = settings(
            office, smtp={"port": server.port, "security": "none", "user": "", "ca": ""}
        ).model_copy(update={"imap": None})
        found = steps(said, None)
    assert made(found) == OUT[:3]
    assert failed(found) == []


def test_a_server_that_wants_to_know_who_asks(office):
    """163, 126 and yeah.net open no folder otherwise."""
    with Stranger(letter("甲"), tells=True) as server:
        wanted = {"port": server.port, "security": "none", "ca": "", "user": "a@163.com"}
        said = settings(office, imap=wanted)
        found = list(
            probe(
                said,
                Secrets(
                    {"XLKIT_SMTP_PASSWORD": BOXES[USER], "XLKIT_IMAP_PASSWORD": "right"}
                ),
                timeout=2,
            )
        )  # fmt: skip
    assert made(found) == [*OUT, *IN]
    assert failed(found) == []


def trial(said: MailSettings, language="zh"):
    now = datetime.now(UTC)
    return trial_letter(said.sender, now=now, token="0a1b2c3d", language=language)


def test_a_mail_to_oneself_comes_back_and_goes_to_nobody_else(office):
    user, other = fresh(), fresh()
    said = settings(office, user, cc=[other])
    found = steps(said, letter=trial(said))
    assert made(found) == [*OUT, *IN, (Way.OUT, Part.SENT), (Way.IN, Part.SEEN)]
    assert failed(found) == []
    assert (len(office.letters(user)), office.letters(other)) == (1, [])
    assert b"Auto-Submitted: auto-generated" in office.letters(user)[0]


def test_a_mail_whose_id_the_server_changed_is_known_by_its_subject(office):
    user = fresh()
    said = settings(office, user)
    mail = trial(said)
    office.answers[user] = lambda _, data: data.replace(mail.message_id.encode(), b"<other@x.cn>")
    assert failed(steps(said, letter=mail)) == []
    assert mail.message_id.encode() not in office.letters(user)[0]


def test_a_mail_that_does_not_come_is_waited_for(office):
    user, waits = fresh(), []
    said = settings(office, imap={"user": user})
    found = steps(said, letter=trial(said), sleep=waits.append)
    assert failed(found) == [(Way.IN, Part.SEEN, Kind.UNSEEN)]
    assert waits == [2, 4, 8, 16]
    assert "垃圾邮件" in found[-1].said


def test_a_mail_that_is_refused_is_told_and_not_looked_for(office):
    said = settings(office, fresh())
    office.mood.replies[:] = ["554 DT:SPM 163 smtp1"]
    found = steps(said, letter=trial(said))
    assert failed(found) == [(Way.OUT, Part.SENT, Outcome.REFUSED)]
    assert "垃圾邮件" in found[-1].said
    assert made(found)[-1] == (Way.OUT, Part.SENT)


def test_nothing_is_sent_where_a_step_failed(office):
    user = fresh()
    said = settings(office, user, imap={"folders": ("没有的",)})
    found = steps(said, letter=trial(said))
    assert made(found)[-1] == (Way.IN, Part.FOLDERS)
    assert office.letters(user) == []
