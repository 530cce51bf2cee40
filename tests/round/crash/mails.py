"""Kills a round's sending, fetching and marking of mail at their steps, and runs them again.

python -m tests.round.crash.mails --number 200 [--seed S] [--command send] [--command fetch]

A step is what `points` counts (files, statements, commits), and every word to a mail server and
from it. The servers are real and outlive the process; each kill has servers of its own.
"""

from __future__ import annotations

import argparse
import imaplib
import json
import shutil
import smtplib
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from functools import cached_property
from pathlib import Path
from typing import Any

from tests.round.crash.points import Points
from tests.round.crash.trial import Trial, apart, load_all, spread
from tests.round.desk import FINANCE, SECRET, UNITS, Bureau, Clock, filled
from xlkit.demo.post_office import HOST, PostOffice
from xlkit.ledger.mails import MailCame, MailDone, Posted, Posting
from xlkit.ledger.records import Received, Seen
from xlkit.mail import MailSettings, Password, Security, Sender, Smtp, SmtpOutbox
from xlkit.mail.fetching import Inbox
from xlkit.mail.imap import ImapServer
from xlkit.round.covers import issued_parcels
from xlkit.round.desk import Round
from xlkit.round.fetching import fetch
from xlkit.round.issuing import issue
from xlkit.round.mailing import post
from xlkit.round.posts import Fate
from xlkit.round.present import present

COMMANDS = ("send", "fetch")
#: Where programs speak with mail servers, and hear from them.
_WORDS = (
    (smtplib.SMTP, "send"),
    (smtplib.SMTP, "getreply"),
    (imaplib.IMAP4, "send"),
    (imaplib.IMAP4, "_get_response"),
)


@dataclass
class Stage:
    """A round whose workbooks are to be mailed, or whose returns lie in the mailbox."""

    command: str
    home: Path
    seed: int = 0

    def __post_init__(self) -> None:
        self._before, self.path = self.home / "before" / "round", self.home / "round"
        self._before.parent.mkdir(parents=True)
        apart(lambda: _prepare(self._before))
        with self._laid() as office:
            self.steps: Sequence[str] = self._run(office, 0)
            wrong = [*self._twice(office), *self._missing(office)]
            assert not wrong, wrong

    @contextmanager
    def _laid(self) -> Iterator[PostOffice]:
        """The round as it was before, and servers whose mailboxes are as they were."""
        shutil.rmtree(self.path, ignore_errors=True)
        shutil.copytree(self._before, self.path)
        boxes = dict.fromkeys([FINANCE, *UNITS.values()], SECRET)
        with PostOffice(boxes, clock=Clock()) as office:
            if self.command == "fetch":
                for mail in self._mails:
                    office.deliver(FINANCE, mail)
            yield office

    @cached_property
    def _mails(self) -> tuple[bytes, ...]:
        """The mailbox: a return of every unit, one of them twice, and a mail of something else."""
        told = self.home / "mails"
        apart(lambda: _write_mails(self._before, told))
        return tuple(file.read_bytes() for file in sorted(told.iterdir()))

    def chosen(self, number: int) -> tuple[int, ...]:
        return spread(len(self.steps), number, f"{self.seed} {self.command}")

    def trial(self, point: int) -> Trial:
        wrong: list[str] = []
        try:
            with self._laid() as office:
                self._run(office, point)
                wrong += (f"after the kill: {said}" for said in self._twice(office))
                self._run(office, 0)
                wrong += self._twice(office)
                wrong += self._missing(office)
        except Exception as error:  # noqa: BLE001  (whatever it is, it is what is to be found)
            wrong.append(f"{type(error).__name__}: {error}")
        return Trial(self.command, point, self.steps[point - 1], tuple(wrong))

    def _run(self, office: PostOffice, die_at: int) -> list[str]:
        told = self.home / "steps.json"
        ports = {"smtp": office.smtp_port, "imap": office.imaps_port}
        authority = str(office.authority)

        def act() -> None:
            points = Points(self.path, die_at, self.seed)
            points.watch()
            for owner, name in _WORDS:
                setattr(owner, name, points.wrapped(f"mail {name}", getattr(owner, name)))
            with Bureau(self.path, Clock()).work() as round_:
                _ACTS[self.command](round_, ports, authority)
            points.end()
            told.write_text(json.dumps(points.met), encoding="utf-8")

        apart(act, dies=die_at > 0)
        found: list[str] = json.loads(told.read_text(encoding="utf-8"))
        return found

    def _records(self, kind: type[Any]) -> list[Any]:
        with Bureau(self.path, Clock()).work() as round_:
            return [entry.record for entry in round_.ledger.entries(round_.id, kind)]

    def _twice(self, office: PostOffice) -> Iterator[str]:
        """What came twice, or is told of without having happened."""
        if self.command == "send":
            yield from self._sent_twice(office)
            return
        received = Counter(item.sha256 for item in self._records(Received))
        yield from (f"{digest} was received {n} times" for digest, n in received.items() if n > 1)
        files = {item.source.split(" › ")[0].rpartition("/")[2] for item in self._records(Seen)}
        safe = [item for item in self._records(MailCame) if item.file in files]
        if len(marks := _marked(office)) > len(safe):
            yield f"{len(marks)} mails are marked, and {len(safe)} have their receipts"
        if len(office.letters(FINANCE)) != len(self._mails):
            yield "mails are gone from the mailbox"

    def _sent_twice(self, office: PostOffice) -> Iterator[str]:
        taken = {item.unit for item in self._records(Posted) if item.outcome == "taken"}
        posted = {item.unit for item in self._records(Posting)}
        for code, address in UNITS.items():
            letters = len(office.letters(address))
            if letters > 1:
                yield f"{code} has {letters} mails"
            if letters and code not in posted:
                yield f"{code} has a mail that the ledger does not know of"
            if code in taken and not letters:
                yield f"{code} has no mail, and the ledger says so"

    def _missing(self, office: PostOffice) -> Iterator[str]:
        """What a run to the end left undone, and says nothing of."""
        if self.command == "send":
            with Bureau(self.path, Clock()).work() as round_:
                unsure = {
                    item.code
                    for item in present(round_)[0]
                    if item.posts and item.posts[-1].fate is Fate.UNSURE
                }
            for code, address in UNITS.items():
                if not office.letters(address) and code not in unsure:
                    yield f"{code} has no mail, and nobody is told"
            if len(unsure) > 1:
                yield f"of one kill {len(unsure)} mails are unsure"
            return
        if (came := len(self._records(Received))) != len(UNITS):
            yield f"{came} workbooks were received"
        if (marked := len(_marked(office))) != len(UNITS) + 1:
            yield f"{marked} mails are marked"
        if (told := len(self._records(MailDone))) != len(UNITS) + 1:
            yield f"the ledger tells of {told} marks"


