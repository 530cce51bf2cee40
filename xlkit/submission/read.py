"""A returned file as raw rows with their addresses, and what was done to its frame."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from xlkit.cells import address
from xlkit.errors import UsageError
from xlkit.files import shown
from xlkit.findings import Finding, Severity, has_errors
from xlkit.form.blocks import Table
from xlkit.form.library import builtin_forms
from xlkit.form.model import Form
from xlkit.form.rows import Row, RowKind, locked_text, rows_of
from xlkit.identity import Identity, Signature
from xlkit.rules.computed import computation
from xlkit.rules.registry import load_checked
from xlkit.rules.types import Texts
from xlkit.submission.as_seen import as_seen
from xlkit.submission.grid import Cell, Grid, ReturnedWorkbook, Unreadable
from xlkit.submission.identify import assumed_identity, identities, is_marked, with_issued
from xlkit.submission.integrity import Inspection, inspect
from xlkit.submission.limits import DEFAULT_LIMITS, Limits
from xlkit.submission.locate import Placement, inserted_rows, locate
from xlkit.submission.opening import open_workbook
from xlkit.submission.raw import RawRow, RawSubmission, Verdict, is_typed
from xlkit.submission.screen import screen
from xlkit.template.layout import BlockPlace, Layout, Part, RowPlace, Sizing, cell_name
from xlkit.template.plan import plan

#: Sheets of a group that an identity may claim; a forged one must not cost memory.
_MOST_MEMBERS, _MOST_SPARES = 500, 5_000
_MOST_ROWS_ON_TRUST = 4_000
_EMPTY = Cell("")


@dataclass
class FormShelf:
    """The forms that returns may be of: those given, else the built-in ones; each loaded once."""

    given: Sequence[Form] = ()
    _loaded: dict[str, Form] = field(default_factory=dict)
    _last_layout: list[tuple[tuple[Sizing, str], Layout]] = field(
        default_factory=list, repr=False, compare=False
    )

    def find(self, name: str, version: int | None = None) -> Form | None:
        """The form of that name, if it is known here; of that version, if several were given."""
        given = [form for form in self.given if form.form == name]
        for form in given:
            if form.version == version:
                return form
        if given:
            return given[0]
        if name not in self._loaded:
            path = builtin_forms().get(name)
            if path is None:
                return None
            self._loaded[name] = load_checked(path)
        return self._loaded[name]

    def layout(self, form: Form, sizing: Sizing, language: str) -> Layout:
        """The layout of that sizing; the last one is kept, since returns of a run are alike."""
        for wanted, layout in self._last_layout:
            if layout.form is form and wanted == (sizing, language):
                return layout
        layout = plan(form, sizing, language)
        self._last_layout[:] = [((sizing, language), layout)]
        return layout

    def __getstate__(self) -> dict[str, Any]:
        return {**vars(self), "_last_layout": []}

    @property
    def only(self) -> Form | None:
        """The form to assume where a workbook names none."""
        return self.given[0] if len(self.given) == 1 else None


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

    def read(self, path: Path) -> RawSubmission:
        """The file as it came back.

        Raises:
            UsageError: there is no such file, or it cannot be opened.
        """
        return self.read_bytes(bytes_of(path, self.limits), shown(path))

    def read_bytes(self, data: bytes, name: str) -> RawSubmission:
        """The content of a returned file; whatever it is, the answer is a submission."""
        digest = hashlib.sha256(data).hexdigest()
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
        layout = self.shelf.layout(form, sizing, _language(form, identity))
        if identity.layout and identity.layout != layout.digest:
            findings.append(_error("layout-unknown", expected=layout.digest, value=identity.layout))
        placements, others = locate(layout, workbook.sheets)
        if not placements:
            findings.append(_error("form-not-found", form=form.form))
            return _refused(name, digest, Verdict.FOREIGN, *findings)
        rows = list(_rows(layout, placements, identity))
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
            signature=identity.signature(self.key),
            rows=tuple(rows),
            cells=inspection.count,
        )

    def _attributed(self, identity: Identity) -> Identity:
        """The identity, of the unit that a clerk named."""
        if self.unit is None:
            return identity
        code, name = self.unit
        return replace(identity, unit=code, unit_name=name or identity.unit_name)

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

    def _identified(
        self, workbook: ReturnedWorkbook, carried: tuple[Identity, ...]
    ) -> tuple[Form | None, Identity | None, list[Finding]]:
        """The form and identity to read by, and what is to be said of them."""
        if not carried:
            form = self.shelf.only
            if form is None or not is_marked(workbook):
                return None, None, [_error("not-our-workbook")]
            return form, assumed_identity(form, workbook), [self._assumed(form, "")]
        identity = with_issued(_most_trusted(carried, self.key), carried)
        form = self.shelf.find(identity.form, identity.version)
        if form is None and self.shelf.only is not None and self.unit is not None:
            form = self.shelf.only
            return form, assumed_identity(form, workbook), [self._assumed(form, identity.form)]
        if form is None:
            return None, None, [_error("form-unknown", value=identity.form, form=identity.form)]
        findings = []
        if self.unit is not None and identity.unit != self.unit[0]:
            findings.append(self._assumed(form, f"{identity.unit} {identity.unit_name}".strip()))
        if form.version != identity.version:
            findings.append(
                _error("form-version", value=str(identity.version), expected=str(form.version))
            )
        if len({other.canonical() for other in carried}) > 1:
            findings.append(_error("identity-conflict"))
        if identity.signature(self.key) is Signature.INVALID:
            findings.append(_error("signature-invalid"))
        return form, identity, findings


def bytes_of(path: Path, limits: Limits = DEFAULT_LIMITS) -> bytes:
    """The file's content; of one that is too large, just enough to tell.

    Raises:
        UsageError: there is no such file, or it cannot be opened.
    """
    try:
        with path.open("rb") as file:
            return file.read(limits.max_bytes + 1)
    except OSError as error:
        raise UsageError(f"{shown(path)}: cannot be opened: {error.strerror or error}") from error


def _most_trusted(carried: tuple[Identity, ...], key: bytes | None) -> Identity:
    """The identity that the key vouches for, else the first."""
    for identity in carried:
        if identity.signature(key) is Signature.VALID:
            return identity
    return carried[0]


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


def _rows(
    layout: Layout, placements: Mapping[str, Placement], identity: Identity
) -> Iterator[RawRow]:
    """Every row of every block that was found, in the order of the returned sheets."""
    for sheet, block in layout.blocks():
        placement = placements.get(sheet.id)
        if placement is None:
            continue
        rows = [
            _raw_row(placement, block, row, identity)
            for row in block.rows
            if row.top in placement.rows
        ]
        if isinstance(block.placed.block, Table):
            for number, top in enumerate(inserted_rows(placement, block), start=1):
                rows.append(_inserted_row(placement, block, number, top))
        yield from sorted(rows, key=lambda raw: raw.top)


def _raw_row(
    placement: Placement, block: BlockPlace, place: RowPlace, identity: Identity
) -> RawRow:
    texts: dict[str, Texts] = {}
    cells: dict[str, tuple[str, ...]] = {}
    formulas: dict[str, bool | None] = {}
    pending: set[str] = set()
    filled = False
    for name in dict.fromkeys(slot.field for slot in place.slots):
        if computation(block.placed, place.row.key, name) is not None:
            formulas[name] = _has_formula(
                placement.grid, placement.cell(*place.slot(name).box.first)
            )
        at = [(slot, placement.cell(*slot.box.first)) for slot in place.slots_of(name)]
        held = {slot.part: _content(placement.grid, cell) for slot, cell in at}
        found = {
            part: _typed_text(cell) if name not in formulas else cell.text
            for part, cell in held.items()
        }
        if name not in formulas and not all(cell.calculated for cell in held.values()):
            pending.add(name)
        whole = found.get(Part.WHOLE, found.get(Part.NUMBER, ""))
        texts[name] = (found.get(Part.OPERATOR, ""), whole, found.get(Part.UNIT, ""))
        cells[name] = tuple(address(*cell) for _, cell in at if cell is not None)
        issued = identity.issued.get(cell_name(block.path, block.instance, place.row.mark, name))
        if issued is not None:
            texts[name] = ("", issued, "")
            filled = True
            continue
        locked = locked_text(block.placed.field(name), place.row)
        if locked is not None and name not in formulas:
            texts[name] = ("", locked, "")
        elif name not in formulas and block.placed.field(name).takes_input:
            filled = filled or is_typed(place.row, name, texts[name])
    return RawRow(
        placed=block.placed,
        instance=block.instance,
        row=place.row,
        sheet=placement.grid.name,
        top=placement.rows[place.top],
        texts=texts,
        cells=cells,
        filled=filled,
        formulas=formulas,
        pending=frozenset(pending),
    )


def _has_formula(grid: Grid, cell: tuple[int, int] | None) -> bool | None:
    """Whether a cell holds a formula; None where the format does not tell."""
    if not grid.tells_formulas:
        return None
    content = grid.cells.get(cell) if cell is not None else None
    return content is not None and content.formula is not None


def _inserted_row(placement: Placement, block: BlockPlace, number: int, top: int) -> RawRow:
    """A row that the department inserted, read by the columns of its table."""
    pattern = max(block.rows, key=lambda row: len(row.slots))
    texts: dict[str, Texts] = {}
    cells: dict[str, tuple[str, ...]] = {}
    formulas: dict[str, bool | None] = {}
    pending: set[str] = set()
    for name in dict.fromkeys(slot.field for slot in pattern.slots):
        at = {slot.part: (top, placement.columns[slot.box.left]) for slot in pattern.slots_of(name)}
        held = {part: _content(placement.grid, cell) for part, cell in at.items()}
        computed = computation(block.placed, None, name) is not None
        found = {part: cell.text if computed else _typed_text(cell) for part, cell in held.items()}
        if not computed and not all(cell.calculated for cell in held.values()):
            pending.add(name)
        whole = found.get(Part.WHOLE, found.get(Part.NUMBER, ""))
        texts[name] = (found.get(Part.OPERATOR, ""), whole, found.get(Part.UNIT, ""))
        cells[name] = tuple(address(*cell) for cell in at.values())
        if computed:
            formulas[name] = _has_formula(placement.grid, next(iter(at.values())))
    return RawRow(
        placed=block.placed,
        instance=block.instance,
        row=Row(mark=f"inserted-{number}", kind=RowKind.SPARE),
        sheet=placement.grid.name,
        top=top,
        texts=texts,
        cells=cells,
        filled=any(
            text.strip() for name, parts in texts.items() if name not in formulas for text in parts
        ),
        formulas=formulas,
        pending=frozenset(pending),
    )


def _content(grid: Grid, cell: tuple[int, int] | None) -> Cell:
    content = grid.cells.get(cell) if cell is not None else None
    return _EMPTY if content is None else content


def _typed_text(cell: Cell) -> str:
    """What a cell says; where only its formula was saved, that."""
    return cell.text if cell.calculated else cell.formula or ""


def _verdict(inspection: Inspection) -> Verdict:
    if inspection.restructured:
        return Verdict.RESTRUCTURED
    return Verdict.REPAIRED if inspection.changed else Verdict.INTACT
