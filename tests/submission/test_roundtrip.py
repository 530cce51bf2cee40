"""What is written into a template comes back: published returns, and answers of any kind."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.samples import sample_answers
from tests.validation.returns import (
    COMPACT,
    FORMS,
    PUBLISHED,
    judge,
    published_raw,
    returned,
    the_form,
    written,
)
from xlkit.form.blocks import Matrix, Record, Table
from xlkit.form.fields import (
    AmountField,
    BaseField,
    ChoiceField,
    CodeField,
    DateField,
    IndicatorField,
    IntegerField,
    PercentField,
    PhoneField,
    TextField,
)
from xlkit.form.model import Form, PlacedBlock
from xlkit.form.rows import Row, RowKind, rows_of
from xlkit.rules.computed import computation
from xlkit.submission.canonical import answers
from xlkit.submission.cast import cast
from xlkit.submission.raw import Verdict
from xlkit.template.answers import place_members
from xlkit.template.content import Content
from xlkit.values.codes import check_character


class Cell(NamedTuple):
    """What is written into a field, and what it means in normal form."""

    written: str
    normal: str


NONE = Cell("", "")
#: Texts that programs are known to mangle.
ODD_TEXTS = (
    "=1+1",
    "+8",
    "-",
    "@x",
    "'x",
    "_x000D_",
    "#DIV/0!",
    "TRUE",
    "1e5",
    "007",
    "<b>&",
    "{year}",
)
SIGNS = st.characters(
    codec="utf-8", categories=("L", "Nd", "P", "S", "Zs"), exclude_characters="\u3000"
)
TEXTS = st.one_of(st.sampled_from(ODD_TEXTS), st.text(SIGNS, min_size=1, max_size=30)).filter(
    lambda text: text.strip() != ""
)
LINES = st.lists(TEXTS, min_size=1, max_size=4).map("\n".join)
NUMBERS = st.decimals(0, 10**9, places=2, allow_nan=False).map(lambda number: f"{number:f}")
OPERATORS = st.sampled_from(["", "≥", "≤", ">", "<", "=", ">=", "不低于"])
UNITS = st.sampled_from(["", "%", "家", "万元", "元/亩", "人次"])
CANONICAL = {">=": "≥", "不低于": "≥"}


def same(text: str) -> Cell:
    return Cell(text, text)


@st.composite
def numbers_with_units(draw: st.DrawFn) -> Cell:
    operator, unit = draw(OPERATORS), draw(UNITS)
    number = draw(st.one_of(NUMBERS, st.integers(0, 10**6).map(str)))
    return Cell(f"{operator}{number}{unit}", f"{CANONICAL.get(operator, operator)}{number}{unit}")


WORDS = st.sampled_from(
    ["良好", "健全", "不适用", "较上年提高", "12月31日之前", "每月8日前", "10-15%", "很好"]
)


@st.composite
def project_codes(draw: st.DrawFn) -> str:
    digits = draw(st.integers(0, 10**11 - 1))
    body = f"13028122P{digits:011d}"
    return body + check_character(body)


def values_of(form: Form, field: BaseField) -> st.SearchStrategy[Cell]:
    """Whatever a field may hold, blank excepted."""
    if isinstance(field, AmountField):
        return NUMBERS.map(same)
    if isinstance(field, PercentField):
        return st.integers(0, 10_000).map(lambda number: same(f"{Decimal(number) / 100:f}%"))
    if isinstance(field, IntegerField):
        return st.integers(-(10**6), 10**12).map(str).map(same)
    if isinstance(field, DateField):
        return st.dates().map(lambda day: same(day.isoformat()))
    if isinstance(field, PhoneField):
        return st.from_regex(r"0[1-9]{3}-[0-9]{7,8}", fullmatch=True).map(same)
    if isinstance(field, CodeField):
        return project_codes().map(same)
    if isinstance(field, IndicatorField):
        return st.one_of(numbers_with_units(), WORDS.map(same))
    if isinstance(field, ChoiceField):
        return st.sampled_from(
            [
                Cell(text, choice.name)
                for choice in form.choices(field)
                for text in (choice.name, *choice.aliases)
            ]
        )
    long = isinstance(field, TextField) and field.multiline
    return (LINES if long else TEXTS).map(same)


@st.composite
def row_cells(
    draw: st.DrawFn, form: Form, placed: PlacedBlock, row: Row, must: tuple[str, ...]
) -> dict[str, Cell]:
    """The typed fields of a row; those of `must` are never blank."""
    cells = {}
    for field in placed.block.fields:
        if field.name in row.fixed or computation(placed, row.key, field.name) is not None:
            continue
        value = values_of(form, field)
        cells[field.name] = draw(value if field.name in must else st.one_of(st.just(NONE), value))
    return cells


@st.composite
def table_rows(draw: st.DrawFn, form: Form, placed: PlacedBlock) -> list[dict[str, Cell]]:
    """Some preset rows, each filled somewhere, and rows that the department names."""
    assert isinstance(placed.block, Table)
    made = []
    value = next(
        (field.name for field in placed.block.fields if isinstance(field, IndicatorField)), None
    )
    for row in rows_of(form, placed, 0):
        if row.kind is RowKind.PRESET and draw(st.booleans()):
            must = (value or placed.block.fields[-1].name,)
            cells = draw(row_cells(form, placed, row, must))
            made.append({**{name: same(text) for name, text in row.fixed.items()}, **cells})
    for number in range(draw(st.integers(0, 4))):
        names = named(draw, form, placed, number)
        row = Row("free", RowKind.SPARE, fixed=dict.fromkeys(names, ""))
        made.append({**names, **draw(row_cells(form, placed, row, ()))})
    return made


def named(draw: st.DrawFn, form: Form, placed: PlacedBlock, number: int) -> dict[str, Cell]:
    """The names that a department gives a row: under each other where a tree wants that."""
    assert isinstance(placed.block, Table)
    names: dict[str, Cell] = {}
    above: tuple[str, ...] = ()
    for _, field in sorted(form.tree_fields(placed).items()):
        offered = form.trees[field.tree or ""].options(above)
        if field.open or not offered:
            continue
        choice = draw(st.sampled_from(offered))
        above = (*above, choice.name)
        names[field.name] = same(choice.name)
    key = placed.block.key_field
    if key not in names:
        names[key] = same(f"自拟{number}" + draw(st.text("甲乙丙丁", max_size=3)))
    return names


@st.composite
def blocks(draw: st.DrawFn, form: Form, placed: PlacedBlock) -> Any:
    row = rows_of(form, placed)[0]
    if isinstance(placed.block, Record):
        must = (form.groups[placed.group].key,) if placed.is_group_record and placed.group else ()
        return draw(row_cells(form, placed, row, must))
    if isinstance(placed.block, Matrix):
        return [
            {
                **{name: same(text) for name, text in one.fixed.items()},
                **draw(row_cells(form, placed, one, ())),
            }
            for one in rows_of(form, placed)
        ]
    return draw(table_rows(form, placed))


@st.composite
def returns(draw: st.DrawFn, form: Form) -> dict[str, Any]:
    """Answers of a whole return: each value as written and in normal form."""
    made: dict[str, Any] = {}
    for placed in form.blocks:
        if placed.group is None:
            made[placed.name] = draw(blocks(form, placed))
    for group in form.groups:
        members = []
        for _ in range(draw(st.integers(0, 4))):
            member: dict[str, Any] = {}
            for placed in (one for one in form.blocks if one.group == group):
                block = draw(blocks(form, placed))
                member |= block if placed.is_group_record else {placed.name: block}
            members.append(member)
        key = form.groups[group].key
        made[group] = list({member[key].normal: member for member in members}.values())
    return made


def shown(made: Any, part: str) -> Any:
    """The answers as written, or in normal form."""
    if isinstance(made, Cell):
        return getattr(made, part)
    if isinstance(made, Mapping):
        return {name: shown(value, part) for name, value in made.items()}
    return [shown(value, part) for value in made]


def plain(value: Any, *, blanks: bool) -> Any:
    """Answers for comparison: numbers by value, tables by content, texts maybe without blanks."""
    if isinstance(value, Mapping):
        return {name: plain(item, blanks=blanks) for name, item in value.items()}
    if isinstance(value, list):
        items = [plain(item, blanks=blanks) for item in value]
        return sorted(items, key=lambda item: json.dumps(item, ensure_ascii=False, sort_keys=True))
    text = str(value)
    try:
        unit = "%" if text.endswith("%") else ""
        number = Decimal(text.removesuffix("%"))
        return f"{number.normalize():f}{unit}" if number.is_finite() and text.isascii() else text
    except InvalidOperation:
        return text if blanks else "".join(text.split())


def without_computed(form: Form, given: Mapping[str, Any]) -> dict[str, Any]:
    """The answers without the cells that workbooks compute."""

    def typed(placed: PlacedBlock, row: Mapping[str, Any]) -> dict[str, Any]:
        keys = {tuple(one.fixed.values()): one.key for one in rows_of(form, placed)}
        headers = [h.name for h in placed.block.headers] if isinstance(placed.block, Matrix) else []
        key = keys.get(tuple(row.get(name, "") for name in headers)) if headers else None
        known = {field.name for field in placed.block.fields}
        return {
            name: value
            for name, value in row.items()
            if name not in known or computation(placed, key, name) is None
        }

    def block(placed: PlacedBlock, content: Any) -> Any:
        if isinstance(content, Mapping):
            return typed(placed, content)
        return [typed(placed, row) for row in content]

    made = {}
    for placed in form.blocks:
        if placed.group is None and placed.name in given:
            made[placed.name] = block(placed, given[placed.name])
    for group in form.groups:
        made[group] = [
            {
                name: block(form.block(f"{group}.{name}"), value)
                if isinstance(value, list | Mapping)
                else value
                for name, value in member.items()
            }
            for member in given.get(group, [])
        ]
    return made


@pytest.mark.parametrize("name", PUBLISHED)
def test_published_returns_come_back(name: str) -> None:
    raw = published_raw(name)
    assert raw.form is not None
    assert raw.verdict is Verdict.INTACT
    given_ones = without_computed(raw.form, sample_answers(name)["answers"])
    back = without_computed(raw.form, answers(cast(raw), raw=True))
    assert plain(back, blanks=True) == plain(given_ones, blanks=True)


@pytest.mark.parametrize("name", PUBLISHED)
def test_normal_form_is_a_fixed_point(name: str) -> None:
    raw = published_raw(name)
    assert raw.form is not None
    once = answers(judge(raw)[0], parts=False)
    twice = answers(judge(returned(written(raw.form, once).data))[0], parts=False)
    assert twice == once


def check(form: Form, made: dict[str, Any]) -> None:
    given_ones = shown(made, "written")
    raw = returned(written(form, given_ones).data, form)
    assert (raw.verdict, raw.findings) == (Verdict.INTACT, ())
    submission = cast(raw)
    back = without_computed(form, answers(submission, raw=True))
    assert plain(back, blanks=True) == plain(given_ones, blanks=True)
    normal = without_computed(form, answers(submission, parts=False))
    assert plain(normal, blanks=False) == plain(shown(made, "normal"), blanks=False)


CALM = settings(suppress_health_check=list(HealthCheck))
SETTINGS = {"department-performance": 6, "project-performance": 8}


@pytest.mark.parametrize("name", FORMS)
def test_any_answers_of_a_built_in_form_come_back(name: str) -> None:
    form = the_form(name)

    @settings(CALM, max_examples=SETTINGS[name])
    @given(returns(form))
    def come_back(made: dict[str, Any]) -> None:
        check(form, made)

    come_back()


@settings(CALM, max_examples=60)
@given(returns(COMPACT))
@example({})
def test_any_answers_of_a_form_with_everything_come_back(made: dict[str, Any]) -> None:
    whole = {placed.name: {} for placed in COMPACT.blocks if isinstance(placed.block, Record)}
    if made:
        check(COMPACT, made)
    else:
        back = answers(cast(returned(written(COMPACT, {}).data, COMPACT)), raw=True)
        assert back["indicators"] == back["projects"] == []
        assert set(back) == {"funding", "indicators", *whole}


@pytest.mark.parametrize("text", ODD_TEXTS)
def test_texts_that_look_like_something_else(text: str) -> None:
    raw = returned(
        written(COMPACT, {"contact": {"name": text}, "goal": {"text": text}}).data, COMPACT
    )
    back = answers(cast(raw), raw=True)
    assert (back["contact"]["name"], back["goal"]["text"]) == (text, text)


def test_members_that_the_bureau_issued_keep_their_sheets() -> None:
    members = [{"code": "A1", "budget": "10"}, {"code": "A2", "budget": "20"}]
    content = place_members(COMPACT, Content(), {"projects": members}, None)
    given_ones = {
        "projects": [
            {
                "code": "A2",
                "budget": "20",
                "due": "",
                "steps": [{"text": "二", "cost": "20", "months": "", "done": ""}],
            },
            {"code": "A9", "budget": "5", "due": "2024-12-31", "steps": []},
        ]
    }
    raw = returned(written(COMPACT, given_ones, content=content).data, COMPACT)
    issued = {"code": "A1", "budget": "10.00", "due": "", "steps": []}
    assert answers(cast(raw), parts=False)["projects"] == [
        issued,
        {
            **given_ones["projects"][0],
            "budget": "20.00",
            "steps": [{"text": "二", "cost": "20.00", "months": "", "done": ""}],
        },
        {**given_ones["projects"][1], "budget": "5.00"},
    ]
