"""The mailboxes of those whom a guide is about: the bureau's, and one for each department."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import keyring
import pytest

from tests.mail.keyrings import Memory
from xlkit.demo.post_office import HOST, PostOffice

SECRET = "abcdefghijklmnop"
#: What stands for the password in a guide.
WORD = "授权码"
_SETTING = re.compile(r"(?m)^(?P<key>host|port|ca|per_minute) = [^#\n]*")


class Correspondence:
    """Real servers with a mailbox per address; the bureau's settings are turned to them."""

    def __init__(self, office: PostOffice, patch: pytest.MonkeyPatch) -> None:
        self.office = office
        self._patch = patch
        self._answered: set[str] = set()

    def paste_password(self) -> None:
        """Lays what somebody pastes where the program asks for a password."""
        self._patch.setattr("sys.stdin", io.StringIO(f"{SECRET}\n"))

    def own_servers(self, settings: Path) -> None:
        """Puts these servers into a mail.toml that was just written, as one with servers of
        its own does in an editor."""
        text = settings.read_text(encoding="utf-8")
        out, mark, into = text.partition("\n[imap]\n")
        assert mark, f"{settings}: there is no server to fetch from"
        parts = (
            _SETTING.sub(self._setting(port), part)
            for part, port in ((out, self.office.smtps_port), (into, self.office.imaps_port))
        )
        settings.write_text(mark.join(parts), encoding="utf-8")

    def _setting(self, port: int) -> Callable[[re.Match[str]], str]:
        values = {
            "host": f'"{HOST}"',
            "port": str(port),
            "ca": f'"{self.office.authority.as_posix()}"',
            "per_minute": "1000",
        }
        return lambda match: f"{match['key']} = {values[match['key']]} "

    def answer(self, bureau: str, filled: Callable[[str, bytes, bool], bytes | None]) -> None:
        """Has every department answer each mail that brought it a workbook, once.

        `filled` gives the workbook that an address sends back, of the one that it got and of
        whether that is a correction, or None where it sends nothing.
        """
        for address in self.office.boxes:
            if address == bureau:
                continue
            for mail in self.letters(address):
                self._reply(bureau, address, mail, filled)

    def letters(self, address: str) -> Iterator[EmailMessage]:
        """The mails of an inbox, as a mail program reads them."""
        for data in self.office.letters(address):
            mail = message_from_bytes(data, policy=policy.default)
            assert isinstance(mail, EmailMessage)
            yield mail

    def _reply(
        self,
        bureau: str,
        address: str,
        mail: EmailMessage,
        filled: Callable[[str, bytes, bool], bytes | None],
    ) -> None:
        books = [part.get_content() for part in mail.iter_attachments()]
        if str(mail["Message-ID"]) in self._answered or not books:
            return
        book = filled(address, books[0], mail["In-Reply-To"] is not None)
        if book is None:
            return
        self._answered.add(str(mail["Message-ID"]))
        reply = EmailMessage()
        reply["From"], reply["To"] = address, bureau
        reply["Subject"] = f"回复：{mail['Subject']}"
        reply["Message-ID"] = f"<{len(self._answered)}.{address}>"
        reply["In-Reply-To"] = str(mail["Message-ID"])
        reply.set_content("请查收。")
        reply.add_attachment(
            book, maintype="application", subtype="octet-stream", filename="填好的表.xlsx"
        )
        self.office.deliver(bureau, reply.as_bytes())


@contextmanager
def correspondence(
    addresses: Iterator[str] | list[str], patch: pytest.MonkeyPatch
) -> Iterator[Correspondence]:
    """A post office with those mailboxes, and a keyring that forgets at the end."""
    for name in ("XLKIT_MAIL_PASSWORD", "XLKIT_SMTP_PASSWORD", "XLKIT_IMAP_PASSWORD"):
        patch.delenv(name, raising=False)
    before = keyring.get_keyring()
    keyring.set_keyring(Memory())
    try:
        with PostOffice(dict.fromkeys(addresses, SECRET)) as office:
            yield Correspondence(office, patch)
    finally:
        keyring.set_keyring(before)
