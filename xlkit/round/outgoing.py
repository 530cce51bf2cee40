"""When a unit was answered and reminded, and whether its answer is still to be sent."""

from __future__ import annotations

from datetime import datetime

from xlkit.ledger.mails import Purpose
from xlkit.round.posts import Fate, Post
from xlkit.round.standing import Standing


def answered_at(standing: Standing) -> datetime | None:
    """When the answer to the last return went out; None where it did not, or is a draft.

    Where a round goes by mail that is when the server took it, else when it was written.
    """
    answer = standing.answer
    if answer is None or standing.is_asked_anew or not standing.is_answered:
        return None
    if not standing.is_by_mail:
        return answer.at
    taken = [post.at for post in _answers(standing) if post.fate is Fate.TAKEN]
    return taken[-1] if taken else None


def is_answer_waiting(standing: Standing) -> bool:
    """Whether the answer to the last return was written, and no mail was made of it."""
    has_answer = standing.answer is not None and standing.is_answered
    is_open = has_answer and standing.is_by_mail and not standing.is_asked_anew
    return is_open and not _answers(standing)


def reminded_at(standing: Standing) -> datetime | None:
    """When the unit was last reminded of what it owes now; None where it was not."""
    if not (standing.owes and standing.is_answered):
        return None
    since = max((item.id for item in standing.dispatches), default=0)
    taken = [
        post.at
        for post in standing.posts
        if post.posting.purpose is Purpose.REMIND
        and post.number > since
        and post.fate is Fate.TAKEN
    ]
    return taken[-1] if taken else None


def _answers(standing: Standing) -> tuple[Post, ...]:
    """The mails with the answer to the last return: those made after it was written."""
    since = standing.answer.number if standing.answer is not None else 0
    return tuple(
        post
        for post in standing.posts
        if post.posting.purpose is Purpose.RETURN and post.number > since
    )
