"""What is told of a mail that nobody is to read whole: its first sentences, and until when."""

from __future__ import annotations

from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlkit.sources.bodies import gist_of, text_of

LONGEST = 120


@pytest.mark.parametrize(
    ("text", "gist"),
    [
        ("您好！我在休假，12月1日返回。", "我在休假，12月1日返回。"),
        (
            "您好，\n来信收到。本人因公出差。急事请打电话。返回时间：至12月5日。\n此致",
            "来信收到。返回时间：至12月5日。",
        ),
        ("我正在休假，会尽快回复。", "我正在休假，会尽快回复。"),
        ("邮件已收到。\n\n> 请填报\n> 表格见附件", "邮件已收到。"),
        ("已收到。\n\n------------------ 原始邮件 ------------------\n请填报。", "已收到。"),
        ("已收到。\n在 2026年11月20日，财政局写道：\n请于12月10日前报回", "已收到。"),
        ("Hello,\nI am away until 5 December. Call Ann.", "I am away until 5 December. Call Ann."),
        (
            "I am out. Mail is read rarely. Ask Ann. I am back on 5 December.",
            "I am out. I am back on 5 December.",
        ),
        ("", ""),
        ("您好！", ""),
        ("> 只有引文", ""),
    ],
)  # fmt: skip
def test_the_gist(text, gist):
    assert gist_of(text) == gist


@given(st.text())
def test_a_gist_is_one_short_line(text):
    gist = gist_of(text)
    assert len(gist) <= LONGEST
    assert gist.splitlines() in ([], [gist])


def test_a_page_is_read_where_there_is_no_plain_text():
    mail = EmailMessage()
    mail.set_content("<html><body><p>您好！</p><p>我在休假。</p></body></html>", subtype="html")
    assert gist_of(text_of(mail)) == "我在休假。"
