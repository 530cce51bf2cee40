"""Last year's values in a workbook: what is said of them, and which are still there."""

from __future__ import annotations

from collections.abc import Mapping

from xlkit.form.fields import Previous
from xlkit.form.model import Form
from xlkit.form.rows import CellKey
from xlkit.form.texts import fill, say
from xlkit.identity import Identity
from xlkit.rules.types import Texts
from xlkit.template.content import Content, all_texts
from xlkit.template.layout import OFFERED_ROW, cell_name, parse_cell_name
from xlkit.values.text import squeeze
from xlkit.wording import word


def comments_of(
    form: Form, offered: Mapping[CellKey, str], identity: Identity
) -> dict[CellKey, str]:
    """What a comment says at each cell that was filled from last year's answers."""
    found = {}
    for key, source in offered.items():
        path, _, _, name = key
        previous = form.block(path).field(name).previous
        found[key] = _comment(previous, source, identity.language, identity.year)
    return found


def _comment(previous: Previous | None, source: str, language: str, year: int | None) -> str:
    if source == OFFERED_ROW or previous is None:
        return fill(word("offered_row", language), year=year)
    label = previous.sources[int(source)].label
    said = fill(say(label, language), year=year) if label is not None else ""
    key = "offered_locked" if previous.locked else "offered_value"
    return "\n".join(filter(None, (said, fill(word(key, language), year=year))))


def named(content: Content) -> dict[str, str]:
    """The offered cells as an identity carries them: where each text came from, and the text."""
    texts = all_texts(content)
    return {
        cell_name(*key): f"{source}:{''.join(texts[key])}"
        for key, source in content.offered.items()
    }


def still_offered(
    form: Form, identity: Identity, texts: Mapping[CellKey, Texts]
) -> dict[CellKey, str]:
    """The offered cells that nobody changed, `texts` being what stands in all cells now."""
    found = {}
    for name, said in identity.offered.items():
        key = parse_cell_name(name)
        source, _, text = said.partition(":")
        if key is None or key not in texts or not _same("".join(texts[key]), text):
            continue
        previous = form.block(key[0]).field(key[3]).previous
        known = [str(number) for number in range(len(previous.sources))] if previous else []
        if source == OFFERED_ROW or source in known:
            found[key] = source
    return found


def _same(one: str, other: str) -> bool:
    if squeeze(one) == squeeze(other):
        return True
    try:
        return one.endswith("%") == other.endswith("%") and _number(one) == _number(other)
    except ValueError:
        return False


def _number(text: str) -> float:
    return float(text.rstrip("%"))
