"""A department of the demo: fills the workbook that it was sent, and sends it in."""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from xlkit.findings import Severity
from xlkit.form.fields import AmountField
from xlkit.form.model import Form
from xlkit.form.rows import CellKey
from xlkit.identity import Identity
from xlkit.submission.canonical import answers
from xlkit.submission.cast import cast
from xlkit.submission.raw import RawSubmission
from xlkit.submission.read import Reader
from xlkit.submission.shelf import FormShelf
from xlkit.template.answers import place_answers
from xlkit.template.content import Content
from xlkit.template.layout import parse_cell_name
from xlkit.template.notes import Notes
from xlkit.template.series import Series
from xlkit.template.writer import Issue, render
from xlkit.validation.explanations import finding_keys
from xlkit.validation.review import judged

_PLACE = re.compile(r"(?P<block>\w+)(?:\[(?P<row>[^\]]+)\])?\.(?P<field>\w+)")


@dataclass
class Departments:
    """Those who fill workbooks of a form; `key` is the bureau's, as programs leave its mark."""

    form: Form
    key: bytes | None = None
    _series: list[tuple[Content, Series]] = field(default_factory=list, repr=False)

    def filled(self, identity: Identity, sent: Content, given: Mapping[str, Any]) -> bytes:
        """The workbook that went out with that content, with these answers typed in and saved.

        Departments that answer the same share the work.
        """
        content = place_answers(self.form, given, sent)
        for known, series in self._series:
            if known == content:
                return series.render(identity).data
        self._series.append((content, Series(self.form, content, Issue(self.key))))
        return self._series[-1][1].render(identity).data

    def received(self, workbook: bytes) -> tuple[Identity, Content]:
        """Whose a workbook says that it is, and what it went out with."""
        raw = self._opened(workbook)
        return replace(_identity(raw), issued={}), Content(raw.sizing, {}, _issued(raw))

    def corrected(self, workbook: bytes, change: Mapping[str, str], explain: str) -> bytes:
        """A correction workbook, mended where it has to be; every warning left is explained."""
        raw = self._opened(workbook)
        given = changed(answers(cast(raw), raw=True), change)
        said = dict(raw.explanations)
        if explain:
            said |= dict.fromkeys(self._warnings(self._saved(raw, given, said)), explain)
        return self._saved(raw, given, said)

    def _opened(self, workbook: bytes) -> RawSubmission:
        return Reader(FormShelf([self.form]), self.key).read_bytes(workbook, "")

    def _saved(
        self, raw: RawSubmission, given: Mapping[str, Any], said: Mapping[str, str]
    ) -> bytes:
        content = place_answers(self.form, given, Content(raw.sizing, {}, _issued(raw)))
        notes = Notes(title="", kept=said) if said else None
        identity = replace(_identity(raw), issued={})
        return render(self.form, identity, content, Issue(self.key), notes).data

    def _warnings(self, workbook: bytes) -> tuple[str, ...]:
        (found,) = judged([cast(self._opened(workbook))]).submissions
        return tuple(
            key
            for finding, key in zip(found.findings, finding_keys(found), strict=True)
            if finding.severity is Severity.WARNING and finding.is_open
        )


def _identity(raw: RawSubmission) -> Identity:
    assert raw.identity is not None, "the bureau's workbooks say whose they are"
    return raw.identity


def _issued(raw: RawSubmission) -> dict[CellKey, str]:
    """The cells that the bureau filled in."""
    found = {parse_cell_name(name): text for name, text in _identity(raw).issued.items()}
    return {cell: text for cell, text in found.items() if cell is not None}


def changed(given: Mapping[str, Any], change: Mapping[str, str]) -> dict[str, Any]:
    """The answers with some of them changed, by places `block.field` or `block[row].field`.

    A row is known by any of its texts. KeyError where there is no such place.
    """
    found: dict[str, Any] = copy.deepcopy(dict(given))
    for place, text in change.items():
        match = _PLACE.fullmatch(place)
        if match is None:
            raise KeyError(place)
        block = found[match["block"]]
        rows = [block] if match["row"] is None else block
        row = next(row for row in rows if match["row"] is None or match["row"] in row.values())
        row[match["field"]] = text
    return found


def scaled(form: Form, given: Mapping[str, Any], factor: Decimal) -> dict[str, Any]:
    """The answers with every amount of money times a factor: departments differ."""
    found: dict[str, Any] = copy.deepcopy(dict(given))
    for placed in form.blocks:
        if placed.group is not None or placed.name not in found:
            continue
        names = [item.name for item in placed.block.fields if isinstance(item, AmountField)]
        block = found[placed.name]
        for row in block if isinstance(block, list) else [block]:
            for name in names:
                if row.get(name):
                    row[name] = f"{Decimal(row[name]) * factor:.2f}"
    return found
