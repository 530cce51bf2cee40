"""Change: amounts of two years that differ by more than both thresholds."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.rules.small import found, judged, load, problems
from xlkit import catalogue

FORM = """
    sheets:
      - sheet: 表
        blocks:
          - kind: matrix
            block: money
            label: 资金
            headers: [{name: item, label: 项目}]
            rows:
              - {key: one, labels: {item: 一}, total: all, optional: true}
              - {key: two, labels: {item: 二}, total: all, optional: true}
              - {key: all, labels: {item: 合计}}
            fields:
              - {name: now, type: amount, label: "{year年|当年}金额"}
              - {name: before, type: amount, label: "{year-1年|上年}金额"}
              - {name: note, type: text, label: 说明}
    rules:
      - {rule: change, id: change, block: money, field: now, before: before,
         percent: 30, amount: 5, reason: note%s}
"""


def given(now: str, before: str, note: str = "") -> dict[str, object]:
    return {"money": [{"item": "一", "now": now, "before": before, "note": note}]}


CASES = [
    ("20", "20", "", False),
    ("26", "20", "", False),
    ("26.01", "20", "", True),
    ("13.99", "20", "", True),
    # Both thresholds: twice as much, and yet little.
    ("8", "4", "", False),
    # Nothing before is exceeded by anything; a blank decides nothing.
    ("6", "0", "", True),
    ("0", "6", "", True),
    ("6", "", "", False),
    ("", "6", "", False),
    # Explained.
    ("40", "20", "新增项目", False),
]


def test_figures(tmp_path: Path) -> None:
    form = load(tmp_path, FORM % ", rows: [one, two]")
    shown = found(form, *(given(*case[:3]) for case in CASES))
    wrong = [
        [f"w change-unexplained money[one].now money[one].before {now} → {before}"] if told else []
        for now, before, _, told in CASES
    ]
    assert shown == wrong


def test_all_rows_are_asked_where_none_is_named(tmp_path: Path) -> None:
    shown = found(load(tmp_path, FORM % ""), given("40", "20"))
    assert [line.split()[1:4] for line in shown[0]] == [
        ["change-unexplained", "money[one].now", "money[one].before"],
        ["change-unexplained", "money[all].now", "money[all].before"],
    ]


def test_a_figure_that_could_not_be_read_silences_the_rule(tmp_path: Path) -> None:
    form = load(tmp_path, FORM % "")
    said = "e amount-not-a-number money[one].now 若干 → 万元"
    assert found(form, given("若干", "20")) == [[said]]


def test_words(tmp_path: Path) -> None:
    finding = judged(load(tmp_path, FORM % ", rows: [one]"), given("40", "20"))[0].findings[0]
    assert catalogue.say(finding, "zh").message == (
        "资金 › 一 › 2024年金额：现为40，“2023年金额”为20，相差20，变动超过30%。"
    )


@pytest.mark.parametrize(
    ("extra", "said"),
    [
        (", rows: [three]", "there is no row 'three'"),
        (", rows: [one], field: note", "'money.note' is no amount and no whole number"),
    ],
)
def test_a_rule_that_means_nothing(tmp_path: Path, extra: str, said: str) -> None:
    text = FORM % extra
    text = text.replace("field: now, ", "") if "field: note" in extra else text
    assert problems(tmp_path, text) == (said,)
