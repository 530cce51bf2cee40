"""What is wrong in the blocks and fields of a definition."""

from __future__ import annotations

from collections.abc import Iterator

from xlkit.cells import display_width
from xlkit.form.blocks import Matrix, MatrixRow, PresetRow, Record, Table, TextBlock
from xlkit.form.fields import (
    AmountField,
    BaseField,
    ChoiceField,
    CodeField,
    IndicatorField,
    PercentField,
    PhoneField,
    TextField,
)
from xlkit.form.model import Form
from xlkit.form.references import reference_problem, repeated, unknown
from xlkit.form.source import Problem, Where
from xlkit.form.texts import say

#: Source of the longest hint: Excel, length of an input message.
_MAX_HINT = 255
_COMPUTATIONS = "'sum', 'ratio', 'product', 'share'"
_PRINTABLE = TextField | ChoiceField | CodeField | PhoneField


def block_problems(form: Form) -> Iterator[Problem]:
    for number, sheet in enumerate(form.sheets):
        for position, block in enumerate(sheet.blocks):
            where: Where = ("sheets", number, "blocks", position)
            if isinstance(block, TextBlock):
                continue
            if isinstance(block, Record) and block.block is None and sheet.repeat is None:
                yield Problem(where, "'block' is missing: only a group's record may go without")
            yield from repeated((*where, "fields"), [field.name for field in block.fields])
            if isinstance(block, Matrix):
                yield from _matrix(block, where)
            if isinstance(block, Table):
                yield from _table(form, block, where)
            for place, field in enumerate(block.fields):
                yield from _field(form, block, field, (*where, "fields", place))


def _matrix(matrix: Matrix, where: Where) -> Iterator[Problem]:
    keys = [row.key for row in matrix.rows]
    yield from repeated((*where, "rows"), keys)
    headers = {header.name for header in matrix.headers}
    columns = [item.name for item in (*matrix.headers, *matrix.fields)]
    for number, header in enumerate(matrix.headers):
        if columns.count(header.name) > 1:
            what = f"another header or field is named '{header.name}' too; each needs its own name"
            yield Problem((*where, "headers", number, "name"), what)
    for number, row in enumerate(matrix.rows):
        place: Where = (*where, "rows", number)
        if set(row.labels) != headers:
            listed = ", ".join(sorted(headers))
            yield Problem((*place, "labels"), f"row '{row.key}' needs a label for each of {listed}")
        if row.total is not None and row.total not in keys:
            yield Problem((*place, "total"), unknown("row", row.total, keys))
        if row.total is not None and _adds_itself(matrix, row):
            yield Problem((*place, "total"), f"row '{row.key}' would be added into itself")
        yield from _row_fields(matrix, row, place)


def _adds_itself(matrix: Matrix, row: MatrixRow) -> bool:
    totals = {one.key: one.total for one in matrix.rows}
    above, seen = row.total, set[str]()
    while above is not None and above not in seen:
        seen.add(above)
        above = totals.get(above)
    return row.key in seen


def _table(form: Form, table: Table, where: Where) -> Iterator[Problem]:
    if table.tree is not None and table.tree not in form.trees:
        yield Problem((*where, "tree"), unknown("tree", table.tree, form.trees))
    yield from repeated((*where, "rows"), [row.key for row in table.rows])
    names = {field.name for field in table.fields}
    for number, row in enumerate(table.rows):
        place: Where = (*where, "rows", number)
        for name in row.values:
            if name not in names:
                yield Problem((*place, "values"), unknown("field", name, names))
        yield from _row_fields(table, row, place)
        yield from _printed_values(table, row, place)
    if table.key is not None and table.key not in names:
        yield Problem((*where, "key"), unknown("field", table.key, names))
    if table.tree is None and not table.rows and not table.spares:
        yield Problem(where, f"table '{table.block}' has no row; give tree, rows or spares")


def _row_fields(
    block: Matrix | Table, row: MatrixRow | PresetRow, where: Where
) -> Iterator[Problem]:
    """What a declared row says of fields."""
    names = {field.name for field in block.fields}
    for part, named in (("defaults", row.defaults), ("without", row.without)):
        for name in named:
            if name not in names:
                yield Problem((*where, part), unknown("field", name, names))


def _printed_values(table: Table, row: PresetRow, where: Where) -> Iterator[Problem]:
    """Printed values are texts: nothing could be added up or compared with them."""
    for field in table.fields:
        if field.name in row.values and not isinstance(field, _PRINTABLE):
            yield Problem(
                (*where, "values"),
                f"'{field.name}' is of type {getattr(field, 'type', '')}, and a printed value is a "
                "text; right would be 'defaults' in the row and 'locked: true' in the field",
            )


def _field(
    form: Form, block: Record | Matrix | Table, field: BaseField, where: Where
) -> Iterator[Problem]:
    for language in form.languages:
        if field.hint is not None and len(say(field.hint, language)) > _MAX_HINT:
            yield Problem((*where, "hint"), f"a hint has at most {_MAX_HINT} characters")
    if (
        field.width is not None
        and display_width(say(field.label, form.languages[0])) > 4 * field.width
    ):
        yield Problem((*where, "width"), "the label does not fit into a column of this width")
    if isinstance(field, ChoiceField):
        yield from _choice(form, field, where)
    if isinstance(field, IndicatorField) and field.scale and field.scale not in form.scales:
        yield Problem((*where, "scale"), unknown("scale", field.scale, form.scales))
    if isinstance(field, TextField) and field.suggest and field.suggest not in form.lists:
        yield Problem((*where, "suggest"), unknown("list", field.suggest, form.lists))
    if isinstance(field, AmountField) and field.unit and form.unit(field.unit) is None:
        known = (unit.name for unit in form.units)
        yield Problem((*where, "unit"), unknown("unit", field.unit, known))
    yield from _computed(form, block, field, where)


def _choice(form: Form, field: ChoiceField, where: Where) -> Iterator[Problem]:
    if (field.list is None) == (field.tree is None):
        yield Problem(where, f"choice '{field.name}' needs either 'list' or 'tree' with 'level'")
    elif field.list is not None and field.list not in form.lists:
        yield Problem((*where, "list"), unknown("list", field.list, form.lists))
    elif field.tree is not None and field.tree not in form.trees:
        yield Problem((*where, "tree"), unknown("tree", field.tree, form.trees))
    elif field.tree is not None:
        depth = form.trees[field.tree].depth
        if field.level is None or field.level > depth:
            yield Problem((*where, "level"), f"'level' is a number from 1 to {depth}")


def _computed(
    form: Form, block: Record | Matrix | Table, field: BaseField, where: Where
) -> Iterator[Problem]:
    computed = field.computed_by
    if computed is None:
        return
    place: Where = (*where, "computed")
    said = [
        bool(computed.sum),
        *(item is not None for item in (computed.ratio, computed.product, computed.share)),
    ]
    if sum(said) != 1:
        yield Problem(place, f"a computed field says exactly one of {_COMPUTATIONS}")
    if computed.share is not None and not isinstance(block, Matrix):
        yield Problem(place, "'share' belongs to a matrix, whose rows name their total")
    if computed.share is not None and computed.share not in {item.name for item in block.fields}:
        known = [item.name for item in block.fields]
        yield Problem(place, unknown("field", computed.share, known))
    if computed.product is not None and isinstance(field, PercentField):
        yield Problem(place, "a product is an amount or an integer, not a percentage")
    for reference in computed.references():
        what = reference_problem(form, block, reference)
        if what:
            yield Problem(place, what)
