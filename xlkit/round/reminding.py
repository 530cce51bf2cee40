"""Reminders: who owes something, what exactly, and only once a day."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from xlkit.ledger.mails import Purpose
from xlkit.round.covers import Parcel, carrying, owed_by, thread_of
from xlkit.round.desk import Round
from xlkit.round.present import chosen
from xlkit.round.standing import Standing

#: Days before the day that is due from which units are reminded.
WITHIN = 7


def reminders(
    round_: Round,
    codes: Sequence[str] = (),
    *,
    within: int = WITHIN,
    anyway: bool = False,
) -> tuple[Parcel, ...]:
    """A reminder for each unit that owes something, with the workbook that is wanted back.

    Units that are due later than in `within` days, and those that asked and wait for an answer,
    are left alone unless they are named; the latter not if `anyway`. The day is what a reminder
    is about: one that a unit got today is not sent again today.

    Raises:
        RoundError: a unit is unknown.
    """
    return tuple(
        _reminder(round_, standing)
        for standing in _owing(round_, codes, within)
        if codes or anyway or not _asks(standing)
    )


def held_back(
    round_: Round, codes: Sequence[str] = (), *, within: int = WITHIN
) -> tuple[Standing, ...]:
    """The units that are not reminded since they asked and wait for an answer; none if named.

    Raises:
        RoundError: a unit is unknown.
    """
    return tuple(
        standing for standing in _owing(round_, codes, within) if not codes and _asks(standing)
    )


def _asks(standing: Standing) -> bool:
    """Whether the unit wrote what only a person can answer; a link or a photo is no answer."""
    return standing.letter is not None and standing.letter.is_question


def _owing(round_: Round, codes: Sequence[str], within: int) -> Iterator[Standing]:
    """The units that owe something and whose day is near, or that are named."""
    for standing in chosen(round_, codes):
        is_near = (standing.due - round_.today).days <= within
        if owed_by(standing, round_.language) and (is_near or codes):
            yield standing


def _reminder(round_: Round, standing: Standing) -> Parcel:
    answer = standing.answer if standing.last and not standing.is_asked_anew else None
    sent = answer.sent if answer is not None else standing.issues[-1]
    made = Purpose.RETURN if answer is not None else Purpose.ISSUE
    return replace(
        carrying(round_, standing, made, sent),
        purpose=Purpose.REMIND,
        about=round_.today.isoformat(),
        letter="",
        owed=owed_by(standing, round_.language),
        in_reply_to=thread_of(standing),
    )
