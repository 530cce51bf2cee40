"""What all declared rules share: members and returns apart, spares silent, own words and weight."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.rules.small import Answers, judged, lines, load
from xlkit import catalogue
from xlkit.form.model import Form
from xlkit.rules.registry import KINDS

FORM = """
    lists: {levels: [产出, 效益]}
    sheets:
      - sheet: 总表
        blocks:
          - kind: record
            block: whole
            label: 总体
            fields: [{name: limit, type: percent, label: 上限}]
      - sheet: "项目{n}"
        repeat: {group: projects, label: 项目, key: code, spares: 3}
        blocks:
          - kind: record
            label: 项目
            columns: 2
            fields:
              - {name: code, type: code, label: 编码}
              - {name: budget, type: amount, label: 预算}
              - {name: fiscal, type: amount, label: 财政}
              - {name: late, type: amount, label: 结转}
              - {name: share, type: percent, label: 占比}
              - {name: first, type: percent, label: 上半年}
              - {name: last, type: percent, label: 全年}
          - kind: table
            block: rows
            label: 指标
            spares: 3
            fields:
              - {name: level, type: choice, list: levels, label: 级}
              - {name: name, type: text, label: 名称}
              - {name: value, type: indicator, label: 值}
              - {name: past, type: indicator, split: false, past: true, label: 去年}
              - {name: weight, type: integer, label: 分值}
              - {name: score, type: integer, label: 得分}
              - {name: reason, type: text, label: 原因}
    rules:
      - {rule: sum, id: sum, total: projects.budget, parts: [projects.fiscal]%(sum)s}
      - {rule: balance, id: balance, left: [projects.budget], right: [rows.weight]%(balance)s}
      - {rule: compare, id: compare, left: [projects.first], sign: "<=",
         right: [whole.limit]%(compare)s}
      - {rule: share, id: share, share: projects.share, part: projects.fiscal,
         whole: projects.budget%(share)s}
      - {rule: cumulative, id: cumulative, fields: [projects.first, projects.last]%(cumulative)s}
      - {rule: coverage, id: coverage, block: rows, field: level, names: [产出]%(coverage)s}
      - {rule: unique, id: unique, block: rows, fields: [name]%(unique)s}
      - {rule: unit, id: unit, block: rows, field: value, name: name%(unit)s}
      - {rule: total, id: total, parts: [rows.weight], value: 10%(total)s}
      - {rule: wanted, id: wanted, block: rows, field: reason, left: [score], sign: "<",
         right: [weight]%(wanted)s}
      - {rule: neighbour, id: neighbour, block: rows, fields: [level, name]%(neighbour)s}
      - {rule: slid, id: slid, block: rows, field: reason, beside: level, least: 2%(slid)s}
      - {rule: same_unit, id: same_unit, block: rows, field: value, others: [past]%(same_unit)s}
      - {rule: not_weaker, id: not_weaker, block: rows, field: value, name: name,
         than: [past]%(not_weaker)s}
      - {rule: change, id: change, block: rows, field: score, before: weight, percent: 50%(change)s}
      - {rule: control, id: control, parts: [projects.late],
         units: {"420700-301": 2}%(control)s}
      - {rule: cost, id: cost, block: rows, field: value, budget: projects.budget,
         when: {level: [效益]}%(cost)s}
      - {rule: echo, id: echo, block: rows, fields: [name, reason]%(echo)s}
      - {rule: odd_value, id: odd_value, block: rows, fields: [past]%(odd_value)s}
      - {rule: placeholder, id: placeholder, blocks: [rows]%(placeholder)s}
      - {rule: repeated, id: repeated, block: rows, fields: [reason], length: 3,
         times: 2%(repeated)s}
      - {rule: same_name, id: same_name, block: rows, name: name, under: [level]%(same_name)s}
