"""Codes of units and projects, the check character of project codes, telephone numbers."""

from __future__ import annotations

import re

from xlkit.values.cast import Cast, refused, repaired
from xlkit.values.text import fold_signs, tidy, without_blanks

#: Source: GB 32100-2015, the 31 signs of the unified social credit code.
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"

_MODULUS = len(ALPHABET)
_WEIGHT_BASE = 3
_BODY_LENGTH = 20
_SCIENTIFIC = re.compile(r"[0-9](?:\.[0-9]+)?E\+?[0-9]{1,3}")
#: A number, maybe an extension behind up to three letters of any script, maybe more numbers.
_PHONE = re.compile(
    r"\+?(?:\([0-9+]{1,6}\))?[0-9](?:-?[0-9]){4,19}(?:(?:[#-]|[^\W\d_]{1,3}[.:]?)[0-9]{1,6})?"
)
_BETWEEN_PHONES = re.compile("[/,;\u3001]")


def cast_code(raw: str) -> Cast[str]:
    """The code in capitals and plain signs, without blanks.

    Problem: `code-scientific` for a code that a program turned into a number such as
    1.30281E+20 and whose digits are therefore lost.
    """
    tidied = tidy(raw)
    text = tidied.value
    if text is None:
        return Cast(None)
    joined = without_blanks(text)
    code = fold_signs(joined).upper()
    if "." in code and _SCIENTIFIC.fullmatch(code):
        return refused("code-scientific")
    return Cast(code, tidied.repairs + repaired(_changes(text, joined, code), raw, code))


def check_character(body: str) -> str:
    """The check character that belongs behind the first twenty of a project code.

    Each sign counts its position in the alphabet times 3^i modulo 31, i from 0 at the left;
    the check character's own position is 30 less their sum, modulo 31.

    Source: recovered from eight published codes and right for all of them; the alphabet is
    that of GB 32100-2015.

    Raises:
        ValueError: a sign outside the alphabet.
    """
    total = sum(
        ALPHABET.index(sign) * pow(_WEIGHT_BASE, place, _MODULUS) for place, sign in enumerate(body)
    )
    return ALPHABET[(_MODULUS - 1 - total) % _MODULUS]


def has_valid_check(code: str) -> bool:
    """Whether a code has twenty-one signs of the alphabet, the last of them the right one."""
    body, check = code[:_BODY_LENGTH], code[_BODY_LENGTH:]
    if len(body) < _BODY_LENGTH or not set(body) <= set(ALPHABET):
        return False
    return check == check_character(body)


def cast_phone(raw: str) -> Cast[str]:
    """The telephone number in plain signs without blanks; several may stand side by side.

    Digits with `+`, hyphens, a bracketed area code and an extension; a masked 0711-00000000
    will do. Problem: `phone-unreadable`.
    """
    tidied = tidy(raw)
    text = tidied.value
    if text is None:
        return Cast(None)
    joined = without_blanks(text)
    phone = fold_signs(joined)
    if not all(map(_PHONE.fullmatch, _BETWEEN_PHONES.split(phone))):
        return refused("phone-unreadable")
    return Cast(phone, tidied.repairs + repaired(_changes(text, joined, phone), raw, phone))


def _changes(text: str, joined: str, value: str) -> list[str]:
    blanks = ["repaired-blanks"] if joined != text else []
    return blanks + (["repaired-signs"] if value != joined else [])
