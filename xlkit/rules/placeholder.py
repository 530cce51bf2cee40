"""Placeholder: signs that a text was left as it was printed, or as it came in a sample."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
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
from xlkit.rules.formula import Cell, Literal, Look, Name, Node
from xlkit.rules.kind import Rule, beside, block_problem
from xlkit.rules.live import FILLED, TEXT_END, Hidden, Live, is_sound
from xlkit.rules.spelling import without_blanks
from xlkit.rules.terms import (
    both,
    call,
    compared,
    either,
    holds,
    how_many,
    joined,
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

    def hidden(self, form: Form) -> Iterator[Hidden]:
        for placed in map(form.block, self._paths(form)):
            names = [field.name for field in placed.block.fields if _may_hold_words(field)]
            if isinstance(placed.block, Record):
                for name in names:
                    yield Hidden(placed.path, Look.SAID, name, partial(_said, placed, [name]))
            elif names:
                yield Hidden(placed.path, Look.SAID, self.id, partial(_said, placed, names))

    def live(self, form: Form) -> Iterator[Live]:
        yield from super().live(form)
        for hidden in self.hidden(form):
            placed = form.block(hidden.block)
            field = hidden.name if isinstance(placed.block, Record) else ""
            words = self.words(placed, field, "placeholder-left")
            node = when(_holds_sign(form, Cell(hidden.name, Look.SAID)), words)
            yield beside(placed, when(compared(FILLED, ">", 0), call("IFERROR", node, "")))


def _said(placed: PlacedBlock, names: Sequence[str], row: Row) -> Node:
    """The sound texts that were typed into the row, each between two marks of its end."""
    found: list[Node] = [Literal(TEXT_END)]
    for name in names:
        if name in row.fixed or name in row.without:
            continue
        field = placed.field(name)
        split = isinstance(field, IndicatorField) and field.split
        looks = (Look.OPERATOR, Look.NUMBER) if split else (Look.WHOLE,)
        text = joined([Cell(name, look) for look in looks])
        found += [when(is_sound(name), text), Literal(TEXT_END)]
    return joined(found) if len(found) > 1 else Literal("")


def _holds_sign(form: Form, said: Node) -> Node:
    """Whether any of the texts has a sign that nobody wrote it."""
    bare = without_blanks(said)
    wholes = joined([Literal(TEXT_END), Name(names.UNFILLED), Literal(TEXT_END)])
    found: list[Node] = [holds(bare, wholes)]
    if anywhere(form):
        found.append(holds(said, Name(names.PLACEHOLDERS)))
    if apart(form):
        found.append(both(_stands_apart(said), negated(holds(bare, Name(names.ODD)))))
    return either(*found)


def _stands_apart(said: Node) -> Node:
    """Whether a sign of letters stands in a text, at its first place, beside no other letter."""
    signs = Name(names.APART)
    place = call("FIND", signs, said)
    ends = (compared(place, "-", 1), compared(place, "+", call("LEN", signs)))
    before, after = (
        call("ISERROR", call("FIND", call("UPPER", call("MID", said, end, 1)), ascii_uppercase))
        for end in ends
    )
    found = compared(place, "/", compared(before, "*", after))
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
