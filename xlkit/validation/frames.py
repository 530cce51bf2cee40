"""The rows of many submissions as one frame per block, as `xlkit.rules.check` describes them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import Any

import polars as pl

from xlkit.form.blocks import Matrix
from xlkit.form.fields import (
    AmountField,
    BaseField,
    DateField,
    IndicatorField,
    IntegerField,
    PercentField,
    Reference,
)
from xlkit.form.model import Form, PlacedBlock
from xlkit.form.rows import RowKind
from xlkit.rules.check import NUMBER, SCALE, match_of
from xlkit.rules.types import Value
from xlkit.submission.model import CastRow, State, Submission, where
from xlkit.values.indicator import Indicator

_UNIT_OF_SCALE = Decimal(1).scaleb(-SCALE)
#: Numbers that the exact decimals of a frame can add up without overflow.
_MOST = Decimal(10) ** 24
_DIGITS = Context(prec=38)


@dataclass(frozen=True)
class Table:
    """The frame of one block and, row by row, where its rows come from."""

    placed: PlacedBlock
    frame: pl.DataFrame
    rows: tuple[tuple[int, CastRow], ...]
    """Number of the submission, and its row."""


def build_tables(
    form: Form, submissions: Sequence[Submission], language: str = "zh"
) -> dict[str, Table]:
    """One table per block over all submissions, which are of that form."""
    collected: dict[str, list[tuple[int, CastRow]]] = {p.path: [] for p in form.blocks}
    for number, submission in enumerate(submissions):
        for row in submission.rows:
            collected[row.raw.path].append((number, row))
    in_use = _instances_in_use(submissions)
    return {
        placed.path: Table(
            placed,
            _frame(form, placed, collected[placed.path], submissions, in_use, language),
            tuple(collected[placed.path]),
        )
        for placed in form.blocks
    }


def with_references(
    tables: Mapping[str, Table], form: Form, table: Table, references: Iterable[Reference]
) -> pl.DataFrame:
    """A table's frame with the sum of each reference, and whether it is known."""
    frame = table.frame
    for reference in dict.fromkeys(references):
        if reference.block is None or f"@{reference}" in frame.columns:
            continue
        target = tables[form.block(reference.block).path]
        same_group = target.placed.group == table.placed.group
        keys = ["_submission", "_instance"] if same_group else ["_submission"]
        frame = frame.join(
            _summed(target.frame, reference, keys), on=keys, how="left", maintain_order="left"
        ).with_columns(pl.col(f"@{reference}?").fill_null(value=True))
    return frame


def with_matches(
    tables: Mapping[str, Table],
    form: Form,
    table: Table,
    frame: pl.DataFrame,
    references: Iterable[Reference],
) -> pl.DataFrame:
    """A table's frame with the fields of other tables' rows of the same key.

    A key that several rows of an instance share, here or there, matches nothing.
    """
    for reference in dict.fromkeys(references):
        if reference.block is None or match_of(reference, "state") in frame.columns:
            continue
        target = tables[form.block(reference.block).path]
        same_group = target.placed.group == table.placed.group
        keys = ["_submission", "_instance"] if same_group else ["_submission"]
        field = target.placed.field(reference.field)
        columns = [
            pl.col(name).alias(match_of(reference, name.removeprefix(field.name).lstrip(".")))
            for name in field_schema(field)
        ]
        clear = target.frame.filter(pl.len().over(*keys, "_key") == 1)
        found = clear.select(*keys, pl.col("_key").alias("~key"), *columns)
        alone = pl.when(pl.len().over("_submission", "_instance", "_key") == 1)
        frame = frame.with_columns(alone.then(pl.col("_key")).alias("~key"))
        frame = frame.join(found, on=[*keys, "~key"], how="left", maintain_order="left").drop(
            "~key"
        )
    return frame


def _summed(frame: pl.DataFrame, reference: Reference, keys: list[str]) -> pl.DataFrame:
    name = reference.field
    named = ~pl.col("_total") if reference.row is None else pl.col("_key") == reference.row
    rows = frame.filter(named)
    number = f"{name}.number" if f"{name}.number" in frame.columns else name
    return rows.group_by(keys).agg(
        pl.when(pl.col(number).is_not_null().any())
        .then(pl.col(number).cast(NUMBER()).sum())
        .alias(f"@{reference}"),
        (pl.col(f"{name}.state") != State.REFUSED).all().alias(f"@{reference}?"),
    )


def _instances_in_use(submissions: Sequence[Submission]) -> set[tuple[int, str | None, int]]:
    """The members of groups that hold anything; outside groups everything is in use."""
    return {
        (number, row.raw.placed.group, row.raw.instance)
        for number, submission in enumerate(submissions)
        for row in submission.rows
        if row.raw.filled
    }


