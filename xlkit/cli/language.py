"""The language at the prompt: of errors, of `--help`, of what is said before a command works."""

from __future__ import annotations

import os
import sys
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path

from xlkit.wording import LANGUAGES

VARIABLE = "XLKIT_LANG"
_ROUND_VARIABLE = "XLKIT_ROUND"
_SETTINGS = "round.toml"
_LONGEST = 65_536
#: Of a round whose settings name none.
_DEFAULT = "zh"
_END_OF_OPTIONS = "--"
#: Where systems other than Windows say their language, the first that says one.
_LOCALES = ("LC_ALL", "LC_MESSAGES", "LANG")
#: Source: Microsoft Learn, Language Identifier Constants and Strings: the lower ten bits.
_PRIMARY, _CHINESE = 0x3FF, 0x04


def prompt_language(words: Sequence[str], environ: Mapping[str, str] = os.environ) -> str:
    """The language for a call of the program, before anything of it is understood.

    `--lang` counts before `XLKIT_LANG`, that before the language of the round that is worked on,
    and that before the system's; English where none of them says one that we have.
    """
    return (
        _known(_value("--lang", words))
        or _known(environ.get(VARIABLE, ""))
        or _round_language(_value("--round", words) or environ.get(_ROUND_VARIABLE, ""))
        or system_language(environ)
        or "en"
    )


def system_language(environ: Mapping[str, str] = os.environ) -> str:
    """The language that the system speaks with its user; '' for one that we do not have."""
    if sys.platform == "win32":
        import ctypes

        try:
            number = ctypes.windll.kernel32.GetUserDefaultUILanguage()
        except (AttributeError, OSError):
            return ""
        return "zh" if number & _PRIMARY == _CHINESE else ""
    return _known(next(filter(None, map(environ.get, _LOCALES)), ""))


def _known(text: str) -> str:
    """The language that a name such as zh_CN.UTF-8 begins with; '' where it is none of ours."""
    wanted = text[:2].lower()
    return wanted if wanted in LANGUAGES else ""


def _value(option: str, words: Sequence[str]) -> str:
    """What the last option of that name is given; '' for nothing."""
    found = ""
    for at, text in enumerate(words):
        if text == _END_OF_OPTIONS:
            break
        if text == option:
            found = "".join(words[at + 1 : at + 2])
        elif text.startswith(f"{option}="):
            found = text.partition("=")[2]
    return found


def _round_language(folder: str) -> str:
    """The language of the round in a folder; '' where there is none that can be read."""
    try:
        with Path(folder, _SETTINGS).open("rb") as file:
            content = tomllib.loads(file.read(_LONGEST).decode("utf-8-sig"))
    except (OSError, ValueError, RecursionError):
        return ""
    return _known(str(content.get("language", _DEFAULT)))
