"""The vocabulary that these tests read with, as a form would declare it."""

from __future__ import annotations

from decimal import Decimal

from xlkit.values.indicator import Operator, Unit, Vocabulary


def _unit(name: str, dimension: str, factor: str = "1", *aliases: str) -> Unit:
    return Unit(name, dimension, Decimal(factor), aliases)


YUAN = _unit("元", "money", "1", "圆")
WAN = _unit("万元", "money", "10000", "万")
YI_YUAN = _unit("亿元", "money", "100000000")
YI = _unit("亿", "money", "100000000")
PERCENT = _unit("%", "share", "1", "％", "百分比", "百分之")
PERMILLE = _unit("‰", "share", "0.1", "千分之")

COUNTS = tuple(
    _unit(name, name) for name in ("家", "个", "项", "次", "人", "间", "套", "天", "年", "元/亩")
)

WORDS = Vocabulary(
    operators=(
        Operator("≥", ("≧", ">=", "不低于", "不少于"), ("以上",)),
        Operator("≤", ("≦", "<=", "不超过"), ("以下", "以内")),
        Operator(">", ("＞",)),
        Operator("<", ("＜",)),
        Operator("=", ("＝", "═", "﹦", "等于")),
        Operator("≈", ("约",), ("左右",)),
    ),
    units=(YUAN, WAN, YI_YUAN, YI, PERCENT, PERMILLE, _unit("小时", "小时", "1", "h"), *COUNTS),
    words_not_applicable=("不适用", "/", "—"),
    words_relative=("较上年", "前三年", "同比", "正增长"),
    words_date=("####年", "####年#月#日", "#月#日", "#月底", "本年内"),
    words_period=("每月", "每季度", "每年"),
    words_range=("至",),
)

LEVELS = ("良好", "比较健全", "健全", "合格")
