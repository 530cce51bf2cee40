"""The round by mail: the bureau and its departments at the mailboxes of real servers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from email import policy
from email.message import EmailMessage
from itertools import count
from pathlib import Path

from xlkit.demo import script
from xlkit.demo.by_hand import Brought, archives, dispatched
from xlkit.demo.department import Departments
from xlkit.demo.machines import away, lost, mail_of
from xlkit.demo.packing import Letter
from xlkit.demo.post_office import HOST, PostOffice
from xlkit.demo.script import Day, Note, Packing, Workbook
from xlkit.errors import RoundError
from xlkit.files import write_whole
from xlkit.identity import Identity
from xlkit.ledger.records import Dispatched, DispatchKind
from xlkit.mail import (
    Imap,
    Mailbox,
    MailSettings,
    Message,
    Outcome,
    Password,
    Security,
    Sender,
    Smtp,
    SmtpOutbox,
    mail_toml,
)
from xlkit.mail.fetching import Fetched, Inbox
from xlkit.mail.imap import ImapServer
from xlkit.roster import read_roster
from xlkit.round.collecting import Collected
from xlkit.round.covers import Parcel
from xlkit.round.desk import Round
from xlkit.round.fetching import Mails, fetch
from xlkit.round.mailing import post
from xlkit.round.present import unit_of
from xlkit.round.standing import Standing
from xlkit.rules.registry import load_checked
from xlkit.sentences import English
from xlkit.template.content import Content
from xlkit.wording import word

Telling = Callable[[Round, Mails], Iterable[str]]
"""What is said of mails that were fetched."""

_PASSWORD = Password("demo", "demo")
_AUTHORITY = "ca.pem"
_WHOLE = policy.SMTP.clone(cte_type="7bit")


def post_office(play: script.Play) -> PostOffice:
    """The servers, with a mailbox for everybody who writes or is written to.

    Entering it raises UsageError where a server is not installed; says which, and how it is.
    """
    units = read_roster(script.roster(), load_checked(play.form)).units
    strangers = [item.sender for day in play.days for item in day.came]
    strangers += [item.sender for day in play.days for item in day.notes]
    addresses = (
        play.post.address,
        *(address for unit in units for address in unit.emails),
        *play.post.lost,
        *filter(None, strangers),
    )
    return PostOffice(dict.fromkeys(addresses, _PASSWORD.reveal()))


@dataclass
class ByMail:
    """Everything goes through mailboxes; `mails` are those of departments, as far as known."""

    round_: Round
    departments: Departments
    office: PostOffice
    settings: MailSettings
    telling: Telling
    by_mail: bool = True
    mails: dict[str, list[EmailMessage]] = field(default_factory=dict, repr=False)

    @classmethod
    def of(
        cls,
        round_: Round,
        departments: Departments,
        play: script.Play,
        office: PostOffice,
        telling: Telling,
    ) -> ByMail:
        """The bureau's settings in its `mail.toml`, and who does not read mails by himself."""
        folder, language = round_.folder, round_.language
        (folder.path / _AUTHORITY).write_bytes(office.authority.read_bytes())
        settings = _settings(office, Sender(address=play.post.address, name=play.sender[language]))
        write_whole(folder.mail_settings, mail_toml(settings, language).encode("utf-8"))
        for address, why in play.post.lost.items():
            office.answers[address] = lost(address, why, office)
        for code, text in play.post.away.items():
            (address,) = unit_of(round_, code).unit.emails
            office.answers[address] = away(address, text, office, language)
        return cls(round_, departments, office, MailSettings.read(folder.mail_settings), telling)

    def issued(self, standing: Standing, wanted: Workbook) -> tuple[Identity, Content]:
        sent = standing.issues[0 if wanted is Workbook.FIRST else -1]
        return self.departments.received(self._taken_out(standing, sent))

    def correction(self, standing: Standing) -> bytes:
        return self._taken_out(standing, dispatched(standing, DispatchKind.CORRECTION))

    def bring(self, day: Day, brought: Sequence[Brought]) -> None:
        number = count(1)
        single = [item for item in brought if item.sending.packing is not Packing.ZIP]
        for item in single:
            self._hand_in(day, item, (item.sending.file, item.data), next(number))
        for name, first, data in archives(brought, day):
            self._hand_in(day, first, (name, data), next(number))
        for note in day.notes:
            self._write(day, note, next(number))

    def collect(self) -> tuple[Collected, tuple[str, ...]]:
        imap = self.settings.imap
        assert imap is not None, "it was written so"
        with Inbox(ImapServer.of(imap), _PASSWORD, imap.folders) as inbox:
            mails = fetch(self.round_, inbox, move_to=imap.move_to)
        return mails.collected, tuple(self.telling(self.round_, mails))

    def send(self, parcels: Sequence[Parcel]) -> tuple[str, ...]:
        self.mails.clear()
        with SmtpOutbox(self.settings, _PASSWORD, language=self.round_.language,
                        context=self.office.trust()) as outbox:  # fmt: skip
            done = post(self.round_, parcels, outbox, self.settings.sender)
        sent = sum(item.delivery is not None and item.delivery.outcome is Outcome.TAKEN
                   for item in done)  # fmt: skip
        return (self._word("did_send", sent=str(sent), unsent=str(len(done) - sent)),)

    def _taken_out(self, standing: Standing, sent: Dispatched) -> bytes:
        """A workbook out of a department's mailbox.

        Raises:
            RoundError: it did not get there.
        """
        wanted = Path(sent.file).name
        for mail in reversed(self._mailbox(standing)):
            for part in mail.iter_attachments():
                if part.get_filename() == wanted:
                    data: bytes = part.get_content()
                    return data
        raise RoundError(English(f"no mail brought {wanted} to {standing.code}"))

    def _mailbox(self, standing: Standing) -> list[EmailMessage]:
        """The mails that lie in a department's mailbox, the oldest first."""
        (address,) = standing.unit.emails
        if address not in self.mails:
            server = ImapServer(HOST, self.office.imaps_port, address, context=self.office.trust())
            with Inbox(server, _PASSWORD) as inbox:
                found = list(inbox.new(()))
            self.mails[address] = [mail_of(it.data) for it in found if isinstance(it, Fetched)]
        return self.mails[address]

    def _hand_in(self, day: Day, item: Brought, file: tuple[str, bytes], number: int) -> None:
        """Answers the department's last mail with a file."""
        (own,) = item.standing.unit.emails
        sender = item.sending.sender or own
        before = self._mailbox(item.standing)[-1]
        letter = Letter(
            sender=sender,
            to=self.settings.sender.address,
            title=self._word("answer", title=str(before["Subject"])),
            text=item.standing.unit.name,
            day=day.day,
            mark=f"{number}.{item.standing.code}",
            before=before,
            file=file,
        )
        if item.sending.is_forwarded:
            letter = Letter(
                sender=sender,
                to=letter.to,
                title=self._word("forwarded", title=file[0]),
                text=letter.text,
                day=day.day,
                mark=f"{letter.mark}.forwarded",
                inner=letter.mail(),
            )
        self._send(letter)

    def _write(self, day: Day, note: Note, number: int) -> None:
        """Writes a mail without a workbook; a unit's answers the last one that it got."""
        sender, before = note.sender, None
        if note.unit:
            standing = unit_of(self.round_, note.unit)
            before = self._mailbox(standing)[-1]
            sender = sender or standing.unit.emails[0]
        letter = Letter(
            sender=sender,
            to=self.settings.sender.address,
            title=note.title,
            text=note.text,
            day=day.day,
            mark=f"{number}.note",
            before=before,
        )
        self._send(letter)

    def _send(self, letter: Letter) -> None:
        """Sends a letter from its sender's own account."""
        mail = letter.mail()
        envelope = Message(
            message_id=mail["Message-ID"],
            to=(Mailbox(letter.to),),
            subject=letter.title,
            text=letter.text,
            date=self.round_.hand.clock(),
        )
        settings = _settings(self.office, Sender(address=letter.sender))
        with SmtpOutbox(settings, _PASSWORD, context=self.office.trust()) as outbox:
            delivery = outbox.send(mail.as_bytes(policy=_WHOLE), envelope)
        assert delivery.outcome is Outcome.TAKEN, delivery.detail

    def _word(self, key: str, **values: str) -> str:
        return word(key, self.round_.language, file="demo", **values)


def _settings(office: PostOffice, sender: Sender) -> MailSettings:
    """Settings of a mailbox; the servers' authority is looked for beside `mail.toml`."""
    smtp = Smtp(
        host=HOST,
        port=office.smtp_port,
        security=Security.STARTTLS,
        user=sender.address,
        per_minute=10_000,
    )
    imap = Imap(host=HOST, port=office.imaps_port, user=sender.address)
    believed = {"ca": _AUTHORITY}
    parts = {
        "from": sender,
        "smtp": smtp.model_copy(update=believed),
        "imap": imap.model_copy(update=believed),
    }
    return MailSettings.model_validate(parts)
