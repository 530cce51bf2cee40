"""The sums of the master: the county's by item, and each unit's money."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from xlkit.form.blocks import Matrix, MatrixRow
from xlkit.form.fields import AmountField, Computed, Reference
from xlkit.form.model import PlacedBlock
from xlkit.master.columns import value_of
from xlkit.master.model import Column, Item, Kind, Measure, Row
from xlkit.master.terms import Terms
from xlkit.rules.computed import UNKNOWN, Outcome, computation, evaluate
from xlkit.submission.model import CastRow


def items_of(
    placed: PlacedBlock,
    columns: Sequence[Column],
    keyed: Sequence[tuple[str | None, Row]],
) -> tuple[Item, ...]:
    """The totals of a table: per printed row of a matrix, else one over all rows.

    `keyed` are the table's rows with their declared keys. () where no column is added up.
    """
    summed = [(place, column) for place, column in enumerate(columns) if column.summed]
    if not summed or not keyed:
        return ()
    block = placed.block
    if not isinstance(block, Matrix):
        return (Item(None, None, (), _sums([row for _, row in keyed], summed)),)
    by_key: dict[str | None, list[Row]] = {}
    for key, row in keyed:
        by_key.setdefault(key, []).append(row)
    sums = {row.key: _sums(by_key.get(row.key, ()), summed) for row in block.rows}
    return tuple(_item(placed, block, row, sums, columns) for row in block.rows)


def _sums(rows: Sequence[Row], summed: Sequence[tuple[int, Column]]) -> dict[str, Decimal | None]:
    return {column.name: added([row.values[place] for row in rows]) for place, column in summed}


def added(values: Sequence[object]) -> Decimal | None:
    """The sum of the numbers among those values; None where there is none."""
    numbers = [Decimal(value) for value in values if isinstance(value, Decimal | int)]
    return sum(numbers, Decimal(0)) if numbers else None


def _item(
    placed: PlacedBlock,
    block: Matrix,
    row: MatrixRow,
    sums: Mapping[str, Mapping[str, Decimal | None]],
    columns: Sequence[Column],
) -> Item:
    """A printed row with its sums; its shares are those of the sums, never sums of shares."""
    values: dict[str, Decimal | None] = {}
    computed: dict[str, Computed] = {}
    for column in columns:
        if column.name in sums[row.key]:
            values[column.name] = sums[row.key][column.name]
        elif column.kind is Kind.PERCENT:
            rule = _ratio(placed, row, column, sums)
            if rule is not None:
                outcome = evaluate(rule, _Look(sums).cells, column.decimals)
                values[column.name], computed[column.name] = outcome.value, rule
    labels = tuple(row.labels.get(header.name, "") for header in block.headers)
    line = block.rows.index(row) + 1
    return Item(row.key, line, labels, values, computed, is_total=bool(block.parts_of(row.key)))


def _ratio(
    placed: PlacedBlock,
    row: MatrixRow,
    column: Column,
    sums: Mapping[str, Mapping[str, Decimal | None]],
) -> Computed | None:
    """How a percentage follows from sums of the same matrix, if it does."""
    rule = computation(placed, row.key, column.name)
    if rule is None or rule.ratio is None:
        return None
    known = all(
        reference.block in (placed.name, placed.path)
        and reference.field in sums.get(reference.row or "", {})
        for reference in rule.references()
    )
    return rule if known else None


@dataclass(frozen=True, slots=True)
class _Look:
    sums: Mapping[str, Mapping[str, Decimal | None]]

    def cells(self, reference: Reference) -> Sequence[Outcome]:
        row = self.sums.get(reference.row or "")
        # An empty sum is 0, as the sheet's formula has it.
        return (Outcome(row[reference.field] or Decimal(0)),) if row else (UNKNOWN,)


def measures_of(terms: Terms) -> tuple[Measure, ...]:
    """The money that is told for each unit, in the order of the form.

    Of a matrix its outermost totals, or its sums where it has none; of every other block
    the sum of each field with a unit of money.
    """
    return tuple(
        measure for placed in terms.form.blocks for measure in _block_measures(placed, terms)
    )


def _block_measures(placed: PlacedBlock, terms: Terms) -> Iterator[Measure]:
    fields = [
        field
        for field in terms.fields(placed)
        if isinstance(field, AmountField) and terms.unit(field)
    ]
    lines: list[tuple[str | None, str, tuple[str, ...]]]
    lines = [(None, terms.block_label(placed), ())]
    if isinstance(placed.block, Matrix):
        block = placed.block
        totals = [row for row in block.rows if block.parts_of(row.key) and row.total is None]
        lines = [(row.key, " ".join(row.labels.values()), row.without) for row in totals] or lines
    for key, topic, without in lines:
        for field in fields:
            if field.name in without:
                continue
            label = terms.text(field.label)
            if key is not None or len(fields) == 1:
                label = terms.word("measure", topic=topic, label=label)
            yield Measure(
                placed.path, key, field.name, label, topic, terms.unit(field), field.decimals
            )


def money_of(
    rows: Mapping[str, Sequence[CastRow]], measures: Sequence[Measure], terms: Terms
) -> tuple[Decimal | None, ...]:
    """A return's money by measure; `rows` are its rows in use by block."""
    return tuple(_told(rows.get(measure.path, ()), measure, terms) for measure in measures)


def _told(rows: Sequence[CastRow], measure: Measure, terms: Terms) -> Decimal | None:
    field = terms.form.block(measure.path).field(measure.field)
    wanted = [row for row in rows if measure.key in (None, row.key)]
    return added([value_of(field, terms, row) for row in wanted])
