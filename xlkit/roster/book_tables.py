"""The tables of a roster workbook: their columns, what stands in them, what is asked of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from xlkit import wording
from xlkit.cells import quoted_sheet
from xlkit.form.fields import AmountField, BaseField, IntegerField
from xlkit.form.model import Form
from xlkit.form.texts import fill, say
from xlkit.roster import row_checks
from xlkit.roster.measures import least_of, length_of
from xlkit.roster.model import Unit
from xlkit.roster.row_checks import Ask, Place, Row
from xlkit.rules.live import Mark
from xlkit.template.stored import as_shown_text, stored_number

HEAD = 3
"""The row of headings; above it stand a title and the counter."""
FIRST = HEAD + 1
_LEAST_ROWS, _SPARE_ROWS = 200, 100
UNIT_CODES, UNIT_NAMES = "roster_units", "roster_names"
"""Names of the lists that dropdowns offer."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a roster workbook. A `shown` one is a formula; other cells are typed.

    `offers` is the name of the list of its dropdown; `strict` says that nothing else is taken.
    """

    name: str
    label: str
    width: float
    hint: str
    required: bool = False
    field: BaseField | None = None
    shown: bool = False
    offers: str | None = None

    @property
    def is_number(self) -> bool:
        return isinstance(self.field, AmountField | IntegerField)


@dataclass(frozen=True, slots=True)
class RosterTable:
    """A sheet of a roster workbook."""

    sheet: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...] = field(repr=False)
    asks: tuple[Ask, ...] = field(repr=False)
    optional: tuple[Column, ...] = ()
    """Columns whose absence is told, and is nothing wrong."""

    @property
    def last(self) -> int:
        """The last row to fill; the closing line stands below it."""
        return last_row(len(self.rows))

    def place(self, name: str) -> Place:
        number = next(at for at, column in enumerate(self.columns, 1) if column.name == name)
        return Place(name, number, (HEAD, self.last + 1))

    @property
    def typed(self) -> tuple[Place, ...]:
        return tuple(self.place(column.name) for column in self.columns if not column.shown)


def last_row(rows: int) -> int:
    return HEAD + max(_LEAST_ROWS, rows + _SPARE_ROWS)


def word(key: str, language: str, **values: str) -> str:
    """A text of roster workbooks."""
    return wording.word(key, language, file="roster_book", **values)


def units_table(language: str, units: Sequence[Unit]) -> RosterTable:
    """The sheet of units."""
    columns = (
        _of_unit("unit", 23, language, required=True),
        _of_unit("name", 36, language, required=True),
        _of_unit("parent", 28, language, offers=UNIT_NAMES),
        _of_unit("emails", 36, language),
        _of_unit("contact", 16, language),
        _check(language, 30),
        Column(TIDIED, "", 4, "", shown=True),
    )
    rows = tuple(
        {
            "unit": unit.code,
            "name": unit.name,
            "parent": unit.parent,
            "emails": "; ".join(unit.emails),
            "contact": unit.contact,
        }
        for unit in units
    )
    edges = (HEAD, last_row(len(rows)) + 1)
    places = {column.name: Place(column.name, at, edges) for at, column in enumerate(columns, 1)}
    labels = {column.name: column.label for column in columns}
    asks = (
        *row_checks.code_asks(places["unit"], labels["unit"], language),
        row_checks.filled(places["name"], "code_missing", labels["name"], language),
        row_checks.email_ask(places["emails"], places[TIDIED], language),
        row_checks.twice(places["name"], "name_twice", Mark.EXPLAIN, labels["name"], language),
    )
    sheet = word("units_sheet", language)
    return RosterTable(sheet, word("units_title", language), columns, rows, asks)


TIDIED = "_tidied"
"""The hidden column of addresses parted by one blank each."""
CHECK, OWNER = "_check", "_owner"


def _of_unit(
    name: str, width: float, language: str, *, required: bool = False, offers: str | None = None
) -> Column:
    hint = word(f"{name}_hint", language)
    return Column(name, word(name, language), width, hint, required=required, offers=offers)


def _check(language: str, width: float) -> Column:
    hint = word("check_hint", language, sound=f"{Mark.SOUND}{word('sound', language)}")
    return Column(CHECK, word("check", language), width, hint, shown=True)


def members_table(
    form: Form, language: str, units: Sequence[Unit], first: RosterTable
) -> RosterTable | None:
    """The sheet of a group's members; None where the form has none that the bureau knows."""
    group = next(iter(form.groups), None)
    fields = [one for one in form.block(group).block.fields if one.prefilled] if group else []
    if group is None or not fields:
        return None
    repeat = form.groups[group]
    own = tuple(_of_field(form, one, repeat.key, language) for one in fields)
    columns = (
        Column(
            "member_unit",
            word("member_unit", language),
            23,
            word("member_unit_hint", language, sheet=first.sheet),
            required=True,
            offers=UNIT_CODES,
        ),
        Column(
            OWNER,
            word("member_unit_name", language),
            30,
            word("member_unit_name_hint", language),
            shown=True,
        ),
        *own,
        _check(language, 36),
    )
    rows = tuple(
        {"member_unit": unit.code, **{c.name: _stored(c, member.get(c.name, "")) for c in own}}
        for unit in units
        for member in unit.members.get(group, ())
    )
    edges = (HEAD, last_row(len(rows)) + 1)
    places = {column.name: Place(column.name, at, edges) for at, column in enumerate(columns, 1)}
    known = {unit.code for unit in units}
    asks = tuple(_member_asks(places, columns, repeat.key, first, known, language))
    label = say(repeat.label, language)
    title = word("members_title", language, group=label)
    optional = tuple(column for column in own if not column.required)
    return RosterTable(word("members_sheet", language), title, columns, rows, asks, optional)


