"""Formulas written out and worked out: what holds for every one of them."""

from __future__ import annotations

import pytest

from xlkit.rules.arithmetic import FAULT, by_operator, called
from xlkit.rules.formula import Literal


@pytest.mark.parametrize("length", [0, 1, 255, 256, 700])
def test_a_text_is_written_in_pieces_that_excel_takes(length):
    written = Literal("字" * length).excel(None)
    pieces = written.strip("()").split("&")
    assert all(len(piece) <= 257 and piece[0] == piece[-1] == '"' for piece in pieces)
    assert "".join(piece[1:-1] for piece in pieces) == "字" * length


@pytest.mark.parametrize(
    ("name", "given", "found"),
    [
        ("ROUND", [2.5, 0.0], 3.0),
        ("ROUND", [-2.5, 0.0], -3.0),
        ("ROUND", [0.1 + 0.2, 2.0], 0.3),
        ("ROUND", ["x", 0.0], FAULT),
        ("TRIM", ["  a   b "], "a b"),
        ("CLEAN", ["a\nb\x07"], "ab"),
        ("FIND", ["b", "abc"], 2.0),
        ("FIND", ["B", "abc"], FAULT),
        ("ISERROR", [FAULT], True),
        ("COUNT", [[1.0, "2", None, FAULT, True]], 1.0),
        ("SUM", [[1.0, "2", None]], 1.0),
        ("SUM", [[1.0, FAULT]], FAULT),
        ("RIGHT", ["abc", 0.0], ""),
        ("EXACT", [["a", "A", None], "a"], [True, False, False]),
    ],
)
def test_functions_give_what_spreadsheets_give(name, given, found):
    assert called(name, given) == found


@pytest.mark.parametrize(
    ("left", "sign", "right", "found"),
    [
        (None, "=", "", True),
        (None, "<", 1.0, True),
        ("a", "=", "A", True),
        ("9", ">", 10.0, True),
        (0.1 + 0.2, "=", 0.3, True),
        ("a", "+", 1.0, FAULT),
        (1.0, "/", 0.0, FAULT),
        (FAULT, "=", FAULT, FAULT),
        ([1.0, 2.0], "*", 2.0, [2.0, 4.0]),
    ],
)
def test_signs_compare_as_spreadsheets_do(left, sign, right, found):
    assert by_operator(sign, left, right) == found
