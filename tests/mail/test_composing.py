"""Mails as bytes: whatever programs read them, they find what was put in, and nothing else."""

from __future__ import annotations

import re
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.utils import getaddresses, parsedate_to_datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.mail.letters import NOON, SENDER, letter
from xlkit.errors import AddressError, UsageError
from xlkit.mail import Attachment, Mailbox, Sender, compose, message_id, recipients
from xlkit.sources.mail import read_mail
from xlkit.sources.model import Origin

LONG = "关于报送二〇二六年度部门整体支出绩效目标及重点项目绩效目标的通知（第二次催报）" * 3
#: What may stand in the name of a file on any system.
NAMES = st.text(
    st.characters(exclude_categories=["C", "Z"], exclude_characters='/\\"<>|?*:'),
    min_size=1,
    max_size=60,
)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)
#: Headers of a mail with an attachment, in their order.
HEADERS = [
    *("Date", "From", "To", "Subject", "Message-ID", "Auto-Submitted"),
    *("MIME-Version", "Content-Type"),
]


def read(data: bytes):
    return message_from_bytes(data, policy=policy.default)


def old(data: bytes):
    return message_from_bytes(data, policy=policy.compat32)


def files(message):
    return [part for part in message.walk() if part.get_content_disposition() == "attachment"]


def encoded_name(part) -> str:
    """The name as programs read it that know no RFC 2231: QQ, old Foxmail, Outlook."""
    written = re.search(r'name="((?:[^"\\]|\\.)*)"', part.get("Content-Type"), re.DOTALL)
    assert written is not None
    return decoded(re.sub(r"\\(.)", r"\1", written[1]))


def decoded(header: str) -> str:
    """A header unfolded, its encoded words read."""
    return str(make_header(decode_header(re.sub(r"\r?\n", "", header))))


@given(NAMES)
@example("301-鄂州市经济和信息化局.xlsx")
@example("附件" * 40 + ".xlsx")
@example("plain (copy), v2; final = 100%.xlsx")
@example("=_UTF-8=.xlsx")
@example("𠮷野家👨‍👩‍👧‍👦'é.xlsx".replace("\u200d", ""))
def test_a_name_is_read_back_by_old_readers_new_readers_and_those_without_rfc_2231(name):
    attached = Attachment(name, b"x")
    data = compose(letter(attachments=(attached,)), SENDER)
    assert [part.get_filename() for part in files(read(data))] == [name]
    (part,) = files(old(data))
    assert part.get_filename() == name
    assert encoded_name(part) == name
    found = read_mail(data, Origin("a.eml")).parts
    assert [(item.name, item.data) for item in found] == [(name, b"x")]


def test_a_long_name_is_never_cut_into_pieces():
    """QQ and Sina show tcmime….bin for names in `filename*0*`."""
    name = "年" * 80 + ".xlsx"
    data = compose(letter(attachments=(Attachment(name, b"x"),)), SENDER)
    assert b"filename*=UTF-8''%E5%B9%B4" in data
    assert b"filename*0" not in data
    assert b"name*" not in data.replace(b"filename*", b"")


@given(st.lists(st.binary(max_size=3000), min_size=1, max_size=3))
@example([b"\r\n.\r\n", b"--=_edge\r\n", b""])
def test_workbooks_arrive_byte_for_byte(contents):
    attached = tuple(Attachment(f"{n}.xlsx", data) for n, data in enumerate(contents))
    data = compose(letter(attachments=attached), SENDER)
    assert [part.get_payload(decode=True) for part in files(old(data))] == contents
    assert [part.get_content_type() for part in files(read(data))] == [
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    ] * len(contents)


