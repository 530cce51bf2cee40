"""Placeholder, repeated, echo and same name: what texts give away."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.rules.small import found, judged, load, problems

HEAD = """
    sheets:
      - sheet: 表
        blocks:
          - kind: record
            block: goal
            label: 目标
            fields: [{name: text, type: text, multiline: true, label: 目标, max_length: 200}]
          - kind: table
            block: rows
            label: 指标
            spares: 4
            key: name
            fields:
              - {name: level, type: text, label: 级}
              - {name: name, type: text, label: 名称}
              - {name: value, type: indicator, split: false, label: 值}
              - {name: note, type: text, label: 说明}
    rules:
"""
PLACEHOLDER = HEAD + "      - {rule: placeholder, id: left}\n"
REPEATED = HEAD + (
    "      - {rule: repeated, id: pasted, block: rows, fields: [note], length: 5, times: 3}\n"
)
ECHO = HEAD + "      - {rule: echo, id: echo, block: rows, fields: [name, note, value]}\n"
SAME_NAME = HEAD + (
    "      - {rule: unique, id: unique, block: rows, fields: [level, name]}\n"
    "      - {rule: same_name, id: same, block: rows, name: name, under: [level]}\n"
)

# A text → the sign that was left in it
LEFT = [
    ("完成项目**个", "**"),
    ("20XX年完成", "XX"),
    ("20ＸＸ年完成", "XX"),
    ("××局", "××"),
    ("截止 年完成", "截止 年"),
    ("截止\u3000\u3000年完成", "截止  年"),
    ("待定", "待定"),
    ("截止年", "截止年"),
    ("截止年底完成", None),
    ("指导企业填写报表", None),
    ("工期待定的项目尽快开工", None),
    ("TAXXON公司", None),
    ("各项工作……", None),
    ("3*4米", None),
]


def test_placeholders(tmp_path: Path) -> None:
    shown = judged(load(tmp_path, PLACEHOLDER), *({"goal": {"text": text}} for text, _ in LEFT))
    assert [
        next((item.value for item in one.findings if item.code == "placeholder-left"), None)
        for one in shown
    ] == [sign for _, sign in LEFT]


def test_placeholders_are_told_once_whatever_else_they_are(tmp_path: Path) -> None:
    rows = [{"name": "甲", "value": "XX", "note": "待定"}, {"name": "乙", "value": "3家"}]
    assert found(load(tmp_path, PLACEHOLDER), {"rows": rows}) == [
        [
            "w placeholder-left rows[spare-1].value XX → —",
            "w placeholder-left rows[spare-1].note 待定 → —",
        ]
    ]


def test_blocks_without_words_for_it(tmp_path: Path) -> None:
    text = PLACEHOLDER.replace("id: left", "blocks: [row]")
    assert problems(tmp_path, text) == ("there is no block 'row'; did you mean 'rows'?",)


def notes(*texts: str) -> dict[str, object]:
    return {
        "rows": [
            {"name": f"甲{number}", "note": text} for number, text in enumerate(texts, start=1)
        ]
    }


def cells(*numbers: int) -> str:
    return " ".join(f"rows[spare-{number}].note" for number in numbers)


REPEATS = [
    (
        notes("按计划推进", "按计划推进", "按计划推进"),
        [f"w text-repeated {cells(1, 2, 3)} 按计划推进 → —"],
    ),
    # Blanks are no difference; another text is.
    (
        notes("按计划推进", "别的事情做", "按计划 推进", "按计划推进"),
        [f"w text-repeated {cells(1, 3, 4)} 按计划推进 → —"],
    ),
    (notes("按计划推进", "按计划推进"), []),
    (notes("按计划", "按计划", "按计划"), []),
    (notes("", "", ""), []),
]


def test_pasted_texts(tmp_path: Path) -> None:
    form = load(tmp_path, REPEATED)
    assert found(form, *(given for given, _ in REPEATS)) == [said for _, said in REPEATS]


ECHOES = [
    ([("满意度", "满意的人占比", "95%")], []),
    (
        [("满意度", "满意度", "95%"), ("合格率", "合格的占比", "9%"), ("及时率", "及时 率", "9%")],
        ["w cell-repeats rows[spare-1].note rows[spare-3].note 满意度 → —"],
    ),
    ([("改善", "改善情况", "改善")], ["w cell-repeats rows[spare-1].value 改善 → —"]),
    ([("甲", "", "")], []),
]


def test_echoes(tmp_path: Path) -> None:
    given = [
        {"rows": [{"name": name, "note": note, "value": value} for name, note, value in rows]}
        for rows, _ in ECHOES
    ]
    shown = found(load(tmp_path, ECHO), *given)
    kept = [[line for line in lines if "repaired" not in line] for lines in shown]
    assert kept == [said for _, said in ECHOES]


NAMES = [
    ([("一", "合格率"), ("二", "及时率")], []),
    (
        [("一", "合格率"), ("二", "合格率（%）"), ("三", "合 格率")],
        [
            "w name-repeated rows[spare-2].name 合格率（%） → —",
            "w name-repeated rows[spare-3].name 合 格率 → —",
        ],
    ),
    # Alike in everything is the matter of another rule.
    (
        [("一", "合格率"), ("一", "合格率")],
        ["e not-unique rows[spare-2].level rows[spare-2].name 一 合格率 → —"],
    ),
    ([("一", ""), ("二", "")], []),
]


def test_names(tmp_path: Path) -> None:
    given = [
        {"rows": [{"level": level, "name": name} for level, name in rows]} for rows, _ in NAMES
    ]
    assert found(load(tmp_path, SAME_NAME), *given) == [said for _, said in NAMES]


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("rule: repeated, block: rows, fields: [value]", "'rows.value' is no text"),
        ("rule: echo, block: rows, fields: [name]", "'fields' names two fields or more"),
        (
            "rule: same_name, block: rows, name: nam",
            "there is no field 'nam'; did you mean 'name'?",
        ),
    ],
)
def test_rules_that_mean_nothing(tmp_path: Path, rule: str, said: str) -> None:
    assert problems(tmp_path, f"{HEAD}      - {{{rule}}}\n") == (said,)
