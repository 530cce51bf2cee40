"""Looks of the master: those of the template, with colours for what became of a return."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from xlkit.findings import Severity
from xlkit.master.model import Column, Kind, State
from xlkit.template import styles
from xlkit.template.layout import Role
from xlkit.template.notes import Weight

Style = Mapping[str, Any]

INK = "#1F2A37"
_LINE = "#C4CDD8"
_BLUE, _DEEP = "#2F5C94", "#1F4E79"
_BAND = "#F6F8FB"
_TOTAL = "#E9EFF7"
SERIES = ("#2F5C94", "#8FB2DA", "#D0A24C", "#7A8FA6")
"""Colours of a chart's series."""

TITLE: Style = {"bold": True, "font_size": 18, "font_color": _DEEP, "align": "left"}
SUBTITLE: Style = {"font_size": 10, "font_color": "#5A6675", "align": "left"}
HEADING: Style = {
    "bold": True,
    "font_size": 13,
    "font_color": _DEEP,
    "align": "left",
    "bottom": 2,
    "bottom_color": _BLUE,
}
HEADER: Style = {
    **styles.PRINTED[Role.HEADER],
    "bg_color": _BLUE,
    "font_color": "#FFFFFF",
    "border_color": "#FFFFFF",
    "font_size": 10,
}
ALERT: Style = {
    **styles.WRONG,
    "bold": True,
    "align": "left",
    "indent": 1,
    "text_wrap": True,
    "border": 1,
    "border_color": "#E3A49B",
}
REMARK: Style = {
    **styles.MISSING,
    "font_color": "#6B4E00",
    "align": "left",
    "indent": 1,
    "text_wrap": True,
    "border": 1,
    "border_color": "#E5D28A",
}
TILE_LABEL: Style = {
    "font_size": 10,
    "font_color": "#5A6675",
    "align": "center",
    "bg_color": _TOTAL,
}
TILE_VALUE: Style = {
    "bold": True,
    "font_size": 20,
    "font_color": _DEEP,
    "align": "center",
    "bg_color": _TOTAL,
}
LINK = {"font_color": "#1F4E9E", "underline": 1}

_CELL = {"border": 1, "border_color": _LINE, "font_color": INK, "font_size": 10}
TEXT: Style = {**_CELL, "align": "left", "indent": 1, "text_wrap": True}
CENTRE: Style = {**_CELL, "align": "center", "text_wrap": True}
COUNT: Style = {**_CELL, "align": "center", "num_format": "#,##0"}
SOURCE = {"font_color": "#5A6675", "font_size": 9, "bold": False, "text_wrap": False}
FAINT = {"font_color": "#97A1AE"}
STRONG = {"bold": True, "bg_color": _TOTAL}

STATES: Mapping[State, Style] = {
    State.ACCEPTED: {"bg_color": "#E3F1E5", "font_color": "#1E6B31"},
    State.INCLUDED: styles.WRONG,
    State.ERRORS: styles.WRONG,
    State.UNIT_TWICE: styles.WRONG,
    State.NO_UNIT: styles.WRONG,
    State.DUPLICATE: {"bg_color": "#ECEFF3", "font_color": "#5A6675"},
    State.FOREIGN: {"bg_color": "#F4E3D3", "font_color": "#7A4A12"},
    State.UNREADABLE: {"bg_color": "#F4E3D3", "font_color": "#7A4A12"},
}
WAITS: Style = {**styles.MISSING, "font_color": "#7A5B00"}
"""What waits for an explanation."""
ANSWERED: Style = {**styles.NOTED[Weight.EXPLAINED], "font_color": "#1E6B31"}
WAIVED: Style = {**styles.NOTED[Weight.WAIVED], "font_color": "#4A3A72"}
"""What the bureau lets stand."""
EXPLAINED: Style = styles.NOTED[Weight.EXPLAINED]
"""A figure that was explained."""
LET_STAND: Style = styles.NOTED[Weight.WAIVED]
"""A figure of which something was waived."""
WRONG: Style = styles.WRONG
QUIET: Style = {"bg_color": "#ECEFF3", "font_color": "#5A6675"}
"""What asks for nothing."""
SEVERITIES: Mapping[Severity, Style] = {
    Severity.ERROR: WRONG,
    Severity.WARNING: WAITS,
    Severity.NOTICE: QUIET,
}
TABS = {"overview": _DEEP, "findings": "#C0392B", "data": "#8FB2DA", "sources": "#A6B1BF"}


def number_format(kind: Kind, decimals: int) -> str:
    """How numbers of that kind are shown; '' for texts."""
    digits = "." + "0" * decimals if decimals else ""
    return {
        Kind.AMOUNT: f"#,##0{digits}",
        Kind.PERCENT: f"0{digits}%",
        Kind.INTEGER: "0",
        Kind.NUMBER: "General",
        Kind.DATE: "yyyy-mm-dd",
    }.get(kind, "@")


def cell(column: Column, *, band: bool = False, total: bool = False, wrong: bool = False) -> Style:
    """The look of a cell of a table; `wrong` marks a text where a number belongs."""
    style = dict(TEXT)
    if wrong:
        style |= {"num_format": "@"}
    else:
        style["num_format"] = number_format(column.kind, column.decimals)
        if column.kind in (Kind.AMOUNT, Kind.PERCENT, Kind.NUMBER):
            style |= {"align": "right", "text_wrap": False}
        elif column.kind in (Kind.INTEGER, Kind.DATE):
            style |= {"align": "center", "indent": 0, "text_wrap": False}
    if band:
        style["bg_color"] = _BAND
    if total:
        style |= STRONG
    if wrong:
        style |= styles.WRONG
    return style
