"""What the rows of a roster workbook say beside them, as formulas and as the values of these."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from xlkit.cells import quoted_sheet
from xlkit.rules.live import Mark
from xlkit.template import formulas
from xlkit.wording import word

Row = Mapping[str, str | float]
"""What stands in a row by column; a number is one that the cell holds as such."""
Counts = Mapping[tuple[str, str], int]
"""How many rows have a text in a column."""

_BLANKS = (" ", "\u3000")
_SEPARATORS = (",", ";", "，", "；", "、")
_MOST_ADDRESS = 250
"""Signs of a cell of addresses that its formula looks at."""
_ADDRESS = re.compile(r"(?!\.)[^@ ]+@(?!\.)[^@ ]*\.[^@ ]*(?<!\.)")
_MOST_DIGITS = 15
"""Source: Excel specifications and limits, number precision."""


@dataclass(frozen=True, slots=True)
class Ask:
    """One thing that may be wrong with a row: where the formula holds, `text` is said.

    `wrong` answers the same of a row, given how often its texts stand in the table.
    """

    mark: Mark
    text: str
    formula: str
    wrong: Callable[[Row, Counts], bool]

    @property
    def said(self) -> str:
        return f"{self.mark}{self.text}"


@dataclass(frozen=True, slots=True)
class Place:
    """A column of the table: its number, and the rows that its cells lie between.

    The rows of `edges` are the heading and the closing line, which nobody moves.
    """

    name: str
    number: int
    edges: tuple[int, int]

    @property
    def own(self) -> str:
        """The cell of the formula's own row."""
        return formulas.same_row(self.number)

    def all(self, sheet: str = "") -> str:
        """Every cell of the column, the heading and the closing line among them."""
        return formulas.locked(self.edges[0], self.number, self.edges[1], sheet)


def beside(asks: Sequence[Ask], typed: Sequence[Place], sound: str) -> str:
    """The formula of the check column; `sound` is a formula of its own, or a quoted text."""
    found = sound
    for ask in reversed(asks):
        found = f'IF({ask.formula},"{ask.said}",{found})'
    return f'=IF({formulas.any_filled(place.own for place in typed)},{found},"")'


def said(asks: Sequence[Ask], row: Row, counts: Counts, sound: str) -> str:
    """What that formula shows of a row."""
    if not any(map(_text, row.values())):
        return ""
    return next((ask.said for ask in asks if ask.wrong(row, counts)), sound)


def counts_of(rows: Iterable[Row]) -> Counts:
    return Counter((name, _text(value)) for row in rows for name, value in row.items())


def code_asks(place: Place, label: str, language: str, length: int | None = None) -> Iterator[Ask]:
    """A code: there, without blanks, of its length, and once."""
    name, own = place.name, place.own

    def ask(mark: Mark, key: str, formula: str, wrong: Callable[[str], bool]) -> Ask:
        text = _say(key, language, label=label, length=str(length))
        return Ask(mark, text, formula, lambda row, _: wrong(_text(row.get(name, ""))))

    yield ask(Mark.MISSING, "code_missing", formulas.blank(own), lambda text: not text.strip())
    yield Ask(
        Mark.WRONG,
        _say("code_number", language, label=label),
        f"IF(ISNUMBER({own}),{own}>=1E{_MOST_DIGITS},FALSE)",
        lambda row, _: _is_lost(row.get(name, "")),
    )
    yield ask(Mark.WRONG, "code_blanks", f"LEN({own})<>LEN({without_blanks(own)})", _has_blanks)
    if length is not None:
        yield ask(
            Mark.WRONG, "code_length", f"LEN({own})<>{length}", lambda text: len(text) != length
        )
    yield twice(place, "code_twice", Mark.WRONG, label, language)


def twice(place: Place, key: str, mark: Mark, label: str, language: str) -> Ask:
    """A text that stands in another row, too."""
    same = f"SUMPRODUCT(--EXACT({place.all()},{place.own}))>1"

    def wrong(row: Row, counts: Counts) -> bool:
        return counts.get((place.name, _text(row.get(place.name, ""))), 0) > 1

    return Ask(mark, _say(key, language, label=label), same, wrong)


def filled(place: Place, key: str, label: str, language: str) -> Ask:
    """A text that must be there."""
    return Ask(
        Mark.MISSING,
        _say(key, language, label=label),
        formulas.blank(place.own),
        lambda row, _: not _text(row.get(place.name, "")).strip(),
    )


