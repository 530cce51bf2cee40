"""Settings of mail as they were written: made whole from a provider, and what is wrong in them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from xlkit.form.source import plainly
from xlkit.mail.providers import Provider, providers
from xlkit.mail.secrets import BOTH_VARIABLE
from xlkit.sentences import English, Sentence, Words
from xlkit.wording import signs

_SECRET = re.compile(signs("secret"), re.IGNORECASE)
_PORTS = {
    "smtp": {"tls": 465, "starttls": 587, "none": 25},
    "imap": {"tls": 993, "starttls": 143, "none": 143},
}


def refused_keys(content: Mapping[str, Any], above: str = "") -> Iterator[Sentence]:
    """Problems with keys that smell of a password; what they hold is not said."""
    for name, value in content.items():
        if _SECRET.search(name):
            yield Sentence("mail-secret", name=f"{above}{name}", variable=BOTH_VARIABLE)
        elif isinstance(value, dict):
            yield from refused_keys(value, f"{above}{name}.")


def filled(content: Mapping[str, Any], provider: Provider | None) -> dict[str, Any]:
    """The settings with what they leave out; a server that is said to be another is not mixed."""
    whole = dict(content)
    address = content.get("from", {}).get("address") if _is_table(content.get("from")) else None
    for name in ("smtp", "imap"):
        table = content.get(name, {})
        if not _is_table(table) or (not table and provider is None):
            continue
        whole[name] = _server(name, table, provider, address)
    return whole


def _server(
    name: str, table: Mapping[str, Any], provider: Provider | None, address: object
) -> dict[str, Any]:
    known: dict[str, Any] = {}
    if provider is not None:
        known = dict(provider.smtp if name == "smtp" else provider.imap)
        if name == "smtp":
            known |= {
                "per_minute": provider.per_minute,
                "per_connection": provider.per_connection,
            }
        if table.get("host", known["host"]) != known["host"]:
            known = {}
        elif table.get("security", known["security"]) != known["security"]:
            del known["port"]
    server = known | dict(table)
    port = _PORTS[name].get(str(server.get("security", "tls")))
    if port is not None:
        server.setdefault("port", port)
    server.setdefault("user", address if isinstance(address, str) else "")
    return server


def told(error: ValidationError, model: type[BaseModel]) -> Iterator[Sentence]:
    """A sentence for each problem: where, what, and the nearest name of a key that is unknown."""
    for problem in error.errors(include_url=False, include_input=False):
        yield _told(problem, model)


def _told(problem: ErrorDetails, model: type[BaseModel]) -> Sentence:
    where = ".".join(map(str, problem["loc"]))
    kind = problem["type"]
    if kind == "missing":
        if where.endswith("host"):
            return Sentence("mail-host-missing", where=where)
        return Sentence("mail-missing", where=where)
    if kind == "extra_forbidden":
        *tables, name = map(str, problem["loc"])
        names = _names(model, tables)
        for near in get_close_matches(name, names, n=1):
            return Sentence("mail-unknown-near", where=where, near=near, names=names)
        return Sentence("mail-unknown", where=where, names=names)
    return Sentence("mail-key", where=where, problem=_wanted(problem, where))


def _wanted(problem: ErrorDetails, where: str) -> Words:
    """What would be right at a key; a validator of ours has said it itself."""
    kind, said = problem["type"], problem.get("ctx", {})
    if kind == "value_error" and isinstance(said["error"].args[0], Sentence):
        return said["error"].args[0]
    if kind == "greater_than_equal":
        return Sentence("want-least", least=said["ge"])
    if kind == "less_than_equal":
        return Sentence("want-most", most=said["le"])
    if kind in {"enum", "literal_error"}:
        return Sentence("want-one", names=said["expected"])
    if kind == "string_type":
        return Sentence("want-text")
    if kind.startswith("int_"):
        return Sentence("want-whole")
    if kind == "tuple_type":
        return Sentence("want-list")
    if kind in {"too_short", "string_too_short"}:
        return Sentence("want-some")
    if kind in {"model_type", "model_attributes_type", "dict_type"}:
        return Sentence("want-table", where=where)
    return English(plainly(kind, problem["msg"]))


def _names(model: type[BaseModel], tables: list[str]) -> list[str]:
    """What may stand in a table, as it is written there."""
    for table in tables:
        for name, field in model.model_fields.items():
            if table == (field.alias or name):
                kinds = [field.annotation, *get_args(field.annotation)]
                models = (k for k in kinds if isinstance(k, type) and issubclass(k, BaseModel))
                model = next(models, model)
    return [field.alias or name for name, field in model.model_fields.items()]


def unknown_provider(name: object) -> Sentence | None:
    """What is wrong with the name of a provider; None where there is one of that name."""
    if name in providers():
        return None
    names = list(providers())
    for near in get_close_matches(str(name), names, n=1):
        return Sentence("provider-near", near=near, names=names)
    return Sentence("provider-unknown", names=names)


def _is_table(value: object) -> bool:
    return isinstance(value, dict)
