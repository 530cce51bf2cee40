"""Returned workbooks as plain grids, whatever program and format they come from."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal
from enum import StrEnum
from functools import lru_cache
from typing import Literal

from xlkit.cells import Box

#: Source: Excel specifications and limits, "number precision".
_EXCEL_DIGITS = Context(prec=15, rounding=ROUND_HALF_UP)
#: Source: Excel specifications and limits; beyond these exponents a double says nothing.
_HIGHEST_EXPONENT, _LOWEST_EXPONENT = 308, -324
#: The last day Excel knows, 9999-12-31, as a serial of the 1900 system.
_LAST_SERIAL = Decimal(2_958_465)
_DAY_SECONDS = 86_400
#: The serial of Excel's 29 February 1900, a day that never was.
_MARCH_1900 = 60
_EPOCH_1900 = datetime(1899, 12, 30)  # noqa: DTZ001  (cells know no zone)
#: Days from the epoch of the 1900 system to that of the 1904 system. Source: ECMA-376 18.17.4.1.
_DAYS_TO_1904 = 1462

#: Number formats that programs for Chinese write by number alone. Source: ECMA-376 18.8.30, zh-cn.
CJK_FORMATS: Mapping[int, str] = {
    **dict.fromkeys((27, 31, 36, 50, 52, 57), "yyyy/m/d"),
    **dict.fromkeys((28, 29, 30, 51, 53, 54, 58), "m/d"),
    **dict.fromkeys((32, 33, 34, 35, 55, 56), "h:mm:ss"),
}

_LITERALS = re.compile(r'"[^"]*"?|[\\_*!].|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)
_LINE_END = re.compile(r"\r\n?")


class FileKind(StrEnum):
    """What a file really is, whatever its name says."""

    XLSX = "xlsx"
    XLS = "xls"
    ODS = "ods"


class CellKind(StrEnum):
    """How the program that saved a cell understood it."""

    TEXT = "text"
    NUMBER = "number"
    PERCENT = "percent"
    DATE = "date"
    """A date, a time or a duration."""
    BOOLEAN = "boolean"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Cell:
    r"""One non-empty cell.

    `text` is what the person saw, without the finery of formats: 95%, 160000, 2024-12-31,
    2024-12-31 08:30:00, 08:30:00, TRUE, #DIV/0!; a text stays as it is (line ends are `\n`).
    `number` is what was stored (0.95 for 95%), at most 15 significant digits; a date has its
    serial of the 1900 system. `formula` is in the words of its format (`=SUM(A1:A2)`,
    `of:=SUM([.A1:.A2])`).
    """

    text: str
    number: Decimal | None = None
    kind: CellKind = CellKind.TEXT
    formula: str | None = None
    calculated: bool = True
    """False where the file holds a formula without its result."""


@dataclass(frozen=True, slots=True)
class Grid:
    """One sheet: only cells with a text or a formula, by 1-based (row, column)."""

    name: str
    cells: Mapping[tuple[int, int], Cell]
    merged: tuple[Box, ...]
    hidden: bool
    protected: bool | None
    """None where the format does not tell (.xls)."""
    tells_formulas: bool
    """Whether `Cell.formula` is known; false for .xls, where only results are."""
    hidden_rows: frozenset[int] = frozenset()
    """Rows with cells that nobody saw: hidden, filtered away, or without height."""
    hidden_columns: frozenset[int] = frozenset()
    remarks: Mapping[tuple[int, int], str] = field(default_factory=dict)
    """What notes, comments and text boxes say, by the cells they stand at."""


@dataclass(frozen=True, slots=True)
class ReturnedWorkbook:
    """A file as it came back; sheets in the file's order.

    `names` are the workbook's defined names with their formula in Excel's notation, without
    the leading `=`; a text constant stands there unquoted.
    """

    kind: FileKind
    sheets: tuple[Grid, ...]
    properties: Mapping[str, str]
    names: Mapping[str, str]


class Unreadable(Exception):
    """A parser's failure, fenced; `code` is that of a finding, `detail` is for the log."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail


@contextmanager
def fenced() -> Iterator[None]:
    """Turns whatever a foreign parser throws, panics included, into `Unreadable`.

    Want of memory passes: it says nothing of the file that more memory would not cure.
    """
    try:
        yield
    except (KeyboardInterrupt, SystemExit, MemoryError, Unreadable):
        raise
    except BaseException as failure:
        detail = f"{type(failure).__name__}: {failure}"[:500]
        raise Unreadable("file-damaged", detail) from failure


