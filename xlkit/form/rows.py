"""The rows of a block as they go out: preset, free under a heading, spare."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from xlkit.form.blocks import Matrix, MatrixRow, PresetRow, Table
from xlkit.form.fields import BaseField, ChoiceField, IndicatorField
from xlkit.form.lists import Node
from xlkit.form.model import Form, FormBlock, PlacedBlock

#: The cell of an answer: block path, member of the group (0 outside groups), mark, field.
CellKey = tuple[str, int, str, str]
#: The series of the spare rows.
SPARE = "spare"


class RowKind(StrEnum):
    RECORD = "record"
    """The only row of a record."""
    PRESET = "preset"
    """Printed beforehand, with a declared key."""
    FREE = "free"
    """Under a printed heading; the department names it."""
    SPARE = "spare"
    """Wholly empty."""

    @property
    def is_own(self) -> bool:
        """Whether the department names such rows."""
        return self in (RowKind.FREE, RowKind.SPARE)


@dataclass(frozen=True, slots=True)
class Row:
    """A row as it goes out.

    `mark` is unique in its block and never changes; `key` is the declared key of a preset
    row. `fixed` are locked texts by field, `defaults` texts that may be typed over, `units`
    the units preset in the unit cells of split values. The row has no fields of `without`.
    """

    mark: str
    kind: RowKind
    key: str | None = None
    fixed: Mapping[str, str] = field(default_factory=dict)
    defaults: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    optional: bool = False
    node: Node | None = None
    without: tuple[str, ...] = ()

    @property
    def series(self) -> str:
        """What the marks of its like begin with: spare rows, free ones under one heading."""
        return self.mark.rpartition("-")[0]

    @property
    def number(self) -> int:
        """Its number among its like, for spare and free rows."""
        return number_of(self.mark)


def number_of(mark: str) -> int:
    """The number in the mark of a spare or free row."""
    return int(mark.rpartition("-")[2])


def spare_row(number: int, defaults: Mapping[str, str] | None = None) -> Row:
    """The spare row of that number; they count from 1."""
    return Row(mark=f"{SPARE}-{number}", kind=RowKind.SPARE, defaults=defaults or {})


def rows_of(form: Form, placed: PlacedBlock, spares: int | None = None) -> tuple[Row, ...]:
    """The rows of a block in the order of the sheet; `spares` overrides the declared number."""
    block = placed.block
    if isinstance(block, Matrix):
        return tuple(_matrix_row(row, _defaults(block)) for row in block.rows)
    if isinstance(block, Table):
        return tuple(_table_rows(form, placed, block, block.spares if spares is None else spares))
    return (Row(mark="record", kind=RowKind.RECORD, defaults=_defaults(block)),)


def locked_text(field: BaseField, row: Row) -> str | None:
    """What a locked cell says, blank or its default; None for one that is typed or computed."""
    if not field.locked or field.computed_by is not None:
        return None
    return row.defaults.get(field.name, "")


def _defaults(block: FormBlock) -> dict[str, str]:
    """What the fields of a block say by themselves."""
    return {field.name: field.default for field in block.fields if field.default is not None}


def _matrix_row(row: MatrixRow, defaults: Mapping[str, str]) -> Row:
    return Row(
        mark=row.key,
        kind=RowKind.PRESET,
        key=row.key,
        fixed=row.labels,
        defaults={**defaults, **row.defaults},
        optional=row.optional,
        without=row.without,
    )


def _table_rows(form: Form, placed: PlacedBlock, table: Table, spares: int) -> Iterator[Row]:
    if table.tree is not None:
        yield from _tree_rows(form, placed, table.tree)
    defaults = _defaults(table)
    yield from (_declared_row(row, defaults) for row in table.rows)
    for number in range(1, spares + 1):
        yield spare_row(number, defaults)


def _declared_row(row: PresetRow, defaults: Mapping[str, str]) -> Row:
    return Row(
        mark=row.key,
        kind=RowKind.PRESET,
        key=row.key,
        fixed=row.values,
        defaults={**defaults, **row.defaults},
        optional=row.optional,
        without=row.without,
    )


def _tree_rows(form: Form, placed: PlacedBlock, tree: str) -> Iterator[Row]:
    fields = form.tree_fields(placed)
    split = [
        field.name
        for field in placed.block.fields
        if isinstance(field, IndicatorField) and field.split
    ]
    for path in form.trees[tree].paths():
        node = path[-1]
        if node.free:
            yield from _free_rows(placed, path, fields)
        elif not node.children and node.key and not _has_free_above(path):
            yield Row(
                mark=node.key,
                kind=RowKind.PRESET,
                key=node.key,
                fixed=_level_texts(path, fields),
                defaults=_defaults(placed.block),
                units=dict.fromkeys(split, node.unit) if node.unit else {},
                optional=node.optional,
                node=node,
            )


def _has_free_above(path: tuple[Node, ...]) -> bool:
    return any(node.free for node in path[:-1])


def _free_rows(
    placed: PlacedBlock, path: tuple[Node, ...], fields: Mapping[int, ChoiceField]
) -> Iterator[Row]:
    """Rows under a node; numbered children stand in the next level, one a row, to type over."""
    node = path[-1]
    numbered = next((child for child in node.children if child.numbered), None)
    offered = numbered.names() if numbered else ()
    below = fields.get(len(path) + 1)
    for number in range(1, node.free + 1):
        defaults = _defaults(placed.block)
        if below and number <= len(offered):
            defaults[below.name] = offered[number - 1]
        yield Row(
            mark=f"{node.key or 'free'}-{number}",
            kind=RowKind.FREE,
            fixed=_level_texts(path, fields),
            defaults=defaults,
            node=node,
        )


def _level_texts(path: tuple[Node, ...], fields: Mapping[int, ChoiceField]) -> dict[str, str]:
    return {
        fields[level].name: node.name for level, node in enumerate(path, start=1) if level in fields
    }
