"""Columns that blocks of different widths share."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from xlkit.template.columns import spans

WIDTHS = st.floats(min_value=1, max_value=120, allow_nan=False)


@st.composite
def grids(draw):
    grid = draw(st.lists(WIDTHS, min_size=1, max_size=14))
    wanted = draw(st.lists(WIDTHS, min_size=1, max_size=len(grid)))
    return grid, wanted


@given(grids())
def test_spans_cover_the_grid_side_by_side(case):
    grid, wanted = case
    found = spans(grid, wanted)
    assert len(found) == len(wanted)
    assert [column for first, last in found for column in range(first, last + 1)] == list(
        range(len(grid))
    )


@given(st.lists(WIDTHS, min_size=1, max_size=14))
def test_a_block_as_wide_as_the_grid_takes_a_column_each(grid):
    assert spans(grid, grid) == tuple((number, number) for number in range(len(grid)))


def test_a_wide_column_is_given_to_who_wants_much():
    assert spans([10, 10, 60], [10, 70]) == ((0, 0), (1, 2))
    assert spans([60, 10, 10], [60, 20]) == ((0, 0), (1, 2))
    assert spans([8, 14, 10, 30], [30, 30]) == ((0, 2), (3, 3))
