"""Rows as they go out: which there are, and what is printed in them."""

from __future__ import annotations

import pytest

from tests.form.snippets import SMALL
from xlkit.form.fields import Reference
from xlkit.form.rows import SPARE, RowKind, number_of, rows_of, spare_row
from xlkit.rules.registry import load_checked


@pytest.fixture(scope="module")
def small():
    return load_checked(SMALL)


def shown(form, path, spares=None):
    return [
        (row.mark, row.kind.value, " / ".join(row.fixed.values()))
        for row in rows_of(form, form.block(path), spares)
    ]


ROWS = {
    "contact": [("record", "record", "")],
    "money": [("first", "preset", "甲"), ("second", "preset", "乙"), ("all", "preset", "合计")],
    "indicators": [
        ("completion", "preset", "产出 / 数量 / 完成率"),
        ("quality-1", "free", "产出 / 质量"),
        ("quality-2", "free", "产出 / 质量"),
        ("spare-1", "spare", ""),
        ("spare-2", "spare", ""),
        ("spare-3", "spare", ""),
    ],
    "projects.parts": [
        ("fixed", "preset", "固定"),
        ("spare-1", "spare", ""),
        ("spare-2", "spare", ""),
    ],
}


@pytest.mark.parametrize("path", ROWS)
def test_rows(small, path):
    assert shown(small, path) == ROWS[path]


def test_spares_override_what_is_declared(small):
    assert [mark for mark, *_ in shown(small, "indicators", 1)][-1] == "spare-1"
    assert "spare-1" not in [mark for mark, *_ in shown(small, "indicators", 0)]


def test_free_rows_offer_the_numbered_names_one_after_the_other():
    form = load_checked("department-performance")
    offered = [
        row.defaults.get("level2")
        for row in rows_of(form, form.block("long_indicators"))
        if row.mark.startswith("duty-")
    ]
    assert offered == [f"核心业务产出{number}" for number in range(1, 11)]


def test_paths_of_blocks(small):
    assert [placed.path for placed in small.blocks] == [
        "contact", "money", "goal", "indicators", "projects", "projects.parts",
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["field", "block.field", "block[row-1].field", "a[b.c].d"])
def test_a_reference_is_written_as_it_was_read(text):
    assert str(Reference.parse(text)) == text


@pytest.mark.parametrize(
    "text", ["", "a.b.c", "Block.field", "block[].field", "a b", "[x].a", "a["]
)
def test_what_is_no_reference(text):
    with pytest.raises(ValueError, match="is no reference; right would be"):
        Reference.parse(text)


def test_branches_of_a_tree(small):
    tree = small.trees["frame"]
    assert tree.branches(1) == (("产出",), ("效益",))
    assert tree.branches(2) == (("产出", "数量"),)
    assert [choice.name for choice in tree.options(("产出",))] == ["数量", "质量"]
    assert tree.options(("产出", "*")) == ()


def test_a_row_that_departments_fill_tells_its_number_among_its_like():
    row = spare_row(12, {"unit": "个"})
    assert (row.mark, row.series, row.number) == ("spare-12", SPARE, 12)
    assert number_of("quality-1") == 1
    assert (row.kind, row.defaults) == (RowKind.SPARE, {"unit": "个"})
