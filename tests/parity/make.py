"""Random answers of a form: sound ones, broken ones, and what people type in between."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from random import Random

from tests.samples import sample_answers
from tests.validation.returns import PUBLISHED
from xlkit.form.blocks import Table
from xlkit.form.fields import (
    AmountField,
    BaseField,
    ChoiceField,
    CodeField,
    IndicatorField,
    IntegerField,
    PercentField,
    PhoneField,
    TextField,
)
from xlkit.form.model import Form
from xlkit.form.rows import CellKey
from xlkit.rules.computed import computation
from xlkit.rules.types import Texts
from xlkit.template.answers import place_answers
from xlkit.template.content import Content
from xlkit.template.layout import BlockPlace, Layout, RowPlace
from xlkit.template.plan import plan

_AMOUNTS = (
    "12.5",
    "0",
    "100",
    "3000.25",
    "-3",
    "12.345",
    "16万元",
    "１２",
    "无",
    "1,000",
    "95%",
    "待定",
    "5000",
    "260",
    "1200.5",
)
_PERCENTS = (
    "30%", "100%", "0%", "55.5%", "120%", "-1%", "0.3", "95", "百分之三十", "abc", "３０%",
)  # fmt: skip
_TEXTS = (
    "按计划完成全年各项任务，质量合格",
    "第一行说明文字内容\n第二行说明文字内容",
    "短",
    "　　段首空两格的正常说明文字",
    " ",
    "　",
    "长" * 2_100,
    "** 待填",
    "A B C D E F G H I J K L",
)
_UNFINISHED = (
    "待定", "同上", "…", "*", "**", "XX项目全年按计划推进完成", "服务XXX家企业，满意",
    "ABXX型设备采购工作完成",
    "截止 年底完成全部建设任务", "□□局负责落实各项工作任务", "xx", "按 XX 要求完成各项既定工作任务",
    "待 定", "ＸＸ项目全年按计划推进完成", "×××", "XXL型号设备采购安装完成",
)  # fmt: skip
_REPEATED = (
    "按计划推进各项工作，保证质量",
    "按计划推进各项工作，\n保证质量",
    "短句",
    "按 计划推进各项工作，保证质量",
    "按计划推进各项工作,保证质量",
)
_COSTS = ("30", "16", "160000", "200", "100.5", "0", "16万元", "约30", "低于预算", "20.004")
_BESIDE_COSTS = ("万元", "元", "万元", "亿元", "%", "", "万")
_ODD = (("", "295", "%"), ("", "2100", "%"), ("≥", "295", "%"), ("", "45291", ""), ("", "205", "%"))
_PHONES = (
    "13800000000",
    "0711-3353366",
    "没有",
    "１３８００００００００",
    "12",
    "027-1-2",
    "(027)8888888",
)
_CODES = ("13028122P000011100013", "13028122P00001110001", "x", "１３０２８１２２P000011100013")
_SIGNS = ("≥", "≤", "=", "", "＞", "不低于", "大约", "—", ">=", " ≥")
_NUMBERS = (
    "95",
    "100",
    "0",
    "12.5",
    "2024",
    "40500",
    "健全",
    "完成",
    "100%",
    "≥95",
    "12月底",
    "较上年提高",
    "1.2.3",
    "-5",
    "２０",
    "abc",
    "不适用",
    "/",
    "10-15",
    "10-",
    "家",
    "95 ",
    ".5",
    "5.",
    "效果明显提升",
    "1 000",
    "三家",
    "≥",
)
_UNITS = ("%", "家", "次", "万元", "年", "", "％", "百分比", "瞎写", "亿", "—", "% ")
_WHOLE = (
    "95%", "100", "12家", "≥98%", "健全", "", "30万元", "亿", ">3亿", "3亿元", "较上年提高5%",
    "12月底前", "95％", "/", "0", "90.5%", "2次 ", "10-15%", "abc", "4.5.6%",
)  # fmt: skip


def random_content(form: Form, seed: int) -> tuple[Layout, Content]:
    """A layout of the form and random answers in it; equal seeds give equal answers."""
    random = Random(f"{form.form}-{seed}")
    base = Content()
    published = [name for name in PUBLISHED if sample_answers(name)["form"] == form.form]
    if random.random() < 0.7:
        base = place_answers(form, sample_answers(random.choice(published))["answers"], base)
    layout = plan(form, base.sizing)
    share = random.choice((0.01, 0.03, 0.1, 0.4))
    texts = dict(base.texts)
    for block, row, name in _typed(layout):
        if random.random() < share:
            key = (block.path, block.instance, row.row.mark, name)
            texts[key] = random_texts(form, block.placed.field(name), random)
    if random.random() < 0.3:
        texts = _with_copied_row(texts, random)
    for change in (_unfinished, _repeated, _echoed, _renamed, _costly, _odd, _strayed, _slid):
        if random.random() < 0.3:
            texts |= change(form, layout, texts, random)
    return layout, replace(base, sizing=layout.sizing, texts=texts)


def _typed(layout: Layout) -> Iterator[tuple[BlockPlace, RowPlace, str]]:
    for _, block in layout.blocks():
        for row in block.rows:
            for name in dict.fromkeys(slot.field for slot in row.slots):
                field = block.placed.field(name)
                if field.takes_input and computation(block.placed, row.row.key, name) is None:
                    yield block, row, name


def _with_copied_row(texts: dict[CellKey, Texts], random: Random) -> dict[CellKey, Texts]:
    """The answers with one row's typed over another's, as a paste does."""
    rows = sorted({key[:3] for key in texts})
    if len(rows) < 2:
        return texts
    source = random.choice(rows)
    targets = [row for row in rows if row[:2] == source[:2] and row != source]
    if not targets:
        return texts
    target = random.choice(targets)
    copied = {(*target, key[3]): value for key, value in texts.items() if key[:3] == source}
    return {**texts, **copied}


# what several cells must say together before anything is wrong

_Changes = dict[CellKey, Texts]


def _key(block: BlockPlace, row: RowPlace, name: str) -> CellKey:
    return (block.path, block.instance, row.row.mark, name)


def _columns(
    layout: Layout, kinds: tuple[type[BaseField], ...], random: Random
) -> tuple[BlockPlace, list[RowPlace], str] | None:
    """A column of fields of such a type, chosen at random, with its rows."""
    found: dict[tuple[str, int, str], tuple[BlockPlace, list[RowPlace], str]] = {}
    for block, row, name in _typed(layout):
        if isinstance(block.placed.field(name), kinds):
            found.setdefault((block.path, block.instance, name), (block, [], name))[1].append(row)
    return random.choice(list(found.values())) if found else None


def _unfinished(form: Form, layout: Layout, texts: _Changes, random: Random) -> _Changes:
    """Texts as they were printed, or came in a sample."""
    cells = [
        _key(block, row, name)
        for block, row, name in _typed(layout)
        if isinstance(block.placed.field(name), TextField | IndicatorField | ChoiceField)
    ]
    return {key: ("", random.choice(_UNFINISHED), "") for key in random.sample(cells, 3)}


def _repeated(form: Form, layout: Layout, texts: _Changes, random: Random) -> _Changes:
    """One text in several rows of a column."""
    column = _columns(layout, (TextField,), random)
    if column is None:
        return {}
    block, rows, name = column
    text = random.choice(_REPEATED)
    chosen = random.sample(rows, min(len(rows), random.choice((2, 3, 4))))
    changes = {_key(block, row, name): ("", text, "") for row in chosen}
    if random.random() < 0.4:
        changes[next(iter(changes))] = ("", random.choice(_REPEATED), "")
    return {
        **{(path, other, mark, name): text for path, _, mark, name in changes
           for text in changes.values() for other in _instances(layout, path)
           if random.random() < 0.3},
        **changes,
    }  # fmt: skip


def _instances(layout: Layout, path: str) -> list[int]:
    return [block.instance for _, block in layout.blocks() if block.path == path]


def _echoed(form: Form, layout: Layout, texts: _Changes, random: Random) -> _Changes:
    """A cell's text in another cell of its row."""
    words = (TextField, ChoiceField, IndicatorField)
    changes: _Changes = {}
    filled = [key for key, text in texts.items() if text[1]]
    for key in random.sample(filled, min(4, len(filled))):
        block = next(b for _, b in layout.blocks() if (b.path, b.instance) == key[:2])
        beside = [
            slot.field
            for slot in next(row for row in block.rows if row.row.mark == key[2]).slots
            if isinstance(block.placed.field(slot.field), words)
        ]
        if key[3] in beside:
            split = isinstance(block.placed.field(key[3]), IndicatorField)
            text = texts[key] if not split else ("", "".join(texts[key]), "")
            changes[*key[:3], random.choice(beside)] = text
    return changes


