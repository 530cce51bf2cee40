"""The bureau's own limits for returned files, from a file of settings."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from xlkit.errors import UsageError
from xlkit.files import shown
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
        raise UsageError("\n".join(f"{shown(path)}: {problem}" for problem in problems))
    return replace(DEFAULT_LIMITS, **table)


def _content(path: Path) -> Mapping[str, Any]:
    try:
        with path.open("rb") as file:
            return tomllib.loads(file.read(_LONGEST).decode("utf-8-sig"))
    except OSError as error:
        said = error.strerror or str(error)
        raise UsageError(f"{shown(path)}: cannot be opened: {said}") from error
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{shown(path)}: is no TOML file in UTF-8: {error}") from error


def _problems(content: Mapping[str, Any], table: Any) -> Iterator[str]:
    for name in content:
        if name != "limits":
            yield f"'{name}' is unknown; a file of settings has one table, [limits]"
    if not isinstance(table, dict):
        yield "'limits' is no table; write [limits] and a line for each limit below it"
        return
    for name, value in table.items():
        if name not in _NAMES:
            yield f"'limits.{name}' is unknown; there are {', '.join(_NAMES)}"
        elif not _is_limit(name, value):
            kind = "number" if name == "max_seconds" else "whole number"
            yield f"'limits.{name}' must be a {kind} above 0 (it says {value!r})"


def _is_limit(name: str, value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return 0 < value < float("inf") and (isinstance(value, int) or name == "max_seconds")
