"""What the workbook shows of a typed cell by itself: empty, unreadable, not allowed."""

from __future__ import annotations

import re
from collections.abc import Sequence

from xlkit.form.blocks import Record
from xlkit.form.fields import (
    AmountField,
    BaseField,
    ChoiceField,
    CodeField,
    DateField,
    IndicatorField,
    IntegerField,
    PercentField,
    PhoneField,
    TextField,
)
from xlkit.form.model import Form, PlacedBlock
from xlkit.form.rows import Row
from xlkit.rules import bounds, decimals, length, membership, required
from xlkit.rules import defined_names as names
from xlkit.rules.computed import computation
from xlkit.rules.formula import Cell, Literal, Look, Name, Node
from xlkit.rules.live import (
    DOUBTFUL,
    digits_in,
    is_decimal,
    later,
    number,
    odd,
    says_nothing,
    wrong,
)
from xlkit.rules.terms import (
    both,
    call,
    compared,
    count_of,
    either,
    empty,
    holds,
    listed,
    negated,
    similar,
    when,
)
from xlkit.rules.value_cells import value_cells

NOTHING = Literal("")
#: Number formats under which a number stands for itself, by the letter that `CELL` gives.
_PLAIN_FORMATS = "GF,C"
#: Plain numbers between these may be dates whose format no letter tells.
_DATES = (30_000, 60_000)
#: Beyond it programs differ in the digits that they keep.
_LARGEST = 1e12
_PHONE_DIGITS = (6, 20)


def own(form: Form, placed: PlacedBlock, row: Row, field: BaseField) -> Node | None:
    """The words for a field's cells in a row, '' where all is well; None for printed ones."""
    if field.name in row.fixed or field.name in row.without:
        return None
    if computation(placed, row.key, field.name) is not None:
        return required.shown_of_computed(form, placed, row, field)
    if not field.takes_input:
        return None
    missing = required.shown(placed, row, field)
    if isinstance(field, IndicatorField):
        return _guarded(placed, field, _indicator(form, placed, row, field, missing))
    cell = Cell(field.name)
    default = row.defaults.get(field.name)
    found = when(empty(cell), missing, _readable(form, placed, row, field, cell))
    if default is not None and not isinstance(placed.block, Record):
        # A default in a row without anything else is no answer yet; it is never wrong.
        found = when(call("EXACT", cell, default), NOTHING, found)
    return _guarded(placed, field, found)


def _guarded(placed: PlacedBlock, field: BaseField, node: Node) -> Node:
    """Cells that hold an error value are wrong; what fails to be worked out is left."""
    cell = Cell(field.name)
    failed = call("ISERROR", cell)
    checked = call("IFERROR", node, later(placed, field.name))
    return when(failed, wrong(placed, field.name, "cell-error"), checked)


def _readable(form: Form, placed: PlacedBlock, row: Row, field: BaseField, cell: Node) -> Node:
    """The words for a cell that is not empty."""
    unsure = later(placed, field.name)
    if isinstance(field, AmountField | PercentField | IntegerField):
        return when(number(cell), _number(placed, field), _no_number(placed, field))
    if isinstance(field, DateField):
        is_date = compared(call("LEFT", call("CELL", "format", cell), 1), "=", "D")
        return when(both(number(cell), is_date), NOTHING, unsure)
    if isinstance(field, ChoiceField):
        return membership.shown(form, placed, row, field)
    if isinstance(field, PhoneField):
        return when(_is_phone(cell), NOTHING, unsure)
    if isinstance(field, CodeField):
        return unsure
    if isinstance(field, TextField) and field.pattern is not None:
        return unsure
    bounded = length.shown(placed, field) if isinstance(field, TextField) else NOTHING
    return when(says_nothing(cell), unsure, bounded)


# numbers


def _number(placed: PlacedBlock, field: AmountField | PercentField | IntegerField) -> Node:
    """The words for a stored number: as which kind of number is it shown, then its bounds."""
    cell: Node = Cell(field.name)
    letter = call("LEFT", call("CELL", "format", cell), 1)
    small = compared(call("ABS", cell), "<", _LARGEST)
    if isinstance(field, PercentField):
        shown: Node = compared(letter, "=", "P")
    else:
        first, last = _DATES
        no_date: Node = either(
            compared(letter, "<>", "G"), compared(cell, "<", first), compared(cell, ">", last)
        )
        shown = both(call("ISNUMBER", call("FIND", letter, _PLAIN_FORMATS)), no_date)
    finer = decimals.shown(placed, field) if isinstance(field, AmountField) else NOTHING
    judged = bounds.shown(placed, field, finer)
    if isinstance(field, IntegerField):
        whole = compared(call("ROUND", cell, 0), "=", cell)
        judged = when(whole, judged, wrong(placed, field.name, "integer-not-whole"))
    return when(both(shown, small), judged, later(placed, field.name))


def _no_number(placed: PlacedBlock, field: AmountField | PercentField | IntegerField) -> Node:
    """The words for a text where a number belongs: without any digit it surely is none."""
    cell = Cell(field.name)
    kind = "amount" if isinstance(field, AmountField) else field.type
    sure = both(
        negated(says_nothing(cell)),
        compared(digits_in(cell), "=", 0),
        negated(odd(cell)),
    )
    refused = wrong(placed, field.name, f"{kind}-not-a-number")
    return when(sure, refused, later(placed, field.name))


