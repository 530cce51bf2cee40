"""Every value of the published forms, and what it is read as."""

from __future__ import annotations

from decimal import Decimal

import pytest

from xlkit.values.codes import cast_phone
from xlkit.values.indicator import cast_indicator_text, split_value
from xlkit.values.numbers import cast_amount, cast_percent, fixed

from .words import LEVELS, WAN, WORDS

# value | kind | operator | number | unit
INDICATORS = """
    0           | number |   | 0     |
    0%          | number |   | 0     | %
    0家         | number |   | 0     | 家
    1家         | number |   | 1     | 家
    2家         | number |   | 2     | 家
    4家         | number |   | 4     | 家
    15家        | number |   | 15    | 家
    100家       | number |   | 100   | 家
    148家       | number |   | 148   | 家
    731家       | number |   | 731   | 家
    >100家      | number | > | 100   | 家
    ≥15家       | number | ≥ | 15    | 家
    96项        | number |   | 96    | 项
    130项       | number |   | 130   | 项
    136项       | number |   | 136   | 项
    ≥5次        | number | ≥ | 5     | 次
    ≥10次       | number | ≥ | 10    | 次
    ≥20次       | number | ≥ | 20    | 次
    ≥500人      | number | ≥ | 500   | 人
    56亿        | number |   | 56    | 亿
    75亿        | number |   | 75    | 亿
    80亿        | number |   | 80    | 亿
    >2亿        | number | > | 2     | 亿
    >3亿        | number | > | 3     | 亿
    >4亿        | number | > | 4     | 亿
    75.24亿元   | number |   | 75.24 | 亿元
    10.96万元   | number |   | 10.96 | 万元
    11万元      | number |   | 11    | 万元
    ＝16万元    | number | = | 16    | 万元
    100         | number |   | 100   |
    227         | number |   | 227   |
    313         | number |   | 313   |
    350         | number |   | 350   |
    561         | number |   | 561   |
    761         | number |   | 761   |
    800         | number |   | 800   |
    2%          | number |   | 2     | %
    -20%        | number |   | -20   | %
    90%         | number |   | 90    | %
    93%         | number |   | 93    | %
    95%         | number |   | 95    | %
    96%         | number |   | 96    | %
    98%         | number |   | 98    | %
    100%        | number |   | 100   | %
    ≥10%        | number | ≥ | 10    | %
    ≥90%        | number | ≥ | 90    | %
    ≥95%        | number | ≥ | 95    | %
    正增长      | relative |  | 正增长 |
    健全        | level  |   | 健全  |
    比较健全    | level  |   | 比较健全 |
    良好        | level  |   | 良好  |
    完全相符    | text   |   | 完全相符 |
    基本相符    | text   |   | 基本相符 |
    科学        | text   |   | 科学  |
    相对科学    | text   |   | 相对科学 |
    合理        | text   |   | 合理  |
    规范        | text   |   | 规范  |
    合规        | text   |   | 合规  |
    完全合规    | text   |   | 完全合规 |
    明显        | text   |   | 明显  |
    效果明显    | text   |   | 效果明显 |
    稳定        | text   |   | 稳定  |
    未建设      | text   |   | 未建设 |
    列入发展规划 | text  |   | 列入发展规划 |
    满足发展需求 | text  |   | 满足发展需求 |
    已建设科惠网 | text  |   | 已建设科惠网 |
    提升生态环境质量 | text | | 提升生态环境质量 |
"""

AMOUNTS = """
    83.06 83.09 96.62 123.41 131.68 139.12 231 455 565.27 632.55 708.44 770.24 1028 1036.06
    1081.06 1135.59 1485.85 1556.79 1606.41 2297.44 2824.06 3517.62 15585.64 16234
    10.96 11.00 16.00 27.00
"""

PERCENTS = "7.68% 9.33% 22.29% 28.32% 30% 60% 64% 68.38% 90% 100%"


@pytest.mark.parametrize(
    "row",
    [line.strip() for line in INDICATORS.strip().splitlines()],
    ids=lambda row: row.split()[0],
)
def test_indicator(row: str) -> None:
    raw, kind, operator, number, unit = (part.strip() for part in row.split("|"))
    cast = cast_indicator_text(raw, WORDS, levels=LEVELS)
    assert cast.value is not None
    value = cast.value
    assert (value.kind, value.operator, value.number, value.unit) == (kind, operator, number, unit)
    assert value.text == raw.replace("＝", "=")
    assert (split_value(raw, WORDS) is not None) is (kind == "number")


@pytest.mark.parametrize("raw", AMOUNTS.split())
def test_amount(raw: str) -> None:
    cast = cast_amount(raw, unit=WAN, decimals=2, vocabulary=WORDS)
    assert (cast.value, cast.repairs) == (Decimal(raw), ())
    assert cast.value is not None
    assert fixed(cast.value, 2) == f"{Decimal(raw):.2f}"


@pytest.mark.parametrize("raw", PERCENTS.split())
def test_percent(raw: str) -> None:
    cast = cast_percent(raw, is_fraction=False, vocabulary=WORDS)
    assert (cast.value, cast.repairs) == (Decimal(raw.rstrip("%")), ())


@pytest.mark.parametrize("raw", ["0711-00000000", "0315-0000000"])
def test_phone(raw: str) -> None:
    assert cast_phone(raw).value == raw
