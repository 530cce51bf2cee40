"""Three outcomes: pass, finding, cannot decide; the last is told by rule, with its reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.rules.small import Answers, cell_names, judged, load
from xlkit.form.model import Form
from xlkit.validation import review

FORM = """
    sheets:
      - sheet: 表
        blocks:
          - kind: record
            block: money
            label: 资金
            fields:
              - {name: all, type: amount, label: 总额, max: 1000}
              - {name: fiscal, type: amount, label: 财政}
              - {name: other, type: amount, label: 其他}
              - {name: twice, type: amount, label: 合计, computed: {sum: [fiscal, other]}}
          - kind: table
            block: rows
            label: 明细
            spares: 4
            fields:
              - {name: name, type: text, label: 名称}
              - {name: weight, type: integer, label: 分值}
              - {name: score, type: integer, label: 得分}
    rules:
      - {rule: balance, id: even, left: [money.all], right: [money.twice]}
      - {rule: compare, id: bounded, block: rows, left: [score], sign: "<=", right: [weight]}
"""
MONEY = {"all": "10", "fiscal": "4", "other": "6"}
ROW = {"name": "甲", "weight": "10", "score": "9"}


@pytest.fixture(scope="module")
def form(tmp_path_factory: pytest.TempPathFactory) -> Form:
    return load(tmp_path_factory.mktemp("form"), FORM)


def outcome(form: Form, answers: Answers) -> list[str]:
    """The undecided rules of one return: rule, why, rows, cells by name."""
    (one,) = judged(form, answers)
    names = cell_names(one)
    return [
        f"{item.rule} {item.why} {item.rows} {' '.join(names[cell] for cell in item.cells)}"
        for item in one.undecided
    ]


@pytest.mark.parametrize(
    ("money", "rows", "expected"),
    [
        ({}, [{}], []),
        ({"all": "11"}, [{}], []),
        ({"all": ""}, [{}], ["even empty 1 money.all"]),
        ({"fiscal": "", "other": ""}, [{}], ["even empty 1 money.fiscal money.other"]),
        ({"fiscal": "若干"}, [{}], ["even unreadable 1 money.fiscal"]),
        ({"all": "2000"}, [{}], ["even wrong 1 money.all"]),
        (
            {},
            [{"score": ""}, {}, {"score": ""}],
            ["bounded empty 2 rows[spare-1].score rows[spare-3].score"],
        ),
        (
            {},
            [{"score": ""}, {"score": "九"}],
            ["bounded empty 1 rows[spare-1].score", "bounded unreadable 1 rows[spare-2].score"],
        ),
    ],
)
def test_a_rule_without_an_answer_says_why(
    form: Form, money: Answers, rows: list[Answers], expected: list[str]
) -> None:
    answers = {"money": MONEY | money, "rows": [ROW | row for row in rows]}
    assert outcome(form, answers) == expected


def test_returns_are_told_apart(form: Form) -> None:
    sound, empty = {"money": MONEY, "rows": []}, {"money": {**MONEY, "all": ""}, "rows": []}
    counts = [len(one.undecided) for one in judged(form, sound, empty, sound)]
    assert counts == [0, 1, 0]


def test_a_rule_on_trial_finds_but_never_blocks(tmp_path: Path) -> None:
    text = FORM.replace("id: even,", "id: even, beta: true, severity: error,")
    (one,) = judged(load(tmp_path, text), {"money": {**MONEY, "all": "11"}})
    assert [(item.code, item.severity, item.beta) for item in one.findings] == [
        ("balance-broken", "notice", True)
    ]


def test_nobody_need_ask(form: Form) -> None:
    answers = {"money": {**MONEY, "all": "", "fiscal": "4百"}, "rows": [ROW]}
    (told,) = judged(form, answers)
    (silent,) = review.judged([told], undecided=False).submissions
    assert told.undecided
    assert silent.undecided == ()
