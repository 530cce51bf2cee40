"""The tables of options in docs/forms.md, from the models that read a definition.

    python -m tests.doc_tables

writes them anew; tests/test_docs.py holds the page to them.
"""

from __future__ import annotations

import ast
import inspect
import re
import types
from collections.abc import Iterator
from decimal import Decimal
from enum import EnumType
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from xlkit.form import blocks, fields, lists, model
from xlkit.form.texts import Definition
from xlkit.rules.kind import Rule
from xlkit.rules.registry import KINDS

PAGE = Path(__file__).resolve().parent.parent / "docs" / "forms.md"
_MARKED = re.compile(r"<!-- options (?P<name>\w+) -->\n.*?<!-- /options -->\n", re.DOTALL)
_WORDS = {str: "text", int: "whole number", bool: "true or false", float: "number"}
_WORDS |= {Decimal: "number", Any: "anything"}
_WORDS |= {
    blocks.Header: "header",
    blocks.MatrixRow: "row",
    blocks.PresetRow: "row",
    blocks.PreviousRows: "mapping",
    blocks.Repeat: "mapping",
    blocks.Sheet: "sheet",
    fields.Computed: "mapping",
    fields.Previous: "mapping",
    fields.Source: "source",
    lists.Choice: "name",
    lists.Node: "node",
    lists.OperatorSpec: "operator",
    lists.Tree: "list of nodes",
    lists.UnitHint: "hint",
    lists.UnitSpec: "unit",
    lists.Words: "mapping",
    model.RuleSpec: "rule",
}
_LABEL = "What is printed for it."
_ALIASES = "Other ways to write it; they are read as this name."
_FIELDS = "The cells of a row, see Fields."
_BOUND = {
    "min": "The least number that is right. Percent points for percentages.",
    "max": "The greatest number that is right.",
    "decimals": "Digits behind the point; more give a warning.",
    "computed": "How the workbook computes the cell; nobody types it.",
}
#: What the page says of an option that has no string of its own in the code.
MEANINGS: dict[str, str] = {
    "BaseField.label": _LABEL,
    "BaseField.name": "The field's name in answers and rules.",
    "Balance.left": "References added up on one side.",
    "Balance.right": "References added up on the other side.",
    "Change.block": "The table, matrix or record.",
    "Choice.aliases": _ALIASES,
    "Choice.name": "The name. A plain text is a name without aliases.",
    "ChoiceField.level": "Which level of the tree, 1 is the root.",
    "ChoiceField.list": "The list that the names come from.",
    "ChoiceField.tree": "The tree that the names come from, in place of a list.",
    "CodeField.pattern": "A regular expression for the whole code.",
    "Compare.left": "References added up on the left of the sign.",
    "Compare.right": "References added up on the right of the sign.",
    "Compare.sign": "What must hold between both sides.",
    "Cost.block": "The table.",
    "Coverage.block": "The table.",
    "Coverage.field": "The field whose names are looked for.",
    "Coverage.names": "Each of these stands in at least one filled row.",
    "DirectionHint.endings": "Endings of names.",
    "Echo.block": "The table, or a record.",
    "Form.direction_hints": "What names say of better and worse.",
    "Form.form": "The form's name: small letters, digits, hyphens.",
    "Form.lists": "Lists of names, by name of the list.",
    "Form.operators": "Comparison signs.",
    "Form.explanations": "What an explanation of a warning must say to count, see Explanations.",
    "Form.rules": "What must hold between cells, see Rules.",
    "Form.scales": "Ordered words for values that are no numbers.",
    "Form.sheets": "The sheets in their order.",
    "Form.title": "Title of the form.",
    "Form.trees": "Trees of names, by name of the tree.",
    "Form.unit_hints": "What names say of units.",
    "Form.units": "Units of measure.",
    "Form.version": "The number of this definition; a new one for each change after sending.",
    "Form.words": "Words that values are made of.",
    "Header.label": "The heading of the column.",
    "Header.name": "The column's name in answers.",
    "Header.width": "Columns of text.",
    "IndicatorField.split": "Three cells: operator, number, unit. `false`: all in one cell.",
    "Matrix.block": "The block's name in answers and rules.",
    "Matrix.fields": _FIELDS,
    "Matrix.headers": "Columns of printed labels.",
    "Matrix.label": "The caption above the block.",
    "Matrix.rows": "The printed rows.",
    "MatrixRow.key": "The row's name in references; never changed once a form is out.",
    "Neighbour.block": "The table.",
    "Node.aliases": _ALIASES,
    "Node.children": "The names below it; a plain text is a node without children.",
    "Node.name": "The name.",
    "NotWeaker.block": "The table.",
    "OddValue.block": "The table.",
    "OperatorSpec.after": "Words behind the number that mean it, such as 以上.",
    "OperatorSpec.aliases": "Other signs or words before the number.",
    "OperatorSpec.sign": "The sign.",
    "PresetRow.key": "The row's name in references; never changed once a form is out.",
    "Record.block": "The block's name in answers and rules; only a group's record goes without.",
    "Record.fields": "The pairs, see Fields.",
    "Record.label": "The caption above the block.",
    "Repeated.block": "The table, or a group's name for its members.",
    "Repeat.group": "The group's name in answers and rules.",
    "Repeat.label": "What one member is called.",
    "Rule.id": "The rule's name in findings; `rule-1`, `rule-2` … where it is left out.",
    "Rule.message": "Your own sentence in place of the catalogue's.",
    "Rule.severity": "Its weight; left out, the kind's own.",
    "SameName.block": "The table.",
    "SameUnit.block": "The table.",
    "Share.part": "The part.",
    "Share.share": "The typed percentage.",
    "Share.whole": "The whole.",
    "Sheet.blocks": "The blocks from top to bottom.",
    "Sheet.left": "The line under the title, at the left.",
    "Sheet.orientation": "How the sheet is printed, on A4.",
    "Sheet.repeat": "The sheet comes once for each member of a group.",
    "Sheet.right": "The same line, at the right.",
    "Sheet.sheet": "The sheet's name, at most 31 characters.",
    "Sheet.title": "The title; left out, the form's.",
    "Slid.block": "The table.",
    "Sum.parts": "References that must add up to it.",
    "Sum.total": "The typed total.",
    "Table.block": "The block's name in answers and rules.",
    "Table.fields": _FIELDS,
    "Table.label": "The caption above the block.",
    "Table.rows": "Rows that are printed beforehand.",
    "Table.spares": "Empty rows below the printed ones.",
    "TextBlock.block": "The block's name in answers and rules.",
    "TextBlock.hint": "Shown when the cell is selected.",
    "TextBlock.label": _LABEL,
    "TextBlock.max_length": "Characters at most; the room on the sheet follows from it.",
    "TextBlock.min_length": "Characters at least.",
    "TextBlock.required": "Must be filled.",
    "TextField.max_length": "Characters at most; the room of a multiline text follows from it.",
    "TextField.min_length": "Characters at least.",
    "TextField.multiline": "A long text with line breaks. In a record it has a line of its own.",
    "TextField.pattern": "A regular expression that the whole text must fit.",
    "TextField.suggest": "A list offered without obligation.",
    "Total.parts": "References that are added up.",
    "Unique.block": "The table, or a group's name for its members.",
    "Unique.fields": "No two rows say the same in all of these.",
    "Unit.block": "The table.",
    "UnitHint.endings": "Endings of names.",
    "UnitSpec.aliases": _ALIASES,
    "UnitSpec.dimension": "Units of one dimension convert into each other.",
    "UnitSpec.factor": "How many of the dimension's base unit it is.",
    "UnitSpec.name": "The unit.",
    "Wanted.block": "The table or matrix.",
    "Wanted.field": "The field that must be filled then.",
    "Wanted.left": "References added up on the left of the sign.",
    "Wanted.right": "References added up on the right; the comparison is exact.",
    "Wanted.sign": "The field is wanted in rows where this holds.",
    "Words.date": "Words of dates; `#` is a number.",
    "Words.not_applicable": "What people write where nothing applies.",
    "Words.period": "Words of periods; `#` is a number.",
    "Words.placeholders": "Signs anywhere in a text that nobody finished.",
    "Words.unfilled": "Words that are no answer where they are the whole text.",
    **{
        f"{name}.{option}": text
        for name in ("AmountField", "IntegerField", "PercentField")
        for option, text in _BOUND.items()
        if (name, option) != ("IntegerField", "decimals")
    },
}


