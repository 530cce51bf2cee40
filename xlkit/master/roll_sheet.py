"""The sheet that lists every unit of the roll, and the overview's short table of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from xlkit.cells import Box, quoted_sheet
from xlkit.master import looks, pages
from xlkit.master.model import Master
from xlkit.master.roll import Group, Progress, RollLine, groups, owing
from xlkit.master.sheets import FIRST, HEAD, Arrangement
from xlkit.master.terms import word
from xlkit.template.book import Book, Page

_COLUMNS = (
    ("number", 6), ("parent", 22), ("unit_code", 14), ("unit_name", 32), ("standing_of", 16),
    ("in_master", 10), ("due", 12), ("received", 20), ("late", 8), ("returns", 9),
    ("waived", 9), ("note", 44),
)  # fmt: skip
_CENTRED = frozenset(
    {"number", "standing_of", "in_master", "due", "received", "late", "returns", "waived"}
)
_PLACES = {name: number for number, (name, _) in enumerate(_COLUMNS, start=1)}
_LOOKS: Mapping[Progress, looks.Style] = {
    Progress.NOT_SENT: looks.QUIET,
    Progress.WRITTEN: looks.QUIET,
    Progress.SENT: looks.WAITS,
    Progress.RETURNED: looks.WAITS,
    Progress.ERRORS: looks.WRONG,
    Progress.EXPLAIN: looks.WAITS,
    Progress.ACCEPTED: looks.ANSWERED,
    Progress.REJECTED: looks.WRONG,
    Progress.REMOVED: looks.QUIET,
    Progress.MERGED: looks.QUIET,
}
_GROUP_LOOKS: Mapping[str, looks.Style] = {
    "in": looks.ANSWERED,
    "silent": looks.WAITS,
    "late": looks.WRONG,
    "returned": looks.WAITS,
    "wrong": looks.WRONG,
    "rejected": looks.WRONG,
    "waived": looks.WAIVED,
    "gone": looks.QUIET,
}
#: Units that the overview names of a group; the sheet has all.
_MOST_NAMED = 30
_LABEL, _COUNT = 3, 4
"""The last column of a group's label on the overview, and that of its number."""


def write_roll(
    book: Book, master: Master, arrangement: Arrangement, findings: Mapping[int, str]
) -> None:
    """Every unit by parent and code; `findings` is where the worst of each entry is listed.

    A name leads to the unit's first row of data, the state to what was found.
    """
    language, roll = master.language, master.roll
    labels = [word(name, language) for name, _ in _COLUMNS]
    widths = [float(width) for _, width in _COLUMNS]
    numbers = {group.key: str(len(group.lines)) for group in groups(roll)}
    remark = word(
        "roll_subtitle",
        language,
        all=str(owing(roll)),
        merged=numbers["in"],
        silent=numbers["silent"],
        late=numbers.get("late", "0"),
    )
    for stretch in arrangement.roll:
        title = word("roll_sheet", language)
        page = pages.start(book, stretch.sheet, title, remark, tab="overview", span=len(_COLUMNS))
        pages.set_widths(page, widths)
        pages.headings(page, HEAD, 1, labels, widths)
        chosen = roll[stretch.start : stretch.start + stretch.count]
        rows = [_cells(n, one, language) for n, one in enumerate(chosen, stretch.start + 1)]
        styles = [looks.CENTRE if name in _CENTRED else looks.TEXT for name, _ in _COLUMNS]
        formats = [book.style(style) for style in styles]
        page.rows(FIRST, 1, (list(zip(cells, formats, strict=True)) for cells in rows))
        pages.fit_heights(page, FIRST, rows, widths)
        for row, line in enumerate(chosen, start=FIRST):
            _mark(page, row, line, language)
        _link(page, chosen, master, arrangement, findings)
        page.filter(Box(HEAD, 1, stretch.last, len(_COLUMNS)))
        page.sheet.freeze_panes(HEAD, _PLACES["unit_name"])
        pages.printing(page, Box(1, 1, stretch.last, len(_COLUMNS)), language)


