"""What departments wrote of warnings, beside the rows and on the figures that it explains."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from xlkit.catalogue import say, waiver_text
from xlkit.findings import Finding
from xlkit.form.blocks import Matrix, Table
from xlkit.master.model import Said
from xlkit.master.terms import Terms
from xlkit.submission.model import CastRow
from xlkit.submission.private import block_of

Place = tuple[str, int]
"""A block's path, and the number of a row among those of the block that are shown."""


@dataclass
class RowSaid:
    """What is said of one row.

    `beside` has for each explanation what it is about; `on` are explanations by field.
    """

    beside: dict[str, list[str]] = field(default_factory=dict)
    on: dict[str, list[Said]] = field(default_factory=dict)

    def text(self, terms: Terms) -> str:
        """A line for each explanation, led by the labels of what it is about."""
        joint = terms.word("joint")
        return "\n".join(
            terms.word("said", label=joint.join(dict.fromkeys(labels)), text=text)
            for text, labels in self.beside.items()
        )


def said_of(
    rows: Mapping[str, Sequence[CastRow]],
    findings: Sequence[Finding],
    terms: Terms,
    closed: frozenset[str] = frozenset(),
) -> Mapping[Place, RowSaid]:
    """The explanations that count and the waivers of a return, by row; `rows` are those shown.

    `closed` are the cells of the returned file that are not shown.

    A finding about one row stands beside that row, however many cells it compares; one about
    several rows of its block beside each of them; one about no cell that is shown beside the
    row or the block that it names. All figures that it compares bear it. What was written of
    private fields is left out.
    """
    found: dict[Place, RowSaid] = {}
    answered = [one for one in findings if _is_explained(one) or one.waiver is not None]
    if not answered:
        return found
    cells = dict(_cells(rows, terms))
    for finding in answered:
        shown = terms.told(finding, closed)
        if (shown.explanation, shown.waiver) != (finding.explanation, finding.waiver):
            continue
        figures = [cells[cell] for cell in finding.cells if cell in cells]
        for said in _said(shown, terms):
            label = _label(finding, said, terms, located=bool(figures))
            for place in _beside(finding, [place for place, _ in figures], rows):
                found.setdefault(place, RowSaid()).beside.setdefault(said.text, []).append(label)
            for place, name in dict.fromkeys(figures):
                found.setdefault(place, RowSaid()).on.setdefault(name, []).append(said)
    return found


def _is_explained(finding: Finding) -> bool:
    return finding.explanation is not None and finding.explanation.counts


def _cells(
    rows: Mapping[str, Sequence[CastRow]], terms: Terms
) -> Iterator[tuple[str, tuple[Place, str]]]:
    """Row and field of every cell of the returned file that is shown."""
    for path, of in rows.items():
        shown = {one.name for one in terms.fields(terms.form.block(path))}
        for number, row in enumerate(of):
            for name in shown & row.raw.cells.keys():
                for cell in row.raw.cells[name]:
                    yield f"{row.raw.sheet}!{cell}", ((path, number), name)


def _beside(
    finding: Finding, figures: Sequence[Place], rows: Mapping[str, Sequence[CastRow]]
) -> tuple[Place, ...]:
    """The rows that a finding stands beside; () where nothing of its block is shown."""
    own = [place for place in figures if place[0] == finding.block]
    if own and finding.row is None:
        return tuple(dict.fromkeys(own))
    if own or figures:
        return ((own or figures)[0],)
    block = finding.block or ""
    members = [
        ((block, number), row)
        for number, row in enumerate(rows.get(block, ()))
        if finding.instance in (None, row.raw.instance)
    ]
    named = [place for place, row in members if finding.row is not None and row.key == finding.row]
    return tuple(named[:1] or [place for place, _ in members][:1])


def _label(finding: Finding, said: Said, terms: Terms, *, located: bool) -> str:
    """What an explanation is about: a field, or the finding where none is meant.

    One that is not `located` at a figure speaks of its row, or of a table as a whole.
    """
    placed = block_of(terms.form, finding.block)
    several = placed is not None and isinstance(placed.block, Matrix | Table)
    if several and finding.row is None and not located:
        return terms.word("said_of_all", title=said.title)
    for one in placed.block.fields if placed is not None else ():
        if one.name == finding.field:
            return terms.text(one.label)
    return said.title


def _said(finding: Finding, terms: Terms) -> Iterator[Said]:
    """What was written of a finding: by the department, by the bureau."""
    words = say(finding, terms.language)
    if finding.explanation is not None and finding.explanation.counts:
        yield Said(words.title, words.message, finding.explanation.text.strip())
    if finding.waiver is not None:
        text = waiver_text(finding.waiver, terms.language)
        yield Said(words.title, words.message, text, is_waiver=True)