def models() -> dict[str, type[BaseModel]]:
    """Every model that reads a part of a definition, by name."""
    found: dict[str, type[BaseModel]] = {"Rule": Rule}
    for module in (blocks, fields, lists, model):
        found |= {
            name: item
            for name, item in vars(module).items()
            if inspect.isclass(item) and issubclass(item, Definition) and item is not Definition
        }
    for name in ("RuleSpec", "Tree", "Shared"):
        found.pop(name, None)
    return found | {kind.__name__: kind for kind in KINDS.values()}


def own_options(name: str) -> dict[str, FieldInfo]:
    """The options of a model that its page section tells: not those that every field has."""
    chosen = models()[name]
    common: set[str] = set()
    for base in (fields.BaseField, Rule):
        if issubclass(chosen, base) and chosen is not base:
            common |= set(base.model_fields)
    hidden = {"kind", "type"} if name != "Rule" else set()
    return {
        info.alias or option: info
        for option, info in chosen.model_fields.items()
        if option not in common and option not in hidden
    }


def table(name: str) -> str:
    """The table of a model's options."""
    meanings = dict(_docstrings(models()[name]))
    lines = ["| option | type | default | meaning |", "|---|---|---|---|"]
    for option, info in own_options(name).items():
        meaning = MEANINGS.get(f"{name}.{option}") or meanings.get(option, "")
        lines.append(f"| `{option}` | {type_of(info)} | {default_of(info)} | {_cell(meaning)} |")
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def renewed(page: str) -> str:
    """The page with its tables written anew."""
    return _MARKED.sub(
        lambda match: (
            f"<!-- options {match['name']} -->\n{table(match['name'])}<!-- /options -->\n"
        ),
        page,
    )