def _is_phone(cell: Node) -> Node:
    """Whether a text is digits, with or without one hyphen between them."""
    least, most = _PHONE_DIGITS
    hyphens = count_of(cell, "-")
    return both(
        negated(number(cell)),
        compared(call("LEN", cell), ">=", least),
        compared(call("LEN", cell), "<=", most),
        compared(hyphens, "<=", 1),
        compared(call("LEFT", cell, 1), "<>", "-"),
        compared(call("RIGHT", cell, 1), "<>", "-"),
        compared(compared(digits_in(cell), "+", hyphens), "=", call("LEN", cell)),
    )


# indicator values


def _indicator(
    form: Form, placed: PlacedBlock, row: Row, field: IndicatorField, missing: Node
) -> Node:
    sign, value, unit = value_cells(field)
    unsure = later(placed, field.name)
    cell = Cell(field.name, Look.NUMBER) if field.split else Cell(field.name)
    levels = names.levels_name(field.scale)
    has_levels = bool(form.levels(field))
    preset = row.units.get(field.name, "")
    bare = either(empty(unit), call("EXACT", unit, preset)) if preset else empty(unit)
    beside: Node = NOTHING
    if field.split:
        beside = when(bare, NOTHING, wrong(placed, field.name, "unit-beside-words"))
    worded: Node = when(_are_words(form, cell), beside, unsure)
    if has_levels:
        worded = when(listed(cell, Name(levels)), beside, worded)
    judged: Node = when(
        number(cell),
        unsure,
        when(listed(cell, Name(names.ABSENT)), NOTHING, when(is_decimal(value), NOTHING, worded)),
    )
    if not field.split:
        return when(empty(cell), missing, judged)
    signs, units = Name(names.OPERATORS + names.ALL), Name(names.UNITS + names.ALL)
    alone = when(
        either(listed(sign, signs), listed(unit, units)),
        wrong(placed, field.name, "value-without-number"),
        unsure,
    )
    judged = _known(placed, field, unit, units, "unit-unknown", judged)
    judged = _known(placed, field, sign, signs, "operator-unknown", judged)
    return when(empty(cell), when(both(empty(sign), bare), missing, alone), judged)


def _known(
    placed: PlacedBlock, field: BaseField, cell: Node, known: Node, code: str, then: Node
) -> Node:
    """What follows where a sign or unit is a known one."""
    doubtful = either(odd(cell), similar(cell, known), similar(cell, Name(names.ABSENT)))
    unknown = when(doubtful, later(placed, field.name), wrong(placed, field.name, code))
    return when(either(empty(cell), listed(cell, known)), then, unknown)


def _are_words(form: Form, cell: Node) -> Node:
    """Whether a text is surely words: no digit, no sign, no unit alone."""
    return both(
        negated(says_nothing(cell)),
        compared(digits_in(cell), "=", 0),
        negated(odd(cell)),
        negated(similar(cell, Name(names.UNITS + names.ALL))),
        *([negated(holds(cell, Name(names.OPERATORS + names.ALL)))] if form.operators else []),
    )


# whether anything was typed


def filled(placed: PlacedBlock, row: Row, fields: Sequence[str], keys: Sequence[str]) -> Node:
    """1 where something was surely typed into the fields, 0 where not, -1 where it may be blank.

    Where a field of `keys` may be taken for another text on return, `DOUBTFUL`.
    """
    cells: list[tuple[Node, str]] = []
    doubts: list[Node] = []
    for name in fields:
        field = placed.field(name)
        if name in row.fixed or name in row.without or not (field.takes_input or field.prefilled):
            continue
        if computation(placed, row.key, name) is not None:
            continue
        cells += _cells_of(row, field)
        if name in keys:
            doubts.append(call("IFERROR", is_doubtful(field), Literal(literal=True)))
    if not cells:
        return Literal(0)
    typed = [_says_more(cell, preset) for cell, preset in cells]
    maybe = [
        both(compared(call("LEN", cell), ">", 0), _is_not(cell, preset)) for cell, preset in cells
    ]
    used = when(either(*doubts), Literal(DOUBTFUL), Literal(1)) if doubts else Literal(1)
    return when(either(*typed), used, when(either(*maybe), Literal(-1), Literal(0)))


def _cells_of(row: Row, field: BaseField) -> list[tuple[Node, str]]:
    """The cells of a field, each with what it went out with."""
    preset = row.defaults.get(field.name, "")
    if not (isinstance(field, IndicatorField) and field.split):
        return [(Cell(field.name), preset)]
    return [
        (Cell(field.name, Look.OPERATOR), ""),
        (Cell(field.name, Look.NUMBER), preset),
        (Cell(field.name, Look.UNIT), row.units.get(field.name, "")),
    ]


def _says_more(cell: Node, preset: str) -> Node:
    return both(negated(says_nothing(cell)), _is_not(cell, preset))


def _is_not(cell: Node, preset: str) -> Node:
    """Whether a cell holds something else than it went out with."""
    if not preset:
        return Literal(literal=True)
    return negated(call("IFERROR", call("EXACT", cell, preset), Literal(literal=False)))


def is_doubtful(field: BaseField) -> Node:
    """Whether a name may be read as another one than it says."""
    cell = Cell(field.name)
    if isinstance(field, AmountField | PercentField | IntegerField):
        return both(call("ISTEXT", cell), compared(call("LEN", cell), ">", 0))
    doubts = [odd(cell)]
    if isinstance(field, ChoiceField):
        name = (
            names.list_name(field.list)
            if field.list is not None
            else names.level_name(field.tree or "", field.level or 1)
        )
        known, offered = Name(name + names.ALL), Name(name)
        doubts.append(both(similar(cell, known), negated(listed(cell, offered))))
    return either(*doubts)


def has_pattern(field: CodeField | TextField, text: str) -> bool:
    """Whether a text that is known already has the field's pattern."""
    return field.pattern is None or re.fullmatch(field.pattern, text) is not None
