"""Frozen layouts: a layout as text and back, so that what was sent is never laid out anew.

The text holds geometry and printed texts: sheets, blocks, rows by their marks, cells, widths,
heights, and where the hidden columns begin. What rows and fields are stays in the form, which is
frozen beside it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from xlkit.cells import Box
from xlkit.errors import LayoutError
from xlkit.form.model import Form
from xlkit.form.rows import Row, rows_of
from xlkit.rules.formula import Look
from xlkit.sentences import English
from xlkit.template.layout import (
    BlockPlace,
    CheckLine,
    Layout,
    Part,
    Role,
    RowPlace,
    SheetPlace,
    Sizing,
    Slot,
    Text,
)

FORMAT = 1
"""What this xlkit writes; a later one reads every number up to its own."""


def key_of(form: Form, sizing: Sizing, language: str, digest: str = "") -> str:
    """The name that a frozen layout is kept under; without a digest, what such names begin with.

    The digest of a layout covers the cells for answers only, so language and sizing are in it.
    """
    said = json.dumps([sizing.numbers(), language], ensure_ascii=False, sort_keys=True)
    shape = hashlib.sha256(said.encode("utf-8")).hexdigest()[:16]
    return f"{form.form}-{form.version}-{shape}-{digest}"


def key_of_layout(layout: Layout) -> str:
    """The name that a layout is kept under."""
    return key_of(layout.form, layout.sizing, layout.language, layout.digest)


def to_json(layout: Layout) -> str:
    """The layout as one text."""
    content = {
        "format": FORMAT,
        "form": layout.form.form,
        "version": layout.form.version,
        "language": layout.language,
        "members": dict(layout.sizing.members),
        "spares": dict(layout.sizing.spares),
        "digest": layout.digest,
        "sheets": [_sheet(sheet) for sheet in layout.sheets],
    }
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


def from_json(text: str, form: Form) -> Layout:
    """The layout that a text holds, of that form.

    Raises:
        LayoutError: the text is none, is of a later xlkit or of another form, or lays out what
            the form does not have.
    """
    try:
        content = json.loads(text)
        said = content["format"]
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise LayoutError(English(f"this is no frozen layout: {error}")) from error
    if said != FORMAT:
        raise LayoutError(
            English(
                f"the frozen layout has format {said!r}, this xlkit reads {FORMAT}; use the xlkit "
                "that froze it, or a later one"
            )
        )
    if (content.get("form"), content.get("version")) != (form.form, form.version):
        raise LayoutError(
            English(
                f"the frozen layout is of form {content.get('form')!r} {content.get('version')!r}, "
                f"not of {form.form!r} {form.version}; give the form that was frozen beside it"
            )
        )
    try:
        layout = _layout(content, form)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise LayoutError(
            English(
                f"the frozen layout does not fit the form {form.form!r}: {error!r}; "
                "give the form that was frozen beside it"
            )
        ) from error
    if layout.digest != content["digest"]:
        raise LayoutError(
            English(f"the frozen layout of {form.form!r} was changed: its digest is another")
        )
    return layout


def _layout(content: Mapping[str, Any], form: Form) -> Layout:
    sizing = Sizing(content["members"], content["spares"])
    rows: dict[str, dict[str, Row]] = {}

    def row(path: str, mark: str) -> Row:
        if path not in rows:
            made = rows_of(form, form.block(path), sizing.spares.get(path))
            rows[path] = {row.mark: row for row in made}
        return rows[path][mark]

    sheets = tuple(_read_sheet(sheet, form, row) for sheet in content["sheets"])
    return Layout(form, content["language"], sizing, sheets)


# sheets


def _sheet(sheet: SheetPlace) -> dict[str, Any]:
    return {
        "id": sheet.id,
        "name": sheet.name,
        "number": sheet.number,
        "instance": sheet.instance,
        "landscape": sheet.landscape,
        "widths": list(sheet.widths),
        "heights": [[row, points] for row, points in sheet.heights.items()],
        "last_row": sheet.last_row,
        "columns": _columns(sheet),
        "texts": [_text(text) for text in sheet.texts],
        "blocks": [_block(block) for block in sheet.blocks],
    }


def _columns(sheet: SheetPlace) -> dict[str, int]:
    """The columns behind the printed ones: said, so that nobody has to know how they are found."""
    return {
        "edge": sheet.edge_column,
        "check": sheet.check_column,
        "filled": sheet.filled_column,
        "last": sheet.all_columns[-1],
    }


def _read_sheet(
    content: Mapping[str, Any], form: Form, row: Callable[[str, str], Row]
) -> SheetPlace:
    sheet = SheetPlace(
        id=content["id"],
        name=content["name"],
        number=content["number"],
        instance=content["instance"],
        landscape=content["landscape"],
        widths=tuple(map(_number, content["widths"])),
        heights={number: _number(points) for number, points in content["heights"]},
        texts=tuple(map(_read_text, content["texts"])),
        blocks=tuple(_read_block(block, form, row) for block in content["blocks"]),
        last_row=content["last_row"],
    )
    if _columns(sheet) != content["columns"]:
        raise ValueError(f"hidden columns of sheet {sheet.name} lie elsewhere")
    return sheet


def _number(said: Any) -> float:
    if isinstance(said, bool) or not isinstance(said, int | float):
        raise TypeError(f"{said!r} is no number")
    return said


# blocks


def _block(block: BlockPlace) -> dict[str, Any]:
    return {
        "path": block.path,
        "instance": block.instance,
        "check": [list(block.check.box), _text(block.check.mark)],
        "headers": [_text(text) for text in block.headers],
        "header_rows": list(block.header_rows),
        "hidden": [[look.value, name] for look, name in block.hidden],
        "rows": [
            [
                row.row.mark,
                row.top,
                [[slot.field, slot.part.value, *slot.box] for slot in row.slots],
                [_text(text) for text in row.labels],
            ]
            for row in block.rows
        ],
    }


def _read_block(
    content: Mapping[str, Any], form: Form, row: Callable[[str, str], Row]
) -> BlockPlace:
    path = content["path"]
    placed = form.block(path)
    names = {field.name for field in placed.block.fields}
    box, mark = content["check"]

    def slots(listed: list[Any]) -> Iterator[Slot]:
        for name, part, *corners in listed:
            if name not in names:
                raise KeyError(f"{path}.{name}")
            yield Slot(name, Part(part), Box(*corners))

    return BlockPlace(
        placed=placed,
        instance=content["instance"],
        rows=tuple(
            RowPlace(row(path, of), top, tuple(slots(listed)), tuple(map(_read_text, labels)))
            for of, top, listed, labels in content["rows"]
        ),
        check=CheckLine(Box(*box), _read_text(mark)),
        headers=tuple(map(_read_text, content["headers"])),
        header_rows=tuple(content["header_rows"]),
        hidden=tuple((Look(look), name) for look, name in content["hidden"]),
    )


def _text(text: Text) -> list[Any]:
    return [*text.box, text.text, text.role.value]


def _read_text(content: list[Any]) -> Text:
    *corners, text, role = content
    return Text(Box(*corners), text, Role(role))
