"""What live checks say, in the language of the workbook."""

from __future__ import annotations

from dataclasses import dataclass

from xlkit.catalogue import title_of
from xlkit.form.model import Form, PlacedBlock
from xlkit.form.texts import fill, say
from xlkit.rules.formula import Words
from xlkit.rules.live import Mark
from xlkit.wording import word

#: Behind every piece of words.
_GAP = "  "
_MARKS = str.maketrans("", "", "".join(Mark))


@dataclass(frozen=True)
class Vocabulary:
    """The words of one workbook; `year` fills the labels' placeholders."""

    form: Form
    language: str
    year: int | None

    def said(self, words: Words, home: PlacedBlock) -> str:
        """The words in full: mark, label, what is the matter; without a block, of that one."""
        placed = home if words.block is None else self.form.block(words.block)
        label = self._label(placed, words.field)
        what = self._what(words)
        return f"{words.mark}{label}{'：' if label and what else ''}{what}{_GAP}"

    def _what(self, words: Words) -> str:
        if words.message is not None:
            return _plain(say(words.message, self.language))
        title = title_of(words.code, self.language) if words.code else ""
        if words.mark == Mark.LATER:
            later = word("decided_later", self.language)
            return _plain(f"{title}：{later}" if title else later)
        return _plain(title + (f"“{words.detail}”" if words.detail else ""))

    def _label(self, placed: PlacedBlock, name: str) -> str:
        text = say(placed.field(name).label, self.language) if name else ""
        return _plain(fill(text, year=self.year))


def _plain(text: str) -> str:
    """A text without marks of its own: they are counted."""
    return text.translate(_MARKS)
