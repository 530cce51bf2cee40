"""A unit's state in words, and the notes beside it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from xlkit.cli.round.desk import say

if TYPE_CHECKING:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from xlkit.round.standing import Standing


def state_text(item: Standing, language: str) -> str:
    """The state; of a workbook that was not sent, also how far its mail is."""
    from xlkit.master.roll import Progress

    if item.state is not Progress.WRITTEN:
        return say(f"state_{item.state}", language)
    return say(f"state_written_{item.issue_fate or 'none'}", language)


def notes(item: Standing, language: str, zone: ZoneInfo) -> Iterator[str]:
    """What is to be known of a unit beside its state."""
    from xlkit.round.standing import Recognition

    last = item.last
    if item.unit.successor:
        yield say("note_into", language, into=item.unit.successor)
    if item.serial > 1:
        yield say("note_serial", language, serial=item.serial)
    if last is not None and last.number > 1:
        yield say("note_returns", language, number=last.number)
    if last is not None and last.recognised.standing == Recognition.OLDER_SERIAL:
        yield say("note_older_serial", language, serial=last.recognised.serial)
    if item.accepted is not None and item.counts_earlier:
        yield say("note_earlier_accepted", language, number=item.accepted.number)
    if last is not None and last.reviewed is not None and last.reviewed.waived:
        yield say("note_waived", language, number=last.reviewed.waived)
    if item.is_twice_on_one_day:
        yield say("note_same_day", language)
    if item.again:
        yield say("note_again", language, number=item.again)
    if item.is_active:
        yield from _of_answers(item, language, zone)
    yield from _of_mails(item, language)


def day(at: datetime, zone: ZoneInfo) -> str:
    """A day of the round as the tables have it."""
    return f"{at.astimezone(zone):%m-%d}"


def letter_text(item: Standing, language: str, zone: ZoneInfo) -> str:
    """What a unit wrote that waits for an answer; '' where nothing does."""
    from xlkit.sources.words import title_of

    letter = item.letter
    if letter is None:
        return ""
    key = "note_question" if letter.is_question else "note_letter"
    why = title_of(letter.why, language)
    return say(key, language, day=day(letter.at, zone), title=letter.mail.title, why=why)


def _of_answers(item: Standing, language: str, zone: ZoneInfo) -> Iterator[str]:
    """When the unit was answered and reminded, and what on either side waits for an answer."""
    from xlkit.round.outgoing import answered_at, is_answer_waiting, reminded_at

    if not item.is_answered:
        yield say("note_unanswered", language)
    if is_answer_waiting(item):
        yield say("note_answer_waits", language)
    for key, at in (("note_answered", answered_at(item)), ("note_reminded", reminded_at(item))):
        if at is not None:
            yield say(key, language, day=day(at, zone))
    if item.letter is not None:
        yield letter_text(item, language, zone)


def _of_mails(item: Standing, language: str) -> Iterator[str]:
    """What is wrong with the last mail to a unit, and with who sent its return."""
    from xlkit.round.posts import Fate, away_text

    if item.stranger:
        yield say("note_stranger", language, address=item.stranger)
    last = item.posts[-1] if item.posts else None
    if last is not None and item.is_active:
        if last.lost:
            why = "; ".join(
                reason if address in reason else f"{address} {reason}".strip()
                for address, reason in last.lost.items()
            )
            yield say("note_not_mailed", language, why=why)
        if last.fate in (Fate.UNSURE, Fate.LATER, Fate.DRAFT):
            yield say(f"note_{last.fate}", language)
        for away in last.away[-1:]:
            yield say("note_away", language, what=away_text(away))
    if item.is_by_mail and item.is_active and not item.unit.emails:
        yield say("note_no_address", language)
