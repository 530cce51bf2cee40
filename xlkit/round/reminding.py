"""Reminders: who owes something, what exactly, and only once a day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from xlkit.ledger.mails import Purpose
from xlkit.round.covers import Parcel, carrying, owed_by, thread_of
from xlkit.round.desk import Round
from xlkit.round.present import chosen

#: Days before the day that is due from which units are reminded.
WITHIN = 7


def reminders(
    round_: Round, codes: Sequence[str] = (), *, within: int = WITHIN
) -> tuple[Parcel, ...]:
    """A reminder for each unit that owes something, with the workbook that is wanted back.

    Units that are due later than in `within` days are left alone unless they are named. The day
    is what a reminder is about: one that a unit got today is not sent again today.

    Raises:
        RoundError: a unit is unknown.
    """
    found = []
    for standing in chosen(round_, codes):
        owed = owed_by(standing, round_.language)
        left = (standing.due - round_.today).days
        if not owed or (left > within and not codes):
            continue
        answer = standing.answer if standing.last and not standing.is_asked_anew else None
        sent = answer or standing.issues[-1]
        purpose = Purpose.RETURN if answer is not None else Purpose.ISSUE
        parcel = carrying(round_, standing, purpose, sent)
        found.append(
            replace(
                parcel,
                purpose=Purpose.REMIND,
                about=round_.today.isoformat(),
                letter="",
                owed=owed,
                in_reply_to=thread_of(standing),
            )
        )
    return tuple(found)
