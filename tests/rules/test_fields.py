"""What the declaration of a field demands: required, on its list, in bounds, of its length …"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.rules.small import found, judged, load
from xlkit import catalogue
from xlkit.form.model import Form

FORM = """
    lists:
      colours: [{name: 红色, aliases: [红]}, 绿色]
    trees:
      tree:
        - name: 产出
          children: [{name: 数量, children: [个数, 次数]}, {name: 质量, children: [合格率]}]
        - name: 效益
          children: [{name: 经济, children: [产值]}]
    sheets:
      - sheet: 表
        blocks:
          - kind: record
            block: one
            label: 一
            columns: 2
            fields:
              - {name: must, type: text, label: 必填, required: true}
              - {name: should, type: text, label: 宜填, required: warning}
              - {name: short, type: text, label: 短文, min_length: 2, max_length: 4}
              - {name: word, type: text, label: 字母, pattern: "[a-z]+"}
              - {name: amount, type: amount, label: 金额, min: 0, max: "10.5"}
              - {name: fine, type: amount, label: 细, decimals: 0}
              - {name: count, type: integer, label: 数, min: 1}
              - {name: share, type: percent, label: 占比, max: 100}
              - {name: colour, type: choice, list: colours, label: 颜色}
              - {name: open, type: choice, list: colours, open: true, label: 颜色二}
              - {name: code, type: code, label: 编码, check: gb32100}
          - kind: table
            block: rows
            label: 行
            rows:
              - {key: must, values: {name: 必报}}
              - {key: may, values: {name: 可报}, optional: true}
            spares: 2
            fields:
              - {name: name, type: text, label: 名称, required: true}
              - {name: a, type: text, label: 甲, required: true}
              - {name: b, type: text, label: 乙, required: true}
          - kind: table
            block: tree
            label: 树
            spares: 2
            fields:
              - {name: l1, type: choice, tree: tree, level: 1, label: 一级, required: true}
              - {name: l2, type: choice, tree: tree, level: 2, label: 二级, required: true}
              - {name: l3, type: choice, tree: tree, level: 3, label: 三级, required: true}
