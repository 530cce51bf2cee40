"""Not weaker: targets against targets and against the past, with the direction that is better."""

from __future__ import annotations

from pathlib import Path

from tests.rules.small import found, judged, load
from xlkit import catalogue

FORM = """
    scales: {soundness: [健全, 比较健全, 不健全]}
    direction_hints: [{endings: [工期], direction: down}]
    trees:
      tree:
        - name: 产出
          key: out
          free: 3
          children: [{name: 数量, direction: up}, 其他]
        - name: 管理
          children:
            - name: 控制
              children:
                - {name: 完成率, key: odd, direction: down}
                - {name: 健全性, key: soundness, scale: soundness}
    sheets:
      - sheet: 长期
        blocks:
          - kind: table
            block: long
            label: 长期
            tree: tree
            fields: &fields
              - {name: level1, type: choice, tree: tree, level: 1, label: 一级}
              - {name: level2, type: choice, tree: tree, level: 2, label: 二级}
              - {name: name, type: choice, tree: tree, level: 3, open: true, label: 三级}
              - {name: past, type: indicator, split: false, past: true, label: 去年}
              - {name: value, type: indicator, split: false, label: 指标值}
      - sheet: 年度
        blocks:
          - {kind: table, block: annual, label: 年度, tree: tree, fields: *fields}
    rules:
      - {rule: not_weaker, id: far, block: long, field: value, name: name,
         than: [annual.value, annual.past]}
      - {rule: not_weaker, id: near, block: annual, field: value, name: name, than: [past]}
"""
ABOVE = {"完成率": ("管理", "控制"), "健全性": ("管理", "控制")}


def given(name: str, long: str, annual: str, past: str, level2: str = "其他") -> dict[str, object]:
    level1, level2 = ABOVE.get(name, ("产出", level2))
    row = {"level1": level1, "level2": level2, "name": name}
    return {
        "long": [{**row, "value": long}],
        "annual": [{**row, "value": annual, "past": past}],
    }


FAR = "w target-weaker long[out-1].value annual[out-1].value"
FAR_PAST = "w target-below-past long[out-1].value annual[out-1].past"
NEAR = "w target-below-past annual[out-1].value annual[out-1].past"
CASES = [
    # The sign decides first, and signs that contradict each other decide nothing.
    (given("甲", "≥90%", "≥95%", ""), [f"{FAR} ≥90% → ≥95%"]),
    (given("甲", "≤90%", "≤95%", ""), []),
    (given("甲", "≤95%", "90%", ""), [f"{FAR} ≤95% → 90%"]),
    (given("甲", "≤90%", "≥95%", ""), []),
    (given("工期", "≥90天", "95天", ""), [f"{FAR} ≥90天 → 95天"]),
    # Then the indicator's node, though its name's ending says otherwise.
    (
        given("完成率", "95%", "90%", ""),
        ["w target-weaker long[odd].value annual[odd].value 95% → 90%"],
    ),
    # Then the longest ending of the name, then the node above, else nobody knows.
    (given("工期", "95天", "90天", ""), [f"{FAR} 95天 → 90天"]),
    (given("工期（全年）", "95天", "90天", "", "数量"), [f"{FAR} 95天 → 90天"]),
    (given("投诉处理完成率", "90%", "95%", ""), [f"{FAR} 90% → 95%"]),
    (given("甲", "90家", "95家", "", "数量"), [f"{FAR} 90家 → 95家"]),
    (given("甲", "90家", "95家", ""), []),
    # Units agree, convert, or leave it open; a bare 0 needs none.
    (given("甲", "≥1亿元", "≥9000万元", ""), []),
    (given("甲", "≥0.8亿元", "≥9000万元", ""), [f"{FAR} ≥0.8亿元 → ≥9000万元"]),
    (given("甲", "≥90", "≥95家", ""), []),
    (given("甲", "≥0", "≥95家", ""), [f"{FAR} ≥0 → ≥95家"]),
    (given("甲", "≥90-95%", "≥98%", ""), []),
    # Words by their places on a scale.
    (
        given("健全性", "比较健全", "健全", ""),
        ["w target-weaker long[soundness].value annual[soundness].value 比较健全 → 健全"],
    ),
    (given("健全性", "健全", "比较健全", "不健全"), []),
    # Against the past; one finding for a target, at the first that is stronger.
    (given("甲", "≥99家", "≥90家", "95家"), [f"{NEAR} ≥90家 → 95家"]),
    (given("甲", "≥90家", "≥90家", "95家"), [f"{FAR_PAST} ≥90家 → 95家", f"{NEAR} ≥90家 → 95家"]),
    (given("甲", "≥85家", "≥90家", "80家"), [f"{FAR} ≥85家 → ≥90家"]),
    # A value that could not be read silences what reads it.
    (given("甲", "≥90家", "9 5家", ""), ["e value-not-a-number annual[out-1].value 9 5家 → —"]),
]


def test_rows(tmp_path: Path) -> None:
    form = load(tmp_path, FORM)
    shown = found(form, *(answers for answers, _ in CASES))
    assert dict(enumerate(shown)) == dict(enumerate(said for _, said in CASES))


def test_words(tmp_path: Path) -> None:
    finding = judged(load(tmp_path, FORM), given("甲", "≥90%", "≥95%", ""))[0].findings[0]
    assert catalogue.say(finding, "zh").message == (
        "长期 › 甲 › 指标值：目标“≥90%”的要求比“年度 › 指标值”的“≥95%”低。"
    )