def email_ask(emails: Place, tidied: Place, language: str) -> Ask:
    """Addresses that do not look like ones; `tidied` is the column of `tidied_formula`."""
    return Ask(
        Mark.WRONG,
        _say("email_wrong", language),
        _bad_addresses(tidied.own),
        lambda row, _: not are_addresses(_text(row.get(emails.name, ""))),
    )


def tidied_formula(emails: Place) -> str:
    """The addresses of a row, parted by one blank each."""
    text = f'SUBSTITUTE({emails.own},CHAR(10)," ")'
    for sign in (*_SEPARATORS, *_BLANKS[1:]):
        text = f'SUBSTITUTE({text},"{sign}"," ")'
    return f"TRIM({text})"


def tidied(text: str) -> str:
    """What that formula shows."""
    for sign in ("\n", *_SEPARATORS, *_BLANKS[1:]):
        text = text.replace(sign, " ")
    return re.sub(" +", " ", text).strip(" ")


def are_addresses(text: str) -> bool:
    """Whether each of the parted texts looks like an address; true where there is none."""
    found = tidied(text)
    return not found or all(map(_ADDRESS.fullmatch, found.split(" ")))


def _bad_addresses(text: str) -> str:
    """Each address has one @ with something before it, and a dot inside what follows it."""
    places = f"ROW($1:${_MOST_ADDRESS})"
    padded = f'{text}&REPT(" ",{_MOST_ADDRESS})&"."'
    end = f'FIND(" ",{padded},{places})'
    without_dot = f'(MID({text},{places},1)="@")*(FIND(".",{padded},{places})>{end})'
    starts = f'(MID(" "&{text},{places},1)=" ")*({places}<=LEN({text}))'
    without_at = f'{starts}*(FIND("@",{text}&REPT(" ",{_MOST_ADDRESS})&"@",{places})>{end})'
    signs = f'LEN({text})-LEN(SUBSTITUTE({text},"@",""))'
    addresses = f'LEN({text})-LEN(SUBSTITUTE({text}," ",""))+1'
    odd = ",".join(
        f'ISNUMBER(FIND("{sign}"," "&{text}&" "))' for sign in (" @", "@ ", "@.", ". ", " .")
    )
    bad = f"OR({signs}<>{addresses},{odd},SUMPRODUCT({without_dot})>0,SUMPRODUCT({without_at})>0)"
    return f"IF(LEN({text})=0,FALSE,{bad})"


def unknown_ask(
    place: Place, codes: Place, sheet: str, known: Container[str], language: str
) -> Ask:
    """A unit that the first sheet does not list; `codes` is its column there."""
    units = codes.all(f"{quoted_sheet(sheet)}!")
    return Ask(
        Mark.WRONG,
        _say("unit_unknown", language, sheet=sheet),
        f"SUMPRODUCT(--EXACT({units},{place.own}))=0",
        lambda row, _: _text(row.get(place.name, "")) not in known,
    )


def number_asks(place: Place, label: str, least: Decimal | None, language: str) -> Iterator[Ask]:
    """A figure that is none, or less than it may be."""
    own, name = place.own, place.name
    yield Ask(
        Mark.EXPLAIN,
        _say("no_number", language, label=label),
        f"AND(NOT({formulas.blank(own)}),NOT(ISNUMBER({own})))",
        lambda row, _: bool(str(row.get(name, "")).strip()) and not _is_number(row, name),
    )
    if least is not None:
        yield Ask(
            Mark.WRONG,
            _say("too_small", language, label=label, least=str(least)),
            f"IF(ISNUMBER({own}),{own}<{least},FALSE)",
            lambda row, _: _is_number(row, name) and Decimal(row[name]) < least,
        )


def without_blanks(cell: str) -> str:
    """The text of a cell without its blanks, in a formula."""
    text = cell
    for sign in _BLANKS:
        text = f'SUBSTITUTE({text},"{sign}","")'
    return text


def _has_blanks(text: str) -> bool:
    return any(sign in text for sign in _BLANKS)


def _is_number(row: Row, name: str) -> bool:
    return isinstance(row.get(name), float)


def _is_lost(value: str | float) -> bool:
    return isinstance(value, float) and value >= 10**_MOST_DIGITS


def _text(value: str | float) -> str:
    return value if isinstance(value, str) else f"{value:.15g}"


def _say(key: str, language: str, **values: str) -> str:
    return word(key, language, file="roster_book", **values)
