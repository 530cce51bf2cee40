"""What mailboxes of the demo answer by themselves: that nobody has them, or is there."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import format_datetime

from xlkit.demo.post_office import Answer, PostOffice
from xlkit.wording import word

#: As Postfix writes them; what is in braces differs from one to the next.
_BOUNCE = """\
From: MAILER-DAEMON@example.cn
To: {to}
Subject: Undelivered Mail Returned to Sender
Date: {moment}
Message-ID: <{mark}.bounce@example.cn>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="bounce"

--bounce
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

<{address}>: {why}

--bounce
Content-Type: message/delivery-status

Reporting-MTA: dns; example.cn

Final-Recipient: rfc822; {address}
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; {why}

--bounce
Content-Type: text/rfc822-headers

Message-ID: {about}

--bounce--
"""


def lost(address: str, why: str, office: PostOffice) -> Answer:
    """What comes back from an address that nobody has."""

    def answer(sender: str, data: bytes) -> bytes:
        about = mail_of(data)["Message-ID"]
        moment = format_datetime(office.clock())
        mark = about.strip("<>").partition("@")[0]
        text = _BOUNCE.format(
            to=sender, moment=moment, mark=mark, address=address, why=why, about=about
        )
        return text.replace("\n", "\r\n").encode("ascii")

    return answer


def away(address: str, text: str, office: PostOffice, language: str) -> Answer:
    """What the mailbox of somebody who is away answers to the first mail, which it keeps."""

    def answer(sender: str, data: bytes) -> bytes:
        office.answers.pop(address)
        office.deliver(address, data)
        came = mail_of(data)
        mail = EmailMessage(policy.SMTP)
        mail["From"] = address
        mail["To"] = sender
        mail["Subject"] = word("away", language, file="demo", title=str(came["Subject"]))
        mail["Date"] = office.clock()
        mail["Message-ID"] = came["Message-ID"].replace("<", "<away.")
        mail["In-Reply-To"] = came["Message-ID"]
        mail["Auto-Submitted"] = "auto-replied"
        mail.set_content(text)
        return mail.as_bytes()

    return answer


def mail_of(data: bytes) -> EmailMessage:
    """A mail as Python's own parser reads it: a witness that is not the program's."""
    found = message_from_bytes(data, policy=policy.default)
    assert isinstance(found, EmailMessage)
    return found
