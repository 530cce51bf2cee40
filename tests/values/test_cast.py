from __future__ import annotations

import pickle

from hypothesis import given
from hypothesis import strategies as st

from xlkit.values.cast import Cast, Problem, Repair, refused, repaired
from xlkit.values.indicator import ValueKind, Vocabulary, cast_indicator_text, split_value


def test_repairs_come_once_and_in_order() -> None:
    assert repaired(["b", "a", "b"], "１", "1") == (Repair("b", "１", "1"), Repair("a", "１", "1"))


def test_refused_has_no_value() -> None:
    cast: Cast[str] = refused("some-code", suggestion="甲")
    assert (cast.value, cast.problem) == (None, Problem("some-code", {"suggestion": "甲"}))


def test_casts_travel_between_processes() -> None:
    for cast in (Cast("甲", (Repair("a", "b", "c"),)), refused("code", unit="%")):
        assert pickle.loads(pickle.dumps(cast)) == cast


@given(st.text())
def test_a_form_may_know_no_words(raw: str) -> None:
    split_value(raw, Vocabulary())
    value = cast_indicator_text(raw, Vocabulary()).value
    assert value is None or not value.operator


def test_without_words_a_number_is_still_one() -> None:
    value = cast_indicator_text("-1,200.50", Vocabulary()).value
    assert value is not None
    assert (value.kind, value.text) == (ValueKind.NUMBER, "-1200.50")


def test_a_vocabulary_travels_after_use() -> None:
    words = Vocabulary(words_date=("#月底",))
    cast_indicator_text("3月底", words)
    assert pickle.loads(pickle.dumps(words)) == words
