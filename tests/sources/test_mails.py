"""Workbooks out of .eml files as QQ, 163, Outlook, Foxmail and others write them."""

from __future__ import annotations

import base64
import itertools
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.sources import made
from tests.sources.made import Entry, archive, mail, part
from xlkit.sources import Allowance, Found, Passed, said
from xlkit.sources.links import disk_links

TEXT = b"Content-Type: text/plain; charset=gbk\r\n\r\n" + "表格见附件。".encode("gbk")
HEADERS = """
Received: from mx.bureau.gov.cn (127.0.0.1) by mail.bureau.gov.cn;
\tSat, 21 Nov 2026 09:30:00 +0800
Received: from qq.com by mx.bureau.gov.cn; Sat, 21 Nov 2026 01:00:00 +0000
Message-ID: <tencent_1@qq.com>
From: "=?gb18030?B?vNe+1g==?=" <jia@qq.com>
Date: Fri, 20 Nov 2026 23:59:00 +0800
"""


def split(text: str, charset: str, *cuts: int) -> str:
    """A text in encoded words that are cut between bytes, wherever those fall."""
    raw = text.encode(charset)
    ends = (0, *cuts, len(raw))
    words = [
        f"=?{charset}?B?{base64.b64encode(raw[start:end]).decode()}?="
        for start, end in itertools.pairwise(ends)
    ]
    return "\n\t".join(words)


PLAIN = "Content-Type: application/octet-stream"
ATTACHED = "Content-Disposition: attachment"
DISPOSITIONS = {
    "QQ": f"""
{PLAIN};\n\tcharset="gb18030";\n\tname="{split("甲局.xlsx", "gb18030")}"
{ATTACHED}; filename="{split("甲局.xlsx", "gb18030")}"
""",
    "163, in two pieces": f"""
Content-Type: application/vnd.ms-excel; name*0*=UTF-8''%E7%94%B2;\n name*1*=%E5%B1%80.xlsx
{ATTACHED}; filename*0*=UTF-8''%E7%94%B2; filename*1*=%E5%B1%80.xlsx
""",
    "Outlook, RFC 2231 in GBK": f"{PLAIN}\n{ATTACHED};\n filename*=gb2312''%BC%D7%BE%D6.xlsx",
    "RFC 2231 beyond its GB2312": f"{PLAIN}\n{ATTACHED}; filename*=gb2312''%E9%46%BE%D6.xlsx",
    "RFC 2231 with no character set": (f"{PLAIN}\n{ATTACHED}; filename*=''%E7%94%B2%E5%B1%80.xlsx"),
    "Foxmail, a sign cut in two": f"""
{PLAIN};\n\tname="甲局.xlsx"
{ATTACHED};\n\tfilename="{split("甲局.xlsx", "gb2312", 3)}"
""",
    "UTF-8, cut in three": (
        f'{PLAIN}\n{ATTACHED};\n\tfilename="{split("甲局.xlsx", "utf-8", 2, 5)}"'
    ),
    "Q": f"{PLAIN}\n{ATTACHED}; filename==?utf-8?Q?=E7=94=B2=E5=B1=80=2Exlsx?=",
    "raw GBK": f'{PLAIN}; name="甲局.xlsx"\n{ATTACHED}; filename="甲局.xlsx"',
    "raw GBK and no quotes": f"{PLAIN}\n{ATTACHED}; filename=甲局.xlsx",
    "percent signs": f'{PLAIN}\n{ATTACHED}; filename="%E7%94%B2%E5%B1%80.xlsx"',
    "only a type, and inline": f"""
Content-Type: application/vnd.ms-excel; name="{split("甲局.xlsx", "utf-8")}"
Content-Disposition: inline
""",
    "a broken name beside a whole one": f"""
{PLAIN}; name="{split("甲局.xlsx", "utf-8")}"
{ATTACHED}; filename="=?utf-8?B?55Sy5bGA77+9Lnhsc3g=?="
""",
    "a path": f'{PLAIN}\n{ATTACHED}; filename="C:\\\\表\\\\甲局.xlsx"',
}
OTHER_NAMES = {
    "RFC 2231 beyond its GB2312": "镕局.xlsx".replace("镕", b"\xe9\x46".decode("gb18030"))
}


@pytest.mark.parametrize("case", DISPOSITIONS)
def test_names_of_attachments(tmp_path: Path, case: str) -> None:
    data = mail(TEXT, part(DISPOSITIONS[case], made.xlsx()), headers=HEADERS)
    (met,) = made.collected(tmp_path, "m.eml", data)
    name = OTHER_NAMES.get(case, "甲局.xlsx")
    assert isinstance(met, Found)
    assert (met.name, met.source) == (name, f"{tmp_path}/m.eml › {name}")
    assert met.data == made.xlsx()


