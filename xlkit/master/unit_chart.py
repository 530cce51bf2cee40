"""The chart of money by department."""

from __future__ import annotations

from typing import Any

from xlkit.cells import Box
from xlkit.master import looks
from xlkit.master.pages import ROW
from xlkit.master.terms import word
from xlkit.master.unit_list import NAME, UnitList
from xlkit.template.book import Book

CHART_ROWS = 15
"""Rows of one line that a chart takes."""
_POINTS_PER_PIXEL = 0.75
_FEW = 12
"""Departments whose names can stand at the side of bars."""
_MOST_SERIES = 4
_FONT = {"color": looks.INK, "size": 9}


def insert_chart(book: Book, units: UnitList, *, at: Box, width: int) -> None:
    """The money of a form's first topic by department, from its list; as wide as those pixels.

    Few departments are bars with every measure of the topic, many are columns with the
    first alone.
    """
    first = next(m for n, m in enumerate(units.part.measures) if units.has_money(n))
    topic = [
        (place, measure)
        for place, measure in enumerate(units.part.measures)
        if (measure.path, measure.topic) == (first.path, first.topic) and units.has_money(place)
    ]
    few = units.last_merged - units.head <= _FEW
    chart = book.chart({"type": "bar" if few else "column"})
    shown = topic[:_MOST_SERIES] if few else topic[:1]
    for number, (place, measure) in enumerate(shown):
        name = measure.label.removeprefix(measure.topic).strip() or measure.label
        chart.add_series(_series(units, place, name, looks.SERIES[number]))
    shown_topic = first.topic if first.key is not None and len(shown) > 1 else first.label
    title = word("chart_title", units.master.language, topic=shown_topic, unit=first.unit)
    chart.set_title({"name": title, "name_font": {"size": 12, "color": looks.INK}})
    chart.set_legend({"position": "bottom", "font": _FONT} if len(shown) > 1 else {"none": True})
    _set_axes(chart, bars=few)
    chart.set_chartarea({"border": {"color": "#C4CDD8"}})
    height = int((CHART_ROWS - 1) * ROW / _POINTS_PER_PIXEL) - 8
    chart.set_size({"width": width - 12, "height": height})
    units.page.chart(at, chart, {"x_offset": 2, "y_offset": 2, "object_position": 1})


def _series(units: UnitList, place: int, name: str, colour: str) -> dict[str, Any]:
    first, last, sheet = units.first - 1, units.last_merged - 1, units.page.name
    return {
        "name": name,
        "categories": [sheet, first, NAME - 1, last, NAME - 1],
        "values": [sheet, first, units.money + place - 1, last, units.money + place - 1],
        "fill": {"color": colour},
        "gap": 60,
    }


def _set_axes(chart: Any, *, bars: bool) -> None:
    """Bars read from the top, with the scale at the bottom."""
    grid = {"visible": True, "line": {"color": "#E3E8EF"}}
    scale: dict[str, Any] = {
        "num_format": "#,##0", "num_font": _FONT, "line": {"none": True}, "major_gridlines": grid,
    }  # fmt: skip
    names: dict[str, Any] = {
        "num_font": _FONT, "line": {"color": "#A6B1BF"}, "major_tick_mark": "none",
    }  # fmt: skip
    if bars:
        names |= {"reverse": True, "crossing": "max"}
    chart.set_x_axis(scale if bars else names)
    chart.set_y_axis(names if bars else scale)
