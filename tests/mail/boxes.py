"""Mailboxes of the tests, mails in them, and ways to them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage

from imap_tools import MailBox, MailBoxUnencrypted

from xlkit.demo.post_office import HOST, PostOffice
from xlkit.mail.fetching import Inbox
from xlkit.mail.imap import ImapServer
from xlkit.mail.secrets import Password

PASSWORD = "授权码abc"
_NAMES = [f"unit{number:03}@cz.gov.cn" for number in range(60)]
BOXES = dict.fromkeys([*_NAMES, "finance@qq.com"], "abc\u0064")
BOXES["zh@cz.gov.cn"] = PASSWORD
_free: Iterator[str] = iter(_NAMES)


def fresh() -> str:
    """An address whose mailbox no other test has seen."""
    return next(_free)


_number = itertools.count()


def letter(subject: str, body: str = "表格见附件。", *, size: int = 0) -> bytes:
    """A mail with line ends as mails have them."""
    mail = EmailMessage()
    mail["From"] = "甲局 <jia@qq.com>"
    mail["To"] = "bureau@cz.gov.cn"
    mail["Subject"] = subject
    mail["Message-ID"] = f"<{next(_number)}@qq.com>"
    mail["Date"] = "Sat, 21 Nov 2026 09:30:00 +0800"
    mail.set_content(body + "\n" + ("x" * 70 + "\n") * (size // 71))
    return mail.as_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def secret(text: str) -> Password:
    return Password(text, "test")


def server(office: PostOffice, user: str, **changes) -> ImapServer:
    said = {
        "host": HOST, "port": office.imaps_port, "user": user, "context": office.trust(),
        "timeout": 10,
    }  # fmt: skip
    return ImapServer(**(said | changes))


def inbox(office: PostOffice, user: str, **changes) -> Inbox:
    """A mailbox to be entered, of nobody who waits."""
    return Inbox(server(office, user), secret(BOXES[user]), **({"sleep": lambda _: None} | changes))


@contextmanager
def clerk(office: PostOffice, user: str) -> Iterator[MailBox]:
    """The mailbox as somebody sees it who looks into it with a mail program."""
    with MailBoxUnencrypted(HOST, office.imap_port).login(user, BOXES[user]) as box:
        yield box


def seen(office: PostOffice, user: str, folder: str = "INBOX") -> dict[str, bool]:
    """Whether each mail of a folder is marked as read, by subject."""
    with clerk(office, user) as box:
        box.folder.set(folder)
        return {item.subject: "\\Seen" in item.flags for item in box.fetch(mark_seen=False)}
