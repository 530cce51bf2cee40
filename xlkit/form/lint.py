"""What is wrong in a definition beyond the types of its parts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from xlkit.form.blocks import Record
from xlkit.form.lint_blocks import block_problems
from xlkit.form.lint_previous import previous_problems
from xlkit.form.lists import Node
from xlkit.form.model import Form
from xlkit.form.references import repeated, unknown
from xlkit.form.renames import rename_problems
from xlkit.form.source import Problem, Where
from xlkit.form.texts import printed_texts, say, unknown_placeholders
from xlkit.wording import word

#: Source: Excel, length of a sheet's name; of an input message; of a list's entry shown whole.
_MAX_SHEET_NAME = 31
_OWN_SHEETS = ("_lists", "_xlkit", "history")
"""Sheets of xlkit, and a name that Excel keeps for itself, in small letters."""
_FORBIDDEN_IN_SHEET_NAMES = frozenset("[]:*?/\\'")


def lint(form: Form) -> list[Problem]:
    """Every problem of a well-typed definition; [] where it is sound.

    Names of an earlier version are looked at once the parts of this one are known.
    """
    found = [
        *_money(form),
        *_duplicates(form),
        *_trees(form),
        *_units(form),
        *_sheets(form),
        *block_problems(form),
        *previous_problems(form),
        *_texts(form),
    ]
    return found or list(rename_problems(form))


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
            yield from repeated((part, name), [choice.name for choice in choices])
            if f"{name}_all" in table:
                yield Problem(
                    (part, f"{name}_all"), f"'{name}_all' is kept for what '{name}' accepts"
                )
    ids = Counter(spec.id for spec in form.rules if spec.id)
    for number, spec in enumerate(form.rules):
        if spec.id and ids[spec.id] > 1:
            yield Problem(("rules", number, "id"), f"two rules have the id '{spec.id}'")


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


def _block_path(form: Form, sheet: int, name: str) -> Where:
    blocks = form.sheets[sheet].blocks
    numbers = [number for number, block in enumerate(blocks) if block.block == name]
    return ("sheets", sheet, "blocks", numbers[-1] if numbers else 0, "block")


def _texts(form: Form) -> Iterator[Problem]:
    """Placeholders that nothing fills: they would be printed as they stand."""
    for where, text in printed_texts(form):
        for name in unknown_placeholders(text):
            yield Problem(
                where,
                f"'{name}' is no placeholder; right would be {{year}}, {{year-1|last year}}, "
                "{unit.name}, {unit.code}, {money} or {n}",
            )
