"""Addresses, and the room that texts take."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlkit.cells import (
    MAX_COLUMN,
    MAX_ROW,
    Box,
    absolute,
    address,
    column_letter,
    column_number,
    display_width,
    parse_address,
    quoted_sheet,
    wrapped_lines,
)


@pytest.mark.parametrize(
    ("number", "letters"),
    [(1, "A"), (26, "Z"), (27, "AA"), (702, "ZZ"), (703, "AAA"), (16_384, "XFD")],
)
def test_columns(number, letters):
    assert column_letter(number) == letters
    assert column_number(letters) == column_number(letters.lower()) == number


@given(st.integers(1, MAX_ROW), st.integers(1, MAX_COLUMN))
def test_addresses_are_read_as_written(row, column):
    assert parse_address(address(row, column)) == (row, column)
    assert parse_address(absolute(Box(row, column, row, column))) == (row, column)


@pytest.mark.parametrize("text", ["", "7", "B", "B7:C8", "1B", "B-7", "甲1", "B７"])
def test_what_is_no_address(text):
    with pytest.raises(ValueError, match="is not a cell address"):
        parse_address(text)


@pytest.mark.parametrize(
    ("box", "a1", "fixed"),
    [
        (Box(7, 2, 7, 2), "B7", "$B$7"),
        (Box(7, 2, 9, 4), "B7:D9", "$B$7:$D$9"),
        (Box(7, 2, 7, 4), "B7:D7", "$B$7:$D$7"),
    ],
)
def test_boxes(box, a1, fixed):
    assert (box.a1(), absolute(box)) == (a1, fixed)


@pytest.mark.parametrize(("name", "quoted"), [("项目01", "'项目01'"), ("it's", "'it''s'")])
def test_names_of_sheets_are_quoted(name, quoted):
    assert quoted_sheet(name) == quoted


@pytest.mark.parametrize(
    ("text", "width"), [("", 0), ("abc", 3), ("预算", 4), ("≥98%", 5), ("ａ", 2), ("a\n预算\nb", 4)]
)
def test_widths(text, width):
    assert display_width(text) == width


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("", 10, 1),
        ("预算执行率", 10, 1),
        ("预算执行率等", 10, 2),
        ("a\n\nb", 10, 3),
        ("预算", 0, 2),
    ],
)
def test_lines(text, width, lines):
    assert wrapped_lines(text, width) == lines
