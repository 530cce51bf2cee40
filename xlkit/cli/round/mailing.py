"""Mail in commands on a round: `issue --mail`, `return --mail`, `remind`, `collect --mail`."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from xlkit.cli import console
from xlkit.cli.round.desk import (
    HERE,
    ByOption,
    DryOption,
    RoundOption,
    UnitsArgument,
    hand,
    say,
    working,
)
from xlkit.cli.round.notes import letter_text

if TYPE_CHECKING:
    from xlkit.mail import Delivery, MailSettings, Message, Outbox, Secrets
    from xlkit.round.covers import Parcel
    from xlkit.round.desk import Round
    from xlkit.round.mailing import Mailed
    from xlkit.round.standing import Standing

MailOption = Annotated[
    bool, typer.Option("--mail", help="Send it by mail, as the round's mail.toml says.")
]
DraftsOption = Annotated[
    bool, typer.Option("--drafts", help="Write mails to outbox/mail for a mail program to send.")
]
UnsureOption = Annotated[
    bool, typer.Option("--unsure", help="Send also what the server may have had before.")
]


def remind(  # noqa: PLR0917  (each is an option of the command)
    units: UnitsArgument = None,
    mail: MailOption = False,
    drafts: DraftsOption = False,
    unsure: UnsureOption = False,
    within: Annotated[
        int | None,
        typer.Option(
            "--within", metavar="DAYS", min=0, help="Also units due within so many days, else 7."
        ),
    ] = None,
    anyway: Annotated[
        bool, typer.Option("--anyway", help="Also those who asked and have had no answer.")
    ] = False,
    folder: RoundOption = HERE,
    by: ByOption = "",
    dry_run: DryOption = False,
) -> None:
    """Remind those who owe something of what exactly they owe; nobody twice a day.

    Who asked something and has had no answer is held back, and named. Without --mail and
    --drafts it says who would be reminded, and of what.
    """
    from xlkit.round.reminding import WITHIN, held_back, reminders

    with working(folder, hand(by, dry=dry_run)) as round_:
        days = WITHIN if within is None else within
        waiting = reminders(round_, units or [], within=days, anyway=anyway)
        held = () if anyway else held_back(round_, units or [], within=days)
        for standing in held:
            console.result(_held(standing, round_))
        if waiting and (mail or drafts):
            deliver(round_, waiting, drafts=drafts, unsure=unsure, none="said_reminded_today")
            return
        for parcel in waiting:
            for text in _owed(parcel, round_.language):
                console.result(text)
        if waiting or not held:
            key = "said_reminded" if waiting else "said_nobody_to_remind"
            console.talk(say(key, round_.language, number=len(waiting)))


def _held(standing: Standing, round_: Round) -> str:
    """That a unit is not reminded, since it wrote and waits for an answer."""
    what = letter_text(standing, round_.language, round_.zone)
    unit = f"{standing.code} {standing.unit.name}"
    return say("said_held_back", round_.language, unit=unit, code=standing.code, what=what)


def _owed(parcel: Parcel, language: str) -> Iterator[str]:
    from xlkit.round.posts import posts_about

    standing = parcel.standing
    unit = f"{standing.code} {standing.unit.name}"
    for owed in parcel.owed:
        yield say("owed_line", language, unit=unit, due=f"{standing.due:%Y-%m-%d}", owed=owed)
    if any(post.fate.is_done for post in posts_about(standing.posts, parcel.purpose, parcel.about)):
        yield f"    {say('reminded_today', language)}"


def deliver(
    round_: Round,
    parcels: Sequence[Parcel],
    *,
    drafts: bool,
    unsure: bool,
    none: str = "said_all_mailed",
) -> None:
    """Sends what waits, or lays it down as drafts, and says what became of each mail.

    `none` are the words to be said where every unit has its mail already.

    Raises:
        MailError: no line to the server came about.
        SecretError: the round has a key that this hand does not hold.
        Exit: of the code of `MailError`, where a mail was not sent.
    """
    from xlkit.errors import MailError
    from xlkit.mail import MailSettings
    from xlkit.round.keys import must_hold_key
    from xlkit.round.mailing import post

    must_hold_key(round_)
    settings = MailSettings.read(round_.folder.mail_settings)
    done: list[Mailed] = []

    def each(mailed: Mailed) -> None:
        done.append(mailed)
        for line in _became(mailed, round_.language, tried=round_.hand.dry):
            console.result(line)

    with _outbox(round_, settings, drafts=drafts) as outbox:
        post(round_, parcels, outbox, settings.sender, unsure=unsure, each=each)
    sent = sum(_is_sent(mailed) for mailed in done)
    unsent = len(done) - sent
    console.talk(
        say(
            _sum(drafts=drafts, tried=round_.hand.dry) if done else none,
            round_.language,
            sent=sent,
            unsent=unsent,
            place=round_.folder.drafts,
        )
    )
    if unsent:
        raise typer.Exit(MailError.exit_code)


def _sum(*, drafts: bool, tried: bool) -> str:
    """The key of the words that tell how many mails there were."""
    if tried:
        return "said_mail_tried"
    return "said_drafted" if drafts else "said_mailed"


def _is_sent(mailed: Mailed) -> bool:
    return mailed.delivery is not None and mailed.delivery.outcome.is_done


def _became(mailed: Mailed, language: str, *, tried: bool) -> Iterator[str]:
    standing = mailed.parcel.standing
    unit = f"{standing.code} {standing.unit.name}"
    if mailed.delivery is None:
        what = _why(mailed, language)
        yield say("mailed", language, unit=unit, what=what)
        return
    message, delivery = mailed.message, mailed.delivery
    to = ", ".join(box.address for box in message.to) if message else ""
    key = "mailed_tried" if tried else f"mailed_{delivery.outcome}"
    what = say(key, language, addresses=to, detail=delivery.detail)
    yield say("mailed", language, unit=unit, what=what)
    if _is_sent(mailed):
        for item in delivery.refused:
            yield "  " + say("mailed_part", language, address=item.address, detail=item.detail)


def _why(mailed: Mailed, language: str) -> str:
    """Why a mail was not sent, with the command that helps: another for an answer."""
    from xlkit.round.mailing import Why

    parcel, key = mailed.parcel, f"why_{mailed.why}".replace("-", "_")
    if mailed.why is Why.STUCK:
        key = f"why_stuck_{parcel.purpose}"
    code, made = parcel.standing.code, parcel.made_as
    return say(key, language, code=code, detail=mailed.detail, command=made)


@contextmanager
def _outbox(round_: Round, settings: MailSettings, *, drafts: bool) -> Iterator[Outbox]:
    """Where mails go: to the server, to a folder, or, in a dry run, onto the screen."""
    from xlkit.mail import Drafts, SmtpOutbox

    if round_.hand.dry:
        yield _Screen(round_.language)
        return
    if drafts:
        yield Drafts(round_.folder.drafts)
        return
    password = secrets().smtp(settings.outgoing.user)
    with SmtpOutbox(settings, password, language=round_.language) as outbox:
        outbox.connect()
        yield outbox


class _Screen:
    """Shows mails instead of sending them."""

    def __init__(self, language: str) -> None:
        self._language = language

    def send(self, data: bytes, message: Message) -> Delivery:
        from xlkit.mail import Delivery, Outcome

        language = self._language
        to = ", ".join(box.address for box in message.to)
        console.result("-" * 60)
        console.result(say("message_to", language, addresses=to))
        console.result(say("message_subject", language, title=message.subject))
        for item in message.attachments:
            size = (len(item.data) + 1023) // 1024
            console.result(say("message_file", language, document=item.name, size=size))
        console.result("")
        console.result(message.text)
        return Delivery(Outcome.TAKEN)


def secrets() -> Secrets:
    from xlkit.mail import Secrets, SystemKeyring

    return Secrets(os.environ, SystemKeyring())
