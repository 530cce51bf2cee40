"""What is wrong in a definition beyond the types of its parts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from difflib import get_close_matches

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
    Reference,
    TextField,
)
from xlkit.form.lists import Node
from xlkit.form.model import Form
from xlkit.form.source import Problem, Where
from xlkit.form.texts import say
from xlkit.wording import word

#: Source: Excel, length of a sheet's name; of an input message; of a list's entry shown whole.
_MAX_SHEET_NAME = 31
_MAX_HINT = 255
_COMPUTATIONS = "'sum', 'ratio', 'product', 'share'"
_PRINTABLE = TextField | ChoiceField | CodeField | PhoneField
_OWN_SHEETS = ("_lists", "_xlkit", "history")
"""Sheets of xlkit, and a name that Excel keeps for itself, in small letters."""
_FORBIDDEN_IN_SHEET_NAMES = frozenset("[]:*?/\\'")


def lint(form: Form) -> list[Problem]:
    """Every problem of a well-typed definition; [] where it is sound."""
    return [
        *_money(form),
        *_duplicates(form),
        *_trees(form),
        *_units(form),
        *_sheets(form),
        *_blocks(form),
    ]


def unknown(what: str, name: str, known: Iterable[str]) -> str:
    """A sentence for a name that nothing has, with what was probably meant."""
    offered = sorted(known)
    close = get_close_matches(name, offered, n=1, cutoff=0.5)
    if close:
        return f"there is no {what} '{name}'; did you mean '{close[0]}'?"
    listed = ", ".join(offered) if offered else "none"
    return f"there is no {what} '{name}'; the form has {listed}"


def _money(form: Form) -> Iterator[Problem]:
    if form.money is not None and form.unit(form.money) is None:
        yield Problem(("money",), unknown("unit", form.money, (u.name for u in form.units)))


def _duplicates(form: Form) -> Iterator[Problem]:
    for name, block in Counter(block.name for block in form.blocks).items():
        if block > 1:
            places = [item for item in form.blocks if item.name == name]
            where = _block_path(form, places[-1].sheet, name)
            yield Problem(where, f"two blocks are named '{name}'; each needs a name of its own")
    for part, table in (("lists", form.lists), ("scales", form.scales)):
        for name, choices in table.items():
            yield from _repeated((part, name), [choice.name for choice in choices])
            if f"{name}_all" in table:
                yield Problem(
                    (part, f"{name}_all"), f"'{name}_all' is kept for what '{name}' accepts"
                )
    repeated = Counter(spec.id for spec in form.rules if spec.id)
    for number, spec in enumerate(form.rules):
        if spec.id and repeated[spec.id] > 1:
            yield Problem(("rules", number, "id"), f"two rules have the id '{spec.id}'")


def _repeated(where: Where, names: list[str]) -> Iterator[Problem]:
    for name, times in Counter(names).items():
        if times > 1:
            last = max(number for number, one in enumerate(names) if one == name)
            yield Problem(
                (*where, last), f"'{name}' stands here {times} times; right would be once"
            )


def _trees(form: Form) -> Iterator[Problem]:
    for name, tree in form.trees.items():
        placed = list(_nodes(("trees", name, "nodes"), tree.nodes))
        keys = Counter(node.key for _, node in placed if node.key)
        for where, node in placed:
            if node.key and keys[node.key] > 1:
                what = f"{keys[node.key]} nodes have the key '{node.key}'; keys name one"
                yield Problem((*where, "key"), what)
            if node.unit and form.unit(node.unit) is None:
                what = unknown("unit", node.unit, (unit.name for unit in form.units))
                yield Problem((*where, "unit"), f"'{node.name}': {what}")
            if node.scale and node.scale not in form.scales:
                what = unknown("scale", node.scale, form.scales)
                yield Problem((*where, "scale"), f"'{node.name}': {what}")
            if node.free and not node.key:
                yield Problem(where, f"'{node.name}' has free rows and needs a key to name them")


def _nodes(where: Where, nodes: Iterable[Node]) -> Iterator[tuple[Where, Node]]:
    """Every node and its place; a tree that is written as a bare list has no `nodes` there."""
    for number, node in enumerate(nodes):
        yield (*where, number), node
        yield from _nodes((*where, number, "children"), node.children)


def _units(form: Form) -> Iterator[Problem]:
    known = [unit.name for unit in form.units]
    for number, hint in enumerate(form.unit_hints):
        for name in (*hint.units, *hint.not_units):
            if form.unit(name) is None:
                yield Problem(("unit_hints", number), unknown("unit", name, known))
    for number, unit in enumerate(form.units):
        if unit.instead and form.unit(unit.instead) is None:
            yield Problem(("units", number, "instead"), unknown("unit", unit.instead, known))


def _sheets(form: Form) -> Iterator[Problem]:
    for number, sheet in enumerate(form.sheets):
        where: Where = ("sheets", number, "sheet")
        for language in form.languages:
            name = say(sheet.sheet, language)
            shown = name.replace("{n}", "01")
            if len(shown) > _MAX_SHEET_NAME or _FORBIDDEN_IN_SHEET_NAMES & set(shown):
                yield Problem(
                    where,
                    f"'{name}' cannot name a sheet; right would be at most "
                    f"{_MAX_SHEET_NAME} characters without [ ] : * ? / \\ '",
                )
            if bool(sheet.repeat) != ("{n}" in name):
                yield Problem(where, f"'{name}': {{n}} stands in the name of repeated sheets only")
        if sheet.repeat is not None:
            yield from _group(form, number)
    yield from _same_names(form)


def _same_names(form: Form) -> Iterator[Problem]:
    """Names that two sheets would share; programs do not tell capitals from small letters."""
    for language in form.languages:
        taken = [word("help_sheet", language).casefold(), *_OWN_SHEETS]
        names = [say(sheet.sheet, language).casefold() for sheet in form.sheets]
        for number, name in enumerate(names):
            where: Where = ("sheets", number, "sheet")
            if names.count(name) > 1:
                yield Problem(where, "two sheets have this name; each needs a name of its own")
            if name in taken:
                yield Problem(where, f"'{name}' is the name of a sheet that every workbook has")


def _group(form: Form, number: int) -> Iterator[Problem]:
    sheet = form.sheets[number]
    repeat = sheet.repeat
    assert repeat is not None
    where: Where = ("sheets", number, "repeat")
    nameless = [block for block in sheet.blocks if isinstance(block, Record) and not block.block]
    if len(nameless) != 1:
        yield Problem(where, "a group has exactly one record without a name, which identifies it")
        return
    if repeat.key not in {field.name for field in nameless[0].fields}:
        known = [field.name for field in nameless[0].fields]
        yield Problem((*where, "key"), unknown("field", repeat.key, known))


def _blocks(form: Form) -> Iterator[Problem]:
    for number, sheet in enumerate(form.sheets):
        for position, block in enumerate(sheet.blocks):
            where: Where = ("sheets", number, "blocks", position)
            if isinstance(block, TextBlock):
                continue
            if isinstance(block, Record) and block.block is None and sheet.repeat is None:
                yield Problem(where, "'block' is missing: only a group's record may go without")
            yield from _repeated((*where, "fields"), [field.name for field in block.fields])
            if isinstance(block, Matrix):
                yield from _matrix(block, where)
            if isinstance(block, Table):
                yield from _table(form, block, where)
            for place, field in enumerate(block.fields):
                yield from _field(form, block, field, (*where, "fields", place))


def _matrix(matrix: Matrix, where: Where) -> Iterator[Problem]:
    keys = [row.key for row in matrix.rows]
    yield from _repeated((*where, "rows"), keys)
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
    yield from _repeated((*where, "rows"), [row.key for row in table.rows])
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


def reference_problem(
    form: Form, block: Record | Matrix | Table | None, reference: Reference
) -> str | None:
    """Why a reference means nothing in that block (None: outside any), or None."""
    if reference.block is None:
        if block is None:
            return f"'{reference}' needs its block: block.field"
        fields = {item.name for item in block.fields}
        return None if reference.field in fields else unknown("field", reference.field, fields)
    try:
        placed = form.block(reference.block)
    except KeyError:
        return unknown("block", reference.block, (item.name for item in form.blocks))
    if reference.field not in {item.name for item in placed.block.fields}:
        return unknown("field", reference.field, (item.name for item in placed.block.fields))
    if reference.row is not None:
        return _row_problem(form, placed.block, reference)
    return None


def _row_problem(form: Form, block: Record | Matrix | Table, reference: Reference) -> str | None:
    """Why the row of a reference means nothing, or None."""
    if isinstance(block, Record):
        return f"'{reference}': a record has no rows"
    keys = {row.key for row in block.rows}
    if isinstance(block, Table) and block.tree in form.trees:
        paths = form.trees[block.tree or ""].paths()
        keys |= {path[-1].key for path in paths if path[-1].key}
    if reference.row not in keys:
        return unknown("row", reference.row or "", keys)
    if any(row.key == reference.row and reference.field in row.without for row in block.rows):
        return f"row '{reference.row}' is without '{reference.field}'"
    return None


def _block_path(form: Form, sheet: int, name: str) -> Where:
    blocks = form.sheets[sheet].blocks
    numbers = [number for number, block in enumerate(blocks) if block.block == name]
    return ("sheets", sheet, "blocks", numbers[-1] if numbers else 0, "block")
