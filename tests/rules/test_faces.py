"""What workbooks say of warnings while they are filled, against what the return would find."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.rules.small import judged, load, shown

Rows = list[Mapping[str, str]]

FORM = """
    lists:
      basis: [计划标准, {name: 历史标准, aliases: [历史]}]
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
              - {name: now, type: amount, label: 金额}
              - {name: before, type: amount, label: 上年金额}
              - {name: why, type: text, label: 说明}
          - kind: table
            block: rows
            label: 指标
            rows: [{key: fixed, values: {level: 甲, name: 合格率}}]
            spares: 6
            key: name
            fields:
              - {name: level, type: text, label: 级}
              - {name: name, type: text, label: 名称}
              - {name: value, type: indicator, label: 值}
              - {name: note, type: text, label: 备注}
              - {name: basis, type: choice, list: basis, label: 依据}
              - {name: basis2, type: choice, list: basis, label: 依据二}
    rules:
      - %s
"""
RULES = {
    "change": "{rule: change, block: money, field: now, before: before, percent: 30, amount: 5, "
    "reason: why}",
    "cost": "{rule: cost, block: rows, field: value, budget: 'money[all].now', "
    "when: {level: [成本]}, name: name, without: [人均]}",
    "placeholder": "{rule: placeholder}",
    "echo": "{rule: echo, block: rows, fields: [name, note, value, basis]}",
    "repeated": "{rule: repeated, block: rows, fields: [note], length: 4, times: 3}",
    "same_name": "{rule: same_name, block: rows, name: name, under: [level]}",
    "neighbour": "{rule: neighbour, block: rows, fields: [value, basis]}",
    "odd_value": "{rule: odd_value, block: rows, fields: [value]}",
    "slid": "{rule: slid, block: rows, field: basis, beside: basis2, least: 2}",
}


def row(**texts: str) -> dict[str, object]:
    return dict(texts)


def value(operator: str, number: str, unit: str) -> str:
    return operator + number + unit


def money(now: str, before: str, why: str = "") -> dict[str, object]:
    return {"money": [{"item": "一", "now": now, "before": before, "why": why}]}


def rows(*given: dict[str, object], budget: str = "") -> dict[str, object]:
    answers: dict[str, object] = {"rows": list(given)}
    return {**answers, **money(budget, "")} if budget else answers


def cost(number: str, unit: str, name: str = "总成本") -> dict[str, object]:
    return {"level": "成本", "name": name, "value": value("≤", number, unit)}


def column(*texts: str) -> dict[str, object]:
    return rows(*[{"note": text} for text in texts])


def sliding(one: str, other: str) -> dict[str, object]:
    """Filled cells of two columns as x, empty ones as a point."""
    return rows(
        *[
            {
                "name": f"名{number}",
                "basis": "计划标准" if left == "x" else "",
                "basis2": "计划标准" if right == "x" else "",
            }
            for number, (left, right) in enumerate(zip(one, other, strict=True))
        ]
    )


CHANGED, COST, LEFT = "△change-unexplained", "△cost-not-budget", "△placeholder-left"
ECHOED, REPEATED, NAMED = "△cell-repeats", "△text-repeated", "△name-repeated"
STRAY, LOST, SERIAL = "✗value-of-other-column", "△operator-lost", "△value-date-serial"
PRINTED: dict[str, object] = {"level": "甲", "name": "合格率", "note": "有"}
CASES = [
    ("change", money("26", "20"), []),
    ("change", money("26.01", "20"), [CHANGED, CHANGED]),
    ("change", money("40", "20", "新增项目"), [CHANGED]),
    ("change", money("6", ""), []),
    ("change", money("若干", "20"), ["✗amount-not-a-number"]),
    ("cost", rows(cost("30", "万元"), budget="30"), []),
    ("cost", rows(cost("300000", "元"), budget="30"), []),
    ("cost", rows(cost("10", "万元"), cost("20", "万元"), budget="30"), []),
    ("cost", rows(cost("10", "万元"), cost("25", "万元"), budget="30"), [COST]),
    ("cost", rows(cost("30.006", "万元"), budget="30"), [COST]),
    ("cost", rows(cost("10", "万元", "人均成本"), budget="30"), []),
    ("cost", rows(cost("10", "%"), budget="30"), []),
    ("cost", rows(cost("10", "万元"), cost("abc1", "万元"), budget="30"), ["◇"]),
    ("placeholder", column("完成项目**个", "20XX年完成", "截止 年完成", "待定"), [LEFT] * 4),
    ("placeholder", column("TAXXON公司", "工期待定的项目尽快开工", "截止年底完成"), []),
    ("placeholder", rows({"value": value("", "XX", "")}), [LEFT]),
    ("echo", rows({"name": "合 格率", "note": "合格率"}), [ECHOED]),
    ("echo", rows({"name": "95%", "value": value("", "95", "%")}), [ECHOED]),
    ("echo", rows({"name": "历史", "basis": "历史"}), []),
    ("echo", rows({"name": "历史标准", "basis": "历史标准"}), [ECHOED]),
    ("echo", rows({"name": "甲", "note": "乙"}), []),
    ("repeated", column("同样的话", "同样 的话", "同样的话", "另外"), [REPEATED] * 3),
    ("repeated", column("同样的话", "同样的话"), []),
    ("repeated", column("短的", "短的", "短的"), []),
    ("same_name", rows({"level": "乙", "name": "产值"}, {"level": "丙", "name": "产值"}), [NAMED]),
    ("same_name", rows({"level": "乙", "name": "产值"}, {"level": "丙", "name": "产值（万元）"}),
     [NAMED]),
    ("same_name", rows({"level": "乙", "name": "产值"}, {"level": "乙", "name": "产值"}), []),
    ("same_name", rows(PRINTED, {"level": "乙", "name": "合格率"}), [NAMED]),
    ("same_name", rows(PRINTED, {"level": "甲", "name": "合格率"}), []),
    ("neighbour", rows({"value": value("", "计划标准", "")}), [STRAY]),
    ("neighbour", rows({"value": value("", "历史", "")}), [STRAY]),
    ("neighbour", rows({"value": value("", "健全", "")}), []),
    ("odd_value", rows({"value": value("", "295", "%")}), [LOST]),
    ("odd_value", rows({"value": value("", "2100", "百分比")}), [LOST]),
    ("odd_value", rows({"value": value("≥", "295", "%")}), []),
    ("odd_value", rows({"value": value("", "205", "%")}), []),
    ("odd_value", rows({"value": value("", "45291", "")}), [SERIAL]),
    ("odd_value", rows({"value": value("", "45291", "家")}), []),
    ("slid", sliding(".xx...", "xx...."), ["✗rows-slid"]),
    ("slid", sliding("xx....", ".xx..."), ["✗rows-slid"]),
    ("slid", sliding("xx....", "xx...."), []),
    ("slid", sliding("xxx...", ".xx..."), []),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "answers", "said"), CASES)
def test_a_workbook_says_what_is_found(
    tmp_path: Path, kind: str, answers: dict[str, object], said: list[str]
) -> None:
    form = load(tmp_path, FORM % RULES[kind])
    assert shown(form, answers) == said
    marks = {"error": "✗", "warning": "△"}
    found = {
        marks[item.severity.value] + item.code
        for item in judged(form, answers)[0].findings
        if item.severity.value in marks
    }
    sure = {word for word in said if word[0] != "◇"}
    assert found == sure or (sure <= found and "◇" in "".join(said))


@pytest.mark.parametrize("kind", ["cost", "placeholder", "echo", "repeated", "same_name"])
def test_an_error_is_never_passed_over_in_silence(tmp_path: Path, kind: str) -> None:
    """Where such a kind is declared an error, the line below its block says who decides."""
    rule = RULES[kind].replace("{rule: ", "{severity: error, rule: ")
    assert "◇" in "".join(shown(load(tmp_path, FORM % rule), {}))
