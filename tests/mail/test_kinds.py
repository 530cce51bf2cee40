"""What mails are: bounces of many systems, away notes, letters."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.mail.post import ORIGINAL, OURS, SAMPLES, note
from xlkit.mail.kinds import letter_kind, thread_before
from xlkit.sources import Found, Passed, found
from xlkit.sources.automatic import MailKind

#: What the samples of people who are away say.
AWAY_SAYS = "我正在休假，回来后回复您。"
WHYS = {MailKind.BOUNCE: "mail-bounced", MailKind.AWAY: "mail-away", MailKind.NOTICE: "mail-notice"}


@pytest.mark.parametrize("name", SAMPLES)
def test_kinds(name):
    sample = SAMPLES[name]
    found = letter_kind(sample.raw)
    assert found.kind is sample.kind
    assert found.failed == sample.failed
    assert found.status == sample.status
    assert found.about == sample.about
    told = AWAY_SAYS if sample.kind is MailKind.AWAY else sample.reason
    assert told in found.reason
    assert bool(found.reason) == bool(told)
    if sample.subject:
        assert found.subject == sample.subject


@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize(
    "forwarded", ["", "Content-Type: message/rfc822", "Content-Type: application/x; name=a.eml"]
)
def test_what_no_person_wrote_is_no_return_whoever_forwards_it(tmp_path, name, forwarded):
    """A bounce has our own workbook in it, and that is nobody's return."""
    sample = SAMPLES[name]
    data = sample.raw
    if forwarded:
        head = "From: yi@qq.com\r\nContent-Type: multipart/mixed; boundary=f\r\n\r\n--f\r\n"
        data = f"{head}{forwarded}\r\n\r\n".encode() + data + b"\r\n--f--\r\n"
    (tmp_path / "m.eml").write_bytes(data)
    (met,) = found([tmp_path])
    if sample.kind is MailKind.LETTER and b"a.xlsx" in sample.raw:
        assert isinstance(met, Found)
    else:
        told = sample.kind is not MailKind.LETTER and "rfc822" not in forwarded
        assert isinstance(met, Passed)
        assert met.why == (WHYS[sample.kind] if told else "mail-without-attachment")


def test_a_letters_thread_and_headers_in_raw_gbk():
    raw = (
        "From: 甲局 <jia@qq.com>\r\nSubject: 回复：报送通知\r\nMessage-ID: <1@qq.com>\r\n"
        f"In-Reply-To: Message of Sat {OURS}\r\nReferences: <0@cz.gov.cn>\r\n\t{OURS}\r\n"
        "Date: Sat, 21 Nov 2026 09:30:00 +0800\r\n\r\n见附件"
    ).encode("gbk")
    found = letter_kind(raw)
    assert (found.kind, found.sender, found.subject) == (
        MailKind.LETTER, "jia@qq.com", "回复：报送通知",
    )  # fmt: skip
    assert (found.message_id, found.in_reply_to) == ("<1@qq.com>", OURS)
    assert found.references == ("<0@cz.gov.cn>", OURS)
    assert found.sent_at == datetime(2026, 11, 21, 1, 30, tzinfo=UTC)
    assert (found.about, found.failed, found.status, found.reason) == ("", (), "", "")


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("References: <1@x> <2@y>\r\nIn-Reply-To: <2@y>", ("<1@x>", "<2@y>")),
        ("References: <1@x>\r\n\t<2@y>\r\n <1@x>", ("<1@x>", "<2@y>")),
        ("In-Reply-To: <2@y>", ("<2@y>",)),
        ("In-Reply-To: <2@y> <3@z>", ()),
        ("In-Reply-To: a mail of Monday", ()),
        ("Subject: x", ()),
    ],
)
def test_the_mails_that_a_mail_follows(head, expected):
    raw = f"{head}\r\nMessage-ID: <9@z>\r\n\r\nReferences: <body@x>\r\n".encode()
    assert thread_before(raw) == expected
    assert thread_before(b"") == ()


@pytest.mark.parametrize("end", ["\r\n", "\n"])
def test_a_subject_that_goes_on_in_the_next_line_is_one_line(end):
    head = f"From: jia@qq.com{end}Subject: Re: Please fill in{end} (Lakeside), due{end}\t1 May"
    found = letter_kind(f"{head}{end}{end}Yes.".encode())
    assert found.subject == "Re: Please fill in (Lakeside), due\t1 May"


def test_our_own_mail_is_a_letter():
    assert letter_kind(ORIGINAL.encode()).kind is MailKind.LETTER


@pytest.mark.parametrize("raw", [b"", b"\r\n\r\nno headers", b"\xff\xfe\x00"])
def test_what_is_no_mail_is_a_letter_so_that_somebody_looks_at_it(raw):
    assert letter_kind(raw).kind is MailKind.LETTER


PIECES = [
    b"multipart/report",
    b"\r\n\r\n",
    b"<",
    b"\xff",
    b"=?gbk?B?",
    b";",
    b"rfc822;",
    b"--outer",
]


@settings(max_examples=200)
@given(
    st.sampled_from(sorted(SAMPLES)),
    st.lists(st.tuples(st.integers(0, 3000), st.sampled_from(PIECES)), max_size=4),
    st.integers(0, 4000),
)
def test_mails_that_are_broken_anywhere_are_something(name, broken, end):
    data = SAMPLES[name].raw
    for at, piece in broken:
        data = data[:at] + piece + data[at:]
    assert letter_kind(data[:end]).kind in MailKind


@settings(max_examples=100)
@given(st.text(alphabet="自动回复退信报送Re: 回[]", max_size=12))
def test_a_letter_with_a_workbook_is_never_lost_by_its_subject(subject):
    found = letter_kind(note(f"From: jia@qq.com\nSubject: {subject}", file=True).encode("gbk"))
    assert found.kind is MailKind.LETTER
