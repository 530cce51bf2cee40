"""Random answers of a form: sound ones, broken ones, and what people type in between."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from random import Random

from tests.samples import sample_answers
from tests.validation.returns import PUBLISHED
from xlkit.form.fields import (
    AmountField,
    BaseField,
    ChoiceField,
    CodeField,
    IndicatorField,
    IntegerField,
    PercentField,
    PhoneField,
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
