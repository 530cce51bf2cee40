"""What came, taken in: archived, entered into the ledger, read, recognised, checked."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from xlkit.ledger.records import PassedOver, Received, Recognised, Reviewed, Seen
from xlkit.round.archive import keep, suffix_of
from xlkit.round.desk import Round
from xlkit.round.judging import judge, review_of
from xlkit.round.keys import fit_of, must_hold_key
from xlkit.round.present import present, unit_of, units_of
from xlkit.round.reading import read, recognised
from xlkit.round.standing import Recognition, Return, Standing
from xlkit.sources import Found, Passed, found

#: Files that are read before what they are is entered into the ledger.
_PORTION = 50


@dataclass(frozen=True, slots=True)
class Met:
    """A file that was met, and the same file as the ledger has it.

    `is_known` where its bytes had come before; `is_here_still` where it was met at this very
    place before, so that nothing came.
    """

    name: str
    source: str
    received: Received
    is_known: bool
    is_here_still: bool
    recognised: Recognised | None = None


@dataclass(frozen=True, slots=True)
class Collected:
    """What a walk through the inbox, or some folders, gave.

    `passed` is what was not taken in, `passed_before` how many things that were passed over
    earlier lie there still. `reviewed` are the verdicts that are new: of returns that came, and
    of those that others made right or wrong. Nothing `is_checked` where the round has a key and the
    hand does not hold it.
    """

    met: tuple[Met, ...]
    passed: tuple[Passed, ...]
    passed_before: int
    reviewed: tuple[Reviewed, ...]
    is_checked: bool = True

    @property
    def is_nothing(self) -> bool:
        """Whether nothing came, and nothing is judged otherwise than before."""
        return not (self.came or self.passed or self.reviewed)

    @property
    def came(self) -> tuple[Met, ...]:
        """What was not lying there the last time."""
        return tuple(item for item in self.met if not item.is_here_still)


def collect(
    round_: Round,
    paths: Sequence[Path] = (),
    *,
    unit: str | None = None,
    received: datetime | None = None,
    each: Callable[[Path], None] | None = None,
) -> Collected:
    """Takes in what lies in the paths, by default in the inbox, and leaves it there.

    Every file is in the archive before anything reads it, in the ledger before it is read,
    and recognised before it is checked: whatever ends the run, the next one goes on from
    there. `unit` is whose the files are by a clerk's word, `received` when they came.

    Without the round's key what came is kept, and neither recognised nor checked: with it, the
    next run does.

    Raises:
        RoundError: the round is closed, or has no such unit.
        SecretError: a unit is named, and the round has a key that this hand does not hold.
        UsageError: a path does not exist.
    """
    round_.must_be_open()
    named = None if unit is None else unit_of(round_, unit).unit
    if named is not None:
        must_hold_key(round_)
    met: list[Met] = []
    passed: list[Passed] = []
    known = {
        entry.record.sha256: entry.record for entry in round_.ledger.entries(round_.id, Received)
    }
    for item in found(paths or [round_.folder.inbox]):
        if isinstance(item, Passed):
            passed.append(replace(item, source=_within(round_, item.source)))
        else:
            met.append(_entered(round_, item, known, received))
    told = {entry.record for entry in round_.add(*map(_passed_over, passed))}
    fresh = tuple(item for item in passed if _passed_over(item) in told)
    chosen = list({item.received.sha256: item.received for item in met}.values())
    if named is not None:
        _recognise(round_, chosen, (named.unit, named.name), each)
    reviewed = recognise_all(round_, each)
    seen = _recognitions(round_)
    final = (replace(item, recognised=seen.get(item.received.sha256)) for item in met)
    is_checked = fit_of(round_).is_fit
    return Collected(tuple(final), fresh, len(passed) - len(fresh), reviewed, is_checked)


def recognise_all(
    round_: Round, each: Callable[[Path], None] | None = None
) -> tuple[Reviewed, ...]:
    """Recognises what nobody knows yet, and checks what counts; gives the verdicts that are new.

    A file whose unit was not on the roster is looked at again once it is. Does nothing without
    the round's key: nobody could tell then what was signed.
    """
    if not fit_of(round_).is_fit:
        return ()
    _recognise(round_, _unrecognised(round_), None, each)
    return review_all(round_)


def _entered(
    round_: Round, item: Found, known: dict[str, Received], moment: datetime | None
) -> Met:
    """Archives a file, then enters that it came."""
    suffix, source = suffix_of(item.name), _within(round_, item.source)
    digest = keep(round_.folder, item.data, suffix)
    is_known = digest in known
    if not is_known:
        known[digest] = Received(
            sha256=digest,
            name=item.name,
            suffix=suffix,
            size=len(item.data),
            received_at=moment or item.received_at or round_.hand.clock(),
            source=source,
        )
    seen = Seen(sha256=digest, name=item.name, source=source, stamp=item.stamp)
    added = round_.add(known[digest], seen)
    is_new = any(isinstance(entry.record, Seen) for entry in added)
    return Met(item.name, source, known[digest], is_known, is_known and not is_new)


def _within(round_: Round, source: str) -> str:
    """Where something lay; in the round's own folder without that folder, which may be moved.

    What a dry run has laid into the inbox has its name there, too.
    """
    for place in filter(None, (round_.folder.scratch, round_.folder.path)):
        source = source.removeprefix(f"{place}{os.sep}")
    return source


def _passed_over(item: Passed) -> PassedOver:
    return PassedOver(source=item.source, stamp=item.stamp, why=item.why, detail=item.detail)


def _recognitions(round_: Round) -> Mapping[str, Recognised]:
    """What every file was recognised as, the last word counting."""
    return {
        entry.record.sha256: entry.record for entry in round_.ledger.entries(round_.id, Recognised)
    }


def _unrecognised(round_: Round) -> list[Received]:
    """What came, in this run or an earlier one, and was not read yet or has a unit only now."""
    active = {code for code, item in units_of(round_).items() if item.is_active}
    done = {
        sha256
        for sha256, item in _recognitions(round_).items()
        if item.standing != Recognition.UNKNOWN_UNIT or item.unit not in active
    }
    received = (entry.record for entry in round_.ledger.entries(round_.id, Received))
    return [item for item in received if item.sha256 not in done]


def _recognise(
    round_: Round,
    files: Sequence[Received],
    named: tuple[str, str] | None,
    each: Callable[[Path], None] | None,
) -> None:
    units = units_of(round_)
    for at in range(0, len(files), _PORTION):
        portion = files[at : at + _PORTION]
        submissions = read(round_, portion, unit=named, private=False, each=each)
        round_.add(
            *(
                recognised(round_, item.sha256, submission.raw, units, named)
                for item, submission in zip(portion, submissions, strict=True)
            ),
            changes_only=True,
        )


def review_all(round_: Round) -> tuple[Reviewed, ...]:
    """Checks what counts of every unit, all together, and enters the verdicts that are new.

    One that another clerk entered in the meantime is not new: entered again, it would ask for
    another answer to its department.
    """
    chosen = [pair for standing in present(round_)[0] for pair in _to_review(standing)]
    verdicts = [review_of(item) for item in judge(round_, chosen, private=False)]
    fresh = [
        verdict
        for verdict, (_, item) in zip(verdicts, chosen, strict=True)
        if verdict != item.reviewed
    ]
    return tuple(
        entry.record
        for entry in round_.add(*fresh, changes_only=True)
        if isinstance(entry.record, Reviewed)
    )


def _to_review(standing: Standing) -> Iterator[tuple[Standing, Return]]:
    """A unit's last return: the one that its state goes by."""
    if standing.is_active and standing.last is not None:
        yield standing, standing.last
