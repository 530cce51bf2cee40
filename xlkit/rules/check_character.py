"""Check character: the last character of a code is that computed from those before it."""

from __future__ import annotations

from collections.abc import Iterator

from xlkit.findings import Severity
from xlkit.form.fields import CodeField
from xlkit.form.model import PlacedBlock
from xlkit.rules.check import Check
from xlkit.values.codes import check_character, has_valid_check

FACE = "Decided on return: the sum over positions is beyond shared functions."
"""What the workbook shows of it, for the handbook."""

#: Characters of a code whose last one can be computed.
_LENGTH = 21


def checks(placed: PlacedBlock, field: CodeField) -> Iterator[Check]:
    """A warning: the rule was recovered from published codes, and may have exceptions."""
    import polars as pl

    if field.check is None:
        return

    def sound(codes: pl.Series) -> pl.Series:
        valid = [code for code in codes.unique().to_list() if code and _is_sound(code)]
        return codes.is_in(valid)

    def computed(codes: pl.Series) -> pl.Series:
        return pl.Series([_expected(code) for code in codes.to_list()], dtype=pl.String)

    code = pl.col(field.name)
    yield Check(
        id=f"{placed.path}.{field.name}.code-check-character",
        code="code-check-character",
        severity=Severity.WARNING,
        block=placed.path,
        passes=code.map_batches(sound, return_dtype=pl.Boolean),
        fields=(field.name,),
        reads=(field.name,),
        column=field.name,
        value=code,
        expected=code.map_batches(computed, return_dtype=pl.String),
    )


def _is_sound(code: str) -> bool:
    try:
        return has_valid_check(code)
    except ValueError:
        return False


def _expected(code: str | None) -> str:
    try:
        return check_character(code[:-1]) if code and len(code) == _LENGTH else ""
    except ValueError:
        return ""
