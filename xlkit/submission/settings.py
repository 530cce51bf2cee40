"""The bureau's own limits for returned files, from a file of settings."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from xlkit.errors import UsageError
from xlkit.files import shown
from xlkit.sentences import Sentence, located, system_says
from xlkit.submission.limits import DEFAULT_LIMITS, Limits

_NAMES = tuple(item.name for item in fields(Limits))
_LONGEST = 65_536


def limits_from(path: Path) -> Limits:
    """The limits that a TOML file sets in its table `limits`; the others stay as they are.

    Raises:
        UsageError: the file cannot be read, or says something else; every mistake at once.
    """
    content = _content(path)
    table = content.get("limits", {})
    problems = list(_problems(content, table))
    if problems:
        raise UsageError(*(located(shown(path), problem) for problem in problems))
    return replace(DEFAULT_LIMITS, **table)


def _content(path: Path) -> Mapping[str, Any]:
    try:
        with path.open("rb") as file:
            return tomllib.loads(file.read(_LONGEST).decode("utf-8-sig"))
    except OSError as error:
        raise UsageError(
            Sentence("cannot-open", path=shown(path), said=system_says(error))
        ) from error
    except (ValueError, RecursionError) as error:
        raise UsageError(Sentence("toml-wrong", path=shown(path), said=error)) from error


def _problems(content: Mapping[str, Any], table: Any) -> Iterator[Sentence]:
    for name in content:
        if name != "limits":
            yield Sentence("limits-unknown", name=name)
    if not isinstance(table, dict):
        yield Sentence("limits-no-table")
        return
    for name, value in table.items():
        if name not in _NAMES:
            yield Sentence("limit-unknown", name=name, names=_NAMES)
        elif not _is_limit(name, value):
            whole = name != "max_seconds"
            yield (
                Sentence("limit-whole", name=name, value=repr(value))
                if whole
                else Sentence("limit-number", name=name, value=repr(value))
            )


def _is_limit(name: str, value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return 0 < value < float("inf") and (isinstance(value, int) or name == "max_seconds")
