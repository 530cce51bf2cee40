"""What servers say, as the plain words that a clerk gets."""

from __future__ import annotations

import errno
import socket
import ssl

import pytest

from xlkit.mail import Kind, MailSettings, Reply, in_words, kind_of, trouble
from xlkit.mail.imap import FolderUnknown, ImapRefused
from xlkit.wording import LANGUAGES

SERVER = MailSettings.for_address("a@163.com").smtp
#: Answers as the providers' own lists have them.
ANSWERS = {
    "421 HL:ICC": (Kind.LIMIT, True),
    "421 HL:IFC": (Kind.LIMIT, True),
    "450 MI:DMC": (Kind.LIMIT, True),
    "451 MI:SFQ 163 smtp7,C8Cow 1596954778,please see http://mail.163.com": (Kind.LIMIT, True),
    "451 RP:QRC": (Kind.LIMIT, True),
    "550 MI:STC": (Kind.DAY_LIMIT, True),
    "550 RP:TRC": (Kind.DAY_LIMIT, True),
    "451 DT:SPM ,please try again": (Kind.SPAM, True),
    "554 DT:SPM 163 smtp1": (Kind.SPAM, False),
    "550 User not found": (Kind.RECIPIENT, False),
    "550 User suspended": (Kind.RECIPIENT, False),
    "553 Mail from must equal authorized user": (Kind.SENDER, False),
    "550 User has no permission": (Kind.LOGIN, False),
    "535 Error: authentication failed": (Kind.LOGIN, False),
    "535 Unsafe Login. Please contact kefu@188.com": (Kind.UNSAFE, False),
    "552 Requested mail action aborted: exceeded mailsize limit": (Kind.SIZE, False),
    "554 IP in blacklist": (Kind.SPAM, False),
    "501 mail from address must be same as authorization user": (Kind.SENDER, False),
    "503 Error: need EHLO and AUTH first !": (Kind.LOGIN, False),
    "535 Login Fail. Please enter your authorization code to login.": (Kind.LOGIN, False),
    "535 Login fail. login frequency limited, or system is busy.": (Kind.LOGIN, False),
    "550 Domain frequency limited": (Kind.LIMIT, True),
    "550 Ip frequency limited": (Kind.LIMIT, True),
    "550 Mail content denied": (Kind.SPAM, False),
    "550 Mailbox not found": (Kind.RECIPIENT, False),
    "501 Bad address syntax": (Kind.RECIPIENT, False),
    "552 Message too large": (Kind.SIZE, False),
    '550 The "From" header is missing or invalid.': (Kind.SENDER, False),
    "552 Daily sending quota exceeded": (Kind.DAY_LIMIT, True),
    "550 5.4.5 Daily user sending limit exceeded": (Kind.DAY_LIMIT, True),
    "452 4.2.2 The email account that you tried to reach is over quota": (Kind.FULL, True),
    "552 5.2.2 mailbox full": (Kind.FULL, False),
    "452 Insufficient system storage": (Kind.FULL, True),
    "452 4.5.3 Too many recipients": (Kind.LIMIT, True),
    "421 4.7.0 Try again later": (Kind.BUSY, True),
    "450 mailbox temporarily unavailable": (Kind.BUSY, True),
    "554 Transaction failed": (Kind.REFUSED, False),
}


@pytest.mark.parametrize(("answer", "meant"), ANSWERS.items())
def test_answers_of_servers_are_understood(answer, meant):
    code, _, text = answer.partition(" ")
    reply = Reply.of(int(code), text.encode("ascii"))
    assert (kind_of(reply), reply.is_later) == meant


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ("SELECT Unsafe Login. Please contact kefu@188.com for help", Kind.UNSAFE),
        ("LOGIN Login error or password error", Kind.LOGIN),
        ("[AUTHENTICATIONFAILED] Authentication failed.", Kind.LOGIN),
        ("[AUTHENTICATIONFAILED] Invalid credentials (Failure)", Kind.LOGIN),
        ("Login fail. Account is abnormal, service is not open, password is incorrect", Kind.LOGIN),
        ("Mailbox is locked", Kind.OTHER),
    ],
)
def test_answers_without_numbers_are_understood(answer, kind):
    reply = Reply.of(0, answer)
    assert (kind_of(reply), str(reply), reply.is_later) == (kind, answer, False)