def _renamed(form: Form, layout: Layout, texts: _Changes, random: Random) -> _Changes:
    """A name of one row in another, under its own headings or under the other's."""
    column = _columns(layout, (IndicatorField,), random)
    if column is None or not isinstance(column[0].placed.block, Table):
        return {}
    block, rows, _ = column
    name = block.placed.block.key_field
    free = [row for row in rows if row.slots_of(name)]
    names = [row.row.fixed.get(name) or texts.get(_key(block, row, name), ("", "", ""))[1]
             for row in rows]  # fmt: skip
    names = [text for text in names if text] or ["培训合格率"]
    changes: _Changes = {}
    for row in random.sample(free, min(2, len(free))):
        note = random.choice(("", "", "（%）", "(项)", " ", "　"))
        changes[_key(block, row, name)] = ("", random.choice(names) + note, "")
    return changes


def _costly(form: Form, layout: Layout, texts: _Changes, random: Random) -> _Changes:
    """Indicators of cost, and what they say of money; some rows plainly, some in other ways."""
    changes: _Changes = {}
    for _, block in layout.blocks():
        if block.path.rpartition(".")[2].rpartition("/")[2] != "indicators":
            continue
        plainly = random.random() < 0.6
        others, names, units = ("成本指标 ",), ("人均成本", "采购 成本"), _BESIDE_COSTS
        for row in random.sample(block.rows, random.choice((1, 2, 3))):
            name = random.choice(("项目总成本", "采购成本", *(() if plainly else names)))
            value = random.choice(_COSTS[:5] if plainly else _COSTS)
            unit = random.choice(units[:2] if plainly else units)
            level = random.choice(("成本指标", *(() if plainly else others)))
            said = {"level1": "产出指标", "level2": level, "level3": name}
            changes |= {_key(block, row, field): ("", text, "") for field, text in said.items()}
            changes[_key(block, row, "value")] = (random.choice(("", "≤")), value, unit)
        budget = ("", random.choice(("30", "200", "46")), "")
        for sheet in (1, 2):
            key = ("projects", sheet, "record", "budget")
            if key in texts or random.random() < 0.5:
                changes[key] = budget
    return changes


