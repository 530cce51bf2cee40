"""The findings of a run in words, without what is private."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from xlkit.catalogue import say
from xlkit.findings import Finding
from xlkit.master.admission import Admitted
from xlkit.master.model import ListedFinding, Part
from xlkit.master.terms import Terms


def listed(
    admitted: Sequence[Admitted],
    parts: Sequence[Part],
    terms: Sequence[Terms],
    language: str,
) -> tuple[ListedFinding, ...]:
    """All findings, worst first, and of each severity those that wait for somebody first.

    `admitted` are in the order of the master's entries, `terms` of every form.
    """
    places = _places(parts)
    found = []
    for number, item in enumerate(admitted):
        speech = next((one for one in terms if one.form is item.raw.form), None)
        closed = speech.closed(item.raw) if speech is not None else frozenset()
        for finding in item.findings:
            open_ = speech.told(finding, closed) if speech is not None else finding
            said = say(open_, language)
            place = _place(open_, number, places)
            to_do = "\n".join(filter(None, (said.hint, said.clerk_hint)))
            found.append(ListedFinding(number, open_, said.title, said.message, to_do, place))
    return tuple(sorted(found, key=_urgency))


def _urgency(one: ListedFinding) -> tuple[int, bool]:
    return one.finding.severity.rank, not one.finding.is_open


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
