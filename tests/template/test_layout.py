"""Where everything lies: nothing twice, nothing outside, and the same place every time."""

from __future__ import annotations

import os
from itertools import chain
from pathlib import Path

import pytest

from tests.template.books import BLANK, REAL, cells, form_of, rendered
from xlkit.form.rows import RowKind
from xlkit.template.layout import FIRST_COLUMN, MARK_COLUMN, Part, Sizing
from xlkit.template.plan import plan

GOLDEN = Path(__file__).with_name("golden")


def layouts():
    for name in (*BLANK, *REAL):
        yield name, rendered(name).layout
    yield "english", plan(form_of("department-performance"), language="en")


LAYOUTS = dict(layouts())


def boxes(sheet):
    yield from (text.box for text in sheet.printed())
    for block in sheet.blocks:
        for row in block.rows:
            yield from (slot.box for slot in row.slots)
        yield block.check.box


@pytest.mark.parametrize("name", LAYOUTS)
def test_no_two_boxes_overlap(name):
    for sheet in LAYOUTS[name].sheets:
        taken: dict[tuple[int, int], object] = {}
        for box in boxes(sheet):
            for row in range(box.top, box.bottom + 1):
                for column in range(box.left, box.right + 1):
                    assert (row, column) not in taken, (sheet.name, box, taken[row, column])
                    taken[row, column] = box


@pytest.mark.parametrize("name", LAYOUTS)
def test_every_box_is_inside_its_sheet(name):
    for sheet in LAYOUTS[name].sheets:
        for text in sheet.printed():
            least = MARK_COLUMN if text.role == "mark" else FIRST_COLUMN
            assert text.box.left >= least
            most = sheet.check_column if text.role == "check_header" else sheet.last_column
            assert text.box.right <= most
        for box in boxes(sheet):
            assert 1 <= box.top <= box.bottom <= sheet.last_row
            assert box.left <= box.right <= sheet.check_column
        for block in sheet.blocks:
            assert all(slot.box.left >= FIRST_COLUMN for row in block.rows for slot in row.slots)


@pytest.mark.parametrize("name", LAYOUTS)
def test_marks_name_one_row_of_one_sheet(name):
    for sheet in LAYOUTS[name].sheets:
        marks = [text.text for text in sheet.printed() if text.role == "mark"]
        assert len(marks) == len(set(marks))
        assert f"xlkit:{sheet.id}" in marks
    names = [sheet.name for sheet in LAYOUTS[name].sheets]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("name", LAYOUTS)
def test_every_field_has_its_cells(name):
    layout = LAYOUTS[name]
    for _, block in layout.blocks():
        for row in block.rows:
            assert {slot.field for slot in row.slots} | set(row.row.fixed) >= {
                field.name
                for field in block.placed.block.fields
                if field.name not in row.row.without
            }
            for field in block.placed.block.fields:
                split = getattr(field, "split", False)
                found = [slot.part for slot in row.slots_of(field.name)]
                if found:
                    three = [Part.OPERATOR, Part.NUMBER, Part.UNIT]
                    assert found == (three if split else [Part.WHOLE])


def test_rows_of_excel_are_never_higher_than_it_can_draw():
    heights = chain.from_iterable(
        sheet.heights.values() for layout in LAYOUTS.values() for sheet in layout.sheets
    )
    assert max(heights) <= 409


# digest

SIZINGS = [
    # form, one sizing, another, whether cells lie elsewhere
    ("project-performance", {}, {}, False),
    ("project-performance", {}, {"projects": 2}, False),
    ("project-performance", {"projects": 2}, {"projects": 3}, True),
    ("project-performance", {}, {"projects": 0}, True),
    ("project-performance", {}, {"sub_goals": 13}, True),
    ("project-performance", {}, {"sub_goals": 12}, False),
    ("project-performance", {}, {"projects.indicators": 21}, True),
    ("department-performance", {}, {"long_indicators": 5}, True),
    ("department-performance", {}, {"nobody": 5}, False),
]


@pytest.mark.parametrize(("form", "one", "other", "differ"), SIZINGS)
def test_the_digest_is_that_of_the_geometry(form, one, other, differ):
    loaded = form_of(form)
    first, second = (plan(loaded, Sizing.of(loaded, numbers)) for numbers in (one, other))
    assert (first.digest != second.digest) is differ


def test_forms_differ_in_their_digest():
    assert len({plan(form_of(name)).digest for name in BLANK}) == len(BLANK)


def test_a_sizing_comes_back_from_its_numbers():
    form = form_of("project-performance")
    sizing = plan(form, Sizing({"projects": 5}, {"sub_goals": 20, "projects.goals": 7})).sizing
    assert Sizing.of(form, sizing.numbers()) == sizing


def test_members_and_spares_are_as_many_as_asked_for():
    form = form_of("small")
    layout = plan(form, Sizing({"projects": 3}, {"indicators": 1, "projects.parts": 4}))
    assert [sheet.name for sheet in layout.sheets] == ["基本", "指标", "项目01", "项目02", "项目03"]
    _, block = layout.find("indicators")
    assert sum(row.row.kind is RowKind.SPARE for row in block.rows) == 1
    for instance in (1, 2, 3):
        _, parts = layout.find("projects.parts", instance)
        assert [row.row.mark for row in parts.rows][-1] == "spare-4"
    with pytest.raises(KeyError):
        layout.find("projects.parts", 4)


# golden


def dump(layout):
    """Every field's cell, a line each: `path field cell`, preset and free rows by their mark."""
    for sheet, block, row, slot in cells(layout):
        part = "" if slot.part is Part.WHOLE else f".{slot.part.value}"
        place = f"{block.path}[{row.row.mark}].{slot.field}{part}"
        yield f"{sheet.name}!{slot.box.a1()} {place}"


@pytest.mark.parametrize("name", ["department-performance", "project-performance"])
def test_cells_lie_where_they_lay(name):
    """XLKIT_GOLDEN=1 writes the dumps anew; then look at the difference before committing it."""
    golden = GOLDEN / f"{name}.txt"
    text = "\n".join([f"# digest {plan(form_of(name)).digest}", *dump(plan(form_of(name)))]) + "\n"
    if os.environ.get("XLKIT_GOLDEN"):
        golden.write_text(text, encoding="utf-8")
    assert text.split("\n") == golden.read_text(encoding="utf-8").split("\n")
