"""Workbooks that went out before xlkit was brought up to date: read where their answers lie."""

from __future__ import annotations

import importlib
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest

from tests.validation.returns import (
    COMPACT,
    COMPACT_ANSWERS,
    codes,
    typed,
    written,
)
from xlkit.cells import Box
from xlkit.correction.correct import corrections
from xlkit.errors import LayoutError, UsageError
from xlkit.form.model import Form
from xlkit.identity import Identity
from xlkit.submission.cast import cast
from xlkit.submission.intake import take_in
from xlkit.submission.raw import RawSubmission, Verdict
from xlkit.submission.read import Reader
from xlkit.submission.shelf import FormShelf
from xlkit.template import plan as planning
from xlkit.template.answers import place_answers
from xlkit.template.content import Content
from xlkit.template.frozen import key_of_layout, to_json
from xlkit.template.layout import (
    BlockPlace,
    CheckLine,
    Layout,
    RowPlace,
    SheetPlace,
    Sizing,
    Slot,
    Text,
)
from xlkit.template.writer import render
from xlkit.validation.review import judged

#: Modules that ask for a plan.
PLANNERS = (
    "xlkit.correction.correct",
    "xlkit.correction.remarks",
    "xlkit.submission.shelf",
    "xlkit.template.series",
    "xlkit.template.writer",
)
IDENTITY = Identity(COMPACT.form, COMPACT.version, unit="1", unit_name="甲局", year=2024)
ISSUED = written(COMPACT, COMPACT_ANSWERS)
LAYOUTS = {key_of_layout(ISSUED.layout): to_json(ISSUED.layout)}
FROZEN = FormShelf([COMPACT], LAYOUTS)


DOWN = 2


def shifted(value: Any) -> Any:
    """Whatever has a place, some rows further down; a sheet's own mark stays."""
    if isinstance(value, Box):
        return Box(value.top + DOWN, value.left, value.bottom + DOWN, value.right)
    if isinstance(value, tuple):
        return tuple(map(shifted, value))
    if isinstance(value, Text) and value.text.startswith("xlkit:"):
        return value
    if not isinstance(value, SheetPlace | BlockPlace | RowPlace | CheckLine | Slot | Text):
        return value
    changes: dict[str, Any] = {
        item.name: shifted(getattr(value, item.name)) for item in fields(value)
    }
    for name in changes.keys() & {"top", "last_row"}:
        changes[name] += DOWN
    if isinstance(value, BlockPlace):
        changes["header_rows"] = tuple(row + DOWN for row in value.header_rows)
    if isinstance(value, SheetPlace):
        changes["heights"] = {row + DOWN: points for row, points in value.heights.items()}
    return replace(value, **changes)


def next_plan(form: Form, sizing: Sizing | None = None, language: str | None = None) -> Layout:
    """The plan of an xlkit to come, which moves every cell."""
    layout = PLAN(form, sizing, language)
    return replace(layout, sheets=shifted(layout.sheets))


PLAN = planning.plan


@pytest.fixture
def upgraded(monkeypatch: pytest.MonkeyPatch) -> None:
    """An xlkit that lays everything out anew."""
    for name in PLANNERS:
        monkeypatch.setattr(importlib.import_module(name), "plan", next_plan)


def read(data: bytes, shelf: FormShelf) -> RawSubmission:
    return Reader(FormShelf(shelf.given, shelf.layouts)).read_bytes(data, "return.xlsx")


@pytest.mark.usefixtures("upgraded")
def test_what_went_out_before_is_read_where_its_answers_lie() -> None:
    lost, found = read(ISSUED.data, FormShelf([COMPACT])), read(ISSUED.data, FROZEN)
    assert "layout-unknown" in codes(lost.findings)
    assert found.verdict is Verdict.INTACT
    assert found.findings == ()
    assert cast(found).rows == cast(READ_BEFORE).rows


READ_BEFORE = read(ISSUED.data, FormShelf([COMPACT]))


