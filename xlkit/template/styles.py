"""Looks of the template: quiet on screen, clean on paper."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from xlkit.form.fields import (
    AmountField,
    BaseField,
    DateField,
    IntegerField,
    PercentField,
    TextField,
)
from xlkit.rules.live import Mark
from xlkit.template.book import HIGHEST
from xlkit.template.layout import Part, Role
from xlkit.template.notes import Weight

Style = Mapping[str, Any]

LINE, _ROW = 15.0, 21.0
"""Points of a line of text, and of a row at the least."""
_LINE = "#A6B1BF"
_INK = "#1F2A37"
_HEAD = "#DCE6F1"
_PRINTED = "#F2F4F7"
MISSING = {"bg_color": "#FFF6CC"}
WRONG = {"bg_color": "#FBD5D0", "font_color": "#9C1C0E"}

_BORDER = {"border": 1, "border_color": _LINE}
_LOCKED = {"locked": True, "font_color": _INK}

PRINTED: Mapping[Role, Style] = {
    Role.TITLE: {**_LOCKED, "bold": True, "font_size": 18, "align": "center"},
    Role.LINE_LEFT: {**_LOCKED, "align": "left"},
    Role.LINE_RIGHT: {**_LOCKED, "align": "right"},
    Role.CAPTION: {**_LOCKED, "bold": True, "font_size": 12, "align": "left"},
    Role.HEADER: {
        **_LOCKED,
        **_BORDER,
        "bold": True,
        "bg_color": _HEAD,
        "align": "center",
        "text_wrap": True,
    },
    Role.LABEL: {**_LOCKED, **_BORDER, "bg_color": _HEAD, "align": "center", "text_wrap": True},
    Role.ROW_LABEL: {
        **_LOCKED,
        **_BORDER,
        "bg_color": _PRINTED,
        "align": "left",
        "text_wrap": True,
        "indent": 1,
    },
    Role.TOTAL_LABEL: {
        **_LOCKED,
        **_BORDER,
        "bg_color": _PRINTED,
        "bold": True,
        "align": "left",
        "text_wrap": True,
        "indent": 1,
    },
    Role.ROW_NUMBER: {**_LOCKED, **_BORDER, "bg_color": _PRINTED, "align": "center"},
    Role.STROKE: {**_LOCKED, **_BORDER, "bg_color": _PRINTED, "align": "center"},
    Role.CHECK_HEADER: {**_LOCKED, "font_size": 10, "align": "left", "font_color": "#6B7785"},
    Role.SIGNATURE: {**_LOCKED, "align": "left"},
    # Marks are hidden; their size keeps rows that programs fit anew from closing up.
    Role.MARK: {"locked": True, "font_size": 15, "font_color": "#808080"},
}

CHECK: Style = {"locked": True, "font_size": 10, "align": "left", "font_color": "#6B7785"}
CHECK_LINE: Style = {**CHECK, "italic": True}
CHECK_COLOURS: Mapping[str, Style] = {
    Mark.SOUND: {"font_color": "#2E7D4F"},
    Mark.WRONG: {"font_color": "#C0281A"},
    Mark.MISSING: {"font_color": "#A86A00"},
}

HELP_TITLE: Style = {**_LOCKED, "bold": True, "font_size": 18, "align": "left"}
HELP_HEADING: Style = {**_LOCKED, "bold": True, "font_size": 12, "align": "left"}
HELP_TEXT: Style = {**_LOCKED, "align": "left", "valign": "top", "text_wrap": True}
HELP_LABEL: Style = {**_LOCKED, **_BORDER, "bg_color": _HEAD, "align": "center"}
HELP_VALUE: Style = {**_LOCKED, **_BORDER, "align": "left", "indent": 1}
HELP_STATE: Style = {**HELP_VALUE, "bold": True}
HELP_LINK: Style = {"locked": True, "font_color": "#1F4E9E", "underline": 1, "align": "left"}
SWATCHES: Mapping[str, Style] = {
    "help_input": {**_LOCKED, **_BORDER},
    "help_missing": {**_LOCKED, **_BORDER, **MISSING},
    "help_wrong": {**_LOCKED, **_BORDER, **WRONG},
    "help_locked": {**_LOCKED, **_BORDER, "bg_color": _PRINTED},
}

OFFERED: Style = {"font_color": "#1F4E9E"}
"""What was filled in from last year's answers."""
SWATCHES_OF_OFFERED: Mapping[str, Style] = {
    "help_offered": {**_LOCKED, **_BORDER, **OFFERED, "align": "center"}
}

_LISTED = {**_LOCKED, **_BORDER, "align": "left", "valign": "top", "text_wrap": True}
LIST: Mapping[str, Style] = {
    "title": {**_LOCKED, "bold": True, "font_size": 18, "align": "left"},
    "text": {**_LOCKED, "align": "left", "text_wrap": True},
    "header": {**PRINTED[Role.HEADER]},
    "section": {**_LOCKED, **_BORDER, "bold": True, "bg_color": _PRINTED, "align": "left"},
}
"""Looks of the list of findings, by kind of row."""
LIST_TEXT: Style = _LISTED
LIST_NUMBER: Style = {**_LISTED, "align": "center"}
LIST_LINK: Style = {**_LISTED, "font_color": "#1F4E9E", "underline": 1}
LIST_OPEN: Style = {**_LISTED, "locked": False, "num_format": "@"}
LIST_SHUT: Style = {**_LISTED, "bg_color": _PRINTED}
LIST_STATUS: Style = {**_LISTED, "align": "center", "font_size": 10}
LIST_STATE: Style = {**_LOCKED, "bold": True, "font_size": 13, "align": "left"}
LIST_HIDDEN: Style = {"locked": True, "font_color": "#808080"}
NOTED: Mapping[Weight, Style] = {
    Weight.ERROR: {"bg_color": "#F4B6AE"},
    Weight.WARNING: {"bg_color": "#FCE0A6"},
    Weight.EXPLAINED: {"bg_color": "#D5EBDC"},
    Weight.WAIVED: {"bg_color": "#E3DDF0"},
    Weight.RESTORED: {"bg_color": "#DCE6F1"},
}
"""How cells are painted that findings are about, and the numbers of the list."""


def row_height(lines: float) -> float:
    """Points of a table's row of so many lines of text."""
    return min(max(_ROW, lines * LINE + 6), HIGHEST)


def cell_style(field: BaseField, part: Part, *, locked: bool, total: bool = False) -> Style:
    """The look of a field's cell; locked ones are grey, those of total rows bold."""
    style = {**_BORDER, "locked": locked, "font_color": _INK, **_format_of(field, part)}
    if locked:
        style["bg_color"] = _PRINTED
    if total:
        style["bold"] = True
    return style


def _format_of(field: BaseField, part: Part) -> dict[str, Any]:
    if isinstance(field, AmountField):
        digits = "." + "0" * field.decimals if field.decimals else ""
        return {"num_format": f"#,##0{digits}", "align": "right", "indent": 1}
    if isinstance(field, PercentField):
        digits = "." + "0" * field.decimals if field.decimals else ""
        return {"num_format": f"0{digits}%", "align": "right", "indent": 1}
    if isinstance(field, IntegerField):
        return {"num_format": "0", "align": "right", "indent": 1}
    if isinstance(field, DateField):
        return {"num_format": "yyyy-mm-dd", "align": "center"}
    style = {"num_format": "@", "text_wrap": True, "align": "left", "indent": 1}
    if part is not Part.WHOLE:
        style.update(align="center", indent=0)
    if isinstance(field, TextField) and field.multiline:
        style.update(valign="top", font_size=10)
    return style