def told(page: str) -> set[str]:
    """The models whose options the page has tables of."""
    return {match["name"] for match in _MARKED.finditer(page)}


def type_of(info: FieldInfo) -> str:
    """The type of an option in words."""
    bounds = {
        name: getattr(item, name)
        for item in info.metadata
        for name in ("ge", "gt", "le")
        if getattr(item, name, None) is not None
    }
    words = _words(info.annotation)
    least = bounds.get("ge", f"over {bounds['gt']}" if "gt" in bounds else None)
    if least is not None and "le" in bounds:
        return f"{words}, {least} to {bounds['le']}"
    return f"{words}, {least} or more" if "ge" in bounds else words


def default_of(info: FieldInfo) -> str:
    """The default of an option as it would be written."""
    if info.is_required():
        return "**required**"
    default = info.get_default(call_default_factory=True)
    if default is None or default in ((), {}) or isinstance(default, BaseModel):
        return "–"
    if isinstance(default, bool):
        return f"`{str(default).lower()}`"
    return f"`{list(default) if isinstance(default, tuple) else default}`".replace("'", "")


def _words(annotation: Any) -> str:
    origin, inner = get_origin(annotation), get_args(annotation)
    if annotation in _WORDS:
        return _WORDS[annotation]
    if origin is Literal:
        return " or ".join(f"`{str(item).lower() if item is True else item}`" for item in inner)
    if isinstance(annotation, EnumType):
        return " or ".join(f"`{item.value}`" for item in annotation)
    if origin is tuple:
        single = len(inner) == 2 and inner[1] is Ellipsis
        return f"list of {_plural(_words(inner[0]))}" if single else f"list of {len(inner)} texts"
    if origin is dict:
        return f"mapping of {_plural(_words(inner[1]))}"
    if origin in (types.UnionType, Union):
        parts = [_words(item) for item in inner if item is not type(None)]
        known = list(dict.fromkeys(parts))
        return (
            "text, or one per language"
            if known == ["text", "mapping of texts"]
            else (" or ".join(known) if len(known) < 4 else "one of several")
        )
    if origin is not None and inner:
        return _words(inner[0])
    return annotation.__name__.lower()


def _plural(word: str) -> str:
    known = {"text": "texts", "one of several": "parts", "text, or one per language": "texts"}
    if word.startswith("list of "):
        return f"lists of {word.removeprefix('list of ')}"
    return known.get(word, f"{word}s")


def _docstrings(chosen: type[BaseModel]) -> Iterator[tuple[str, str]]:
    """The string below each option, bases first."""
    for item in reversed(chosen.__mro__):
        if not issubclass(item, Definition) or item is Definition:
            continue
        (body,) = ast.parse(inspect.getsource(item)).body
        assert isinstance(body, ast.ClassDef)
        for one, other in zip(body.body, body.body[1:], strict=False):
            text = ast.get_docstring(ast.Module([other], []))
            if isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name) and text:
                info = item.model_fields.get(one.target.id)
                alias = info.alias if info is not None else None
                yield alias or one.target.id, " ".join(text.split())


def main() -> None:
    """Writes the tables of the page anew."""
    PAGE.write_text(renewed(PAGE.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