def hidden_among(
    cells: Collection[tuple[int, int]],
    rows: AbstractSet[int],
    columns: Sequence[tuple[int, int]],
) -> tuple[frozenset[int], frozenset[int]]:
    """The hidden rows and columns that have cells; `columns` are (first, last), inclusive."""
    filled = {column for _, column in cells} if columns else set()
    return (
        frozenset({row for row, _ in cells} & rows if rows else ()),
        frozenset(
            column for column in filled if any(first <= column <= last for first, last in columns)
        ),
    )


def plain_text(text: str) -> str:
    r"""A text cell's content with every line end as `\n`."""
    return _LINE_END.sub("\n", text)


def constant_text(formula: str) -> str:
    """A name's formula without `=`, or the text itself where it is one quoted text."""
    formula = formula.strip().removeprefix("=")
    if re.fullmatch(r'"(?:[^"]|"")*"', formula):
        return formula[1:-1].replace('""', '"')
    return formula


def number_cell(stored: str, format_code: str, *, from_1904: bool = False) -> Cell:
    """The cell of a stored number under an Excel number format.

    Raises:
        ValueError, ArithmeticError: the text is no number that Excel could store.
    """
    number = _stored_number(stored)
    face = _face(format_code)
    if face == "percent":
        return percent_cell(number)
    serial = number + _DAYS_TO_1904 if from_1904 and face == "date" else number
    if face is None or not 0 <= serial <= _LAST_SERIAL:
        return Cell(_plain(number), number, CellKind.NUMBER)
    if face == "time":
        return Cell(_clock(_seconds(serial)), number, CellKind.DATE)
    return Cell(_calendar(serial, lotus=not from_1904), serial, CellKind.DATE)


def plain_number_cell(stored: str) -> Cell:
    """The cell of a number that stands for itself."""
    return number_cell(stored, "General")


def percent_cell(number: Decimal | str) -> Cell:
    """The cell of a share: 0.95 reads 95%."""
    share = _stored_number(str(number))
    return Cell(_plain(share.scaleb(2)) + "%", share, CellKind.PERCENT)


def moment_cell(iso: str) -> Cell:
    """The cell of an ISO 8601 date or moment.

    Raises:
        ValueError: it is none.
    """
    moment = datetime.fromisoformat(iso).replace(tzinfo=None)
    since = moment - _EPOCH_1900
    serial = since.days + Decimal(since.seconds) / _DAY_SECONDS
    return Cell(_calendar(serial, lotus=False), _EXCEL_DIGITS.plus(serial), CellKind.DATE)


def duration_cell(seconds: Decimal) -> Cell:
    """The cell of a time of day or a duration; 25 hours read 25:00:00."""
    whole = _seconds(seconds / _DAY_SECONDS)
    return Cell(_clock(whole), _EXCEL_DIGITS.divide(seconds, Decimal(_DAY_SECONDS)), CellKind.DATE)


def boolean_cell(value: bool) -> Cell:
    """TRUE or FALSE."""
    return Cell("TRUE" if value else "FALSE", Decimal(int(value)), CellKind.BOOLEAN)


def _stored_number(stored: str) -> Decimal:
    number = _EXCEL_DIGITS.create_decimal(stored.strip())
    if not number.is_finite() or number.adjusted() > _HIGHEST_EXPONENT:
        raise ValueError(f"{stored[:40]!r} is no number that a cell can hold")
    return number if number and number.adjusted() >= _LOWEST_EXPONENT else Decimal(0)


def _plain(number: Decimal) -> str:
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


@lru_cache(maxsize=1024)
def _face(format_code: str) -> Literal["percent", "date", "time"] | None:
    """What a format shows of a number; `m` alone is a month, None the number itself."""
    visible = _LITERALS.sub("", format_code)
    if "%" in visible:
        return "percent"
    visible = visible.split(";")[0].lower()
    if not re.search("[dmhys]|aaa", visible):
        return None
    if re.search("[dy]|aaa", visible):
        return "date"
    return "time" if re.search("[hs]|\\[m", visible) else "date"


def _seconds(days: Decimal) -> int:
    return int((days * _DAY_SECONDS).to_integral_value(ROUND_HALF_UP))


def _clock(seconds: int) -> str:
    minutes, seconds = divmod(seconds, 60)
    return f"{minutes // 60:02}:{minutes % 60:02}:{seconds:02}"


def _calendar(serial: Decimal, *, lotus: bool) -> str:
    """The date of a serial; with `lotus`, days before March 1900 as Excel shows them."""
    late = 1 if lotus and 1 <= serial < _MARCH_1900 else 0
    moment = _EPOCH_1900 + timedelta(days=late, seconds=_seconds(serial))
    return moment.isoformat(" ") if moment.time() != time() else moment.date().isoformat()
