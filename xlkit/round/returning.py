"""Answers to returns: what is to be corrected or explained goes back, what is right is said."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from xlkit.correction.correct import Correction, corrections
from xlkit.correction.reissue import Reissue
from xlkit.ledger.records import Dispatched, DispatchKind
from xlkit.master.roll import Progress
from xlkit.reporting.lettering import letter_of
from xlkit.reporting.stationery import Kind
from xlkit.round.decided import former_of, rejection_of
from xlkit.round.desk import Round
from xlkit.round.issuing import file_names, issued_content
from xlkit.round.judging import Judged, beside, judge, own_findings, run_of
from xlkit.round.keys import must_hold_key, take_up
from xlkit.round.present import chosen, present
from xlkit.round.standing import Recognition, Standing
from xlkit.round.units import identity_of
from xlkit.submission.model import Submission
from xlkit.template.writer import Rendered
from xlkit.wording import word

#: What has an answer to wait for.
_ANSWERED = frozenset({Progress.ERRORS, Progress.EXPLAIN, Progress.REJECTED, Progress.ACCEPTED})


@dataclass(frozen=True)
class Reply:
    """What is to be sent to a unit: a letter, and a workbook where there is work to do.

    `number` counts the answers to the unit from 1.
    """

    judged: Judged
    number: int
    letter: bytes = field(repr=False)
    workbook: Rendered | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer in the outbox: its letter, and its correction workbook, if any."""

    standing: Standing
    state: Progress
    letter: Path
    workbook: Path | None


def send_back(
    round_: Round,
    codes: Sequence[str] = (),
    *,
    again: bool = False,
    each: Callable[[Path], None] | None = None,
) -> tuple[Answer, ...]:
    """Answers every last return that has had no answer since it was checked or decided upon.

    Files are in the outbox before the ledger says so. With `again` the units named are
    answered once more.

    Raises:
        RoundError: the round is closed, or a unit is unknown.
        SecretError: the round has a key that this hand does not hold.
    """
    round_.must_be_open()
    must_hold_key(round_)
    units = [item for item in chosen(round_, codes) if item.last and item.state in _ANSWERED]
    waiting = [item for item in units if (again and codes) or not item.is_answered]
    if waiting:
        take_up(round_)
    pairs = [(item, item.last) for item in waiting if item.last is not None]
    found = judge(round_, pairs)
    made = _corrections(round_, found)
    names = file_names(present(round_)[0])
    done = []
    for judged, correction in zip(found, made, strict=True):
        answer = _put(round_, _reply(round_, judged, correction), names[judged.standing.code])
        done.append(answer)
        if each is not None:
            each(answer.letter)
    return tuple(done)


def _corrections(round_: Round, found: Sequence[Judged]) -> tuple[Correction | None, ...]:
    """A correction for each return that asks for something; waivers count, remarks are in it."""
    made = corrections(
        run_of(found, plain=True),
        round_.language,
        vouched=True,
        beside=beside(round_, found),
        shelf=round_.shelf,
        remarks=[item.remarks for item in found],
        issued=[_reissue(round_, item) for item in found],
    )
    return tuple(
        item if judged.item.state is not Progress.ACCEPTED else None
        for item, judged in zip(made, found, strict=True)
    )


def _reissue(round_: Round, judged: Judged) -> Reissue | None:
    """The unit's present workbook, where its return came in an older one."""
    recognised, standing = judged.item.recognised, judged.standing
    is_older = recognised.standing == Recognition.OLDER_SERIAL
    if not is_older and recognised.version == round_.form.version:
        return None
    identity = identity_of(round_, standing.unit, max(standing.serial, 1))
    return Reissue(issued_content(round_, standing), identity, round_.form)


def _reply(round_: Round, judged: Judged, correction: Correction | None) -> Reply:
    """The answer to a return; a correction workbook carries its number and the round's name."""
    number = 1 + max((it.record.correction for it in judged.standing.dispatches), default=0)
    if correction is None:
        return Reply(judged, number, _letter(round_, judged, judged.submission, workbook=False))
    identity = replace(correction.identity, correction=number, round=round_.id)
    workbook = replace(correction, identity=identity).workbook(round_.issue)
    # which no workbook shows
    own = tuple(own_findings(judged.standing, judged.item, judged.plain.raw))
    told = replace(correction.submission, findings=(*own, *correction.submission.findings))
    letter = _letter(round_, judged, told, workbook=True)
    return Reply(judged, number, letter, workbook)


def _letter(round_: Round, judged: Judged, told: Submission, *, workbook: bool) -> bytes:
    """The letter about a return; its cells are those of the workbook that goes with it."""
    standing = judged.standing
    letter = letter_of(
        told,
        round_.language,
        due=standing.due,
        sender=round_.settings.sender,
        unit=(standing.code, standing.unit.name),
        rejection=rejection_of(round_, judged.item),
        former=former_of(round_, standing, judged.item.answered, judged.item.verdict),
        workbook=workbook,
    )
    return round_.stationery.write(letter, Kind.TEXT).encode("utf-8")


def _put(round_: Round, reply: Reply, name: str) -> Answer:
    """Lays an answer in the outbox, then enters that it was sent.

    Its name says what it is: departments keep it beside what they were sent first.
    """
    place = round_.folder.sent_back
    kind = "file_letter" if reply.workbook is None else "file_correction"
    stem = f"{name}-{word(kind, round_.language, file='round', number=str(reply.number))}"
    letter, workbook = place / f"{stem}.txt", None
    if reply.workbook is not None:
        round_.layouts.keep(reply.workbook.layout)
        workbook = place / f"{stem}.xlsx"
        round_.write(workbook, reply.workbook.data)
    round_.write(letter, reply.letter)
    round_.add(_dispatched(reply, (workbook or letter).name))
    return Answer(reply.judged.standing, reply.judged.item.state, letter, workbook)


def _dispatched(reply: Reply, file: str) -> Dispatched:
    """What the ledger keeps of an answer: its workbook, or its letter where it has none."""
    judged, workbook = reply.judged, reply.workbook
    data = reply.letter if workbook is None else workbook.data
    return Dispatched(
        unit=judged.standing.code,
        kind=DispatchKind.LETTER if workbook is None else DispatchKind.CORRECTION,
        serial=max(judged.standing.serial, judged.item.recognised.serial),
        correction=reply.number,
        version=judged.item.recognised.version,
        file=file,
        sha256=hashlib.sha256(data).hexdigest(),
        answers=judged.item.sha256,
    )
