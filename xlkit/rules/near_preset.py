"""Near preset: a row that people named themselves, almost as a printed row is named."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from xlkit.findings import Severity
from xlkit.form.blocks import Table
from xlkit.form.fields import ChoiceField
from xlkit.form.model import Form, PlacedBlock
from xlkit.form.rows import RowKind, rows_of
from xlkit.rules.check import Check
from xlkit.values.text import squeeze

#: How alike two names are that probably mean one thing; below it too many are told.
_NEAR = 0.84
#: A longer text is no name, and comparing it would only cost time.
_LONGEST = 60


def checks(form: Form, placed: PlacedBlock, field: ChoiceField) -> Iterator[Check]:
    """A notice: what is near may yet be another thing. Names that differ in digits are others."""
    import polars as pl

    if not field.open or not isinstance(placed.block, Table):
        return
    printed = {
        squeeze(row.fixed[field.name]): row.fixed[field.name]
        for row in rows_of(form, placed)
        if row.kind is RowKind.PRESET and field.name in row.fixed
    }
    if not printed:
        return

    def nearest(names: pl.Series) -> pl.Series:
        known = {name: _nearest(name, printed) for name in names.unique().to_list()}
        return pl.Series([known[name] for name in names.to_list()], dtype=pl.String)

    name = pl.col(field.name)
    printed_row = name.is_in(list(printed.values()))
    near = name.map_batches(nearest, return_dtype=pl.String)
    yield Check(
        id=f"{placed.path}.{field.name}.name-near-preset",
        code="name-near-preset",
        severity=Severity.NOTICE,
        block=placed.path,
        passes=printed_row | (near == ""),
        fields=(field.name,),
        column=field.name,
        value=name,
        expected=near,
    )


def _nearest(name: str | None, printed: dict[str, str]) -> str:
    """The printed name that a name is nearly, or ''."""
    if not name or len(name) > _LONGEST:
        return ""
    own = squeeze(name)
    alike = {key: text for key, text in printed.items() if _digits(key) == _digits(own)}
    close = get_close_matches(own, alike, n=1, cutoff=_NEAR)
    return alike[close[0]] if close else ""


def _digits(text: str) -> str:
    return "".join(sign for sign in text if sign.isdigit())
