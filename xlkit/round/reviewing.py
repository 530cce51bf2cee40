"""A unit's return looked at: what is wrong in it, and what changed since another one."""

from __future__ import annotations

from dataclasses import dataclass, field

from xlkit.errors import RoundError
from xlkit.findings import Severity
from xlkit.round.deciding import last_return, short_name
from xlkit.round.desk import Round
from xlkit.round.judging import judge
from xlkit.round.present import unit_of
from xlkit.round.reading import read_recognised
from xlkit.round.standing import Return, Standing
from xlkit.sentences import Sentence
from xlkit.submission.model import Submission
from xlkit.validation.changes import Change, changes
from xlkit.validation.explanations import finding_keys


@dataclass(frozen=True)
class Reviewing:
    """A return with its findings, and what changed since return number `before`, if any came.

    `names` are the short names of the findings, in their order; notices have none.
    """

    standing: Standing
    submission: Submission = field(repr=False)
    names: tuple[str, ...]
    before: int | None = None
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True)
class Difference:
    """What changed between two returns, by their numbers."""

    first: int
    second: int
    changes: tuple[Change, ...]


def reviewed(round_: Round, unit: str) -> Reviewing:
    """The last return of a unit, checked as of now.

    Raises:
        RoundError: the unit is unknown, or nothing came from it.
    """
    standing = unit_of(round_, unit)
    item = last_return(standing)
    (found,) = judge(round_, [(standing, item)])
    submission = found.submission
    names = tuple(
        short_name(key) if finding.severity is not Severity.NOTICE else ""
        for finding, key in zip(submission.findings, finding_keys(submission), strict=True)
    )
    if item.number == 1:
        return Reviewing(standing, submission, names)
    between = difference(round_, standing.code, item.number - 1, item.number)
    return Reviewing(standing, submission, names, between.first, between.changes)


def difference(
    round_: Round,
    unit: str,
    first: int | None = None,
    second: int | None = None,
    *,
    private: bool = False,
) -> Difference:
    """What changed between two returns of a unit, by default its last two.

    Raises:
        RoundError: the unit is unknown, or has no such returns.
    """
    standing = unit_of(round_, unit)
    if first is None and len(standing.returns) == 1:
        raise RoundError(Sentence("return-alone", code=standing.code, name=standing.unit.name))
    last_return(standing)
    end = second if second is not None else len(standing.returns)
    start = first if first is not None else end - 1
    pair = [_numbered(standing, number) for number in (start, end)]
    files = [(item.received, item.recognised) for item in pair]
    before, after = read_recognised(round_, files)
    found = changes(before, after, round_.language, private=private)
    return Difference(start, end, found)


def _numbered(standing: Standing, number: int) -> Return:
    for item in standing.returns:
        if item.number == number:
            return item
    raise RoundError(
        Sentence(
            "return-unknown",
            code=standing.code,
            name=standing.unit.name,
            number=number,
            there=len(standing.returns),
        )
    )
