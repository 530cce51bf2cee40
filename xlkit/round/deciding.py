"""What the bureau decides of a return: rejected with remarks, or a finding waived."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date

from xlkit.catalogue import say
from xlkit.errors import RoundError
from xlkit.findings import Finding
from xlkit.ledger.records import Rejected, Waived
from xlkit.round.collecting import review_all
from xlkit.round.desk import Round
from xlkit.round.judging import Judged, judge
from xlkit.round.keys import must_hold_key
from xlkit.round.present import unit_of
from xlkit.round.remarks import rows_of
from xlkit.round.standing import Return, Standing
from xlkit.sentences import Sentence
from xlkit.submission.private import findings_without_private
from xlkit.validation.explanations import finding_keys
from xlkit.validation.waivers import may_be_waived

#: Signs of the short name of a finding.
_SHORT = 6


def short_name(key: str) -> str:
    """What a clerk calls a finding: a few signs that stay the same from run to run."""
    return hashlib.sha256(key.encode("utf-8")).hexdigest()[:_SHORT]


def last_return(standing: Standing) -> Return:
    """The unit's last return.

    Raises:
        RoundError: nothing came from it.
    """
    if standing.last is None:
        raise RoundError(Sentence("nothing-came", code=standing.code, name=standing.unit.name))
    return standing.last


def reject(round_: Round, unit: str, why: str, remarks: Sequence[tuple[str, str]] = ()) -> Standing:
    """Sends a unit's last return back by the bureau's word, whatever the checks say.

    `remarks` are cells of the returned file, `sheet!B7`, with what is to be said of them.

    Raises:
        RoundError: nothing came, no reason is given, or a cell is none for an answer.
    """
    round_.must_be_open()
    must_hold_key(round_)
    standing = unit_of(round_, unit)
    item = last_return(standing)
    if not why.strip():
        raise RoundError(Sentence("reject-why"))
    (found,) = judge(round_, [(standing, item)])
    kept = rows_of(found.submission, remarks)
    round_.add(Rejected(sha256=item.sha256, unit=standing.code, why=why, remarks=kept))
    review_all(round_)
    return unit_of(round_, standing.code)


def take_back(round_: Round, unit: str) -> Standing:
    """Takes a rejection back: the checks' verdict counts again.

    Raises:
        RoundError: the unit's last return is not rejected.
    """
    round_.must_be_open()
    must_hold_key(round_)
    standing = unit_of(round_, unit)
    item = last_return(standing)
    if item.rejected is None:
        raise RoundError(Sentence("not-rejected", code=standing.code))
    round_.add(Rejected(sha256=item.sha256, unit=standing.code, why=""))
    review_all(round_)
    return unit_of(round_, standing.code)


def waive(round_: Round, unit: str, name: str, why: str, until: date | None = None) -> Finding:
    """Lets a finding stand in a unit's returns, this one and later ones, up to a day.

    `name` is the short name of the finding that `review` shows, or its code where the return
    has one finding of that code.

    Raises:
        RoundError: there is no such finding, it cannot be waived, or no reason is given.
    """
    round_.must_be_open()
    must_hold_key(round_)
    standing = unit_of(round_, unit)
    item = last_return(standing)
    if not why.strip():
        raise RoundError(Sentence("waive-why"))
    if until is not None and until < round_.today:
        raise RoundError(Sentence("waive-past", until=until))
    found, key = _named(judge(round_, [(standing, item)])[0], name)
    title = say(found, round_.language).title
    if not may_be_waived(found):
        raise RoundError(Sentence("waive-never", name=name, title=title))
    round_.add(
        Waived(
            unit=standing.code,
            key=key,
            code=found.code,
            title=title,
            why=why,
            until=until,
        )
    )
    review_all(round_)
    return found


def withdraw(round_: Round, unit: str, name: str) -> Waived:
    """Ends a waiver from now on.

    Raises:
        RoundError: the unit has no such waiver.
    """
    round_.must_be_open()
    must_hold_key(round_)
    standing = unit_of(round_, unit)
    for key, entry in standing.waivers.items():
        record = entry.record
        if name in (short_name(key), record.code):
            ended = Waived(
                unit=record.unit,
                key=key,
                code=record.code,
                title=record.title,
                why=record.why,
                withdrawn=True,
            )
            round_.add(ended)
            review_all(round_)
            return ended
    known = [f"{short_name(key)} {e.record.title}" for key, e in standing.waivers.items()]
    raise RoundError(
        Sentence("waiver-unknown", code=standing.code, name=name, known=known or Sentence("none"))
    )


def _named(judged: Judged, name: str) -> tuple[Finding, str]:
    submission = judged.submission
    shown = findings_without_private(submission)
    pairs = list(zip(shown, finding_keys(submission), strict=True))
    found = [pair for pair in pairs if short_name(pair[1]) == name]
    found = found or [pair for pair in pairs if pair[0].code == name]
    if not found:
        raise RoundError(Sentence("finding-unknown", code=judged.standing.code, name=name))
    if len({key for _, key in found}) > 1:
        raise RoundError(
            Sentence("finding-several", name=name, names=[short_name(key) for _, key in found])
        )
    return found[0]
