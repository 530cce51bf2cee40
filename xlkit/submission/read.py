"""A returned file from its bytes to its raw rows, and what is to be said of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from xlkit.files import shown
from xlkit.findings import Finding, Severity, has_errors
from xlkit.form.model import Form
from xlkit.form.rows import rows_of
from xlkit.identity import Identity, Signature
from xlkit.submission.as_seen import as_seen
from xlkit.submission.content import Content, content_of
from xlkit.submission.grid import ReturnedWorkbook, Unreadable
from xlkit.submission.identify import (
    assumed_identity,
    identities,
    is_marked,
    likeliest,
    with_issued,
)
from xlkit.submission.integrity import Inspection, inspect
from xlkit.submission.limits import DEFAULT_LIMITS, Limits
from xlkit.submission.locate import locate
from xlkit.submission.opening import open_workbook
from xlkit.submission.raw import RawSubmission, Verdict
from xlkit.submission.raw_rows import raw_rows
from xlkit.submission.screen import screen
from xlkit.submission.shelf import FormShelf
from xlkit.template.layout import Sizing

#: Sheets of a group that an identity may claim; a forged one must not cost memory.
_MOST_MEMBERS, _MOST_SPARES = 500, 5_000
_MOST_ROWS_ON_TRUST = 4_000

#: The form and identity to read a workbook by, and what is to be said of them.
_Identified = tuple[Form | None, Identity | None, list[Finding]]


@dataclass(frozen=True)
class Reader:
    """How returns are read: the forms they may be of, the key they were signed with, limits.

    Reads in this process; `take_in` and `review` read in workers what may do harm.
    """

    shelf: FormShelf = field(default_factory=FormShelf)
    key: bytes | None = None
    limits: Limits = DEFAULT_LIMITS
    unit: tuple[str, str] | None = None
    """Code and name of the unit that a clerk says the workbook is from, whatever it says."""
    is_ordered: bool = False
    """Whether a clerk says that the workbook is of the only form given, whatever it says."""

    def read(self, path: Path) -> RawSubmission:
        """The file as it came back.

        Raises:
            UsageError: there is no such file, or it cannot be opened.
        """
        return self.read_content(content_of(path, self.limits), shown(path))

    def read_bytes(self, data: bytes, name: str) -> RawSubmission:
        """All bytes of a returned file; whatever they are, the answer is a submission."""
        return self.read_content(Content.whole(data), name)

    def read_content(self, content: Content, name: str) -> RawSubmission:
        """The content of a returned file, known by the digest of the whole file."""
        data, digest = content.data, content.sha256
        screening = screen(data, self.limits)
        if screening.kind is None or has_errors(screening.findings):
            return _refused(name, digest, Verdict.UNREADABLE, *screening.findings)
        try:
            workbook = open_workbook(data, screening.kind)
        except Unreadable as failure:
            finding = Finding(
                code=failure.code, severity=Severity.ERROR, params={"detail": failure.detail}
            )
            return _refused(name, digest, Verdict.UNREADABLE, *screening.findings, finding)
        submission = self._read_workbook(workbook, name, digest)
        return replace(submission, findings=(*screening.findings, *submission.findings))

    def _read_workbook(self, workbook: ReturnedWorkbook, name: str, digest: str) -> RawSubmission:
        carried = identities(workbook)
        form, identity, findings = self._identified(workbook, carried)
        if form is None or identity is None:
            return _refused(name, digest, Verdict.FOREIGN, *findings)
        sizing = _sizing(form, identity, workbook)
        layout = self.shelf.layout(form, sizing, _language(form, identity), identity.layout)
        if identity.layout and identity.layout != layout.digest:
            findings.append(_error("layout-unknown", expected=layout.digest, value=identity.layout))
        placements, others = locate(layout, workbook.sheets)
        if not placements:
            findings.append(_error("form-not-found", form=form.form))
            return _refused(name, digest, Verdict.FOREIGN, *findings)
        rows = list(raw_rows(layout, placements, identity))
        inspection = inspect(layout, identity, placements, others, rows, workbook)
        return RawSubmission(
            file=name,
            sha256=digest,
            verdict=_verdict(inspection),
            findings=(
                *findings,
                *inspection.findings,
                *as_seen(rows, placements.values(), identity),
            ),
            form=form,
            identity=self._attributed(identity),
            claimed=identity if self.unit is not None else None,
            signature=identity.signature(self.key),
            rows=tuple(rows),
            cells=inspection.count,
            sizing=sizing,
            outside=inspection.outside,
            explanations=inspection.explanations,
        )

    def _attributed(self, identity: Identity) -> Identity:
        """The identity, of the unit that a clerk named."""
        if self.unit is None:
            return identity
        code, name = self.unit
        if not name and code == identity.unit:
            name = identity.unit_name
        return replace(identity, unit=code, unit_name=name)

    def _assumed(self, form: Form, said: str) -> Finding:
        """That a workbook is read as a clerk ordered; without a unit named, an error."""
        unit = " ".join(self.unit or ())
        if not unit:
            return _error("identity-lost", form=form.form)
        return Finding(
            code="identity-assumed",
            severity=Severity.WARNING,
            value=said or None,
            params={"form": form.form, "unit": unit.strip()},
        )

    def _identified(self, workbook: ReturnedWorkbook, carried: tuple[Identity, ...]) -> _Identified:
        """The form and identity to read by, and what is to be said of them."""
        by_order = self.is_ordered or self.unit is not None
        ordered = self.shelf.only if by_order else None
        if not carried:
            return self._unsaid(workbook, is_ordered=ordered is not None)
        identity = with_issued(_most_trusted(carried, self.key), carried)
        form = self.shelf.find(identity.form, identity.version)
        if ordered is not None and form is not ordered:
            return self._by_order(ordered, workbook, identity, carried)
        if form is None:
            return None, None, [_error("form-unknown", value=identity.form, form=identity.form)]
        findings = [*self._gainsaid(form, identity), *_of_version(form, identity)]
        return form, identity, [*findings, *self._doubts(identity, carried)]

    def _unsaid(self, workbook: ReturnedWorkbook, *, is_ordered: bool) -> _Identified:
        """What to read a workbook by that does not say what it is."""
        form = self.shelf.only or likeliest(self.shelf.forms, workbook)
        if form is None or not (is_ordered or is_marked(workbook)):
            return None, None, [_error("not-our-workbook")]
        return form, assumed_identity(form, workbook), [self._assumed(form, "")]

    def _by_order(
        self,
        ordered: Form,
        workbook: ReturnedWorkbook,
        identity: Identity,
        carried: tuple[Identity, ...],
    ) -> _Identified:
        """What to read a workbook by that names another form than the clerk."""
        assumed = assumed_identity(ordered, workbook)
        if self.unit is not None:
            return ordered, assumed, [self._assumed(ordered, identity.form)]
        findings = [_assumed_form(ordered, identity), *self._doubts(identity, carried)]
        return ordered, _of_same_unit(assumed, identity), findings

    def _gainsaid(self, form: Form, identity: Identity) -> Iterator[Finding]:
        """That the clerk names another unit than the workbook."""
        if self.unit is not None and identity.unit != self.unit[0]:
            yield self._assumed(form, f"{identity.unit} {identity.unit_name}".strip())

    def _doubts(self, identity: Identity, carried: tuple[Identity, ...]) -> Iterator[Finding]:
        """What speaks against what a workbook says of itself."""
        if len({other.canonical() for other in carried}) > 1:
            yield _error("identity-conflict")
        if identity.signature(self.key) is Signature.INVALID:
            yield _error("signature-invalid")


def _most_trusted(carried: tuple[Identity, ...], key: bytes | None) -> Identity:
    """The identity that the key vouches for, else the first."""
    for identity in carried:
        if identity.signature(key) is Signature.VALID:
            return identity
    return carried[0]


def _of_version(form: Form, identity: Identity) -> Iterator[Finding]:
    """That a workbook is of another version than the form that it is read by."""
    if form.version != identity.version:
        code = "form-version" if identity.version < form.version else "form-too-new"
        yield _error(code, value=str(identity.version), expected=str(form.version))


def _assumed_form(form: Form, identity: Identity) -> Finding:
    """That a workbook is read by a form that it does not name."""
    return Finding(
        code="form-assumed",
        severity=Severity.WARNING,
        value=identity.form,
        expected=form.form,
        params={"unit": f"{identity.unit} {identity.unit_name}".strip()},
    )


def _of_same_unit(assumed: Identity, identity: Identity) -> Identity:
    """An assumed identity with the unit, the round and the year that the workbook names."""
    return replace(
        assumed,
        round=identity.round,
        unit=identity.unit,
        unit_name=identity.unit_name,
        year=identity.year,
        serial=identity.serial,
    )


def _refused(name: str, digest: str, verdict: Verdict, *findings: Finding) -> RawSubmission:
    return RawSubmission(file=name, sha256=digest, verdict=verdict, findings=findings)


def _error(
    code: str, *, value: str | None = None, expected: str | None = None, **params: str
) -> Finding:
    return Finding(
        code=code, severity=Severity.ERROR, value=value, expected=expected, params=params
    )


def _sizing(form: Form, identity: Identity, workbook: ReturnedWorkbook) -> Sizing:
    """The sizing that the identity claims, unless the workbook cannot have been that large."""
    wanted = Sizing.of(form, identity.sizing)
    claimed = Sizing(
        {name: max(0, min(number, _MOST_MEMBERS)) for name, number in wanted.members.items()},
        {name: max(0, min(number, _MOST_SPARES)) for name, number in wanted.spares.items()},
    )
    there = sum(max((row for row, _ in grid.cells), default=0) for grid in workbook.sheets)
    if _rows_claimed(form, claimed) <= max(_MOST_ROWS_ON_TRUST, 2 * there):
        return claimed
    return Sizing.of(form, assumed_identity(form, workbook).sizing)


def _rows_claimed(form: Form, sizing: Sizing) -> int:
    rows = 0
    for placed in form.blocks:
        spares = sizing.spares.get(placed.path)
        members = 1
        if placed.group is not None:
            members = sizing.members.get(placed.group, form.groups[placed.group].spares)
        rows += members * len(rows_of(form, placed, spares))
    return rows


def _language(form: Form, identity: Identity) -> str:
    return identity.language if identity.language in form.languages else form.languages[0]


def _verdict(inspection: Inspection) -> Verdict:
    if inspection.restructured:
        return Verdict.RESTRUCTURED
    return Verdict.REPAIRED if inspection.changed else Verdict.INTACT