@given(TEXTS, TEXTS, TEXTS)
@example("a\r\nBcc: all@example.com", "b\nX-Evil: 1\n\nbody", "c\r\n\r\n--=_x\r\n")
@example("\u2028Bcc: x@example.com", "\x85Bcc: x@example.com", "\x0bBcc: x@example.com")
@example("=?utf-8?q?=0D=0ABcc:_x=40example.com?=", "a" * 400, LONG)
@example("", "", "")
def test_no_text_becomes_a_header_and_every_line_is_ascii_and_short(unit, subject, text):
    message = letter(subject=subject, text=text, to=(Mailbox("a@example.com", unit),))
    data = compose(message, Sender(address="b@example.com", name=unit))
    head, _, _ = data.partition(b"\r\n\r\n")
    assert data.isascii()
    assert b"\n" not in data.replace(b"\r\n", b"")
    assert b"\r" not in data.replace(b"\r\n", b"")
    assert max(map(len, head.split(b"\r\n"))) <= 78
    assert max(map(len, data.split(b"\r\n"))) < 998
    for found in (read(data), old(data)):
        assert found.keys() == HEADERS
    parsed = read(data)
    assert [address.addr_spec for address in parsed["To"].addresses] == ["a@example.com"]
    assert [address.addr_spec for address in parsed["From"].addresses] == ["b@example.com"]


@pytest.mark.parametrize(
    "subject",
    [
        LONG,
        "请填报",
        "Please fill in the department performance targets of the year 2026 and send them back",
        "(draft) a=b?c_d =?utf-8?q?x?=",
        "𠮷" * 100,
        "混 合 mixed 文 字 words",
    ],
)
def test_subjects_are_read_back_whole(subject):
    data = compose(letter(subject=subject), SENDER)
    assert read(data)["Subject"] == subject
    assert decoded(old(data)["Subject"]) == subject
    words = re.findall(rb"=\?[^ \r\n]*\?=", data.partition(b"\r\n\r\n")[0])
    assert all(len(word) <= 75 for word in words)


@pytest.mark.parametrize(
    "name", ["鄂州市财政局", LONG, 'Budget "A", Division', "a" * 100, "a <b@c.d>, x", "=?x", ""]
)
def test_names_of_people_are_read_back_and_stand_apart_from_the_address(name):
    boxes = (Mailbox("a@example.com", name), Mailbox("c@example.com", name))
    data = compose(letter(to=boxes), SENDER)
    found = read(data)["To"].addresses
    assert [box.addr_spec for box in found] == [box.address for box in boxes]
    # Python 3.11 puts blanks between the encoded words of a name.
    assert {box.display_name.replace(" ", "") for box in found} == {name.replace(" ", "")}
    pairs = getaddresses([re.sub(r"\r?\n", "", old(data)["To"])])
    assert [(decoded(shown), address) for shown, address in pairs] == [
        (box.name, box.address) for box in boxes
    ]
    assert not re.search(rb"\?=<", data)


def test_bodies_are_read_back_as_text_and_page():
    text, page = "第一行\r\n.第二行\n\n最后", "<p>页</p>"
    message = read(compose(letter(text=text, html=page), SENDER))
    assert message.get_body(("plain",)).get_content() == "第一行\r\n.第二行\r\n\r\n最后\r\n"
    assert message.get_body(("html",)).get_content() == "<p>页</p>\r\n"
    assert message.get_content_type() == "multipart/mixed"
    bare = read(compose(letter(text="plain\n", attachments=()), SENDER))
    assert (bare.get_content_type(), bare["Content-Transfer-Encoding"]) == ("text/plain", "7bit")
    assert bare.get_content() == "plain\r\n"


def test_the_same_mail_has_the_same_bytes_and_another_has_others():
    assert compose(letter(), SENDER) == compose(letter(), SENDER)
    assert compose(letter(2), SENDER) != compose(letter(), SENDER)
    assert message_id(b"k", "r", "a", "b", domain="x.y") != message_id(
        b"k", "r", "ab", domain="x.y"
    )
    assert message_id(b"k", "r", domain="x.y") != message_id(None, "r", domain="x.y")


