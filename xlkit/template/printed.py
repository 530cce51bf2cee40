"""Every printed text of a workbook, filled in for its unit: written, and expected back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from xlkit.cells import Box, quoted_sheet, wrapped_lines
from xlkit.form.texts import fill, say
from xlkit.identity import Identity
from xlkit.rules.live import Mark
from xlkit.template.layout import OFFERED_ROW as ROW
from xlkit.template.layout import Layout, SheetPlace
from xlkit.wording import word, words

HELP_MARK = "xlkit:help"
IDENTITY_SHEET = "_xlkit"
_HELP_WIDTHS = (18.0, 90.0)


@dataclass(frozen=True, slots=True)
class HelpLine:
    """A cell of the help sheet: its text, the name of its look, where it links to.

    `live` says that a formula stands there: `STATE` for that of the whole workbook, or the
    id of the sheet whose state it tells.
    """

    box: Box
    text: str
    look: str
    link: str | None = None
    height: float = 21.0
    live: str = ""


STATE = "state"


def values_of(layout: Layout, identity: Identity) -> dict[str, str]:
    """What the placeholders of the form's texts stand for."""
    return {
        "unit.name": identity.unit_name,
        "unit.code": identity.unit,
        "money": layout.form.money or "",
    }


def printed_texts(
    layout: Layout, sheet: SheetPlace, identity: Identity
) -> Mapping[tuple[int, int], str]:
    """The printed texts of a sheet by row and column, as they must come back."""
    values = {**values_of(layout, identity), "n": f"{sheet.instance:02d}"}
    return {
        text.box.first: fill(text.text, year=identity.year, values=values)
        for text in sheet.printed()
    }


def help_sheet_name(layout: Layout) -> str:
    return word("help_sheet", layout.language)


def help_lines(layout: Layout, identity: Identity) -> tuple[HelpLine, ...]:
    """The help sheet from the top down, columns B and C."""
    return tuple(_HelpSheet(layout, identity).lines())


class _HelpSheet:
    def __init__(self, layout: Layout, identity: Identity) -> None:
        self._layout = layout
        self._language = layout.language
        self._identity = identity
        self._row = 0

    def lines(self) -> Iterator[HelpLine]:
        form, say_ = self._layout.form, self._language
        title = word("help_title", say_, title=say(form.title, say_))
        yield self._wide(title, "title", 36.0)
        yield from self._facts()
        yield from self._heading("help_sheets")
        for sheet in self._layout.sheets:
            row = self._next()
            target = f"{quoted_sheet(sheet.name)}!B1"
            yield HelpLine(Box(row, 2, row, 2), sheet.name, "link", target)
            yield HelpLine(Box(row, 3, row, 3), "", "state", live=sheet.id)
        yield from self._heading("help_how")
        values = values_of(self._layout, self._identity)
        own = [
            fill(say(text, say_), year=self._identity.year, values=values)
            for text in form.instructions
        ]
        more = self._of_last_year()
        for number, text in enumerate([*words("help_lines", say_), *own, *more], start=1):
            line = f"{number}. {text}"
            lines = wrapped_lines(line, sum(_HELP_WIDTHS) - 4)
            yield self._wide(line, "text", 17.0 * lines + 4)
        yield from self._heading("help_colours")
        for key in ("help_input", "help_missing", "help_wrong", "help_locked"):
            row = self._next()
            yield HelpLine(Box(row, 2, row, 2), "", key)
            yield HelpLine(Box(row, 3, row, 3), word(key, say_), "text")
        if self._identity.offered:
            row = self._next()
            sample = word("help_offered_sample", say_)
            yield HelpLine(Box(row, 2, row, 2), sample, "help_offered")
            yield HelpLine(Box(row, 3, row, 3), word("help_offered", say_), "text")
        yield from self._heading("help_marks")
        for mark in Mark:
            row = self._next()
            yield HelpLine(Box(row, 2, row, 2), mark, "mark")
            text = word(f"help_mark_{mark.name.lower()}", say_)
            yield HelpLine(Box(row, 3, row, 3), text, "text")

    def _of_last_year(self) -> Iterator[str]:
        """What to do with values, and with rows, that were filled in from last year's answers."""
        sources = [text.partition(":")[0] for text in self._identity.offered.values()]
        if any(source != ROW for source in sources):
            yield word("help_offered_values", self._language)
        if ROW in sources:
            yield word("help_offered_rows", self._language)

    def _facts(self) -> Iterator[HelpLine]:
        unit = " ".join(filter(None, (self._identity.unit, self._identity.unit_name)))
        year = "" if self._identity.year is None else str(self._identity.year)
        facts = {
            "help_unit": unit,
            "help_year": year,
            "help_version": f"{self._layout.form.form} v{self._layout.form.version}",
        }
        for key, text in facts.items():
            row = self._next()
            yield HelpLine(Box(row, 2, row, 2), word(key, self._language), "label")
            yield HelpLine(Box(row, 3, row, 3), text, "value")
        row = self._next()
        yield HelpLine(Box(row, 2, row, 2), word("help_state", self._language), "label")
        yield HelpLine(Box(row, 3, row, 3), "", "state", live=STATE, height=24.0)

    def _heading(self, key: str) -> Iterator[HelpLine]:
        self._next()
        yield self._wide(word(key, self._language), "heading", 24.0)

    def _wide(self, text: str, look: str, height: float) -> HelpLine:
        row = self._next()
        return HelpLine(Box(row, 2, row, 3), text, look, height=height)

    def _next(self) -> int:
        self._row += 1
        return self._row


HELP_COLUMNS = _HELP_WIDTHS
