"""Settings of mail as the file that people edit, every line explained."""

from __future__ import annotations

import json
from collections.abc import Iterator

from pydantic import BaseModel

from xlkit.mail.settings import MailSettings
from xlkit.wording import word


def mail_toml(settings: MailSettings, language: str) -> str:
    """The text of a `mail.toml` that says the same; read back, it gives the same settings."""
    return "\n".join(_lines(settings, language)) + "\n"


def _lines(settings: MailSettings, language: str) -> Iterator[str]:
    yield from _comment("file", language)
    yield ""
    if settings.provider:
        yield from _comment("provider", language)
        yield f"provider = {_value(settings.provider)}"
        yield ""
    for name, table in (
        ("from", settings.sender),
        ("smtp", settings.smtp),
        ("imap", settings.imap),
    ):
        if table is None:
            continue
        yield from _comment(name, language)
        yield f"[{name}]"
        yield from _keys(name, table, language)
        yield ""


def _keys(name: str, table: BaseModel, language: str) -> Iterator[str]:
    for key in type(table).model_fields:
        said = f"{key} = {_value(getattr(table, key))}"
        yield f"{said}  # {word(f'toml_{name}_{key}', language, file='mail')}"


def _comment(key: str, language: str) -> Iterator[str]:
    for line in word(f"toml_{key}", language, file="mail").splitlines():
        yield f"# {line}"


def _value(value: object) -> str:
    """A value of TOML: its strings, numbers and lists are written as those of JSON."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
