"""The page of a code, or of a form's rule: what it means, what to do, and what gives it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from xlkit.catalogue import Said, codes, example_of, explain, near_codes, severity_of
from xlkit.errors import UsageError
from xlkit.findings import Severity
from xlkit.form.model import Form
from xlkit.form.texts import Text, say
from xlkit.rules.check import Check
from xlkit.rules.registry import bind, form_checks, kinds
from xlkit.sentences import Either, Sentence
from xlkit.wording import word

#: Rules and fields that the text of a page names; JSON has all.
_MOST_GIVERS = 12
_BLANK = re.compile(r"\{\w+\}")


@dataclass(frozen=True, slots=True)
class Giver:
    """A rule or a field of a form that can give a code."""

    form: str
    name: str
    """The rule's id, or the field as `block.field`."""
    kind: str | None
    """The kind of the rule; None for a field."""
    severity: Severity
    beta: bool


@dataclass(frozen=True, slots=True)
class RulePage:
    """A declared rule: what the form says of it, and the codes that it can give."""

    form: str
    name: str
    kind: str
    severity: Severity
    beta: bool
    message: Text | None
    parameters: dict[str, Any]
    gives: tuple[str, ...]


def givers(forms: Sequence[Form], code: str) -> tuple[Giver, ...]:
    """What gives that code in those forms."""
    found: dict[Giver, None] = {}
    for form in forms:
        kinds = {_id(form, number): spec.rule for number, spec in enumerate(form.rules)}
        for check in _checks(form):
            if check.code != code:
                continue
            field = ".".join((check.block, *check.fields[:1]))
            kind = kinds.get(check.rule or "")
            giver = Giver(form.form, check.rule or field, kind, check.severity, check.beta)
            found.setdefault(giver)
    return tuple(found)


def rule_pages(forms: Sequence[Form], name: str) -> tuple[RulePage, ...]:
    """The rules of that id in those forms; a check's own id names its rule, too."""
    return tuple(
        page
        for form in forms
        for number in range(len(form.rules))
        for page in [_rule_page(form, number)]
        if page.name == name or name.startswith(f"{page.name}.")
    )


def code_page(code: str, forms: Sequence[Form], language: str) -> dict[str, Any]:
    """The page of a code as JSON has it."""
    said, example = explain(code, language), example_of(code, language)
    return {
        "code": code,
        "severity": severity_of(code).value,
        "title": said.title,
        "message": said.message,
        "hint": said.hint,
        "clerk_hint": said.clerk_hint or None,
        "example": None if example is None else _example(example),
        "given_by": [
            {
                "form": giver.form,
                "rule" if giver.kind else "field": giver.name,
                "kind": giver.kind,
                "severity": giver.severity.value,
                "beta": giver.beta,
            }
            for giver in givers(forms, code)
        ],
    }


def page(name: str, forms: Sequence[Form], language: str) -> list[dict[str, Any]]:
    """The pages of a code, or of the rules of that id with their codes' pages.

    Raises:
        UsageError: there is neither; says what may have been meant.
        PluginError: a package with rule kinds is broken.
    """
    dict(kinds())  # a kind's codes are known once it is loaded
    if name in codes():
        return [code_page(name, forms, language)]
    rules = rule_pages(forms, name)
    if not rules:
        ids = [_id(form, number) for form in forms for number in range(len(form.rules))]
        near = [*near_codes(name), *get_close_matches(name, ids, n=2, cutoff=0.6)]
        meant = Sentence("meant", near=Either(tuple(dict.fromkeys(near)))) if near else ""
        raise UsageError(Sentence("code-unknown", name=name, meant=meant))
    return [
        {
            "rule": found.name,
            "form": found.form,
            "kind": found.kind,
            "severity": found.severity.value,
            "beta": found.beta,
            "message": None if found.message is None else say(found.message, language),
            "parameters": found.parameters,
            "gives": [code_page(code, (), language) for code in found.gives],
        }
        for found in rules
    ]


def page_text(name: str, forms: Sequence[Form], language: str) -> str:
    """The same as text.

    Raises:
        UsageError: there is neither code nor rule of that name.
    """
    blocks = []
    for item in page(name, forms, language):
        if "rule" not in item:
            blocks += [*_code_lines(item, language), *_giver_lines(item["given_by"], language)]
            continue
        blocks += _rule_lines(item, language)
        for code in item["gives"]:
            blocks += [f"  {line}" for line in _code_lines(code, language)]
    return "\n".join(blocks)


def _code_lines(item: dict[str, Any], language: str) -> Iterator[str]:
    yield f"{item['code']}  {item['title']}"
    yield "  " + _word("page_severity", language, severity=_weight(item, language))
    example = item["example"]
    yield "  " + _word("page_meaning", language, text=_BLANK.sub("…", item["message"]))
    if example is not None:
        yield "  " + _word("page_example", language, text=example["message"])
    for key in ("hint", "clerk_hint"):
        if item[key]:
            to_do = _BLANK.sub("…", item[key]) if example is None else example[key]
            yield "  " + _word(f"page_{key}", language, text=to_do)


def _example(said: Said) -> dict[str, str | None]:
    told = {"message": said.message, "hint": said.hint}
    return told | {"clerk_hint": said.clerk_hint or None}


def _giver_lines(given: list[dict[str, Any]], language: str) -> Iterator[str]:
    if not given:
        yield "  " + _word("page_no_givers", language)
        return
    yield "  " + _word("page_givers", language)
    for item in given[:_MOST_GIVERS]:
        key = "rule" if "rule" in item else "field"
        yield "    " + _word(
            f"page_giver_{key}",
            language,
            form=item["form"],
            name=item[key],
            kind=item["kind"] or "",
            severity=_weight(item, language),
        )
    if len(given) > _MOST_GIVERS:
        yield f"    … +{len(given) - _MOST_GIVERS}"


def _rule_lines(item: dict[str, Any], language: str) -> Iterator[str]:
    yield _word("page_rule", language, form=item["form"], name=item["rule"])
    yield "  " + _word("page_kind", language, kind=item["kind"])
    yield "  " + _word("page_severity", language, severity=_weight(item, language))
    if item["message"]:
        yield "  " + _word("page_own_message", language, text=item["message"])
    yield from (f"  {name}: {_plain(value)}" for name, value in item["parameters"].items())
    yield "  " + _word("page_gives", language)


def _weight(item: dict[str, Any], language: str) -> str:
    return _word("severity_beta" if item.get("beta") else f"severity_{item['severity']}", language)


def _plain(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(map(_plain, value))
    if isinstance(value, dict):
        return "; ".join(f"{name}: {_plain(item)}" for name, item in value.items())
    return str(value)


def _rule_page(form: Form, number: int) -> RulePage:
    spec = form.rules[number]
    rule = bind(spec, number + 1)
    gives = dict.fromkeys(check.code for check in _checks(form) if check.rule == rule.id)
    return RulePage(
        form=form.form,
        name=rule.id,
        kind=spec.rule,
        severity=rule.severity_,
        beta=rule.beta,
        message=rule.said(form),
        parameters=spec.parameters,
        gives=tuple(gives),
    )


def _checks(form: Form) -> Iterator[Check]:
    for checks in form_checks(form).values():
        yield from checks


def _id(form: Form, number: int) -> str:
    return form.rules[number].id or f"rule-{number + 1}"


def _word(key: str, language: str, **values: str) -> str:
    return word(key, language, file="report", **values)