"""
CODE = "13028122P00306010001X"
#: What the form wants even where nothing is filled in.
EMPTY = [
    "e required-missing one.must",
    "w required-missing one.should",
    "e required-missing rows[must].a rows[must].b",
]
SOUND = {
    "one": {"must": "x", "should": "x"},
    "rows": [{"name": "必报", "a": "x", "b": "x"}],
}


@pytest.fixture(scope="module")
def form(tmp_path_factory: pytest.TempPathFactory) -> Form:
    return load(tmp_path_factory.mktemp("form"), FORM)


# Field of the record | text → finding; no finding where None.
ONE = [
    ("short", "两字", None),
    ("short", "一", "e text-too-short one.short 一 → ≥2"),
    ("short", "四个字啊", None),
    ("short", "五个字的话", "e text-too-long one.short 五个字的话 → ≤4"),
    ("short", "两\n行", "n repaired-blanks one.short 两\n行 → 两行"),
    ("word", "abc", None),
    ("word", "abc1", "e pattern-mismatch one.word abc1 → [a-z]+"),
    ("amount", "0", None),
    ("amount", "10.50", None),
    ("amount", "10.51", "e out-of-range one.amount 10.51 → 0–10.5"),
    ("amount", "-0.01", "e out-of-range one.amount -0.01 → 0–10.5"),
    ("amount", "1" + "0" * 15, "e out-of-range one.amount 1000000000000000 → 0–10.5"),
    ("amount", "1e25", "e amount-not-a-number one.amount 1e25 → 万元"),
    ("fine", "1", None),
    ("fine", "1.0", None),
    ("fine", "1.5", "w too-many-decimals one.fine 1.5 → 0"),
    ("count", "1", None),
    ("count", "0", "e out-of-range one.count 0 → ≥1"),
    ("count", "9" * 19, f"e integer-not-a-number one.count {'9' * 19} → —"),
    ("count", "1e30", "e integer-not-a-number one.count 1e30 → —"),
    ("share", "100%", None),
    ("share", "-5%", None),
    ("share", "100.01%", "e out-of-range one.share 100.01% → ≤100%"),
    ("colour", "绿色", None),
    ("colour", "红", "n alias-used one.colour 红 → 红色"),
    ("colour", "绿", "e choice-not-in-list one.colour 绿 → 红色、绿色"),
    ("colour", "*", "e choice-not-in-list one.colour * → 红色、绿色"),
    ("open", "蓝色", None),
    ("open", "红", "n alias-used one.open 红 → 红色"),
    ("code", CODE, None),
    ("code", CODE[:-1] + "Y", f"w code-check-character one.code {CODE[:-1]}Y → X"),
    ("code", "ABC", "w code-check-character one.code ABC → —"),
]


def test_a_field_by_itself(form: Form) -> None:
    given = [{**SOUND, "one": {**SOUND["one"], name: text}} for name, text, _ in ONE]
    expected = [[] if line is None else [line] for *_, line in ONE]
    assert found(form, *given) == expected


def test_an_empty_return(form: Form) -> None:
    assert found(form, {}) == [EMPTY]


# Name | a | b of a row → findings of that row
ROWS = [
    (("必报", "x", "x"), []),
    (("必报", "x", ""), ["e required-missing rows[must].b"]),
    (("必报", "", ""), ["e required-missing rows[must].a rows[must].b"]),
    (("可报", "", ""), []),
    (("可报", "x", ""), ["e required-missing rows[may].b"]),
    (("别的", "x", "x"), []),
    (("别的", "", ""), ["e required-missing rows[spare-1].a rows[spare-1].b"]),
    (("", "x", "　"), ["e required-missing rows[spare-1].name rows[spare-1].b"]),
]


def test_rows_are_wanted_whole(form: Form) -> None:
    given = []
    for row, _ in ROWS:
        answer = dict(zip(("name", "a", "b"), row, strict=True))
        others = [] if row[0] == "必报" else SOUND["rows"]
        given.append({**SOUND, "rows": [answer, *others]})
    assert found(form, *given) == [findings for _, findings in ROWS]


# One of three levels is wrong → one finding, and those below it are silent.
TREES = [
    (("产出", "数量", "个数"), []),
    (("产品", "数量", "个数"), ["e choice-not-in-list tree[spare-1].l1 产品 → 产出、效益"]),
    (("产出", "经济", "个数"), ["e child-not-under-parent tree[spare-1].l2 经济 → 数量、质量"]),
    (("产出", "数量", "产值"), ["e child-not-under-parent tree[spare-1].l3 产值 → 个数、次数"]),
    (("效益", "数量", "个数"), ["e child-not-under-parent tree[spare-1].l2 数量 → 经济"]),
    (("", "数量", "个数"), ["e required-missing tree[spare-1].l1"]),
    (("产出", "", "个数"), ["e required-missing tree[spare-1].l2"]),
]


def test_names_under_names(form: Form) -> None:
    levels = ("l1", "l2", "l3")
    given = [{**SOUND, "tree": [dict(zip(levels, row, strict=True))]} for row, _ in TREES]
    assert found(form, *given) == [findings for _, findings in TREES]


def test_bounds_and_decimals_are_asked_of_typed_cells_only(tmp_path: Path) -> None:
    text = """
    sheets:
      - sheet: 表
        blocks:
          - kind: matrix
            block: funds
            label: 资金
            headers: [{name: item, label: 项目}]
            rows:
              - {key: all, labels: {item: 合计}}
              - {key: a, labels: {item: 甲}, total: all}
              - {key: b, labels: {item: 乙}, total: all}
            fields: [{name: now, type: amount, label: 今年, min: 0, required: true}]
    """
    form = load(tmp_path, text)
    cases = [
        ("-5", "1", ["e out-of-range funds[a].now -5 → ≥0"]),
        ("1.005", "1", ["w too-many-decimals funds[a].now 1.005 → 2"]),
        ("", "1", ["e required-missing funds[a].now"]),
        ("", "", ["e required-missing funds[a].now", "e required-missing funds[b].now"]),
    ]
    given = [{"funds": [{"item": "甲", "now": a}, {"item": "乙", "now": b}]} for a, b, _ in cases]
    assert found(form, *given) == [findings for *_, findings in cases]


def test_a_total_without_parts_names_the_cells_to_fill(tmp_path: Path) -> None:
    text = """
    sheets:
      - sheet: 表
        blocks:
          - kind: matrix
            block: funds
            label: 资金
            headers: [{name: item, label: 项目}]
            rows:
              - {key: a, labels: {item: 甲}, total: all, optional: true}
              - {key: b, labels: {item: 乙}, total: all, optional: true}
              - {key: all, labels: {item: 合计}}
            fields: [{name: now, type: amount, label: 今年, required: true}]
    """
    assert found(load(tmp_path, text), {}) == [
        ["e computed-missing funds[all].now funds[a].now funds[b].now"]
    ]


def test_only_money_is_said_to_be_written_as_nil(tmp_path: Path) -> None:
    """What is missing in a text is not told to be filled with a 0."""
    text = FORM.replace("label: 金额, min: 0", "label: 金额, required: true, min: 0")
    (one,) = judged(load(tmp_path, text), {"one": {"short": "两字"}})
    hints = {
        item.field: catalogue.say(item, "zh").hint
        for item in one.findings
        if item.code == "required-missing"
    }
    assert hints["amount"] == "请补填；没有金额的填 0，不清楚怎么填的请与财政局联系。"
    assert hints["must"] == "请补填；不清楚怎么填的请与财政局联系。"
