"""What a letter says of the bureau's decisions: a rejection, and earlier letters that it ends."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from xlkit.ledger.mails import Purpose
from xlkit.master.roll import Progress
from xlkit.reporting.letter import Former, Outcome, Rejection
from xlkit.reporting.lettering import day_text
from xlkit.round.desk import Round
from xlkit.round.posts import about_of, posts_about
from xlkit.round.standing import Return, Standing
from xlkit.round.verdicts import Answered, Verdict, former
from xlkit.wording import one_line

#: What a letter says first of a return in that state.
OUTCOMES = {
    Progress.ERRORS: Outcome.ERRORS,
    Progress.REJECTED: Outcome.ERRORS,
    Progress.EXPLAIN: Outcome.EXPLAIN,
    Progress.ACCEPTED: Outcome.PASSED,
}


def rejection_of(round_: Round, item: Return) -> Rejection | None:
    """The bureau's word on a return that it sends back; None where it does not."""
    verdict = item.verdict
    if verdict.rejected is None:
        return None
    day = _day(round_, verdict.at) if verdict.at is not None else ""
    return Rejection(one_line(verdict.rejected.why), one_line(verdict.by), day)


def former_of(
    round_: Round, standing: Standing, answered: Sequence[Answered], verdict: Verdict
) -> Former | None:
    """The last letter among those that said something else than one about the verdict says."""
    found = former(answered, verdict)
    if found is None:
        return None
    state, at = found.verdict.state, _mailed(standing, found)
    return Former(
        day_text=_day(round_, at or found.at),
        outcome=OUTCOMES.get(state, Outcome.ERRORS),
        was_rejected=found.verdict.rejected is not None,
        is_sure=at is not None or not standing.posts,
    )


def _mailed(standing: Standing, answer: Answered) -> datetime | None:
    """When an answer was mailed; None where it was not, or came back."""
    posts = posts_about(standing.posts, Purpose.RETURN, about_of(answer.sent))
    gone = [item.at for item in posts if item.fate.is_done]
    return gone[-1] if gone else None


def _day(round_: Round, moment: datetime) -> str:
    return day_text(moment.astimezone(round_.zone).date(), round_.language)
