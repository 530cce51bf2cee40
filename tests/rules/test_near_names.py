"""Near misses of names: in lists, in trees, and of printed rows in names that are free."""

from __future__ import annotations

import pytest

from tests.rules.small import found, judged, load
from xlkit import catalogue
from xlkit.form.model import Form

FORM = """
    trees:
      tree:
        - name: 产出
          children:
            - {name: 数量, children: [{name: 公用经费控制率, key: expense}], }
            - {name: 质量指标, key: quality, free: 2}
        - name: 效益
          children:
            - {name: 质效指标, children: [{name: 群众满意度1, key: people}]}
            - {name: 经济, key: economy, free: 1}
    sheets:
      - sheet: 表
        blocks:
          - kind: table
            block: rows
            label: 指标
            tree: tree
            spares: 2
            fields:
              - {name: l1, type: choice, tree: tree, level: 1, label: 一级}
              - {name: l2, type: choice, tree: tree, level: 2, label: 二级}
              - {name: l3, type: choice, tree: tree, level: 3, open: true, label: 三级}
              - {name: value, type: text, label: 值}
"""


@pytest.fixture(scope="module")
def form(tmp_path_factory: pytest.TempPathFactory) -> Form:
    return load(tmp_path_factory.mktemp("form"), FORM)


def spare(*levels: str) -> dict[str, object]:
    return {"rows": [dict(zip(("l1", "l2", "l3"), levels, strict=True))]}


BELONGS = (
    "'经济' belongs under '效益'. If the level above is wrong, please change it to that; "
    "if '产出' is right, please choose from what stands under it: 数量, 质量指标."
)
MEANT = "Did you mean '{}'? If not, please choose from the list in the cell."


@pytest.mark.parametrize(
    ("levels", "hint"),
    [
        (("产出", "经济", "x"), BELONGS),
        (("效益", "质教指标", "x"), MEANT.format("质效指标")),
        (("产出", "质教指标", "x"), MEANT.format("质量指标")),
    ],
)
def test_a_hint_says_what_was_probably_meant(form: Form, levels: tuple[str, ...], hint: str):
    (one,) = judged(form, spare(*levels))
    assert [catalogue.say(item, "en").hint for item in one.findings] == [hint]


@pytest.mark.parametrize(
    ("name", "printed"),
    [
        ("公务经费控制率", "公用经费控制率"),
        ("公用经费率", None),
        ("群众满意度2", None),
        ("节约率", None),
        ("长" * 100, None),
    ],
)
def test_a_free_name_near_a_printed_one_is_noticed(form: Form, name: str, printed: str | None):
    line = f"n name-near-preset rows[quality-1].l3 {name} → {printed}"
    assert found(form, spare("产出", "质量指标", name)) == [[line] if printed else []]