def _frame(
    form: Form,
    placed: PlacedBlock,
    rows: Sequence[tuple[int, CastRow]],
    submissions: Sequence[Submission],
    in_use: set[tuple[int, str | None, int]],
    language: str,
) -> pl.DataFrame:
    seen: set[tuple[int, int]] = set()
    columns: dict[str, list[Any]] = {name: [] for name in _schema(placed)}
    for number, row in rows:
        raw = row.raw
        columns["_submission"].append(number)
        identity = submissions[number].raw.identity
        unit = identity.unit if identity else ""
        columns["_unit"].append(unit or None)
        columns["_from"].append((identity.unit_name if identity else "") or unit)
        columns["_instance"].append(raw.instance)
        columns["_first"].append((number, raw.instance) not in seen)
        seen.add((number, raw.instance))
        columns["_key"].append(row.key)
        columns["_filled"].append(raw.filled)
        columns["_expected"].append(_is_expected(row))
        columns["_total"].append(_is_total(row))
        columns["_active"].append(
            placed.group is None or (number, placed.group, raw.instance) in in_use
        )
        columns["_where"].append(where(form, submissions[number].raw, row, None, language))
        for field in placed.block.fields:
            for name, value in _cells(field, row).items():
                columns[name].append(value)
    return pl.DataFrame(columns, schema=_schema(placed))


def _is_total(row: CastRow) -> bool:
    block = row.raw.placed.block
    return isinstance(block, Matrix) and block.is_total(row.raw.row.key)


def _is_expected(row: CastRow) -> bool:
    kind = row.raw.row.kind
    return kind in (RowKind.PRESET, RowKind.RECORD) and not row.raw.row.optional


def _schema(placed: PlacedBlock) -> dict[str, pl.DataType]:
    schema: dict[str, pl.DataType] = {
        "_submission": pl.Int32(),
        "_unit": pl.String(),
        "_from": pl.String(),
        "_instance": pl.Int32(),
        "_first": pl.Boolean(),
        "_key": pl.String(),
        "_filled": pl.Boolean(),
        "_expected": pl.Boolean(),
        "_total": pl.Boolean(),
        "_active": pl.Boolean(),
        "_where": pl.String(),
    }
    for field in placed.block.fields:
        schema |= field_schema(field)
    return schema


def field_schema(field: BaseField) -> dict[str, pl.DataType]:
    """The columns of one field and their types."""
    name = field.name
    own: dict[str, pl.DataType] = {name: pl.String()}
    if isinstance(field, AmountField | PercentField):
        own = {name: NUMBER()}
    elif isinstance(field, IntegerField):
        own = {name: pl.Int64()}
    elif isinstance(field, DateField):
        own = {name: pl.Date()}
    elif isinstance(field, IndicatorField):
        own |= {
            f"{name}.kind": pl.String(),
            f"{name}.operator": pl.String(),
            f"{name}.digits": pl.String(),
            f"{name}.unit": pl.String(),
            f"{name}.number": NUMBER(),
        }
    return {**own, f"{name}.state": pl.String(), f"{name}.computed": pl.Boolean()}


def _cells(field: BaseField, row: CastRow) -> dict[str, Any]:
    """What a row has for the columns of one field."""
    name = field.name
    value: Value | None = row.values.get(name)
    state = row.states.get(name)
    if state is None:
        value = row.raw.row.fixed.get(name)
        # A field that the row does not have is not empty: nothing is missing there.
        absent = value is None and name not in row.raw.row.without
        state = State.EMPTY if absent else State.READ
    cells: dict[str, Any] = {
        f"{name}.state": state.value,
        f"{name}.computed": name in row.raw.formulas,
    }
    if isinstance(field, IndicatorField):
        return {**cells, **_indicator_cells(name, value if isinstance(value, Indicator) else None)}
    if isinstance(field, AmountField | PercentField):
        number = _number(value)
        if number is None and value is not None:
            cells[f"{name}.state"] = State.REFUSED.value
        return {**cells, name: number}
    return {**cells, name: value}


def _indicator_cells(name: str, value: Indicator | None) -> dict[str, Any]:
    if value is None:
        parts = dict.fromkeys(("kind", "operator", "digits", "unit", "number"))
        return {name: None, **{f"{name}.{part}": None for part in parts}}
    return {
        name: value.text,
        f"{name}.kind": value.kind.value,
        f"{name}.operator": value.operator,
        f"{name}.digits": value.number,
        f"{name}.unit": value.unit,
        f"{name}.number": _number(value.amount),
    }


def _number(value: Value | None) -> Decimal | None:
    """The number as frames keep it; None where it is none, or beyond what they can add up."""
    if not isinstance(value, Decimal) or abs(value) >= _MOST:
        return None
    return value.quantize(_UNIT_OF_SCALE, ROUND_HALF_EVEN, _DIGITS)
