"""One table per block over all merged returns of a form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from xlkit.cells import Box, parse_address
from xlkit.findings import Severity
from xlkit.form.blocks import Matrix, Record
from xlkit.form.fields import TextField
from xlkit.form.model import PlacedBlock
from xlkit.master.admission import Admitted
from xlkit.master.columns import field_columns, value_of
from xlkit.master.model import Column, Kind, Origin, Row, State, Table, Value
from xlkit.master.said import Place, RowSaid, said_of
from xlkit.master.terms import Terms
from xlkit.master.totals import items_of
from xlkit.submission.model import CastRow

#: Columns of numbers: a text in them is a value that could not be read.
_NUMERIC = frozenset({Kind.AMOUNT, Kind.INTEGER, Kind.PERCENT, Kind.DATE})

EXPLANATION = "_explanation"
"""The column of a table that holds what was written of a row."""
_SAID_WIDTH = 60.0


@dataclass(frozen=True)
class InUse:
    """The rows of one return that stand in the master, by block."""

    entry: int
    admitted: Admitted
    rows: Mapping[str, tuple[CastRow, ...]] = field(repr=False)
    members: Mapping[tuple[str, int], CastRow] = field(repr=False)
    """The unnamed record of each member of a group."""
    said: Mapping[Place, RowSaid] = field(repr=False)
    """What was said of the rows, by block and their number in it."""

    @property
    def count(self) -> int:
        return sum(map(len, self.rows.values()))


def rows_in_use(entry: int, admitted: Admitted, terms: Terms) -> InUse:
    """Matrix rows and records always, table rows that are filled; of groups the members in use.

    Rows of blocks that show no field here are left out.
    """
    rows = admitted.submission.rows
    used = {(row.raw.placed.group, row.raw.instance) for row in rows if row.raw.filled}
    found: dict[str, list[CastRow]] = {}
    members: dict[tuple[str, int], CastRow] = {}
    for row in rows:
        placed = row.raw.placed
        if placed.group is not None and (placed.group, row.raw.instance) not in used:
            continue
        if placed.is_group_record:
            members[placed.path, row.raw.instance] = row
        always = isinstance(placed.block, Matrix | Record)
        if terms.fields(placed) and (always or row.raw.filled):
            found.setdefault(placed.path, []).append(row)
    said = said_of(found, admitted.findings, terms, terms.closed(admitted.raw))
    return InUse(entry, admitted, {path: tuple(of) for path, of in found.items()}, members, said)


def table_of(
    placed: PlacedBlock, returns: Sequence[InUse], terms: Terms, *, shows_standing: bool
) -> Table | None:
    """The table of a block; None where none of its fields may be shown.

    Leading columns are unit code and name, with `shows_standing` whether the row's return
    has errors or waived ones, in a matrix the line's number, in a group the member's number,
    key and name. The last one holds explanations and waivers where any of its rows has one.
    """
    if not terms.fields(placed):
        return None
    leading = _leading(placed, terms, shows_standing=shows_standing)
    own = field_columns(placed, terms)
    trailing = tuple(_trailing(placed, returns, terms))
    columns = (*leading, *(item.column for item in own), *trailing)
    keyed: list[tuple[str | None, Row]] = []
    for one in returns:
        for number, row in enumerate(one.rows.get(placed.path, ())):
            said = one.said.get((placed.path, number), RowSaid())
            before = _leading_values(placed, one, row, terms, shows_standing=shows_standing)
            after = (said.text(terms) or None for _ in trailing)
            values = (*before, *(item.read(row) for item in own), *after)
            keyed.append((row.key, _row(placed, one, row, values, said, terms)))
    rows = tuple(row for _, row in keyed)
    block = placed.block
    return Table(
        form=terms.form.form,
        path=placed.path,
        title=terms.block_label(placed),
        columns=columns,
        rows=rows,
        items=items_of(placed, columns, keyed),
        item_labels=tuple(h.name for h in block.headers) if isinstance(block, Matrix) else (),
        unread=_unread(columns, rows),
    )


#: Returns of one form have their cells at the same places.
_place = lru_cache(maxsize=65_536)(parse_address)


def _row(
    placed: PlacedBlock,
    one: InUse,
    row: CastRow,
    values: tuple[Value, ...],
    said: RowSaid,
    terms: Terms,
) -> Row:
    block = placed.block
    label = row.label if terms.names_rows(placed) else str(row.number)
    if isinstance(block, Record) and placed.group is not None:
        label = " ".join(filter(None, _member(placed.group, one, row, terms)))
    elif isinstance(block, Record):
        label = terms.block_label(placed)
    is_total = isinstance(block, Matrix) and row.key is not None and bool(block.parts_of(row.key))
    on = {name: tuple(of) for name, of in said.on.items()}
    return Row(values, _origin(placed, one.entry, row, terms), label, is_total, on)


def _origin(placed: PlacedBlock, entry: int, row: CastRow, terms: Terms) -> Origin:
    """The row's place in the returned file; its first cell is that of the first field shown."""
    cells = [cell for shown in terms.fields(placed) for cell in row.raw.cells.get(shown.name, ())]
    places = [_place(cell) for cell in cells]
    if not places:
        return Origin(entry, row.raw.sheet, row.number, "", "")
    numbers, columns = zip(*places, strict=True)
    box = Box(min(numbers), min(columns), max(numbers), max(columns))
    return Origin(entry, row.raw.sheet, row.number, cells[0], box.a1())


