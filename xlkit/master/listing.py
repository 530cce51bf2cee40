"""The findings of a run in words, worst first, without what is private."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from xlkit.catalogue import say
from xlkit.findings import Finding
from xlkit.form.blocks import Table as TableBlock
from xlkit.form.model import Form, PlacedBlock
from xlkit.master.admission import Admitted
from xlkit.master.model import ListedFinding, Part
from xlkit.master.terms import Terms

_NO_WORDS_OF_PEOPLE = frozenset({"message", "number", "other"})
"""Params that never repeat what a respondent wrote."""


def listed(
    admitted: Sequence[Admitted],
    parts: Sequence[Part],
    terms: Sequence[Terms],
    language: str,
) -> tuple[ListedFinding, ...]:
    """All findings; `admitted` are in the order of the master's entries, `terms` of every form."""
    places = _places(parts)
    found = []
    for number, item in enumerate(admitted):
        speech = next((one for one in terms if one.form is item.raw.form), None)
        for finding in item.findings:
            open_ = without_private(finding, speech) if speech is not None else finding
            said = say(open_, language)
            place = _place(open_, number, places)
            found.append(ListedFinding(number, open_, said.title, said.message, said.hint, place))
    return tuple(sorted(found, key=lambda one: one.finding.severity.rank))


def without_private(finding: Finding, terms: Terms) -> Finding:
    """The finding without the content of private fields; its place and its code stay."""
    placed = _placed(terms.form, finding.block)
    if placed is None or terms.private:
        return finding
    hidden = terms.word("hidden")
    if not terms.names_rows(placed) and isinstance(placed.block, TableBlock):
        finding = replace(finding, row=None, where=terms.block_label(placed))
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
    )


def _placed(form: Form, path: str | None) -> PlacedBlock | None:
    return next((placed for placed in form.blocks if placed.path == path), None)


def _places(parts: Sequence[Part]) -> Mapping[tuple[int, str, int, str], tuple[int, int, int]]:
    """Part, table and row of the master by return, sheet, row and block."""
    return {
        (row.origin.entry, row.origin.sheet, row.origin.row, table.path): (p, t, r)
        for p, part in enumerate(parts)
        for t, table in enumerate(part.tables)
        for r, row in enumerate(table.rows)
    }


def _place(
    finding: Finding,
    entry: int,
    places: Mapping[tuple[int, str, int, str], tuple[int, int, int]],
) -> tuple[int, int, int] | None:
    """Where the master shows what a finding speaks of: the row of its first cell that it has."""
    for cell in finding.cells:
        sheet, _, address = cell.rpartition("!")
        number = "".join(sign for sign in address.partition(":")[0] if sign.isdigit())
        key = (entry, sheet, int(number or 0), finding.block or "")
        if key in places:
            return places[key]
    return None
