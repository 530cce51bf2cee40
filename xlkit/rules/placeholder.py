"""Placeholder: signs that a text was left as it was printed, or as it came in a sample."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import partial
from string import ascii_uppercase
from typing import TYPE_CHECKING, ClassVar

from xlkit.findings import Severity
from xlkit.form.blocks import Record
from xlkit.form.fields import BaseField, ChoiceField, IndicatorField, TextField
from xlkit.form.model import Form, PlacedBlock
from xlkit.form.rows import Row
from xlkit.rules import defined_names as names
from xlkit.rules.check import Check
from xlkit.rules.formula import Cell, Look, Name, Node
from xlkit.rules.kind import Rule, block_problem
from xlkit.rules.live import FILLED, Live, in_use, is_sound
from xlkit.rules.spelling import without_blanks
from xlkit.rules.terms import (
    both,
    call,
    compared,
    either,
    holds,
    how_many,
    joined,
    listed,
    negated,
    when,
)
from xlkit.values.text import fold_signs, squeeze
from xlkit.values.text import without_blanks as without_any

if TYPE_CHECKING:
    import polars as pl


class Placeholder(Rule):
    """The form's `words.placeholders` anywhere in a text, or `words.unfilled` as all of it."""

    kind: ClassVar[str] = "placeholder"
    face: ClassVar[str] = (
        "Shown beside the row, of a record below it; signs in wide letters, or beside signs that "
        "nobody sees, are found on return."
    )
    weight: ClassVar[Severity] = Severity.WARNING

    blocks: tuple[str, ...] = ()
    """The blocks whose texts and values are read; left out, all of them."""

    def problems(self, form: Form) -> Iterator[str]:
        found = [problem for name in self.blocks if (problem := block_problem(form, name))]
        yield from found
        if not form.words.placeholders and not form.words.unfilled:
            yield "the form's words name no 'placeholders' and no 'unfilled'"

    def checks(self, form: Form) -> Iterator[Check]:
        signs = _Signs(form)
        for placed in map(form.block, self._paths(form)):
            for field in placed.block.fields:
                if _may_hold_words(field):
                    yield self._check(form, placed, field, signs)

    def _paths(self, form: Form) -> tuple[str, ...]:
        return self.blocks or tuple(placed.path for placed in form.blocks)

    def _check(self, form: Form, placed: PlacedBlock, field: BaseField, signs: _Signs) -> Check:
        import polars as pl

        def left(texts: pl.Series) -> pl.Series:
            held = [text for text in texts.drop_nulls().unique().to_list() if signs.find(text)]
            return texts.is_in(held)

        def which(texts: pl.Series) -> pl.Series:
            found = [signs.find(text or "") for text in texts.to_list()]
            return pl.Series(found, dtype=pl.String)

        text = pl.col(field.name)
        return Check(
            id=f"{self.id}.{placed.path}.{field.name}",
            code="placeholder-left",
            severity=self.severity_,
            block=placed.path,
            passes=~text.map_batches(left, return_dtype=pl.Boolean),
            fields=(field.name,),
            own=True,
            before=True,
            value=text.map_batches(which, return_dtype=pl.String),
            message=self.said(form),
        )

    def live(self, form: Form) -> Iterator[Live]:
        yield from super().live(form)
        for placed in map(form.block, self._paths(form)):
            fields = [field for field in placed.block.fields if _may_hold_words(field)]
            if isinstance(placed.block, Record):
                for field in fields:
                    words = self._words_of(form, placed, field)
                    yield Live(placed.path, whole=in_use(placed, words))
                continue
            known = {field.name: self._words_of(form, placed, field) for field in fields}
            for name, node in known.items():
                yield Live(placed.path, row=partial(_unless_printed, name, node))

    def _words_of(self, form: Form, placed: PlacedBlock, field: BaseField) -> Node:
        """The words for a field of the row that holds a sign."""
        split = isinstance(field, IndicatorField) and field.split
        cell = Cell(field.name, Look.NUMBER if split else Look.WHOLE)
        bare = without_blanks(cell)
        whole = joined([Cell(field.name, Look.OPERATOR), bare]) if split else bare
        found: list[Node] = [listed(whole, Name(names.UNFILLED))]
        if anywhere(form):
            found.append(holds(cell, Name(names.PLACEHOLDERS)))
        if apart(form):
            found.append(both(_stands_apart(cell), negated(holds(bare, Name(names.ODD)))))
        asked = both(compared(FILLED, ">", 0), is_sound(field.name), call("ISTEXT", cell))
        node = when(either(*found), self.words(placed, field.name, "placeholder-left"))
        return call("IFERROR", when(asked, node), "")


def _unless_printed(name: str, node: Node, row: Row) -> Node | None:
    return None if name in row.fixed or name in row.without else node


def _stands_apart(cell: Node) -> Node:
    """Whether a sign of letters stands in a text, at its first place, beside no other letter."""
    signs = Name(names.APART)
    place = call("FIND", signs, cell)
    before = call("MID", compared(" ", "&", cell), place, 1)
    after = call("MID", compared(cell, "&", " "), compared(place, "+", call("LEN", signs)), 1)
    alone = [
        call("ISERROR", call("FIND", call("UPPER", sign), ascii_uppercase))
        for sign in (before, after)
    ]
    found = compared(place, "/", compared(alone[0], "*", alone[1]))
    return compared(how_many(call("ISNUMBER", found)), ">", 0)


def whole(form: Form) -> tuple[str, ...]:
    """What a text is nothing but where nobody wrote it, as it may be typed without blanks."""
    words = (*form.words.unfilled, *form.words.placeholders)
    return tuple(dict.fromkeys((*map(without_any, words), *map(squeeze, words))))


def anywhere(form: Form) -> tuple[str, ...]:
    """Signs that a text may hold anywhere, with the blanks that people type in them."""
    words = [word for word in form.words.placeholders if not word.isascii()]
    spelt = (word.replace(" ", blank) for word in words for blank in (" ", "  ", "\u3000"))
    return tuple(dict.fromkeys(spelt))


def apart(form: Form) -> tuple[str, ...]:
    """Signs that no letter may stand beside."""
    return tuple(word for word in form.words.placeholders if word.isascii())


class _Signs:
    """The form's signs of a text that nobody wrote."""

    def __init__(self, form: Form) -> None:
        words = form.words
        self._anywhere = re.compile("|".join(_patterns(words.placeholders)) or "(?!)")
        self._whole = frozenset(squeeze(word) for word in (*words.unfilled, *words.placeholders))

    def find(self, text: str) -> str:
        """The first sign that a text holds, or ''."""
        if squeeze(text) in self._whole:
            return text
        found = self._anywhere.search(fold_signs(text))
        return found[0] if found else ""


def _patterns(words: Iterable[str]) -> Iterator[str]:
    """Letters are no part of a longer word; a blank is any number of them."""
    for word in sorted(words, key=len, reverse=True):
        pattern = r"\s+".join(re.escape(part) for part in fold_signs(word).split())
        yield rf"(?<![A-Za-z]){pattern}(?![A-Za-z])" if word.isascii() else pattern


def _may_hold_words(field: BaseField) -> bool:
    is_open = isinstance(field, ChoiceField) and field.open
    return isinstance(field, TextField | IndicatorField) or is_open
