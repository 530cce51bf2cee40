"""Who enters the master, and what is found when returns are laid side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath

from xlkit.catalogue import severity_of
from xlkit.findings import Finding, has_errors
from xlkit.master.model import State
from xlkit.master.terms import word
from xlkit.submission.model import Submission
from xlkit.submission.raw import RawSubmission, Verdict
from xlkit.values.text import squeeze

#: Codes that already say that a file names no unit.
_SAYS_NO_UNIT = frozenset({"identity-lost"})


@dataclass(frozen=True)
class Admitted:
    """A return with its state; `findings` are all that count for it, ours last."""

    submission: Submission = field(repr=False)
    file: str
    state: State
    findings: tuple[Finding, ...] = ()

    @property
    def raw(self) -> RawSubmission:
        return self.submission.raw


def admitted(
    submissions: Sequence[Submission], *, include_errors: bool, language: str
) -> tuple[Admitted, ...]:
    """The returns in the order given, with who enters.

    A file whose bytes came before counts once: its other findings are those of the first.
    Two files of one unit and form bar each other, whatever `include_errors` says, and so is
    a file barred that names no unit.
    """
    files = file_labels([item.raw.file for item in submissions])
    firsts: dict[str, int] = {}
    for number, item in enumerate(submissions):
        firsts.setdefault(_digest(item.raw, number), number)
    rivals = _rivals([submissions[number] for number in firsts.values()])
    found = []
    joint = word("joint", language)
    for number, (item, file) in enumerate(zip(submissions, files, strict=True)):
        first = firsts[_digest(item.raw, number)]
        if first != number:
            notice = _finding("same-file-twice", files[first])
            found.append(Admitted(item, file, State.DUPLICATE, (notice,)))
            continue
        others = joint.join(files[firsts[digest]] for digest in rivals.get(item.raw.sha256, ()))
        state, own = _judged(item, others, include_errors=include_errors)
        found.append(Admitted(item, file, state, (*item.findings, *own)))
    return tuple(found)


def _digest(raw: RawSubmission, number: int) -> str:
    """What a file is known by; one whose digest could not be taken is like no other."""
    return raw.sha256 or f"{number}"


def file_labels(files: Sequence[str]) -> list[str]:
    """The files' names, with as many of their folders as it takes to tell them apart."""
    paths = [PurePath(file).parts for file in files]
    different = len(set(paths))
    depth = 1
    while len({parts[-depth:] for parts in paths}) < different:
        depth += 1
    return ["/".join(parts[-depth:]) for parts in paths]


def _judged(
    item: Submission, others: str, *, include_errors: bool
) -> tuple[State, tuple[Finding, ...]]:
    if item.raw.verdict is Verdict.UNREADABLE:
        return State.UNREADABLE, ()
    if item.raw.form is None:
        return State.FOREIGN, ()
    if not _unit(item.raw):
        said = any(finding.code in _SAYS_NO_UNIT for finding in item.findings)
        return State.NO_UNIT, () if said else (_finding("unit-missing-code"),)
    if others:
        return State.UNIT_TWICE, (_finding("unit-twice", others),)
    if not has_errors(item.findings):
        return State.ACCEPTED, ()
    return State.INCLUDED if include_errors else State.ERRORS, ()


def _rivals(submissions: Sequence[Submission]) -> Mapping[str, tuple[str, ...]]:
    """For each file the others of its unit and form, by sha256.

    A file that gives only its unit's name is of the unit that has a code and that name.
    """
    read = [item.raw for item in submissions if item.raw.form is not None and _unit(item.raw)]
    codes: dict[tuple[str, str], set[str]] = {}
    for raw in read:
        if _code(raw):
            codes.setdefault((_form(raw), _name(raw)), set()).add(_code(raw))
    by_unit: dict[tuple[str, str], list[str]] = {}
    for raw in read:
        named = codes.get((_form(raw), _name(raw)), set())
        unit = _code(raw) or (next(iter(named)) if len(named) == 1 else _name(raw))
        by_unit.setdefault((_form(raw), unit), []).append(raw.sha256)
    return {
        digest: tuple(other for other in digests if other != digest)
        for digests in by_unit.values()
        for digest in digests
    }


def _form(raw: RawSubmission) -> str:
    return raw.form.form if raw.form is not None else ""


def _code(raw: RawSubmission) -> str:
    return squeeze(raw.identity.unit) if raw.identity is not None else ""


def _name(raw: RawSubmission) -> str:
    return squeeze(raw.identity.unit_name) if raw.identity is not None else ""


def _unit(raw: RawSubmission) -> str:
    return _code(raw) or _name(raw)


def _finding(code: str, other: str = "") -> Finding:
    params = {"other": other} if other else {}
    return Finding(code=code, severity=severity_of(code), params=params)
