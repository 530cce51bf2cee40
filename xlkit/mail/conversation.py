"""What is asked of an IMAP server, step by step, and how its answers are read."""

from __future__ import annotations

import contextlib
import imaplib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from xlkit.mail.imap import (
    FolderUnknown,
    ImapRefused,
    ImapServer,
    asked,
    connected,
    encoded,
    log_in,
)
from xlkit.mail.lines import Listed, listed, portions, since_day, uid_of
from xlkit.wording import message_file

if TYPE_CHECKING:
    from xlkit.mail.imap import Box, Folder
    from xlkit.mail.secrets import Password

_WHO = '("name" "xlkit" "version" "1" "vendor" "xlkit")'
_INBOXES = frozenset(message_file("mail_signs")["inbox"])


@dataclass
class Conversation:
    """A connection that is logged in; every step opens the folder that it is about.

    Raises `Lost` (an OSError) where the connection ends, `ImapRefused` where the server says no.
    """

    box: Box
    _opened: tuple[str, bool] = ("", False)
    _validity: int = 0
    _real: dict[str, str] = field(default_factory=dict)
    """Names of folders as the server has them, by what was asked for."""

    def open(self, folder: str, *, write: bool = False) -> tuple[str, int]:
        """The folder's name on the server, and its UIDVALIDITY.

        Without `write` the server marks nothing, whatever is read.

        Raises:
            FolderUnknown: there is none of that name.
        """
        # The one name that is the same in any case. Source: RFC 3501 5.1.
        asked_for = "INBOX" if folder.casefold() == "inbox" else folder
        real = self._real.get(asked_for, asked_for)
        if self._opened != (real, write):
            real = self._select(real, write=write)
            self._opened = (real, write)
            self._validity = self._uidvalidity(real)
        return real, self._validity

    def _select(self, folder: str, *, write: bool) -> str:
        try:
            self._selected(folder, write=write)
        except ImapRefused as refused:
            if self._closed_to_strangers(refused):
                self._selected(folder, write=write)
                return folder
            real = self._found(folder)
            if real == folder:
                raise
            self._selected(real, write=write)
            self._real[folder] = real
            return real
        return folder

    def _selected(self, folder: str, *, write: bool) -> None:
        self._opened = ("", False)
        asked("SELECT", lambda: self.box.folder.set(folder, readonly=not write))

    def _closed_to_strangers(self, refused: ImapRefused) -> bool:
        """Whether the server wants to be told who asks (RFC 2971), which is then done.

        163, 126 and yeah.net say "Unsafe Login" until they were told.
        """
        if "unsafe" not in refused.said.lower():
            return False
        self._introduce()
        return True

    def identify(self) -> None:
        """Tells the server which program this is, where it says that it wants to know."""
        if "ID" in self._can():
            self._introduce()

    def _introduce(self) -> None:
        imaplib.Commands.setdefault("ID", ("NONAUTH", "AUTH", "SELECTED"))
        with contextlib.suppress(ImapRefused):
            asked("ID", lambda: self.box.client.xatom("ID", _WHO))

    def _uidvalidity(self, folder: str) -> int:
        """The number under which the numbers of a folder's mails hold; 0 where there is none."""
        _, data = self.box.client.response("UIDVALIDITY")
        if data and data[-1]:
            return int(data[-1])
        with contextlib.suppress(ImapRefused):
            status = asked("STATUS", lambda: self.box.folder.status(folder, ["UIDVALIDITY"]))
            return status.get("UIDVALIDITY", 0)
        return 0

    def folders(self) -> tuple[str, ...]:
        """The folders that can be opened, by their names as people read them."""
        return tuple(item.name for item in self._openable())

    def _openable(self) -> list[Folder]:
        listed = asked("LIST", self.box.folder.list)
        return [item for item in listed if "\\noselect" not in str(item.flags).lower()]

    def _found(self, folder: str) -> str:
        """The server's name of a folder that people call so: its last part is enough."""
        can = self._openable()
        wanted = folder.strip().casefold()
        for name in (item.name for item in can):
            if name.casefold() == wanted or {name.casefold(), wanted} == _INBOXES:
                return name
        ends = [item.name for item in can if _last_part(item).casefold() == wanted]
        if len(ends) == 1:
            return ends[0]
        raise FolderUnknown(folder, tuple(item.name for item in can))

    def listed(self, since: date | None, passed: Callable[[int], bool]) -> Iterator[Listed]:
        """The mails of the open folder that came since a day and are not passed, oldest first."""
        uids = self._search(since_day(since))
        wanted = sorted(uid for uid in uids if not passed(uid))
        for portion in portions(wanted):
            data = self._uid("FETCH", portion, "(UID RFC822.SIZE INTERNALDATE)")
            found = {item.uid: item for item in map(listed, data) if item is not None}
            yield from (found[uid] for uid in portion if uid in found)

    def whole(self, uid: int) -> bytes | None:
        """A mail as it was sent, left unread; None where it is not there any more.

        Raises:
            ImapRefused: the server has it and does not give it.
        """
        return self._part(uid, "BODY.PEEK[]")

    def has(self, uid: int) -> bool:
        """Whether a mail is in the open folder still, as far as the server has noticed."""
        asked("NOOP", self.box.client.noop)
        return uid in self._search(f"UID {uid}")

    def head(self, uid: int) -> bytes:
        """The headers of a mail, left unread; b'' where the server gives none."""
        with contextlib.suppress(ImapRefused):
            return self._part(uid, "BODY.PEEK[HEADER]") or b""
        return b""

    def _part(self, uid: int, part: str) -> bytes | None:
        data = self._uid("FETCH", [uid], f"(UID {part})")
        for item in data:
            is_body = isinstance(item, tuple) and b"BODY[" in item[0].upper()
            if is_body and uid_of(item) in (uid, 0):  # 0: told behind the body
                return bytes(item[1])
        if any(uid_of(item) == uid for item in data):
            raise ImapRefused("FETCH", f"the server gives nothing of mail {uid}")
        return None

    def mark_seen(self, uids: Iterable[int]) -> None:
        """Marks mails of the open folder as read; those that are gone are passed over."""
        for portion in portions(sorted(uids)):
            self._uid("STORE", portion, "+FLAGS", r"(\Seen)")

    def move(self, uids: Iterable[int], folder: str) -> None:
        """Moves mails of the open folder to another, which is made if there is none.

        Where the server cannot move, they are copied, marked as deleted, and expunged alone: what
        somebody else marked as deleted stays. A server that can only expunge everything
        expunges nothing while there is such.
        """
        name = encoded(self._made(folder))
        can = self._can()
        for portion in portions(sorted(uids)):
            if "MOVE" in can:
                self._uid("MOVE", portion, name)
                continue
            # A server may tell of others' mails in the same breath.
            found = set(map(uid_of, self._uid("FETCH", portion, "(UID)")))
            there = [uid for uid in portion if uid in found]
            if not there:
                continue
            self._uid("COPY", there, name)
            deleted = set(self._search("DELETED"))
            self._uid("STORE", there, "+FLAGS", r"(\Deleted)")
            if "UIDPLUS" in can:
                self._uid("EXPUNGE", there)
            elif deleted <= set(there):
                asked("EXPUNGE", self.box.client.expunge)

    def _made(self, folder: str) -> str:
        """The server's name of a folder, which is made if there is none."""
        try:
            return self._found(folder)
        except FolderUnknown as unknown:
            try:
                asked("CREATE", lambda: self.box.folder.create(folder))
            except ImapRefused as refused:
                raise unknown from refused
        with contextlib.suppress(ImapRefused):  # or web mail does not show it
            asked("SUBSCRIBE", lambda: self.box.folder.subscribe(folder, value=True))
        return folder

    def _can(self) -> frozenset[str]:
        """What the server can do for who is logged in."""
        _, data = asked("CAPABILITY", self.box.client.capability)
        return frozenset(b" ".join(filter(None, data)).decode("ascii", "replace").upper().split())

    def _search(self, criteria: str) -> list[int]:
        """The numbers of the mails that are asked for, told in however many lines.

        Without a CHARSET, which some servers refuse.
        """
        data = asked("SEARCH", lambda: self.box.client.uid("SEARCH", criteria))[1]
        return [int(number) for line in data if line for number in line.split()]

    def _uid(self, command: str, uids: Sequence[int], *rest: str) -> list[Any]:
        numbers = ",".join(map(str, uids))
        return list(asked(command, lambda: self.box.client.uid(command, numbers, *rest))[1])

    def close(self) -> None:
        """Says good-bye; a connection that is gone already is no trouble."""
        try:
            self.box.logout()
        except Exception:  # noqa: BLE001
            with contextlib.suppress(OSError):
                self.box.client.shutdown()


def converse(server: ImapServer, password: Password) -> Conversation:
    """A connection to a server, logged in and with the server told who asks.

    Raises:
        OSError: no such host, nothing listens, no certificate that is trusted, no answer in time.
        ImapRefused: the server refuses STARTTLS or the login.
    """
    conversation = Conversation(connected(server))
    try:
        log_in(conversation.box, server, password)
        conversation.identify()
    except BaseException:
        conversation.close()
        raise
    return conversation


def _last_part(folder: Folder) -> str:
    return folder.name.rpartition(folder.delim)[2] if folder.delim else folder.name
