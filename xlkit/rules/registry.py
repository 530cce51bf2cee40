"""Every rule kind, and the checks that a form's fields and rules amount to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from xlkit.errors import FormError
from xlkit.findings import Severity
from xlkit.form.fields import (
    AmountField,
    BaseField,
    ChoiceField,
    CodeField,
    IntegerField,
    PercentField,
    TextField,
)
from xlkit.form.lint import lint
from xlkit.form.load import parse_form
from xlkit.form.model import Form, PlacedBlock, RuleSpec
from xlkit.form.references import unknown
from xlkit.form.source import Problem, plainly
from xlkit.rules import (
    bounds,
    check_character,
    decimals,
    length,
    membership,
    near_preset,
    pattern,
    required,
)
from xlkit.rules.balance import Balance
from xlkit.rules.change import Change
from xlkit.rules.check import Check
from xlkit.rules.compare import Compare
from xlkit.rules.control import Control
from xlkit.rules.cost import Cost
from xlkit.rules.coverage import Coverage
from xlkit.rules.cumulative import Cumulative
from xlkit.rules.cycles import cycle_problems
from xlkit.rules.echo import Echo
from xlkit.rules.formula import Look
from xlkit.rules.kind import Rule
from xlkit.rules.live import Hidden, Live
from xlkit.rules.neighbour import Neighbour
from xlkit.rules.not_weaker import NotWeaker
from xlkit.rules.odd_value import OddValue
from xlkit.rules.placeholder import Placeholder
from xlkit.rules.plugins import GROUP, Kinds
from xlkit.rules.repeated import Repeated
from xlkit.rules.same_name import SameName
from xlkit.rules.same_unit import SameUnit
from xlkit.rules.share import Share
from xlkit.rules.slid import Slid
from xlkit.rules.sum import Sum
from xlkit.rules.total import Total
from xlkit.rules.unique import Unique
from xlkit.rules.unit import Unit
from xlkit.rules.wanted import Wanted

KINDS: dict[str, type[Rule]] = {
    kind.kind: kind
    for kind in (
        Balance,
        Change,
        Compare,
        Control,
        Cost,
        Coverage,
        Cumulative,
        Echo,
        Neighbour,
        NotWeaker,
        OddValue,
        Placeholder,
        Repeated,
        SameName,
        SameUnit,
        Share,
        Slid,
        Sum,
        Total,
        Unique,
        Unit,
        Wanted,
    )
}


@cache
def kinds() -> Kinds:
    """Every rule kind by name, those of installed packages among them.

    Raises:
        PluginError: a package's kind has a name that is taken.
    """
    return Kinds(KINDS, entry_points(group=GROUP))


def form_checks(form: Form) -> dict[str, list[Check]]:
    """The checks of a sound form, by the block whose frame they look at."""
    found: dict[str, list[Check]] = {placed.path: [] for placed in form.blocks}
    for placed in form.blocks:
        for field in placed.block.fields:
            found[placed.path] += field_checks(form, placed, field)
    for number, spec in enumerate(form.rules, start=1):
        rule = bind(spec, number)
        for check in kinds().checks(rule, form):
            severity = Severity.NOTICE if rule.beta else check.severity
            found[check.block].append(
                replace(check, rule=rule.id, beta=rule.beta, severity=severity)
            )
    return found


def form_lives(form: Form) -> dict[str, list[Live]]:
    """What the rules of a sound form say in the workbook itself, by block."""
    found: dict[str, list[Live]] = {placed.path: [] for placed in form.blocks}
    for number, spec in enumerate(form.rules, start=1):
        rule = bind(spec, number)
        if rule.severity_ is not Severity.NOTICE and not rule.beta:
            for live in rule.live(form):
                found[live.block].append(live)
    return found


def form_hidden(form: Form) -> dict[str, dict[tuple[Look, str], Hidden]]:
    """The hidden cells beside the rows of each block that rules of a sound form look at."""
    found: dict[str, dict[tuple[Look, str], Hidden]] = {}
    for number, spec in enumerate(form.rules, start=1):
        rule = bind(spec, number)
        if rule.severity_ is not Severity.NOTICE:
            for hidden in rule.hidden(form):
                found.setdefault(hidden.block, {})[hidden.look, hidden.name] = hidden
    return found


def field_checks(form: Form, placed: PlacedBlock, field: BaseField) -> Iterator[Check]:
    """What the declaration of a field itself demands."""
    yield from required.checks(placed, field)
    if field.computed_by is not None:
        return
    if isinstance(field, ChoiceField):
        yield from membership.checks(form, placed, field)
        yield from near_preset.checks(form, placed, field)
    if isinstance(field, AmountField | IntegerField | PercentField):
        yield from bounds.checks(placed, field)
    if isinstance(field, AmountField):
        yield from decimals.checks(placed, field)
    if isinstance(field, TextField | CodeField):
        yield from pattern.checks(placed, field)
    if isinstance(field, TextField):
        yield from length.checks(placed, field)
    if isinstance(field, CodeField):
        yield from check_character.checks(placed, field)


def bind(spec: RuleSpec, number: int) -> Rule:
    """The rule of a declaration, its parameters read by its kind; its id is `rule-N` by default.

    Raises:
        KeyError: there is no such kind.
        PluginError: its package is broken.
        ValidationError: a parameter is missing, unknown or of the wrong type.
    """
    return kinds()[spec.rule].model_validate(
        {
            **spec.parameters,
            "id": spec.id or f"rule-{number}",
            "severity": spec.severity,
            "beta": spec.beta,
            "message": spec.message,
        }
    )


def form_problems(form: str | Path) -> tuple[str, ...]:
    """Every problem of a definition, `file:line: what`; () where it is sound.

    Raises:
        FormUnknown: neither a built-in form nor a file.
    """
    try:
        load_checked(form)
    except FormError as error:
        return error.problems
    return ()


def load_checked(form: str | Path) -> Form:
    """The form of that name or path, its rules checked too.

    Raises:
        FormUnknown: neither a built-in form nor a file.
        FormError: the definition has problems; all of them are named by file and line.
    """
    parsed, source = parse_form(form)
    problems = [*lint(parsed)]
    if not problems:
        problems += cycle_problems(parsed)
    for number, spec in enumerate(parsed.rules):
        problems += [
            Problem(("rules", number), what) for what in _rule_problems(parsed, spec, number)
        ]
    if problems:
        raise source.error(problems)
    return parsed


def language_schema() -> dict[str, Any]:
    """The JSON Schema of the form language, rule kinds included."""
    schema = Form.model_json_schema()
    definitions = schema.setdefault("$defs", {})
    rules = []
    for name, kind in sorted(kinds().items()):
        body = kind.model_json_schema()
        definitions.update(body.pop("$defs", {}))
        body["properties"]["rule"] = {"const": name}
        body["required"] = ["rule", *(item for item in body["required"] if item != "id")]
        definitions[f"Rule_{name}"] = body
        rules.append({"$ref": f"#/$defs/Rule_{name}"})
    schema["properties"]["rules"] = {"type": "array", "items": {"oneOf": rules}}
    definitions.pop("RuleSpec", None)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def _rule_problems(form: Form, spec: RuleSpec, number: int) -> Iterator[str]:
    if spec.rule not in kinds():
        yield unknown("rule kind", spec.rule, kinds())
        return
    try:
        rule = bind(spec, number + 1)
    except ValidationError as error:
        for details in error.errors(include_url=False):
            name = ".".join(str(part) for part in details["loc"])
            if details["type"] == "extra_forbidden":
                known = [item for item in kinds()[spec.rule].model_fields if item != "id"]
                yield f"rule '{spec.rule}': {unknown('parameter', name, known)}"
            elif details["type"] == "missing":
                yield f"rule '{spec.rule}': '{name}' is missing"
            else:
                said = plainly(details["type"], details["msg"])
                yield f"rule '{spec.rule}': '{name}': {said}"
        return
    yield from kinds().problems(rule, form)
