"""A form from its YAML definition; every problem is told at once."""

from __future__ import annotations

import re
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from xlkit.errors import FormUnknown
from xlkit.form.blocks import Block, Sheet
from xlkit.form.fields import Field
from xlkit.form.library import form_path, vocabulary_path
from xlkit.form.lint import lint
from xlkit.form.model import Form, Shared
from xlkit.form.source import Problem, Source, Where, plainly, read_yaml

#: Parts of an error's path that name a type of the model, not a key of the file.
_INNER = re.compile(r"(str|int|bool|constrained-str|(literal|dict|function-\w+)\[.*)", re.DOTALL)
#: Parts of a definition that may come from a shared vocabulary.
_SHARED_LISTS = {"units": "name", "operators": "sign"}
_SHARED_MAPPINGS = ("lists", "scales", "trees", "words")


def load_form(form: str | Path) -> Form:
    """The form of that name or path, checked.

    Raises:
        FormUnknown: neither a built-in form nor a file.
        FormError: the definition has problems; all of them are named by file and line.
    """
    form_, source = parse_form(form)
    problems = lint(form_)
    if problems:
        raise source.error(problems)
    return form_


def parse_form(form: str | Path) -> tuple[Form, Source]:
    """The form as written, types checked but not yet linted, with its source."""
    path = form if isinstance(form, Path) else form_path(form)
    source = read_yaml(path)
    try:
        plain = _with_vocabularies(_plain(source.tree), path.parent)
    except FormUnknown as error:
        raise source.error([Problem(("use",), str(error))]) from error
    try:
        return Form.model_validate(plain), source
    except ValidationError as error:
        raise source.error(_problems(error)) from error


def _plain(node: Any) -> Any:
    """YAML nodes as plain values; dates and numbers that stand for text become text."""
    if isinstance(node, dict):
        return {str(key): _plain(value) for key, value in node.items()}
    if isinstance(node, list):
        return [_plain(item) for item in node]
    if isinstance(node, bool) or node is None:
        return node
    if isinstance(node, int):
        return int(node)
    if isinstance(node, float):
        return str(node)
    return str(node)


def _with_vocabularies(plain: dict[str, Any], beside: Path) -> dict[str, Any]:
    names = plain.get("use", [])
    for name in names if isinstance(names, list) else ():
        plain = _merged(plain, _vocabulary(str(name), beside))
    return plain


def _vocabulary(name: str, beside: Path) -> dict[str, Any]:
    """A shared vocabulary, its parts of the right types.

    Raises:
        FormUnknown: there is none of that name.
        FormError: the vocabulary has problems, named by its own file and line.
    """
    source = read_yaml(vocabulary_path(name, beside))
    plain: dict[str, Any] = _plain(source.tree)
    try:
        Shared.model_validate(plain)
    except ValidationError as error:
        raise source.error(_problems(error)) from error
    return plain


def _merged(own: dict[str, Any], shared: dict[str, Any]) -> dict[str, Any]:
    """The definition with what the vocabulary adds; what it has itself stays, and stays first."""
    merged = dict(own)
    for part in _SHARED_MAPPINGS:
        if part in shared and isinstance(own.get(part, {}), dict):
            merged[part] = {**own.get(part, {}), **_missing(shared[part], own.get(part, {}))}
    for part, key in _SHARED_LISTS.items():
        if part in shared and isinstance(own.get(part, []), list):
            mine = own.get(part, [])
            known = {item.get(key) for item in mine if isinstance(item, dict)}
            merged[part] = mine + [item for item in shared[part] if item[key] not in known]
    for name in ("unit_hints", "direction_hints"):
        if name in shared and isinstance(own.get(name, []), list):
            merged[name] = own.get(name, []) + shared[name]
    return merged


def _missing(shared: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in shared.items() if key not in own}


def _problems(error: ValidationError) -> list[Problem]:
    """The causes alone: what a broken part makes its whole look like is left out."""
    details = error.errors(include_url=False)
    places = [item["loc"] for item in details]
    return [
        _problem(item)
        for item in details
        if not any(
            len(place) > len(item["loc"]) and place[: len(item["loc"])] == item["loc"]
            for place in places
        )
    ]


def _problem(details: ErrorDetails) -> Problem:
    where: Where = tuple(details["loc"])
    named = [str(part) for part in where if isinstance(part, str) and not _INNER.fullmatch(part)]
    kind, name = details["type"], named[-1] if named else "form"
    if kind in ("extra_forbidden", "missing"):
        name = str(where[-1])
    if kind == "extra_forbidden":
        return Problem(where, f"unknown key '{name}'{_did_you_mean(name)}")
    if kind == "missing" and isinstance(where[-1], int):
        return Problem(where[:-1], f"'{named[-1]}': this list wants {where[-1] + 1} entries")
    if kind == "missing":
        return Problem(where, f"'{name}' is missing")
    if kind in ("union_tag_invalid", "union_tag_not_found"):
        context = details.get("ctx", {})
        key = str(context.get("discriminator", "")).strip("'")
        tags = context.get("expected_tags") or _tags(key)
        right = f"; right would be one of {tags}" if tags else ""
        return Problem((*where, key), f"'{key}' is wrong or missing{right}")
    said = plainly(kind, details["msg"])
    got = details.get("input")
    shown = f" (it says {got!r})" if isinstance(got, str | int | float) else ""
    return Problem(where, f"'{name}': {said}{shown}")


def _tags(key: str) -> str:
    """The words that may stand at the key that tells kinds of blocks or types of fields apart."""
    unions: tuple[Any, ...] = (Block, Field)
    said = [TypeAdapter(union).json_schema()["discriminator"] for union in unions]
    found: dict[str, str] = next(
        (item["mapping"] for item in said if item["propertyName"] == key), {}
    )
    return ", ".join(map(repr, found))


def _did_you_mean(name: str) -> str:
    close = get_close_matches(name, sorted(_known_keys()), n=1, cutoff=0.6)
    return f"; did you mean '{close[0]}'?" if close else "; it is not part of the form language"


def _known_keys() -> set[str]:
    """Every key that the language has, for suggestions."""
    keys: set[str] = set()
    for model in (Form, Sheet):
        schema = model.model_json_schema()
        for definition in (schema, *schema.get("$defs", {}).values()):
            keys.update(definition.get("properties", {}))
    return keys