def test_without_an_upgrade_nothing_differs() -> None:
    assert read(ISSUED.data, FROZEN) == READ_BEFORE
    assert READ_BEFORE.verdict is Verdict.INTACT


@pytest.mark.usefixtures("upgraded")
def test_what_goes_out_now_is_laid_out_anew() -> None:
    now = render(COMPACT, IDENTITY)
    assert now.identity.layout != ISSUED.identity.layout
    assert read(now.data, FROZEN).verdict is Verdict.INTACT


@pytest.mark.usefixtures("upgraded")
def test_a_unit_gets_its_workbook_again_as_it_was() -> None:
    content = place_answers(COMPACT, COMPACT_ANSWERS, Content())
    layout = FROZEN.layout(COMPACT, ISSUED.layout.sizing, "zh", ISSUED.identity.layout)
    again = render(COMPACT, replace(ISSUED.identity), content, layout=layout)
    assert again.data == ISSUED.data


@pytest.mark.usefixtures("upgraded")
def test_a_correction_workbook_of_the_same_size_lies_as_before() -> None:
    sheet, block = ISSUED.layout.find("contact")
    slot = block.rows[0].slot("phone")
    spoilt = typed(ISSUED.data, {f"{sheet.name}!{slot.box.a1()}": "没有电话号码"})
    review = judged([cast(read(spoilt, FROZEN))])
    (made,) = corrections(review, shelf=FROZEN)
    assert made is not None
    assert made.is_needed
    back = made.workbook()
    assert back.identity.layout == ISSUED.identity.layout
    assert read(back.data, FROZEN).verdict is Verdict.INTACT
    (anew,) = corrections(review)
    assert anew is not None
    assert anew.workbook().identity.layout != ISSUED.identity.layout


@pytest.mark.usefixtures("upgraded")
def test_languages_and_sizes_of_one_form_are_not_taken_for_each_other() -> None:
    made = [
        render(COMPACT, replace(IDENTITY, language=language), Content(sizing), layout=layout)
        for language in COMPACT.languages
        for sizing in (Sizing(), Sizing(dict.fromkeys(COMPACT.groups, 1)))
        for layout in [PLAN(COMPACT, sizing, language)]
    ]
    shelf = FormShelf([COMPACT], {key_of_layout(one.layout): to_json(one.layout) for one in made})
    for one in made:
        assert read(one.data, shelf).verdict is Verdict.INTACT
        found = shelf.layout(COMPACT, one.layout.sizing, one.layout.language, one.layout.digest)
        assert found == one.layout


@pytest.mark.usefixtures("upgraded")
def test_without_a_digest_the_only_layout_of_that_size_counts() -> None:
    layout = FROZEN.layout(COMPACT, ISSUED.layout.sizing, "zh")
    assert layout == ISSUED.layout
    assert FROZEN.layout(COMPACT, ISSUED.layout.sizing, "zh", "0" * 16) != ISSUED.layout


def test_a_layout_that_cannot_be_used_stops_the_run(tmp_path: Path) -> None:
    path = tmp_path / "return.xlsx"
    path.write_bytes(ISSUED.data)
    (key,) = LAYOUTS
    for layouts in ({key: "{}"}, {key[:-1] + "x": LAYOUTS[key]}):
        with pytest.raises(LayoutError, match="layout"):
            take_in([path], Reader(FormShelf([COMPACT], layouts)))


def test_a_layout_for_another_workbook_is_refused() -> None:
    small = PLAN(COMPACT, Sizing(dict.fromkeys(COMPACT.groups, 0)), "zh")
    given = Content(issued={("projects", 2, "record", "name"): "项目"})
    with pytest.raises(UsageError, match="has no cell projects#2"):
        render(COMPACT, IDENTITY, given, layout=small)
    with pytest.raises(UsageError, match="the layout is of"):
        render(COMPACT, replace(IDENTITY, language="en"), layout=small)
