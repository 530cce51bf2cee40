"""The sheets that list: every finding, and where every row of data comes from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from xlkit.catalogue import waiver_text
from xlkit.cells import Box, quoted_sheet
from xlkit.findings import Finding, Severity
from xlkit.master import looks, pages
from xlkit.master.model import ListedFinding, Master
from xlkit.master.sheets import FIRST, HEAD, Arrangement, Stretch
from xlkit.master.terms import word
from xlkit.template.book import Book, Page

_FINDINGS = (
    ("number", 6), ("severity", 8), ("progress", 17), ("unit_code", 13), ("unit_name", 22),
    ("finding", 20), ("place", 28), ("value", 16), ("message", 42), ("explanation", 42),
    ("hint", 42), ("expected", 16), ("cells", 20), ("file", 26), ("code", 18),
)  # fmt: skip
_SOURCES = (
    ("table", 22), ("row_label", 34), ("unit_code", 14), ("unit_name", 26), ("file", 40),
    ("sheet", 18), ("row", 8), ("cells", 14), ("sha256", 68),
)  # fmt: skip
_CENTRED = frozenset({"number", "severity", "progress", "row"})
_COLUMNS = {name: number for number, (name, _) in enumerate(_FINDINGS, start=1)}
_MOST_CELLS = 6
#: Source: Excel specifications and limits, hyperlinks in a worksheet: 65,530.
_MOST_LINKS = 65_000


def write_findings(book: Book, master: Master, arrangement: Arrangement) -> None:
    """All findings, worst first, those explained behind the open ones of their severity.

    A place leads to the row of the master that it speaks of.
    """
    language = master.language
    count = dict.fromkeys(Severity, 0)
    for one in master.findings:
        count[one.finding.severity] += 1
    remark = word(
        "findings_subtitle_waived" if master.waived else "findings_subtitle",
        language,
        waived=str(master.waived),
        all=str(len(master.findings)),
        explained=str(sum(entry.explained_warnings for entry in master.entries)),
        **{level.value: str(number) for level, number in count.items()},
    )
    for stretch in arrangement.findings:
        page = _listing(book, stretch, _FINDINGS, remark, language, tab="findings")
        chosen = master.findings[stretch.start : stretch.start + stretch.count]
        rows = [
            _finding(number, one, master)
            for number, one in enumerate(chosen, start=stretch.start + 1)
        ]
        _fill(book, page, _FINDINGS, rows)
        for row, one in enumerate(chosen, start=FIRST):
            _mark(page, row, one, arrangement, row - FIRST < _MOST_LINKS)


def _finding(number: int, one: ListedFinding, master: Master) -> list[str | float | None]:
    entry, found, language = master.entries[one.entry], one.finding, master.language
    cells = ", ".join(found.cells[:_MOST_CELLS])
    if len(found.cells) > _MOST_CELLS:
        cells = word("more_cells", language, cells=cells, number=str(len(found.cells)))
    texts = (
        word(f"severity_{found.severity.value}", language),
        _progress(found, language),
        entry.unit,
        entry.unit_name,
        one.title,
        found.where,
        found.value or "",
        one.message,
        _said(found, language),
        "" if _is_answered(found) else one.hint,
        found.expected or "",
        cells,
        entry.file,
        found.code,
    )
    return [float(number), *(pages.fitting(text, language) for text in texts)]


def _said(finding: Finding, language: str) -> str:
    """What the department wrote of it, and why the bureau lets it stand."""
    texts = [finding.explanation.text] if finding.explanation is not None else []
    if finding.waiver is not None:
        texts.append(waiver_text(finding.waiver, language))
    return "\n".join(texts)


def _progress(finding: Finding, language: str) -> str:
    """Who has to do what: nobody, where a warning was explained or anything waived."""
    if finding.waiver is not None:
        return word("progress_waived", language)
    if finding.explanation is not None and finding.explanation.lack is not None:
        return word(f"progress_lack_{finding.explanation.lack.value}", language)
    if _is_answered(finding):
        return word("progress_explained", language)
    return word(f"progress_{finding.severity.value}", language)


def _is_answered(finding: Finding) -> bool:
    return finding.severity is not Severity.NOTICE and not finding.is_open


def _mark(
    page: Page, row: int, one: ListedFinding, arrangement: Arrangement, may_link: bool
) -> None:
    """Colours severity and progress, and links the place."""
    language, severity = arrangement.language, one.finding.severity
    colour = looks.SEVERITIES[severity]
    style = pages.with_look(looks.CENTRE, colour)
    at = pages.cell(row, _COLUMNS["severity"])
    page.text(at, word(f"severity_{severity.value}", language), style)
    if _is_answered(one.finding):
        colour = looks.WAIVED if one.finding.waiver is not None else looks.ANSWERED
    style = pages.with_look(looks.CENTRE, colour)
    page.text(pages.cell(row, _COLUMNS["progress"]), _progress(one.finding, language), style)
    if one.place is None or not may_link or not one.finding.where:
        return
    sheet, target = arrangement.place(one.place)
    page.link(
        pages.cell(row, _COLUMNS["place"]),
        f"{quoted_sheet(sheet)}!A{target}",
        pages.fitting(one.finding.where, language),
        pages.with_look(looks.TEXT, looks.LINK),
    )


def write_sources(book: Book, master: Master, arrangement: Arrangement) -> None:
    """Where every row of every block was read."""
    language = master.language
    rows = list(source_rows(master))
    for stretch in arrangement.sources:
        remark = word("sources_subtitle", language)
        page = _listing(book, stretch, _SOURCES, remark, language, tab="sources")
        chosen = rows[stretch.start : stretch.start + stretch.count]
        _fill(book, page, _SOURCES, chosen)


def source_rows(master: Master) -> Iterator[tuple[str | float | None, ...]]:
    """Table, row, unit code and name, file, sheet, row number, cells, sha256 of every row."""
    for part in master.parts:
        for table in part.tables:
            for row in table.rows:
                entry, origin = master.entries[row.origin.entry], row.origin
                yield (
                    table.title,
                    pages.fitting(row.label, master.language),
                    entry.unit,
                    entry.unit_name,
                    entry.file,
                    origin.sheet,
                    float(origin.row),
                    origin.cells,
                    entry.sha256,
                )


def _listing(
    book: Book,
    stretch: Stretch,
    columns: Sequence[tuple[str, int]],
    remark: str,
    language: str,
    *,
    tab: str,
) -> Page:
    """An empty list with its headings, filter and print set-up."""
    labels = [word(name, language) for name, _ in columns]
    widths = [float(width) for _, width in columns]
    title = word(f"{tab}_sheet", language)
    page = pages.start(book, stretch.sheet, title, remark, tab=tab, span=len(columns))
    pages.set_widths(page, widths)
    pages.headings(page, HEAD, 1, labels, widths)
    page.filter(Box(HEAD, 1, stretch.last, len(columns)))
    page.sheet.freeze_panes(HEAD, 0)
    pages.printing(page, Box(1, 1, stretch.last, len(columns)), language)
    return page


def _fill(
    book: Book,
    page: Page,
    columns: Sequence[tuple[str, int]],
    rows: Sequence[Sequence[str | float | None]],
) -> None:
    formats = [book.style(looks.CENTRE if name in _CENTRED else looks.TEXT) for name, _ in columns]
    page.rows(FIRST, 1, (list(zip(cells, formats, strict=True)) for cells in rows))
    pages.fit_heights(page, FIRST, rows, [float(width) for _, width in columns])
