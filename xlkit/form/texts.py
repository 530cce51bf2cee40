"""Texts of a form: one language or several, with the few placeholders that a form knows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

#: A plain text, or one text per language: `{zh: 年度目标, en: Annual goal}`.
Text = (
    Annotated[str, Field(min_length=1)]
    | Annotated[dict[str, Annotated[str, Field(min_length=1)]], Field(min_length=1)]
)

#: Names of forms' parts: they become keys of JSON, columns of frames and defined names.
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]

_YEAR = re.compile(r"\{year(?P<shift>[+-]\d+)?(?P<suffix>[^{}|]*)(?:\|(?P<otherwise>[^{}]*))?\}")
_BRACES = re.compile(r"\{[^{}]*\}")
#: Fields of definitions whose texts are printed with their placeholders filled.
_PRINTED = frozenset({"title", "sheet", "left", "right", "label", "signatures", "instructions"})
_PLACEHOLDER = re.compile(r"\{(unit\.name|unit\.code|money|n)\}")


class Definition(BaseModel):
    """A frozen part of a form definition; an unknown key is a mistake, never ignored.

    A number stands for its digits where a text is wanted: `default: 10`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", coerce_numbers_to_str=True)


def say(text: Text, language: str) -> str:
    """The text in that language, else in the first language that it has."""
    if isinstance(text, str):
        return text
    return text.get(language) or next(iter(text.values()))


def fill(text: str, *, year: int | None = None, values: Mapping[str, str] | None = None) -> str:
    """The text with its placeholders filled.

    `{year-1年|上年}` is 2023年 for the year 2024 and 上年 where the year is not known;
    `{unit.name}`, `{unit.code}`, `{money}` and `{n}` come from `values`, else are blank.
    """

    def of_year(match: re.Match[str]) -> str:
        if year is None:
            return match["otherwise"] or ""
        return f"{year + int(match['shift'] or 0)}{match['suffix']}"

    known = values or {}
    return _PLACEHOLDER.sub(lambda match: known.get(match[1], ""), _YEAR.sub(of_year, text))


def unknown_placeholders(text: str) -> tuple[str, ...]:
    """What stands in braces and is no placeholder."""
    return tuple(_BRACES.findall(_PLACEHOLDER.sub("", _YEAR.sub("", text))))


def printed_texts(part: Any, where: tuple[str | int, ...] = ()) -> Iterator[tuple[Any, str]]:
    """Every text of a definition that is printed, with the path of its place."""
    if isinstance(part, Definition):
        for name in type(part).model_fields:
            value = getattr(part, name)
            if name in _PRINTED and not isinstance(value, tuple):
                yield from (((*where, name), text) for text in _languages(value))
            elif name in _PRINTED:
                for number, item in enumerate(value):
                    yield from (((*where, name, number), text) for text in _languages(item))
            else:
                yield from printed_texts(value, (*where, name))
    elif isinstance(part, tuple):
        for number, item in enumerate(part):
            yield from printed_texts(item, (*where, number))


def _languages(text: Text | None) -> tuple[str, ...]:
    if text is None:
        return ()
    return (text,) if isinstance(text, str) else tuple(text.values())
