"""A post office on this machine: real IMAP and SMTP servers with a mailbox per address.

For tests and for the demo. Dovecot serves the mailboxes, an SMTP server takes mails for them;
both listen on loopback, with TLS by a certificate that is made on the spot.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import re
import shutil
import socket
import ssl
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from xlkit.demo import dovecot
from xlkit.demo.certificate import certificate
from xlkit.demo.smtp_server import Mood, Post, listening
from xlkit.errors import UsageError
from xlkit.sentences import English

HOST = "127.0.0.1"
_NOBODY = ("nobody", "nogroup")
_MIB = 1 << 20

Answer = Callable[[str, bytes], bytes]
"""What a mailbox answers by itself: takes the sender's address and the mail, gives a mail."""


@dataclass
class PostOffice:
    """Servers that run while the context is entered; `boxes` are passwords by address.

    `capabilities` is what the IMAP server says it can do, if not the truth.
    """

    boxes: Mapping[str, str] = field(repr=False)
    capabilities: str = ""
    most_bytes: int = 50 * _MIB
    mood: Mood = field(default_factory=Mood)
    answers: dict[str, Answer] = field(default_factory=dict)
    """Addresses that answer mails by themselves: bounces, notes of people who are away."""
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    """When mails come."""
    folder: Path = field(init=False)
    imap_port: int = field(init=False)
    imaps_port: int = field(init=False)
    smtp_port: int = field(init=False)
    smtps_port: int = field(init=False)
    _all: contextlib.ExitStack = field(init=False, repr=False)
    _number: Iterator[int] = field(default_factory=itertools.count, repr=False)

    def __enter__(self) -> Self:
        """Starts both servers.

        Raises:
            UsageError: Dovecot or aiosmtpd is not installed, or does not start.
        """
        program, version = dovecot.dovecot()
        with contextlib.ExitStack() as stack:
            # Paths of sockets end at 108 bytes, so this is not in a folder of the caller.
            self.folder = Path(tempfile.mkdtemp(prefix="xlkit-post-"))
            stack.callback(shutil.rmtree, self.folder, ignore_errors=True)
            self.imap_port, self.imaps_port, self.smtp_port, self.smtps_port = _free_ports(4)
            self._lay_out(version)
            process = dovecot.start(program, self.folder, _owner(), self.imap_port)
            stack.callback(dovecot.stop, process)
            self._serve_smtp(stack)
            self._all = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        self._all.close()

    def _lay_out(self, version: tuple[int, int, int]) -> None:
        made = certificate()
        ports = dovecot.Ports(self.imap_port, self.imaps_port)
        text = dovecot.configuration(self.folder, version, ports, _owner(), self.capabilities)
        files = {
            "ca.pem": made.authority, "server.pem": made.server, "server.key": made.key,
            "users": self._users().encode(), "dovecot.conf": text.encode(),
        }  # fmt: skip
        for name in ("run", "mail"):
            (self.folder / name).mkdir()
        for name, data in files.items():
            (self.folder / name).write_bytes(data)
        _give(self.folder, *self.folder.iterdir())
        for address in self.boxes:
            self._box(address)

    def _users(self) -> str:
        return "".join(
            f"{address.lower()}:{{PLAIN}}{word}\n" for address, word in self.boxes.items()
        )

    def _serve_smtp(self, stack: contextlib.ExitStack) -> None:
        passwords = {address.lower(): word for address, word in self.boxes.items()}
        post = Post(passwords, self.knows, self._take, self.mood)
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(self.folder / "server.pem", self.folder / "server.key")
        try:
            for port, tls in ((self.smtp_port, False), (self.smtps_port, True)):
                server = listening(post, port, context, tls=tls, most=self.most_bytes)
                stack.callback(server.stop)
        except ImportError as error:
            raise UsageError(
                English(
                    "aiosmtpd, the SMTP server, is not installed: pip install 'xlkit[mail-demo]'"
                )
            ) from error

    @property
    def authority(self) -> Path:
        """The certificate of who vouches for the servers, for clients that take a file."""
        return self.folder / "ca.pem"

    def trust(self) -> ssl.SSLContext:
        """What a client needs to believe the servers, and nobody else."""
        return ssl.create_default_context(cafile=str(self.authority))

    def knows(self, address: str) -> bool:
        """Whether there is a mailbox of that address."""
        return address.lower() in {item.lower() for item in self.boxes}

    def deliver(self, address: str, data: bytes) -> None:
        """Puts a mail into a mailbox as it is; KeyError where there is no such mailbox."""
        if not self.knows(address):
            raise KeyError(address)
        box = self._box(address)
        name = f"{next(self._number):08}.xlkit.localhost"
        part, place = box / "tmp" / name, box / "new" / name
        part.write_bytes(data.replace(b"\r\n", b"\n"))
        os.utime(part, (self.clock().timestamp(),) * 2)  # Dovecot tells it as the time of arrival
        _give(part)
        part.replace(place)

    def _take(self, sender: str, address: str, data: bytes) -> None:
        """What the SMTP server does with a mail that it took."""
        answer = self.answers.get(address.lower())
        if answer is None:
            self.deliver(address, self._came(sender, data))
        elif self.knows(sender):
            self.deliver(sender, self._came("", answer(sender, data)))

    def _came(self, sender: str, data: bytes) -> bytes:
        """A mail with the lines that a server puts before it."""
        moment = format_datetime(self.clock())
        lines = f"Return-Path: <{sender}>\r\nReceived: by localhost (xlkit demo); {moment}\r\n"
        return lines.encode("utf-8") + data

    def letters(self, address: str) -> list[bytes]:
        """The mails in the inbox of an address, in the order that they came, line ends as CRLF."""
        box = self._box(address)
        files = sorted((*(box / "new").iterdir(), *(box / "cur").iterdir()), key=lambda p: p.name)
        return [file.read_bytes().replace(b"\n", b"\r\n") for file in files]

    def renumber(self, address: str) -> None:
        """Loses the numbers that mails of an inbox have, so that the server gives new ones."""
        box = self._box(address)
        numbers = box / "dovecot-uidlist"
        first, _, rest = numbers.read_text("ascii").partition("\n")
        validity = re.sub(r"V(\d+)", lambda match: f"V{int(match[1]) + 1}", first)
        for file in box.glob("dovecot.index*"):
            file.unlink()
        numbers.write_text(f"{validity}\n{rest}", "ascii")

    def _box(self, address: str) -> Path:
        box = self.folder / "mail" / address.lower()
        if not box.is_dir():
            folders = (box, *(box / name for name in ("tmp", "new", "cur")))
            for item in folders:
                item.mkdir()
            _give(*folders)
        return box


def _owner() -> tuple[str, str]:
    """Who the IMAP server runs as, and its group: whoever starts it, and for root nobody."""
    if not hasattr(os, "geteuid"):  # pragma: no cover  (dovecot() has said that Windows has none)
        return _NOBODY
    import grp
    import pwd

    if os.geteuid():
        me = pwd.getpwuid(os.geteuid())
        return me.pw_name, grp.getgrgid(os.getegid()).gr_name
    nobody = pwd.getpwnam(_NOBODY[0])
    return nobody.pw_name, grp.getgrgid(nobody.pw_gid).gr_name


def _give(*paths: Path) -> None:
    """Makes paths the IMAP server's own, where it runs as somebody else."""
    if not os.geteuid():
        user, group = _owner()
        for path in paths:
            shutil.chown(path, user, group)


def _free_ports(number: int) -> list[int]:
    with contextlib.ExitStack() as stack:
        taken = [stack.enter_context(socket.socket()) for _ in range(number)]
        for item in taken:
            item.bind((HOST, 0))
        return [item.getsockname()[1] for item in taken]
