"""Text without the padding that programs and people leave around and inside it."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from xlkit.values.cast import Cast, Repair

#: Signs that nobody sees: controls, soft hyphen, zero-width and direction marks, BOM, and
#: code points that no XML part may hold.
_CONTROLS = "\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff"
_HIDDEN = (
    "\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff"
)
_WIDE_BLANKS = "\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
_UNSEEN, _BLANK = re.compile(f"[{_CONTROLS}{_HIDDEN}]"), re.compile(f"[\t{_WIDE_BLANKS}]")
_LINE_END = re.compile("\r\n|[\n\x0b\x0c\r\x85\u2028\u2029]")
#: Anything that needs more than blanks cut off at the ends.
_ODD = re.compile("|".join(one.pattern for one in (_UNSEEN, _BLANK, _LINE_END)))
#: The same of free texts, which keep tabs and controls as they were typed.
_HIDDEN_IN_TEXT, _BLANK_IN_TEXT = re.compile(f"[{_HIDDEN}]"), re.compile(f"[{_WIDE_BLANKS}]")
_BROKEN = re.compile(r"[0-9.,] +[0-9.,]")
_PLAIN = " \r\n"
#: What a formula begins with, in one program or another.
_STARTS = ("=", "+", "-", "@")
#: What programs show in a cell whose formula failed; LibreOffice numbers its own.
_ERROR = re.compile(
    r"#(?:DIV/0!|N/A|NAME\?|NULL!|NUM!|REF!|VALUE!|SPILL!|CALC!|FIELD!|BLOCKED!|CONNECT!"
    r"|UNKNOWN!|BUSY!|GETTING_DATA)|Err:[0-9]{3}"
)


def is_error(text: str) -> bool:
    """Whether a cell says nothing but that a formula failed, also where that was pasted."""
    return text[:1] in "#E \t" and _ERROR.fullmatch(text.strip()) is not None


def tidy(raw: str, *, multiline: bool = False) -> Cast[str]:
    r"""The text without unseen signs and padding; no value where nothing else was there.

    Every kind of blank becomes the plain one. On one line a line break falls away between
    wide (CJK) signs and is a blank elsewhere; in a multiline text lines end in `\n` without
    blanks before it. Plain blanks and line ends around the text (and blanks at the ends of
    lines, and `\r\n`, in a multiline one) go without a word, unless a formula could begin
    behind them; anything else that changed is a repair, `repaired-blanks`.
    """
    if _ODD.search(raw) is None:
        text = raw.strip(" ")
    else:
        text = _fitted(_BLANK.sub(" ", _UNSEEN.sub("", raw)), multiline=multiline)
    return _told(raw, text, multiline=multiline)


def tidy_text(raw: str, *, multiline: bool = False) -> Cast[str]:
    """A free text, tidied like any other, but with the tabs and controls that were typed.

    What a tab or a control stands before is part of the answer: it is kept, and never run.
    """
    if not tidy(raw, multiline=multiline).value:
        return Cast(None)
    text = _BLANK_IN_TEXT.sub(" ", _HIDDEN_IN_TEXT.sub("", raw))
    return _told(raw, _fitted(text, multiline=multiline), multiline=multiline)


def without_blanks(text: str) -> str:
    """The text with every blank taken out."""
    return "".join(text.split())


def fold_signs(text: str) -> str:
    """The text with wide and small ASCII signs, dashes and waves as plain ones.

    Digits, letters, ％ ＋ ， （ ） and their like become ASCII, every dash `-`, every wave
    `~`, ￥ becomes ¥. One sign stays one sign, so offsets hold. Superscripts and circled
    digits stay as they are: 10² is not 102.
    """
    return text if text.isascii() else text.translate(_FOLDS)


def is_broken(text: str) -> bool:
    """Whether a blank stands inside a number, where joining would be guessing."""
    return _BROKEN.search(fold_signs(text)) is not None


def squeeze(text: str) -> str:
    """The key under which two spellings of a name meet; empty for blanks only."""
    return without_blanks(fold_signs(tidy(text).value or "")).casefold()


@cache
def blank_signs() -> tuple[str, ...]:
    """Every sign of a cell that says nothing, control characters apart."""
    return tuple(
        sign
        for sign in map(chr, range(0x20, 0x10000))
        if not tidy(sign).value
        and (not "\ud800" <= sign <= "\udfff" and sign not in "\ufffe\uffff")
    )


def odd_signs(accepted: str) -> tuple[str, ...]:
    """Signs that make reading take a text for another, control characters apart.

    Those that say nothing, the wide digits, and those that are read as a sign of `accepted`.
    """
    wanted = set(fold_signs(accepted).casefold()) | set("0123456789.%")
    folds = (chr(code) for code, sign in _FOLDS.items() if str(sign).casefold() in wanted)
    return tuple(dict.fromkeys((*blank_signs(), *folds)))


def _fitted(text: str, *, multiline: bool) -> str:
    text = _LINE_END.sub("\n", text)
    return _trimmed(text) if multiline else _joined(text)


def _told(raw: str, text: str, *, multiline: bool) -> Cast[str]:
    """The text that was made of another; with a repair, unless only plain padding went."""
    if not text:
        return Cast(None)
    plain = _trimmed(raw.replace("\r\n", "\n")) if multiline else raw.strip(_PLAIN)
    if text == plain and (not text.startswith(_STARTS) or raw.startswith(text[0])):
        return Cast(text)
    return Cast(text, (Repair("repaired-blanks", raw, text),))


def _trimmed(text: str) -> str:
    return "\n".join(line.rstrip(_PLAIN) for line in text.split("\n")).strip(_PLAIN)


def _joined(text: str) -> str:
    joined = ""
    for line in filter(None, (line.strip(" ") for line in text.split("\n"))):
        gap = "" if not joined or (_is_wide(joined[-1]) and _is_wide(line[0])) else " "
        joined += gap + line
    return joined


def _is_wide(sign: str) -> bool:
    return unicodedata.east_asian_width(sign) in "WFA"


def _folds() -> dict[int, str]:
    folds = {code: unicodedata.normalize("NFKC", chr(code)) for code in range(0xFE50, 0xFF5F)}
    folds = {code: sign for code, sign in folds.items() if len(sign) == 1 and sign.isascii()}
    folds |= dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"), "-")
    folds |= dict.fromkeys(map(ord, "\u223c\u301c"), "~")
    return folds | {0xFFE5: "¥", 0x3000: " "}


_FOLDS = _folds()
