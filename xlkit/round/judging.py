"""The verdicts on returns as they stand now: checks, the bureau's remarks, and waivers."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from xlkit.catalogue import say
from xlkit.correction.remarks import Remark, remarked
from xlkit.findings import Finding, Severity, Waiver, count
from xlkit.identity import Signature
from xlkit.ledger.records import Reviewed
from xlkit.reporting.state import state_of
from xlkit.round.desk import Round
from xlkit.round.keys import must_hold_key
from xlkit.round.present import present
from xlkit.round.reading import read_recognised
from xlkit.round.remarks import remarks_of
from xlkit.round.standing import NAMED, Recognition, Return, Standing
from xlkit.submission.model import Submission
from xlkit.submission.private import findings_without_private
from xlkit.submission.raw import RawSubmission
from xlkit.validation.explanations import finding_keys
from xlkit.validation.review import Review, forms_of, judged
from xlkit.validation.waivers import waived


@dataclass(frozen=True)
class Judged:
    """A return with its verdict; `plain` is without the bureau's `remarks`."""

    standing: Standing
    item: Return
    submission: Submission = field(repr=False)
    plain: Submission = field(repr=False)
    remarks: tuple[Remark, ...] = ()


def judge(
    round_: Round,
    chosen: Sequence[tuple[Standing, Return]],
    *,
    private: bool = True,
    each: Callable[[Path], None] | None = None,
) -> tuple[Judged, ...]:
    """The returns checked beside those of all other units, in their order.

    Rules may look across units, so the last returns of the others are laid beside them.
    Without `private` they may come from the cache, personal fields masked.

    Raises:
        RoundError: a file is no longer in the archive.
        SecretError: the round has a key that this hand does not hold.
    """
    must_hold_key(round_)
    if not chosen:
        return ()
    files = [(item.received, item.recognised) for _, item in chosen]
    read = read_recognised(round_, files, private=private, each=each)
    others = _beside(round_, {standing.code for standing, _ in chosen})
    found = judged([*read, *others], round_.language, undecided=False).submissions
    return tuple(
        _judged(round_, standing, item, submission)
        for (standing, item), submission in zip(chosen, found, strict=False)
    )


def beside(round_: Round, found: Sequence[Judged]) -> tuple[Submission, ...]:
    """The last returns of the units that are not among those judged, masked."""
    return _beside(round_, {item.standing.code for item in found})


def _beside(round_: Round, codes: Collection[str]) -> tuple[Submission, ...]:
    lasts = (item.last for item in present(round_)[0] if item.is_active and item.code not in codes)
    files = [(item.received, item.recognised) for item in lasts if item is not None]
    return read_recognised(round_, files, private=False)


def _judged(round_: Round, standing: Standing, item: Return, found: Submission) -> Judged:
    told = replace(found, findings=(*found.findings, *own_findings(standing, item, found.raw)))
    plain = waived(told, waivers_of(standing), round_.today)
    remarks = remarks_of(item)
    return Judged(standing, item, remarked(plain, remarks), plain, remarks)


def waivers_of(standing: Standing) -> dict[str, Waiver]:
    """The unit's waivers by the key of their finding, those among them that have run out."""
    found = {}
    for key, entry in standing.waivers.items():
        record = entry.record
        found[key] = Waiver(by=entry.by, why=record.why, until=record.until, at=entry.at)
    return found


def own_findings(standing: Standing, item: Return, raw: RawSubmission) -> Iterator[Finding]:
    """What only the round knows of a return."""
    if item.recognised.standing == Recognition.OLDER_SERIAL:
        yield Finding(
            code="serial-older",
            severity=Severity.ERROR,
            value=str(item.recognised.serial),
            expected=str(standing.serial),
        )

    yield from _unvouched(standing, item, raw)


def _unvouched(standing: Standing, item: Return, raw: RawSubmission) -> Iterator[Finding]:
    """That nothing proves that we issued the workbook, though we sign what we issue.

    A clerk who says whose it is vouches for it; a signature that is wrong the reader tells.
    """
    identity = raw.claimed or raw.identity
    if identity is None or item.recognised.detail == NAMED:
        return
    wanted = standing.signing.wanted(identity.serial, identity.correction)
    if not wanted or raw.signature is not Signature.UNVERIFIED:
        return
    if not identity.mac:
        yield Finding(code="signature-missing", severity=Severity.ERROR)
    elif identity.key_id == wanted:  # a key that the round had and has no longer
        yield Finding(code="signature-unverified", severity=Severity.NOTICE, value=wanted)
    else:
        yield Finding(
            code="signature-foreign",
            severity=Severity.ERROR,
            value=identity.key_id,
            expected=wanted,
        )


def review_of(found: Judged) -> Reviewed:
    """The verdict as the ledger keeps it: findings by their keys, nothing personal."""
    submission = found.submission
    tally = count(submission.findings)
    keys = finding_keys(submission)
    return Reviewed(
        sha256=found.item.sha256,
        unit=found.standing.code,
        state=state_of(submission),
        errors=tally[Severity.ERROR],
        warnings=tally[Severity.WARNING],
        waived=sum(item.waiver is not None for item in submission.findings),
        findings=tuple(
            _as_kept(item, key)
            for item, key in zip(findings_without_private(submission), keys, strict=True)
            if item.severity is not Severity.NOTICE
        ),
    )


def _as_kept(found: Finding, key: str) -> dict[str, str]:
    return {
        "key": key,
        "code": found.code,
        "severity": found.severity,
        "title": say(found, "zh").title,
        "cells": " ".join(found.cells),
        "open": "yes" if found.is_open else "",
    }


def run_of(found: Sequence[Judged], *, plain: bool = False) -> Review:
    """The judged returns as a run, for what works on runs."""
    items = tuple(one.plain if plain else one.submission for one in found)
    return Review(items, forms_of(items))
