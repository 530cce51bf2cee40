"""Mail that came, in `collect --mail`: fetched, taken in, told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from xlkit.cli import console
from xlkit.cli.round.desk import say
from xlkit.cli.round.mailing import secrets
from xlkit.sentences import Told

if TYPE_CHECKING:
    from xlkit.ledger.mails import MailCame
    from xlkit.round.desk import Round
    from xlkit.round.fetching import Mails
    from xlkit.round.whence import Whence
    from xlkit.sources import Passed


def fetched(round_: Round) -> Mails:
    """What was new in the mailbox, taken in.

    Raises:
        MailError: it cannot be used; says what to do.
    """
    from xlkit.errors import MailError
    from xlkit.mail import MailSettings, trouble
    from xlkit.mail.fetching import Inbox
    from xlkit.mail.imap import ImapRefused, ImapServer
    from xlkit.mail.trouble import Kind
    from xlkit.round.fetching import fetch

    settings = MailSettings.read(round_.folder.mail_settings)
    imap, language = settings.imap, round_.language
    if imap is None:
        raise MailError(Told(say("no_imap", language, place=round_.folder.mail_settings)))
    password = secrets().imap(imap.user)
    if password is None:
        raise trouble(Kind.PASSWORD_MISSING, imap, language)
    box = Inbox(ImapServer.of(imap), password, imap.folders)
    problem: MailError
    try:
        with box, console.counting("collect") as advance:
            return fetch(round_, box, move_to=imap.move_to, each=advance)
    except (OSError, ImapRefused) as error:
        problem = trouble(error, imap, language)
    raise problem


def mail_lines(round_: Round, mails: Mails, whence: Whence) -> Iterator[str]:
    """What came besides workbooks: bounces, with whom a mail did not reach, notes, questions."""
    from xlkit.sources.automatic import MailKind
    from xlkit.sources.model import named

    language = round_.language
    for mail in mails.came:
        unit = whence.unit(whence.writers.of(mail))
        if unit and mail.kind in (MailKind.BOUNCE, MailKind.AWAY):
            yield _of_machine(mail, unit, language)
    for mail in mails.questions:
        yield say("said_question", language, mail=whence.mail(mail, round_.hand.clock()))
    for passed in mails.left:
        yield in_full(whence.left(passed, named(passed.source)), language)
    kinds = [mail.kind for mail in mails.came]
    yield say(
        "said_fetched",
        language,
        came=len(mails.came),
        bounces=kinds.count(MailKind.BOUNCE),
        away=kinds.count(MailKind.AWAY),
        others=mails.others,
        done=mails.done,
    )


def in_full(passed: Passed, language: str) -> str:
    """What was not taken in, why, and what to do; a blank between only where the first is Latin."""
    from xlkit.sources import said

    words = said(passed, language)
    gap = " " if words.message[-1:].isascii() else ""
    return f"{words.message}{gap}{words.hint}".strip()


def _of_machine(mail: MailCame, unit: str, language: str) -> str:
    """A bounce, or an automatic reply, to a mail that a unit was sent."""
    from xlkit.round.posts import away_text
    from xlkit.sources.automatic import MailKind

    if mail.kind != MailKind.BOUNCE:
        return say("said_away", language, unit=unit, what=away_text(mail))
    addresses = ", ".join(mail.failed)
    code = unit.split(maxsplit=1)[0]
    return say("said_bounced", language, unit=unit, code=code, addresses=addresses, why=mail.reason)
