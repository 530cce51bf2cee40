"""What the operators and functions of formulas make of values, as spreadsheet programs do."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from decimal import ROUND_HALF_UP, Decimal
from enum import Enum


class Fault(Enum):
    """The value of a cell or formula that failed."""

    ERROR = "#"


FAULT = Fault.ERROR
Scalar = str | float | bool | None | Fault
"""A cell's content; None is an empty cell, a truth is a bool."""
Value = Scalar | list[Scalar]
"""A list is a column of cells."""


def by_operator(sign: str, left: Value, right: Value) -> Value:
    """Two values with a sign between them; of lists, item by item."""
    return _by_item(_OPERATIONS[sign], [left, right])


def called(name: str, given: list[Value]) -> Value:
    """A function of arguments; of lists, item by item, unless it makes one value of them all."""
    if name in _WHOLE:
        return _WHOLE[name](given)
    return _by_item(_FUNCTIONS[name], given, careful=name not in _ASKING)


def as_number(value: Value) -> float:
    """The number of a scalar; 0 for whatever is none."""
    return float(value) if isinstance(value, int | float) else 0.0


def _text(value: Scalar) -> str:
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    return f"{value:.15g}" if isinstance(value, int | float) else str(value)


def _by_item(function: Callable[..., Scalar], given: list[Value], *, careful: bool = True) -> Value:
    lengths = {len(item) for item in given if isinstance(item, list)}
    if not lengths:
        return _once(function, [item for item in given if not isinstance(item, list)], careful)
    count = max(lengths)
    columns = [item if isinstance(item, list) else [item] * count for item in given]
    if not (careful and any(FAULT in column for column in columns)):
        with suppress(TypeError, ValueError, ArithmeticError):  # then item by item, as below
            return [function(*row) for row in zip(*columns, strict=True)]
    return [_once(function, list(row), careful) for row in zip(*columns, strict=True)]


def _once(function: Callable[..., Scalar], given: list[Scalar], careful: bool) -> Scalar:
    if careful and FAULT in given:
        return FAULT
    try:
        return function(*given)
    except (TypeError, ValueError, ArithmeticError):
        return FAULT


_RANKS = {float: 0, int: 0, str: 1, bool: 2}


def _order(left: Scalar, right: Scalar) -> int:
    """Which comes first: numbers before texts before truths; texts whatever their case."""
    one, other = _like(left, right), _like(right, left)
    if _RANKS[type(one)] != _RANKS[type(other)]:
        return _RANKS[type(one)] - _RANKS[type(other)]
    if isinstance(one, str) and isinstance(other, str):
        one, other = one.upper(), other.upper()
        return (one > other) - (one < other)
    difference = f"{as_number(one):.15g}", f"{as_number(other):.15g}"
    if difference[0] == difference[1]:
        return 0
    return 1 if as_number(one) > as_number(other) else -1


def _like(value: Scalar, other: Scalar) -> str | float | bool:
    """A cell's content; an empty one is what the other side makes of it."""
    if value is None:
        return "" if isinstance(other, str) or other is None else 0.0
    if isinstance(value, Fault):
        raise TypeError(value)
    return value


def _calculated(operation: Callable[[float, float], float]) -> Callable[[Scalar, Scalar], Scalar]:
    def calculate(left: Scalar, right: Scalar) -> Scalar:
        if isinstance(left, str) or isinstance(right, str):
            return FAULT
        return operation(as_number(left), as_number(right))

    return calculate


_OPERATIONS: dict[str, Callable[..., Scalar]] = {
    "=": lambda left, right: _order(left, right) == 0,
    "<>": lambda left, right: _order(left, right) != 0,
    "<": lambda left, right: _order(left, right) < 0,
    "<=": lambda left, right: _order(left, right) <= 0,
    ">": lambda left, right: _order(left, right) > 0,
    ">=": lambda left, right: _order(left, right) >= 0,
    "+": _calculated(lambda left, right: left + right),
    "-": _calculated(lambda left, right: left - right),
    "*": _calculated(lambda left, right: left * right),
    "/": _calculated(lambda left, right: left / right),
    "&": lambda left, right: _text(left) + _text(right),
}


