"""Findings without the content of private fields."""

from __future__ import annotations

from dataclasses import replace

from xlkit.findings import Explanation, Finding, Waiver
from xlkit.form.blocks import Table
from xlkit.form.model import Form, PlacedBlock
from xlkit.master.terms import Terms

_NO_WORDS_OF_PEOPLE = frozenset({"message", "number", "other"})
"""Params that never repeat what a respondent wrote."""


def without_private(finding: Finding, terms: Terms) -> Finding:
    """The finding without the content of private fields; its place and its code stay.

    What was written of it goes, too: it tells what stands there, or whom to ask.
    """
    placed = block_of(terms.form, finding.block)
    if placed is None or terms.private:
        return finding
    hidden = terms.word("hidden")
    if not terms.names_rows(placed) and isinstance(placed.block, Table):
        finding = replace(finding, row=None, where=terms.block_label(placed))
    if not terms.fields(placed):
        finding = replace(
            finding,
            explanation=_hidden(finding.explanation, hidden),
            waiver=_without_why(finding.waiver, hidden),
        )
    fields = {field.name: field for field in placed.block.fields}
    field = fields.get(finding.field or "")
    if field is None or terms.shown(field):
        return finding
    params = {
        name: text if name in _NO_WORDS_OF_PEOPLE else hidden
        for name, text in finding.params.items()
    }
    return replace(
        finding,
        value=hidden if finding.value is not None else None,
        expected=hidden if finding.expected is not None else None,
        params=params,
        explanation=_hidden(finding.explanation, hidden),
        waiver=_without_why(finding.waiver, hidden),
    )


def _without_why(waiver: Waiver | None, hidden: str) -> Waiver | None:
    return replace(waiver, why=hidden) if waiver is not None else None


def _hidden(explanation: Explanation | None, hidden: str) -> Explanation | None:
    return replace(explanation, text=hidden) if explanation is not None else None


def block_of(form: Form, path: str | None) -> PlacedBlock | None:
    """The block that a finding names, if it names one."""
    return next((placed for placed in form.blocks if placed.path == path), None)
