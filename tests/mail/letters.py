"""Mails that tests send."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from xlkit.mail import Attachment, Mailbox, Message, Sender, message_id

SHANGHAI = timezone(timedelta(hours=8))
NOON = datetime(2026, 11, 21, 12, 0, 5, tzinfo=SHANGHAI)
SENDER = Sender(address="budget@example.com", name="鄂州市财政局预算科")


def letter(number: int = 1, **changes) -> Message:
    """A mail to a unit; number by number they differ."""
    given = {
        "message_id": message_id(b"k", "2026", "issue", str(number), domain="example.com"),
        "to": (Mailbox(f"unit{number}@example.com", "鄂州市经济和信息化局"),),
        "subject": "请填报2026年度部门整体绩效目标表",
        "text": "您好！\n请填写附件。\n",
        "date": NOON,
        "attachments": (Attachment("301-鄂州市经济和信息化局.xlsx", b"PK\x03\x04\r\n.\n\r\x00"),),
    }
    return Message(**(given | changes))
