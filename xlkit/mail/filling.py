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
from xlkit.wording import signs

_SECRET = re.compile(signs("secret"), re.IGNORECASE)
_PORTS = {
    "smtp": {"tls": 465, "starttls": 587, "none": 25},
    "imap": {"tls": 993, "starttls": 143, "none": 143},
}


def refused_keys(content: Mapping[str, Any], above: str = "") -> Iterator[str]:
    """Problems with keys that smell of a password; what they hold is not said."""
    for name, value in content.items():
        if _SECRET.search(name):
            yield (
                f"'{above}{name}': no password stands in a file. Delete that line, change the "
                f"password if others could read it, and set the variable {BOTH_VARIABLE}, or keep "
                "it in the system's keyring"
            )
        elif isinstance(value, dict):
            yield from refused_keys(value, f"{above}{name}.")


def filled(content: Mapping[str, Any], provider: Provider | None) -> dict[str, Any]:
    """The settings with what they leave out; a server that is said to be another is not mixed."""
    whole = dict(content)
    address = content.get("from", {}).get("address") if _is_table(content.get("from")) else None
    for name in ("smtp", "imap"):
        table = content.get(name, {})
        if not _is_table(table) or (name == "imap" and not table and provider is None):
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


def told(error: ValidationError, model: type[BaseModel]) -> Iterator[str]:
    """A sentence for each problem: where, what, and the nearest name of a key that is unknown."""
    for problem in error.errors(include_url=False, include_context=False, include_input=False):
        yield _told(problem, model)


def _told(problem: ErrorDetails, model: type[BaseModel]) -> str:
    where = ".".join(map(str, problem["loc"]))
    kind = problem["type"]
    if kind == "missing":
        hint = ' (or name a provider: provider = "exmail")' if where.endswith("host") else ""
        return f"'{where}' is missing{hint}"
    if kind == "extra_forbidden":
        *tables, name = map(str, problem["loc"])
        names = _names(model, tables)
        near = get_close_matches(name, names, n=1)
        asked = f"; did you mean '{near[0]}'?" if near else ""
        return f"'{where}' is unknown{asked} There are {', '.join(names)}"
    return f"'{where}': {plainly(kind, problem['msg'])}" if where else plainly(kind, problem["msg"])


def _names(model: type[BaseModel], tables: list[str]) -> list[str]:
    """What may stand in a table, as it is written there."""
    for table in tables:
        for name, field in model.model_fields.items():
            if table == (field.alias or name):
                kinds = [field.annotation, *get_args(field.annotation)]
                models = (k for k in kinds if isinstance(k, type) and issubclass(k, BaseModel))
                model = next(models, model)
    return [field.alias or name for name, field in model.model_fields.items()]


def unknown_provider(name: object) -> str | None:
    """What is wrong with the name of a provider; None where there is one of that name."""
    if name in providers():
        return None
    near = get_close_matches(str(name), providers(), n=1)
    asked = f"did you mean '{near[0]}'? " if near else ""
    return f"is no provider that is known; {asked}There are {', '.join(providers())}"


def _is_table(value: object) -> bool:
    return isinstance(value, dict)
