"""What a mail says to people, as text, without the mail that it quotes."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from email.message import Message

from xlkit.sources.headers import decoded_as
from xlkit.wording import signs

_LONGEST_TEXT = 50_000
_LONGEST = 120
"""Signs of what is told of a mail."""
_MOST_SENTENCES = 2
_QUOTED = re.compile(rf"(?im)^\s*(?:>|[-_]{{5,}}|(?:{signs('quoted')})).*")
_SENTENCE = re.compile(signs("sentence"))
_GREETING = re.compile(rf"(?:{signs('greeting')})\W*", re.IGNORECASE)
_UNTIL = re.compile(signs("until"), re.IGNORECASE)


def text_of(message: Message) -> str:
    """What a mail says itself: plain where it has that, else its page's words."""
    texts = {"text/plain": "", "text/html": ""}
    for part in _own_parts(message):
        kind = part.get_content_type()
        payload = part.get_payload(decode=True)
        if kind in texts and not texts[kind] and isinstance(payload, bytes):
            charset = str(part.get_content_charset() or "")
            texts[kind] = decoded_as(payload[: 4 * _LONGEST_TEXT], charset)[:_LONGEST_TEXT]
    plain = texts["text/plain"]
    return (plain if plain.strip() else _words_of(texts["text/html"])).replace("\xa0", " ")


def gist_of(text: str) -> str:
    """The first sentences that are no greeting, and the one that says until when; one line.

    What the mail quotes of another, from the first line that says so on, is left out.
    """
    own = _QUOTED.split(text, maxsplit=1)[0]
    found = [" ".join(match[0].split()) for match in _SENTENCE.finditer(own)]
    said = [sentence for sentence in found if sentence and not _GREETING.fullmatch(sentence)]
    chosen = said[:_MOST_SENTENCES]
    if not any(map(_UNTIL.search, chosen)):
        chosen[1:] = [sentence for sentence in said if _UNTIL.search(sentence)][:1] or chosen[1:]
    joined = "".join(_spaced(sentence) for sentence in chosen).strip()
    return joined if len(joined) <= _LONGEST else joined[: _LONGEST - 1].rstrip() + "…"


def _spaced(sentence: str) -> str:
    """A sentence ready for the next one: a blank behind what ends in a sign of Latin letters."""
    return f"{sentence} " if sentence[-1].isascii() else sentence


def _own_parts(message: Message) -> Iterator[Message]:
    """The parts that are not of the mail that came back."""
    payload = message.get_payload()
    if message.get_content_maintype() == "message":
        return
    if isinstance(payload, list):
        for part in payload:
            if isinstance(part, Message):
                yield from _own_parts(part)
    else:
        yield message


def _words_of(page: str) -> str:
    bare = re.sub(r"(?is)<(style|script|head)\b.*?</\1\s*>|<!--.*?-->", " ", page)
    lines = re.sub(r"(?i)<(?:br|p|tr|div|h\d|li)\b[^>]*>", "\n", bare)
    return html.unescape(re.sub(r"<[^>]*>", " ", lines))
