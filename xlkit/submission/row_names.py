"""What rows are called: their keys, and the names that people give them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from xlkit.form.blocks import Matrix, Table
from xlkit.form.fields import ChoiceField
from xlkit.form.rows import RowKind
from xlkit.rules.types import Value
from xlkit.submission.model import CastRow
from xlkit.submission.raw import RawRow
from xlkit.values.text import squeeze


def row_key(raw: RawRow, values: Mapping[str, Value | None]) -> str | None:
    if raw.row.key is not None:
        return raw.row.key
    if raw.row.kind is RowKind.RECORD or not isinstance(raw.placed.block, Table):
        return None
    return squeeze(_row_name(raw, raw.placed.block, values)) or None


def with_clear_keys(rows: Sequence[CastRow]) -> list[CastRow]:
    """The rows, a key that several free rows of a block share led by their first level."""
    shared = Counter((row.raw.path, row.raw.instance, row.key) for row in rows)
    return [
        replace(row, key=f"{_first_level(row)}/{row.key}")
        if row.key is not None
        and row.raw.row.key is None
        and shared[row.raw.path, row.raw.instance, row.key] > 1
        and _first_level(row)
        else row
        for row in rows
    ]


def _first_level(row: CastRow) -> str:
    """The name of a row's first level in its tree, normalised; '' where it has none."""
    for field_ in row.raw.placed.block.fields:
        if isinstance(field_, ChoiceField) and field_.tree and field_.level == 1:
            return squeeze(
                str(row.raw.row.fixed.get(field_.name) or row.values.get(field_.name) or "")
            )
    return ""


def _row_name(raw: RawRow, table: Table, values: Mapping[str, Value | None]) -> str:
    """The printed or given name of a table's row, or ''."""
    return str(raw.row.fixed.get(table.key_field) or values.get(table.key_field) or "")


def row_label(raw: RawRow, values: Mapping[str, Value | None]) -> str:
    """What people call a row: its printed or given name, else its number on the sheet."""
    block = raw.placed.block
    if isinstance(block, Matrix):
        return " ".join(raw.row.fixed.values())
    if isinstance(block, Table):
        return _row_name(raw, block, values) or f"{raw.top}"
    return ""
