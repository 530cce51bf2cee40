"""Pattern: a text that fits its field's regular expression from end to end."""

from __future__ import annotations

import re
from collections.abc import Iterator

from xlkit.findings import Severity
from xlkit.form.fields import CodeField, TextField
from xlkit.form.model import PlacedBlock
from xlkit.rules.check import Check

FACE = "Decided on return: programs share no regular expressions."
"""What the workbook shows of it, for the handbook."""


def checks(placed: PlacedBlock, field: TextField | CodeField) -> Iterator[Check]:
    """Python's expressions, as the form's author tried them; each distinct text once."""
    import polars as pl

    if field.pattern is None:
        return
    pattern = re.compile(field.pattern)

    def fits(texts: pl.Series) -> pl.Series:
        sound = [text for text in texts.unique().to_list() if text and pattern.fullmatch(text)]
        return texts.is_in(sound)

    yield Check(
        id=f"{placed.path}.{field.name}.pattern-mismatch",
        code="pattern-mismatch",
        severity=Severity.ERROR,
        block=placed.path,
        passes=pl.col(field.name).map_batches(fits, return_dtype=pl.Boolean),
        fields=(field.name,),
        own=True,
        column=field.name,
        value=pl.col(field.name),
        expected=field.pattern,
    )
