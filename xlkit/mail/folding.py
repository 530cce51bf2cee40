"""What stands in headers of a mail: ASCII, in lines that every server and program takes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from email.charset import BASE64, Charset
from email.header import Header
from email.utils import quote
from urllib.parse import quote as percent

from xlkit.mail.addresses import Mailbox

_WIDTH = 76
"""Signs of a line; an encoded word may have 75."""
_LONGEST_PLAIN = 60
_ID = re.compile(r"<[!-;=?-~]{1,250}>")
_MOST_IDS = 20
_ASCII, _WORDS = Charset("us-ascii"), Charset("utf-8")
_WORDS.header_encoding = BASE64  # some readers put a blank between words of the other encoding


def addresses(header: str, boxes: Iterable[Mailbox]) -> str:
    """Addresses, one a line; '' for none."""
    return ",\n ".join(_shown(box, header) for box in boxes)


def _shown(box: Mailbox, header: str) -> str:
    """QQ refuses names that are not encoded words of their own, or run into the address."""
    if not box.name:
        return box.address
    if box.name.isascii() and len(box.name) <= _LONGEST_PLAIN and "=?" not in box.name:
        return f'"{quote(box.name)}" <{box.address}>'
    words = encoded(box.name, header, plain=False)
    last = words.rpartition("\n")[2]
    gap = " " if len(header) + 2 + len(last) + len(box.address) + 3 <= _WIDTH else "\n "
    return f"{words}{gap}<{box.address}>"


def ids_of(ids: Sequence[str]) -> str:
    """Message ids, one a line; what is no id is left out, '' where nothing is left.

    Of many the first and the last ones stay, as RFC 5322 has it.
    """
    kept = [found for found in dict.fromkeys(ids) if is_id(found)]
    if len(kept) > _MOST_IDS:
        kept = [kept[0], *kept[1 - _MOST_IDS :]]
    return "\n ".join(kept)


def is_id(text: str) -> bool:
    """Whether a text is a message id, in its brackets, that can be written into a header."""
    return _ID.fullmatch(text) is not None


def file_names(name: str) -> tuple[str, str]:
    """An attachment's name for Content-Type and for Content-Disposition, whole in every program.

    `filename*` says it as RFC 2231 has it, in one piece: QQ and Sina show names that were cut
    into `filename*0*` as tcmime….bin. `name` says it again in encoded words: QQ, old Foxmail and
    Outlook know no RFC 2231 and take the name from there, as they write it themselves. A second
    `filename` without the star would be the one that many readers take, undecoded.

    Sources: nodemailer (mime-node, "clients like QQ webmail"); MailKit issues 277 and 1041.
    """
    if name.isascii():
        return f'name="{quote(name)}"', f'filename="{quote(name)}"'
    return (
        f'name="{encoded(name, "name", plain=False)}"',
        f"filename*=UTF-8''{percent(name, safe='')}",
    )


def encoded(text: str, header: str, *, plain: bool = True) -> str:
    """A text that is ASCII as it is, any other as encoded words: no sign is cut in two."""
    is_plain = plain and text.isascii() and "=?" not in text and _has_short_words(text)
    written = Header(
        text.encode("utf-8", "replace"),
        _ASCII if is_plain else _WORDS,
        maxlinelen=_WIDTH,
        header_name=header,
    )
    return written.encode()


def _has_short_words(text: str) -> bool:
    return all(len(word) <= _LONGEST_PLAIN for word in text.split(" "))