def _cells(number: int, line: RollLine, language: str) -> list[str | float | None]:
    return [
        float(number),
        line.parent,
        line.unit,
        line.name,
        word(f"standing_{line.state.value}_of", language),
        word("yes", language) if line.is_merged else "",
        line.due.isoformat() if line.due else "",
        f"{line.received:%Y-%m-%d %H:%M}" if line.received else "",
        word("late", language) if line.is_late else "",
        float(line.returns),
        float(line.waived) if line.waived else "",
        pages.fitting(line.note, language),
    ]


def _mark(page: Page, row: int, line: RollLine, language: str) -> None:
    """Colours how the unit stands, and what is late or let stand."""
    marks: list[tuple[str, str, looks.Style]] = [
        ("standing_of", word(f"standing_{line.state.value}_of", language), _LOOKS[line.state])
    ]
    if line.is_late:
        marks.append(("late", word("late", language), looks.WRONG))
    if line.is_merged:
        marks.append(("in_master", word("yes", language), looks.ANSWERED))
    for name, text, look in marks:
        page.text(pages.cell(row, _PLACES[name]), text, pages.with_look(looks.CENTRE, look))


def _link(
    page: Page,
    lines: Sequence[RollLine],
    master: Master,
    arrangement: Arrangement,
    findings: Mapping[int, str],
) -> None:
    """Names lead to data, states to findings."""
    data = _first_rows(master, arrangement)
    entries: dict[str, int] = {}
    for number, entry in enumerate(master.entries):
        entries.setdefault(entry.unit, number)
    for row, line in enumerate(lines, start=FIRST):
        entry_number = entries.get(line.unit) if line.unit else None
        if entry_number is None:
            continue
        if entry_number in data:
            style = pages.with_look(looks.TEXT, looks.LINK)
            at = pages.cell(row, _PLACES["unit_name"])
            page.link(at, data[entry_number], line.name or line.unit, style)
        if entry_number in findings:
            style = pages.with_look(looks.CENTRE, _LOOKS[line.state], {"underline": 1})
            state = word(f"standing_{line.state.value}_of", master.language)
            at = pages.cell(row, _PLACES["standing_of"])
            page.link(at, findings[entry_number], state, style)


def _first_rows(master: Master, arrangement: Arrangement) -> dict[int, str]:
    """Where each entry's data begin."""
    found: dict[int, str] = {}
    for p, part in enumerate(master.parts):
        for t, table in enumerate(part.tables):
            for r, row in enumerate(table.rows):
                if row.origin.entry not in found:
                    sheet, at = arrangement.place((p, t, r))
                    found[row.origin.entry] = f"{quoted_sheet(sheet)}!A{at}"
    return found


def write_groups(
    page: Page, master: Master, arrangement: Arrangement, row: int, widths: Sequence[float]
) -> int:
    """The overview's table of who is in, late, silent and so on; gives the row after it."""
    language, sheet = master.language, arrangement.roll[0].sheet
    wide = len(widths)
    heading = word("roll_heading", language, all=str(owing(master.roll)))
    page.text(Box(row, 1, row, wide), heading, looks.HEADING)
    page.height(row, 26)
    for at, group in enumerate(groups(master.roll), start=row + 1):
        label = word(f"roll_{group.key}", language)
        look = _GROUP_LOOKS[group.key] if group.lines else {}
        style = pages.with_look(looks.TEXT, look, {"bold": True, "underline": 1})
        page.text(Box(at, 1, at, _LABEL), "", style)
        page.link(pages.cell(at, 1), f"{quoted_sheet(sheet)}!A{FIRST}", label, style)
        number = pages.with_look(looks.COUNT, look, {"bold": True})
        page.number(pages.cell(at, _COUNT), len(group.lines), number)
        names = _names(group, language, sheet)
        page.text(Box(at, _COUNT + 1, at, wide), names, looks.TEXT)
        pages.fit_heights(page, at, [(names,)], [sum(widths[_COUNT:])])
    return row + 1 + len(groups(master.roll))


def _names(group: Group, language: str, sheet: str) -> str:
    """The units of a group by name, the first of them where there are many."""
    named = [" ".join(filter(None, (line.unit, line.name))) for line in group.lines]
    shown = word("joint", language).join(named[:_MOST_NAMED])
    if len(named) <= _MOST_NAMED:
        return shown or word("roll_none", language)
    return word("roll_more", language, names=shown, number=str(len(named)), sheet=sheet)