@pytest.mark.parametrize(
    ("refused", "kind", "said"),
    [
        (ImapRefused("LOGIN", "no"), Kind.LOGIN, "no"),
        (ImapRefused("LOGIN", "too many login failures"), Kind.LOGIN_OFTEN, "too many"),
        (ImapRefused("SELECT", "Unsafe Login. Please contact"), Kind.UNSAFE, "contact"),
        (ImapRefused("SELECT", "no such mailbox"), Kind.OTHER, "no such mailbox"),
        (ImapRefused("FETCH", "over quota"), Kind.OTHER, "over quota"),
        (ImapRefused("STARTTLS", "no"), Kind.NO_STARTTLS, "993"),
        (FolderUnknown("报送", ("INBOX", "已发送")), Kind.FOLDER, "INBOX, 已发送"),
    ],
)
def test_refusals_of_imap_servers_are_never_about_sending(refused, kind, said):
    error = trouble(refused, SERVER, "zh")
    assert (kind_of(refused), error.kind) == (kind, kind)
    assert said in str(error)


def test_answers_in_gbk_are_read_and_kept_to_one_line():
    reply = Reply.of(535, "Error: 请使用授权码登录。\n详情请看: x".encode("gb18030"))
    assert str(reply) == "535 Error: 请使用授权码登录。 详情请看: x"
    assert kind_of(reply) is Kind.LOGIN
    assert len(Reply.of(550, b"x" * 9000).text) == 300


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (ssl.SSLCertVerificationError("x"), Kind.CERTIFICATE),
        (ssl.SSLError(1, "[SSL: WRONG_VERSION_NUMBER] wrong version number"), Kind.NOT_TLS),
        (ssl.SSLError(1, "[SSL] record layer failure (_ssl.c:1000)"), Kind.NOT_TLS),
        (ssl.SSLError(1, "[SSL: TLSV1_ALERT_PROTOCOL_VERSION] too old"), Kind.TLS),
        (socket.gaierror(11001, "getaddrinfo failed"), Kind.NAME),
        (UnicodeError("label too long"), Kind.NAME),
        (TimeoutError("timed out"), Kind.TIMEOUT),
        (ConnectionRefusedError(10061, "refused"), Kind.CLOSED),
        (ConnectionResetError(10054, "reset"), Kind.LOST),
        (EOFError(), Kind.LOST),
        (OSError(errno.ENETUNREACH, "x"), Kind.UNREACHABLE),
        (OSError(10065, "x"), Kind.UNREACHABLE),
        (OSError(errno.EIO, "x"), Kind.OTHER),
    ],
)
def test_what_the_system_says_is_understood(error, kind):
    assert kind_of(error) is kind
    assert trouble(error, SERVER, "zh").kind == kind


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", Kind)
def test_every_trouble_is_told_in_words_with_its_server(kind, language):
    text = in_words(kind, SERVER, language, said="550 x", address="u@example.com")
    assert "{" not in text
    assert "550 x" in text
    named = {"smtp.163.com", "a@163.com", "u@example.com"}
    assert any(name in text for name in named)


def test_a_wrong_login_tells_where_this_provider_has_its_codes():
    error = trouble(Reply(535, "authentication failed"), SERVER, "zh")
    assert "新增授权密码" in str(error)
    own = MailSettings.model_validate(
        {
            "from": {"address": "a@ezhou.gov.cn"},
            "smtp": {"host": "mail.ezhou.gov.cn", "port": 465, "user": "a"},
        }
    ).smtp
    assert "客户端专用密码" in str(trouble(Reply(535, "no"), own, "zh"))
