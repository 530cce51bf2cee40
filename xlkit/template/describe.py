"""A layout in words: where each field's cells are, for programs and for people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from xlkit.cells import address, column_letter
from xlkit.form.blocks import Record
from xlkit.rules.computed import computation
from xlkit.template.layout import BlockPlace, Layout, Part, RowPlace, SheetPlace


def describe(layout: Layout) -> dict[str, Any]:
    """The layout as plain values: sheets, and for each block instance its fields and rows.

    A field has `column` (letters), `first_row`, `last_row`; in a record also `cell`. An
    indicator value in three cells has `columns` (and `cells`) by operator, number, unit,
    and its number's as `column`. Rows have `key` where it is declared.
    """
    form = layout.form
    return {
        "form": form.form,
        "version": form.version,
        "language": layout.language,
        "digest": layout.digest,
        "sheets": [
            {"id": sheet.id, "name": sheet.name, "member": sheet.instance or None}
            for sheet in layout.sheets
        ],
        "blocks": [_block(sheet, block) for sheet, block in layout.blocks()],
    }


def describe_lines(layout: Layout) -> Iterator[str]:
    """The layout as lines: sheet, cells, and what they hold."""
    for sheet, block in layout.blocks():
        member = f" [{block.instance}]" if block.instance else ""
        rows = f"{block.first_row}-{block.last_row}"
        yield f"{sheet.name}  {block.path}{member}  rows {rows}"
        for name, content in _fields(block).items():
            columns = content.get("columns", {"": content["column"]})
            parts = ", ".join(f"{letters} {part}".strip() for part, letters in columns.items())
            cell = f"  {content['cell']}" if content["cell"] else ""
            yield f"    {name}: {parts}{cell}"


def _block(sheet: SheetPlace, block: BlockPlace) -> dict[str, Any]:
    return {
        "block": block.path,
        "name": block.placed.name,
        "group": block.placed.group,
        "instance": block.instance or None,
        "kind": block.placed.block.kind,
        "sheet": sheet.name,
        "first_row": block.first_row,
        "last_row": block.last_row,
        "fields": _fields(block),
        "rows": [_row(block, row) for row in block.rows],
    }


def _fields(block: BlockPlace) -> dict[str, Any]:
    found: dict[str, Any] = {}
    record = isinstance(block.placed.block, Record)
    for field in block.placed.block.fields:
        rows = [row for row in block.rows if row.slots_of(field.name)]
        if not rows:
            continue
        slots = rows[0].slots_of(field.name)
        main = rows[0].slot(field.name)
        content: dict[str, Any] = {
            "type": field.type,
            "column": column_letter(main.box.left),
            "first_row": rows[0].slot(field.name).box.top,
            "last_row": rows[-1].slot(field.name).box.bottom,
            "cell": address(*main.box.first) if record else None,
            "range": main.box.a1() if record else None,
            "computed": all(
                computation(block.placed, row.row.key, field.name) is not None for row in rows
            ),
        }
        if len(slots) > 1:
            content["columns"] = {slot.part.value: column_letter(slot.box.left) for slot in slots}
            if record:
                content["cells"] = {slot.part.value: address(*slot.box.first) for slot in slots}
        found[field.name] = content
    return found


def _row(block: BlockPlace, row: RowPlace) -> dict[str, Any]:
    cells: dict[str, Any] = {}
    computed = []
    for slot in row.slots:
        at = address(*slot.box.first)
        if slot.part is Part.WHOLE:
            cells[slot.field] = at
        else:
            cells.setdefault(slot.field, {})[slot.part.value] = at
        if computation(block.placed, row.row.key, slot.field) is not None:
            computed.append(slot.field)
    return {
        "key": row.row.key,
        "mark": row.row.mark,
        "kind": row.row.kind.value,
        "row": row.top,
        "fixed": dict(row.row.fixed),
        "cells": cells,
        "computed": computed,
    }
