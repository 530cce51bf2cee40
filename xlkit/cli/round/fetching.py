"""Mail that came, in `collect --mail`: fetched, taken in, told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from xlkit.cli import console
from xlkit.cli.round.desk import say
from xlkit.cli.round.mailing import secrets
from xlkit.sentences import Told

if TYPE_CHECKING:
    from xlkit.round.desk import Round
    from xlkit.round.fetching import Mails


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


def mail_lines(round_: Round, mails: Mails) -> Iterator[str]:
    """What came besides workbooks: bounces, with whom a mail did not reach."""
    from xlkit.round.posts import AWAY, BOUNCE
    from xlkit.round.present import present
    from xlkit.sources import said

    language = round_.language
    units = {post.posting.message_id: item for item in present(round_)[0] for post in item.posts}
    for mail in mails.came:
        item = units.get(mail.about)
        if mail.kind == BOUNCE and item is not None:
            yield say(
                "said_bounced",
                language,
                unit=f"{item.code} {item.unit.name}",
                code=item.code,
                addresses=", ".join(mail.failed),
                why=mail.reason,
            )
    by_address = {
        address.casefold(): f"{item.code} {item.unit.name} "
        for item in present(round_)[0]
        for address in item.unit.emails
    }
    for mail in mails.questions:
        unit = by_address.get(mail.sender.casefold(), "")
        yield say("said_question", language, unit=unit, sender=mail.sender, title=mail.title)
    for passed in mails.left:
        words = said(passed, language)
        yield f"{words.message} {words.hint}".strip()
    kinds = [mail.kind for mail in mails.came]
    yield say(
        "said_fetched",
        language,
        came=len(mails.came),
        bounces=kinds.count(BOUNCE),
        away=kinds.count(AWAY),
        others=mails.others,
        done=mails.done,
    )