def test_a_mail_says_that_a_machine_wrote_it_when_and_in_which_thread():
    answered = letter(
        is_answer=True,
        in_reply_to="<tencent_1@qq.com>",
        references=("<first@x>", "no id", "<a b>", "<first@x>"),
    )
    found = read(compose(answered, SENDER))
    assert parsedate_to_datetime(found["Date"]) == NOON
    assert found["Date"].datetime.utcoffset() == NOON.utcoffset()
    assert found["Auto-Submitted"] == "auto-replied"
    assert found["In-Reply-To"] == "<tencent_1@qq.com>"
    assert found["References"].split() == ["<first@x>", "<tencent_1@qq.com>"]
    assert read(compose(letter(), SENDER))["Auto-Submitted"] == "auto-generated"


def test_what_is_no_id_starts_no_header():
    found = read(compose(letter(in_reply_to="<a>\r\nBcc: <b@c.d>"), SENDER))
    assert found.keys() == HEADERS


def test_a_long_thread_keeps_its_first_and_its_last_mails():
    ids = tuple(f"<{n}@x>" for n in range(50))
    found = read(compose(letter(references=ids), SENDER))["References"].split()
    assert (len(found), found[0], found[-1]) == (20, "<0@x>", "<49@x>")


def test_everybody_gets_a_mail_once():
    sender = Sender(
        address="me@example.com", cc=("boss@example.com", "A@example.com"), reply_to="r@example.com"
    )
    message = letter(
        to=(Mailbox("a@example.com"), Mailbox("b@example.com"), Mailbox("a@example.com")),
        cc=(Mailbox("B@example.com"), Mailbox("c@example.com", "丙")),
    )
    found = read(compose(message, sender))
    assert [box.addr_spec for box in found["To"].addresses] == ["a@example.com", "b@example.com"]
    assert [box.addr_spec for box in found["Cc"].addresses] == ["c@example.com", "boss@example.com"]
    assert [box.addr_spec for box in found["Reply-To"].addresses] == ["r@example.com"]
    assert [box.address for box in recipients(message, sender)] == [
        *("a@example.com", "b@example.com", "c@example.com", "boss@example.com")
    ]


@pytest.mark.parametrize(
    "text",
    [
        *("", "a", "a@", "@b.c", "a@b", "a b@c.d", "a@b.c,d@e.f", "a@b..c", "a..b@c.d", ".a@b.c"),
        *("张三@qq.com", "a@b.c\r\nBcc: x@y.z", "a@-b.c", "<a@b.c>", "a＠b.c", "a@b。。c"),
        *("x" * 65 + "@b.c", "a@" + "b." * 130 + "c", "a@b.c\x00", '"a b"@c.d', "a@b_c.d"),
    ],
)
def test_what_is_no_address_is_refused(text):
    with pytest.raises(AddressError, match="is no e-mail address"):
        Mailbox(text)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        (" zhang.san_1+x@163.com\n", "zhang.san_1+x@163.com"),
        ("a@财政局.中国", "a@xn--dgt32shz8a.xn--fiqs8s"),
        ("A@QQ.com", "A@QQ.com"),
    ],
)
def test_addresses_are_kept_as_servers_write_them(text, address):
    assert Mailbox(text).address == address


@pytest.mark.parametrize(
    "name", ["", " ", "a/b.xlsx", "a\\b", 'a"b', "a\r\nb", "a\x00", "名" * 90, "a:b", "a\u202eb"]
)
def test_no_attachment_has_a_name_that_no_system_takes(name):
    with pytest.raises(UsageError, match="name of a file"):
        Attachment(name, b"")


@pytest.mark.parametrize(
    "changes",
    [
        {"to": ()},
        {"message_id": "x"},
        {"message_id": "<a>\r\n"},
        {"date": NOON.replace(tzinfo=None)},
    ],
)
def test_a_mail_goes_to_somebody_has_an_id_and_a_date_with_its_zone(changes):
    with pytest.raises(UsageError):
        letter(**changes)


def test_a_mail_is_printed_without_what_it_carries():
    shown = repr(letter(html="<p>secret</p>", text="secret"))
    assert "secret" not in shown
    assert "PK" not in shown
