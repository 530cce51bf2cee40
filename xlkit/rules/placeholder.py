"""Placeholder: signs that a text was left as it was printed, or as it came in a sample."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, ClassVar

from xlkit.findings import Severity
from xlkit.form.fields import BaseField, ChoiceField, IndicatorField, TextField
from xlkit.form.model import Form, PlacedBlock
from xlkit.rules.check import Check
from xlkit.rules.kind import Rule, block_problem
from xlkit.values.text import fold_signs, squeeze

if TYPE_CHECKING:
    import polars as pl


class Placeholder(Rule):
    """The form's `words.placeholders` anywhere in a text, or `words.unfilled` as all of it."""

    kind: ClassVar[str] = "placeholder"
    weight: ClassVar[Severity] = Severity.WARNING

    blocks: tuple[str, ...] = ()
    """The blocks whose texts and values are read; left out, all of them."""

    def problems(self, form: Form) -> Iterator[str]:
        found = [problem for name in self.blocks if (problem := block_problem(form, name))]
        yield from found
        if not form.words.placeholders and not form.words.unfilled:
            yield "the form's words name no 'placeholders' and no 'unfilled'"

    def checks(self, form: Form) -> Iterator[Check]:
        names = self.blocks or tuple(placed.path for placed in form.blocks)
        signs = _Signs(form)
        for placed in map(form.block, names):
            for field in placed.block.fields:
                if _may_hold_words(field):
                    yield self._check(form, placed, field, signs)

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