def _prepare(path: Path) -> None:
    bureau = Bureau(path)
    bureau.open()
    with bureau.work() as round_:
        issue(round_)


def _write_mails(path: Path, place: Path) -> None:
    place.mkdir()
    bureau = Bureau(path)
    for number, code in enumerate([*UNITS, "301"]):
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = UNITS[code], FINANCE, f"报送 {code}"
        mail["Message-ID"] = f"<{number}@example.cn>"
        mail.set_content("请查收。")
        mail.add_attachment(
            filled(bureau.issued(code)), maintype="application", subtype="x", filename="a.xlsx"
        )
        (place / f"{number}.eml").write_bytes(mail.as_bytes())
    private = EmailMessage()
    private["From"], private["To"], private["Subject"] = "f@example.org", FINANCE, "周末"
    private.set_content("一起吃饭吗？")
    (place / "9.eml").write_bytes(private.as_bytes())


def _send(round_: Round, ports: Mapping[str, int], authority: str) -> None:
    from xlkit.mail.trust import trust

    server = Smtp(host=HOST, port=ports["smtp"], security=Security.STARTTLS, user=FINANCE)
    settings = MailSettings(sender=Sender(address=FINANCE), smtp=server)
    with SmtpOutbox(settings, Password(SECRET, "test"), context=trust(authority)) as outbox:
        outbox.connect()
        post(round_, issued_parcels(round_), outbox, settings.sender)


def _fetch(round_: Round, ports: Mapping[str, int], authority: str) -> None:
    from xlkit.mail.trust import trust

    server = ImapServer(HOST, ports["imap"], FINANCE, timeout=20, context=trust(authority))
    with Inbox(server, Password(SECRET, "test")) as inbox:
        fetch(round_, inbox)


_ACTS = {"send": _send, "fetch": _fetch}


def _marked(office: PostOffice) -> list[str]:
    """The mails that are marked as read, as somebody sees them who looks."""
    box = imaplib.IMAP4(HOST, office.imap_port)
    try:
        box.login(FINANCE, SECRET)
        box.select("INBOX", readonly=True)
        _, found = box.uid("SEARCH", "SEEN")
        return [uid.decode() for uid in (found[0] or b"").split()]
    finally:
        box.logout()


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.round.crash.mails")
    parser.add_argument("--number", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--command", choices=COMMANDS, action="append")
    asked = parser.parse_args()
    began, kills, lost = time.monotonic(), 0, 0
    commands = asked.command or list(COMMANDS)
    load_all()
    with tempfile.TemporaryDirectory(prefix="xlkit-crash-") as home:
        for command in commands:
            stage = Stage(command, Path(home, command), asked.seed)
            done = [stage.trial(point) for point in stage.chosen(asked.number // len(commands))]
            wrong = [trial for trial in done if trial.wrong]
            kills, lost = kills + len(done), lost + len(wrong)
            print(
                f"{command:<8}{len(stage.steps):>6} steps{len(done):>6} kills{len(wrong):>6} lost"
            )
            for trial in wrong:
                print(f"  before step {trial.point}, {trial.step!r}:", *trial.wrong, sep="\n    ")
            kinds = Counter(trial.step for trial in done).most_common()
            print("  killed at:", ", ".join(f"{step} {number}" for step, number in kinds))
    print(f"{kills} kills, {lost} with a loss, seed {asked.seed}, {time.monotonic() - began:.0f} s")
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main())
