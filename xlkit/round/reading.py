"""Archived files as submissions, and what each of them turned out to be."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from xlkit.identity import Signature
from xlkit.ledger.records import Received, Recognised
from xlkit.round.archive import path_of
from xlkit.round.desk import Round
from xlkit.round.standing import NAMED, Recognition, Standing
from xlkit.submission.intake import take_in
from xlkit.submission.model import Submission
from xlkit.submission.raw import RawSubmission, Verdict


def read(
    round_: Round,
    files: Sequence[Received],
    *,
    unit: tuple[str, str] | None = None,
    private: bool = True,
    each: Callable[[Path], None] | None = None,
) -> tuple[Submission, ...]:
    """The files as cast submissions under the names that they came with, in their order.

    Without `private` they come from the cache where it has them, personal fields masked.
    `unit` is whose they are by a clerk's word.

    Raises:
        RoundError: a file is no longer in the archive.
    """
    paths = [path_of(round_.folder, item) for item in files]
    taken = take_in(
        paths,
        round_.reader if unit is None else replace(round_.reader, unit=unit),
        round_.language,
        jobs=round_.hand.jobs,
        each=each,
        cache=None if private else round_.cache,
        digests={path: item.sha256 for path, item in zip(paths, files, strict=True)},
    )
    return tuple(
        replace(submission, raw=replace(submission.raw, file=item.name))
        for submission, item in zip(taken, files, strict=True)
    )


def read_recognised(
    round_: Round,
    files: Sequence[tuple[Received, Recognised]],
    *,
    private: bool = True,
    each: Callable[[Path], None] | None = None,
) -> tuple[Submission, ...]:
    """Files that were recognised, each read as the unit's that it counts for."""
    plain = [received for received, known in files if known.detail != NAMED]
    found = dict(
        zip(
            (item.sha256 for item in plain),
            read(round_, plain, private=private, each=each),
            strict=True,
        )
    )
    for received, known in files:
        if known.detail == NAMED:
            unit = (known.unit, known.unit_name)
            (found[received.sha256],) = read(
                round_, [received], unit=unit, private=private, each=each
            )
    return tuple(found[received.sha256] for received, _ in files)


def recognised(
    round_: Round,
    sha256: str,
    raw: RawSubmission,
    units: Mapping[str, Standing],
    named: tuple[str, str] | None = None,
) -> Recognised:
    """What a file turned out to be, by what it says of itself or by a clerk's word."""
    identity = raw.identity
    standing = _recognition(round_, raw, units, is_named=named is not None)
    if identity is None:
        return Recognised(sha256=sha256, standing=standing, verdict=raw.verdict)
    return Recognised(
        sha256=sha256,
        standing=standing,
        unit=identity.unit,
        unit_name=identity.unit_name,
        serial=identity.serial,
        correction=identity.correction,
        form=identity.form,
        version=identity.version,
        year=identity.year,
        of_round=identity.round,
        verdict=raw.verdict,
        detail=NAMED if named is not None else "",
    )


def _recognition(
    round_: Round, raw: RawSubmission, units: Mapping[str, Standing], *, is_named: bool
) -> Recognition:
    identity = raw.identity
    if raw.verdict is Verdict.UNREADABLE:
        return Recognition.UNREADABLE
    if raw.form is None or identity is None:
        return Recognition.FOREIGN
    if not is_named and identity.round != round_.id:
        this_year = identity.year in (None, round_.opened.year)
        return Recognition.OTHER_ROUND if this_year else Recognition.OTHER_YEAR
    forged = raw.signature is Signature.INVALID and not is_named
    if not identity.unit or forged:
        return Recognition.NO_UNIT
    standing = units.get(identity.unit)
    if standing is None or not standing.is_active:
        return Recognition.UNKNOWN_UNIT
    if not is_named and identity.serial < standing.serial:
        return Recognition.OLDER_SERIAL
    return Recognition.RETURN