def _member_asks(
    places: Mapping[str, Place],
    columns: Sequence[Column],
    key: str,
    first: RosterTable,
    known: set[str],
    language: str,
) -> Iterator[Ask]:
    unit = places["member_unit"]
    label = word("member_unit", language)
    yield row_checks.filled(unit, "code_missing", label, language)
    yield row_checks.unknown_ask(unit, first.place("unit"), first.sheet, known, language)
    for column in columns:
        if column.name == key:
            length = length_of(column.field)
            yield from row_checks.code_asks(places[key], column.label, language, length)
    for column in columns:
        if column.is_number:
            least = least_of(column.field)
            yield from row_checks.number_asks(places[column.name], column.label, least, language)


def _of_field(form: Form, one: BaseField, key: str, language: str) -> Column:
    label = fill(say(one.label, language)).strip()
    hints = [word("key_hint" if one.name == key else "field_hint", language)]
    length = length_of(one)
    if length is not None:
        hints.append(word("length_hint", language, length=str(length)))
    if isinstance(one, AmountField):
        unit = form.money if one.unit is None else one.unit
        hints += [word("unit_of_money", language, unit=unit)] if unit else []
    width = 18.0 if isinstance(one, AmountField | IntegerField) else (one.width or 28.0)
    return Column(
        one.name,
        label,
        max(width, 1.3 * length) if length else width,
        ("" if language == "zh" else " ").join(hints),
        required=one.name == key,
        field=one,
    )


def _stored(column: Column, text: str) -> str | float:
    """A figure as a number, where the number reads back as that very text."""
    if column.field is None or not column.is_number:
        return text
    number = stored_number(column.field, text)
    return text if number is None or as_shown_text(number) != text else number


def lists(table: RosterTable) -> Iterator[tuple[str, str]]:
    """The names of the dropdowns' lists of the sheet of units, and their formulas.

    A list ends with the last row that is filled; a hidden cell beside the counter knows it.
    """
    sheet = f"{quoted_sheet(table.sheet)}!"
    for name, column in ((UNIT_CODES, "unit"), (UNIT_NAMES, "name")):
        place = table.place(column)
        head = place.all(sheet).split(":")[0]
        yield name, f"OFFSET({head},1,0,MAX(1,{sheet}{LAST_FILLED}),1)"


LAST_FILLED = "$H$1"
"""The hidden cell with the number of rows up to the last one filled."""