"""
RECORD = {
    "code": "A1",
    "budget": "10",
    "fiscal": "10",
    "share": "100%",
    "first": "50%",
    "last": "100%",
}
ROW = {"level": "产出", "name": "甲", "value": "3家", "weight": "10", "score": "10", "reason": ""}

# Kind → what a member says instead, its row, further rows, and how that is found.
BREAKS = {
    "sum": ({"fiscal": "9", "share": "90%"}, {}, (), "sum-differs #.budget #.fiscal 10 → 9"),
    "balance": (
        {"budget": "11", "fiscal": "11"},
        {},
        (),
        (
            "balance-broken #.budget "
            "rows#[spare-1].weight rows#[spare-2].weight rows#[spare-3].weight 11 → 10"
        ),
    ),
    "compare": (
        {"first": "70%"},
        {},
        (),
        "compare-broken #.first whole.limit 70 → 60",
    ),
    "share": ({"share": "99%"}, {}, (), "share-differs #.share #.fiscal #.budget 99% → 100.0%"),
    "cumulative": ({"last": "40%"}, {}, (), "plan-not-rising #.last 40% → ≥50%"),
    "coverage": ({}, {"level": "效益"}, (), "level-uncovered rows#[spare-2].level — → 产出"),
    "unique": (
        {},
        {},
        ({"level": "产出", "name": "甲"},),
        "not-unique rows#[spare-2].name 甲 → —",
    ),
    "unit": ({}, {"value": "3"}, (), "unit-missing rows#[spare-1].value 3 → —"),
    "total": (
        {"budget": "9", "fiscal": "9"},
        {"weight": "9", "score": "9"},
        (),
        "total-differs rows#[spare-1].weight rows#[spare-2].weight rows#[spare-3].weight 9 → 10",
    ),
    "wanted": ({}, {"score": "9"}, (), "wanted-missing rows#[spare-1].reason"),
    "neighbour": (
        {},
        {"name": "效益"},
        (),
        "value-of-other-column rows#[spare-1].name 效益 → —",
    ),
    "same_unit": (
        {},
        {"past": "3项"},
        (),
        "unit-differs rows#[spare-1].value rows#[spare-1].past 3家 → 项",
    ),
    "not_weaker": (
        {},
        {"value": "≥3家", "past": "4家"},
        (),
        "target-below-past rows#[spare-1].value rows#[spare-1].past ≥3家 → 4家",
    ),
    "change": (
        {},
        {"score": "3", "reason": "延期"},
        (),
        "change-unexplained rows#[spare-1].score rows#[spare-1].weight 3 → 10",
    ),
    "control": (
        {"late": "1"},
        {},
        (),
        "control-differs projects#1.late projects#2.late projects#3.late 1 → 2",
    ),
    "cost": (
        {},
        {},
        ({"level": "效益", "name": "乙", "value": "3万元"},),
        "cost-not-budget rows#[spare-2].value #.budget 3 → 10",
    ),
    "echo": ({}, {"reason": "甲"}, (), "cell-repeats rows#[spare-1].reason 甲 → —"),
    "odd_value": (
        {},
        {"past": "≥3家"},
        (),
        "past-with-operator rows#[spare-1].past ≥3家 → 3家",
    ),
    "placeholder": ({}, {"reason": "XX"}, (), "placeholder-left rows#[spare-1].reason XX → —"),
    "repeated": (
        {},
        {"reason": "延期了"},
        ({"level": "效益", "name": "乙", "reason": "延期了"},),
        "text-repeated rows#[spare-1].reason rows#[spare-2].reason 延期了 → —",
    ),
    "same_name": (
        {},
        {},
        ({"level": "效益", "name": "甲（新）"},),
        "name-repeated rows#[spare-2].name 甲（新） → —",
    ),
    "slid": (
        {},
        {},
        ({"level": "效益", "name": "乙", "reason": "延期"}, {"name": "丙", "reason": "延期"}),
        "rows-slid rows#[spare-1].reason rows#[spare-3].reason down → —",
    ),
}
WARNED = ("unit", "same_unit", "not_weaker", "change", "cost", "echo", "odd_value", "placeholder")
WEIGHTS = dict.fromkeys((*WARNED, "repeated", "same_name"), "w")


def member(kind: str | None) -> Answers:
    record, row, more, _ = BREAKS[kind] if kind else ({}, {}, (), "")
    return {**RECORD, **record, "rows": [{**ROW, **row}, *more]}


def given(*kinds: str | None) -> Answers:
    """A return whose members break these rules, one each."""
    members = [{**member(kind), "code": f"A{number}"} for number, kind in enumerate(kinds)]
    return {"whole": {"limit": "60%"}, "projects": members}


def expected(kind: str, instance: int, weight: str | None = None) -> str:
    line = BREAKS[kind][3].replace(" #.", f" projects#{instance}.")
    line = line.replace(" rows#", f" projects.rows#{instance}")
    return f"{weight or WEIGHTS.get(kind, 'e')} {line}"


def with_extra(folder: Path, extra: str) -> Form:
    return load(folder, FORM % dict.fromkeys(KINDS, extra))


@pytest.fixture(scope="module")
def form(tmp_path_factory: pytest.TempPathFactory) -> Form:
    return with_extra(tmp_path_factory.mktemp("form"), "")


def test_every_kind_is_here() -> None:
    assert set(BREAKS) == set(KINDS)


def test_one_broken_rule_is_one_finding_of_that_return_and_member(form: Form) -> None:
    """Sound returns and members stand around each broken one, all judged in one pass."""
    sound = given(None, None)
    broken = {kind: given(None, kind, None) for kind in BREAKS}
    judged_ones = judged(form, sound, *broken.values(), sound)
    shown = dict(zip(broken, map(lines, judged_ones[1:-1]), strict=True))
    assert shown == {kind: [expected(kind, 2)] for kind in BREAKS}
    assert lines(judged_ones[0]) == lines(judged_ones[-1]) == []
    rules = {
        kind: one.findings[0].rule for kind, one in zip(broken, judged_ones[1:-1], strict=True)
    }
    assert {rule.partition(".")[0] for rule in rules.values() if rule} == set(BREAKS)


def test_a_member_is_named_in_words(form: Form) -> None:
    finding = judged(form, given(None, "sum"))[0].findings[0]
    assert finding.where == "项目02 › 项目 › 预算 / 项目02 › 项目 › 财政"
    assert "项目02" in catalogue.say(finding, "zh").message


def test_unused_members_are_silent(form: Form) -> None:
    assert [lines(one) for one in judged(form, given(), {}, given(None))] == [[], [], []]


def test_a_form_decides_the_weight(tmp_path: Path) -> None:
    form = with_extra(tmp_path, ", severity: notice")
    shown = [lines(one) for one in judged(form, *(given(kind) for kind in BREAKS))]
    assert shown == [[expected(kind, 1, "n")] for kind in BREAKS]


def test_a_form_has_words_of_its_own(tmp_path: Path) -> None:
    form = with_extra(tmp_path, ", message: 请核对本表")
    for one in judged(form, *(given(kind) for kind in BREAKS)):
        assert [catalogue.say(item, "zh").message for item in one.findings] == ["请核对本表"]