def test_a_name_in_raw_utf8(tmp_path: Path) -> None:
    headers = 'Content-Type: application/x\r\nContent-Disposition: attachment; filename="甲局.xlsx"'
    body = b"\r\nContent-Transfer-Encoding: base64\r\n\r\n" + made.wrapped(made.xlsx()).encode()
    data = mail(headers.encode() + body, headers=HEADERS)
    assert made.told(made.collected(tmp_path, "m.eml", data), tmp_path) == [
        ("m.eml › 甲局.xlsx", "甲局.xlsx")
    ]


def test_who_sent_it_and_when_it_came(tmp_path: Path) -> None:
    data = mail(part(DISPOSITIONS["QQ"], made.xlsx()), headers=HEADERS)
    (met,) = made.collected(tmp_path, "m.eml", data)
    assert (met.sender, met.stamp) == ("jia@qq.com", "<tencent_1@qq.com>")
    assert met.received_at == datetime(2026, 11, 21, 1, 30, tzinfo=UTC)
    assert met.sent_at == datetime(2026, 11, 20, 15, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("headers", "received"),
    [
        ("Date: Fri, 20 Nov 2026 23:59:00 +0800", datetime(2026, 11, 20, 15, 59, tzinfo=UTC)),
        ("Date: Fri, 20 Nov 2026 23:59:00 -0000", datetime(2026, 11, 20, 23, 59, tzinfo=UTC)),
        ("Received: nonsense\nDate: yesterday", None),
        ("Date: Fri, 31 Dec 9999 23:00:00 -2300", None),
    ],
)
def test_dates_that_are_there_and_that_are_not(tmp_path: Path, headers: str, received) -> None:
    data = mail(part(DISPOSITIONS["QQ"], made.xlsx()), headers=f"From: a@b\n{headers}")
    (met,) = made.collected(tmp_path, "m.eml", data)
    assert met.received_at == received
    assert met.sender == "a@b"
    assert "-" in met.stamp


def test_a_mail_with_many_things(tmp_path: Path) -> None:
    picture = part('Content-Type: image/png; name="logo.png"\nContent-ID: <1>', b"\x89PNG")
    html = b"Content-Type: text/html\r\n\r\n<img src=cid:1>"
    page = mail(html, picture, kind="multipart/related")
    photo = 'Content-Type: image/jpeg\nContent-Disposition: attachment; filename="表.jpg"'
    zipped = 'Content-Type: application/zip\nContent-Disposition: attachment; filename="a.zip"'
    inner = mail(part(DISPOSITIONS["163, in two pieces"], made.xls()), headers="Subject: 转发")
    forwarded = b"Content-Type: message/rfc822\r\n\r\n" + inner
    as_file = (
        'Content-Type: application/octet-stream\nContent-Disposition: attachment; filename="原.eml"'
    )
    unread = b"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    data = mail(
        page, part(DISPOSITIONS["QQ"], made.xlsx()), part(DISPOSITIONS["QQ"], made.ods()),
        part(zipped, archive(Entry("内/乙.xlsx".encode("gbk"), made.xlsx()))),
        part(photo, b"\xff\xd8\xff"), forwarded, part(as_file, inner),
        unread + made.wrapped(inner).encode(),
        part("Content-Type: application/ms-tnef; name=winmail.dat", b"x\x9f\x3e\x22"),
        part("Content-Type: application/pkcs7-signature; name=smime.p7s", b"x"),
        part("Content-Type: application/pkcs7-mime; name=smime.p7m", b"x"),
        part("Content-Type: application/vnd.ms-excel", made.xls()),
        headers=HEADERS,
    )  # fmt: skip
    met = made.collected(tmp_path, "m.eml", data)
    assert made.told(met, tmp_path) == [
        ("m.eml › 甲局.xlsx", "甲局.xlsx"),
        ("m.eml › 甲局.xlsx (2)", "甲局.xlsx"),
        ("m.eml › a.zip › 内/乙.xlsx", "乙.xlsx"),
        ("m.eml › 表.jpg", "not-a-workbook"),
        ("m.eml › 甲局.xlsx (3)", "甲局.xlsx"),
        ("m.eml › 原.eml › 甲局.xlsx", "甲局.xlsx"),
        ("m.eml › attachment.eml › 甲局.xlsx", "甲局.xlsx"),
        ("m.eml › winmail.dat", "winmail"),
        ("m.eml › smime.p7m", "mail-encrypted"),
        ("m.eml › attachment.xls", "attachment.xls"),
    ]
    assert {item.sender for item in met[:5]} == {"jia@qq.com"}


