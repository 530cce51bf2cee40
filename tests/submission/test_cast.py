"""Raw texts as values: preset units that give way, repairs, refused and computed cells."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.validation.returns import (
    COMPACT,
    COMPACT_ANSWERS,
    Cells,
    brief,
    compact,
    judge,
    returned,
    row_of,
    typed,
    written,
)
from xlkit.rules.types import Types, normal_text
from xlkit.submission.canonical import answers
from xlkit.submission.cast import CastRow, State, Submission, cast
from xlkit.submission.raw import RawRow

EMPTY_ROW = {"指标!E4": None, "指标!F4": None, "指标!G4": "%", "指标!D4": None, "指标!H4": None}


def cast_of(cells: Cells) -> Submission:
    return cast(returned(typed(compact().data, cells), COMPACT))


def row(submission: Submission, path: str, mark: str, instance: int = 0) -> CastRow:
    raw = row_of(submission.raw, path, mark, instance)
    return next(item for item in submission.rows if item.raw is raw)


# What stands in the three cells of a row whose unit is preset as % → value, as written, new code
PRESETS: list[tuple[tuple[str | None, str | None, str | None], str, str, list[str]]] = [
    (("≥", "95", "%"), "≥95%", "≥95%", []),
    ((None, "95", "%"), "95%", "95%", []),
    ((None, "95%", "%"), "95%", "95%%", ["unit-in-value"]),
    ((None, "95", None), "95", "95", []),
    ((None, "0", "%"), "0%", "0%", []),
    ((None, "良好", "%"), "良好", "良好", []),
    ((None, "良好", None), "良好", "良好", []),
    ((None, "不适用", "%"), "不适用", "不适用", []),
    ((None, "80家", "%"), "80家", "80家", []),
    (("≥", "80家", "%"), "≥80家", "≥80家", []),
    ((None, "80", "家"), "80家", "80家", []),
    ((None, "80家", "个"), "80家个", "80家个", ["value-two-units"]),
    ((None, "良好", "家"), "良好家", "良好家", ["unit-beside-words"]),
    ((None, None, "%"), "", "", []),
    (("≥", None, "%"), "≥%", "≥%", ["value-without-number"]),
    ((None, "9 5", "%"), "9 5%", "9 5%", ["value-not-a-number"]),
]


@pytest.mark.parametrize(("texts", "normal", "raw", "codes"), PRESETS)
def test_a_preset_unit(
    texts: tuple[str | None, ...], normal: str, raw: str, codes: list[str]
) -> None:
    submission = cast_of(dict(zip(("指标!E4", "指标!F4", "指标!G4"), texts, strict=True)))
    said = [answers(submission, raw=kind)["indicators"][0]["value"] for kind in (False, True)]
    assert said == [normal, raw]
    assert [finding.code for finding in submission.findings] == codes


def test_only_the_preset_left_is_no_answer() -> None:
    submission = cast_of(EMPTY_ROW)
    assert not row(submission, "indicators", "execution").raw.filled
    assert [item["level2"] for item in answers(submission)["indicators"]] == ["新增企业", "培训"]
    found = judge(submission.raw)[0].findings
    assert brief(found) == [("e", "required-missing", "指标!F4 指标!H4")]


def test_a_preset_alone_beside_a_filled_row_is_an_empty_value() -> None:
    found = judge(cast_of({**EMPTY_ROW, "指标!H4": "计划标准"}).raw)[0].findings
    assert brief(found) == [("e", "required-missing", "指标!F4")]


def test_values_have_types() -> None:
    submission = cast_of({})
    step = row(submission, "projects.steps", "spare-1", 1).values
    assert step == {
        "text": "调研",
        "cost": Decimal(4),
        "months": 3,
        "done": Decimal(50),
    }
    assert row(submission, "projects", "record", 1).values["due"] == date(2024, 12, 31)


def test_states() -> None:
    submission = cast_of({"项目01!D10": "若干", "项目01!E10": None})
    states = row(submission, "projects.steps", "spare-1", 1).states
    assert states == {
        "text": State.READ,
        "cost": State.REFUSED,
        "months": State.EMPTY,
        "done": State.READ,
    }
    assert row(submission, "projects.steps", "spare-1", 1).values["cost"] is None


# Cells → findings of casting: a repair is named once a column, a conversion one by one.
REPAIRS: list[tuple[Cells, list[tuple[str, str, str]]]] = [
    ({"项目01!D10": "1,000.5"}, [("n", "repaired-thousands", "项目01!D10")]),
    (
        {"项目01!D10": "１", "项目01!D11": "２"},
        [("n", "repaired-signs", "项目01!D10 项目01!D11")],
    ),
    (
        {"项目01!D10": "10000元", "项目01!D11": "20000元"},
        [("w", "unit-converted", "项目01!D10"), ("w", "unit-converted", "项目01!D11")],
    ),
    ({"指标!E4": "不低于"}, [("n", "alias-used", "指标!E4")]),
    ({"指标!F4": "９５"}, [("n", "repaired-signs", "指标!F4")]),
    ({"指标!H4": "历史"}, [("n", "alias-used", "指标!H4")]),
    ({"项目01!F10": 0.5}, []),
    ({"基本情况!C5": "张\u3000三"}, [("n", "repaired-blanks", "基本情况!C5")]),
    ({"基本情况!D10": "(5)"}, [("w", "negative-in-brackets", "基本情况!D10")]),
]


@pytest.mark.parametrize(("cells", "findings"), REPAIRS)
def test_repairs(cells: Cells, findings: list[tuple[str, str, str]]) -> None:
    submission = cast_of(cells)
    assert brief(submission.findings) == findings
    assert len(submission.repairs) >= len(findings)


# What stands in the total's cell → code and value read; the computation gives 15.
COMPUTED: list[tuple[str | float | None, list[str]]] = [
    (15, ["computed-replaced"]),
    ("15.00", ["computed-replaced"]),
    (15.004, ["computed-replaced"]),
    (15.006, ["computed-overwritten"]),
    ("15万元", ["computed-replaced"]),
    (None, ["computed-overwritten"]),
    ("合计", ["computed-overwritten"]),
    ("=D10+D11", []),
]


@pytest.mark.parametrize(("value", "codes"), COMPUTED)
def test_a_computed_cell_typed_over(value: str | float | None, codes: list[str]) -> None:
    submission = cast_of({"基本情况!D12": value})
    assert [finding.code for finding in submission.findings] == codes
    assert row(submission, "funding", "all").values["now"] == 15


# What stands in the cell of a share of 66.67 % that was typed over → codes.
SHARES: list[tuple[str, list[str]]] = [
    ("66.67%", ["computed-replaced"]),
    ("66.67", ["computed-replaced"]),
    ("0.666666666666667", ["computed-replaced"]),
    ("0.6667", ["computed-replaced"]),
    ("0.67", ["computed-overwritten"]),
    ("0.6667%", ["computed-overwritten"]),
]


@pytest.mark.parametrize(("stands", "codes"), SHARES)
def test_a_share_whose_format_was_lost(stands: str, codes: list[str]) -> None:
    """Programs that write values without formats leave the fraction that the formula gave."""
    raw = returned(written(COMPACT, COMPACT_ANSWERS).data, COMPACT)

    def change(item: RawRow) -> RawRow:
        if item.row.mark != "fiscal":
            return item
        texts = {**item.texts, "share": ("", stands, "")}
        return replace(item, texts=texts, formulas={**item.formulas, "share": False})

    submission = cast(replace(raw, rows=tuple(map(change, raw.rows))))
    assert [finding.code for finding in submission.findings] == codes
    assert str(row(submission, "funding", "fiscal").values["share"]) == "66.67"


def test_a_cached_result_is_not_trusted() -> None:
    """Another program left the old total in the cell when a part was typed over."""
    submission = cast_of({"基本情况!D10": 20})
    assert row(submission, "funding", "all").values["now"] == 25
    assert submission.findings == ()


def test_a_part_that_cannot_be_read_leaves_its_total_open() -> None:
    submission = cast_of({"基本情况!D10": "若干", "基本情况!D12": 99})
    assert brief(submission.findings) == [
        ("e", "amount-not-a-number", "基本情况!D10"),
        ("e", "computed-overwritten", "基本情况!D12"),
    ]
    assert submission.findings[1].expected == "—"
    assert row(submission, "funding", "all").states["now"] is State.REFUSED


@pytest.mark.parametrize(
    ("returned_text", "has_formula", "codes"),
    [
        ("0", None, []),
        ("0%", None, []),
        ("", None, []),
        ("1", None, ["computed-overwritten"]),
        ("0", False, ["computed-overwritten"]),
        ("", False, ["computed-replaced"]),
        ("0", True, []),
    ],
)
def test_a_blank_result(returned_text: str, has_formula: bool | None, codes: list[str]) -> None:
    """.xls does not tell formulas, and LibreOffice writes a blank result there as 0."""
    raw = returned(written(COMPACT, {}).data, COMPACT)

    def change(item: RawRow) -> RawRow:
        if item.row.mark != "fiscal":
            return item
        texts = {**item.texts, "share": ("", returned_text, "")}
        return replace(item, texts=texts, formulas={**item.formulas, "share": has_formula})

    submission = cast(replace(raw, rows=tuple(map(change, raw.rows))))
    assert [finding.code for finding in submission.findings] == codes


def test_keys_come_from_names_never_from_places() -> None:
    submission = cast_of({"指标!C6": None})
    keys = {
        item.raw.row.mark: item.key for item in submission.rows if item.raw.path == "indicators"
    }
    assert keys == {
        "execution": "execution",
        "soundness": "soundness",
        "duty-1": None,
        "duty-2": "产出2",
        "spare-1": "培训",
        "spare-2": None,
    }
    assert row(submission, "indicators", "duty-1").label == "6"


def test_huge_numbers_are_refused_where_they_stand() -> None:
    cells: dict[str, Any] = {
        "项目01!D10": "9" * 40,
        "项目01!E10": "1" + "0" * 25,
        "基本情况!D10": "1e99",
    }
    found = judge(cast_of(cells).raw)[0].findings
    assert brief(found) == [
        ("e", "amount-not-a-number", "基本情况!D10"),
        ("e", "amount-not-a-number", "项目01!D10"),
        ("e", "integer-not-a-number", "项目01!E10"),
    ]


def test_normal_texts() -> None:
    types, steps = Types(COMPACT), COMPACT.block("projects.steps")
    shown = {
        name: normal_text(steps.field(name), types.cast(steps.field(name), ("", text, "")).value)
        for name, text in {"cost": "1,000", "months": "012", "done": "5.50%", "text": " a "}.items()
    }
    assert shown == {"cost": "1000.00", "months": "12", "done": "5.5%", "text": "a"}
    assert normal_text(steps.field("cost"), None) == ""


def test_a_label_is_never_a_pattern() -> None:
    """A name that a department gives may look like one of our placeholders."""
    name = "{year-1年|上年}" + "{year+" + "9" * 5000 + "}"
    found = judge(cast_of({"指标!C6": name, "指标!H6": "别的"}).raw)[0].findings
    assert [(item.code, name in item.where) for item in found] == [("choice-not-in-list", True)]


def test_the_answers_are_what_the_workbook_was_made_of() -> None:
    assert {name: answers(cast_of({}), raw=True)[name] for name in ("contact", "goal")} == {
        name: COMPACT_ANSWERS[name] for name in ("contact", "goal")
    }