def _odd(form: Form, layout: Layout, texts: _Changes, random: Random) -> _Changes:
    """Values that read like slips."""
    column = _columns(layout, (IndicatorField,), random)
    if column is None:
        return {}
    block, rows, name = column
    field = block.placed.field(name)
    changes: _Changes = {}
    for row in random.sample(rows, min(3, len(rows))):
        odd = random.choice(_ODD)
        split = isinstance(field, IndicatorField) and field.split
        changes[_key(block, row, name)] = odd if split else ("", "".join(odd), "")
    return changes


def _strayed(form: Form, layout: Layout, texts: _Changes, random: Random) -> _Changes:
    """Names of the lists in columns where they do not belong."""
    column = _columns(layout, (IndicatorField, ChoiceField, TextField), random)
    if column is None:
        return {}
    block, rows, name = column
    listed = [item for choices in form.lists.values() for item in choices]
    for field in block.placed.block.fields:
        if isinstance(field, ChoiceField):
            listed += form.choices(field)
    chosen = random.sample(rows, min(len(rows), random.choice((1, 4, 8))))
    one = random.choice(listed)
    return {
        _key(block, row, name): ("", random.choice((one.name, one.name, *one.aliases)), "")
        for row in chosen
    }


def _slid(form: Form, layout: Layout, texts: _Changes, random: Random) -> _Changes:
    """A column some rows up or down from the one that is filled in the same rows."""
    changes: _Changes = {}
    for _, block in layout.blocks():
        names = {field.name for field in block.placed.block.fields}
        if not {"basis", "category"} <= names or random.random() < 0.4:
            continue
        by, first = random.choice((-3, -2, -1, 1, 2)), random.choice((3, 6))
        size = random.choice((3, 5, 9))
        for at, row in enumerate(block.rows):
            filled = first <= at < first + size, first + by <= at < first + by + size
            for name, has in zip(("category", "basis"), filled, strict=True):
                field = block.placed.field(name)
                if row.slots_of(name) and isinstance(field, ChoiceField):
                    text = form.choices(field)[0].name if has else ""
                    changes[_key(block, row, name)] = ("", text, "")
    return changes


def random_texts(form: Form, field: BaseField, random: Random) -> Texts:
    """What somebody may type into the cells of a field."""
    if random.random() < 0.1:
        return ("", "", "")
    if isinstance(field, IndicatorField) and field.split:
        return random.choice(_SIGNS), random.choice(_NUMBERS), random.choice(_UNITS)
    return "", _text(form, field, random), ""


def _text(form: Form, field: BaseField, random: Random) -> str:
    if isinstance(field, ChoiceField):
        return _choice(form, field, random)
    if isinstance(field, AmountField | IntegerField):
        return random.choice(_AMOUNTS)
    if isinstance(field, PercentField):
        return random.choice(_PERCENTS)
    if isinstance(field, IndicatorField):
        return random.choice(_WHOLE)
    if isinstance(field, PhoneField):
        return random.choice(_PHONES)
    return random.choice(_CODES if isinstance(field, CodeField) else _TEXTS)


def _choice(form: Form, field: ChoiceField, random: Random) -> str:
    choices = form.choices(field)
    chosen = random.choice(choices)
    others = [choice.name for listed in form.lists.values() for choice in listed]
    spellings = (
        chosen.name, chosen.name, chosen.name, chosen.name,
        random.choice((chosen.name, *chosen.aliases)),
        f" {chosen.name}", f"{chosen.name}　", "\u200b".join((chosen.name[:1], chosen.name[1:])),
        random.choice(others), "瞎写", "*", f"{chosen.name}（一）",
    )  # fmt: skip
    return random.choice(spellings)
