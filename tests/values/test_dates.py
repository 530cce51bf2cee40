from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlkit.values.cast import Problem
from xlkit.values.dates import cast_date


@pytest.mark.parametrize(
    "raw",
    [
        "2024-12-31",
        "2024/12/31",
        "2024.12.31",
        "2024. 12. 31",
        "2024年12月31日",
        "2024 年 12 月 31 日",
        "２０２４－１２－３１",
        "\u30002024-12-31",
        "2024-12-31 00:00:00",
        "2024-12-31T00:00:00",
        "2024/12/31 0:00",
    ],
)
def test_day(raw: str) -> None:
    assert cast_date(raw).value == date(2024, 12, 31)


def test_short_months_and_days() -> None:
    assert cast_date("2024年3月1日").value == date(2024, 3, 1)


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("45291", "date-serial"),
        ("45291.5", "date-serial"),
        ("2023-02-29", "date-unreadable"),
        ("2024-13-01", "date-unreadable"),
        ("0000-01-01", "date-unreadable"),
        ("2024-12/31", "date-unreadable"),
        ("2024年12月", "date-unreadable"),
        ("2024-12-31 08:30", "date-unreadable"),
        ("2024-1 2-31", "date-unreadable"),
        ("24-12-31", "date-unreadable"),
        ("20241231", "date-unreadable"),
        ("年底", "date-unreadable"),
    ],
)
def test_no_day(raw: str, code: str) -> None:
    assert cast_date(raw).problem == Problem(code)


def test_wide_digits_are_repaired() -> None:
    (repair,) = cast_date("２０２４-12-31").repairs
    assert (repair.code, repair.value) == ("repaired-signs", "2024-12-31")


@given(st.dates())
def test_iso_dates_round_trip(day: date) -> None:
    cast = cast_date(day.isoformat())
    assert (cast.value, cast.repairs) == (day, ())


@given(st.one_of(st.text(), st.text(st.sampled_from("0123456789-/.年月日 T:"), max_size=22)))
def test_nothing_raises(raw: str) -> None:
    cast = cast_date(raw)
    assert cast.value is None or cast.problem is None