def _found(wanted: Scalar, within: Scalar) -> Scalar:
    place = _text(within).find(_text(wanted))
    return FAULT if place < 0 else float(place + 1)


def _rounded(value: Scalar, digits: Scalar) -> Scalar:
    """Half away from zero, as spreadsheets do, whatever binary noise there is."""
    if isinstance(value, str):
        return FAULT
    exact = Decimal(f"{as_number(value):.15g}")
    return float(exact.quantize(Decimal(1).scaleb(-int(as_number(digits))), ROUND_HALF_UP))


def _cleaned(value: Scalar) -> str:
    return "".join(sign for sign in _text(value) if ord(sign) > 31)  # noqa: PLR2004  (CLEAN's)


def _right(value: Scalar, count: Scalar) -> str:
    length = int(as_number(count))
    return _text(value)[-length:] if length else ""


def _middle(value: Scalar, start: Scalar, count: Scalar) -> Scalar:
    first = int(as_number(start)) - 1
    return FAULT if first < 0 else _text(value)[first : first + int(as_number(count))]


_ASKING = frozenset({"ISERROR", "ISNUMBER", "ISTEXT", "N_"})
"""Functions that a failed argument does not fail."""
_FUNCTIONS: dict[str, Callable[..., Scalar]] = {
    "ISERROR": lambda value: value is FAULT,
    "ISNUMBER": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "ISTEXT": lambda value: isinstance(value, str),
    "EXACT": lambda one, other: _text(one) == _text(other),
    "FIND": _found,
    "LEN": lambda value: float(len(_text(value))),
    "CHAR": lambda code: chr(int(as_number(code))),
    "UPPER": lambda value: _text(value).upper(),
    "MID": _middle,
    "VALUE": lambda value: float(_text(value)),
    "LEFT": lambda value, count: _text(value)[: int(as_number(count))],
    "RIGHT": _right,
    "SUBSTITUTE": lambda value, old, new: (
        _text(value).replace(_text(old), _text(new)) if _text(old) else _text(value)
    ),
    "CLEAN": _cleaned,
    "TRIM": lambda value: " ".join(filter(None, _text(value).split(" "))),
    "ROUND": _rounded,
    "ABS": lambda value: FAULT if isinstance(value, str) else abs(as_number(value)),
    "NOT": lambda value: not value,
    "N_": lambda value: value if value is FAULT else float(bool(value)),
}


def _flat(given: list[Value]) -> list[Scalar]:
    return [item for value in given for item in (value if isinstance(value, list) else [value])]


def _whole(function: Callable[[list[Scalar]], Scalar]) -> Callable[[list[Value]], Scalar]:
    """A function that makes one value of all of its arguments; one that failed fails it."""

    def work_out(given: list[Value]) -> Scalar:
        items = _flat(given)
        return FAULT if FAULT in items else function(items)

    return work_out


def _numbers(items: list[Scalar]) -> list[float]:
    return [as_number(i) for i in items if i is not None and not isinstance(i, bool | str)]


_WHOLE: dict[str, Callable[[list[Value]], Scalar]] = {
    "AND": _whole(all),
    "OR": _whole(any),
    "SUM": _whole(lambda items: sum(_numbers(items))),
    "SUMPRODUCT": _whole(lambda items: sum(map(as_number, items))),
    "MAX": _whole(lambda items: max(_numbers(items), default=0.0)),
    "COUNT": lambda given: float(len(_numbers([i for i in _flat(given) if i is not FAULT]))),
}

KNOWN = frozenset({*_FUNCTIONS, *_WHOLE})
"""The functions that `called` knows."""