@pytest.mark.parametrize("body", [b"UEsDB!BQAAAAI", b"UEsDBBQAA", "中文".encode()])
def test_a_damaged_attachment_is_told(tmp_path: Path, body: bytes) -> None:
    head = b"Content-Type: a/b; name=a.xlsx\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    met = made.collected(tmp_path, "m.eml", mail(head + body, headers=HEADERS))
    assert made.told(met, tmp_path) == [("m.eml › a.xlsx", "attachment-damaged")]


def test_a_mail_that_is_cut_off_still_gives_what_came(tmp_path: Path) -> None:
    whole = mail(part(DISPOSITIONS["QQ"], made.xlsx()), part(DISPOSITIONS["QQ"], made.xls()))
    met = made.collected(tmp_path, "m.eml", whole[: len(whole) * 2 // 3])
    assert isinstance(met[0], Found)
    assert met[0].data == made.xlsx()
    assert len(met) == 2


def test_a_mail_with_nothing_is_told(tmp_path: Path) -> None:
    (met,) = made.collected(tmp_path, "m.eml", mail(TEXT, headers=HEADERS))
    assert isinstance(met, Passed)
    assert (met.why, met.sender) == ("mail-without-attachment", "jia@qq.com")


ALONE = {
    "a photo on the page": (
        mail(
            b"Content-Type: text/html\r\n\r\n<img src=cid:1>",
            part('Content-Type: image/jpeg; name="IMG_1.jpg"\nContent-ID: <1>', bytes(60_000)),
            kind="multipart/related",
        ),
        "picture-instead",
    ),
    "a photo that a telephone put between the lines": (
        part('Content-Type: image/jpeg\nContent-Disposition: inline; filename="1.jpg"',
             bytes(60_000)),
        "picture-instead",
    ),
    "a logo": (
        part("Content-Type: image/png; name=logo.png\nContent-ID: <1>", bytes(9_000)),
        "mail-without-attachment",
    ),
    "a logo that is attached and shown": (
        mail(
            b"Content-Type: text/html\r\n\r\n<img src='cid:logo@01'>",
            part(
                "Content-Type: image/png; name=logo.png\nContent-ID: <logo@01>\n"
                "Content-Disposition: attachment; filename=logo.png", bytes(9_000),
            ),
        ),
        "mail-without-attachment",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", ALONE)
def test_a_picture_of_a_form_is_told_and_a_logo_is_passed_over(tmp_path: Path, case: str) -> None:
    piece, why = ALONE[case]
    (met,) = made.collected(tmp_path, "m.eml", mail(TEXT, piece, headers=HEADERS))
    assert isinstance(met, Passed)
    assert (met.why, met.sender) == (why, "jia@qq.com")
    book = part(DISPOSITIONS["QQ"], made.xlsx())
    beside = made.collected(tmp_path, "m.eml", mail(TEXT, piece, book, headers=HEADERS))
    assert [type(item) for item in beside] == [Found]


ARCHIVES = {
    "rar": ("甲局.rar", b"Rar!\x1a\x07\x01\x00", "rar"),
    "7z": ("甲局.7z", b"7z\xbc\xaf\x27\x1c\x00\x04", "7z"),
    "rar under the name of a zip": ("甲局.zip", b"Rar!\x1a\x07\x00", "rar"),
}


@pytest.mark.parametrize("case", ARCHIVES)
def test_archives_that_nothing_here_unpacks_are_told_with_what_to_do(
    tmp_path: Path, case: str
) -> None:
    name, data, kind = ARCHIVES[case]
    packed = part(f'Content-Type: a/b; name="{name}"', data)
    (met,) = made.collected(tmp_path, "m.eml", mail(TEXT, packed, headers=HEADERS))
    assert isinstance(met, Passed)
    assert (met.why, met.detail, met.sender) == ("other-archive", kind, "jia@qq.com")
    assert met.source.endswith(f"m.eml › {name}")
    assert f"（{kind}）" in said(met, "zh").message
    assert "zip 格式" in said(met, "zh").hint


def test_an_attachment_that_is_too_large_keeps_no_other_back(tmp_path: Path) -> None:
    zipped = archive(Entry(b"large.xlsx", bytes(600_000)), Entry(b"a.xlsx", made.xlsx()))
    packed = part("Content-Type: a/b; name=a.zip", zipped)
    data = mail(TEXT, packed, part(DISPOSITIONS["QQ"], made.xlsx()), headers=HEADERS)
    met = made.collected(tmp_path, "m.eml", data, Allowance(max_bytes=500_000))
    assert [end for _, end in made.told(met, tmp_path)] == ["too-large", "a.xlsx", "甲局.xlsx"]


FORWARDS = {
    "within the mail": "Content-Type: message/rfc822\r\n\r\n",
    "as a file": "Content-Type: application/octet-stream; name=a.eml\r\n\r\n",
}


@pytest.mark.parametrize("case", FORWARDS)
def test_of_a_mail_that_is_forwarded_counts_who_sent_it_here_and_when(
    tmp_path: Path, case: str
) -> None:
    """When a mail had come to whoever forwards it says nothing of when it came here."""
    early = "Received: by x; Sun, 01 Nov 2026 08:00:00 +0800\nFrom: yi@qq.com\nMessage-ID: <y@qq>"
    inner = mail(part(DISPOSITIONS["QQ"], made.xlsx()), headers=early)
    data = mail(TEXT, FORWARDS[case].encode() + inner, headers=HEADERS)
    (met,) = made.collected(tmp_path, "m.eml", data)
    assert isinstance(met, Found)
    assert (met.sender, met.stamp) == ("jia@qq.com", "<tencent_1@qq.com>")
    assert met.received_at == datetime(2026, 11, 21, 1, 30, tzinfo=UTC)


def test_a_mail_in_an_archive_counts_as_its_own(tmp_path: Path) -> None:
    """Nobody mailed the archive: a clerk saved it out of the mailbox."""
    data = mail(part(DISPOSITIONS["QQ"], made.xlsx()), headers=HEADERS)
    (met,) = made.collected(tmp_path, "a.zip", archive(Entry(b"m.eml", data)))
    assert (met.sender, met.stamp) == ("jia@qq.com", "<tencent_1@qq.com>")


LINKS = {
    "QQ": "http://mail.qq.com/cgi-bin/ftnExs_download?k=1&amp;t=exs_ftn_download&amp;code=2",
    "163": "https://dashi.163.com/html/cloud-attachment-download/?key=abc",
    "Baidu": "https://pan.baidu.com/s/1abc?pwd=1234",
    "WPS": "https://www.kdocs.cn/l/abc",
    "Tencent": "https://docs.qq.com/sheet/DUabc",
}


@pytest.mark.parametrize("case", LINKS)
def test_links_instead_of_attachments(tmp_path: Path, case: str) -> None:
    body = f'<a href="{LINKS[case]}">下载</a>提取码'.encode("gbk")
    text = b"Content-Type: text/html; charset=gbk\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    data = mail(text + made.wrapped(body).encode(), headers=HEADERS)
    (met,) = made.collected(tmp_path, "m.eml", data)
    assert isinstance(met, Passed)
    assert met.why == "net-disk-link"
    assert met.detail == LINKS[case].replace("&amp;", "&")
    assert met.detail in said(met, "zh").message


def test_links_beside_a_workbook_are_not_told(tmp_path: Path) -> None:
    text = b"Content-Type: text/plain\r\n\r\nhttps://pan.baidu.com/s/1"
    data = mail(text, part(DISPOSITIONS["QQ"], made.xlsx()), headers=HEADERS)
    assert [type(item) for item in made.collected(tmp_path, "m.eml", data)] == [Found]


@pytest.mark.parametrize(
    "text",
    ["https://mail.qq.com/", "https://pan.baidu.com.evil.cn/s/1", "http://[pan.baidu.com/s/1", ""],
)
def test_links_that_lead_to_no_file(text: str) -> None:
    assert disk_links(text) == ()


def test_mails_that_are_none(tmp_path: Path) -> None:
    (met,) = made.collected(tmp_path, "m.eml", b"\r\n\r\nno headers at all")
    assert isinstance(met, Passed)
    assert met.why == "not-a-workbook"


def test_parts_that_stand_in_one_another_without_end(tmp_path: Path) -> None:
    data = TEXT
    for number in range(400):
        data = (
            f"Content-Type: multipart/mixed; boundary=b{number}\r\n\r\n--b{number}\r\n".encode()
            + data
        )
    met = made.collected(tmp_path, "m.eml", b"From: a@b\r\n" + data)
    assert [end for _, end in made.told(met, tmp_path)] in (
        ["damaged"],
        ["mail-without-attachment"],
    )


WHOLE = mail(TEXT, part(DISPOSITIONS["163, in two pieces"], b"PK\x03\x04"), headers=HEADERS)
PIECES = [
    b"=?gbk?B?", b"?=", b"filename*1*=", b"''", b"%", b"\r\n", b"boundary=", b";", b'"', b"\xff",
    b"message/rfc822", b"Content-Transfer-Encoding: x-uuencode\r\n", b"charset=nonsense", b"*",
]  # fmt: skip


@settings(max_examples=300)
@given(st.lists(st.tuples(st.integers(0, len(WHOLE)), st.sampled_from(PIECES)), max_size=5))
def test_mails_that_are_broken_anywhere_give_an_answer(
    tmp_path_factory: pytest.TempPathFactory, broken: list[tuple[int, bytes]]
) -> None:
    data = WHOLE
    for at, piece in broken:
        data = data[:at] + piece + data[at:]
    assert made.collected(tmp_path_factory.mktemp("m"), "m.eml", data)
