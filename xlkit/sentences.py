"""Sentences of errors, which stand in `messages/errors.toml` and are said in any language.

An error is raised far from who reads it. So it carries a `Sentence`: in English for logs and
engineers, and what it takes to say it anew in the reader's language.
"""

from __future__ import annotations

import errno
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NewType, Protocol, Self, runtime_checkable

from xlkit.wording import message_file, word

#: A text that is in its reader's language already.
Told = NewType("Told", str)
#: A text that has no words but English yet; a test keeps the list of modules that say one.
English = NewType("English", str)

_FILE = "errors"
#: What systems say of a path, by its number; its own words stand for the others.
_SYSTEM = {
    errno.ENOENT: "system-missing",
    errno.EACCES: "system-forbidden",
    errno.EPERM: "system-forbidden",
    errno.EISDIR: "system-folder",
    errno.ENOTDIR: "system-no-folder",
    errno.ENOSPC: "system-full",
    errno.EROFS: "system-read-only",
    errno.ENAMETOOLONG: "system-long-name",
}


@runtime_checkable
class Sayable(Protocol):
    """What can be said in every language."""

    def in_language(self, language: str) -> str: ...


class Sentence(str):
    """A sentence in English that knows how it is said in every language.

    The values that fill its blanks are shown as they are; those that can be said are said in the
    same language, and several values are listed.
    """

    __slots__ = ("key", "values")
    key: str
    values: dict[str, Any]

    def __new__(cls, key: str, /, **values: object) -> Self:
        made = super().__new__(cls, _filled(key, "en", values))
        made.key, made.values = key, values
        return made

    def __reduce__(self) -> tuple[Any, ...]:
        return _again, (self.key, self.values)

    def in_language(self, language: str) -> str:
        """The sentence in that language."""
        return _filled(self.key, language, self.values)


Words = Sentence | Told | English
"""What an error says."""


@dataclass(frozen=True, slots=True)
class Either:
    """Values of which one may have been meant."""

    values: Iterable[object]

    def in_language(self, language: str) -> str:
        joint = word("or", language, file=_FILE)
        return joint.join(_shown(value, language) for value in self.values)


def said_in(text: str, language: str) -> str:
    """A text in that language, if it knows how; else as it is."""
    return text.in_language(language) if isinstance(text, Sentence) else str(text)


def located(place: object, problem: Sayable) -> Sentence:
    """A problem behind the place that it lies at."""
    return Sentence("located", place=place, problem=problem)


def system_says(error: Exception) -> Words:
    """Why a system did not do what was asked with a file."""
    number = error.errno if isinstance(error, OSError) else None
    if number in _SYSTEM:
        return Sentence(_SYSTEM[number])
    said = error.strerror if isinstance(error, OSError) else None
    return Told(said or str(error))


def _again(key: str, values: dict[str, object]) -> Sentence:
    return Sentence(key, **values)


def _filled(key: str, language: str, values: dict[str, object]) -> str:
    text = word(key, language, file=_FILE)
    return text.format(**{name: _shown(value, language) for name, value in values.items()})


def _shown(value: object, language: str) -> str:
    if isinstance(value, Sayable):
        return value.in_language(language)
    if isinstance(value, Iterable) and not isinstance(value, str):
        joint = word("joint", language, file=_FILE)
        return joint.join(_shown(item, language) for item in value)
    return str(value)


def sentence_keys() -> tuple[str, ...]:
    """Every sentence that there are words for."""
    return tuple(message_file(_FILE))