def _leading(placed: PlacedBlock, terms: Terms, *, shows_standing: bool) -> Iterator[Column]:
    yield Column("_unit", terms.word("unit_code"), width=16)
    yield Column("_unit_name", terms.word("unit_name"), width=30)
    if shows_standing:
        yield Column("_standing", terms.word("standing"), width=14)
    if isinstance(placed.block, Matrix):
        yield Column("_line", terms.word("line"), Kind.INTEGER, width=8)
    if placed.group is None:
        return
    group = terms.text(terms.form.groups[placed.group].label)
    yield Column("_instance", terms.word("member_number", group=group), Kind.INTEGER, width=10)
    if placed.is_group_record:
        return
    for number, name in enumerate(_naming(placed.group, terms)):
        label = terms.text(terms.form.block(placed.group).field(name).label)
        yield Column(("_member", "_member_name")[number], label, width=(26, 34)[number])


def _trailing(placed: PlacedBlock, returns: Sequence[InUse], terms: Terms) -> Iterator[Column]:
    if any(
        path == placed.path and said.beside
        for one in returns
        for (path, _), said in one.said.items()
    ):
        yield Column(EXPLANATION, terms.word("explanation"), width=_SAID_WIDTH)


def _leading_values(
    placed: PlacedBlock, one: InUse, row: CastRow, terms: Terms, *, shows_standing: bool
) -> Iterator[Value]:
    identity = one.admitted.raw.identity
    yield identity.unit if identity else ""
    yield identity.unit_name if identity else ""
    if shows_standing:
        yield terms.word(f"standing_{_standing(one.admitted)}")
    if isinstance(placed.block, Matrix):
        yield next(n for n, item in enumerate(placed.block.rows, 1) if item.key == row.key)
    if placed.group is None:
        return
    yield row.raw.instance
    if not placed.is_group_record:
        yield from _member(placed.group, one, row, terms)


def _standing(admitted: Admitted) -> str:
    findings = admitted.findings
    if admitted.state is State.INCLUDED:
        return "errors"
    if any(found.waiver is not None and found.severity is Severity.ERROR for found in findings):
        return "waived"
    return "open" if any(found.is_open for found in findings) else "sound"


def _naming(group: str, terms: Terms) -> tuple[str, ...]:
    """The fields that tell a group's members apart: its key, and the first short text beside it."""
    key = terms.form.groups[group].key
    shown = terms.fields(terms.form.block(group))
    keys = [item.name for item in shown if item.name == key]
    names = [
        item.name
        for item in shown
        if isinstance(item, TextField) and not item.multiline and item.name != key
    ]
    return (*keys, *names[:1])


def _member(group: str, one: InUse, row: CastRow, terms: Terms) -> Iterator[str | None]:
    """What tells the member of a row apart, in the order of `_naming`."""
    record = one.members.get((group, row.raw.instance))
    placed = terms.form.block(group)
    for name in _naming(group, terms):
        value = value_of(placed.field(name), terms, record) if record is not None else None
        yield None if value is None else str(value)


def _unread(columns: Sequence[Column], rows: Sequence[Row]) -> int:
    numeric = [place for place, column in enumerate(columns) if column.kind in _NUMERIC]
    return sum(isinstance(row.values[place], str) for row in rows for place in numeric)
