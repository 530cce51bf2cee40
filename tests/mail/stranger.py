"""An IMAP server that opens no folder before it was told who asks, as 163 does."""

from __future__ import annotations

import re
import socketserver
import threading
from typing import Self

UNSAFE = "SELECT Unsafe Login. Please contact kefu@188.com for help"


class _Talk(socketserver.StreamRequestHandler):
    """One conversation, of the words that fetching uses."""

    server: Stranger

    def handle(self) -> None:
        self.is_known = False
        self._say("* OK Coremail System IMap Server Ready(163com)")
        for line in iter(self.rfile.readline, b""):
            tag, _, rest = line.decode().strip().partition(" ")
            word = rest.split()[0].upper()
            self.server.heard.append(rest.split()[1] if word == "UID" else word)
            self.server.asked.append(rest)
            answer = self._answer(word, rest)
            self._say(f"{tag} {answer}")
            if word == "LOGOUT":
                return

    def _say(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")

    def _answer(self, word: str, rest: str) -> str:
        match word:
            case "CAPABILITY":
                can = "ID " if self.server.tells else ""
                self._say(
                    f"* CAPABILITY IMAP4rev1 XLIST SPECIAL-USE {can}LITERAL+ STARTTLS UIDPLUS"
                )
            case "LOGIN" if "right" not in rest:
                return "NO LOGIN Login error or password error"
            case "ID":
                self.is_known = bool(re.search(r'\("name" "[^"]+"', rest))
                self._say('* ID ("name" "Coremail Imap" "vendor" "Mailtech")')
            case "SELECT" | "EXAMINE":
                if not self.is_known:
                    return f"NO {UNSAFE}"
                self._say("* 1 EXISTS")
                self._say("* OK [UIDVALIDITY 1] UIDs valid")
            case "UID":
                return self._uid(rest)
            case "LIST":
                self._say('* LIST (\\HasNoChildren) "/" "INBOX"')
            case "LOGOUT":
                self._say("* BYE IMAP4rev1 Server logging out")
        return f"OK {word} completed"

    def _uid(self, rest: str) -> str:
        """Searches are told in several lines, and of other mails in the same breath."""
        mails, asked = self.server.mails, rest.split()[2]
        if "SEARCH" in rest:
            numbers = [uid for uid in mails if asked != "UID" or str(uid) in rest]
            for uid in numbers:
                self._say(f"* SEARCH {uid}")
        elif "RFC822.SIZE" in rest:
            for at, (uid, mail) in enumerate(mails.items(), start=1):
                size = f"RFC822.SIZE {len(mail or b'')}"
                when = 'INTERNALDATE "21-Nov-2026 09:30:00 +0800"'
                self._say(f"* {at} FETCH (UID {uid} {size} {when})")
        elif "BODY.PEEK[]" in rest:
            mail = mails[int(asked)]
            if mail is None:
                return "NO FETCH 邮件读取失败"
            self.wfile.write(b"* 1 FETCH (BODY[] {%d}\r\n%b UID %b)\r\n" % (
                len(mail), mail, asked.encode()
            ))  # fmt: skip
        elif "FETCH" in rest:
            for uid in mails:
                self._say(f"* 1 FETCH (UID {uid} FLAGS (\\Seen))")
        return "OK UID completed"


class Stranger(socketserver.ThreadingTCPServer):
    """Runs while the context is entered; a mail that is None is not given.

    `tells` is whether it says that it knows ID. `asked` are the lines that came.
    """

    daemon_threads = True

    def __init__(self, *mails: bytes | None, tells: bool = True) -> None:
        super().__init__(("127.0.0.1", 0), _Talk)
        self.mails = dict(enumerate(mails, start=1320000001))
        self.tells = tells
        self.heard: list[str] = []
        self.asked: list[str] = []
        self._thread = threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True)

    @property
    def port(self) -> int:
        return self.server_address[1]

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()
        self._thread.join(10)
